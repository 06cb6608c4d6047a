"""Rate limits: how many requests of a kind one caller may make in a minute.

Source: Okta "Rate limits"; the window is 60 s long and opens at the first request, not at the full minute.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["DEFAULT_LIMITS", "Allowance", "RateLimits", "bucket_of"]

WINDOW = timedelta(seconds=60)

DEFAULT_LIMITS: Mapping[str, int] = {
    "users": 600,
    "user": 2000,
    "user changes": 600,
    "groups": 500,
    "group": 1000,
    "apps": 100,
    "app": 500,
    "logs": 120,
    "other": 1200,
}

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
    used: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a bucket after a request; `exceeded` means the request was one too many."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool

    def headers(self) -> dict[str, str]:
        """Write the three `x-rate-limit-*` headers."""
        return {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(self.remaining),
            "x-rate-limit-reset": str(self.reset),
        }


class RateLimits:
    """Counts requests for each bucket and caller.

    Args:
        overrides: requests per minute by bucket name, instead of `DEFAULT_LIMITS`.

    Raises:
        ValueError: for the name of a bucket that does not exist.
    """

    def __init__(self, overrides: Mapping[str, int] | None = None) -> None:
        unknown = set(overrides or ()) - DEFAULT_LIMITS.keys()
        if unknown:
            known = ", ".join(DEFAULT_LIMITS)
            raise ValueError(f"unknown rate limit bucket {', '.join(sorted(unknown))}; there are: {known}")
        self._limits = {**DEFAULT_LIMITS, **(overrides or {})}
        self._windows: dict[tuple[str, str], _Window] = {}

    def spend(self, method: str, path: str, caller: str, now: datetime) -> Allowance:
        """Count one request of `caller` and say what is left."""
        bucket = bucket_of(method, path)
        window = self._windows.get((bucket, caller))
        if window is None or now - window.opened >= WINDOW:
            window = self._windows[bucket, caller] = _Window(now)
        limit = self._limits[bucket]
        window.used += 1
        return Allowance(
            limit=limit,
            remaining=max(0, limit - window.used),
            reset=math.ceil((window.opened + WINDOW).timestamp()),
            exceeded=window.used > limit,
        )
