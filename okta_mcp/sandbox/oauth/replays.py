"""Ids that may be used once."""

from collections.abc import Hashable
from datetime import datetime, timedelta

__all__ = ["Replays"]


class Replays:
    """Remembers which ids were used.

    Args:
        memory: how long an id is remembered; whatever carries it must not live longer.
    """

    def __init__(self, memory: timedelta) -> None:
        self._memory = memory
        self._used: dict[Hashable, datetime] = {}

    def use(self, key: Hashable, now: datetime) -> bool:
        """Use an id; False when it has been used before."""
        while self._used:
            oldest = next(iter(self._used))
            if now - self._used[oldest] <= self._memory:
                break
            del self._used[oldest]
        if key in self._used:
            return False
        self._used[key] = now
        return True
