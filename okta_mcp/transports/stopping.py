"""An HTTP server that, told to stop, lets what is under way come to its end."""

import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import uvicorn

from okta_mcp.transports.readiness import Readiness
from okta_mcp.transports.traffic import Traffic

log = logging.getLogger("okta_mcp")

_HAS_SIGNALS = sys.platform != "win32"  # its event loop has none; uvicorn then ends what is under way as it can


class HttpServer(uvicorn.Server):
    """Uvicorn's server, ended in our way: readiness first, then the door, then the calls, then the streams.

    Args:
        config: uvicorn's.
        traffic: what is open.
        readiness: is told that the server is about to end.

    Attributes:
        stopped_by: the first signal that told it to stop.
    """

    def __init__(self, config: uvicorn.Config, traffic: Traffic, readiness: Readiness) -> None:
        super().__init__(config)
        self._traffic = traffic
        self._readiness = readiness
        self.stopped_by: signal.Signals | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `stop_when_told`: uvicorn would repeat them to the process when it has ended."""
        if _HAS_SIGNALS:
            yield
        else:
            with super().capture_signals():
                yield

    async def stop_when_told(self) -> None:
        """Stop at SIGTERM or SIGINT; at the second one without waiting for anything."""
        if not _HAS_SIGNALS:
            return
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
            async with anyio.create_task_group() as tasks:
                async for told in signals:
                    if self.stopped_by is not None:
                        self.should_exit = self.force_exit = True
                    else:
                        self.stopped_by = told
                        tasks.start_soon(self.stop)

    async def stop(self) -> None:
        """Stop taking connections, and end when all calls are answered, or have had the time they are given."""
        log.info("Stopping; %d calls are under way", self._traffic.calls_under_way)
        self._readiness.draining = True
        await anyio.sleep(self._traffic.bounds.drain_notice)
        self.should_exit = True
        await self._traffic.drained()
