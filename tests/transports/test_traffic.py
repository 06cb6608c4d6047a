"""What every HTTP request passes first: probes, ids, bounds, and the end of the server."""

import asyncio
import json
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from pydantic import SecretStr

from okta_mcp.guard.audit import BrokenTrail, KeptTrail, Ledger, Seal, Trail
from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind
from okta_mcp.server import create_server
from okta_mcp.settings import OPTIONS, load_settings
from okta_mcp.transports.bounds import Bounds
from okta_mcp.transports.http import http_app
from okta_mcp.transports.metrics import Metrics
from okta_mcp.transports.readiness import Readiness
from okta_mcp.transports.traffic import Traffic

from ..leaving import sse_client

ORG = "https://sandbox.okta.example"
ADA = "ada.byrne@example.com"
ACCEPT = {"Accept": "application/json, text/event-stream"}


@dataclass
class Org:
    """A sandbox that can hold its answers back, or be something else."""

    box: Sandbox = field(default_factory=lambda: Sandbox(origin=ORG))
    asked: list[str] = field(default_factory=list)
    held: int = 0
    open: anyio.Event = field(default_factory=anyio.Event)
    status: int | None = None
    gone: bool = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        if self.gone:
            raise httpx2.ConnectError("gone")
        if self.status is not None:
            await send({"type": "http.response.start", "status": self.status, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})
            return
        self.held += 1
        await self.open.wait()
        await self.box.app(scope, receive, send)


@dataclass
class Served:
    """A server on a socket, and what is behind it."""

    url: str
    org: Org
    http: httpx2.AsyncClient
    traffic: Traffic
    readiness: Readiness

    async def call(self, tool: str = "get_user", **headers: str) -> httpx2.Response:
        """Call a tool for Ada, without a session."""
        params = {"name": tool, "arguments": {"user": ADA}, "_meta": ERA}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        era = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": tool}
        return await self.http.post("/mcp", json=message, headers={**ACCEPT, **era, **headers})

    async def until_held(self, many: int = 1) -> None:
        """Wait until Okta has so many requests before it that it does not answer."""
        with anyio.fail_after(30):
            while self.org.held < many:  # noqa: ASYNC110 - it is the socket's other side that counts
                await asyncio.sleep(0.005)


ERA = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}


def message_of(response):
    """Return the message of an answer, streamed or not."""
    data = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: {")]
    return json.loads(data[-1] if data else response.text)


@pytest.fixture
async def serve(monkeypatch, listening_on):
    """Serve with these bounds; Okta answers unless it is told to hold back."""
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    async with AsyncExitStack() as stack:

        async def served(
            *, holding: bool = False, call_seconds: float = 300.0, trail: Trail | None = None, **bounds: Any
        ) -> Served:
            org = Org()
            if not holding:
                org.open.set()
            okta = OktaClient(
                OrgAddress.parse(ORG), SecretStr(org.box.api_token), transport=httpx2.ASGITransport(app=org)
            )
            await stack.enter_async_context(okta)
            server = create_server(load_settings({"call_seconds": call_seconds}, env_file=None), okta, trail)
            readiness = Readiness(okta)
            traffic = Traffic(
                replace(Bounds(), **bounds),
                server.calls,
                readiness,
                Metrics(server.calls, okta, readiness, tally=server.tally),
            )
            url = await stack.enter_async_context(listening_on(http_app(server, "127.0.0.1", traffic=traffic)))
            http = await stack.enter_async_context(httpx2.AsyncClient(base_url=url, timeout=30))
            stack.callback(org.open.set)
            return Served(url, org, http, traffic, readiness)

        yield served


# The probes


async def test_the_process_lives_and_is_ready(serve):
    one = await serve()
    for path, body in (("/livez", {"alive": True}), ("/readyz", {"ready": True})):
        answer = await one.http.get(path)
        assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (200, body, "no-store")


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({"status": 401}, "credentials_refused"),
        ({"status": 500}, "okta_fault"),
        ({"gone": True}, "okta_unreachable"),
    ],
    ids=["401", "500", "gone"],
)
async def test_it_is_not_ready_without_okta_and_lives_all_the_same(serve, trouble, reason):
    one = await serve()
    for name, value in trouble.items():
        setattr(one.org, name, value)
    answer = await one.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "reason": reason})
    assert (await one.http.get("/livez")).status_code == 200
    told = (await one.http.get("/metrics")).text
    assert [
        line for line in told.splitlines() if line.startswith("okta_mcp_okta_trouble{") and line.endswith(" 1.0")
    ] == [f'okta_mcp_okta_trouble{{reason="{reason}"}} 1.0']


async def test_a_403_is_an_answer_to_somebody_who_was_let_in(serve):
    one = await serve()
    one.org.status = 403
    assert (await one.http.get("/readyz")).status_code == 200


async def test_a_hundred_who_ask_at_once_are_one_question_to_okta(serve):
    one = await serve(holding=True)
    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(one.http.get("/readyz")) for _ in range(100)]
        await one.until_held()
        one.org.open.set()
    assert {task.result().status_code for task in asking} == {200}
    assert one.org.asked == ["/api/v1/users/me"]


async def test_while_calls_succeed_nothing_is_asked_for_the_probe(serve):
    one = await serve()
    await one.call()
    asked = list(one.org.asked)
    assert (await one.http.get("/readyz")).status_code == 200
    assert one.org.asked == asked
    assert "/api/v1/users/me" not in asked


async def test_bad_news_is_kept_for_a_moment_only(served):
    front, now = await served(), 0.0
    readiness = Readiness(front.okta, clock=lambda: now)
    front.box.faults.add(FaultRule(kind=Kind.ERROR, path="/api/v1/users/me", times=1))
    assert await readiness.reason() == "okta_fault"
    assert await readiness.reason() == "okta_fault"
    assert len(front.asked) == 1
    now = 5.1
    assert await readiness.reason() is None
    now = 35.0
    assert await readiness.reason() is None
    assert len(front.asked) == 2
    now = 35.2
    assert await readiness.reason() is None
    assert len(front.asked) == 3


async def test_the_metrics_count_calls_and_what_okta_was_asked(serve):
    one = await serve()
    await one.call()
    await one.http.get("/nowhere/ada.byrne@example.com")
    metrics = await one.http.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = metrics.text.splitlines()
    for line in (
        'okta_mcp_calls_total{method="tools/call",outcome="ok",tool="get_user"} 1.0',
        'okta_mcp_okta_requests_total{method="GET",path="/api/v1/users/{id}",status="200"} 1.0',
        'okta_mcp_http_requests_total{path="/mcp",status="200"} 1.0',
        'okta_mcp_http_requests_total{path="other",status="404"} 1.0',
        "okta_mcp_ready 1.0",
        "okta_mcp_calls_under_way 0.0",
    ):
        assert line in lines
    assert "ada" not in metrics.text.lower()


@pytest.mark.parametrize(
    ("trail", "result", "up"), [(None, "done", "1.0"), (BrokenTrail("the disk is gone"), "unrecorded", "0.0")]
)
async def test_the_metrics_tell_how_writes_ended_and_whether_the_trail_can_be_written(serve, trail, result, up):
    one = await serve(trail=trail)
    assert f"okta_mcp_audit_up {up}" in (await one.http.get("/metrics")).text.splitlines()
    await one.call("suspend_user")
    lines = (await one.http.get("/metrics")).text.splitlines()
    assert f'okta_mcp_writes_total{{result="{result}"}} 1.0' in lines
    assert f"okta_mcp_audit_up {up}" in lines


@pytest.mark.parametrize(("path", "elsewhere"), [("/livez", 200), ("/readyz", 200), ("/metrics", 421)])
async def test_probes_are_only_read_and_those_that_tell_nothing_answer_under_any_name(serve, path, elsewhere):
    one = await serve()
    assert (await one.http.get(path)).status_code == 200
    assert (await one.http.get(path, headers={"Host": "10.1.2.3:8765"})).status_code == elsewhere
    assert (await one.http.post(path)).status_code == 405


# The bounds


@pytest.mark.parametrize("path", ["/mcp", "/messages/?session_id=00000000000000000000000000000000"])
async def test_a_body_too_large_is_refused_however_it_is_sent(serve, path):
    one = await serve(body_bytes=2000)

    async def pieces():
        for _ in range(3):
            yield b"x" * 1000

    headers = {**ACCEPT, "Content-Type": "application/json"}
    for body in (b"x" * 2001, pieces()):
        answer = await one.http.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (413, {"error": "The request is larger than 2000 bytes"})


async def test_a_body_that_does_not_arrive_is_not_waited_for(serve):
    one = await serve(body_seconds=0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(one.url.rpartition(":")[2]))
    head = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    writer.write(head)
    with anyio.fail_after(30):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_one_request_too_many_is_told_to_come_again_and_disturbs_nobody(serve):
    one = await serve(holding=True, requests=2)
    async with asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(one.call()) for _ in range(2)]
        await one.until_held(2)
        refused = await one.call()
        alive = await one.http.get("/livez")
        one.org.open.set()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert alive.status_code == 200
    assert [call.result().status_code for call in calls] == [200, 200]
    assert (await one.call()).status_code == 200
    assert 'okta_mcp_http_refused_total{bound="requests"} 1.0' in (await one.http.get("/metrics")).text


async def test_one_stream_too_many_is_refused(serve):
    one = await serve(streams=1)
    async with Client(sse_client(f"{one.url}/sse"), mode="legacy") as client:
        refused = await one.http.get("/sse")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert not (await client.call_tool("get_user", {"user": ADA})).is_error


async def test_one_session_too_many_is_refused(serve):
    one = await serve(streams=1)
    hello = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    answers = [await one.http.post("/mcp", json=message, headers=ACCEPT) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 503]


async def test_without_sessions_every_request_of_the_older_protocol_stands_alone(serve):
    one = await serve(stateless=True)
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    params = {"name": "get_user", "arguments": {"user": ADA}}
    called = await one.http.post("/mcp", json={**message, "params": params}, headers=ACCEPT)
    assert message_of(called)["result"]["structuredContent"]["profile"]["login"] == ADA
    assert "mcp-session-id" not in called.headers


async def test_a_call_that_takes_too_long_is_stopped_and_says_so(serve):
    one = await serve(holding=True, call_seconds=0.1)
    result = message_of(await one.call())["result"]
    assert result["isError"]
    assert "get_user was stopped: it took longer than 0.1 seconds" in result["content"][0]["text"]
    assert 'outcome="stopped"' in (await one.http.get("/metrics")).text


# The end


async def test_a_server_that_ends_is_not_ready_and_answers_what_is_under_way(serve):
    one = await serve(holding=True)
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(one.call())
        await one.until_held()
        one.readiness.draining = True
        drained = tasks.create_task(one.traffic.drained())
        ready = await one.http.get("/readyz")
        assert not drained.done()
        one.org.open.set()
    assert (ready.status_code, ready.json()["reason"]) == (503, "draining")
    assert message_of(call.result())["result"]["structuredContent"]["profile"]["login"] == ADA


@pytest.mark.parametrize("way", ["auto", "legacy", "sse"])
async def test_what_does_not_end_in_time_is_stopped_and_its_client_told(serve, way):
    one = await serve(holding=True, drain_seconds=0.1)
    target = sse_client(f"{one.url}/sse") if way == "sse" else f"{one.url}/mcp"
    async with Client(target, mode="auto" if way == "auto" else "legacy") as client, asyncio.TaskGroup() as tasks:
        call = tasks.create_task(client.call_tool("get_user", {"user": ADA}))
        await one.until_held()
        await one.traffic.drained()
        result = await call
    assert result.is_error
    assert "get_user was stopped" in result.content[0].text


async def test_streams_end_with_the_server(serve):
    one = await serve()
    async with one.http.stream("GET", "/sse") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == "event: endpoint"
        await one.traffic.drained()
        with anyio.fail_after(30):
            assert [line async for line in lines if line.startswith("event")] == []


# The ids


@pytest.mark.parametrize(
    ("headers", "identity"),
    [
        ({"X-Request-Id": "req-0123.abc"}, "req-0123.abc"),
        ({"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, "ab" * 16),
        ({"X-Request-Id": "req-0123.abc", "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, "req-0123.abc"),
    ],
    ids=["own", "trace", "both"],
)
async def test_a_request_keeps_the_id_it_came_with_through_the_whole_log(serve, caplog, log_lines, headers, identity):
    one = await serve()
    caplog.set_level(logging.DEBUG, "okta_mcp")
    answered = await one.call(**headers)
    assert answered.headers["x-request-id"] == identity
    said = [(line["logger"], line["request_id"]) for line in log_lines() if line["logger"].startswith("okta_mcp.")]
    assert said == [(name, identity) for name in ("okta_mcp.okta", "okta_mcp.calls", "okta_mcp.http")]
    assert next(line for line in log_lines() if line["logger"] == "okta_mcp.okta")["okta_request_id"]


async def test_the_same_id_joins_the_audit_trail_with_the_log_and_with_oktas_own(serve, caplog, log_lines, tmp_path):
    path = tmp_path / "audit.jsonl"
    trail = KeptTrail(Ledger(path, Seal()))
    one = await serve(trail=trail)
    caplog.set_level(logging.DEBUG, "okta_mcp")
    called = await one.call("suspend_user", **{"X-Request-Id": "req-0123.abc"})
    assert not message_of(called)["result"].get("isError")
    trail.close()
    intent, outcome = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert intent["request"] == "req-0123.abc"
    logged = [line for line in log_lines() if line.get("request_id") == "req-0123.abc"]
    written = next(line for line in logged if line.get("http_method") == "POST" and "okta_request_id" in line)
    assert [entry["id"] for entry in outcome["okta"]] == [written["okta_request_id"]]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Request-Id": "short"},
        {"X-Request-Id": "x" * 65},
        {"X-Request-Id": 'forged" level="ERROR'},
        {"traceparent": f"00-{'0' * 32}-{'cd' * 8}-01"},
        {"traceparent": "00-zz-11-01"},
        {},
    ],
)
async def test_an_id_that_is_none_is_replaced(serve, headers):
    one = await serve()
    identity = (await one.call(**headers)).headers["x-request-id"]
    assert len(identity) == 16
    assert identity not in headers.values()
