"""The file of tokens: what is written there holds while the server runs."""

import asyncio
import hashlib
import os
import re
import signal
import sys
from contextlib import AsyncExitStack

import anyio
import httpx2
import pytest
from mcp.types import ElicitResult

from okta_mcp.sandbox.faults import FaultRule, Kind
from okta_mcp.settings import load_settings
from okta_mcp.transports.callers import Admission

ADA, BEN = "okmcp_ada0ada0ada0", "okmcp_ben0ben0ben0"
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
WAYS = ["auto", "legacy", "sse"]
LOGIN = "ada.byrne@example.com"


def entry(name, token, rights="write"):
    return f"{name}=sha256:{hashlib.sha256(token.encode()).hexdigest()}:{rights}\n"


class Desk:
    """A server with a file of tokens."""

    def __init__(self, path, doors):
        self.path, self._doors = path, doors

    async def opens(self, *entries, **settings):
        self.writes(*entries)
        self.opened = await self._doors(auth_tokens_file=str(self.path), probes=True, **settings)
        return self.opened

    def writes(self, *entries):
        self.path.write_text("".join(entries), encoding="utf-8")

    async def until(self, token, status):
        """Wait until the holder of a token is answered so."""
        with anyio.fail_after(30):
            while (await self.opened.say("initialize", HELLO, token=token)).status_code != status:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def metric(self, name):
        text = (await self.opened.http.get("/metrics")).text
        return next(line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(f"{name} "))


@pytest.fixture
def desk(tmp_path, doors):
    return Desk(tmp_path / "tokens", doors)


async def test_who_is_added_comes_in_and_who_is_taken_away_does_not(desk, caplog):
    await desk.opens(entry("ada", ADA))
    await desk.until(BEN, 401)
    desk.writes(entry("ada", ADA), entry("ben", BEN))
    await desk.until(BEN, 200)
    assert await desk.metric("okta_mcp_tokens") == "2.0"
    desk.writes(entry("ben", BEN))
    await desk.until(ADA, 401)
    await desk.until(BEN, 200)
    assert [line for line in caplog.messages if "has changed" in line] == [
        "The file of tokens has changed. added: ben",
        "The file of tokens has changed. withdrawn: ada",
    ]


async def test_a_right_that_is_taken_away_is_gone_with_the_next_call(desk):
    opened = await desk.opens(entry("ada", ADA))
    desk.writes(entry("ada", ADA, "read"), entry("ben", BEN))
    await desk.until(BEN, 200)
    async with opened.client(ADA) as client:
        refused = await client.call_tool("suspend_user", {"user": LOGIN})
    assert "your rights on this server are read" in refused.content[0].text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a right there")
async def test_a_secret_of_kubernetes_is_followed_through_its_symbolic_links(tmp_path, doors):
    def write(version, text):
        (tmp_path / version).mkdir()
        (tmp_path / version / "tokens").write_text(text, encoding="utf-8")
        (tmp_path / "new").symlink_to(version)
        (tmp_path / "new").replace(tmp_path / "..data")

    write("..1", entry("ada", ADA))
    (tmp_path / "tokens").symlink_to("..data/tokens")
    desk = Desk(tmp_path / "tokens", doors)
    desk.opened = await doors(auth_tokens_file=str(desk.path))
    await desk.until(ADA, 200)
    write("..2", entry("ben", BEN))
    await desk.until(BEN, 200)
    await desk.until(ADA, 401)


@pytest.mark.parametrize(
    "content", [ADA.encode(), b"\xff\xfe", b"x" * 1_048_577, None], ids=["a token", "no text", "too large", "gone"]
)
async def test_a_broken_file_leaves_everything_as_it_was_and_is_told_of(desk, caplog, content):
    opened = await desk.opens(entry("ada", ADA))
    await desk.until(ADA, 200)
    desk.path.unlink()
    if content is not None:
        desk.path.write_bytes(content)
    with anyio.fail_after(30):
        while await desk.metric("okta_mcp_tokens_file_up") != "0.0":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await desk.until(ADA, 200)
    ready = await opened.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "trouble": ["tokens_file"]})
    assert caplog.text.count("THE FILE OF TOKENS IS BROKEN") == 1
    assert ADA not in caplog.text
    desk.writes(entry("ben", BEN))
    await desk.until(BEN, 200)
    await desk.until(ADA, 401)
    assert (await opened.http.get("/readyz")).json() == {"ready": True}


async def test_a_file_that_names_nobody_lets_nobody_in(desk, caplog):
    await desk.opens()
    await desk.until(ADA, 401)
    desk.writes(entry("ada", ADA))
    await desk.until(ADA, 200)
    desk.writes("# nobody\n")
    await desk.until(ADA, 401)
    assert "names nobody" in caplog.text


async def test_a_file_that_is_being_written_is_waited_for(tmp_path):
    path = tmp_path / "tokens"
    path.write_text(entry("ada", ADA), encoding="utf-8")
    options = load_settings({"auth_tokens_file": str(path)}, env_file=None)
    admission = Admission.of(options)
    await admission.file.look()
    path.write_text("", encoding="utf-8")  # as an editor leaves it for a moment
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(admission.file.look)
        await anyio.wait_all_tasks_blocked()
        path.write_text(entry("ada", ADA) + entry("ben", BEN), encoding="utf-8")
    assert [one.name for one in admission.tokens] == ["ada", "ben"]
    (caller,) = (caller for caller in admission.fixed.known.values() if caller.name == "ada")
    assert not caller.standing.ended


# What is open when a token is withdrawn


async def test_a_session_ends_with_its_token_even_where_the_name_stays(desk):
    opened = await desk.opens(entry("ada", ADA), entry("ben", BEN))
    sessions = {
        token: (await opened.say("initialize", HELLO, token=token)).headers["Mcp-Session-Id"] for token in (ADA, BEN)
    }
    desk.writes(entry("ada", BEN), entry("ben", ADA))  # each has the other's name now
    with anyio.fail_after(30):
        while True:
            statuses = [
                (await opened.say("ping", token=token, **{"Mcp-Session-Id": sessions[other]})).status_code
                for token, other in ((BEN, ADA), (ADA, BEN))
            ]
            if statuses == [404, 404]:
                break
    desk.writes(entry("ada", BEN))
    await desk.until(ADA, 401)
    assert (await opened.say("initialize", HELLO, token=BEN)).status_code == 200


@pytest.mark.parametrize("kind", ["sse", "listen", "session"])
async def test_a_stream_ends_with_its_token(desk, kind):
    opened = await desk.opens(entry("ada", ADA), entry("ben", BEN))
    head = {"Accept": "application/json, text/event-stream"}
    streams = {}
    async with AsyncExitStack() as stack:
        for token in (ADA, BEN):
            headers = {**head, "Authorization": f"Bearer {token}"}
            if kind == "session":
                answer = await opened.say("initialize", HELLO, token=token)
                session = {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"]}
                asked = ("GET", "/mcp", {"headers": {**headers, **session}})
            elif kind == "listen":
                meta = {
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientCapabilities": {},
                    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
                }
                params = {"_meta": meta, "notifications": {"toolsListChanged": True}}
                message = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": params}
                era = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
                asked = ("POST", "/mcp", {"headers": {**headers, **era}, "json": message})
            else:
                asked = ("GET", "/sse", {"headers": headers})
            method, path, options = asked
            streams[token] = await stack.enter_async_context(opened.http.stream(method, path, **options))
            assert streams[token].status_code == 200
        desk.writes(entry("ben", BEN))
        with anyio.fail_after(30):
            await streams[ADA].aread()
        with pytest.raises(TimeoutError), anyio.fail_after(0.2):
            await streams[BEN].aread()


@pytest.mark.parametrize("way", ["legacy", "sse"])
async def test_a_question_ends_with_the_token_and_nothing_is_done(desk, way, caplog):
    opened, asked, never, results = await desk.opens(entry("ada", ADA)), anyio.Event(), anyio.Event(), []
    caplog.set_level("INFO", "okta_mcp.calls")

    async def person(context, params):
        asked.set()
        await never.wait()
        return ElicitResult(action="accept", content={"confirm": True})

    async with opened.client(ADA, way, elicitation_callback=person) as client, anyio.create_task_group() as tasks:
        await client.list_tools()

        async def call():
            results.append(await client.call_tool("deactivate_user", {"user": LOGIN}))

        tasks.start_soon(call)
        await asked.wait()
        desk.writes()
        # The answer is waited for: the SDK's SSE client breaks if it is left while one arrives.
        with anyio.fail_after(30):
            while not results:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert results[0].is_error
    assert "the token of this caller is not let in any more; nothing was changed" in results[0].content[0].text
    assert not opened.server.calls.under_way
    assert "tools/call deactivate_user tool_error" in caplog.text
    assert [one.path for one in opened.box.journal if one.method != "GET"] == []
    assert opened.box.org.user_by_login(LOGIN).status == "ACTIVE"


@pytest.mark.parametrize("way", ["auto", "legacy", "sse"])
@pytest.mark.parametrize(("tool", "done"), [("suspend_user", True), ("get_user", False)])
async def test_a_read_is_cut_off_and_a_write_that_is_with_okta_may_end(desk, way, tool, done):
    opened = await desk.opens(entry("ada", ADA))
    method = "POST" if done else "GET"
    opened.box.faults.add(FaultRule(kind=Kind.LATENCY, path="/api/v1/users/**", method=method, delay=0.6))
    results = []
    async with opened.client(ADA, way) as client, anyio.create_task_group() as tasks:
        await client.list_tools()

        async def call():
            results.append(await client.call_tool(tool, {"user": LOGIN}))

        tasks.start_soon(call)
        with anyio.fail_after(30):
            while not any(fault.met for fault in opened.box.faults):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        desk.writes()
        await desk.until(ADA, 401)
    (result,) = results
    assert result.is_error is not done
    if done:
        assert opened.box.org.user_by_login(LOGIN).status == "SUSPENDED"
    else:
        assert "the token is not let in any more" in result.content[0].text


async def test_a_run_of_many_stops_at_the_next_row(desk):
    opened = await desk.opens(entry("ada", ADA), bulk_journal="memory", confirm="never")
    people = [user.profile["login"] for user in opened.box.org.users.values() if user.status == "ACTIVE"][-30:]
    opened.box.faults.add(FaultRule(kind=Kind.LATENCY, path="/api/v1/users/**", method="POST", delay=0.5))
    results = []
    async with opened.client(ADA) as client, anyio.create_task_group() as tasks:
        await client.list_tools()  # or the client would ask for the schema of the answer when it has come
        rows = [{"user": login} for login in people]

        async def call():
            results.append(await client.call_tool("run_bulk", {"tool": "suspend_user", "rows": rows}))

        tasks.start_soon(call)
        with anyio.fail_after(30):
            while not any(fault.met for fault in opened.box.faults):
                await asyncio.sleep(0.01)
                assert not results, results
        desk.writes()
    suspended = [login for login in people if opened.box.org.user_by_login(login).status == "SUSPENDED"]
    assert 0 < len(suspended) < len(people)
    assert "not let in any more" in results[0].content[0].text


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
async def test_the_command_reads_the_file_again_when_it_is_told_to(command_line, tmp_path):
    path = tmp_path / "tokens"
    path.write_text(entry("ada", ADA), encoding="utf-8")
    flags = ("serve", "--sandbox", "--transport", "http", "--port", "0", "--auth-tokens-file", str(path))
    environment = {"PATH": os.environ["PATH"], "OKTA_MCP_LOG_LEVEL": "INFO", "OKTA_MCP_AUDIT_FILE": "off"}
    process = await asyncio.create_subprocess_exec(
        *command_line, *flags, stderr=asyncio.subprocess.PIPE, env=environment, cwd=tmp_path
    )
    try:
        with anyio.fail_after(30):
            async for line in process.stderr:
                if found := re.search(rb"at (http://127\.0\.0\.1:\d+)/mcp", line):
                    break
            path.write_text(entry("ben", BEN), encoding="utf-8")
            process.send_signal(signal.SIGHUP)
            async for line in process.stderr:
                if b"has changed. added: ben; withdrawn: ada" in line:
                    break
        async with httpx2.AsyncClient(base_url=found[1].decode()) as http:
            answers = [
                (await http.get("/metrics", headers={"Authorization": f"Bearer {token}"})).status_code
                for token in (ADA, BEN)
            ]
            refused = (await http.get("/sse", headers={"Authorization": f"Bearer {ADA}"})).status_code
        assert (answers, refused) == ([200, 200], 401)  # metrics are open on this machine
    finally:
        process.kill()
        await process.wait()
