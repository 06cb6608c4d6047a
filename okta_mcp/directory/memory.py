"""What was found a moment ago: bounded in number and in time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class Memory(Generic[KeyT, ValueT]):
    """Remembers the last so many values, each for so long.

    Args:
        entries: how many.
        seconds: for how long.
        clock: seconds, from wherever.
    """

    def __init__(self, *, entries: int, seconds: float, clock: Callable[[], float]) -> None:
        self._entries = entries
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[KeyT, tuple[float, ValueT]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: KeyT) -> ValueT | None:
        """Return what is remembered; None when it is nothing or too long ago."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        until, value = kept
        if self._clock() >= until:
            del self._kept[key]
            return None
        return value

    def put(self, key: KeyT, value: ValueT) -> None:
        """Remember a value from now on; the one remembered longest makes room."""
        self._kept.pop(key, None)
        self._kept[key] = (self._clock() + self._seconds, value)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)

    def values(self) -> Iterator[ValueT]:
        """Return what is still remembered."""
        for key in list(self._kept):
            if (value := self.get(key)) is not None:
                yield value

    def pop(self, key: KeyT) -> None:
        """Forget one value, if it is there."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
