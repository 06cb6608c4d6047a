"""`okta-mcp demo`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents


def add(commands: "Commands[Any]", _parents: "Parents") -> None:
    """Add the command; it has no flags."""
    commands.add_parser("demo", help="walk a working day on the sandbox, with a real client")


def run(_given: dict[str, Any]) -> int:
    """Walk the day; return the exit status."""
    import anyio

    from okta_mcp.demo import walk

    return anyio.run(walk)
