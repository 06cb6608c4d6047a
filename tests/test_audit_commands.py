"""`okta-mcp audit`: what an operator reads of the trail."""

import json
import shutil

import anyio
import httpx2
import pytest
from mcp import Client
from pydantic import SecretStr

from okta_mcp.cli import main
from okta_mcp.guard.audit import Attempt, KeptTrail, Ledger, Seal, Target
from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.testing import served
from okta_mcp.server import create_server
from okta_mcp.settings import OPTIONS, load_settings

HANNAH, WEI, YUKI = "hannah.cole@example.com", "wei.chen@example.com", "yuki.mori@example.com"


@pytest.fixture(scope="module")
def deeds(tmp_path_factory):
    """A trail of some writes, the org they were done in, and its token."""
    path = tmp_path_factory.mktemp("trail") / "audit.jsonl"
    with served(Sandbox()) as box:

        async def work():
            trail = KeptTrail(Ledger(path, Seal()))
            trail.start(box.url, keyed=False)
            okta = OktaClient(OrgAddress.parse(box.url), SecretStr(box.token))
            server = create_server(load_settings({"exclude_tools": "deactivate_user"}, env_file=None), okta, trail)
            async with okta, Client(server) as client:
                for user in (HANNAH, WEI):
                    assert not (await client.call_tool("suspend_user", {"user": user})).is_error
                assert (await client.call_tool("deactivate_user", {"user": YUKI})).is_error
                # What a killed server leaves: one that was done, one that was not.
                yuki, hannah = (box.org.user_by_login(login) for login in (YUKI, HANNAH))
                await trail.intend(Attempt("suspend_user", targets=[Target("user", yuki.id, YUKI)]))
                await trail.intend(Attempt("unsuspend_user", targets=[Target("user", hannah.id, HANNAH)]))
            trail.close()
            async with httpx2.AsyncClient(headers={"Authorization": f"SSWS {box.token}"}, base_url=box.url) as http:
                await http.post(f"/api/v1/users/{yuki.id}/lifecycle/suspend")
                oleg = box.org.user_by_login("oleg.petrenko@example.com")
                await http.post(f"/api/v1/users/{oleg.id}/lifecycle/suspend")

        anyio.run(work)
        yield path, box


@pytest.fixture(autouse=True)
def _environment(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)


@pytest.fixture
def trail(deeds, tmp_path, monkeypatch):
    """A copy of the trail, where a server would keep it, and the settings of that server."""
    path, box = deeds
    own = shutil.copytree(path.parent, tmp_path / "own") / path.name
    monkeypatch.setenv("OKTA_MCP_AUDIT_FILE", str(own))
    monkeypatch.setenv("OKTA_ORG_URL", box.url)
    monkeypatch.setenv("OKTA_API_TOKEN", box.token)
    return own


def test_verify_says_that_a_trail_is_whole_and_what_is_in_doubt(trail, capsys):
    assert main(["audit", "verify"]) == 0
    said = capsys.readouterr().out
    assert ": 8 entries in 1 file, " in said
    assert ": whole." in said
    assert f"In doubt: entry 7, suspend_user on {YUKI}" in said
    assert main(["audit", "verify", "--expect", said.split("Last entry ")[1].strip()]) == 0


def test_verify_fails_and_says_where_a_trail_was_changed(trail, capsys):
    trail.write_bytes(trail.read_bytes().replace(WEI.encode(), b"not.me@example.com"))
    assert main(["audit", "verify", str(trail)]) == 1
    assert f"{trail}, line 4: it was changed" in capsys.readouterr().out


def test_verify_wants_the_key_of_a_trail_that_was_sealed_with_one(trail, capsys, monkeypatch):
    monkeypatch.setenv("OKTA_MCP_AUDIT_KEY", "another key than that")
    assert main(["audit", "verify"]) == 1


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ([], [2, 4, 6, 7, 8]),
        (["--tool", "suspend_user"], [2, 4, 7]),
        (["--on", "HANNAH"], [2, 8]),
        (["--who", "local"], [2, 4, 6, 7, 8]),
        (["--who", "nobody"], []),
        (["--result", "refused"], [6]),
        (["--result", "in doubt"], [7, 8]),
        (["--since", "1h"], [2, 4, 6, 7, 8]),
        (["--since", "2199-01-01"], []),
    ],
)
def test_show_lists_the_writes_that_are_asked_for(trail, capsys, flags, shown):
    assert main(["audit", "show", *flags]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert [int(line.split()[1]) for line in lines] == shown


def test_show_tells_who_did_what_to_whom_and_how_it_ended(trail, capsys):
    main(["audit", "show", "--on", HANNAH, "--result", "done"])
    first, change, request = capsys.readouterr().out.splitlines()
    assert f"suspend_user on {HANNAH} (00u" in first
    assert " by local with mcp " in first
    assert first.endswith(": done")
    assert change == "    status: ACTIVE → SUSPENDED"
    assert request.startswith("    Okta: POST /api/v1/users/{id}/lifecycle/suspend, 200, request ")


def test_show_lets_nothing_through_that_a_terminal_obeys(tmp_path, capsys):
    path = tmp_path / "audit.jsonl"

    async def write():
        trail = KeptTrail(Ledger(path, Seal()))
        await trail.intend(Attempt("suspend_user", targets=[Target("user", "00u1", "a\x1b[31m\nb\u202e")]))
        trail.close()

    anyio.run(write)
    assert main(["audit", "show", str(path)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert len(said.splitlines()) == 1


def test_reconcile_names_what_only_one_of_both_knows_and_settles_doubts(trail, capsys):
    entries = [json.loads(line) for line in trail.read_text(encoding="utf-8").splitlines()]
    early = entries[0]["at"].replace("Z", "+00:00")
    assert main(["audit", "reconcile", "--since", early]) == 1
    said = capsys.readouterr().out
    assert "2 in both." in said
    unknown = said.split("but not in the trail:")[1].split("In doubt")[0]
    assert "user.lifecycle.suspend on oleg.petrenko@example.com" in unknown
    assert len(unknown.strip().splitlines()) == 1
    assert f"  {entries[6]['at']}  7  suspend_user on {YUKI}" in said.split("In doubt, and done:")[1]
    assert f"  {entries[7]['at']}  8  unsuspend_user on {HANNAH}" in said.split("too young")[1]
    assert "not in Okta's log" not in said


def test_reconcile_names_what_the_trail_alone_says_was_done(deeds, tmp_path, capsys, trail):
    path = tmp_path / "false.jsonl"

    async def write():
        from okta_mcp.guard.audit import Outcome, Sent

        trail = KeptTrail(Ledger(path, Seal()))
        number = await trail.intend(Attempt("suspend_user", targets=[Target("user", "00u1", "nobody@example.com")]))
        change = {"field": "status", "before": "ACTIVE", "after": "SUSPENDED"}
        await trail.conclude(number, "suspend_user", Outcome("done", [change], [Sent("POST", "/x", 200, "ab" * 16)]))
        trail.close()

    anyio.run(write)
    assert main(["audit", "reconcile", str(path), "--since", "1m"]) == 1
    assert "suspend_user on nobody@example.com" in capsys.readouterr().out.split("but not in Okta's log:")[1]


def test_there_being_no_trail_is_said(capsys, tmp_path):
    assert main(["audit", "verify", "--audit-file", "off"]) == 2
    assert main(["audit", "show", str(tmp_path / "none.jsonl")]) == 2
    assert "no " in capsys.readouterr().err


@pytest.mark.parametrize("flags", [["show", "--since", "yesterday"], ["verify", "--expect", "12"]])
def test_a_flag_that_cannot_be_read_is_explained(trail, capsys, flags):
    try:
        status = main(["audit", *flags])
    except SystemExit as stopped:
        status = stopped.code
    assert status == 2
    assert flags[1] in capsys.readouterr().err
