"""One budget for all servers that use the same credentials, in Redis."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from okta_mcp.okta.clock import Moment
from okta_mcp.okta.schedule.ledger import Exchange, LocalLedger, asked
from okta_mcp.okta.schedule.window import Settled, Window
from okta_mcp.okta.shared import Shared

if TYPE_CHECKING:
    from redis.asyncio import Redis

__all__ = ["SharedLedger"]

# Sets a text if it is still the one that was read, and tells what it is otherwise. Whoever comes too late reckons
# anew from that, so the rules of a window stand in one place, in `Window`.
_SWAP = """
local kept = redis.call('GET', KEYS[1]) or ''
if kept ~= ARGV[1] and kept ~= ARGV[2] then return kept end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 'done'
"""
_KEPT = 600
"""Seconds after which an unused window is forgotten."""
_SEEN = 120.0
"""Seconds after which a server that asks for nothing is none any more."""
_POLL = 0.25
"""Seconds after which to look whether requests of other servers have been answered."""
_SWAPS = 100
"""Attempts to swap. Each one that fails means that another server has succeeded."""


class SharedLedger:
    """The windows of one credential for all servers that share a Redis.

    While Redis is lost, each server goes by what it knows itself and takes its part of what remains: one in as many
    as there were servers.

    Args:
        shared: the connection.
        credentials: distinguishes the credentials from others of the org; it is seen in Redis.
        share: the part of every limit that may be used.
    """

    def __init__(self, shared: Shared, credentials: str, share: float = 1.0) -> None:
        self.batch = 8
        self.replica = uuid.uuid4().hex[:12]
        self._shared = shared
        self._credentials = credentials
        self._share = share
        self._alone = LocalLedger(share)
        self._is_alone: set[str] = set()
        self._texts: dict[str, str] = {}

    async def exchange(
        self, bucket: str, done: Sequence[Settled], names: Sequence[str], now: Moment, *, bulk: bool
    ) -> Exchange:
        """See `Ledger.exchange`."""

        async def swap(redis: "Redis") -> Exchange | None:
            key, text = self._shared.key("window", self._credentials, bucket), self._texts.get(bucket, "")
            for _ in range(_SWAPS):
                window, replicas = self._read(text, now)
                latest = max(replicas.values(), default=0.0)
                if not now.sure and latest and (not now.guessed or latest > now.latest):
                    self._texts[bucket] = text
                    return Exchange((), time=latest)
                if now.sure:
                    replicas[self.replica] = now.earliest
                self._come_back(bucket, window)
                answer = asked(window, done, names, now, bulk=bulk)
                new = json.dumps({"window": asdict(window), "replicas": replicas}, separators=(",", ":"))
                found = await redis.eval(_SWAP, 1, key, text, new, str(_KEPT))
                if found == "done":
                    self._texts[bucket] = new
                    self._is_alone.discard(bucket)
                    return self._told(answer, window, now, max(1, len(replicas)))
                text = found
            return None

        answer = await self._shared.ask(swap)
        return answer or await self._go_alone(bucket, done, names, now, bulk=bulk)

    def window(self, bucket: str, now: Moment) -> Window:
        """See `Ledger.window`."""
        if bucket in self._is_alone:
            return self._alone.window(bucket, now)
        return self._read(self._texts.get(bucket, ""), now)[0]

    def _read(self, text: str, now: Moment) -> tuple[Window, dict[str, float]]:
        kept: dict[str, Any] = json.loads(text) if text else {"window": {}, "replicas": {}}
        replicas = kept["replicas"]
        if now.sure:
            replicas = {one: seen for one, seen in replicas.items() if seen > now.earliest - _SEEN}
        window = replace(Window(**kept["window"]), share=self._share)
        window.forget_lost(now)
        return window, replicas

    def _told(self, answer: Exchange, window: Window, now: Moment, replicas: int) -> Exchange:
        until = answer.until
        if until is not None and any(not name.startswith(self.replica) for name in window.flights):
            until = min(until, now.earliest + _POLL)
        return replace(answer, until=until, replicas=replicas)

    async def _go_alone(
        self, bucket: str, done: Sequence[Settled], names: Sequence[str], now: Moment, *, bulk: bool
    ) -> Exchange:
        window, replicas = self._alone.window(bucket, now), 1
        if (text := self._texts.get(bucket)) is not None:
            known, others = self._read(text, now)
            replicas = max(1, len(others))
            if bucket not in self._is_alone:
                mine = {name: ends for name, ends in known.flights.items() if name.startswith(self.replica)}
                window = self._alone.windows[bucket] = replace(known, flights=mine, split=replicas)
        self._is_alone.add(bucket)
        window.forget_lost(now)
        return replace(await self._alone.exchange(bucket, done, names, now, bulk=bulk), replicas=replicas)

    def _come_back(self, bucket: str, window: Window) -> None:
        """Tell the others what is under way from here since Redis was lost."""
        if bucket in self._is_alone:
            window.flights.update(self._alone.windows[bucket].flights)
