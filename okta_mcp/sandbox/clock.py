"""Time in the sandbox: where now comes from, and how Okta writes it."""

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "stamp", "utc_now"]

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the wall clock's time in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime | None) -> str | None:
    """Write a moment as users, groups and apps carry it: UTC, milliseconds always `.000`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
