"""stdio: one client, which started this process."""

from collections.abc import Callable, Coroutine
from typing import Any

import anyio
from mcp.server import MCPServer

from okta_mcp.guard import Owner, Protection, Reach
from okta_mcp.okta import OktaClient
from okta_mcp.transports.arrival import announce


async def serve_stdio(
    server: MCPServer[Any],
    okta: OktaClient,
    owner: Owner,
    reach: Reach,
    *,
    protection: Protection | None = None,
    meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> None:
    """Serve until the client closes standard input.

    Args:
        server: the MCP server.
        okta: the org's client.
        owner: is told whose the credentials are.
        reach: is told what they can serve.
        protection: looks up whom it protects.
        meanwhile: runs beside it, and is cancelled in the end.
    """
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(announce, okta, owner, reach, protection)
        if meanwhile is not None:
            tasks.start_soon(meanwhile)
        await server.run_stdio_async()
        tasks.cancel_scope.cancel()
