"""How long a call waits for its turns, and what the schedule learns from it."""

import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import httpx2

from okta_mcp.okta.errors import LimitReached
from okta_mcp.okta.limits import RateLimit, wait_for
from okta_mcp.okta.schedule import Party, Priority, Schedule, Turn, TurnTooLate

__all__ = ["Pacing", "Sending", "Spent"]


@dataclass
class Spent:
    """What a call has used up of its time.

    Attributes:
        bound: ends the call when its time is over.
        party: whose call it is.
        waited: seconds that it waited for rate limits.
        tries: how often it was sent.
    """

    bound: anyio.CancelScope
    party: Party
    waited: float = 0.0
    tries: int = 0

    @property
    def left(self) -> float:
        """Seconds until its time is over."""
        return self.bound.deadline - anyio.current_time()


@dataclass
class Sending:
    """A request whose turn it is.

    Attributes:
        sent: whether it may have gone out.
        response: the answer; None without one.
    """

    sent: bool = False
    response: httpx2.Response | None = None


class Pacing:
    """Gives the calls of one client their turns.

    Args:
        schedule: when each request goes out.
        total: seconds that a call may take, with all waiting; without the waiting in bulk work.
        max_wait: seconds that a call may wait for rate limits.
        bulk_max_wait: the same in bulk work.
        clock: epoch seconds.

    Attributes:
        limits: the limits last reported, by method and path template.
    """

    def __init__(
        self,
        schedule: Schedule,
        *,
        total: float,
        max_wait: float,
        bulk_max_wait: float,
        clock: Callable[[], float],
    ) -> None:
        self.schedule = schedule
        self.limits: dict[str, RateLimit] = {}
        self._total = total
        self._max_wait = {Priority.INTERACTIVE: max_wait, Priority.BULK: bulk_max_wait}
        self._clock = clock

    def began(self, bound: anyio.CancelScope, party: Party) -> Spent:
        """Bound a call that begins now."""
        bound.deadline = anyio.current_time() + self._total
        return Spent(bound, party)

    def patience(self, spent: Spent) -> float:
        """Return how many seconds a call may still wait for rate limits."""
        return min(spent.left, self._max_wait[spent.party.priority] - spent.waited)

    @asynccontextmanager
    async def turn(
        self, method: str, path: str, spent: Spent, report: Callable[[float], Awaitable[None]]
    ) -> AsyncIterator[Sending]:
        """Wait until a request may be sent; what becomes of it inside, the schedule is told at the end.

        Args:
            method: HTTP method.
            path: path template.
            spent: what its call has used up.
            report: called with the seconds of a longer wait, before it.

        Raises:
            LimitReached: its turn would come too late.
        """
        is_bulk = spent.party.priority is Priority.BULK
        if is_bulk:
            spent.bound.deadline = math.inf
        patience = self.patience(spent)
        try:
            turn = await self.schedule.turn(method, path, spent.party, patience=patience, report=report)
        except TurnTooLate as late:
            raise LimitReached(late.seconds, method=method, path=path) from None
        spent.waited += turn.waited
        if is_bulk:
            spent.bound.deadline = anyio.current_time() + self._total
        sending = Sending()
        try:
            yield sending
        finally:
            with anyio.CancelScope(shield=True):
                await self._settle(turn, sending, spent)

    async def _settle(self, turn: Turn, sending: Sending, spent: Spent) -> None:
        if (response := sending.response) is None:
            await self.schedule.done(turn, sent=sending.sent)
            return
        limit = RateLimit.from_headers(response.headers)
        if limit is not None:
            self.limits[f"{turn.method} {turn.path}"] = limit
        is_vague = response.status_code == 429 and limit is None
        pause = wait_for(response, attempt=spent.tries, clock=self._clock) if is_vague else 0.0
        await self.schedule.done(turn, limit=limit, pause=pause)
