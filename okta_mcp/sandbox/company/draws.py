"""Draws that come out the same for a seed, on every machine and in every version of Python."""

import bisect
import random
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

__all__ = ["Draws"]

T = TypeVar("T")


class Draws:
    """A sequence of draws.

    Args:
        seed: what they follow from, beside `subject`.
        subject: what they are for, so that two uses of one seed are independent.
    """

    def __init__(self, seed: int, subject: str) -> None:
        # Of all its methods only `random` is promised to give the same numbers in every version.
        self._next = random.Random(f"{subject} {seed}").random  # noqa: S311 - no secret follows from it

    def chance(self, share: float) -> bool:
        """Say yes in a `share` of all cases."""
        return self._next() < share

    def number(self, bound: int) -> int:
        """Draw a whole number from 0 to below `bound`."""
        return int(self._next() * bound)

    def one_of(self, things: Sequence[T], *, skew: float = 1.0) -> T:
        """Draw one thing; the greater `skew`, the more often one of the first."""
        return things[int(self._next() ** skew * len(things))]

    def weighted(self, sums: Sequence[float]) -> int:
        """Draw a place of a table from `sums_of`."""
        point = self._next() * sums[-1]
        return bisect.bisect_right(sums, point)

    def hours(self, least: float, most: float) -> float:
        """Draw a number of hours, small ones more often."""
        return least + (most - least) * self._next() ** 3


def sums_of(weights: Sequence[float]) -> tuple[float, ...]:
    """Make the table that `Draws.weighted` draws from."""
    return tuple(accumulate(weights))
