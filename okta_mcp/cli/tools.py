"""`okta-mcp tools`."""

from typing import TYPE_CHECKING, Any

from okta_mcp.cli.options import no_such_tool, settings_of
from okta_mcp.settings import SettingsError

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents


def add(commands: "Commands[Any]", parents: "Parents") -> None:
    """Add the command's flags."""
    tools = commands.add_parser("tools", parents=[parents.options], help="show what a model will see, with sizes")
    tools.add_argument("tool", nargs="?", metavar="NAME", help="one tool in full, with its arguments")


def run(given: dict[str, Any]) -> int:
    """Show the tools; return the exit status."""
    from okta_mcp.actions import ACTIONS
    from okta_mcp.catalogue import show, show_one

    settings, name = settings_of(given), given["tool"]
    if name is None:
        show(settings)
        return 0
    by_name = {action.name: action for action in ACTIONS}
    if name not in by_name:
        raise SettingsError([f"okta-mcp tools: {no_such_tool(name, list(by_name))}"])
    show_one(settings, by_name[name])
    return 0
