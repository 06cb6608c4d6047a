"""The server as a whole, in both protocol eras."""

import json

import anyio
import pytest
from mcp.shared.exceptions import MCPError

from okta_mcp import __version__
from okta_mcp.actions import ACTIONS

CANARY = "canary-5d1e"
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


@ERAS
async def test_a_client_is_told_who_this_is_and_how_to_use_it(served, mode):
    client = (await served(mode=mode)).client
    assert client.instructions.startswith("Administers one Okta org. ")
    assert (client.server_info.name, client.server_info.title, client.server_info.version) == (
        "okta-mcp",
        "Okta",
        __version__,
    )
    assert client.server_capabilities.tools is not None
    assert client.server_capabilities.resources is not None
    assert client.server_capabilities.completions is not None


async def test_the_two_eras_are_really_two(served):
    modern, legacy = await served(mode="auto"), await served(mode="legacy")
    assert modern.client.protocol_version >= "2026-07-28"
    assert legacy.client.protocol_version < "2026-07-28"


@ERAS
async def test_all_tools_are_listed_without_asking_okta(served, mode):
    front = await served(mode=mode)
    listed = await front.client.list_tools()
    assert [tool.name for tool in listed.tools] == [action.name for action in ACTIONS]
    assert listed.next_cursor is None
    assert front.asked == []


@ERAS
async def test_a_tool_answers_in_text_and_in_data(served, mode):
    front = await served(mode=mode)
    result = await front.client.call_tool("get_user", {"user": "Ada Byrne"})
    assert not result.is_error
    assert result.structured_content["profile"]["login"] == "ada.byrne@example.com"
    assert "login: ada.byrne@example.com" in result.content[0].text


@ERAS
async def test_output_schemas_can_be_left_out_of_the_list(served, mode):
    front = await served(mode=mode, output_schemas=False)
    assert [tool.name for tool in (await front.client.list_tools()).tools if tool.output_schema] == []
    result = await front.client.call_tool("list_groups", {"q": "Sales"})
    assert len(result.structured_content["groups"]) == 3


@ERAS
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("get_usr", "did you mean get_user?"),
        ("listUsers", "did you mean list_users?"),
        ("delete_everything", "there are create_user, list_users, get_user, "),
        ("", "there are create_user, list_users, get_user, "),
        ("x" * 500, "there are create_user, list_users, get_user, "),
    ],
)
async def test_a_tool_that_does_not_exist_is_refused_with_what_may_be_meant(served, mode, name, hint):
    front = await served(mode=mode)
    with pytest.raises(MCPError) as refused:
        await front.client.call_tool(name, {"user": "Ada Byrne"})
    assert refused.value.error.code == -32602
    assert refused.value.error.message.startswith(f"Unknown tool {name[:60]!r}; {hint}")
    assert len(refused.value.error.message) < 600
    assert front.asked == []


async def test_a_tool_that_is_switched_off_is_not_offered_as_what_may_be_meant(served):
    front = await served(exclude_tools="get_user")
    with pytest.raises(MCPError) as refused:
        await front.client.call_tool("get_usr", {})
    assert "get_user," not in refused.value.error.message
    assert "did you mean get_user?" not in refused.value.error.message


async def collapse(scope, receive, send):
    """Fail as no HTTP server does, with a secret in the text."""
    raise RuntimeError(f"token {CANARY}")


def answering(body, content_type="application/json"):
    """Make an application that answers everything with one body."""

    async def app(scope, receive, send):
        headers = [(b"content-type", content_type.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@ERAS
@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        (
            "get_user",
            {"user": "ada@example.com"},
            "get_user met an internal error of this server. The operator finds it in the log.",
        ),
        (
            "suspend_user",
            {"user": "ada@example.com"},
            (
                "suspend_user met an internal error of this server. It is not known whether anything was changed. The "
                "operator finds it in the log."
            ),
        ),
    ],
)
async def test_an_internal_error_is_told_without_its_text_and_logged_with_it(
    served, caplog, mode, tool, arguments, told
):
    front = await served(mode=mode, app=collapse)
    result = await front.client.call_tool(tool, arguments)
    assert (result.is_error, result.content[0].text) == (True, told)
    assert CANARY not in repr(result)
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.name == "okta_mcp.actions"
    assert record.exc_info is not None


NONSENSE = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[null]",
    b'[{"id": 5}]',
    b'"text"',
    b'{"id": [], "status": {}, "profile": []}',
    b'{"id": "00u1", "status": "ACTIVE", "profile": {"login": {"a": 1}}, "credentials": {"recovery_question": "x"}}',
    b'[{"id": "00g1", "_embedded": {"stats": [1], "app": "x"}, "profile": {"name": 7}}]',
    b'[{"uuid": 1, "actor": [], "client": {"geographicalContext": "x", "userAgent": "y"}, "target": {"a": 1}}]',
    b'[{"id": "0oa1", "settings": {"app": "x"}, "_embedded": {"user": "x"}}]',
    b"<html><title>Sign in</title></html>",
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", NONSENSE)
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_users", {}),
        ("get_user", {"user": "ada@example.com"}),
        ("list_groups", {}),
        ("list_group_users", {"group": "00g00000000000000001"}),
        ("list_user_groups", {"user": "ada@example.com"}),
        ("list_user_applications", {"user": "ada@example.com"}),
        ("get_system_log_events", {}),
        ("suspend_user", {"user": "ada@example.com"}),
        ("assign_user_to_group", {"user": "ada@example.com", "group": "Sales"}),
        (
            "create_user",
            {"profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}},
        ),
    ],
)
async def test_nonsense_from_the_other_side_never_becomes_an_internal_error(served, tool, arguments, body):
    front = await served(app=answering(body))
    result = await front.client.call_tool(tool, arguments)
    assert "internal error of this server" not in result.content[0].text


async def test_a_list_of_strangers_keeps_the_rows_that_can_be_read(served):
    first = {"id": "00u1", "status": "NEW_STATUS", "profile": {"login": "a@example.com", "firstName": 5}}
    front = await served(app=answering(json.dumps([first, {"id": "00u2"}]).encode()))
    result = await front.client.call_tool("list_users", {})
    assert not result.is_error
    assert [user["id"] for user in result.structured_content["users"]] == ["00u1", "00u2"]
    assert result.structured_content["users"][0]["status"] == "NEW_STATUS"


async def test_calls_at_the_same_time_do_not_mix(served):
    front = await served()
    answers = {}

    async def ask(login):
        answers[login] = await front.client.call_tool("get_user", {"user": login})

    logins = [user.login for user in front.box.org.users.values()][:20]
    async with anyio.create_task_group() as tasks:
        for login in logins:
            tasks.start_soon(ask, login)
    assert {login: answer.structured_content["profile"]["login"] for login, answer in answers.items()} == {
        login: login for login in logins
    }
