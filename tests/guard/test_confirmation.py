"""What cannot be undone is confirmed: by the person where the client can ask, by a code where it cannot."""

import re
from dataclasses import dataclass, field
from typing import Any

import anyio
import jsonschema
import pytest
from mcp.types import ElicitRequestFormParams, ElicitResult

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.confirmation import purpose_of
from okta_mcp.actions.lifecycle import deactivate_user
from okta_mcp.guard import Caller
from okta_mcp.sandbox.records import Provider

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
        "The password is destroyed for good. Direct app assignments end for good: none. Those through groups return on "
        'activation as long as the groups stay: 4 ("Mail Suite", "Expenses", "Customer CRM", …).\n'
        "Nothing is done before you confirm."
    )
    assert "done" not in result.structured_content


@ERAS
async def test_who_brings_a_deactivated_person_back_hears_since_when_and_what_comes_back(served, mode):
    person = Person("decline")
    front = await served(mode=mode, person=person)
    result = await front.client.call_tool("activate_user", {"user": "Olivia Grant"})
    assert result.is_error
    (form,) = person.forms
    since = front.box.org.user_by_login("olivia.grant@example.com").status_changed
    assert form.message == (
        'Activate user: "Olivia Grant" (olivia.grant@example.com), DEPROVISIONED. status: "DEPROVISIONED" → '
        f'"PROVISIONED". Deactivated since {since:%Y-%m-%d}. Groups kept, whose apps return: 1 '
        '("Sales").\nNothing is done before you confirm.'
    )
    assert status(front, "olivia.grant@example.com") == "DEPROVISIONED"
    assert writes(front) == []


async def test_who_gets_the_link_for_a_deactivated_person_hears_both(served):
    person = Person("decline")
    front = await served(person=person)
    for user in ("olivia.grant@example.com", "tess.vandermeer@example.com"):
        await front.client.call_tool("activate_user", {"user": user, "sendEmail": False})
    back, new = (form.message for form in person.forms)
    assert "Deactivated since" in back
    assert "Deactivated since" not in new
    assert "can take over the account by the link in it" in back
    assert "can take over the account by the link in it" in new


@pytest.mark.parametrize(("provider", "becomes"), [("FEDERATION", "becomes"), ("SOCIAL", "may become"), ("OKTA", None)])
async def test_who_resets_a_password_hears_that_a_sign_in_elsewhere_ends(served, provider, becomes):
    person = Person("decline")
    front = await served(person=person)
    front.box.org.user_by_login(CHLOE).provider = Provider(provider, provider)
    await front.client.call_tool("reset_password", {"user": CHLOE, "sendEmail": True})
    (form,) = person.forms
    sentence = f"The sign-in is by {provider}; it {becomes} a sign-in by a password at Okta."
    assert (sentence in form.message) is bool(becomes)
    assert ('provider: "FEDERATION" → "OKTA"' in form.message) is (provider == "FEDERATION")
    assert writes(front) == []


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


# Each row: what is sent first, what happens then, and what the second call says and does.
REFUSED = "the confirmation does not hold"


@dataclass
class Path:
    """One way a code can go.

    Args:
        then: the second call, made from the first one's arguments and its code.
        said: words of its answer.
        done: the status of the target afterwards.
        meanwhile: happens between the two.
    """

    then: Any
    said: str
    done: str = "ACTIVE"
    meanwhile: Any = None


def same(tool, arguments, code):
    return tool, {**arguments, "confirmation": code}


def hours_pass(front, clock):
    clock.now += 301


PATHS = {
    "the same call": Path(same, "Deactivated", "DEPROVISIONED"),
    "the person by id": Path(lambda t, a, c: (t, {"user": CHLOE, "confirmation": c}), "Deactivated", "DEPROVISIONED"),
    "inside params": Path(lambda t, a, c: (t, {"params": {**a, "confirmation": c}}), "Deactivated", "DEPROVISIONED"),
    "no code": Path(lambda t, a, c: (t, a), "Nothing was done yet"),
    "an empty code": Path(lambda t, a, c: (t, {**a, "confirmation": ""}), REFUSED),
    "a made-up code": Path(lambda t, a, c: (t, {**a, "confirmation": "A" * 48}), REFUSED),
    "another target": Path(lambda t, a, c: (t, {"user": ADA, "confirmation": c}), REFUSED),
    "another argument": Path(lambda t, a, c: (t, {**a, "sendEmail": True, "confirmation": c}), REFUSED),
    "another action": Path(lambda t, a, c: ("reset_password", {**a, "sendEmail": True, "confirmation": c}), REFUSED),
    "too late": Path(same, "came too late, so this is asked again", meanwhile=hours_pass),
}


class Clock:
    def __init__(self):
        self.now = 1_700_000_000.0

    def __call__(self):
        return self.now


@ERAS
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
async def test_a_code_lets_through_what_it_was_given_for(served, mode, path):
    clock = Clock()
    front = await served(mode=mode, code_clock=clock)
    tool, arguments = CALL
    code = code_in(await front.client.call_tool(tool, arguments))
    if path.meanwhile is not None:
        path.meanwhile(front, clock)
    result = await front.client.call_tool(*path.then(tool, arguments, code))
    assert path.said in text(result)
    assert status(front) == path.done
    assert len(writes(front)) == (path.done == "DEPROVISIONED")
    assert result.is_error == (path.said == REFUSED)


@ERAS
async def test_a_code_is_good_once(served, mode):
    front = await served(mode=mode)
    call = {"user": ADA, "profile": {"email": "ada.two@example.com"}}
    code = code_in(await front.client.call_tool("update_user", call))
    assert not (await front.client.call_tool("update_user", {**call, "confirmation": code})).is_error
    again = await front.client.call_tool("update_user", {**call, "confirmation": code})
    assert len(writes(front)) == 1
    assert "It has changed since it was shown" in text(again)


@ERAS
async def test_a_code_that_was_used_is_not_taken_even_in_the_same_state(served, mode):
    front = await served(mode=mode)
    call = {"user": "wei.chen@example.com", "sendEmail": False}
    code = code_in(await front.client.call_tool("forgot_password", call))
    user = front.box.org.user_by_login("wei.chen@example.com")
    before = (user.last_updated, user.status_changed)
    assert not (await front.client.call_tool("forgot_password", {**call, "confirmation": code})).is_error
    assert (user.last_updated, user.status_changed) == before
    again = await front.client.call_tool("forgot_password", {**call, "confirmation": code})
    assert again.is_error
    assert "it was used before" in text(again)
    assert len(writes(front)) == 1


@ERAS
async def test_two_calls_with_one_code_at_the_same_time_do_it_once(served, mode):
    front = await served(mode=mode)
    call = {"user": "wei.chen@example.com", "sendEmail": False}
    code = code_in(await front.client.call_tool("forgot_password", call))
    async with anyio.create_task_group() as tasks:
        for _ in range(6):
            tasks.start_soon(front.client.call_tool, "forgot_password", {**call, "confirmation": code})
    assert len(writes(front)) == 1


@ERAS
@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize(
    ("settings", "call", "said"),
    [
        ({"read_only": True}, CALL, "runs read-only"),
        ({"exclude_tools": "deactivate_user"}, CALL, "is switched off"),
        ({"protect_users": CHLOE}, CALL, "is protected on this server"),
        ({}, ("deactivate_user", {"user": "admin@example.com"}), "owns this server's credentials"),
        ({}, ("deactivate_user", {"user": "Maria Santos-Nobody"}), "No user"),
        ({}, ("deactivate_user", {"user": "olivia.grant@example.com"}), "is already deactivated. Okta was not asked"),
        ({}, ("reset_password", {"user": "tess.vandermeer@example.com", "sendEmail": True}), "is STAGED"),
        ({"dry_run": True}, CALL, "Dry run, nothing was done"),
    ],
)
async def test_what_is_not_done_anyway_asks_nobody(served, mode, asked, settings, call, said):
    person = Person()
    front = await served(mode=mode, person=person if asked else None, **settings)
    result = await front.client.call_tool(*call)
    assert said in text(result)
    assert "confirmation" not in text(result)
    assert person.forms == []
    assert writes(front) == []


@ERAS
async def test_a_target_that_changes_while_the_person_thinks_is_asked_about_again(served, mode):
    person = Person()
    front = await served(mode=mode, person=person)

    def meanwhile(times):
        user = front.box.org.user_by_login(CHLOE)
        if times == 1:
            user.profile = {**user.profile, "login": "chloe.b@example.com"}

    person.meanwhile = meanwhile
    result = await front.client.call_tool(*CALL)
    assert not result.is_error, text(result)
    assert [form.message.startswith("It has changed since it was shown") for form in person.forms] == [False, True]
    assert "chloe.b@example.com" in person.forms[1].message
    assert len(writes(front)) == 1


@ERAS
async def test_somebody_who_becomes_protected_meanwhile_stays(served, mode):
    person = Person()
    front = await served(mode=mode, person=person, protect_where='profile.department eq "Vault"')

    def meanwhile(times):
        user = front.box.org.user_by_login(CHLOE)
        user.profile = {**user.profile, "department": "Vault"}

    person.meanwhile = meanwhile
    result = await front.client.call_tool(*CALL)
    assert result.is_error
    assert "is protected" in text(result)
    assert writes(front) == []


async def test_a_target_that_never_keeps_still_is_given_up(served):
    person = Person()
    front = await served(mode="legacy", person=person)
    user = front.box.org.user_by_login(CHLOE)

    def meanwhile(times):
        user.profile = {**user.profile, "login": f"chloe{times}@example.com"}

    person.meanwhile = meanwhile
    result = await front.client.call_tool("deactivate_user", {"user": user.id})
    assert result.is_error
    assert "keeps changing" in text(result)
    assert len(person.forms) == 3
    assert writes(front) == []


@ERAS
async def test_first_the_person_picks_and_then_agrees(served, mode):
    class Picking(Person):
        async def __call__(self, context, params):
            if "user" in params.requested_schema["properties"]:
                choices = params.requested_schema["properties"]["user"]["oneOf"]
                (chosen,) = [one["const"] for one in choices if "maria.santos2" in one["title"]]
                return ElicitResult(action="accept", content={"user": chosen})
            return await super().__call__(context, params)

    person = Picking()
    front = await served(mode=mode, person=person)
    result = await front.client.call_tool("deactivate_user", {"user": "Maria Santos"})
    assert not result.is_error, text(result)
    (form,) = person.forms
    assert "maria.santos2@example.com" in form.message
    assert status(front, "maria.santos2@example.com") == "DEPROVISIONED"


@ERAS
async def test_where_only_a_person_may_confirm_who_cannot_be_asked_is_refused(served, mode):
    front = await served(mode=mode, confirm_by="person")
    assert "confirmation" not in str((await front.client.list_tools()).tools)
    tool, arguments = CALL
    result = await front.client.call_tool(tool, {**arguments, "confirmation": "A" * 48})
    assert result.is_error
    assert "needs the yes of a person, and this client cannot ask one" in text(result)
    assert writes(front) == []


@ERAS
async def test_a_person_is_asked_although_the_model_brings_a_code(served, mode):
    person = Person("decline")
    front = await served(mode=mode, person=person)
    tool, arguments = CALL
    result = await front.client.call_tool(tool, {**arguments, "confirmation": "A" * 48})
    assert result.is_error
    assert len(person.forms) == 1
    assert writes(front) == []


@pytest.mark.parametrize(
    ("tool", "arguments", "confirmed"),
    [
        ("suspend_user", {"user": ADA}, False),
        ("assign_user_to_group", {"user": ADA, "group": "VPN Users"}, False),
        ("remove_user_from_group", {"user": ADA, "group": "Sales"}, False),
        ("update_user", {"user": ADA, "profile": {"title": "Lead"}}, False),
        ("update_user", {"user": ADA, "profile": {"login": "ada.b@example.com"}}, True),
        ("update_user", {"user": ADA, "profile": {"email": "ada.b@example.com"}}, True),
        ("update_user", {"user": ADA, "clear": ["secondEmail"]}, True),
        ("update_user", {"user": ADA, "password": "Corr3ct-horse-9"}, True),
        ("update_user", {"user": ADA, "recoveryQuestion": {"question": "Which?", "answer": "This one"}}, True),
        ("expire_password", {"user": ADA}, False),
        ("expire_password", {"user": ADA, "temporaryPassword": True}, True),
        ("reset_password", {"user": ADA, "sendEmail": True}, True),
        ("activate_user", {"user": "tess.vandermeer@example.com"}, False),
        ("activate_user", {"user": "olivia.grant@example.com"}, True),
        ("activate_user", {"user": "olivia.grant@example.com", "sendEmail": False}, True),
        ("forgot_password", {"user": "wei.chen@example.com", "sendEmail": True}, False),
        ("forgot_password", {"user": "wei.chen@example.com", "sendEmail": False}, True),
        ("deactivate_user", {"user": ADA}, True),
        ("run_bulk", {"tool": "suspend_user", "rows": [{"user": ADA}]}, False),
        ("run_bulk", {"tool": "deactivate_user", "rows": [{"user": ADA}, {"user": CHLOE}]}, True),
        ("run_bulk", {"tool": "activate_user", "rows": [{"user": "tess.vandermeer@example.com"}]}, False),
        (
            "run_bulk",
            {
                "tool": "activate_user",
                "rows": [{"user": "tess.vandermeer@example.com"}, {"user": "olivia.grant@example.com"}],
            },
            True,
        ),
    ],
)
async def test_by_default_what_cannot_be_undone_is_confirmed(served, tool, arguments, confirmed):
    front = await served(bulk_journal="memory")
    result = await front.client.call_tool(tool, arguments)
    assert not result.is_error, text(result)
    assert ("Nothing was done yet" in text(result)) == confirmed
    assert bool(writes(front)) != confirmed
    if confirmed:
        again = await front.client.call_tool(tool, {**arguments, "confirmation": code_in(result)})
        assert not again.is_error, text(again)
        assert writes(front)


@ERAS
async def test_a_run_is_confirmed_once_for_all_of_its_rows(served, mode):
    person = Person()
    front = await served(mode=mode, person=person, bulk_journal="memory")
    rows = [{"user": ADA}, {"user": CHLOE}]
    result = await front.client.call_tool("run_bulk", {"tool": "deactivate_user", "rows": rows})
    assert not result.is_error, text(result)
    (form,) = person.forms
    assert ADA in form.message
    assert CHLOE in form.message
    assert len(writes(front)) == 2


@ERAS
async def test_the_code_of_a_run_is_for_no_other_rows(served, mode):
    front = await served(mode=mode, bulk_journal="memory")
    call = {"tool": "deactivate_user", "rows": [{"user": CHLOE}]}
    code = code_in(await front.client.call_tool("run_bulk", call))
    other = {**call, "rows": [{"user": CHLOE}, {"user": ADA}]}
    result = await front.client.call_tool("run_bulk", {**other, "confirmation": code})
    assert REFUSED in text(result)
    assert writes(front) == []


async def test_a_code_is_for_its_caller_with_one_program():
    whose = [
        Caller(name, name, kind, program)
        for name in ("ada", "bob")
        for kind in ("token", "oauth")
        for program in (None, "desk", "notes")
    ]
    assert len({purpose_of(one, [(deactivate_user, {}, {})]) for one in whose}) == len(whose)


@ERAS
async def test_every_preview_and_rehearsal_is_of_the_shape_that_is_published(served, mode):
    for settings in ({"confirm": "writes"}, {"dry_run": True}):
        front = await served(mode=mode, **settings)
        listed = {tool.name: tool for tool in (await front.client.list_tools()).tools}
        for tool, arguments in EVERY_WRITE.items():
            result = await front.client.call_tool(tool, arguments)
            assert not result.is_error, text(result)
            assert result.structured_content["done"] is False
            jsonschema.Draft202012Validator(listed[tool].output_schema).validate(result.structured_content)
        assert writes(front) == []


EVERY_WRITE = {
    "create_user": {"profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}},
    "update_user": {"user": ADA, "profile": {"title": "Lead"}},
    "activate_user": {"user": "tess.vandermeer@example.com"},
    "deactivate_user": {"user": ADA},
    "suspend_user": {"user": ADA},
    "unsuspend_user": {"user": "emily.hart@example.com"},
    "expire_password": {"user": ADA},
    "reset_password": {"user": ADA, "sendEmail": True},
    "forgot_password": {"user": "wei.chen@example.com"},
    "assign_user_to_group": {"user": ADA, "group": "VPN Users"},
    "remove_user_from_group": {"user": ADA, "group": "Sales"},
}


def test_every_write_is_rehearsed_above():
    assert set(EVERY_WRITE) == {one.name for one in ACTIONS if one.writes and not one.made_of_others}
