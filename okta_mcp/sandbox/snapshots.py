"""States of the org, kept by name and brought back."""

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from okta_mcp.sandbox.org import Org

__all__ = ["Snapshot", "Snapshots"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of the org.

    Args:
        name: what it is called.
        taken: the org's time when it was taken.
        state: the whole org but its clock.
    """

    name: str
    taken: datetime
    state: bytes


class Snapshots:
    """The states that were kept.

    The org stays the same object when a state is brought back, so that nobody who holds it has to know; users and
    groups that were taken out of it before belong to the state that was left.

    Args:
        org: whose states they are.
        on_change: called after the org has become another.
    """

    def __init__(self, org: Org, on_change: Callable[[], None]) -> None:
        self._org = org
        self._on_change = on_change
        self._kept: dict[str, Snapshot] = {}

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(tuple(self._kept.values()))

    def take(self, name: str) -> Snapshot:
        """Keep the present state under a name, in place of an earlier one with that name.

        Raises:
            ValueError: for an empty name, or one with a slash.
        """
        if not name or "/" in name:
            raise ValueError(f"the name of a snapshot is a text without /, not {name!r}")
        self._kept[name] = snapshot = Snapshot(name, self._org.now(), pickle.dumps(self._org))
        return snapshot

    def restore(self, name: str) -> Snapshot:
        """Bring a state back. The clock goes on: it is as if nothing had happened since.

        Raises:
            KeyError: when there is none of this name.
        """
        snapshot = self._kept[name]
        self.replace(pickle.loads(snapshot.state))  # noqa: S301 - our own bytes
        return snapshot

    def replace(self, org: Org) -> None:
        """Let the org become another, which is given up."""
        self._org.become(org)
        self._on_change()

    def adopt(self, kept: Mapping[str, Snapshot]) -> None:
        """Have the states that were kept in another process."""
        self._kept.update(kept)

    def drop(self, name: str) -> None:
        """Forget a state.

        Raises:
            KeyError: when there is none of this name.
        """
        del self._kept[name]
