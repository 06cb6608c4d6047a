"""The page that shows one job done by three kinds of client is what happens."""

import runpy
from pathlib import Path

import pytest

from okta_mcp.settings import OPTIONS

ROOT = Path(__file__).resolve().parent.parent
TRANSCRIPTS = runpy.run_path(str(ROOT / "scripts" / "transcripts"))


async def test_the_transcripts_are_what_happens(monkeypatch):
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    written = (ROOT / "docs" / "dropdowns.md").read_text(encoding="utf-8")
    # If this fails: .venv/bin/python scripts/transcripts
    assert written == await TRANSCRIPTS["page"]()


@pytest.mark.parametrize(("section", "calls"), [("asking_newer", 2), ("asking_older", 1), ("with_tools_only", 2)])
async def test_the_job_takes_so_many_requests(section, calls):
    assert f"MCP requests: {calls}. Okta requests: 5." in await TRANSCRIPTS[section]()
