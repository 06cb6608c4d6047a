"""The sandbox on a socket."""

import socket
import statistics
import time

import anyio
import anyio.lowlevel
import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running, serve

USER = "/api/v1/users/wei.chen"


@pytest.fixture
async def served():
    sandbox = Sandbox()
    headers = {"Authorization": f"SSWS {sandbox.api_token}"}
    async with running(sandbox) as url, httpx2.AsyncClient(base_url=url, headers=headers) as client:
        yield sandbox, url, client


async def test_a_served_sandbox_answers_with_links_to_itself(served):
    _, url, client = served
    answer = await client.get("/api/v1/users?limit=1")
    assert url.startswith("http://127.0.0.1:")
    assert [line.startswith(f"<{url}/api/v1/users?") for line in answer.headers.get_list("link")] == [True, True]
    for name in ("date", "server", "content-type", "x-okta-request-id"):
        assert len(answer.headers.get_list(name)) == 1


async def test_an_answer_without_content_has_no_content_type(served):
    sandbox, _, client = served
    user_id = sandbox.org.user("wei.chen").id
    answer = await client.delete(f"/api/v1/users/{user_id}/sessions")
    assert answer.status_code == 204
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(("disconnect", "status"), [("before", "ACTIVE"), ("after", "SUSPENDED")])
async def test_a_dropped_connection_ends_without_an_answer(served, caplog, disconnect, status):
    sandbox, _, client = served
    sandbox.fail("POST", USER, disconnect=disconnect)
    with pytest.raises(httpx2.TransportError):
        await client.post(f"{USER}/lifecycle/suspend")
    assert (await client.get(USER)).json()["status"] == status
    assert caplog.text == ""


async def test_a_sandbox_can_be_served_again():
    sandbox = Sandbox()
    headers = {"Authorization": f"SSWS {sandbox.api_token}"}
    for _ in range(2):
        async with running(sandbox) as url, httpx2.AsyncClient(headers=headers) as client:
            assert (await client.get(f"{url}/api/v1/users/me")).status_code == 200
    assert len(sandbox.journal) == 2


async def test_a_sandbox_that_nobody_calls_stops_at_once():
    async with running(Sandbox()) as url:
        assert url


async def test_a_sandbox_is_served_at_a_given_address_until_the_task_ends():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sandbox = Sandbox()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(serve, sandbox, "127.0.0.1", port)
        headers = {"Authorization": f"SSWS {sandbox.api_token}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            with anyio.fail_after(30):
                while True:
                    try:
                        answer = await client.get("/api/v1/users/me")
                        break
                    except httpx2.ConnectError:
                        await anyio.lowlevel.checkpoint()
        assert answer.status_code == 200
        tasks.cancel_scope.cancel()


async def test_a_whole_answer_is_sent_at_once():
    sandbox = Sandbox()
    async with running(sandbox) as url, await anyio.connect_tcp("127.0.0.1", int(url.rpartition(":")[2])) as stream:
        request = f"GET {USER} HTTP/1.1\r\nHost: localhost\r\nAuthorization: SSWS {sandbox.api_token}\r\n\r\n".encode()
        taken = []
        for _ in range(10):
            began = time.perf_counter()
            await stream.send(request)
            answer = b""
            while not answer.endswith(b"}}"):
                answer += await stream.receive()
            taken.append(time.perf_counter() - began)
    # A client's delayed acknowledgement takes 40 ms, and would be waited for with nearly every answer.
    assert statistics.median(taken) < 0.03
