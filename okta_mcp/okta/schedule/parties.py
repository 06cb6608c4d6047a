"""Who waits for Okta: each call is a party, and parties take turns."""

import heapq
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Protocol, TypeVar

__all__ = ["FairQueue", "Party", "Priority"]


class Priority(IntEnum):
    """How much a request is waited for."""

    INTERACTIVE = 0
    """Somebody sits and waits."""
    BULK = 1
    """Work that goes on for minutes: it takes what the others leave."""


_COST = {Priority.INTERACTIVE: 1.0, Priority.BULK: 10.0}


@dataclass(eq=False)
class Party:
    """One call or one bulk run, with all the requests it makes.

    Attributes:
        priority: of all its requests.
    """

    priority: Priority = Priority.INTERACTIVE


class Waits(Protocol):
    """What waits in a queue."""

    @property
    def party(self) -> Party:
        """Whose it is."""
        ...


W = TypeVar("W", bound=Waits)


class FairQueue(Generic[W]):
    """Requests in the order of their turns: start-time fair queueing, by party.

    Every party gets the same share of the turns, bulk work a tenth of that, however many requests it has waiting; so
    one call is not stuck behind a long one, and nobody waits for ever.
    """

    def __init__(self) -> None:
        self._heaps: dict[Priority, list[tuple[float, int, W]]] = {one: [] for one in Priority}
        self._waiting: dict[Party, set[W]] = {}
        self._finish: weakref.WeakKeyDictionary[Party, float] = weakref.WeakKeyDictionary()
        self._virtual = 0.0
        self._arrivals = 0

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def __iter__(self) -> Iterator[W]:
        return (waiter for waiters in self._waiting.values() for waiter in waiters)

    def push(self, waiter: W) -> None:
        """Add a request."""
        party = waiter.party
        start = max(self._virtual, self._finish.get(party, 0.0))
        self._finish[party] = start + _COST[party.priority]
        self._arrivals += 1
        heapq.heappush(self._heaps[party.priority], (start, self._arrivals, waiter))
        self._waiting.setdefault(party, set()).add(waiter)

    def order(self) -> list[Priority]:
        """Return the priorities of which somebody waits, the one whose turn it is first."""
        starts = [(heap[0][0], one) for one in Priority if (heap := self._cleared(one))]
        return [one for _, one in sorted(starts)]

    def waiting(self, priority: Priority) -> int:
        """Count the requests of one priority."""
        return sum(len(waiters) for party, waiters in self._waiting.items() if party.priority is priority)

    def waiters(self, priority: Priority) -> Iterator[W]:
        """Return the requests of one priority, in no order."""
        return (one for party, waiters in self._waiting.items() if party.priority is priority for one in waiters)

    def pop(self, priority: Priority) -> W:
        """Take out whose turn it is among those of one priority; there must be one."""
        start, _, waiter = heapq.heappop(self._cleared(priority))
        # Time passes faster the fewer there are to share it, so newcomers do not push in front for ever.
        shares = sum(1 / _COST[party.priority] for party in self._waiting)
        self._virtual = max(self._virtual, start) + 1 / shares
        self.remove(waiter)
        return waiter

    def remove(self, waiter: W) -> None:
        """Take out a request that waits no longer, if it is there."""
        waiters = self._waiting.get(waiter.party, set())
        waiters.discard(waiter)
        if not waiters:
            self._waiting.pop(waiter.party, None)

    def _cleared(self, priority: Priority) -> list[tuple[float, int, W]]:
        heap = self._heaps[priority]
        while heap and heap[0][2] not in self._waiting.get(heap[0][2].party, ()):
            heapq.heappop(heap)
        return heap
