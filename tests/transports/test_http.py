"""HTTP on loopback: who may reach it, and that both transports answer."""

import json

import httpx2
import pytest
from mcp import Client

from okta_mcp.actions import ACTIONS
from okta_mcp.server import create_server
from okta_mcp.settings import SettingsError, load_settings
from okta_mcp.transports.callers import Admission
from okta_mcp.transports.http import http_app, serve_http

from ..leaving import sse_client

LOCAL = "http://127.0.0.1:8765"
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


@pytest.fixture
async def app(served):
    """The application of both transports, started."""
    front = await served()
    app = http_app(create_server(load_settings(env_file=None), front.okta), "127.0.0.1")
    async with app.router.lifespan_context(app):
        yield app


async def post(app, path="/mcp", base_url=LOCAL, **headers):
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=base_url) as client:
        return await client.post(path, json=HELLO, headers={**HEADERS, **headers})


ELSEWHERE = ["0.0.0.0", "::", "192.0.2.7", "example.com", "localhost.example.com", "", "2130706433"]


def admission(**settings):
    return Admission.of(load_settings(settings, env_file=None))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.53"])
def test_an_address_of_this_machine_is_taken(host):
    assert admission().require_guarded(host) is None


@pytest.mark.parametrize("host", ELSEWHERE)
def test_an_address_that_others_can_reach_is_refused_while_nobody_is_asked_who_they_are(host):
    with pytest.raises(SettingsError) as refused:
        admission().require_guarded(host)
    (problem,) = refused.value.problems
    assert problem.startswith(f"OKTA_MCP_HOST (--host): {host!r} is not on this machine, and nobody would be asked")
    assert "--dangerously-unauthenticated" in problem


@pytest.mark.parametrize("host", ELSEWHERE)
@pytest.mark.parametrize(
    "settings", [{"auth_tokens": "desk=sha256:" + "0" * 64}, {"dangerously_unauthenticated": True}]
)
def test_such_an_address_is_taken_with_tokens_or_when_it_is_forced(host, settings):
    assert admission(**settings).require_guarded(host) is None


async def test_serving_refuses_such_an_address_before_it_listens(served):
    front, ready = await served(), []
    server = create_server(load_settings(env_file=None), front.okta)
    with pytest.raises(SettingsError):
        await serve_http(server, front.okta, "0.0.0.0", 0, server.owner, reach=server.reach, on_ready=ready.append)
    assert (front.asked, ready) == ([], [])


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "127.0.0.1:1"])
async def test_a_client_of_this_machine_is_answered(app, host):
    answer = await post(app, Host=host)
    assert answer.status_code == 200
    body = next(line for line in answer.text.splitlines() if line.startswith("data: {"))
    assert json.loads(body.removeprefix("data: "))["result"]["serverInfo"]["name"] == "okta-mcp"


@pytest.mark.parametrize(
    "host", ["attacker.example.com", "attacker.example.com:8765", "192.0.2.7:8765", "localhost.example.com"]
)
async def test_a_page_that_rebinds_its_name_to_this_machine_is_refused(app, host):
    answer = await post(app, Host=host)
    assert answer.status_code == 421
    assert "serverInfo" not in answer.text


@pytest.mark.parametrize("origin", ["https://attacker.example.com", "http://192.0.2.7:8765", "null"])
async def test_a_page_of_another_origin_is_refused(app, origin):
    answer = await post(app, Origin=origin)
    assert answer.status_code == 403
    assert "serverInfo" not in answer.text


async def test_a_page_of_this_machine_is_answered(app):
    assert (await post(app, Origin="http://localhost:3000")).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "attacker.example.com"}, 421),
        ({"Host": "192.0.2.7:8765"}, 421),
        ({"Origin": "https://attacker.example.com"}, 403),
    ],
)
async def test_the_older_transport_is_guarded_alike_and_without_a_traceback(app, headers, status):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=LOCAL) as client:
        assert (await client.get("/sse", headers=headers)).status_code == status
        answer = await client.post(
            "/messages/?session_id=00000000000000000000000000000000", headers={**HEADERS, **headers}
        )
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.2", "127.0.0.2:8765"),
        ("127.0.0.2", "127.0.0.2"),
        ("::1", "[::1]:8765"),
        ("0:0:0:0:0:0:0:1", "[::1]:8765"),
        ("0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]:1"),
        ("localhost", "localhost:8765"),
    ],
)
async def test_every_address_it_may_be_bound_to_is_guarded(served, host, own):
    front = await served()
    app = http_app(create_server(load_settings(env_file=None), front.okta), host)
    async with app.router.lifespan_context(app):
        assert (await post(app, Host=own)).status_code == 200
        assert (await post(app, Host=own, Origin=f"http://{own}")).status_code == 200
        assert (await post(app, Host="127.0.0.1:8765")).status_code == 200
        assert (await post(app, Host="attacker.example.com")).status_code == 421
        assert (await post(app, Host="127.0.0.3:8765")).status_code == 421
        assert (await post(app, Host=own, Origin="https://attacker.example.com")).status_code == 403
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=LOCAL) as client:
            assert (await client.get("/sse", headers={"Host": "attacker.example.com"})).status_code == 421


@pytest.mark.parametrize("path", ["/", "/mcp/admin", "/api/v1/users", "/metrics"])
async def test_there_is_nothing_else(app, path):
    assert (await post(app, path)).status_code == 404


# Over a socket


@pytest.fixture
async def address(served):
    """Both transports on a free port of this machine."""
    import asyncio
    import socket

    import uvicorn

    front = await served()
    listener = socket.create_server(("127.0.0.1", 0))
    app = http_app(create_server(load_settings(env_file=None), front.okta), "127.0.0.1")
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task
    listener.close()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_works_over_streamable_http(address, mode):
    async with Client(f"{address}/mcp", mode=mode) as client:
        assert len((await client.list_tools()).tools) == len(ACTIONS)
        result = await client.call_tool("get_user", {"user": "Ada Byrne"})
    assert result.structured_content["profile"]["login"] == "ada.byrne@example.com"


async def test_a_client_works_over_sse(address):
    async with Client(sse_client(f"{address}/sse"), mode="legacy") as client:
        assert len((await client.list_tools()).tools) == len(ACTIONS)
        result = await client.call_tool("get_user", {"user": "Ada Byrne"})
    assert result.structured_content["profile"]["login"] == "ada.byrne@example.com"
