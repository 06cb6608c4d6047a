"""stdio: one client, which started this process."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from typing import Any, Self

import anyio
from mcp.server import MCPServer
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from okta_mcp.guard import Owner, Protection, Reach
from okta_mcp.okta import OktaClient
from okta_mcp.transports.arrival import announce
from okta_mcp.transports.calls import LISTENING, Calls

_LAST_WORDS = 10.0
"""Seconds that calls under way are given when the client has left, or the process is told to end."""

_SETTLED = 0.05
"""Seconds for the last message to become a call, and for the last answer to go from one pipe into the other."""

_HAS_SIGNALS = sys.platform != "win32"


async def serve_stdio(
    server: MCPServer[Any],
    okta: OktaClient,
    owner: Owner,
    reach: Reach,
    *,
    calls: Calls,
    protection: Protection | None = None,
    meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Serve until the client closes standard input, or the process is told to end.

    What Okta has before it then is waited for: a write that is cut off is a write of which nobody knows.

    Args:
        server: the MCP server.
        okta: the org's client.
        owner: is told whose the credentials are.
        reach: is told what they can serve.
        calls: the calls under way.
        protection: looks up whom it protects.
        meanwhile: runs beside it, and is cancelled in the end.
    """
    talk = _Talk()

    async def ended() -> None:
        await anyio.sleep(_SETTLED)
        with anyio.move_on_after(_LAST_WORDS):
            await calls.all_answered()
            await talk.all_answered()
        if calls.under_way:
            calls.stop()
            with anyio.move_on_after(1):
                await calls.all_answered()
                await talk.all_answered()
        await anyio.sleep(_SETTLED)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(announce, okta, owner, reach, protection)
        if meanwhile is not None:
            tasks.start_soon(meanwhile)
        if _HAS_SIGNALS:
            tasks.start_soon(_end_when_told, ended)
        low_level = server._lowlevel_server  # noqa: SLF001 - the only way in
        async with stdio_server() as (read, write):
            heard, said = _Heard(read, talk, ended), _Said(write, talk)
            await low_level.run(heard, said, low_level.create_initialization_options())
        tasks.cancel_scope.cancel()


class _Talk:
    """Which requests of the client have no answer yet: one may be on its way still when its call is over."""

    def __init__(self) -> None:
        self._open: set[str | int] = set()
        self._answered = anyio.Event()

    def heard(self, message: object) -> None:
        """Note what the client says."""
        match message:
            case JSONRPCRequest(method=method, id=identity) if method != LISTENING:
                self._open.add(identity)
            case JSONRPCNotification(method="notifications/cancelled", params=params):
                self._close((params or {}).get("requestId"))  # gets no answer

    def said(self, message: object) -> None:
        """Note what the server says."""
        if isinstance(message, JSONRPCResponse | JSONRPCError):
            self._close(message.id)

    async def all_answered(self) -> None:
        """Wait until no request is without an answer."""
        while self._open:
            self._answered = anyio.Event()
            await self._answered.wait()

    def _close(self, identity: Any) -> None:
        if isinstance(identity, str | int):
            self._open.discard(identity)
        self._answered.set()


class _Said:
    """What the server says to the client.

    Args:
        messages: takes it on.
        talk: is told of it.
    """

    def __init__(self, messages: Any, talk: _Talk) -> None:
        self._messages, self._talk = messages, talk

    async def send(self, item: SessionMessage, /) -> None:
        """Say something."""
        await self._messages.send(item)
        self._talk.said(item.message)

    async def aclose(self) -> None:
        """Say no more."""
        await self._messages.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Heard:
    """What the client says; its end is told only when what was asked before is answered.

    The SDK cuts off every call when it hears of the end.

    Args:
        messages: as they come.
        talk: is told of them.
        ended: is waited for at their end.
    """

    def __init__(self, messages: Any, talk: _Talk, ended: Callable[[], Awaitable[None]]) -> None:
        self._messages, self._talk, self._ended = messages, talk, ended

    @property
    def last_context(self) -> Context | None:
        """The context that the last message came with."""
        found: Context | None = self._messages.last_context
        return found

    async def receive(self) -> SessionMessage | Exception:
        """Return the next message."""
        try:
            message: SessionMessage | Exception = await self._messages.receive()
        except anyio.EndOfStream:
            await self._ended()
            raise
        if isinstance(message, SessionMessage):
            self._talk.heard(message.message)
        return message

    async def aclose(self) -> None:
        """Hear no more."""
        await self._messages.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


async def _end_when_told(ended: Callable[[], Awaitable[None]]) -> None:
    """End the process at SIGTERM or SIGINT, after what is under way; at the second one at once."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        async with anyio.create_task_group() as tasks:

            async def end(told: signal.Signals) -> None:
                await ended()
                _end_by(told)

            first = True
            async for told in signals:
                if not first:
                    _end_by(told)
                first = False
                tasks.start_soon(end, told)


def _end_by(told: signal.Signals) -> None:
    # As if nobody had listened: whoever waits for a line from the client would else keep the process alive.
    signal.signal(told, signal.SIG_DFL)
    os.kill(os.getpid(), told)
