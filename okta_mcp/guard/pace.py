"""How many writes there may be in a while."""

import time
import uuid
from collections import defaultdict, deque
from collections.abc import Callable

from okta_mcp.guard.caller import Caller
from okta_mcp.guard.refused import Refused
from okta_mcp.guard.shared_pace import Rule, SharedPace
from okta_mcp.okta.shared import Shared
from okta_mcp.records import record

_MINUTE, _HOUR = 60.0, 3600.0
_ALL = "all"


@record
class Limits:
    """The operator's limits; 0 for none.

    Args:
        per_minute: writes in any minute, whoever asks for them.
        per_caller: writes of one caller in any hour.
    """

    per_minute: int = 0
    per_caller: int = 0


class WritePace:
    """Counts writes: those of all servers of the org where they share a Redis, else those of this process.

    A write that failed counts: it may have been done. While Redis is lost, this process makes no more than its part:
    one in as many as there were servers in the hour before, and one write in any case, which is all when it has not
    heard of the others yet.

    Args:
        limits: how many there may be.
        clock: seconds that only rise.
        shared: what the servers have in common; None for nothing.
    """

    def __init__(
        self, limits: Limits, clock: Callable[[], float] = time.monotonic, shared: Shared | None = None
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._taken: defaultdict[str, deque[tuple[float, str]]] = defaultdict(deque)
        self._together = SharedPace(shared) if shared is not None and shared.configured else None

    async def take(self, caller: Caller) -> None:
        """Count one write.

        Raises:
            Refused: a limit is reached; nothing is counted.
        """
        rules = self._rules(caller)
        if not rules:
            return
        now, write, full = self._clock(), uuid.uuid4().hex[:16], None
        if self._together is not None:
            mine = {rule.key: {name: now - at for at, name in self._recent(rule, now)} for rule in rules}
            full = await self._together.take(write, rules, mine)
            if full is None:
                rules = [self._together.part(rule) for rule in rules]
        if full is None:
            full = self._full_here(rules, now)
        if full:
            raise self._refused(*full)
        for rule in rules:
            self._taken[rule.key].append((now, write))

    def _rules(self, caller: Caller) -> list[Rule]:
        rules = []
        if self._limits.per_minute:
            rules.append(Rule(_ALL, self._limits.per_minute, _MINUTE))
        if self._limits.per_caller:
            rules.append(Rule(f"{caller.kind} {caller.id}", self._limits.per_caller, _HOUR))
        return rules

    def _recent(self, rule: Rule, now: float) -> deque[tuple[float, str]]:
        taken = self._taken[rule.key]
        while taken and taken[0][0] <= now - rule.seconds:
            taken.popleft()
        return taken

    def _full_here(self, rules: list[Rule], now: float) -> tuple[Rule, float] | tuple[()]:
        for rule in rules:
            taken = self._recent(rule, now)
            if len(taken) >= rule.most:
                return rule, taken[len(taken) - rule.most][0] + rule.seconds - now
        return ()

    def _refused(self, rule: Rule, wait: float) -> Refused:
        servers = "this server" if self._together is None else "all servers"
        whose = f"{servers} in one minute" if rule.key == _ALL else "one caller in one hour"
        part = ""
        if rule.of is None:
            part = " (as long as this server does not know how many others there are, because Redis is lost)"
        elif rule.of > 1:
            part = f" (the part of this server, one of {rule.of}, while Redis is lost)"
        return Refused(
            f"It was not done: the operator's limit of {_writes(rule.most)} of {whose}{part} is reached; nothing was "
            "changed",
            f"try again in {max(1, round(wait))} seconds, or ask the operator whether so many changes are meant.",
        )


def _writes(many: int) -> str:
    return "1 write" if many == 1 else f"{many} writes"
