"""The server as a process that is told to stop while it is at work."""

import asyncio
import json
import re
import signal
import sys
from contextlib import asynccontextmanager
from types import SimpleNamespace

import anyio
import httpx2
import pytest
from mcp import Client

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind
from okta_mcp.sandbox.serving import running

from ..leaving import sse_client

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
    with anyio.fail_after(60):
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
        with anyio.fail_after(20):
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
        with anyio.fail_after(20):
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
        with anyio.fail_after(20):
            while (ready := await http.get("/readyz")).status_code == 200:  # noqa: ASYNC110 - it is asked each time
                await asyncio.sleep(0.01)
        assert (ready.status_code, ready.json()["reason"]) == (503, "draining")
        assert (await http.get("/livez")).status_code == 200
        server.process.send_signal(signal.SIGTERM)
        with anyio.fail_after(20):
            assert await server.process.wait() == 0


WAYS = {"the client leaves": None, "SIGTERM": signal.SIGTERM, "Ctrl-C": signal.SIGINT}
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "any", "version": "1"}}
SUSPEND = {"name": "suspend_user", "arguments": {"user": ADA}}


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("told", WAYS.values(), ids=WAYS)
async def test_over_stdio_a_write_that_okta_has_is_waited_for_and_its_outcome_kept(command, tmp_path, told):
    box, trail = Sandbox(), tmp_path / "audit.jsonl"
    box.faults.add(FaultRule(kind=Kind.LATENCY, path="/api/v1/users/*/lifecycle/*", delay=1.0))
    async with running(box) as url:
        server = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"OKTA_ORG_URL": url, "OKTA_API_TOKEN": box.api_token, "OKTA_MCP_AUDIT_FILE": str(trail), "PATH": ""},
            cwd=tmp_path,
        )
        for message in (
            {"id": 0, "method": "initialize", "params": HELLO},
            {"method": "notifications/initialized"},
            {"id": 1, "method": "tools/call", "params": SUSPEND},
        ):
            server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        await until_asked(box)
        if told is None:
            server.stdin.close()
        else:
            server.send_signal(told)
        with anyio.fail_after(30):
            answers = [json.loads(line) for line in (await server.stdout.read()).splitlines()]
            ended = await server.wait()

    (answer,) = (one["result"] for one in answers if one.get("id") == 1)
    assert answer["structuredContent"]["user"]["status"] == "SUSPENDED"
    outcome = json.loads(trail.read_text().splitlines()[-1])
    assert (outcome["kind"], outcome["result"]) == ("outcome", "done")
    assert ended == (0 if told is None else -told)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
async def test_over_stdio_a_second_signal_ends_the_process_at_once(slow, command, tmp_path):
    server = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=slow.environment,
        cwd=tmp_path,
    )
    slow.box.faults.clear()
    slow.box.faults.add(FaultRule(kind=Kind.LATENCY, path="/api/v1/users/ada*", delay=60.0))
    for message in (
        {"id": 0, "method": "initialize", "params": HELLO},
        {"method": "notifications/initialized"},
        {"id": 1, "method": "tools/call", "params": {"name": "get_user", "arguments": {"user": ADA}}},
    ):
        server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    await until_asked(slow.box)
    server.send_signal(signal.SIGTERM)
    with pytest.raises(TimeoutError), anyio.fail_after(0.3):
        await server.wait()
    server.send_signal(signal.SIGTERM)
    with anyio.fail_after(30):
        assert await server.wait() == -signal.SIGTERM
