"""`okta-mcp token`."""

from typing import TYPE_CHECKING, Any

from okta_mcp.settings import SettingsError, TokenEntry

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents

_RANDOM_BYTES = 32
_PREFIX = "okmcp_"
"""So that scanners of repositories and logs know one when they see it."""


def add(commands: "Commands[Any]", parents: "Parents") -> None:  # noqa: ARG001 - it needs no settings
    """Add the command's flags."""
    token = commands.add_parser("token", help="make a bearer token for a client of the HTTP transports")
    token.add_argument("name", metavar="NAME", help="who holds it, for the log and the audit trail")
    token.add_argument(
        "--rights", metavar="read", help="what the holder may do: read, write, or of one toolset, as groups.write"
    )


def run(given: dict[str, Any]) -> int:
    """Make a token, show it and what to configure; return the exit status."""
    import hashlib
    import secrets

    token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    entry = f"{given['name']}=sha256:{hashlib.sha256(token.encode()).hexdigest()}"
    if given["rights"] is not None:
        entry += f":{given['rights']}"
    try:
        TokenEntry.parse(entry)
    except ValueError as error:
        raise SettingsError([f"okta-mcp token: {error}"]) from None
    print(f"Token: {token}")  # noqa: T201 - the command's answer
    print(f"Entry: {entry}")  # noqa: T201
    print("The token is for the client and shown once. The entry is for OKTA_MCP_AUTH_TOKENS or its file.")  # noqa: T201
    return 0
