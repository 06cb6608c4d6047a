"""HTTP on loopback: streamable HTTP at `/mcp`, SSE at `/sse`, on one port."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import anyio
import uvicorn
from mcp.server import MCPServer
from starlette.applications import Starlette

from okta_mcp.okta import OktaClient
from okta_mcp.settings import SettingsError
from okta_mcp.transports.arrival import announce


def http_app(server: MCPServer[Any], host: str) -> Starlette:
    """Return the ASGI application of both HTTP transports.

    Args:
        server: the MCP server.
        host: address it will be bound to; a loopback address switches the checks of Host and Origin on.
    """
    app = server.streamable_http_app(host=host)
    taken = {getattr(route, "path", None) for route in app.router.routes}
    sse = server.sse_app(host=host)
    app.router.routes.extend(route for route in sse.routes if getattr(route, "path", None) not in taken)
    return app


async def serve_http(
    server: MCPServer[Any],
    okta: OktaClient,
    host: str,
    port: int,
    *,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve until the process is told to stop.

    Args:
        server: the MCP server.
        okta: the org's client.
        host: loopback address to listen on.
        port: TCP port to listen on; 0 for a free one.
        on_ready: called with the base URL once connections are taken.

    Raises:
        SettingsError: for an address that other machines can reach; there is no authentication yet.
        OSError: the port is not to be had.
    """
    require_loopback(host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        config = uvicorn.Config(http_app(server, host), log_config=None, lifespan="on")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(announce, okta)
            on_ready(f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}")
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
