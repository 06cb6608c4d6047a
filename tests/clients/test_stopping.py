"""The HTTP server as a process that is told to stop while it is at work."""

import asyncio
import re
import signal
import sys
from contextlib import asynccontextmanager
from types import SimpleNamespace

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.sse import sse_client

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind
from okta_mcp.sandbox.serving import running

LISTENING = re.compile(rb"at (http://127\.0\.0\.1:\d+)/mcp")
ADA = "ada.byrne@example.com"


@asynccontextmanager
async def started(command, environment, cwd, *flags):
    """Start a server; yield its process and address, and end it if it has not ended."""
    process = await asyncio.create_subprocess_exec(
        *command,
        *("serve", "--transport", "http", "--port", "0", "--log-level", "INFO", *flags),
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        cwd=cwd,
    )
    try:
        with anyio.fail_after(30):
            async for line in process.stderr:
                if found := LISTENING.search(line):
                    break
        yield SimpleNamespace(process=process, url=found[1].decode(), rest=asyncio.create_task(process.stderr.read()))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def slow(monkeypatch):
    """An org that takes a second for every user it is asked for; how many it has been asked for, and its settings."""
    box = Sandbox()
    box.faults.add(FaultRule(kind=Kind.LATENCY, path="/api/v1/users/ada*", delay=1.0))
    async with running(box) as url:
        environment = {"OKTA_ORG_URL": url, "OKTA_API_TOKEN": box.api_token, "PATH": ""}
        yield SimpleNamespace(box=box, environment=environment)


async def until_asked(box):
    """Wait until Okta has the call's request before it."""
    with anyio.fail_after(15):
        while not any(fault.met for fault in box.faults):  # noqa: ASYNC110 - the sandbox tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("way", ["auto", "legacy", "sse"])
async def test_a_call_under_way_is_answered_before_the_server_ends(slow, command, tmp_path, way):
    async with started(command, slow.environment, tmp_path) as server:
        target = sse_client(f"{server.url}/sse") if way == "sse" else f"{server.url}/mcp"
        async with Client(target, mode="auto" if way == "auto" else "legacy") as client:
            await client.list_tools()  # or the client would ask for the schema of the answer when it has come
            call = asyncio.create_task(client.call_tool("get_user", {"user": ADA}))
            await until_asked(slow.box)
            server.process.send_signal(signal.SIGTERM)
            result = await call
        assert result.structured_content["profile"]["login"] == ADA
        with anyio.fail_after(10):
            assert await server.process.wait() == 0
        assert b"Traceback" not in await server.rest


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
async def test_a_server_that_ends_takes_no_more_connections_and_does_not_wait_for_ever(slow, command, tmp_path):
    async with started(command, slow.environment, tmp_path, "--drain-seconds", "0.2") as server:
        async with Client(f"{server.url}/mcp", mode="auto") as client:
            await client.list_tools()  # or the client would ask for the schema of the answer when it has come
            call = asyncio.create_task(client.call_tool("get_user", {"user": ADA}))
            await until_asked(slow.box)
            server.process.send_signal(signal.SIGTERM)
            result = await call
        assert "get_user was stopped" in result.content[0].text
        with anyio.fail_after(10):
            assert await server.process.wait() == 0
        async with httpx2.AsyncClient() as http:
            with pytest.raises(httpx2.ConnectError):
                await http.get(f"{server.url}/livez")


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
async def test_with_notice_it_serves_on_and_says_that_it_will_end(slow, command, tmp_path):
    async with (
        started(command, slow.environment, tmp_path, "--drain-notice", "30") as server,
        httpx2.AsyncClient(base_url=server.url) as http,
    ):
        assert (await http.get("/readyz")).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        with anyio.fail_after(10):
            while (ready := await http.get("/readyz")).status_code == 200:  # noqa: ASYNC110 - it is asked each time
                await asyncio.sleep(0.01)
        assert (ready.status_code, ready.json()["reason"]) == (503, "draining")
        assert (await http.get("/livez")).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        with anyio.fail_after(10):
            assert await server.process.wait() == 0
