"""No caller takes the room of the others."""

import hashlib
from contextlib import AsyncExitStack

import anyio
import httpx2
import pytest
from mcp.client.streamable_http import MCP_SESSION_ID

from okta_mcp.guard import Caller
from okta_mcp.transports.bounds import Bounds
from okta_mcp.transports.callers.shares import Shares

ADA, COLLECTOR = "okmcp_ada0ada0ada0", "okmcp_collector0000"
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


@pytest.fixture
async def opened(doors):
    ada, collector = (hashlib.sha256(token.encode()).hexdigest() for token in (ADA, COLLECTOR))
    return await doors(auth_tokens=f"ada=sha256:{ada},collector=sha256:{collector}:nothing", probes=True)


async def test_one_caller_takes_a_share_of_the_sessions_and_gets_back_what_they_end(opened):
    share = Bounds().share
    answers = [await opened.say("initialize", HELLO, token=COLLECTOR) for _ in range(share + 1)]
    assert [answer.status_code for answer in answers] == [200] * share + [429]
    assert answers[-1].json() == {"error": "Too many sessions of one caller are open"}
    session = {MCP_SESSION_ID: answers[0].headers[MCP_SESSION_ID]}
    assert (await opened.say("ping", token=COLLECTOR, **session)).status_code == 200
    assert (await opened.say("initialize", HELLO, token=ADA)).status_code == 200
    headers = {"Authorization": f"Bearer {COLLECTOR}", **session}
    assert (await opened.http.delete("/mcp", headers=headers)).status_code == 200
    again = [(await opened.say("initialize", HELLO, token=COLLECTOR)).status_code for _ in range(2)]
    assert again == [200, 429]


async def test_one_caller_takes_a_share_of_the_streams(opened):
    limits = httpx2.Limits(max_connections=None)

    async def status(token, stack):
        headers = {"Authorization": f"Bearer {token}"}
        return (await stack.enter_async_context(http.stream("GET", "/sse", headers=headers))).status_code

    async with httpx2.AsyncClient(base_url=opened.url, limits=limits) as http, AsyncExitStack() as streams:
        for _ in range(Bounds().share):
            assert await status(COLLECTOR, streams) == 200
        assert await status(COLLECTOR, streams) == 429
        assert await status(ADA, streams) == 200


class Door:
    """A door that opens sessions, as long as it is told to answer well."""

    def __init__(self):
        self.status, self.opened, self.held = 200, 0, anyio.Event()
        self.held.set()

    async def __call__(self, scope, receive, send):
        await self.held.wait()
        self.opened += 1
        name = (b"mcp-session-id", f"session-{self.opened}".encode())
        await send({"type": "http.response.start", "status": self.status, "headers": [name]})
        await send({"type": "http.response.body", "body": b""})


class Desk:
    """A caller at such a door, who may hold two sessions of ten seconds each."""

    def __init__(self):
        self.now, self.door = 0.0, Door()
        self.shares = Shares(2, 10.0, clock=lambda: self.now)

    async def opens(self, caller="ada", session=None, version=None):
        said = {"mcp-session-id": session, "mcp-protocol-version": version}
        headers = [(name.encode(), value.encode()) for name, value in said.items() if value is not None]
        scope = {"type": "http", "method": "POST", "path": "/mcp", "headers": headers}
        statuses = []

        async def send(message):
            statuses.extend([message["status"]] if "status" in message else [])

        await self.shares.answer(self.door, Caller(caller, caller, "token"), scope, None, send)
        return statuses[0]


async def test_a_session_without_requests_is_no_longer_counted():
    desk = Desk()
    assert [await desk.opens() for _ in range(3)] == [200, 200, 429]
    desk.now = 9.0
    await desk.opens(session="session-1")
    desk.now = 11.0
    assert [await desk.opens() for _ in range(2)] == [200, 429]


async def test_a_session_that_came_to_nothing_or_is_gone_is_not_counted():
    desk = Desk()
    desk.door.status = 400
    assert [await desk.opens() for _ in range(3)] == [400] * 3
    desk.door.status = 200
    assert [await desk.opens() for _ in range(2)] == [200] * 2
    desk.door.status = 404
    assert await desk.opens(session="session-4") == 404
    assert await desk.opens(caller="ben", session="session-5") == 404
    desk.door.status = 200
    assert [await desk.opens() for _ in range(2)] == [200, 429]


async def test_those_who_open_at_once_are_counted_before_they_are_answered():
    desk, statuses = Desk(), []

    async def opens():
        statuses.append(await desk.opens())

    desk.door.held = anyio.Event()
    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(opens)
        await anyio.wait_all_tasks_blocked()
        assert statuses == [429, 429]
        desk.door.held.set()
    assert statuses == [429, 429, 200, 200]


async def test_requests_of_the_newer_protocol_open_none():
    desk = Desk()
    assert [await desk.opens(version="2026-07-28") for _ in range(3)] == [200] * 3
    assert [await desk.opens(version="2025-06-18") for _ in range(3)] == [200, 200, 429]
