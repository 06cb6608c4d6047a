"""Okta's time, told from the `Date` of its answers: what is signed here is judged by Okta's clock, not by ours."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2


class OktaClock:
    """The clock of this machine, corrected by Okta's.

    Args:
        clock: this machine's, in epoch seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.offset = 0.0
        """Seconds that Okta is ahead of this machine."""

    def now(self) -> float:
        """Return Okta's time in epoch seconds."""
        return self._clock() + self.offset

    def learn(self, response: httpx2.Response) -> None:
        """Take the time from an answer that has just come; one without a readable `Date` is passed over."""
        try:
            sent: datetime = parsedate_to_datetime(response.headers.get("date", ""))
        except ValueError:
            return
        # The header has whole seconds; on the average half of one has passed since.
        moment = (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).timestamp() + 0.5
        offset = moment - self._clock()
        # Within what the answer's way and the rounding explain, this machine is right.
        self.offset = offset if abs(offset) > _TOLERATED else 0.0


_TOLERATED = 3.0
