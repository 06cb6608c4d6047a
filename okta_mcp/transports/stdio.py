"""stdio: one client, which started this process."""

from typing import Any

import anyio
from mcp.server import MCPServer

from okta_mcp.guard import Owner, Reach
from okta_mcp.okta import OktaClient
from okta_mcp.transports.arrival import announce


async def serve_stdio(server: MCPServer[Any], okta: OktaClient, owner: Owner, reach: Reach) -> None:
    """Serve until the client closes standard input."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(announce, okta, owner, reach)
        await server.run_stdio_async()
        tasks.cancel_scope.cancel()
