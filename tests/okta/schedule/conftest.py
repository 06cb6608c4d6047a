"""A sandbox org whose time passes only when everybody waits for it."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import anyio.lowlevel
import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox

URL = "https://sandbox.okta.example"


class Stopwatch:
    """Time that stands still while anybody works, and jumps to the next moment that somebody waits for.

    Args:
        start: the first moment.
        pause: real seconds in which nobody must have anything to do, for those who talk to another process.

    Attributes:
        time: seconds since then.
    """

    def __init__(
        self, start: datetime = datetime(2026, 3, 2, 9, 30, 15, 400_000, tzinfo=UTC), pause: float = 0.0
    ) -> None:
        self.start, self.pause = start, pause
        self.time = 0.0
        self.is_asking: Callable[[], bool] = lambda: False
        self._alarms: list[tuple[float, int, anyio.Event]] = []
        self._numbers = itertools.count()

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=self.time)

    def epoch(self) -> float:
        return self.start.timestamp() + self.time

    async def sleep(self, seconds: float) -> None:
        alarm = anyio.Event()
        entry = (self.time + seconds, next(self._numbers), alarm)
        heapq.heappush(self._alarms, entry)
        try:
            await alarm.wait()
        finally:
            if not alarm.is_set():
                self._alarms.remove(entry)
                heapq.heapify(self._alarms)

    async def run(self) -> None:
        """Move on for as long as this is not cancelled."""
        loop: Any = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self.pause)
            # Nobody else has anything to do now.
            if self._alarms and not loop._ready and not self.is_asking():
                moment, _, alarm = heapq.heappop(self._alarms)
                self.time = max(self.time, moment)
                alarm.set()


class Latency(httpx2.AsyncBaseTransport):
    """Takes some time on the way there and back."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, watch: Stopwatch, seconds: Callable[[], float]) -> None:
        self.inner, self.watch, self.seconds = inner, watch, seconds

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await self.watch.sleep(self.seconds())
        answer = await self.inner.handle_async_request(request)
        await self.watch.sleep(self.seconds())
        return answer


class Org:
    """A sandbox and clients of it, all in the same time."""

    def __init__(self, watch: Stopwatch, box: Sandbox) -> None:
        self.watch, self.box = watch, box

    def client(self, *, latency: Callable[[], float] = lambda: 0.05, ahead: float = 0.0, **options: Any) -> OktaClient:
        """Return a client whose own clock is so many seconds ahead of Okta's."""
        return OktaClient(
            OrgAddress.parse(URL),
            SecretStr(options.pop("token", self.box.api_token)),
            transport=Latency(httpx2.ASGITransport(app=self.box.app), self.watch, latency),
            sleep=self.watch.sleep,
            clock=lambda: self.watch.epoch() + ahead,
            jitter=lambda: 0.25,
            **options,
        )

    @property
    def refused(self) -> int:
        """How many requests Okta has refused with a 429."""
        return sum(entry.status == 429 for entry in self.box.journal)

    def sent(self, path: str = "/api/v1/") -> list[float]:
        """Return when the requests whose path begins so were answered, in seconds."""
        return [
            (entry.at - self.watch.start).total_seconds()
            for entry in self.box.journal
            if entry.at and entry.path.startswith(path)
        ]


@asynccontextmanager
async def opened(**options: Any) -> AsyncIterator[Org]:
    """Open an org; what is waited for inside takes no time outside."""
    watch = Stopwatch()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch.run)
        yield Org(watch, Sandbox(clock=watch, **options))
        tasks.cancel_scope.cancel()


@pytest.fixture
def org_with() -> Callable[..., Any]:
    """Open an org with these options of the sandbox."""
    return opened
