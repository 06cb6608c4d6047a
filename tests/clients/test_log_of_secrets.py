"""The log at its most talkative, through every door: no password, no token."""

import asyncio
import re
from contextlib import asynccontextmanager

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from ..leaving import sse_client

LISTENING = re.compile(rb"at (http://127\.0\.0\.1:\d+)/mcp")
DEBUG = ("--log-level", "DEBUG", "--confirm", "never")
PASSWORD, LATER, REFUSED = "Canary-Passw0rd-7f41", "Canary-Passw0rd-8a52", "Canary-Passw0rd-9b63"


@pytest.fixture(
    scope="module",
    params=[("stdio", "legacy"), ("stdio", "auto"), ("http", "legacy"), ("http", "auto"), ("sse", "legacy")],
    ids="-".join,
)
def way(request):
    """The door, and the client's mode."""
    return request.param


@asynccontextmanager
async def over_stdio(command, environment, log):
    with log.open("w", encoding="utf-8") as errors:
        server = StdioServerParameters(command=command[0], args=[*command[1:], *DEBUG], env=environment, cwd=log.parent)
        yield stdio_client(server, errlog=errors)


@asynccontextmanager
async def over_http(command, environment, log, door):
    process = await asyncio.create_subprocess_exec(
        *command,
        *("serve", "--transport", "http", "--port", "0", *DEBUG),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        cwd=log.parent,
    )
    written, found = b"", None
    with anyio.fail_after(30):
        while not found:
            line = await process.stderr.readline()
            assert line, "the server ended without listening"
            written, found = written + line, LISTENING.search(line)
    rest = asyncio.gather(process.stdout.read(), process.stderr.read())
    address = found[1].decode()
    yield sse_client(f"{address}/sse") if door == "sse" else f"{address}/mcp"
    process.terminate()
    log.write_bytes(b"".join([written, *await rest]))
    await process.wait()


async def test_no_secret_is_in_the_log(way, org, command, tmp_path):
    (door, mode), log = way, tmp_path / "log"
    environment = {**org.environment, "OKTA_MCP_CONFIRM": "never"}
    opened = over_stdio(command, environment, log) if door == "stdio" else over_http(command, environment, log, door)
    async with opened as target, Client(target, mode=mode) as client:
        profile = {"firstName": "Nell", "lastName": "Quayle", "email": "nell.quayle@example.com"}
        made = await client.call_tool("create_user", {"profile": profile, "password": PASSWORD})
        changed = await client.call_tool("update_user", {"user": profile["email"], "password": LATER})
        expired = await client.call_tool("expire_password", {"user": profile["email"], "temporaryPassword": True})
        wrong = await client.call_tool("update_user", {"user": profile["email"], "password": [REFUSED]})
    assert [answer.is_error for answer in (made, changed, expired, wrong)] == [False, False, False, True]
    temporary = expired.structured_content["temporaryPassword"]
    written = log.read_text(encoding="utf-8")
    assert "DEBUG okta_mcp.okta: POST /api/v1/users" in written
    for secret in (PASSWORD, LATER, REFUSED, temporary, org.token):
        assert len(secret) > 4
        assert secret not in written
