"""What OpenTelemetry is given: the way of a call through the server and Okta, and nobody's name."""

import asyncio
import json
from collections.abc import Iterator

import anyio
import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import ElicitResult, ResourceTemplateReference
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from okta_mcp.sandbox.faults import FaultRule, Kind
from okta_mcp.transports.calls import Calls
from okta_mcp.transports.telemetry import measure, telemetry

CANARIES = ("zephyrine", "quillfeather", "owlish")
ADA = "ada.byrne@example.com"
TRACE, PARENT = "ab" * 16, "cd" * 8
ERA = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    """Where all spans of this process go, for as long as these tests run: a provider can be set once."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    yield kept
    provider.shutdown()


@pytest.fixture
def spans(exporter):
    """The spans of this test."""
    exporter.clear()
    return exporter.get_finished_spans


async def test_a_trace_leads_from_the_client_through_the_call_to_okta(doors, spans):
    opened = await doors()
    params = {"name": "get_user", "arguments": {"user": "Ada Byrne"}, "_meta": ERA}
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "get_user"}
    answer = await opened.say("tools/call", params, traceparent=f"00-{TRACE}-{PARENT}-01", **headers)
    assert answer.status_code == 200
    call = next(one for one in spans() if one.name == "tools/call get_user")
    asked = [one for one in spans() if one.parent and one.parent.span_id == call.context.span_id]
    assert (f"{call.context.trace_id:032x}", f"{call.parent.span_id:016x}") == (TRACE, PARENT)
    assert [one.name for one in asked] == ["GET /api/v1/users", "GET /api/v1/users/{id}"]
    assert dict(asked[1].attributes) == {
        "http.request.method": "GET",
        "url.template": "/api/v1/users/{id}",
        "server.address": "sandbox.okta.example",
        "http.response.status_code": 200,
        "http.request.resend_count": 0,
        "okta.request_id": asked[1].attributes["okta.request_id"],
    }
    assert call.attributes["mcp.method.name"] == "tools/call"
    assert call.attributes["gen_ai.tool.name"] == "get_user"


async def test_the_context_in_the_message_goes_before_that_of_its_transport(served, spans):
    front = await served()
    meta = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
    await front.client.call_tool("get_user", {"user": ADA}, meta=meta)
    call = next(one for one in spans() if one.name == "tools/call get_user")
    assert f"{call.context.trace_id:032x}" == TRACE


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_nothing_that_a_client_or_the_directory_says_is_in_a_span(served, spans, mode):
    async def person(context, params):
        return ElicitResult(action="decline")

    front = await served(mode=mode, person=person)
    client = front.client
    profile = {"firstName": "Zephyrine", "lastName": "Quillfeather", "email": "zephyrine@example.com"}
    await client.call_tool("create_user", {"profile": {**profile, "login": "zephyrine@example.com"}})
    await client.call_tool("get_user", {"user": "Zephyrine Quillfeather"})
    await client.call_tool("get_user", {"user": "Maria Santos"})
    await client.call_tool("get_user", {"user": "Owlish Zephyrine"})
    await client.call_tool("get_user", {"zephyrine": "Owlish"})
    await client.call_tool("suspend_user", {"user": "zephyrine@example.com"})
    await client.read_resource("okta://users/zephyrine@example.com")
    front.box.faults.add(FaultRule(kind=Kind.ERROR, path="/api/v1/users/**"))
    await client.call_tool("get_user", {"user": "zephyrine@example.com"})
    for refused in (
        client.call_tool("zephyrine", {}),
        client.read_resource("okta://users/owlish"),
        client.get_prompt("owlish", {}),
        client.get_prompt("onboard", {"zephyrine": "owlish"}),
    ):
        with pytest.raises(MCPError):
            await refused
    await client.complete(ResourceTemplateReference(uri="okta://users/{user}"), {"name": "user", "value": "zephyrine"})
    told = [json.loads(one.to_json()) for one in spans() if one.instrumentation_scope.name == "okta_mcp"]
    assert len(told) > 20
    assert {one["name"] for one in told} >= {"tools/call other", "tools/call get_user", "resources/read", "prompts/get"}
    assert any(one["status"]["status_code"] == "ERROR" for one in told)
    # The other spans of the SDK are those of the client, which is in this process too.
    ours = [one for one in spans() if one.instrumentation_scope.name == "okta_mcp" or "elicitation" in one.name]
    everything = " ".join(one.to_json() for one in ours).lower()
    assert not [canary for canary in CANARIES if canary in everything]
    assert not [one for one in told if one["events"]]


async def test_the_sdks_own_spans_of_messages_are_not_made(served, spans):
    front = await served()
    await front.client.list_tools()
    assert [one.name for one in spans() if one.kind is trace.SpanKind.SERVER] == ["server/discover", "tools/list"]


async def test_the_durations_of_calls_and_of_requests_to_okta_are_measured(doors):
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    opened = await doors()
    measure(provider, opened.server.calls, opened.okta)
    async with opened.client(None) as client:
        await client.call_tool("get_user", {"user": ADA})
        await client.call_tool("get_user", {"user": "Nobody Here"})
    (resource,) = reader.get_metrics_data().resource_metrics
    points = {
        (metric.name, tuple(sorted(point.attributes.items()))): point.count
        for metric in resource.scope_metrics[0].metrics
        for point in metric.data.data_points
    }
    called = {"mcp.method.name": "tools/call", "gen_ai.tool.name": "get_user"}
    failed = {**called, "error.type": "tool_error"}
    read = {"http.request.method": "GET", "url.template": "/api/v1/users/{id}", "http.response.status_code": 200}
    for name, attributes in (
        ("mcp.server.operation.duration", called),
        ("mcp.server.operation.duration", failed),
        ("http.client.request.duration", read),
    ):
        assert points[name, tuple(sorted(attributes.items()))] == 1
    provider.shutdown()


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"},
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
            "OTEL_TRACES_EXPORTER": "none",
            "OTEL_METRICS_EXPORTER": "none",
        },
    ],
    ids=["nothing set", "disabled", "none"],
)
async def test_it_is_off_without_somebody_who_takes_it(served, monkeypatch, environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    front, calls = await served(), Calls(())
    with telemetry(calls, front.okta):
        assert (calls.watchers, front.okta.watchers) == ([], [])


async def test_an_exporter_that_would_write_to_standard_output_is_refused(served, monkeypatch, caplog):
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "console")
    front, calls = await served(), Calls(())
    with telemetry(calls, front.okta):
        assert calls.watchers == []
    assert "OTEL_METRICS_EXPORTER: only otlp and none are known here" in caplog.text


async def test_a_server_process_sends_both_by_otlp(command_line, tmp_path, listening_on):
    got: dict[str, bytes] = {}

    async def collector(scope, receive, send):
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        got[scope["path"]] = got.get(scope["path"], b"") + body
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with listening_on(collector) as url:
        process = await asyncio.create_subprocess_exec(
            *command_line,
            "--sandbox",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_COMPRESSION": "none", "PATH": ""},
            cwd=tmp_path,
        )
        params = {"name": "get_user", "arguments": {"user": ADA}, "_meta": ERA}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        process.stdin.write(json.dumps(message).encode() + b"\n")
        with anyio.fail_after(30):
            assert b"Byrne" in await process.stdout.readline()
            _, errors = await process.communicate(b"")
    assert (process.returncode, errors) == (0, b"")
    assert b"tools/call get_user" in got["/v1/traces"]
    assert b"GET /api/v1/users/{id}" in got["/v1/traces"]
    assert b"mcp.server.operation.duration" in got["/v1/metrics"]
    assert b"okta-mcp" in got["/v1/traces"]
    assert not [path for path, body in got.items() if b"byrne" in body.lower()]
