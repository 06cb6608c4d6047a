"""What strangers cannot take from callers: they are told to leave by the head of their request."""

import asyncio
import hashlib
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import anyio
import pytest

from okta_mcp.transports.bounds import Bounds

ADA = "okmcp_ada0ada0ada0"
TOKENS = f"ada=sha256:{hashlib.sha256(ADA.encode()).hexdigest()}"
METADATA = "/.well-known/oauth-protected-resource/mcp"


@asynccontextmanager
async def slow_request(url, host=None, path="/mcp"):
    """Send the head of a request and a byte of its body; yield the first line of the answer."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (f"POST {path} HTTP/1.1", f"Host: {host or place.netloc}", "Content-Length: 1000")
    writer.write("\r\n".join((*head, "Content-Type: application/json", "", "{")).encode())
    try:
        with anyio.fail_after(5):
            yield (await reader.readline()).decode()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [("/mcp", None, 401), ("/messages/", None, 401), ("/mcp", "else.example.com", 421), (METADATA, None, 405)],
)
async def test_a_stranger_is_told_so_before_the_body_is_there(trusting, path, host, status):
    opened = await trusting(probes=True)
    async with slow_request(opened.url, host, path) as answered:
        assert answered.startswith(f"HTTP/1.1 {status} ")


async def test_strangers_who_are_slow_keep_no_caller_out(doors):
    opened = await doors(auth_tokens=TOKENS, probes=True)
    async with AsyncExitStack() as strangers:
        for _ in range(Bounds().requests):
            await strangers.enter_async_context(slow_request(opened.url))
        assert (await opened.say("ping", token=ADA)).status_code == 400  # let in, and without a session
