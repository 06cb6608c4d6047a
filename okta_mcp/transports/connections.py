"""Connections on which no request comes: they are closed after a while, and there are only so many of them.

A stranger need not send more than a byte of a request's head to hold one, and nobody can be asked for a token before
the head is whole. Uvicorn has a limit for connections that have had an answer, and none for these.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from okta_mcp.transports.bounds import Bounds


class Waiting:
    """The connections on which the head of a request is awaited.

    Args:
        bounds: how long, and of how many.
        refused: told by its name when a bound was passed.
    """

    def __init__(self, bounds: Bounds, refused: Callable[[str], None]) -> None:
        self._seconds = bounds.body_seconds
        self._most = bounds.requests
        self._refused = refused
        self._closing: dict[asyncio.Transport, asyncio.TimerHandle] = {}

    def begin(self, transport: asyncio.Transport) -> None:
        """Wait for a head, from now on or still; where too many do, the one that has waited longest is closed."""
        if transport in self._closing or transport.is_closing():
            return
        loop = asyncio.get_running_loop()
        self._closing[transport] = loop.call_later(self._seconds, self._close, transport, "head_seconds")
        if len(self._closing) > self._most:
            self._close(next(iter(self._closing)), "heads")

    def end(self, transport: asyncio.Transport) -> None:
        """Wait no more: the head is whole, or the client has left."""
        timer = self._closing.pop(transport, None)
        if timer is not None:
            timer.cancel()

    def _close(self, transport: asyncio.Transport, bound: str) -> None:
        self.end(transport)
        self._refused(bound)
        transport.abort()


class _Watched(asyncio.Protocol):
    """What is done at a connection besides uvicorn's own."""

    waiting: Waiting
    transport: asyncio.Transport
    cycle: Any

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self.waiting.begin(self.transport)

    def data_received(self, data: bytes) -> None:
        """Go on to wait, unless a request is being answered."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self.waiting.end(self.transport)
        else:
            self.waiting.begin(self.transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self.waiting.end(self.transport)
        super().connection_lost(exc)


def watched_protocol(waiting: Waiting) -> type[asyncio.Protocol]:
    """Return uvicorn's protocol, with these bounds for the heads of requests."""
    return type("WatchedProtocol", (_Watched, AutoHTTPProtocol), {"waiting": waiting})
