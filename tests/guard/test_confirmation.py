"""What cannot be undone is confirmed: by the person where the client can ask, by a code where it cannot."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from mcp.types import ElicitRequestFormParams, ElicitResult

ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])
CHLOE, ADA = "chloe.bennett@example.com", "ada.byrne@example.com"
CALL = ("deactivate_user", {"user": "Chloe Bennett"})


@dataclass
class Person:
    """Somebody at the client who answers every form the same way.

    Args:
        answer: `decline`, `cancel`, or the content of an accepted form; a function is called with the form first.
    """

    answer: Any = field(default_factory=lambda: {"confirm": True})
    forms: list[ElicitRequestFormParams] = field(default_factory=list)
    meanwhile: Any = None

    async def __call__(self, context: Any, params: ElicitRequestFormParams) -> ElicitResult:
        self.forms.append(params)
        if self.meanwhile is not None:
            self.meanwhile(len(self.forms))
        if isinstance(self.answer, str):
            return ElicitResult(action=self.answer)
        return ElicitResult(action="accept", content=self.answer)


def text(result):
    return "\n".join(block.text for block in result.content)


def code_in(result):
    return re.search(r'confirmation "([^"]+)"', text(result))[1]


def writes(front):
    return [asked for asked in front.asked if not asked.startswith("GET ")]


def status(front, login=CHLOE):
    return front.box.org.user_by_login(login).status


@ERAS
async def test_a_person_who_agrees_has_it_done(served, mode):
    person = Person()
    front = await served(mode=mode, person=person)
    result = await front.client.call_tool(*CALL)
    assert not result.is_error, text(result)
    assert status(front) == "DEPROVISIONED"
    (form,) = person.forms
    assert form.message == (
        'Deactivate user: "Chloe Bennett" (chloe.bennett@example.com), ACTIVE. status: "ACTIVE" → "DEPROVISIONED". '
        'The password is destroyed and 4 app assignments ("Mail Suite", "Expenses", "Customer CRM", …) end for good; '
        "activate_user brings back the account without them.\nNothing is done before you confirm."
    )
    assert "done" not in result.structured_content


@ERAS
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("decline", "declined. Nothing was done."),
        ("cancel", "closed the question without an answer. Nothing was done."),
        ({"confirm": False}, "declined. Nothing was done."),
        ({}, "neither yes nor no. Nothing was done."),
        ({"confirm": "true"}, "neither yes nor no. Nothing was done."),
        (None, "neither yes nor no. Nothing was done."),
    ],
)
async def test_anything_but_yes_changes_nothing_and_is_final(served, mode, answer, said):
    person = Person(answer)
    front = await served(mode=mode, person=person)
    result = await front.client.call_tool(*CALL)
    assert result.is_error
    assert said in text(result)
    assert len(person.forms) == 1
    assert writes(front) == []


@ERAS
async def test_who_cannot_be_asked_sees_what_would_be_done_and_repeats_the_call_with_a_code(served, mode):
    front = await served(mode=mode)
    tool, arguments = CALL
    result = await front.client.call_tool(tool, arguments)
    assert not result.is_error
    assert text(result).startswith("Nothing was done yet; this has to be confirmed. Deactivate user: ")
    assert result.structured_content["done"] is False
    assert result.structured_content["user"]["status"] == "ACTIVE"
    assert writes(front) == []
    result = await front.client.call_tool(tool, {**arguments, "confirmation": code_in(result)})
    assert not result.is_error, text(result)
    assert status(front) == "DEPROVISIONED"


@ERAS
async def test_a_code_is_not_taken_for_anybody_or_anything_else(served, mode):
    front = await served(mode=mode)
    tool, arguments = CALL
    code = code_in(await front.client.call_tool(tool, arguments))
    for other_tool, other in [(tool, {"user": ADA}), (tool, {"user": CHLOE, "sendEmail": True})]:
        result = await front.client.call_tool(other_tool, {**other, "confirmation": code})
        assert result.is_error
        assert "the confirmation does not hold" in text(result)
    assert writes(front) == []


@ERAS
async def test_what_has_changed_since_is_shown_anew_under_a_new_code(served, mode):
    front = await served(mode=mode)
    tool, arguments = CALL
    code = code_in(await front.client.call_tool(tool, arguments))
    await front.client.call_tool("suspend_user", {"user": CHLOE})
    result = await front.client.call_tool(tool, {**arguments, "confirmation": code})
    assert not result.is_error
    assert "It has changed since it was shown" in text(result)
    assert "SUSPENDED" in text(result)
    assert status(front) == "SUSPENDED"
    result = await front.client.call_tool(tool, {**arguments, "confirmation": code_in(result)})
    assert status(front) == "DEPROVISIONED"
