"""HTTP on loopback: streamable HTTP at `/mcp`, SSE at `/sse`, on one port."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import anyio
import uvicorn
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from okta_mcp.guard import Owner
from okta_mcp.okta import OktaClient
from okta_mcp.settings import SettingsError
from okta_mcp.transports.arrival import announce


def http_app(server: MCPServer[Any], host: str) -> Starlette:
    """Return the ASGI application of both HTTP transports.

    Args:
        server: the MCP server.
        host: address it will be bound to. With the usual names of this machine, it is the only Host and Origin
            that is answered, on any port: a page elsewhere may rebind its own name to this machine.
    """
    security = _security(host)
    app = server.streamable_http_app(host=host, transport_security=security)
    taken = {getattr(route, "path", None) for route in app.router.routes}
    sse = server.sse_app(host=host, transport_security=security)
    app.router.routes.extend(route for route in sse.routes if getattr(route, "path", None) not in taken)
    app.add_middleware(_Doorkeeper, security=security)
    return app


class _Doorkeeper:
    """Refuses what the doors behind it would refuse; the SDK's SSE door does so with a traceback in the log.

    Args:
        app: both doors.
        security: the hosts and origins that are answered.
    """

    def __init__(self, app: ASGIApp, security: TransportSecuritySettings) -> None:
        self._app = app
        self._check = TransportSecurityMiddleware(security)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refusal = await self._check.validate_request(Request(scope)) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)


def _security(host: str) -> TransportSecuritySettings:
    # An address has several spellings (::1, 0:0:0:0:0:0:0:1); clients send the short one, or what they were given.
    names = {_in_url(name) for name in ("127.0.0.1", "localhost", "::1", host.lower(), _shortest(host))}
    hosts = [spelling for name in sorted(names) for spelling in (name, f"{name}:*")]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[f"http://{one}" for one in hosts])


def _shortest(host: str) -> str:
    return host if host == "localhost" else str(ipaddress.ip_address(host))


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def serve_http(
    server: MCPServer[Any],
    okta: OktaClient,
    host: str,
    port: int,
    owner: Owner,
    *,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve until the process is told to stop.

    Args:
        server: the MCP server.
        okta: the org's client.
        host: loopback address to listen on.
        port: TCP port to listen on; 0 for a free one.
        owner: is told whose the credentials are.
        on_ready: called with the base URL once connections are taken.

    Raises:
        SettingsError: for an address that other machines can reach; there is no authentication yet.
        OSError: the port is not to be had.
    """
    require_loopback(host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        # Taken over by every connection: without it an answer in two pieces waits 40 ms for the client's receipt.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(http_app(server, host), log_config=None, lifespan="on")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(announce, okta, owner)
            on_ready(f"http://{_in_url(host)}:{listener.getsockname()[1]}")
            await uvicorn.Server(config).serve(sockets=[listener])
            tasks.cancel_scope.cancel()


def require_loopback(host: str) -> None:
    """Refuse an address that is not on this machine.

    Raises:
        SettingsError: naming the option.
    """
    if host == "localhost":
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass  # a name: it may be anyone's address
    raise SettingsError(
        [f"OKTA_MCP_HOST (--host): {host!r} is not on this machine; callers are not authenticated. Use 127.0.0.1"]
    )
