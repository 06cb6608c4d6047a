"""`okta-mcp logout`."""

from typing import TYPE_CHECKING, Any

from okta_mcp.cli.options import HOW_TO_GIVE_THE_REST, org_of, settings_of

if TYPE_CHECKING:
    from okta_mcp.cli.options import Commands, Parents


def add(commands: "Commands[Any]", parents: "Parents") -> None:
    """Add the command's flags."""
    commands.add_parser(
        "logout", parents=[parents.options], epilog=HOW_TO_GIVE_THE_REST, help="end the sign-in of `okta-mcp login`"
    )


def run(given: dict[str, Any]) -> int:
    """End the sign-in, here and at Okta; return the exit status."""
    import anyio

    from okta_mcp.cli.login import person_of
    from okta_mcp.guard import neutral_text
    from okta_mcp.okta import OktaError

    settings = settings_of(given)

    async def signed_out() -> int:
        async with org_of(settings, sandbox=False) as okta:
            try:
                was_in = await person_of(okta, settings).sign_out(okta.wire)
            except OktaError as error:
                print(f"Forgotten here, but Okta could not be told: {neutral_text(error.message)}")  # noqa: T201
                return 1
        print("Signed out." if was_in else "Nobody was signed in.")  # noqa: T201 - the command's answer
        return 0

    return anyio.run(signed_out)
