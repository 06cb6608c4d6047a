"""The dropdown and the confirmation as a person at a client meets them: over stdio and HTTP, in both protocol eras."""

import asyncio
import re
from contextlib import asynccontextmanager

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import ElicitResult

LISTENING = re.compile(rb"at (http://127\.0\.0\.1:\d+)/mcp")
MARIAS = 'profile.firstName eq "Maria" and profile.lastName eq "Santos"'


@pytest.fixture(
    scope="module", params=[("stdio", "legacy"), ("stdio", "auto"), ("http", "legacy"), ("http", "auto")], ids="-".join
)
def way(request):
    """The door, and the client's mode."""
    return request.param


@pytest.fixture(scope="module")
async def door(way, org, command, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    if way[0] == "stdio":
        yield StdioServerParameters(command=command[0], args=list(command[1:]), env=org.environment, cwd=elsewhere)
        return
    process = await asyncio.create_subprocess_exec(
        *command,
        *("serve", "--transport", "http", "--port", "0", "--log-level", "INFO"),
        stderr=asyncio.subprocess.PIPE,
        env=org.environment,
        cwd=elsewhere,
    )
    with anyio.fail_after(30):
        async for line in process.stderr:
            if found := LISTENING.search(line):
                break
        else:
            pytest.fail("the server ended without listening")
    rest = asyncio.create_task(process.stderr.read())
    yield f"{found[1].decode()}/mcp"
    process.terminate()
    await process.wait()
    assert b"Traceback" not in await rest


@pytest.fixture
def asked(door, way, org):
    """Connect a client whose person gives one answer; yields the client and the forms that were shown."""

    @asynccontextmanager
    async def connect(answer):
        forms = []

        async def person(context, params):
            forms.append(params)
            return answer(params) if callable(answer) else answer

        async with Client(door, mode=way[1], elicitation_callback=person if answer else None) as client:
            assert (client.protocol_version == "2026-07-28") == (way[1] == "auto")
            yield client, forms

    return connect


def choose(login):
    """Choose the entry with this login."""

    def answer(params):
        options = params.requested_schema["properties"]["user"]["oneOf"]
        (chosen,) = [one["const"] for one in options if f" · {login} · " in one["title"]]
        return ElicitResult(action="accept", content={"user": chosen})

    return answer


async def statuses(org):
    return {user["profile"]["login"]: user["status"] for user in await org.get("users", search=MARIAS)}


async def test_the_person_picks_one_of_two_and_only_that_one_is_suspended(asked, org):
    one, other = sorted(await statuses(org))
    async with asked(choose(other)) as (client, forms):
        result = await client.call_tool("suspend_user", {"user": "Maria Santos"})
        assert not result.is_error, result.content
        assert await statuses(org) == {one: "ACTIVE", other: "SUSPENDED"}
        await client.call_tool("unsuspend_user", {"user": other})
    (form,) = forms
    assert form.requested_schema["required"] == ["user"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (ElicitResult(action="decline"), "declined to choose. Nothing was done."),
        (ElicitResult(action="cancel"), "closed the question without choosing. Nothing was done."),
        (ElicitResult(action="accept", content={"user": "00u0000000000000000X"}), "is not one of those offered."),
        (None, '"Maria Santos" names 2 users.\nNothing was done.'),
    ],
    ids=["decline", "cancel", "outside the list", "cannot be asked"],
)
async def test_without_a_choice_nothing_happens(asked, org, answer, told):
    async with asked(answer) as (client, forms):
        result = await client.call_tool("suspend_user", {"user": "Maria Santos"})
    assert result.is_error
    assert told in result.content[0].text
    assert len(forms) == (answer is not None)
    assert set((await statuses(org)).values()) == {"ACTIVE"}


def yes(params):
    """Check the box."""
    assert params.requested_schema["required"] == ["confirm"]
    return ElicitResult(action="accept", content={"confirm": True})


async def leaver(org):
    """Return the login of somebody who is there and may go."""
    return await org.somebody('profile.department eq "Support" and status eq "ACTIVE"')


async def test_the_person_agrees_and_only_then_the_account_is_closed(asked, org):
    login = await leaver(org)
    async with asked(yes) as (client, forms):
        result = await client.call_tool("deactivate_user", {"user": login})
    assert not result.is_error, result.content
    (form,) = forms
    assert login in form.message
    assert await org.status_of(login) == "DEPROVISIONED"


@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_the_person_does_not_agree_and_the_account_stays(asked, org, action):
    login = await leaver(org)
    async with asked(ElicitResult(action=action)) as (client, forms):
        result = await client.call_tool("deactivate_user", {"user": login})
    assert result.is_error
    assert "Nothing was done." in result.content[0].text
    assert len(forms) == 1
    assert await org.status_of(login) == "ACTIVE"


async def test_who_cannot_ask_repeats_the_call_with_the_code_once(asked, org):
    login, other = await leaver(org), await org.somebody('profile.department eq "Legal" and status eq "ACTIVE"')
    async with asked(None) as (client, _):
        preview = await client.call_tool("deactivate_user", {"user": login})
        assert preview.structured_content["done"] is False
        assert await org.status_of(login) == "ACTIVE"
        code = re.search(r'confirmation "([^"]+)"', preview.content[0].text)[1]
        stranger = await client.call_tool("deactivate_user", {"user": other, "confirmation": code})
        assert stranger.is_error
        assert await org.status_of(other) == "ACTIVE"
        done = await client.call_tool("deactivate_user", {"user": login, "confirmation": code})
        assert not done.is_error
        assert await org.status_of(login) == "DEPROVISIONED"
        again = await client.call_tool("deactivate_user", {"user": login, "confirmation": code})
        assert again.is_error
