"""Fixed bearer tokens: who is let in, through which door, and what they may do."""

import hashlib

import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.settings import EVERYTHING, NOTHING, Rights, SettingsError, TokenEntry, load_settings
from okta_mcp.transports.callers import Admission

ADA, BEN, UNKNOWN = "okmcp_ada0ada0ada0", "okmcp_ben0ben0ben0", "okmcp_eve0eve0eve0"
MALFORMED = (
    'Bearer realm="okta-mcp", error="invalid_request", '
    'error_description="The Authorization header is not of the form `Bearer TOKEN`"'
)
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


def entry(name, token, rights=""):
    return f"{name}=sha256:{hashlib.sha256(token.encode()).hexdigest()}{rights and ':'}{rights}"


@pytest.fixture(scope="module")
async def guarded(lasting_doors):
    return await lasting_doors(auth_tokens=f"{entry('ada', ADA)},{entry('ben', BEN, 'read')}")


@pytest.mark.parametrize("path", ["/mcp", "/messages/?session_id=00000000000000000000000000000000", "/anything"])
@pytest.mark.parametrize(
    ("authorization", "status", "told"),
    [
        (None, 401, 'Bearer realm="okta-mcp"'),
        ("Basic YWRhOnNlY3JldA==", 401, 'Bearer realm="okta-mcp"'),
        (
            f"Bearer {UNKNOWN}",
            401,
            'Bearer realm="okta-mcp", error="invalid_token", error_description="The token is not known here"',
        ),
        (f"Bearer {ADA} {BEN}", 400, MALFORMED),
        ("Bearer", 400, None),
        ("Bearer " + "a" * 16_385, 401, None),
        (f"Bearer {ADA.upper()}", 401, None),
        (f"Bearer {ADA[:-1]}", 401, None),
    ],
)
async def test_whoever_does_not_prove_who_they_are_is_told_so(guarded, path, authorization, status, told):
    headers, before = {} if authorization is None else {"Authorization": authorization}, list(guarded.box.journal)
    answer = await guarded.say("initialize", HELLO, path=path, **headers)
    assert answer.status_code == status
    assert told in {None, answer.headers["WWW-Authenticate"]}
    assert "serverInfo" not in answer.text
    assert guarded.box.journal == before


async def test_the_stream_of_the_older_transport_is_guarded_as_well(guarded):
    assert (await guarded.http.get("/sse")).status_code == 401
    assert (await guarded.http.get(f"/sse?access_token={ADA}")).status_code == 401


async def test_two_headers_are_refused_whichever_of_them_is_right(guarded):
    headers = [("Authorization", f"Bearer {UNKNOWN}"), ("Authorization", f"Bearer {ADA}")]
    answer = await guarded.http.post("/mcp", json={}, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("way", ["auto", "legacy", "sse"])
async def test_a_holder_of_a_token_is_served_through_every_door(guarded, way):
    async with guarded.client(ADA, way) as client:
        result = await client.call_tool("get_user", {"user": "Ada Byrne"})
    assert result.structured_content["profile"]["login"] == "ada.byrne@example.com"


async def test_the_token_never_reaches_okta(guarded):
    async with guarded.client(ADA) as client:
        await client.call_tool("list_users", {})
    assert len(guarded.sent) == len(guarded.box.journal) > 0
    assert {headers["authorization"] for headers in guarded.sent} == {f"SSWS {guarded.box.api_token}"}
    carried = f"{guarded.sent} {guarded.box.journal}"
    assert "okmcp_" not in carried
    assert "mcp-" not in carried


async def test_a_session_is_unknown_to_everybody_but_whom_it_belongs_to(guarded):
    opened = await guarded.say("initialize", HELLO, token=ADA)
    session = {"Mcp-Session-Id": opened.headers["Mcp-Session-Id"]}
    assert (await guarded.say("tools/list", token=BEN, **session)).status_code == 404
    assert (await guarded.say("tools/list", token=UNKNOWN, **session)).status_code == 401
    headers = {"Authorization": f"Bearer {BEN}", **session}
    assert (await guarded.http.delete("/mcp", headers=headers)).status_code == 404
    assert (await guarded.say("tools/list", token=ADA, **session)).status_code == 200


async def test_a_session_of_the_older_transport_is_unknown_to_others(guarded):
    headers = {"Authorization": f"Bearer {ADA}"}
    async with guarded.http.stream("GET", "/sse", headers=headers) as stream:
        lines = (line async for line in stream.aiter_lines() if line.startswith("data: "))
        path = (await anext(lines)).removeprefix("data: ")
        assert (await guarded.say("initialize", HELLO, token=BEN, path=path)).status_code == 404
        assert (await guarded.say("initialize", HELLO, token=ADA, path=path)).status_code == 202


@pytest.mark.parametrize("way", ["auto", "legacy", "sse"])
async def test_a_holder_who_may_only_read_changes_nothing(guarded, way):
    async with guarded.client(BEN, way) as client:
        assert not (await client.call_tool("get_user", {"user": "Ada Byrne"})).is_error
        refused = await client.call_tool("suspend_user", {"user": "ada.byrne@example.com"})
    assert refused.is_error
    assert "your rights on this server are read" in refused.content[0].text
    assert [one.path for one in guarded.box.journal if one.method != "GET"] == []


# What the operator writes


@pytest.mark.parametrize(
    ("text", "rights"),
    [
        ("write", EVERYTHING),
        ("nothing", NOTHING),
        ("read", Rights(EVERYTHING.reads)),
        ("groups.write", Rights(frozenset({"groups"}), frozenset({"groups"}))),
        ("users.read + groups.write", Rights(frozenset({"users", "groups"}), frozenset({"groups"}))),
        ("read+groups.write", Rights(EVERYTHING.reads, frozenset({"groups"}))),
    ],
)
def test_rights_are_read_and_written_in_the_same_words(text, rights):
    assert Rights.parse(text) == rights
    assert Rights.parse(str(rights)) == rights


@pytest.mark.parametrize(
    "text", ["", "admin", "users", "users.delete", ".read", "*.read", "read,write", "apps.read", "nothing+read"]
)
def test_words_that_are_no_rights_are_refused(text):
    with pytest.raises(ValueError, match=r"is no right; there are read, write, .*groups\.read"):
        Rights.parse(text)


def test_every_action_is_within_everything():
    assert [one.name for one in ACTIONS if not EVERYTHING.allow(one.toolset, writes=one.writes)] == []


@pytest.mark.parametrize(
    ("tokens", "problem"),
    [
        (ADA, "an entry is not of the form"),
        (f"ada={ADA}", "an entry is not of the form"),
        ("ada=sha256:beef", "an entry is not of the form"),
        (f"{entry('ada', ADA)},{entry('ada', BEN)}", "two entries are named ada"),
        (entry("ada", ADA, "admin"), "'admin' is no right"),
    ],
)
def test_entries_that_mean_nothing_are_refused_without_repeating_them(tokens, problem):
    with pytest.raises(SettingsError) as refused:
        load_settings({"auth_tokens": tokens}, env_file=None)
    assert problem in str(refused.value)
    assert ADA not in str(refused.value)


def test_the_file_holds_further_entries(tmp_path):
    file = tmp_path / "tokens"
    file.write_text(f"# help desk\n{entry('ada', ADA)}\n\n  {entry('ben', BEN, 'read')}\n")
    options = load_settings({"auth_tokens": entry("eve", UNKNOWN), "auth_tokens_file": str(file)}, env_file=None)
    assert [one.name for one in Admission.of(options).tokens] == ["eve", "ada", "ben"]
    file.write_text(entry("eve", ADA))
    with pytest.raises(SettingsError, match="two entries are named eve"):
        Admission.of(options)


@pytest.mark.parametrize("content", [ADA.encode(), b"\xff\xfe", None])
def test_a_file_that_holds_anything_else_is_refused(tmp_path, content):
    file = tmp_path / "tokens"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"OKTA_MCP_AUTH_TOKENS_FILE"):
        Admission.of(load_settings({"auth_tokens_file": str(file)}, env_file=None))


def test_the_command_makes_a_token_that_its_entry_lets_in(capsys):
    from okta_mcp.cli import main

    assert main(["token", "desk", "--rights", "groups.write"]) == 0
    token, written, _note = capsys.readouterr().out.splitlines()
    token, made = token.removeprefix("Token: "), TokenEntry.parse(written.removeprefix("Entry: "))
    assert made == TokenEntry("desk", hashlib.sha256(token.encode()).hexdigest(), Rights.parse("groups.write"))
    assert len(token) == 49
    assert main(["token", "desk"]) == 0
    assert token not in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["a,b"], ["desk", "--rights", "all"], [""]])
def test_the_command_makes_no_token_whose_entry_would_be_refused(arguments, capsys):
    from okta_mcp.cli import main

    assert main(["token", *arguments]) == 2
    assert capsys.readouterr().out == ""
