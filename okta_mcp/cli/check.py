"""`okta-mcp check`."""

from typing import TYPE_CHECKING, Any

from okta_mcp.cli.options import HOW_TO_GIVE_THE_REST, org_of, settings_of

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents


def add(commands: "Commands[Any]", parents: "Parents") -> None:
    """Add the command's flags."""
    commands.add_parser(
        "check",
        parents=[parents.org, parents.options],
        epilog=HOW_TO_GIVE_THE_REST,
        help="check the address and the token, and what they allow",
    )


def run(given: dict[str, Any]) -> int:
    """Check the credentials; return the exit status."""
    import anyio

    from okta_mcp.checkup import check

    sandbox = given.pop("sandbox", False)
    settings = settings_of(given)

    async def checked() -> int:
        async with org_of(settings, sandbox=sandbox) as okta:
            return await check(settings, okta)

    return anyio.run(checked)
