"""Which users have a value: by the whole value and by its beginning."""

import bisect
from collections.abc import Sequence

__all__ = ["ValueIndex"]


class ValueIndex:
    """Texts, and for each the ids that have it, in order."""

    def __init__(self) -> None:
        # A single id stands without a list around it: most logins have one.
        self._ids: dict[str, str | list[str]] = {}
        self._sorted: list[str] | None = None

    def add(self, text: str, item_id: str) -> None:
        """Note that an item has a value."""
        present = self._ids.get(text)
        if present is None:
            self._ids[text] = item_id
            if self._sorted is not None:
                bisect.insort(self._sorted, text)
        elif isinstance(present, str):
            self._ids[text] = [present, item_id] if present < item_id else [item_id, present]
        elif present[-1] < item_id:
            present.append(item_id)
        else:
            bisect.insort(present, item_id)

    def remove(self, text: str, item_id: str) -> None:
        """Note that an item no longer has a value."""
        present = self._ids[text]
        if isinstance(present, list):
            del present[bisect.bisect_left(present, item_id)]
            if len(present) == 1:
                self._ids[text] = present[0]
            return
        del self._ids[text]
        if self._sorted is not None:
            del self._sorted[bisect.bisect_left(self._sorted, text)]

    def having(self, text: str) -> Sequence[str]:
        """Return the ids of the items with exactly this value, in order."""
        found = self._ids.get(text, ())
        return (found,) if isinstance(found, str) else found

    def beginning(self, prefix: str, most: int) -> list[Sequence[str]] | None:
        """Return the ids of the items whose value begins with `prefix`, a sequence for each value.

        None when there are more than `most` such values.
        """
        if self._sorted is None:
            self._sorted = sorted(self._ids)
        first = bisect.bisect_left(self._sorted, prefix)
        last = bisect.bisect_right(self._sorted, prefix, first, key=lambda text: text[: len(prefix)])
        return None if last - first > most else [self.having(text) for text in self._sorted[first:last]]
