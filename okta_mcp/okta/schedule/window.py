"""One bucket of Okta's rate limits: what its headers have told, and how many requests may go out now.

A bucket has a window of 60 seconds that opens at the first request and then starts whole again. Every answer tells
the limit, what remains, and the second at which the window ends. What is in flight may or may not be in the reported
remainder yet; it is taken not to be, so the remainder less what is in flight can always be sent.
"""

import math
from dataclasses import dataclass, field

from okta_mcp.okta.clock import Moment
from okta_mcp.okta.limits import RateLimit
from okta_mcp.records import record

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
_FLIGHT = 120.0
"""Seconds after which nobody is believed to wait for an answer any more."""
_UNLIMITED = 1_000_000


@record
class Grant:
    """Leave to send one request.

    Attributes:
        name: distinguishes it from all others under way.
        version: how much was known of the window.
        at: when, at the earliest, by Okta's clock; 0 when its time was not known.
    """

    name: str
    version: int
    at: float


@record
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

    All times are Okta's. Its fields are plain values, so that it can be kept elsewhere.

    Attributes:
        limit: requests in a window; None before the first answer.
        remaining: how many of them were left when that was last told.
        resets_at: end of the window as Okta reports it.
        ends: when the window is certainly over.
        flights: the requests that are under way, by name, and until when each is believed to be.
        taken: how many requests have gone out in this window.
        split: among how many the limit is divided, when they do not know of each other's requests.
    """

    share: float = 1.0
    limit: int | None = None
    remaining: int = 0
    resets_at: float | None = None
    ends: float = 0.0
    flights: dict[str, float] = field(default_factory=dict)
    taken: int = 0
    split: int = 1
    opened_by: float = 0.0
    version: int = 0
    told_at: int = 0
    taken_at: float = 0.0
    not_before: float = 0.0
    silent: bool = False
    misled: int = 0

    @property
    def in_flight(self) -> int:
        """How many requests are under way."""
        return len(self.flights)

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
        if now.earliest < self.not_before:
            return 0
        if self.silent:
            return _UNLIMITED
        if not self.known(now):
            scouts = SCOUTS if self.limit is None else min(SCOUTS, self.usable)
            room = scouts - self.in_flight - (1 if bulk and scouts > 1 else 0)
            return room if room > 0 else int(now.earliest >= self.taken_at + _PATIENCE)
        room = self._spare()
        return room - round(self._reserve * (self.ends - now.earliest) / LENGTH) if bulk else room

    def _spare(self) -> int:
        spare = self.remaining - self.floor - self.in_flight
        return spare if self.split == 1 else min(spare, self.usable - self.taken)

    @property
    def usable(self) -> int:
        """What may be used of a window."""
        return 0 if self.limit is None else max(1, (self.limit - self.floor) // self.split)

    @property
    def _reserve(self) -> float:
        return _RESERVE * self.usable

    def until(self, now: Moment, *, bulk: bool = False) -> float:
        """Tell when there will be room again if no answer makes some before.

        Args:
            now: a time at which there is none.
            bulk: as for `room`.
        """
        if now.earliest < self.not_before:
            return self.not_before
        if not self.known(now):
            return self.taken_at + _PATIENCE
        spare = self._spare() - 1
        if bulk and spare >= 0 and self._reserve:
            # A half is rounded away.
            return max(now.earliest, self.ends - LENGTH * (spare + 0.5) / self._reserve)
        return self.ends

    def take(self, name: str, now: Moment) -> Grant:
        """Count one request as under way."""
        self.flights[name] = now.latest + _FLIGHT
        self.taken_at = now.earliest
        self.taken += 1
        return Grant(name, self.version, now.earliest if now.sure else 0.0)

    def left(self, now: Moment) -> int:
        """Count what may still be sent in this window, requests under way not counted."""
        return max(0, self._spare()) if self.known(now) else self.usable

    def forget_lost(self, now: Moment) -> None:
        """Forget requests of which nobody will tell any more, as of a process that has died."""
        for name in [one for one, ends in self.flights.items() if ends < now.earliest]:
            del self.flights[name]

    def settle(self, done: Settled) -> None:
        """Learn from what became of a request."""
        self.flights.pop(done.grant.name, None)
        self.version += 1
        if done.pause:
            self.not_before = max(self.not_before, done.at.earliest + done.pause)
        if done.limit is None:
            self._count_unseen(done)
        else:
            self.silent = False
            self._read(done.limit, done)

    def _count_unseen(self, done: Settled) -> None:
        if not done.sent:
            return
        if self.limit is None:
            self.silent = not done.pause
        else:
            self.remaining = max(0, self.remaining - 1)

    def _read(self, told: RateLimit, done: Settled) -> None:
        is_newest = self.limit is None or done.grant.version >= self.told_at
        if told.resets_at == self.resets_at:
            if done.grant.at >= self.ends:
                # It was asked after the end of a window that has not ended: Okta does not keep the times assumed here.
                self.misled += 1
                self.ends = done.at.earliest + min(LENGTH, 2.0**self.misled)
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
            self.told_at = self.version

    def _open(self, told: RateLimit, at: Moment) -> None:
        self.resets_at, self.remaining, self.opened_by, self.misled = told.resets_at, told.remaining, at.latest, 0
        # What is under way may have been counted before the window opened, or after.
        self.taken = self.in_flight + 1
        # A window was open when its first answer was here, and its end is told in whole seconds.
        self.ends = self.opened_by + LENGTH + _SLACK
        if at.sure or at.earliest < told.resets_at <= at.latest + LENGTH + 1:
            self.ends = min(self.ends, told.resets_at + 1)
