"""The clients: for each, where its file is and what an entry looks like there.

The sources are named in docs/clients.md.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from okta_mcp.installing.entry import Contribution, NoSuchEntryError, Reached, Started
from okta_mcp.installing.places import Machine
from okta_mcp.records import record

_PURPOSE = "Administers an Okta org by name"

Reference = Callable[[str], str]
"""Writes what stands in a client's file for a variable of its environment."""


@record
class Client:
    """One MCP client.

    Attributes:
        name: what it is called on the command line.
        title: what it calls itself.
        format: of its file: JSON with comments, TOML or YAML.
        place: finds its file.
        table: keys under which the file keeps its servers.
        started: makes the entry of a server that the client starts.
        reached: makes the entry of a server elsewhere; None where the file takes none.
        elsewhere: where a server elsewhere is set up instead.
        refers: whether the file can name a secret instead of holding it.
        asks: whether the client asks a person for what is named, instead of looking into its environment.
        next_step: what to do when the file is written.
    """

    name: str
    title: str
    format: Literal["json", "toml", "yaml"]
    place: Callable[[Machine], Path]
    table: tuple[str, ...]
    started: Callable[[Started], Mapping[str, Any]]
    reached: Callable[[Reached], Mapping[str, Any]] | None
    next_step: str
    refers: bool = True
    asks: bool = False
    elsewhere: str = ""

    def contribution(self, server: Started | Reached) -> Contribution:
        """Return what goes into the client's file.

        Args:
            server: how the server is started or reached.

        Raises:
            NoSuchEntryError: the file takes no server of this kind, or no secrets where some are given.
        """
        if isinstance(server, Reached):
            if self.reached is None:
                raise NoSuchEntryError(f"{self.title} takes no remote server in its file. {self.elsewhere}")
            return Contribution(self.table, server.name, self.reached(server), self._inputs(_asked_of(server)))
        if server.values and self.refers:
            raise NoSuchEntryError(
                f"{self.title} needs no token in its file: the entry says where the client finds it. "
                "Leave --with-token out."
            )
        asked = {**server.wanted, **server.secrets}
        return Contribution(self.table, server.name, self.started(server), self._inputs(asked, server))

    def _inputs(self, asked: Mapping[str, str], server: Started | None = None) -> tuple[Mapping[str, Any], ...]:
        if not self.asks:
            return ()
        hidden = asked if server is None else server.secrets
        return tuple(
            {"type": "promptString", "id": _id(name), "description": text, "password": name in hidden}
            for name, text in asked.items()
        )


def _asked_of(server: Reached) -> dict[str, str]:
    return {} if server.bearer is None else {server.bearer: "Bearer token of okta-mcp"}


def _id(variable: str) -> str:
    return variable.lower().replace("_", "-")


def _blank(variable: str) -> str:
    """Stand where a person has to write a value; the server refuses it by name when nobody did."""
    return f"<{variable}>"


def _env(server: Started, reference: Reference) -> dict[str, str]:
    known = {**server.settings, **server.values}
    return known | {name: reference(name) for name in (*server.wanted, *server.secrets) if name not in known}


def _mcp_server(reference: Reference, **more: str) -> Callable[[Started], dict[str, Any]]:
    """Make entries of the shape that most clients have in common."""

    def entry(server: Started) -> dict[str, Any]:
        result: dict[str, Any] = {**more, "command": server.command}
        if server.args:
            result["args"] = list(server.args)
        if env := _env(server, reference):
            result["env"] = env
        return result

    return entry


def _remote(key: str, reference: Reference, **more: str) -> Callable[[Reached], dict[str, Any]]:
    def entry(server: Reached) -> dict[str, Any]:
        result: dict[str, Any] = {**more, key: server.url}
        if server.bearer is not None:
            result["headers"] = {"Authorization": f"Bearer {reference(server.bearer)}"}
        return result

    return entry


def _codex(server: Started) -> dict[str, Any]:
    result: dict[str, Any] = {"command": server.command}
    if server.args:
        result["args"] = list(server.args)
    # Codex starts servers in an environment of a few variables and those that are named.
    if passed_on := [*server.wanted, *server.secrets]:
        result["env_vars"] = passed_on
    if server.settings:
        result["env"] = dict(server.settings)
    return result


def _codex_remote(server: Reached) -> dict[str, Any]:
    return {"url": server.url} | ({} if server.bearer is None else {"bearer_token_env_var": server.bearer})


def _goose(server: Started) -> dict[str, Any]:
    return {
        "type": "stdio",
        "name": server.name,
        "description": _PURPOSE,
        "enabled": True,
        "cmd": server.command,
        "args": list(server.args),
        "env_keys": [*server.wanted, *server.secrets],
        "envs": dict(server.settings),
        "timeout": 300,
    }


def _goose_remote(server: Reached) -> dict[str, Any]:
    bearer = {} if server.bearer is None else {"Authorization": f"Bearer ${{{server.bearer}}}"}
    return {
        "type": "streamable_http",
        "name": server.name,
        "description": _PURPOSE,
        "enabled": True,
        "uri": server.url,
        "headers": bearer,
        "env_keys": [] if server.bearer is None else [server.bearer],
        "envs": {},
        "timeout": 300,
    }


def _braces(variable: str) -> str:
    return f"${{{variable}}}"


def _env_braces(variable: str) -> str:
    return f"${{env:{variable}}}"


def _input(variable: str) -> str:
    return f"${{input:{_id(variable)}}}"


CLIENTS: tuple[Client, ...] = (
    Client(
        "claude-desktop",
        "Claude Desktop",
        "json",
        lambda machine: machine.config / "Claude/claude_desktop_config.json",
        ("mcpServers",),
        _mcp_server(_blank),
        None,
        "Quit Claude Desktop and start it again.",
        refers=False,
        elsewhere="Add it in the app, under Settings, Connectors.",
    ),
    Client(
        "claude-code",
        "Claude Code",
        "json",
        lambda machine: machine.here / ".mcp.json",
        ("mcpServers",),
        _mcp_server(_braces, type="stdio"),
        _remote("url", _braces, type="http"),
        "Start claude in this folder; it asks once whether the server may be used.",
    ),
    Client(
        "vscode",
        "VS Code",
        "json",
        lambda machine: machine.config / "Code/User/mcp.json",
        ("servers",),
        _mcp_server(_input, type="stdio"),
        _remote("url", _input, type="http"),
        "Run the command MCP: List Servers and start okta; VS Code asks for the values once and keeps them safe.",
        asks=True,
    ),
    Client(
        "cursor",
        "Cursor",
        "json",
        lambda machine: machine.home / ".cursor/mcp.json",
        ("mcpServers",),
        _mcp_server(_env_braces),
        _remote("url", _env_braces),
        "Start Cursor again.",
    ),
    Client(
        "windsurf",
        "Windsurf",
        "json",
        lambda machine: machine.home / ".codeium/windsurf/mcp_config.json",
        ("mcpServers",),
        _mcp_server(_env_braces),
        _remote("serverUrl", _env_braces),
        "Start Windsurf again, or refresh its list of MCP servers.",
    ),
    Client(
        "zed",
        "Zed",
        "json",
        lambda machine: (
            machine.config / "Zed/settings.json" if machine.system == "win32" else machine.xdg / "zed/settings.json"
        ),
        ("context_servers",),
        _mcp_server(_blank),
        _remote("url", _blank),
        "Zed reads the file by itself; the agent panel's settings show whether the server runs.",
        refers=False,
    ),
    Client(
        "gemini-cli",
        "Gemini CLI",
        "json",
        lambda machine: machine.home / ".gemini/settings.json",
        ("mcpServers",),
        _mcp_server(_braces),
        _remote("httpUrl", _braces),
        "Start gemini again; /mcp shows the server.",
    ),
    Client(
        "codex",
        "Codex CLI",
        "toml",
        lambda machine: Path(machine.environ.get("CODEX_HOME") or machine.home / ".codex") / "config.toml",
        ("mcp_servers",),
        _codex,
        _codex_remote,
        "Start codex again; /mcp shows the server.",
    ),
    Client(
        "goose",
        "Goose",
        "yaml",
        lambda machine: (
            machine.config / "Block/goose/config/config.yaml"
            if machine.system == "win32"
            else machine.xdg / "goose/config.yaml"
        ),
        ("extensions",),
        _goose,
        _goose_remote,
        "Start goose again. It takes the values from its environment or from its own store of secrets.",
    ),
)
"""Every client, in the order of the docs."""
