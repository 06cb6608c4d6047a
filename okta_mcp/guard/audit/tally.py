"""How many writes ended how, and whether the trail can hold them: what an operator watches while nobody reads it."""

from collections import Counter
from typing import get_args

from okta_mcp.guard.audit.facts import Attempt, Outcome, Result
from okta_mcp.guard.audit.trail import BrokenTrail, Trail, Unrecorded


class Tally:
    """A trail whose entries are counted on their way.

    Args:
        trail: is told of every write.

    Attributes:
        ended: how many writes ended how: as the trail's outcomes say, `refused`, or `unrecorded` for those that are not
            done because the trail cannot be written. Each way is there from the start: who looks for the first write of
            unknown outcome sees a count that rises.
        writable: whether the trail could be written when it last had to be.
    """

    def __init__(self, trail: Trail) -> None:
        self._trail = trail
        self.ended: Counter[str] = Counter(dict.fromkeys((*get_args(Result), "refused", "unrecorded"), 0))
        self.writable = not isinstance(trail, BrokenTrail)

    async def intend(self, attempt: Attempt) -> int:
        """Write down what is about to be done; see `Trail`."""
        try:
            number = await self._trail.intend(attempt)
        except Unrecorded:
            self.writable = False
            self.ended["unrecorded"] += 1
            raise
        self.writable = True
        return number

    async def conclude(self, number: int, tool: str, outcome: Outcome) -> bool:
        """Write down what became of it; see `Trail`."""
        self.ended[outcome.result] += 1
        self.writable = await self._trail.conclude(number, tool, outcome)
        return self.writable

    async def refuse(self, attempt: Attempt, rule: str) -> None:
        """Write down a write that is not done; see `Trail`."""
        self.ended["refused"] += 1
        await self._trail.refuse(attempt, rule)
