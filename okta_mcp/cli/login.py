"""`okta-mcp login`."""

from typing import TYPE_CHECKING, Any

from okta_mcp.cli.options import HOW_TO_GIVE_THE_REST, org_of, settings_of
from okta_mcp.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from okta_mcp.cli.options import Commands, Parents
    from okta_mcp.okta import OktaClient
    from okta_mcp.okta.credentials import Person


def add(commands: "Commands[Any]", parents: "Parents") -> None:
    """Add the command's flags."""
    commands.add_parser(
        "login",
        parents=[parents.options],
        epilog=HOW_TO_GIVE_THE_REST,
        help="sign in to Okta yourself, for a server that works in your name",
    )


def run(given: dict[str, Any]) -> int:
    """Sign in and keep it; return the exit status."""
    import anyio

    settings = settings_of(given)

    async def signed_in() -> int:
        async with org_of(settings, sandbox=False) as okta:
            return await sign_in(okta, person_of(okta, settings))

    return anyio.run(signed_in)


def person_of(okta: "OktaClient", settings: Settings) -> "Person":
    """Return the credentials, which have to be those of a person who signs in.

    Raises:
        SettingsError: they are others, for which there is no signing in.
    """
    from okta_mcp.okta.credentials import Person

    if not isinstance(okta.credentials, Person):
        other = "OKTA_API_TOKEN" if settings.api_token else "the private key"
        raise SettingsError([f"There is nothing to sign in to with {other}; take it out and set OKTA_CLIENT_ID alone."])
    return okta.credentials


async def sign_in(
    okta: "OktaClient", person: "Person", *, sleep: "Callable[[float], Awaitable[None]] | None" = None
) -> int:
    """Show where to sign in, wait until it is done, and keep it; return the exit status.

    Args:
        okta: the org's client.
        person: its credentials.
        sleep: pauses for a number of seconds.
    """
    import anyio

    from okta_mcp.guard import neutral_text
    from okta_mcp.okta import OktaError
    from okta_mcp.okta.credentials import SignInNeeded
    from okta_mcp.okta.identity import identify

    if not person.outlasts:
        _say(
            "There is no keyring here (is `pip install 'okta-mcp[keyring]'` missing?), so a sign-in cannot be kept. "
            "Start the server all the same: it asks for one in its log and in its answers, and keeps it as long as it "
            "runs."
        )
        return 1
    shown = None
    while True:
        try:
            await okta.scopes()
            user = (await identify(okta)).user
        except SignInNeeded as error:
            if shown != (shown := error.invitation.user_code):
                _say(f"Open {neutral_text(error.invitation.address)} and enter the code {neutral_text(shown)}.")
            await (sleep or anyio.sleep)(error.invitation.interval)
        except OktaError as error:
            _say(neutral_text(error.message))
            return 1
        else:
            break
    _say(f"Signed in as {neutral_text(user.login) if user else 'somebody'}; {person.place}.")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the command's answer
