"""The trail that the options ask for."""

import io
import json
import socket

import pytest

from okta_mcp.guard.audit import Attempt, NoTrail, Unrecorded, default_file, opened_trail, verify
from okta_mcp.guard.audit import Seal as Plain
from okta_mcp.settings import SettingsError, load_settings

ORG = "https://example.okta.com"
ATTEMPT = Attempt("suspend_user")


def settings(**given):
    return load_settings(given, env_file=None)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


async def test_without_a_word_the_trail_is_in_the_users_state(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with opened_trail(settings(), ORG, stream=io.BytesIO()) as trail:
        await trail.intend(ATTEMPT)
    assert default_file() == tmp_path / "okta-mcp" / "audit.jsonl"
    assert verify(default_file(), Plain()).entries == 2
    assert default_file().stat().st_mode & 0o777 == 0o600
    assert default_file().parent.stat().st_mode & 0o777 == 0o700


async def test_a_second_server_of_the_same_user_keeps_a_trail_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with opened_trail(settings(), ORG, stream=io.BytesIO()), opened_trail(settings(), ORG, stream=io.BytesIO()) as two:
        await two.intend(ATTEMPT)
    assert verify(tmp_path / "okta-mcp" / "audit-2.jsonl", Plain()).entries == 2


async def test_a_file_that_was_named_and_is_in_use_stops_the_server(tmp_path):
    named = settings(audit_file=str(tmp_path / "trail.jsonl"))
    with (
        opened_trail(named, ORG, stream=io.BytesIO()),
        pytest.raises(SettingsError, match=r"OKTA_MCP_AUDIT_FILE .*in use"),
        opened_trail(named, ORG, stream=io.BytesIO()),
    ):
        pass


async def test_a_default_file_that_cannot_be_made_stops_the_writes_alone(monkeypatch, tmp_path, caplog):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with (
        opened_trail(settings(), ORG, stream=io.BytesIO()) as trail,
        pytest.raises(Unrecorded, match="set OKTA_MCP_AUDIT_FILE"),
    ):
        await trail.intend(ATTEMPT)
    assert "every write is refused" in caplog.text


async def test_the_machines_name_can_stand_in_the_path(tmp_path):
    with opened_trail(settings(audit_file=str(tmp_path / "{host}.jsonl")), ORG, stream=io.BytesIO()):
        pass
    assert (tmp_path / f"{socket.gethostname()}.jsonl").exists()


async def test_the_sandbox_leaves_a_trail_only_where_one_is_named(tmp_path):
    with opened_trail(settings(), ORG, stream=io.BytesIO(), sandbox=True) as trail:
        assert isinstance(trail, NoTrail)
    with opened_trail(settings(audit_file=str(tmp_path / "t.jsonl")), ORG, stream=io.BytesIO(), sandbox=True) as trail:
        await trail.intend(ATTEMPT)
    assert verify(tmp_path / "t.jsonl", Plain()).entries == 2


async def test_off_is_said_in_the_log(caplog):
    with opened_trail(settings(audit_file="off"), ORG, stream=io.BytesIO()) as trail:
        assert isinstance(trail, NoTrail)
    assert "No audit trail is kept" in caplog.text


async def test_a_stream_can_take_the_place_of_the_file_or_get_a_copy(tmp_path):
    alone, copy = io.BytesIO(), io.BytesIO()
    with opened_trail(settings(audit_file="-"), ORG, stream=alone) as trail:
        await trail.intend(ATTEMPT)
    with opened_trail(settings(audit_file=str(tmp_path / "t"), audit_stream=True), ORG, stream=copy) as trail:
        await trail.intend(ATTEMPT)
    assert [one["kind"] for one in lines(alone.getvalue())] == ["start", "intent"]
    assert copy.getvalue() == (tmp_path / "t").read_bytes()


async def test_writes_in_doubt_are_told_at_the_next_start(tmp_path, caplog):
    named = settings(audit_file=str(tmp_path / "trail.jsonl"))
    with opened_trail(named, ORG, stream=io.BytesIO()) as trail:
        number = await trail.intend(ATTEMPT)
    with opened_trail(named, ORG, stream=io.BytesIO()):
        assert f"what became of entry {number} of the audit trail, suspend_user" in caplog.text


def test_a_short_key_is_refused_without_its_text():
    with pytest.raises(SettingsError, match="OKTA_MCP_AUDIT_KEY: it is shorter") as error:
        settings(audit_key="canary")
    assert "canary" not in str(error.value)
