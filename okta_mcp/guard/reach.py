"""Which tools the server's own credentials can serve, as far as their OAuth scopes tell."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from okta_mcp.guard.refused import Refused
from okta_mcp.okta import OktaClient


class Scoped(Protocol):
    """What has to be known of an action."""

    @property
    def name(self) -> str:
        """The tool's name."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """The OAuth scopes its requests need."""


async def _unheard() -> None:
    """Hear of something that nobody waits for."""


class Reach:
    """What the scopes of the access token allow. An API token has none: there its owner's roles decide alone.

    The token is asked for after the start, so the tools are listed before it is known what it serves; and a new token
    may have other scopes than the last one, when an administrator has granted some.

    Args:
        okta: the org's client.

    Attributes:
        on_change: called when other tools can be served than was known before.
    """

    def __init__(self, okta: OktaClient) -> None:
        self._okta = okta
        self._known: frozenset[str] | None = None
        self.on_change: Callable[[], Awaitable[None]] = _unheard

    @property
    def changeable(self) -> bool:
        """Whether anything but the operator's policy decides what is on offer."""
        return self._okta.credentials.scoped

    def serves(self, action: Scoped) -> bool:
        """Tell whether a tool can be served, as far as is known without asking Okta."""
        return self._known is None or not missing(action.scopes, self._known)

    async def learn(self) -> None:
        """Find out the scopes; an access token is asked for if there is none.

        Raises:
            OktaError: there is none to be had.
        """
        await self._take(await self._okta.scopes())

    async def enforce(self, action: Scoped) -> None:
        """Stop a call that Okta would refuse for want of a scope.

        Raises:
            Refused: naming the scopes that are missing.
            OktaError: there is no access token to be had.
        """
        await self.learn()
        if not self.serves(action):
            # It may have been granted since; a token that is a minute old is worth replacing to see.
            await self._take(await self._okta.scopes(renewed=True))
        if self._known is not None and (lacking := missing(action.scopes, self._known)):
            scopes = " and ".join(lacking)
            raise Refused(
                f"{action.name} was not called: it needs {scopes}, which this server's access token does not have; "
                "nothing was changed",
                "the operator grants it to the app in the Admin Console (Applications, the app, Okta API Scopes), and "
                "names it in OKTA_SCOPES if that is set; it works a minute later.",
            )

    async def _take(self, scopes: frozenset[str] | None) -> None:
        if scopes != self._known:
            self._known = scopes
            await self.on_change()


def missing(needed: Iterable[str], held: frozenset[str]) -> list[str]:
    """Return the scopes that are needed and not held; whoever may manage may also read.

    Source: Okta "OAuth 2.0 scopes".
    """
    return [one for one in needed if one not in held and f"{one.removesuffix('.read')}.manage" not in held]
