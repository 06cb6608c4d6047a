"""The ids of a group's members, and the order they are shown in."""

import bisect
from collections.abc import Iterable, Iterator, MutableSet, Sequence
from typing import Any

__all__ = ["Members"]


class Members(MutableSet[str]):
    """A set of ids that keeps them in order once somebody has asked for that."""

    __slots__ = ("_ids", "_sorted")

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._ids = set(ids)
        self._sorted: list[str] | None = None

    def __contains__(self, member: object) -> bool:
        return member in self._ids

    def __iter__(self) -> Iterator[str]:
        # In order, for what is done to one member after another has to come out the same in every process.
        return iter(tuple(self.in_order))

    def __len__(self) -> int:
        return len(self._ids)

    def __repr__(self) -> str:
        return f"Members({self.in_order!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Members, (self._ids,)

    def add(self, value: str) -> None:
        """Add a member; adding twice is no error."""
        if value not in self._ids:
            self._ids.add(value)
            if self._sorted is not None:
                bisect.insort(self._sorted, value)

    def discard(self, value: str) -> None:
        """Remove a member, if it is one."""
        if value in self._ids:
            self._ids.discard(value)
            if self._sorted is not None:
                del self._sorted[bisect.bisect_left(self._sorted, value)]

    @property
    def in_order(self) -> Sequence[str]:
        """All members, in order of ids."""
        if self._sorted is None:
            self._sorted = sorted(self._ids)
        return self._sorted
