"""The commands."""

import argparse
import gc
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import asynccontextmanager, contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from okta_mcp import __version__
from okta_mcp.settings import OPTIONS, MissingOrgError, Settings, SettingsError, load_settings, require_org

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from okta_mcp.okta import OktaClient
    from okta_mcp.sandbox import Sandbox

_SERVE, _DEMO, _SANDBOX, _CHECK, _TOOLS = "serve", "demo", "sandbox", "check", "tools"
SANDBOX_URL = "https://sandbox.okta.example"
"""Address of the built-in org. It is never resolved: requests stay in the process."""
_HOW_TO_GIVE_THE_REST = (
    "The API token is taken from OKTA_API_TOKEN, in the environment or in .env; every user sees a command line."
)
_NEVER_FLAGS = ("--api-token", "--token", "--api-key", "--okta-api-token", "--apitoken", "--api_token", "--ssws")
"""What somebody may try for the token. They are known so that the value behind them is repeated nowhere."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status.

    Args:
        arguments: the command line without the program's name; the process's own when None.
    """
    parser = _parser()
    known, unknown = parser.parse_known_args(arguments)
    if unknown:
        # Only names: what stands behind an unknown flag may be a secret.
        flags = [argument.partition("=")[0] for argument in unknown if argument.startswith("-")]
        parser.error(f"unrecognized arguments: {' '.join(flags)}" if flags else "too many arguments")
    given = vars(known)
    command = given.pop("command") or _SERVE
    try:
        status = _RUN[command](given)
        sys.stdout.flush()
    except SettingsError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201 - a message to the operator
        if isinstance(error, MissingOrgError):
            print("To try it without an org: okta-mcp --sandbox, or okta-mcp demo", file=sys.stderr)  # noqa: T201
        return 2
    except BrokenPipeError:
        # Whoever read, as `head` does, has seen enough. Python would complain of what is left when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        print(f"okta-mcp {command}: {error}", file=sys.stderr)  # noqa: T201 - a port in use
        return 1
    except KeyboardInterrupt:
        return 130
    return status


class _NoToken(argparse.Action):
    """Refuses a token on the command line, where every user of the machine could read it."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object) -> None:
        """Refuse without the value."""
        parser.error(_HOW_TO_GIVE_THE_REST)


def _parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    options.add_argument(*_NEVER_FLAGS, dest="", nargs="?", action=_NoToken, help=argparse.SUPPRESS)
    group = options.add_argument_group("settings", "each also as the environment variable named, or in .env")
    for option in OPTIONS:
        if option.flag is None:
            continue
        help_text = f"{option.description} [{option.env}]".replace("%", "%%")
        if option.switch:
            group.add_argument(option.flag, dest=option.field, action=argparse.BooleanOptionalAction, help=help_text)
        else:
            group.add_argument(option.flag, dest=option.field, metavar=option.example, help=help_text)
    org = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    org.add_argument("--sandbox", action="store_true", help="use the built-in sandbox org instead of a real one")

    parser = argparse.ArgumentParser(
        prog="okta-mcp",
        description="An MCP server that administers an Okta org. Without a command it serves stdio.",
        parents=[org, options],
        epilog=_HOW_TO_GIVE_THE_REST,
    )
    parser.add_argument("--version", action="version", version=f"okta-mcp {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    serve = commands.add_parser(
        _SERVE, parents=[org, options], epilog=_HOW_TO_GIVE_THE_REST, help="serve MCP clients (the default, over stdio)"
    )
    serve.add_argument("--transport", choices=("stdio", "http"), default="stdio", help="http: /mcp and /sse")
    commands.add_parser(_DEMO, help="walk a working day on the sandbox, with a real client")
    sandbox = commands.add_parser(_SANDBOX, help="run the sandbox org over HTTP, for any Okta client")
    sandbox.add_argument(
        "--port", type=int, default=argparse.SUPPRESS, help="port on 127.0.0.1; 8080 by default, 0 for a free one"
    )
    made = sandbox.add_argument_group("a large company, made up", "instead of the sample company; one is enough")
    made.add_argument("--users", type=int, metavar="N", help="how many users [100000]")
    made.add_argument("--groups", type=int, metavar="N", help="how many groups [2000]")
    made.add_argument("--seed", type=int, metavar="N", help="another number, another company of that size [1]")
    sandbox.add_argument(
        "--state", type=Path, metavar="FILE", help="keep the org in this file; every change is there before its answer"
    )
    tests = sandbox.add_argument_group("for tests")
    tests.add_argument("--control", action="store_true", help="answer /sandbox/ too: reset, snapshots, faults, clock")
    tests.add_argument("--faults", type=Path, metavar="FILE", help="a JSON list of rules by which requests fail")
    tests.add_argument("--plan", metavar="NAME", help="rate limits of integrator, one-app, enterprise or workforce")
    tests.add_argument("--token-share", type=float, metavar="X", help="part of them that one token may use [0.5]")
    tests.add_argument("--clock-speed", type=float, metavar="X", help="seconds that pass in one second [1]")
    commands.add_parser(
        _CHECK,
        parents=[org, options],
        epilog=_HOW_TO_GIVE_THE_REST,
        help="check the address and the token, and what they allow",
    )
    tools = commands.add_parser(_TOOLS, parents=[options], help="show what a model will see, with sizes")
    tools.add_argument("tool", nargs="?", metavar="NAME", help="one tool in full, with its arguments")
    return parser


def _settings(given: dict[str, Any]) -> Settings:
    from okta_mcp.guard import log_to

    fields = {option.field for option in OPTIONS}
    settings = load_settings({name: value for name, value in given.items() if name in fields})
    _require_known_tools(settings)
    log_to(sys.stderr, settings.log_level)
    return settings


def _require_known_tools(settings: Settings) -> None:
    """Refuse names of tools that do not exist: a misspelt restriction must not pass for one that holds."""
    from okta_mcp.actions import ACTIONS

    known = [action.name for action in ACTIONS]
    problems = [
        f"{option.env} ({option.flag}): {_no_such_tool(name, known)}"
        for option in OPTIONS
        if option.field in {"tools", "exclude_tools"}
        for name in getattr(settings, option.field)
        if name not in known
    ]
    if problems:
        raise SettingsError(problems)


def _no_such_tool(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    return f"there is no tool {name!r}. {hint}"


@asynccontextmanager
async def _org(settings: Settings, *, sandbox: bool) -> "AsyncIterator[OktaClient]":
    """Yield the client of the org: the real one, or the sandbox in this process."""
    from okta_mcp.okta import OktaClient, OrgAddress, OrgAddressError, Timeouts

    timeouts = Timeouts(total=settings.timeout)
    if sandbox:
        import httpx2
        from pydantic import SecretStr

        from okta_mcp.sandbox import Sandbox

        box = Sandbox(origin=SANDBOX_URL)
        transport: httpx2.AsyncBaseTransport | None = httpx2.ASGITransport(app=box.app)
        address, token = OrgAddress.parse(SANDBOX_URL), SecretStr(box.api_token)
    else:
        transport = None
        url, token = require_org(settings)
        try:
            address = OrgAddress.parse(url)
        except OrgAddressError as error:
            raise SettingsError([f"OKTA_ORG_URL (--org-url): {error}"]) from None
        for notice in address.notices:
            logging.getLogger("okta_mcp").warning("OKTA_ORG_URL: %s", notice)
    okta = OktaClient(address, token, transport=transport, timeouts=timeouts, max_wait=settings.max_wait)
    async with okta:
        yield okta


def _serve(given: dict[str, Any]) -> int:
    import anyio

    transport, sandbox = given.pop("transport", "stdio"), given.pop("sandbox", False)
    settings = _settings(given)

    async def run() -> None:
        from okta_mcp.server import create_server

        async with _org(settings, sandbox=sandbox) as okta:
            server = create_server(settings, okta)
            if transport == "http":
                from okta_mcp.transports.http import serve_http

                await serve_http(server, okta, settings.host, settings.port, server.owner, on_ready=_tell_addresses)
            else:
                from okta_mcp.transports import serve_stdio

                await serve_stdio(server, okta, server.owner)

    anyio.run(run)
    return 0


def _tell_addresses(url: str) -> None:
    print(f"Streamable HTTP at {url}/mcp, SSE at {url}/sse; Ctrl-C ends it.", file=sys.stderr, flush=True)  # noqa: T201


def _demo(_given: dict[str, Any]) -> int:
    import anyio

    from okta_mcp.demo import walk

    return anyio.run(walk)


def _sandbox(given: dict[str, Any]) -> int:
    import anyio

    from okta_mcp.sandbox.serving import serve

    path = given.get("state")
    left = "what was changed is gone" if path is None else f"what was changed stays in {path}"

    async def run(box: "Sandbox") -> None:
        def ready(url: str) -> None:
            print(f"OKTA_ORG_URL={url}\nOKTA_API_TOKEN={box.api_token}", flush=True)  # noqa: T201 - a sandbox's, for use
            print(f"The sandbox org is running; Ctrl-C ends it, and {left}.", file=sys.stderr)  # noqa: T201

        await serve(box, "127.0.0.1", int(given.get("port", 8080)), on_ready=ready)

    # Whoever ends the process with SIGTERM ends it as orderly as with Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with _sandbox_org(path, _company_size(given), _sandbox_options(given)) as box:
            if given.get("clock_speed") is not None:
                box.clock.speed = given["clock_speed"]
            # Millions of objects that stay need not be looked through for some that do not.
            gc.freeze()
            anyio.run(run, box)
    except ValueError as error:
        print(f"okta-mcp sandbox: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def _company_size(given: dict[str, Any]) -> tuple[int, int, int] | None:
    """Return users, groups and seed; None when none of them is given."""
    users, groups, seed = (given.get(name) for name in ("users", "groups", "seed"))
    if users is groups is seed is None:
        return None
    return (
        100_000 if users is None else users,
        2_000 if groups is None else groups,
        1 if seed is None else seed,
    )


def _sandbox_options(given: dict[str, Any]) -> dict[str, Any]:
    """Return what a sandbox for tests is made with."""
    from okta_mcp.sandbox.faults import rules_in

    path = given.get("faults")
    return {
        "control": given.get("control", False),
        "plan": given.get("plan"),
        "token_share": given.get("token_share"),
        "faults": [] if path is None else rules_in(path),
    }


@contextmanager
def _sandbox_org(path: Path | None, size: tuple[int, int, int] | None, options: dict[str, Any]) -> "Iterator[Sandbox]":
    from okta_mcp.sandbox import Sandbox
    from okta_mcp.sandbox.company import generated_company

    if path is None:
        yield Sandbox(None if size is None else generated_company(*size), **options)
        return
    from okta_mcp.sandbox.state import kept_sandbox

    with kept_sandbox(path, size=size, **options) as box:
        yield box


def _check(given: dict[str, Any]) -> int:
    import anyio

    from okta_mcp.checkup import check

    sandbox = given.pop("sandbox", False)
    settings = _settings(given)

    async def run() -> int:
        async with _org(settings, sandbox=sandbox) as okta:
            return await check(settings, okta)

    return anyio.run(run)


def _tools(given: dict[str, Any]) -> int:
    from okta_mcp.actions import ACTIONS
    from okta_mcp.catalogue import show, show_one

    settings, name = _settings(given), given["tool"]
    if name is None:
        show(settings)
        return 0
    by_name = {action.name: action for action in ACTIONS}
    if name not in by_name:
        raise SettingsError([f"okta-mcp tools: {_no_such_tool(name, list(by_name))}"])
    show_one(settings, by_name[name])
    return 0


_RUN = {_SERVE: _serve, _DEMO: _demo, _SANDBOX: _sandbox, _CHECK: _check, _TOOLS: _tools}
