"""What a page of another origin may do, told to its browser: cross-origin resource sharing."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

_METHODS = ("DELETE", "GET", "POST")
_SENT = (
    "Authorization",
    "Last-Event-ID",
    "Mcp-Method",
    "Mcp-Name",
    "MCP-Protocol-Version",
    "Mcp-Session-Id",
    "traceparent",
    "tracestate",
    "X-Request-Id",
)
"""Headers of MCP clients of both eras; no tool here asks for one of its own (`x-mcp-header`)."""
_READ = ("MCP-Protocol-Version", "Mcp-Session-Id", "Retry-After", "WWW-Authenticate", "X-Request-Id")


def shared_with(origins: Collection[str], app: ASGIApp) -> CORSMiddleware:
    """Return an application that pages of these origins may use. It answers their preflights, which bring no token.

    Cookies are not let through: callers are known by a header, which a page has to know to send.

    Args:
        origins: exact ones.
        app: all that is served, its refusals included: a client reads the challenge of a 401.
    """
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=_METHODS,
        allow_headers=_SENT,
        expose_headers=_READ,
        # A page of the Internet that the operator names may ask a server in the operator's network.
        allow_private_network=True,
    )
