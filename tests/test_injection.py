"""A corpus of hostile text, planted wherever somebody may write, and read through every tool that shows it."""

import runpy
import unicodedata
from pathlib import Path

import pytest

from okta_mcp.guard import defused, neutral_text

ROOT = Path(__file__).parents[1]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "injection"))
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
LETTERS = 30
"""Letters of each text that are looked for: lists show no more of a long one."""


@pytest.fixture(scope="module")
async def seen():
    return await SCRIPT["seen"]()


def texts(data):
    """Yield every text of some data, keys included."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


async def test_the_page_shows_what_a_model_sees_of_more_than_a_hundred_texts(seen):
    assert len(seen) > 100
    page = (ROOT / "docs" / "injection.md").read_text(encoding="utf-8")
    assert page == SCRIPT["page_of"](seen), "run scripts/injection"


async def test_nothing_that_nobody_sees_is_in_any_answer(seen):
    for one in seen:
        for text, data in one.answers.values():
            for shown in (*text.replace("\t", " ").split("\n"), *texts(data)):
                assert [letter for letter in shown if unicodedata.category(letter) in UNSEEN] == [], one


async def test_markdown_finds_nothing_in_any_text(seen):
    for one in seen:
        for text, _ in one.answers.values():
            assert defused(text, keep=(f"{SCRIPT['URL']}/",)) == text, one


async def test_typed_data_keeps_every_letter_that_is_seen(seen):
    for one in seen:
        wanted = neutral_text(one.planted)[:LETTERS].replace("\\", "")
        for name, (_, data) in one.answers.items():
            # The members of a group, or the rows of a list, do not show everything that is planted.
            if name in {"get_user", "list_groups", "list_user_applications", "get_system_log_events"}:
                assert any(wanted in text.replace("\\", "") for text in texts(data)), (name, one)


async def test_a_name_leads_to_its_object_when_it_is_said_back_as_it_was_shown(seen):
    said = [one for one in seen if one.resolved is not None]
    assert len(said) > 30
    lost = [one for one in said if one.resolved != one.key]
    # Okta finds a display name by its beginning alone: hidden letters in it leave the login and the id.
    assert {one.place for one in lost} <= {"user displayName"}
    assert len(lost) < 8
    assert [one.resolved for one in lost if "No user matches" not in one.resolved] == []
