"""`okta-mcp client-config`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from okta_mcp.settings import OPTIONS, SettingsError

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents
    from okta_mcp.installing import Client, Reached, Started
    from okta_mcp.settings import Settings

_EPILOG = (
    "Without a NAME it lists the clients. Settings that are given go into the entry. The API token is put there only "
    "with --with-token, and only where the client has no other way; otherwise the entry says where the client finds it."
)


def add(commands: "Commands[Any]", parents: "Parents") -> None:
    """Add the command's flags."""
    command = commands.add_parser(
        "client-config",
        parents=[parents.org, parents.options],
        epilog=_EPILOG,
        help="show what an MCP client needs in its file to use this server, or put it there",
    )
    command.add_argument("client", nargs="?", metavar="NAME", help="the client")
    command.add_argument("--write", action="store_true", help="put it into the client's file, of which a copy is kept")
    command.add_argument("--file", type=Path, metavar="FILE", help="another file than the client's usual one")
    command.add_argument("--entry", metavar="okta", default="okta", help="name of the entry, for a second org")
    command.add_argument(
        "--transport", choices=("stdio", "http"), default="stdio", help="http: a server that runs elsewhere"
    )
    command.add_argument(
        "--url", metavar="https://mcp.example.com/mcp", help="address of the server that runs elsewhere"
    )
    command.add_argument(
        "--bearer",
        metavar="VARIABLE",
        help="with --url: variable that holds the bearer token; without it the client signs in by OAuth",
    )
    command.add_argument("--with-token", action="store_true", help="put the API token itself into the entry")


def run(given: dict[str, Any]) -> int:
    """Show or write the entry; return the exit status."""
    from okta_mcp.installing import CLIENTS, Machine, NoSuchEntryError, NotMergedError, put, written

    machine = Machine()
    if given["client"] is None:
        for one in CLIENTS:
            _say(f"{one.name:<15} {one.title:<15} {one.place(machine)}")
        return 0
    client = _client(given["client"])
    server = _server(given)
    try:
        contribution = client.contribution(server)
        path = given["file"] or client.place(machine)
        if not given["write"]:
            _say(written(contribution, client.format), end="")
            _note(f"It goes into {path}; --write puts it there.")
            _tell_of_values(client, server)
            return 0
        done = put(path, contribution, client.format)
    except NoSuchEntryError as error:
        raise SettingsError([f"okta-mcp client-config: {error}"]) from None
    except NotMergedError as error:
        raise SettingsError([f"{path}: {error}", "Nothing was changed. Without --write the entry is shown."]) from None
    kept = f"; what it was before is in {done.backup}" if done.backup else ""
    _say(f"{done.path} has the entry {contribution.name}{kept}." if done.changed else f"{done.path} had it already.")
    _tell_of_values(client, server)
    _note(client.next_step)
    return 0


def _client(name: str) -> "Client":
    from difflib import get_close_matches

    from okta_mcp.installing import CLIENTS

    by_name = {client.name: client for client in CLIENTS}
    if name not in by_name:
        near = get_close_matches(name, by_name, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(by_name)}."
        raise SettingsError([f"okta-mcp client-config: there is no client {name!r} here. {hint}"])
    return by_name[name]


def _server(given: dict[str, Any]) -> "Started | Reached":
    from okta_mcp.cli.options import settings_of

    settings = settings_of(given)
    if given["transport"] == "http" or given["url"] is not None:
        return _reached(given)
    return _started(given, settings)


def _reached(given: dict[str, Any]) -> "Reached":
    import ipaddress
    import re
    from urllib.parse import urlsplit

    from okta_mcp.installing import Reached

    url, bearer = given["url"], given["bearer"]
    if given["with_token"] or given.get("sandbox"):
        raise SettingsError(
            ["--url: a server elsewhere has its own org and token. Leave --sandbox and --with-token out."]
        )
    if url is None:
        raise SettingsError(["--url: it is missing. A right value: https://mcp.example.com/mcp"])
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError([f"--url: {url!r} is no address. A right value: https://mcp.example.com/mcp"])
    if bearer is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", bearer):
        # Not repeated: it may be the token itself.
        raise SettingsError(["--bearer: it is not the name of a variable. A right value: OKTA_DESK_TOKEN"])
    try:
        here = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        here = False
    if parts.scheme == "http" and not here:
        raise SettingsError([f"--url: {url!r} would send what the client says in clear. Use https"])
    if parts.path in {"", "/"}:
        url = parts._replace(path="/mcp").geturl()
    return Reached(url, bearer, name=given["entry"])


def _started(given: dict[str, Any], settings: "Settings") -> "Started":
    from okta_mcp.installing import ADDRESS, KEY, TOKEN, Started

    chosen = {
        option.env: _as_written(given[option.field]) for option in OPTIONS if option.flag and option.field in given
    }
    command, *args = _program()
    if given.get("sandbox"):
        return Started(command, (*args, "--sandbox"), chosen, name=given["entry"])
    if settings.org_url is not None:
        chosen.setdefault("OKTA_ORG_URL", settings.org_url)
    wanted = {name: text for name, text in ADDRESS.items() if name not in chosen}
    secrets = TOKEN
    if settings.client_id is not None:
        chosen.setdefault("OKTA_CLIENT_ID", settings.client_id)
        if settings.key_id is not None:
            chosen.setdefault("OKTA_KEY_ID", settings.key_id)
        if settings.private_key_file is not None:
            # From any folder, as the command itself.
            chosen["OKTA_PRIVATE_KEY_FILE"] = str(settings.private_key_file.absolute())
        secrets = KEY if settings.private_key_file is None else {}
    values = {}
    if given["with_token"]:
        if settings.api_token is None:
            raise SettingsError(["--with-token: there is no token. Set OKTA_API_TOKEN in the environment or in .env"])
        values = {"OKTA_API_TOKEN": settings.api_token.get_secret_value()}
    return Started(command, tuple(args), chosen, wanted, secrets, values, name=given["entry"])


def _program() -> list[str]:
    """Return the command line that starts this program from any folder."""
    beside = Path(sys.executable).absolute().parent
    for name in ("okta-mcp", "okta-mcp.exe"):
        if (beside / name).is_file():
            return [str(beside / name)]
    return [sys.executable, "-m", "okta_mcp"]


def _as_written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tell_of_values(client: "Client", server: "Started | Reached") -> None:
    """Say what the person still has to give, and where."""
    from okta_mcp.installing import Started

    if isinstance(server, Started):
        missing = [name for name in (*server.wanted, *server.secrets) if name not in server.values]
    else:
        missing = [] if server.bearer is None else [server.bearer]
    if not missing:
        return
    names = " and ".join(missing)
    if client.asks:
        _note(f"{client.title} asks for {names} and keeps them.")
    elif client.refers:
        _note(f"{client.title} takes {names} from the environment that it is started in.")
    else:
        _note(
            f"Put {names} in the place of <…> by hand: {client.title} can keep them nowhere else. "
            "Let nobody else read the file."
        )


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end)  # noqa: T201 - the command's answer


def _note(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 - a message to the operator
