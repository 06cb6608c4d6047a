"""The bound of every answer: whatever the org holds, text and data stay short, valid, and say that they were cut."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import jsonschema
import pytest

from okta_mcp.actions.bounding import CUT, LARGEST, bounded, clipped
from okta_mcp.actions.lifecycle import Activated
from okta_mcp.actions.passwords import PasswordExpired
from okta_mcp.actions.results import Change, Written
from okta_mcp.actions.schemas import publish
from okta_mcp.actions.users import UserDetail
from okta_mcp.directory import Person

CHLOE = "chloe.bennett@example.com"
WHO = Person(id="00u1", login=CHLOE, name="Chloe Bennett", status="ACTIVE")
ENDLESS = "x" * 60_000
LINK = "https://sandbox.okta.example/tokens/" + "t" * 300


def nested(depth: int) -> Any:
    return ENDLESS[:100] if depth == 0 else {f"key {number}": [nested(depth - 1)] * 6 for number in range(6)}


RESULTS = [
    UserDetail(id="00u1", status="ACTIVE", profile={"bio": ENDLESS}, credentials={}),
    UserDetail(id="00u1", status="ACTIVE", profile={str(n): "x" * 90 for n in range(5_000)}, credentials={}),
    UserDetail(id="00u1", status="ACTIVE", profile={"tags": ["x"] * 50_000}, credentials={"a": [ENDLESS] * 99}),
    UserDetail(id="00u1", status=ENDLESS, profile={ENDLESS: ENDLESS}, credentials={}),
    UserDetail(id="00u1", status="ACTIVE", profile=nested(3), credentials=nested(3), embedded=nested(2)),
    Written(summary=ENDLESS, user=WHO),
    Written(summary="Updated.", user=WHO.model_copy(update={"name": ENDLESS, "login": ENDLESS})),
    Written(summary="Updated.", user=WHO, changes=[Change(field=f"f{n}", after="x" * 90) for n in range(3_000)]),
    Written(summary="Updated.", user=WHO, changes=[Change(field="f", before=[ENDLESS] * 9, after=nested(3))] * 2),
]


@pytest.mark.parametrize("result", RESULTS)
def test_text_and_data_are_bounded_valid_and_say_that_they_were_cut(result):
    text, data = bounded(result)
    assert len(text) <= LARGEST
    assert len(json.dumps(data, ensure_ascii=False, separators=(",", ":"))) <= LARGEST
    assert data["note"] == CUT
    assert text.count(CUT) == 1
    jsonschema.validate(data, publish(type(result)))


def test_what_is_short_is_left_as_it_is():
    result = Written(summary="Updated.", user=WHO, changes=[Change(field="title", after="x" * 30_000)])
    assert bounded(result) == (result.text(), result.data())


@pytest.mark.parametrize(
    ("result", "secret"),
    [
        (Activated(summary=ENDLESS, user=WHO, activation_link=LINK, request_id="r" * 32), LINK),
        (PasswordExpired(summary=ENDLESS, user=WHO, temporary_password="Canary-" + "p" * 99), "Canary-" + "p" * 99),
    ],
)
def test_a_link_and_a_temporary_password_are_never_shortened(result, secret):
    text, data = bounded(result)
    assert secret in text
    assert secret in data.values()
    assert "User id 00u1" in text


def test_of_an_endless_error_the_beginning_and_the_next_step_are_kept():
    text = clipped(f"It failed: {ENDLESS}\nNext: call again.")
    assert len(text) == 8_000
    assert text.startswith("It failed: xxx")
    assert text.endswith("x\nNext: call again.")
    assert clipped("short") == "short"


async def checked(org, tool, **arguments):
    answer = await org.call(tool, **arguments)
    assert len(answer.text) <= LARGEST
    if answer.data is not None:
        assert len(json.dumps(answer.data, ensure_ascii=False, separators=(",", ":"))) <= LARGEST
    return answer


async def test_get_user_is_bounded_and_the_client_takes_it(org):
    user = org.user(CHLOE)
    user.profile["postalAddress"] = ENDLESS
    answer = await checked(org, "get_user", user=CHLOE)
    assert answer.data["id"] == user.id
    assert answer.data["profile"]["title"] == user.profile["title"]
    assert answer.data["profile"]["postalAddress"].endswith("…")
    assert answer.text.endswith(CUT)


async def test_update_user_is_bounded(org):
    user = org.user(CHLOE)
    user.profile["nickName"] = ENDLESS
    answer = await checked(org, "update_user", user=CHLOE, profile={"nickName": "Clo"})
    assert user.profile["nickName"] == "Clo"
    [change] = answer.data["changes"]
    assert change["field"] == "nickName"
    assert change["after"] == "Clo"
    assert change["before"].endswith("x…")
    assert answer.data["note"] == CUT


class Talkative(httpx2.AsyncBaseTransport):
    """Answers with whatever `spoil` makes of the sandbox's JSON."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, path: str, spoil: Callable[[Any], Any]) -> None:
        self.inner, self.path, self.spoil = inner, path, spoil

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self.inner.handle_async_request(request)
        if request.url.path != self.path:
            return answer
        return httpx2.Response(answer.status_code, json=self.spoil(json.loads(await answer.aread())))


async def test_create_user_is_bounded(org_with):
    def spoil(user):
        return {**user, "profile": {**user["profile"], **{f"custom{n}": "x" * 90 for n in range(1_000)}}}

    org = await org_with(wrapped=lambda inner: Talkative(inner, "/api/v1/users", spoil))
    profile = {"firstName": "Robin", "lastName": "Vale", "email": "robin.vale@example.com"}
    answer = await checked(org, "create_user", profile=profile)
    assert answer.data["id"] == org.user("robin.vale@example.com").id
    assert answer.data["note"] == CUT


async def test_an_error_that_repeats_thousands_of_names_is_bounded(org):
    answer = await org.call("update_user", user=CHLOE, profile={f"attribute{number}": "" for number in range(5_000)})
    assert answer.is_error
    assert len(answer.text) <= 8_000


async def test_a_row_of_endless_fields_does_not_push_the_others_out(org):
    for login in ("maria.santos@example.com", "maria.santos2@example.com"):
        org.user(login).profile.update(title=ENDLESS, department=ENDLESS)
    answer = await checked(org, "list_users", q="Maria")
    assert len(answer.data["users"]) >= 2
    assert all(len(row.get("title", "")) <= 200 for row in answer.data["users"])


async def test_of_a_thousand_targets_of_an_event_a_few_are_shown_and_the_rest_is_counted(org_with):
    targets = [{"type": "User", "displayName": f"Person {number}"} for number in range(1_000)]

    def spoil(events):
        return [{**event, "target": targets} for event in events]

    org = await org_with(wrapped=lambda inner: Talkative(inner, "/api/v1/logs", spoil))
    answer = await checked(org, "get_system_log_events", limit=20)
    events = answer.data["events"]
    assert len(events) == 20
    assert {event["targets"][-1] for event in events} == {"and 990 more"}
    assert all(len(event["targets"]) == 11 for event in events)
