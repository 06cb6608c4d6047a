"""One bucket of Okta's rate limits: what its headers have told, and how many requests may go out now.

A bucket has a window of 60 seconds that opens at the first request and then starts whole again. Every answer tells
the limit, what remains, and the second at which the window ends. What is in flight may or may not be in the reported
remainder yet; it is taken not to be, so the remainder less what is in flight can always be sent.
"""

import math
from dataclasses import dataclass, field

from okta_mcp.okta.limits import RateLimit
from okta_mcp.okta.schedule.clock import Moment

__all__ = ["SCOUTS", "Grant", "Settled", "Window"]

LENGTH = 60.0
"""Seconds that a window lasts."""
SCOUTS = 4
"""Requests that go out before anything is known of a window. The first answer tells the rest."""
_PATIENCE = 1.0
"""Seconds to wait for that answer before another one goes out."""
_RESERVE = 0.1
"""Part of a new window that bulk work leaves to others; it shrinks to nothing towards the window's end."""
_SLACK = 0.1
"""Seconds by which the clocks of Okta's own machines may differ."""
_UNLIMITED = 1_000_000


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to send one request.

    Attributes:
        name: distinguishes it from all others under way.
        version: how much was known of the window.
        at: when, at the earliest, by Okta's clock.
    """

    name: str
    version: int
    at: float


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a request.

    Attributes:
        grant: the leave it was sent with.
        at: when that was known, by Okta's clock.
        limit: what the answer's headers tell of the bucket; None when there were none.
        sent: False when it is certain that Okta did not count it.
        pause: seconds in which Okta wants no more requests, as when it refuses one without saying until when.
    """

    grant: Grant
    at: Moment
    limit: RateLimit | None = None
    sent: bool = True
    pause: float = 0.0


@dataclass(slots=True)
class Window:
    """The present window of one bucket.

    Args:
        share: the part of the limit that may be used, above 0 and up to 1. The rest is never touched, as far as the
            headers tell.

    Attributes:
        limit: requests in a window; None before the first answer.
        remaining: how many of them were left when that was last told.
        resets_at: end of the window as Okta reports it.
        ends: when the window is certainly over.
        in_flight: requests that are under way.
    """

    share: float = 1.0
    limit: int | None = None
    remaining: int = 0
    resets_at: float | None = None
    ends: float = -math.inf
    in_flight: int = 0
    _opened_by: float = 0.0
    _version: int = 0
    _told_at: int = 0
    _taken_at: float = -math.inf
    _not_before: float = -math.inf
    _silent: bool = False
    _misled: int = field(default=0)

    @property
    def floor(self) -> int:
        """Requests of each window that are left to others."""
        return 0 if self.limit is None else min(math.ceil(self.limit * (1 - self.share) - 1e-9), self.limit - 1)

    def known(self, now: Moment) -> bool:
        """Whether what remains of the present window is known."""
        return self.limit is not None and now.earliest < self.ends

    def room(self, now: Moment, *, bulk: bool = False) -> int:
        """Count the requests that may be sent now.

        Args:
            now: the time.
            bulk: whether they can wait.
        """
        if now.earliest < self._not_before:
            return 0
        if self._silent:
            return _UNLIMITED
        if not self.known(now):
            scouts = SCOUTS if self.limit is None else min(SCOUTS, self.limit - self.floor)
            room = scouts - self.in_flight - (1 if bulk and scouts > 1 else 0)
            return room if room > 0 else int(now.earliest >= self._taken_at + _PATIENCE)
        room = self.remaining - self.floor - self.in_flight
        return room - round(self._reserve * (self.ends - now.earliest) / LENGTH) if bulk else room

    @property
    def _reserve(self) -> float:
        return 0.0 if self.limit is None else _RESERVE * (self.limit - self.floor)

    def until(self, now: Moment, *, bulk: bool = False) -> float:
        """Tell when there will be room again if no answer makes some before.

        Args:
            now: a time at which there is none.
            bulk: as for `room`.
        """
        if now.earliest < self._not_before:
            return self._not_before
        if not self.known(now):
            return self._taken_at + _PATIENCE
        spare = self.remaining - self.floor - self.in_flight - 1
        if bulk and spare >= 0 and self._reserve:
            # A half is rounded away.
            return max(now.earliest, self.ends - LENGTH * (spare + 0.5) / self._reserve)
        return self.ends

    def take(self, name: str, now: Moment) -> Grant:
        """Count one request as under way."""
        self.in_flight += 1
        self._taken_at = now.earliest
        return Grant(name, self._version, now.earliest)

    def settle(self, done: Settled) -> None:
        """Learn from what became of a request."""
        self.in_flight = max(0, self.in_flight - 1)
        self._version += 1
        if done.pause:
            self._not_before = max(self._not_before, done.at.earliest + done.pause)
        if done.limit is None:
            self._count_unseen(done)
        else:
            self._silent = False
            self._read(done.limit, done)

    def _count_unseen(self, done: Settled) -> None:
        if not done.sent:
            return
        if self.limit is None:
            self._silent = not done.pause
        else:
            self.remaining = max(0, self.remaining - 1)

    def _read(self, told: RateLimit, done: Settled) -> None:
        is_newest = self.limit is None or done.grant.version >= self._told_at
        if told.resets_at == self.resets_at:
            if done.grant.at >= self.ends:
                # It was asked after the end of a window that has not ended: Okta does not keep the times assumed here.
                self._misled += 1
                self.ends = done.at.earliest + min(LENGTH, 2.0**self._misled)
            self.remaining = told.remaining if is_newest else min(self.remaining, told.remaining)
        elif is_newest or self.resets_at is None or told.resets_at > self.resets_at:
            self._open(told, done.at)
        elif told.resets_at > done.at.latest:
            # Two windows are open, this credential's and the whole org's, and Okta tells the tighter one each time.
            self.remaining = min(self.remaining, told.remaining)
        else:
            return
        self.limit = told.limit
        if is_newest:
            self._told_at = self._version

    def _open(self, told: RateLimit, at: Moment) -> None:
        self.resets_at, self.remaining, self._opened_by, self._misled = told.resets_at, told.remaining, at.latest, 0
        # A window was open when its first answer was here, and its end is told in whole seconds.
        self.ends = self._opened_by + LENGTH + _SLACK
        if at.sure or at.earliest < told.resets_at <= at.latest + LENGTH + 1:
            self.ends = min(self.ends, told.resets_at + 1)
