"""The floor: a server with one tool on the bare SDK, over stdio, or over HTTP on the port given.

With an address in FLOOR_URL the tool asks there once, as a tool for Okta must at the least.
"""

import os
import sys
from functools import cache

import httpx2
from mcp.server import MCPServer

server = MCPServer("floor", log_level="WARNING")
URL = os.environ.get("FLOOR_URL")


@cache
def client() -> httpx2.AsyncClient:
    return httpx2.AsyncClient()


@server.tool()
async def noop(q: str = "") -> str:
    """Return what was sent."""
    return q if URL is None else (await client().get(URL)).text


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import uvicorn

        uvicorn.run(server.streamable_http_app(), port=int(sys.argv[1]), log_level="warning", access_log=False)
    else:
        server.run("stdio")
