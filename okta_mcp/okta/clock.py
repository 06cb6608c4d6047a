"""Okta's time, as far as it can be known from here."""

from collections.abc import Callable

from okta_mcp.okta.steady import steady_time
from okta_mcp.records import record

__all__ = ["Moment", "OktaClock"]

# How far two clocks may drift apart in a second.
_DRIFT = 1e-4


@record
class Moment:
    """A time by Okta's clock.

    Attributes:
        earliest: epoch seconds; it is not earlier than this.
        latest: nor later than this.
        sure: whether Okta has told its time; otherwise this is our own clock's, or what was guessed.
        guessed: whether it is a guess.
    """

    earliest: float
    latest: float
    sure: bool = True
    guessed: bool = False


class OktaClock:
    """Tells Okta's time by our own clock, however wrong that one is.

    A `Date` header holds whole seconds. Each one says, all the same, that the difference of the clocks lies within
    a second and the time its answer took; where those of many answers overlap, it is known far better.

    Args:
        clock: our own clock, epoch seconds.
    """

    def __init__(self, clock: Callable[[], float] = steady_time) -> None:
        self._clock = clock
        self._least = self._most = 0.0
        self._heard: float | None = None
        self._is_guess = False

    def ours(self) -> float:
        """Return our own clock's time."""
        return self._clock()

    def now(self) -> Moment:
        """Return the time at Okta."""
        ours = self._clock()
        return Moment(ours + self._least, ours + self._most, sure=self._heard is not None, guessed=self._is_guess)

    def likely(self) -> float:
        """Return the time at Okta as one number, for what has to be signed with one."""
        return self._clock() + self.offset

    @property
    def offset(self) -> float:
        """Seconds that Okta is ahead of us, in the middle of what is possible; 0 while we may be right."""
        return 0.0 if self._least <= 0.0 <= self._most else (self._least + self._most) / 2

    def guess(self, time: float) -> None:
        """Take a time that Okta's clock has certainly reached, until Okta tells its own."""
        self._least = self._most = time - self._clock()
        self._is_guess = True

    def hear(self, date: float, sent: float, received: float) -> None:
        """Learn from an answer.

        Args:
            date: its `Date`, epoch seconds.
            sent: when it was asked, by our clock.
            received: when it was here, by our clock.
        """
        least, most = date - received, date + 1 - min(sent, received)
        if self._heard is not None:
            drift = abs(received - self._heard) * _DRIFT
            kept_least, kept_most = max(least, self._least - drift), min(most, self._most + drift)
            if kept_least <= kept_most:
                least, most = kept_least, kept_most
        self._least, self._most, self._heard, self._is_guess = least, most, received, False
