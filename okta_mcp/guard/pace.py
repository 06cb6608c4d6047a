"""How many writes there may be in a while."""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from okta_mcp.guard.caller import Caller
from okta_mcp.guard.refused import Refused

_MINUTE, _HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's limits; 0 for none.

    Args:
        per_minute: writes of this server in any minute, whoever asks for them.
        per_caller: writes of one caller in any hour.
    """

    per_minute: int = 0
    per_caller: int = 0


class WritePace:
    """Counts the writes of this process. A write that failed counts: it may have been done.

    Args:
        limits: how many there may be.
        clock: seconds that only rise.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._all: deque[float] = deque()
        self._by_caller: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, caller: Caller) -> None:
        """Count one write.

        Raises:
            Refused: a limit is reached; nothing is counted.
        """
        now = self._clock()
        mine = self._by_caller[f"{caller.kind} {caller.id}"] if self._limits.per_caller else None
        if self._limits.per_minute:
            _check(self._all, now - _MINUTE, self._limits.per_minute, "this server in one minute")
        if mine is not None:
            _check(mine, now - _HOUR, self._limits.per_caller, "one caller in one hour")
            mine.append(now)
        if self._limits.per_minute:
            self._all.append(now)


def _check(taken: deque[float], since: float, most: int, whose: str) -> None:
    while taken and taken[0] <= since:
        taken.popleft()
    if len(taken) >= most:
        wait = max(1, round(taken[0] - since))
        raise Refused(
            f"It was not done: the operator's limit of {most} writes of {whose} is reached; nothing was changed",
            f"try again in {wait} seconds, or ask the operator whether so many changes are meant.",
        )
