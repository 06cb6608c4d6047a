"""What scopes and groups allow, and how a client learns which it lacks."""

import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.settings import EVERYTHING, NOTHING, Rights, SettingsError, load_settings
from okta_mcp.transports.callers.grants import Grants

READ, WRITE, GROUPS = Rights(EVERYTHING.reads), EVERYTHING, Rights.parse("groups.write")
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
ADA = "ada.byrne@example.com"
READS = {one.name for one in ACTIONS if not one.writes}


async def call(opened, token, tool, era="modern", arguments=None, **headers):
    """Call a tool in either protocol."""
    params = {"name": tool, "arguments": {"user": ADA} if arguments is None else arguments}
    if era == "modern":
        usual = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": tool}
        return await opened.say("tools/call", {**params, "_meta": META}, token=token, **{**usual, **headers})
    first = await opened.say("initialize", HELLO, token=token)
    session = {"Mcp-Session-Id": first.headers["Mcp-Session-Id"]}
    return await opened.say("tools/call", params, token=token, **session)


def lacking(opened, tool, *scopes, door="mcp"):
    return (
        f'Bearer realm="okta-mcp", error="insufficient_scope", error_description="{tool} needs a further scope", '
        f'scope="{" ".join(scopes)}", resource_metadata="{opened.url}/.well-known/oauth-protected-resource/{door}"'
    )


def writes_in(opened):
    return [one.path for one in opened.box.journal if one.method != "GET"]


@pytest.mark.parametrize("era", ["modern", "legacy"])
async def test_a_client_is_sent_for_the_scope_of_a_tool_with_all_that_it_needs(trusted, lasting_issuer, era):
    answer = await call(trusted, lasting_issuer.token(), "suspend_user", era)
    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"] == lacking(trusted, "suspend_user", "okta:read", "okta:write")
    assert answer.json()["error"] == "insufficient_scope"
    assert writes_in(trusted) == []


async def test_a_client_of_the_older_transport_is_sent_as_well(trusted, lasting_issuer):
    token = lasting_issuer.token()
    headers = {"Authorization": f"Bearer {token}"}
    async with trusted.http.stream("GET", "/sse", headers=headers) as stream:
        lines = (line async for line in stream.aiter_lines() if line.startswith("data: "))
        path = (await anext(lines)).removeprefix("data: ")
        params = {"name": "suspend_user", "arguments": {"user": ADA}}
        answer = await trusted.say("tools/call", params, token=token, path=path)
    assert answer.status_code == 403
    expected = lacking(trusted, "suspend_user", "okta:read", "okta:write", door="sse")
    assert answer.headers["WWW-Authenticate"] == expected


@pytest.mark.parametrize("era", ["modern", "legacy"])
async def test_with_the_scope_the_same_call_is_done(trusting, issuer, era):
    opened = await trusting()
    answer = await call(opened, issuer.token(scp=["okta:read", "okta:write"]), "suspend_user", era)
    assert answer.status_code == 200
    assert [path.rsplit("/", 1)[1] for path in writes_in(opened)] == ["suspend"]


async def test_a_reading_call_needs_no_more_than_the_first_scope(trusted, lasting_issuer):
    answer = await call(trusted, lasting_issuer.token(), "get_user")
    assert answer.json()["result"]["structuredContent"]["profile"]["login"] == ADA


@pytest.mark.parametrize("scopes", [[], ["openid", "profile"]])
async def test_a_token_without_any_scope_of_ours_is_sent_for_the_first(trusted, lasting_issuer, scopes):
    answer = await trusted.say("initialize", HELLO, token=lasting_issuer.token(scp=scopes))
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    assert 'scope="okta:read"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("era", ["modern", "legacy"])
@pytest.mark.parametrize("tool", ["no_such_tool", "tools/call", ""])
async def test_a_tool_that_does_not_exist_is_no_matter_of_scopes(trusted, lasting_issuer, tool, era):
    answer = await call(trusted, lasting_issuer.token(), tool, era, Mcp_Name=tool)
    assert answer.status_code != 403
    assert '"error"' in answer.text


@pytest.mark.parametrize(
    ("headers", "tool", "status"),
    [
        ({"Mcp-Name": "get_user"}, "suspend_user", 403),
        ({"Mcp-Name": "suspend_user"}, "get_user", 400),
        ({"Mcp-Method": "tools/list"}, "get_user", 400),
        ({"Mcp-Method": "tools/list"}, "suspend_user", 403),
    ],
)
async def test_the_body_counts_and_headers_that_say_otherwise_help_nobody(
    trusted, lasting_issuer, headers, tool, status
):
    answer = await call(trusted, lasting_issuer.token(), tool, **headers)
    assert answer.status_code == status
    assert writes_in(trusted) == []


async def test_a_message_that_is_too_large_is_left_to_the_door(trusted, lasting_issuer):
    padding = {"user": ADA, "reason": "x" * (4 * 1024 * 1024)}
    answer = await call(trusted, lasting_issuer.token(), "suspend_user", arguments=padding)
    assert answer.status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b'{"method":"tools/call"}', b"\xff"])
async def test_a_body_that_is_no_message_is_left_to_the_door(trusted, lasting_issuer, body):
    headers = {
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "Authorization": f"Bearer {lasting_issuer.token()}",
    }
    answer = await trusted.http.post("/mcp", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert answer.status_code not in {401, 403}


@pytest.mark.parametrize("era", ["modern", "legacy"])
async def test_no_scope_is_asked_for_that_would_not_help(trusting, issuer, era):
    opened = await trusting(read_only=True)
    answer = await call(opened, issuer.token(), "suspend_user", era)
    assert answer.status_code == 200
    assert "this server runs read-only" in answer.text


async def test_groups_bound_the_person_whatever_the_scopes_are(trusting, issuer):
    opened = await trusting(auth_groups="Help Desk=read+users.write,Auditors=logs.read")
    both = ["okta:read", "okta:write"]
    agent, auditor, nobody = (issuer.token(scp=both, groups=groups) for groups in (["Help Desk"], ["Auditors"], []))
    async with opened.client(agent) as client:
        offered = {tool.name for tool in (await client.list_tools()).tools}
        assert offered == READS | {one.name for one in ACTIONS if one.toolset == "users"}
        refused = await client.call_tool("remove_user_from_group", {"user": ADA, "group": "Sales"})
        assert refused.is_error
        assert "your rights on this server are read+users.write" in refused.content[0].text
    async with opened.client(auditor) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {
            one.name for one in ACTIONS if one.toolset == "logs"
        }
    async with opened.client(nobody) as client:
        assert (await client.list_tools()).tools == []
    answer = await call(opened, issuer.token(groups=["Help Desk"]), "suspend_user")
    assert answer.headers["WWW-Authenticate"] == lacking(opened, "suspend_user", "okta:read", "okta:write")


@pytest.mark.parametrize("way", ["auto", "legacy", "sse"])
async def test_tools_that_a_scope_would_give_are_listed_when_the_operator_says_so(trusting, issuer, way):
    opened = await trusting(
        auth_list_reachable=True, exclude_tools="unsuspend_user", auth_groups="Desk=read+users.write"
    )
    token = issuer.token(groups="Desk")
    async with opened.client(token, way) as client:
        listed = {tool.name for tool in (await client.list_tools()).tools}
        prompts = {one.name for one in (await client.list_prompts()).prompts}
    beyond = {one.name for one in ACTIONS if one.writes and one.toolset != "users"}
    assert listed == {one.name for one in ACTIONS} - beyond - {"unsuspend_user"}
    assert "onboard_new_hire" in prompts
    assert (await call(opened, token, "suspend_user")).status_code == 403


async def test_groups_are_taken_from_the_claim_that_is_named(trusting, issuer):
    opened = await trusting(auth_groups="Help Desk=read", auth_groups_claim="roles")
    async with opened.client(issuer.token(roles="Help Desk", groups=[])) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == READS


MAPPING = Grants({"r": READ, "w": WRITE, "g": GROUPS}, {"Desk": READ, "Team": WRITE})


@pytest.mark.parametrize(
    ("scopes", "groups", "rights"),
    [
        (["r"], ["Team"], READ),
        (["w"], ["Desk"], READ),
        (["w", "r"], ["Team"], WRITE),
        (["w"], ["Desk", "Team"], WRITE),
        (["g"], ["Team"], GROUPS),
        (["w"], [], NOTHING),
        (["w"], ["Else"], NOTHING),
        ([], ["Team"], NOTHING),
        (["x"], ["Team"], NOTHING),
    ],
)
def test_a_call_needs_both_the_scope_and_the_group(scopes, groups, rights):
    assert MAPPING.rights(scopes, groups) == rights


@pytest.mark.parametrize(
    ("held", "toolset", "writes", "needed"),
    [
        ([], "users", False, ("r",)),
        (["r"], "users", True, ("r", "w")),
        (["r"], "groups", True, ("r", "g")),
        (["g"], "logs", False, ("r", "g")),
        (["x"], "logs", True, ("w",)),
        ([], "apps", False, ()),
    ],
)
def test_what_is_needed_is_what_there_is_and_the_least_that_is_enough(held, toolset, writes, needed):
    assert MAPPING.needed(held, toolset, writes=writes) == needed


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("auth_scopes", "okta:read", "not of the form NAME=RIGHTS"),
        ("auth_scopes", "=read", "not of the form NAME=RIGHTS"),
        ("auth_scopes", "a=read,a=write", "is there twice"),
        ("auth_groups", "Help Desk=admin", "'admin' is no right"),
        ("auth_issuer", "http://issuer.example.com", "no https address"),
        ("auth_issuer", "https://issuer.example.com?x=1", "no https address"),
        ("auth_issuer", "issuer.example.com", "no https address"),
        ("public_url", "mcp.example.com", "no address of the form"),
        ("public_url", "https://user@mcp.example.com", "no address of the form"),
        ("public_url", "https://mcp.example.com:0", "no address of the form"),
    ],
)
def test_options_that_mean_nothing_are_refused(field, text, problem):
    with pytest.raises(SettingsError, match=problem):
        load_settings({field: text}, env_file=None)
