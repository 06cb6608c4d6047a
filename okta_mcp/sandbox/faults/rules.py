"""The rules in force, and which of them a request meets."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from okta_mcp.sandbox.faults.rule import FaultRule, Kind

__all__ = ["Fault", "Faults"]


@dataclass(slots=True)
class Fault:
    """A rule in force.

    Args:
        id: name it can be removed by.
        rule: what it says.
        seen: requests that matched.
        met: requests that met the fault.
    """

    id: str
    rule: FaultRule
    seen: int = 0
    met: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.rule.seed)  # noqa: S311 - chance that can be repeated

    def due(self) -> bool:
        """Count a request that matches; tell whether it is one that meets the fault."""
        self.seen += 1
        rule = self.rule
        if rule.nth is not None and self.seen != rule.nth:
            return False
        if rule.every is not None and self.seen % rule.every:
            return False
        # Drawn for every request, so that the same ones are hit however many rules there are.
        return rule.probability is None or self._random.random() < rule.probability

    @property
    def used_up(self) -> bool:
        """Whether no more requests will meet it."""
        once = self.rule.nth is not None
        return (once and self.seen >= (self.rule.nth or 0)) or (
            self.rule.times is not None and self.met >= self.rule.times
        )


class Faults:
    """The rules in force, in the order they were made; the first that is due decides.

    Args:
        rules: the first ones.
    """

    def __init__(self, rules: Iterable[FaultRule] = ()) -> None:
        self._faults: dict[str, Fault] = {}
        self.lifted = False
        """Whether no request meets any, for the time being."""
        self._made = 0
        for rule in rules:
            self.add(rule)

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._faults.values()))

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, rule: FaultRule) -> Fault:
        """Put a rule in force; return it with the id it can be removed by."""
        self._made += 1
        fault = Fault(f"fault-{self._made}", rule)
        self._faults[fault.id] = fault
        return fault

    def remove(self, fault_id: str) -> None:
        """Take a rule out of force.

        Raises:
            KeyError: when there is none with this id.
        """
        del self._faults[fault_id]

    def clear(self) -> None:
        """Take every rule out of force."""
        self._faults.clear()

    def meet(self, method: str, path: str) -> Fault | None:
        """Return the fault that a request meets, and forget those that are used up."""
        met: Fault | None = None
        if self.lifted:
            return None
        for fault in self:
            if not fault.rule.matches(method, path):
                continue
            if fault.due() and met is None:
                fault.met += 1
                met = fault
            if fault.used_up:
                del self._faults[fault.id]
        return met

    @property
    def longest_lag(self) -> float | None:
        """Seconds by which the most outdated answer may be behind; None when no answer is."""
        return max((fault.rule.lag for fault in self if fault.rule.kind is Kind.STALE), default=None)
