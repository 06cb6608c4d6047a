"""Rate limits as Okta reports them, and how long to wait when one is met.

Source: Okta Management API, "Rate limits".
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

import httpx2

from okta_mcp.records import record

_LONGEST_GUESS = 30.0
_WINDOW = 60.0
"""Seconds that a window lasts: no answer can ask for a longer wait, whatever its clock or ours says."""
_MOST = 1_000_000_000
"""Requests a minute that no limit of Okta's allows."""


@record
class RateLimit:
    """One bucket of Okta's rate limits, as last reported.

    Attributes:
        limit: requests allowed in a window; 0 together with `remaining` 0 marks the concurrency limit.
        remaining: requests left in this window.
        resets_at: end of the window, epoch seconds by Okta's clock.
    """

    limit: int
    remaining: int
    resets_at: float

    @classmethod
    def from_headers(cls, headers: httpx2.Headers) -> Self | None:
        """Read the `X-Rate-Limit-*` headers; None when they are missing, or not numbers of any sense."""
        try:
            limit, remaining, resets_at = (
                float(headers[f"x-rate-limit-{name}"]) for name in ("limit", "remaining", "reset")
            )
            told = cls(int(limit), int(remaining), resets_at)
        except (KeyError, ValueError, OverflowError):
            return None
        return told if max(abs(limit), abs(remaining)) <= _MOST and math.isfinite(resets_at) else None

    @property
    def concurrency(self) -> bool:
        """Whether this reports too many simultaneous requests, not too many in a minute."""
        return self.limit == 0 and self.remaining == 0


@record
class Wait:
    """A pause before a request is sent again.

    Attributes:
        reason: what is waited for, in words for a person.
        seconds: how long.
        attempt: how many times the request has been sent so far.
    """

    reason: str
    seconds: float
    attempt: int


def wait_for(response: httpx2.Response, *, attempt: int, clock: Callable[[], float]) -> float:
    """Reckon how long a 429 asks to wait, without jitter.

    Args:
        response: the 429.
        attempt: how many times the request has been sent so far.
        clock: epoch seconds, used only when the answer has no `Date`.

    Returns:
        seconds until the window ends by Okta's own clock, and one more; for the concurrency limit, where
        the reported end means nothing, 1, 2, 4... seconds, up to half a minute.
    """
    limit = RateLimit.from_headers(response.headers)
    if limit is None or limit.concurrency:
        return min(_LONGEST_GUESS, 2.0 ** (attempt - 1))
    sent = date_of(response.headers)
    left = limit.resets_at - (clock() if sent is None else sent)
    return min(_WINDOW, max(0.0, left)) + 1.0


def date_of(headers: httpx2.Headers) -> float | None:
    """Read `Date` as epoch seconds; None when there is none or it cannot be read."""
    try:
        sent: datetime = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).timestamp()
