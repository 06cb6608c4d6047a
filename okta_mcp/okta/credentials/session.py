"""One access token at a time: cached, renewed ahead of its end by one task, and again when Okta refuses it."""

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from okta_mcp.okta.clock import OktaClock
from okta_mcp.okta.credentials.exchange import Grant
from okta_mcp.okta.errors import CredentialsRefused, OktaError

log = logging.getLogger("okta_mcp.okta")

_AHEAD = 300.0
"""Seconds before a token's end in which a new one is asked for while the old one still serves."""
_LAST = 20.0
"""Seconds before a token's end in which it is not sent any more: it could end on its way."""
_REST = 30.0
"""Seconds before asking again for what was not to be had, while the old token still serves."""
_SETTLED = 5.0
"""Seconds in which a refusal of the client is not questioned: somebody has to mend something first."""
_RENEWALS, _WITHIN = 3, 60.0
"""How many refused tokens are replaced in how many seconds: where Okta refuses every token, more would be a storm."""

_YOUNG = 60.0
"""Seconds in which a token is as good as new."""

Obtain = Callable[[], Awaitable[Grant]]


class Session:
    """The token of one org, client and set of scopes; it lives in memory only.

    Args:
        clock: Okta's time.
    """

    def __init__(self, clock: OktaClock) -> None:
        self._clock = clock
        self._asking = anyio.Lock()
        self._grant: Grant | None = None
        self._failure: OktaError | None = None
        self._asked = 0
        self._not_before = 0.0
        self._retired = False
        self._refused: deque[float] = deque(maxlen=_RENEWALS)

    @property
    def grant(self) -> Grant | None:
        """The token that was got last, as long as it serves."""
        return self._grant if self._grant is not None and self._left(self._grant) > _LAST else None

    async def current(self, obtain: Obtain) -> Grant:
        """Return a token that serves, asking for one if there is none.

        Args:
            obtain: asks for a new token.

        Raises:
            OktaError: there is none to be had.
        """
        if (grant := self.grant) is not None:
            ahead = min(_AHEAD, (grant.expires - grant.issued) / 2)
            due = self._retired or self._left(grant) <= ahead
            if not due or self._asking.locked() or self._clock.likely() < self._not_before:
                return grant
        asked = self._asked
        async with self._asking:
            # Somebody else may have asked meanwhile: what came of it is the answer for all who waited.
            waited = self._asked != asked
            if waited and (grant := self.grant) is not None:
                return grant
            if self._failure is not None and (waited or self._is_settled(self._failure)):
                raise _once_more(self._failure)
            return await self._renewed(obtain)

    async def _renewed(self, obtain: Obtain) -> Grant:
        self._retired = False
        try:
            grant = await obtain()
        except OktaError as error:
            self._asked += 1
            self._failure = error
            self._not_before = self._clock.likely() + _REST
            if (old := self.grant) is None:
                raise
            log.warning("The access token could not be renewed yet: %s", error)
            return old
        self._asked += 1
        self._grant, self._failure = grant, None
        return grant

    def _is_settled(self, failure: OktaError) -> bool:
        """Tell whether asking again so soon would bring the same refusal."""
        since = self._clock.likely() - (self._not_before - _REST)
        return isinstance(failure, CredentialsRefused) and 0 <= since < _SETTLED

    def refuse(self, grant: Grant) -> bool:
        """Drop a token that Okta refused; tell whether there may be a better one.

        Args:
            grant: the token that was sent. Another one may have taken its place meanwhile.
        """
        if self._grant is not grant:
            return True
        now = self._clock.likely()
        if len(self._refused) == _RENEWALS and 0 <= now - self._refused[0] < _WITHIN:
            return False
        self._refused.append(now)
        self._grant = None
        return True

    def retire(self) -> None:
        """See to it that a new token is asked for next, unless this one was got just now."""
        if self._grant is not None and self._clock.likely() - self._grant.issued > _YOUNG:
            self._retired = True
            self._not_before = 0.0

    def _left(self, grant: Grant) -> float:
        return grant.expires - self._clock.likely()


def _once_more(error: OktaError) -> OktaError:
    """Copy an error for another call, which may add to it what concerns that call alone."""
    copied: Any = type(error).__new__(type(error))
    copied.args = error.args
    copied.__dict__.update(error.__dict__)
    copied.__cause__ = error
    result: OktaError = copied
    return result
