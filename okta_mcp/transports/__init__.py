"""The doors of the server: stdio, and streamable HTTP and SSE on one port."""

from okta_mcp.transports.arrival import announce
from okta_mcp.transports.stdio import serve_stdio

__all__ = ["announce", "serve_stdio"]
