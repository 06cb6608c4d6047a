"""The HTTP doors through the SDK's clients and a server process: streamable HTTP in both eras, and SSE."""

import asyncio
import json
import re

import anyio
import pytest
from mcp import Client
from mcp.types import ResourceTemplateReference

from okta_mcp.actions import ACTIONS

from ..leaving import sse_client

LISTENING = re.compile(rb"at (http://127\.0\.0\.1:\d+)/mcp")


@pytest.fixture(scope="module", params=[("http", "legacy"), ("http", "auto"), ("sse", "legacy")], ids="-".join)
def way(request):
    """The door, and the client's mode."""
    return request.param


@pytest.fixture(scope="module")
async def server(org, command, tmp_path_factory):
    process = await asyncio.create_subprocess_exec(
        *command,
        *("serve", "--transport", "http", "--port", "0", "--log-level", "INFO"),
        stderr=asyncio.subprocess.PIPE,
        env=org.environment,
        cwd=tmp_path_factory.mktemp("elsewhere"),
    )
    with anyio.fail_after(30):
        async for line in process.stderr:
            if found := LISTENING.search(line):
                break
        else:
            pytest.fail("the server ended without listening")
    # The rest is read as well, or the server would stop when the pipe is full.
    rest = asyncio.create_task(process.stderr.read())
    yield found[1].decode()
    process.terminate()
    await process.wait()
    # The SDK's transport trips over a session that is ended while a notification of it is on its way; a client that
    # comes and goes at once may do that. Nothing else may end in a traceback.
    told = (await rest).split(b"Traceback (most recent call last):")
    assert [one for one in told[1:] if b"mcp/server/streamable_http.py" not in one] == []


@pytest.fixture
async def assistant(way, server, org, connected_to):
    door, mode = way
    target = sse_client(f"{server}/sse") if door == "sse" else f"{server}/mcp"
    async with Client(target, mode=mode) as client:
        yield connected_to(client, org)


async def test_the_client_and_the_server_agree_on_the_era(assistant, way):
    modern = assistant.client.protocol_version == "2026-07-28"
    assert modern == (way[1] == "auto")


async def test_all_tools_are_listed(assistant):
    listed = [tool.name for tool in (await assistant.client.list_tools()).tools]
    assert listed == [action.name for action in ACTIONS]


async def test_the_resource_of_all_users_is_a_page_of_the_people_in_the_org(assistant):
    (content,) = (await assistant.client.read_resource("okta://users")).contents
    page = json.loads(content.text)
    people = {user["id"]: user["profile"]["login"] for user in await assistant.org.get("users", search="id pr")}
    assert len(page["users"]) == 50
    assert "next" in page
    assert {row["id"]: row["login"] for row in page["users"]}.items() <= people.items()


async def test_a_person_being_typed_is_completed_to_logins(assistant):
    reference = ResourceTemplateReference(uri="okta://users/{user}")
    answer = await assistant.client.complete(reference, {"name": "user", "value": "maria s"})
    both = await assistant.org.get("users", search='profile.firstName eq "Maria" and profile.lastName eq "Santos"')
    assert sorted(answer.completion.values) == sorted(person["profile"]["login"] for person in both)


async def test_a_person_is_suspended_and_let_in_again_by_login(assistant):
    login = await assistant.org.somebody('profile.department eq "Sales" and status eq "ACTIVE"')
    await assistant.call("suspend_user", user=login)
    assert await assistant.org.status_of(login) == "SUSPENDED"
    await assistant.call("unsuspend_user", user=login)
    assert await assistant.org.status_of(login) == "ACTIVE"
