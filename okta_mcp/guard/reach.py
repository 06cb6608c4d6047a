"""Which tools the server's own credentials can serve, as far as their OAuth scopes tell."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from okta_mcp.guard.refused import Refused
from okta_mcp.okta import OktaClient
from okta_mcp.records import record


@record
class Part:
    """What of a tool needs scopes besides those that it needs in any case.

    Args:
        words: what it is, to stand behind the tool's name, such as "with `groups`".
        scopes: what it needs besides.
        when: tells by the arguments of a call whether it asks for this; None for what an answer lacks without these
            scopes, while the call is served all the same.
    """

    words: str
    scopes: tuple[str, ...]
    when: Callable[[Mapping[str, Any]], bool] | None = None


class Scoped(Protocol):
    """What has to be known of an action."""

    @property
    def name(self) -> str:
        """The tool's name."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """The OAuth scopes its requests need in any case."""

    @property
    def parts(self) -> Sequence[Part]:
        """What of it needs more."""

    @property
    def made_of_others(self) -> bool:
        """Whether it does nothing but its parts, so that it is of use with the scopes of one of them."""


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
        """Tell whether a tool can be served, at least in part, as far as is known without asking Okta."""
        return self._known is None or served(action, self._known)

    async def learn(self) -> None:
        """Find out the scopes; an access token is asked for if there is none.

        Raises:
            OktaError: there is none to be had.
        """
        await self._take(await self._okta.scopes())

    async def enforce(self, action: Scoped, arguments: Mapping[str, Any]) -> None:
        """Stop a call that Okta would refuse for want of a scope.

        Args:
            action: what is called.
            arguments: what with, by parameter.

        Raises:
            Refused: naming the scopes that are missing.
            OktaError: there is no access token to be had.
        """
        await self.learn()
        if self._lacking(action, arguments) is not None:
            # It may have been granted since; a token that is a minute old is worth replacing to see.
            await self._take(await self._okta.scopes(renewed=True))
        if (lacking := self._lacking(action, arguments)) is not None:
            asked, without = (f"{lacking.words} ", "do without that, or ") if lacking.words else ("", "")
            raise Refused(
                f"{action.name} was not called: {asked}it needs {' and '.join(lacking.scopes)}, which this server's "
                "access token does not have; nothing was changed",
                f"{without}the operator grants it to the app in the Admin Console (Applications, the app, Okta API "
                "Scopes), and names it in OKTA_SCOPES if that is set; it works a minute later.",
            )

    def _lacking(self, action: Scoped, arguments: Mapping[str, Any]) -> Part | None:
        """Return what of a call cannot be served, with the scopes that are missing; None when all of it can."""
        if self._known is None:
            return None
        asked = (one for one in action.parts if one.when is not None and one.when(arguments))
        for one in (Part("", action.scopes), *asked):
            if lacking := missing(one.scopes, self._known):
                return replace(one, scopes=tuple(lacking))
        return None

    async def _take(self, scopes: frozenset[str] | None) -> None:
        if scopes != self._known:
            self._known = scopes
            await self.on_change()


def served(action: Scoped, held: frozenset[str]) -> bool:
    """Tell whether scopes are enough for a tool, or for some part of one that is made of others."""
    parts = not action.made_of_others or any(not missing(one.scopes, held) for one in action.parts)
    return parts and not missing(action.scopes, held)


def missing(needed: Iterable[str], held: frozenset[str]) -> list[str]:
    """Return the scopes that are needed and not held; whoever may manage may also read.

    Source: Okta "OAuth 2.0 scopes".
    """
    return [one for one in needed if one not in held and f"{one.removesuffix('.read')}.manage" not in held]
