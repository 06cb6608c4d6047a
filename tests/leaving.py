"""The SDK's SSE client, for tests that leave it while the server still speaks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from mcp.client import sse

__all__ = ["sse_client"]


@asynccontextmanager
async def sse_client(url: str, **options: Any) -> AsyncIterator[Any]:
    """Connect as `mcp.client.sse.sse_client` does.

    A message that arrives when the session has gone, and before the connection has, makes that client raise.
    """
    try:
        async with sse.sse_client(url, **options) as streams:
            yield streams
    except* anyio.BrokenResourceError:
        pass
