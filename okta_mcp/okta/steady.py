"""A clock that nobody sets: what waits for a moment is not to wait for hours because a wrong clock was put right."""

import sys
import time

__all__ = ["steady_time"]


def _ticking() -> int | None:
    """Return the clock of this system that goes on while the machine sleeps; None where it is the usual one.

    Source: Linux `clock_gettime(2)`, macOS `clock_gettime(3)`.
    """
    if sys.platform == "darwin":
        return time.CLOCK_MONOTONIC
    found: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return found


_CLOCK = _ticking()


def _elapsed() -> float:
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


_START = time.time() - _elapsed()


def steady_time() -> float:
    """Return epoch seconds as the clock stood when the process began, and what has passed since.

    It is as wrong as the clock was then; what needs Okta's time corrects it by the `Date` of Okta's answers.
    """
    return _START + _elapsed()
