"""HTTP on loopback: streamable HTTP at `/mcp`, SSE at `/sse`, on one port."""

import ipaddress
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


async def serve_http(server: MCPServer[Any], okta: OktaClient, host: str, port: int) -> None:
    """Serve until the process is told to stop.

    Raises:
        SettingsError: for an address that other machines can reach; there is no authentication yet.
    """
    require_loopback(host)
    config = uvicorn.Config(http_app(server, host), host=host, port=port, log_config=None, lifespan="on")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(announce, okta)
        await uvicorn.Server(config).serve()
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
