"""Rate limits: how many requests of a kind may be made in a minute, by one token and by all, and how many at once.

Source: Okta "Rate limits"; the window is 60 s long and opens at the first request, not at the full minute. Every
token has its share of each bucket; the bucket itself is the org's, and all tokens together cannot exceed it.
"""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from okta_mcp.sandbox.plans import PLANS, Plan

__all__ = ["DEFAULT_LIMITS", "Allowance", "RateLimits", "bucket_of"]

WINDOW = timedelta(seconds=60)

DEFAULT_LIMITS: Mapping[str, int] = PLANS["workforce"].per_minute
# What one token may use of each bucket, unless the administrator says otherwise.
USUAL_SHARE = 0.5

# Bucket, methods, path; the first that fits decides.
_BUCKETS = tuple(
    (name, frozenset(methods.split()), re.compile(path))
    for name, methods, path in (
        ("users", "GET POST", r"/api/v1/users"),
        ("user", "GET", r"/api/v1/users/[^/]+"),
        ("user changes", "POST PUT DELETE", r"/api/v1/users/[^/]+"),
        ("groups", "GET POST", r"/api/v1/groups"),
        ("group", "GET PUT DELETE", r"/api/v1/groups/[^/]+"),
        ("apps", "GET POST", r"/api/v1/apps"),
        ("app", "GET PUT DELETE", r"/api/v1/apps/[^/]+"),
        ("logs", "GET", r"/api/v1/logs"),
        ("clients", "GET POST PUT DELETE", r"/oauth2/v1/clients(/.*)?"),
        ("token", "POST", r"/oauth2/v1/token"),
    )
)


def bucket_of(method: str, path: str) -> str:
    """Name the bucket that a request counts in."""
    for name, methods, pattern in _BUCKETS:
        if method in methods and pattern.fullmatch(path):
            return name
    return "other"


@dataclass(slots=True)
class _Window:
    opened: datetime
    limit: int
    used: int = 0

    @property
    def left(self) -> int:
        return self.limit - self.used

    @property
    def reset(self) -> int:
        return math.ceil((self.opened + WINDOW).timestamp())


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a bucket after a request.

    Args:
        limit: requests per minute; 0 when it was the number of requests at once that was exceeded.
        remaining: of these, how many are left.
        reset: when they begin anew, in seconds since the epoch; an estimate for requests at once.
        exceeded: whether the request was one too many.
        newly_exceeded: whether it was the first of those, which the System Log hears of.
    """

    limit: int
    remaining: int
    reset: int
    exceeded: bool
    newly_exceeded: bool = False

    def headers(self) -> dict[str, str]:
        """Write the three `x-rate-limit-*` headers."""
        return {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(self.remaining),
            "x-rate-limit-reset": str(self.reset),
        }


class RateLimits:
    """Counts requests for each bucket, by caller and together, and those that are under way.

    Args:
        overrides: requests per minute by bucket name, instead of those of the plan.
        plan: name of one of Okta's plans; when None, the buckets are those of `workforce`, and there is no limit on
            requests at once.
        token_share: the part of a bucket that one token may use, above 0 and up to 1; with a plan, half of it when
            None. With neither, every token has the whole bucket for itself.
        at_once: requests that may be under way at the same moment, instead of the plan's.

    Raises:
        ValueError: for a plan or a bucket that does not exist, or a number that makes no sense.
    """

    def __init__(
        self,
        overrides: Mapping[str, int] | None = None,
        *,
        plan: str | None = None,
        token_share: float | None = None,
        at_once: int | None = None,
    ) -> None:
        chosen = None if plan is None else _plan(plan)
        limits = DEFAULT_LIMITS if chosen is None else chosen.per_minute
        unknown = set(overrides or ()) - limits.keys()
        if unknown:
            known = ", ".join(limits)
            raise ValueError(f"unknown rate limit bucket {', '.join(sorted(unknown))}; there are: {known}")
        self._is_shared = chosen is not None or token_share is not None
        if token_share is None:
            token_share = 1.0 if chosen is None else USUAL_SHARE
        if not 0 < token_share <= 1:
            raise ValueError(f"a token's share of the rate limits is above 0 and at most 1, not {token_share}")
        if at_once is not None and at_once < 1:
            raise ValueError(f"at least 1 request can be under way, not {at_once}")
        self._limits = {**limits, **(overrides or {})}
        self._share = token_share
        self._at_once = at_once if at_once is not None or chosen is None else chosen.at_once
        self._under_way = 0
        self._windows: dict[tuple[str, str | None], _Window] = {}
        self.lifted = False
        """Whether no request is one too many, for the time being."""

    def spend(self, method: str, path: str, caller: str, now: datetime) -> Allowance:
        """Count one request of `caller` and say what is left."""
        bucket = bucket_of(method, path)
        limit = self._limits[bucket]
        share = math.floor(limit * self._share)
        tighter = own = self._window((bucket, caller), max(share, min(limit, 1)), now)
        own.used += 1
        if self._is_shared:
            shared = self._window((bucket, None), limit, now)
            shared.used += 1
            tighter = shared if shared.left < own.left else own
        if self.lifted:
            return Allowance(limit=own.limit, remaining=own.limit, reset=own.reset, exceeded=False)
        if self._at_once is not None and self._under_way > self._at_once:
            return Allowance(limit=0, remaining=0, reset=own.reset, exceeded=True, newly_exceeded=True)
        return Allowance(
            limit=own.limit,
            remaining=max(0, tighter.left),
            reset=tighter.reset,
            exceeded=tighter.left < 0,
            newly_exceeded=tighter.left == -1,
        )

    def _window(self, key: tuple[str, str | None], limit: int, now: datetime) -> _Window:
        window = self._windows.get(key)
        if window is None or not timedelta(0) <= now - window.opened < WINDOW:
            window = self._windows[key] = _Window(now, limit)
        return window

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Count a request among those that are handled at this moment."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    def forget(self) -> None:
        """Close every window, as if nothing had been asked yet."""
        self._windows.clear()


def _plan(name: str) -> Plan:
    if name not in PLANS:
        raise ValueError(f"unknown plan {name}; there are: {', '.join(PLANS)}")
    return PLANS[name]
