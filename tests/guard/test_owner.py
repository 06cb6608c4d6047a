"""The owner of the server's API token is not locked out by the server, and finding out who it is costs one request."""

import anyio
import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.arguments import arguments_of
from okta_mcp.guard import Owner, Reach
from okta_mcp.transports import announce

ADMIN, ADA = "admin@example.com", "ada.byrne@example.com"
ME = "GET /api/v1/users/me"
LOCKING = ["deactivate_user", "suspend_user", "expire_password", "reset_password"]
WRITING = [
    *LOCKING,
    "activate_user",
    "unsuspend_user",
    "update_user",
    "forgot_password",
    "assign_user_to_group",
    "remove_user_from_group",
]
MORE = {
    "reset_password": {"sendEmail": True},
    "update_user": {"profile": {"title": "Operator"}},
    "assign_user_to_group": {"group": "VPN Users"},
    "remove_user_from_group": {"group": "VPN Users"},
}
"""What a tool has to be told beside the user."""
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


def writes(front):
    """List the requests that were no reads."""
    return [asked for asked in front.asked if not asked.startswith("GET ")]


def test_every_write_to_a_user_is_tried_below():
    writes = [one.name for one in ACTIONS if one.writes and "user" in arguments_of(one).references]
    assert sorted(WRITING) == sorted(writes)


@ERAS
@pytest.mark.parametrize("tool", WRITING)
@pytest.mark.parametrize("said", [ADMIN, "Alex Admin", "Admin, Alex"])
async def test_the_owner_of_the_token_is_not_locked_out(served, mode, tool, said):
    front = await served(mode=mode)
    before = front.box.org.user_by_login(ADMIN).status
    result = await front.client.call_tool(tool, {"user": said, **MORE.get(tool, {})})
    assert (result.is_error, result.content[0].text) == (
        True,
        (
            f'{tool} was not called: "admin@example.com" owns this server\'s credentials, and no write of this '
            "server may touch their owner; nothing was changed.\n"
            "Next: somebody else does it in the Admin Console, after the operator has given the server other "
            "credentials."
        ),
    )
    assert front.box.org.user_by_login(ADMIN).status == before
    assert writes(front) == []


async def test_the_owner_is_known_by_id_too(served):
    front = await served()
    result = await front.client.call_tool("suspend_user", {"user": front.box.org.user_by_login(ADMIN).id})
    assert result.is_error
    assert writes(front) == []


@pytest.mark.parametrize("tool", LOCKING)
async def test_anybody_else_is_not_protected(served, tool):
    front = await served(confirm="never")
    result = await front.client.call_tool(tool, {"user": ADA, **MORE.get(tool, {})})
    assert not result.is_error
    assert len(writes(front)) == 1


async def test_reading_about_the_owner_asks_nothing(served):
    front = await served()
    result = await front.client.call_tool("get_user", {"user": ADMIN})
    assert not result.is_error
    assert ME not in front.asked


async def test_others_leave_groups_without_the_group_being_asked_about(served):
    front = await served()
    result = await front.client.call_tool("remove_user_from_group", {"user": ADA, "group": "Sales"})
    assert [asked for asked in front.asked if "expand=stats" in asked] == []
    assert not result.is_error


async def test_okta_is_asked_once_in_the_life_of_the_server(served):
    front = await served(confirm="never")
    for tool in ("suspend_user", "unsuspend_user", "expire_password", "reset_password"):
        result = await front.client.call_tool(tool, {"user": ADA, **MORE.get(tool, {})})
        assert not result.is_error
    assert front.asked.count(ME) == 1


async def test_okta_is_asked_once_by_calls_at_the_same_time(served):
    front = await served()
    async with anyio.create_task_group() as tasks:
        for user in list(front.box.org.users.values())[:8]:
            tasks.start_soon(front.client.call_tool, "suspend_user", {"user": user.id})
    assert front.asked.count(ME) == 1


async def test_after_the_check_at_the_start_nothing_is_asked(served):
    front = await served()
    owner = Owner(front.okta)
    await announce(front.okta, owner, Reach(front.okta))
    before = len(front.asked)
    assert (await owner.user()).login == ADMIN
    assert len(front.asked) == before


@pytest.mark.parametrize("trouble", [{"status": 500}, {"status": 401}, {"html": True}, {"disconnect": "before"}])
async def test_while_the_owner_is_not_known_nothing_is_done_and_later_it_is_asked_again(served, trouble):
    front = await served()
    front.box.fail("GET", "/api/v1/users/me", times=3, **trouble)
    result = await front.client.call_tool("suspend_user", {"user": ADA})
    assert result.is_error
    assert "Nothing was changed." in result.content[0].text
    assert writes(front) == []
    front.box.faults.clear()
    refused = await front.client.call_tool("suspend_user", {"user": ADMIN})
    assert "owns this server's credentials" in refused.content[0].text


@pytest.mark.parametrize("status", [403, 404])
async def test_while_okta_does_not_tell_the_owner_no_user_is_written_to_and_it_is_asked_again(served, status):
    front = await served(confirm="never")
    front.box.fail("GET", "/api/v1/users/me", status=status, times=2)
    for user in (ADMIN, ADA):
        result = await front.client.call_tool("suspend_user", {"user": user})
        assert result.is_error
        assert f"Okta does not tell who owns this server's credentials (HTTP {status})" in result.content[0].text
    assert writes(front) == []
    refused = await front.client.call_tool("suspend_user", {"user": ADMIN})
    assert "owns this server's credentials, and no write" in refused.content[0].text
    assert not (await front.client.call_tool("suspend_user", {"user": ADA})).is_error
    assert front.asked.count(ME) == 3
