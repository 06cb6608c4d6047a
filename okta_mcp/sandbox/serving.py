"""The sandbox on a socket, for clients that bring their own HTTP stack."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from okta_mcp.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["running", "serve"]

LOOPBACK = "127.0.0.1"

Connections = MutableMapping[tuple[str, int], asyncio.Transport]


async def serve(sandbox: Sandbox, host: str, port: int, *, on_ready: Callable[[str], None] = lambda _url: None) -> None:
    """Serve a sandbox until the process is told to stop.

    Args:
        sandbox: what is served.
        host: address to listen on.
        port: TCP port to listen on; 0 for a free one.
        on_ready: called with the base URL once connections are taken.

    Raises:
        OSError: the port is not to be had.
    """
    with socket.create_server((host, port)) as listener:
        bound = listener.getsockname()[1]
        on_ready(f"http://{host}:{bound}")
        await _server(sandbox, host=host, port=bound).serve(sockets=[listener])


@asynccontextmanager
async def running(sandbox: Sandbox) -> AsyncIterator[str]:
    """Serve a sandbox on a free loopback port, in this event loop; yields the base URL."""
    listener = socket.create_server((LOOPBACK, 0))
    port = listener.getsockname()[1]
    server = _server(sandbox, host=LOOPBACK, port=port, embedded=True)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        # The listener already queues connections: nobody has to wait for the server to be up.
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        await task
        listener.close()


def _server(sandbox: Sandbox, *, host: str, port: int, embedded: bool = False) -> "uvicorn.Server":
    import uvicorn  # noqa: PLC0415 - in-process use needs no HTTP server
    from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415

    connections: Connections = {}

    class DroppableProtocol(H11Protocol):
        """HTTP/1.1 whose connections can be found and cut."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            self._peer = transport.get_extra_info("peername")[:2]
            connections[self._peer] = transport
            # asyncio does this for sockets that it makes itself. Without it the second part of each answer waits
            # for the client's delayed acknowledgement of the first, 40 ms.
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self._peer, None)
            super().connection_lost(exc)

    class EmbeddedServer(uvicorn.Server):
        """A server in one task of a process, which decides itself what signals mean."""

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    config = uvicorn.Config(
        _dropping(sandbox.app, connections),
        host=host,
        port=port,
        http=DroppableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    return EmbeddedServer(config) if embedded else uvicorn.Server(config)


def _dropping(app: "ASGIApp", connections: Connections) -> "ASGIApp":
    """Turn the sandbox's `ConnectionResetError` into what it stands for: a connection cut without answer."""

    async def dropping(scope: "Scope", receive: "Receive", send: "Send") -> None:
        has_begun = False

        async def sending(message: "Message") -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await app(scope, receive, sending)
        except ConnectionResetError:
            connection: Any = connections.get(tuple(scope["client"]))
            if connection is None:
                raise
            # Part of an answer has to arrive before the end does.
            (connection.close if has_begun else connection.abort)()
            # uvicorn answers for an application that returns in silence unless it knows the client has gone.
            await receive()

    return dropping
