"""Which confirmation codes may still be used: remembered by one process, or by all servers of an org in Redis."""

import secrets
import time
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from okta_mcp.okta.shared import Shared

if TYPE_CHECKING:
    from redis.asyncio import Redis


class Use(Enum):
    """What a ledger says of a code that somebody wants to use."""

    FIRST = "first"
    AGAIN = "again"
    UNTOLD = "untold"


class CodeLedger(Protocol):
    """Remembers codes by their serial numbers."""

    async def opened(self, serial: str, until: float) -> None:
        """Note that a code was issued.

        Args:
            serial: its number.
            until: its end, in epoch seconds.
        """

    async def spend(self, serial: str, until: float) -> Use:
        """Use a code up, and say whether this was the first time."""


class UsedCodes:
    """The codes that this process has seen used. A code is good once at each process that has the keys.

    Args:
        clock: epoch seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    async def opened(self, serial: str, until: float) -> None:
        """Note nothing: what was not used is good."""

    async def spend(self, serial: str, until: float) -> Use:
        """Use a code up; see `CodeLedger`."""
        now = self._clock()
        self._until = {one: end for one, end in self._until.items() if end > now}
        if serial in self._until:
            return Use.AGAIN
        self._until[serial] = until
        return Use.FIRST


# A code is kept with the name of the Redis process that heard of it first. One that was started anew, or has taken the
# place of another, may have missed that it was used, whatever else it has kept. Some that are rented tell no name.
_NAME = """
local told = redis.pcall('INFO', 'server')
local open = 'open ' .. (type(told) == 'string' and string.match(told, 'run_id:(%x+)') or '')
"""
_OPEN = f"""{_NAME}
redis.call('SET', KEYS[1], open, 'EX', ARGV[1])
return 'done'
"""
_SPEND = f"""{_NAME}
local kept = redis.call('GET', KEYS[1])
if kept == ARGV[1] then return 'first' end
if not kept then return 'untold' end
if kept ~= open then return string.sub(kept, 1, 5) == 'open ' and 'untold' or 'again' end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 'first'
"""
_AFTER = 60
"""Seconds for which a code is remembered after its end, for clocks that differ."""


class SharedCodes:
    """The codes of all servers of one org, in Redis: one is good if Redis knows that it was issued and not used.

    What Redis has lost is not good any more, so that no code is ever taken twice. While it is away, a code that this
    process issues is good at this process alone.

    Args:
        shared: what the servers have in common.
        clock: epoch seconds.
    """

    def __init__(self, shared: Shared, clock: Callable[[], float] = time.time) -> None:
        self._shared = shared
        self._clock = clock
        self._mine: dict[str, float] = {}

    async def opened(self, serial: str, until: float) -> None:
        """Note that a code was issued; see `CodeLedger`."""
        key, left = self._shared.key("code", serial), self._left(until)

        async def noted(redis: "Redis") -> object:
            return await redis.eval(_OPEN, 1, key, str(left))

        if await self._shared.ask(noted) is None:
            now = self._clock()
            self._mine = {one: end for one, end in self._mine.items() if end > now} | {serial: until}

    async def spend(self, serial: str, until: float) -> Use:
        """Use a code up; see `CodeLedger`."""
        if self._mine.pop(serial, None) is not None:
            return Use.FIRST
        # The client of Redis may put a question twice: the second time it meets its own mark.
        key, mark, left = self._shared.key("code", serial), f"used {secrets.token_hex(8)}", self._left(until)

        async def spent(redis: "Redis") -> str:
            return str(await redis.eval(_SPEND, 1, key, mark, str(left)))

        answer = await self._shared.ask(spent)
        return Use.UNTOLD if answer is None else Use(answer)

    def _left(self, until: float) -> int:
        return max(1, round(until - self._clock())) + _AFTER


def code_ledger(shared: Shared, clock: Callable[[], float] = time.time) -> CodeLedger:
    """Return the ledger that the servers share; that of this process where they share nothing."""
    return SharedCodes(shared, clock) if shared.configured else UsedCodes(clock)
