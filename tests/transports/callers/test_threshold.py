"""What strangers and slow callers cannot take from others."""

import asyncio
import contextlib
import hashlib
import re
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import anyio
import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server, policy_of
from okta_mcp.settings import OPTIONS, load_settings
from okta_mcp.transports.bounds import Bounds
from okta_mcp.transports.callers import Admission
from okta_mcp.transports.http import serve_http

ADA, BEN = "okmcp_ada0ada0ada0", "okmcp_ben0ben0ben0"
TOKENS = ",".join(
    f"{name}=sha256:{hashlib.sha256(token.encode()).hexdigest()}" for name, token in (("ada", ADA), ("ben", BEN))
)
METADATA = "/.well-known/oauth-protected-resource/mcp"


@asynccontextmanager
async def slow_request(url, host=None, path="/mcp", token=None):
    """Send the head of a request and a byte of its body; yield its answer's first line, or where it will be."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    head = (f"POST {path} HTTP/1.1", f"Host: {host or place.netloc}", "Content-Length: 1000")
    head = (*head, f"Authorization: Bearer {token}") if token else head
    writer.write("\r\n".join((*head, "Content-Type: application/json", "", "{")).encode())
    try:
        with anyio.fail_after(30):
            yield reader if token else (await reader.readline()).decode()
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


async def test_a_caller_who_is_slow_takes_a_share_of_the_places_and_keeps_nobody_out(doors):
    opened, share = await doors(auth_tokens=TOKENS, probes=True), Bounds().requests_share
    assert share < Bounds().requests
    async with AsyncExitStack() as slow:
        for _ in range(share):
            await slow.enter_async_context(slow_request(opened.url, token=ADA))
        metrics = await opened.http.get("/metrics")
        with anyio.fail_after(30):
            while f'okta_mcp_http_open{{kind="request"}} {share}.0' not in metrics.text:
                metrics = await opened.http.get("/metrics")
        refused = await opened.say("ping", token=ADA)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert refused.json() == {"error": "Too many requests of one caller are open"}
        assert (await opened.say("ping", token=BEN)).status_code == 400  # let in, and without a session
        async with opened.client(BEN) as client:
            assert not (await client.call_tool("get_user", {"user": "Ada Byrne"})).is_error
    with anyio.fail_after(30):
        while (await opened.say("ping", token=ADA)).status_code == 429:
            pass
    assert 'okta_mcp_http_refused_total{bound="requests_of_one"} ' in (await opened.http.get("/metrics")).text


# The real server, whose connections are watched


@pytest.fixture
async def served(monkeypatch):
    """Serve as the command does, with these bounds."""
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    async with AsyncExitStack() as stack, anyio.create_task_group() as tasks:

        async def serve(**bounds):
            box = Sandbox(origin="https://sandbox.okta.example")
            okta = OktaClient(
                OrgAddress.parse("https://sandbox.okta.example"),
                SecretStr(box.api_token),
                transport=httpx2.ASGITransport(app=box.app),
            )
            await stack.enter_async_context(okta)
            options = load_settings({"auth_tokens": TOKENS}, env_file=None)
            server, urls = create_server(options, okta), []
            ready = anyio.Event()
            tasks.start_soon(
                partial(
                    serve_http,
                    server,
                    okta,
                    "127.0.0.1",
                    0,
                    server.owner,
                    reach=server.reach,
                    calls=server.calls,
                    bounds=replace(Bounds(), **bounds),
                    admission=Admission.of(options, policy_of(options)),
                    on_ready=lambda url: (urls.append(url), ready.set()),
                )
            )
            await ready.wait()
            return await stack.enter_async_context(httpx2.AsyncClient(base_url=urls[0], timeout=30))

        yield serve
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def connected(http, text):
    """Send this and nothing else."""
    place = urlsplit(str(http.base_url))
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(text)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def refused_for(http, bound):
    text = (await http.get("/metrics")).text
    found = re.search(rf'okta_mcp_http_refused_total{{bound="{bound}"}} (\d+)', text)
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"P",
        b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A",
    ],
    ids=["nothing", "a byte", "half a head"],
)
async def test_a_connection_on_which_no_request_comes_is_closed(served, beginning):
    http = await served(body_seconds=0.3)
    begun = time.monotonic()
    async with connected(http, beginning) as (reader, _writer):
        with anyio.fail_after(30), contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
    assert time.monotonic() - begun >= 0.25
    assert await refused_for(http, "head_seconds") == 1


async def test_half_a_second_request_is_not_waited_for_either(served):
    http = await served(body_seconds=0.3)
    async with connected(http, b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as (reader, writer):
        assert await reader.readuntil(b"}") != b""
        writer.write(b"GET /liv")
        with anyio.fail_after(30), contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
    assert await refused_for(http, "head_seconds") == 1


async def test_a_body_that_trickles_in_after_the_refusal_holds_no_connection(served):
    http = await served(body_seconds=0.3)
    head = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"
    async with connected(http, head) as (reader, writer):
        assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
        with anyio.fail_after(30), contextlib.suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(b"x")
                with anyio.move_on_after(0.05):
                    await reader.read(1000)
    assert await refused_for(http, "head_seconds") == 1


async def test_strangers_hold_only_so_many_connections_and_callers_come_through(served):
    http = await served(requests=16)
    async with AsyncExitStack() as strangers:
        for _ in range(40):
            await strangers.enter_async_context(connected(http, b"POST"))
        headers = {"Authorization": f"Bearer {BEN}"}
        assert (await http.post("/mcp", json={}, headers=headers)).status_code in {400, 406}
        assert await refused_for(http, "heads") >= 40 - 16


async def test_a_stream_is_open_longer_than_a_head_may_take(served):
    http = await served(body_seconds=0.1)
    head = f"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {BEN}\r\n\r\n"
    async with connected(http, head.encode()) as (reader, _writer):
        with anyio.move_on_after(0.5):
            while await reader.read(1000):
                pass
        assert not reader.at_eof()
    assert await refused_for(http, "head_seconds") == 0
