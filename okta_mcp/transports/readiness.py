"""Whether this server can do its work now: asked as often as one likes, found out seldom."""

from collections.abc import Callable
from typing import Literal, get_args

import anyio

from okta_mcp.okta import (
    ConnectionLost,
    Forbidden,
    NotFound,
    OktaClient,
    OktaError,
    OktaTimeout,
    OktaUnreachable,
    RateLimited,
    Unauthorized,
)
from okta_mcp.okta.errors import CredentialsRefused
from okta_mcp.okta.org import get_me, get_org
from okta_mcp.okta.watching import Attempt
from okta_mcp.transports.callers import TokensFile

Trouble = Literal["okta_unreachable", "credentials_refused", "okta_fault"]
Reason = Literal["draining"] | Trouble

_GOOD_FOR = 30.0
"""Seconds that an answer of Okta's counts; whatever a client makes us ask is one."""
_BAD_FOR = 5.0
"""Seconds before Okta is asked again after it could not be used."""
_PATIENCE = 5.0
"""Seconds that Okta is given to answer this question."""


class Readiness:
    """Knows whether Okta can be reached and accepts the credentials.

    Args:
        okta: the org's client. Its other requests are watched: while they succeed, nothing is asked.
        clock: seconds that only rise.
        file: of the tokens that are let in.

    Attributes:
        draining: whether the server is about to end.
    """

    def __init__(
        self,
        okta: OktaClient,
        *,
        clock: Callable[[], float] = anyio.current_time,
        file: TokensFile | None = None,
    ) -> None:
        self._okta = okta
        self._file = file
        self._clock = clock
        self._asking = anyio.Lock()
        self._reason: Reason | None = None
        self._until = float("-inf")
        self.draining = False
        okta.watchers.append(self._watch)

    @property
    def known(self) -> bool:
        """Whether it was ready when that was last found out."""
        return not self.draining and self._reason is None and self._until > float("-inf")

    @property
    def with_okta(self) -> dict[str, bool]:
        """Which trouble there was with Okta when that was last found out, of all that there may be."""
        return {one: one == self._reason for one in get_args(Trouble)}

    @property
    def trouble(self) -> list[str]:
        """What an operator has to mend, though the server does its work: no balancer should turn away from it."""
        return ["tokens_file"] if self._file is not None and self._file.trouble is not None else []

    async def reason(self) -> Reason | None:
        """Return why it is not ready; None when it is. Several who ask at once make one request to Okta at most.

        Source: `GET /api/v1/users/me`; for a service app, which is no user, `GET /api/v1/org`.
        """
        if self.draining:
            return "draining"
        async with self._asking:
            if self._clock() >= self._until:
                self._learn(await self._found_out())
        return self._reason

    async def _found_out(self) -> Reason | None:
        reason: Reason | None = "okta_unreachable"
        with anyio.move_on_after(_PATIENCE):
            try:
                await (get_me if self._okta.credentials.personal else get_org)(self._okta)
            except (Forbidden, NotFound, RateLimited):
                reason = None  # whoever is told this was let in
            except (Unauthorized, CredentialsRefused):
                reason = "credentials_refused"
            except (OktaUnreachable, OktaTimeout, ConnectionLost):
                reason = "okta_unreachable"
            except OktaError:
                reason = "okta_fault"
            else:
                reason = None
        return reason

    def _learn(self, reason: Reason | None) -> None:
        self._reason = reason
        self._until = self._clock() + (_GOOD_FOR if reason is None else _BAD_FOR)

    def _watch(self, attempt: Attempt) -> None:
        if attempt.status is not None and (attempt.status < 400 or attempt.status == 404):
            self._learn(None)
        elif attempt.status == 401:
            # Not believed without a question of our own: it may have been about that one request.
            self._until = float("-inf")
