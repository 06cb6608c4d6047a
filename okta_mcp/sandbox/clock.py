"""Time in the sandbox: where now comes from, how it is moved, and how Okta writes it."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["Clock", "MovableClock", "stamp", "utc_now"]

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the wall clock's time in UTC."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that follows another one until it is moved forward, or told to go faster or slower.

    Args:
        source: the clock that is followed.
    """

    def __init__(self, source: Clock = utc_now) -> None:
        self._source = source
        # What this clock showed when it was last touched, and what its source showed then.
        self._here: datetime | None = None
        self._there = source()
        self._speed = 1.0

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_source"}

    def follow(self, source: Clock) -> None:
        """Follow another clock from now on, as one out of a pickle has to."""
        self._source = source

    def __call__(self) -> datetime:
        """Return the time."""
        if self._here is None:
            return self._source()
        passed = self._source() - self._there
        return self._here + (passed if self._speed == 1.0 else passed * self._speed)

    @property
    def speed(self) -> float:
        """How many seconds pass here in one of the source's; 0 for a clock that stands."""
        return self._speed

    @speed.setter
    def speed(self, factor: float) -> None:
        """Go faster or slower from now on.

        Raises:
            ValueError: for a negative factor, or one that is no number.
        """
        if not (math.isfinite(factor) and factor >= 0):
            raise ValueError(f"the speed of the clock must be a number from 0 up, not {factor}")
        self._touch(self())
        self._speed = factor

    def advance(self, by: timedelta) -> datetime:
        """Move forward; return the new time.

        Raises:
            ValueError: for a negative step: what has happened would lie in the future.
            OverflowError: for a step beyond the year 9999.
        """
        if by < timedelta(0):
            raise ValueError("the clock can only be moved forward; a reset can begin at any time")
        return self._touch(self() + by)

    def set(self, moment: datetime) -> datetime:
        """Move forward to a moment; return it.

        Raises:
            ValueError: for a moment in this clock's past, or one without a time zone.
        """
        return self.advance(_aware(moment) - self())

    def restart(self, moment: datetime | None = None) -> None:
        """Go at the source's pace again, from `moment` on, be it in the past; with the source's time when None.

        Raises:
            ValueError: for a moment without a time zone.
        """
        self._speed = 1.0
        self._here = None
        if moment is not None:
            self._touch(_aware(moment))

    def _touch(self, moment: datetime) -> datetime:
        self._there = self._source()
        self._here = moment
        return moment


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone; write it as {moment.isoformat()}Z")
    return moment.astimezone(UTC)


def stamp(moment: datetime | None) -> str | None:
    """Write a moment as users, groups and apps carry it: UTC, milliseconds always `.000`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
