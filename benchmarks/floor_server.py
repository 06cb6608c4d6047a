"""The floor: a server with one tool on the bare SDK."""

from mcp.server import MCPServer

server = MCPServer("floor")


@server.tool()
async def noop(q: str = "") -> str:
    """Return what was sent."""
    return q


if __name__ == "__main__":
    server.run("stdio")
