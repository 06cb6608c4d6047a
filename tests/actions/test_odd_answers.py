"""Okta accepts a change and answers something else than it documents: what is said of the change stays true."""

# ruff: noqa: E501 - answers are quoted whole

import json
import logging
from typing import Any

import httpx2
import pytest
from inline_snapshot import snapshot
from pydantic import ValidationError

from okta_mcp.actions.passwords import PasswordExpired
from okta_mcp.directory import Person

CHLOE = "chloe.bennett@example.com"
ROBIN = "robin.vale@example.com"
NORA = {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}
DENIED, UNKNOWN = "Nothing was changed.", "It is not known whether the change was made."
LINK = "https://sandbox.okta.example/tokens/canaryLINKcanary"


class Answering(httpx2.AsyncBaseTransport):
    """Carries every request out, and answers the changes with another body; `broken` fails what is read after one."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, body: Any, *, broken: bool = False) -> None:
        self.inner, self.body, self.broken = inner, body, broken
        self.changed = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET" and self.changed and self.broken:
            return httpx2.Response(500, json={"errorCode": "E0000009", "errorSummary": "Internal Server Error"})
        answer = await self.inner.handle_async_request(request)
        if request.method == "GET" or answer.is_error or request.headers.get("x-prepares"):
            return answer
        self.changed = True
        if self.body is None:
            return httpx2.Response(204)
        said = json.loads(await answer.aread())
        return httpx2.Response(200, json=self.body(said) if callable(self.body) else self.body)


def answering(body, **options):
    return {"wrapped": lambda inner: Answering(inner, body, **options)}


NOTHING = pytest.mark.parametrize("body", [None, {}, []], ids=str)


@NOTHING
async def test_an_update_that_is_answered_with_nothing_is_read_again(org_with, body):
    org = await org_with(**answering(body))
    answer = await org.call("update_user", user=CHLOE, profile={"title": "Pilot"})
    assert not answer.is_error
    assert org.user(CHLOE).profile["title"] == "Pilot"
    assert answer.data["changes"] == [{"field": "title", "before": "Sales Manager Americas", "after": "Pilot"}]
    assert org.requests == [f"GET /users/{CHLOE}", "POST /users/{id}", "GET /users/{id}"]


@NOTHING
async def test_an_update_that_cannot_be_read_again_is_done_and_its_values_are_not_claimed(org_with, body):
    org = await org_with(**answering(body, broken=True))
    answer = await org.call("update_user", user=CHLOE, profile={"title": "Pilot"}, password="Brand-new-Pass9")
    assert not answer.is_error
    assert answer.story == snapshot("""\
Updated "Chloe Bennett" (chloe.bennett@example.com); the new values could not be read.
- password: "(not shown)" → "(set, not shown)"
User id <chloe.bennett@example.com>, status UNKNOWN.
Next: Okta accepted the change, but the user could not be read afterwards; get_user shows the new state.\
""")
    assert [change["field"] for change in answer.data["changes"]] == ["password"]
    assert answer.data["user"]["status"] == "UNKNOWN"


@NOTHING
async def test_an_expired_password_that_is_answered_with_nothing_is_read_again(org_with, body):
    org = await org_with(**answering(body))
    answer = await org.call("expire_password", user=CHLOE)
    assert not answer.is_error
    assert answer.data["user"]["status"] == org.user(CHLOE).status == "PASSWORD_EXPIRED"


@pytest.mark.parametrize("body", [None, {}, [], "done", [1]], ids=str)
async def test_a_user_who_was_created_without_being_answered_is_found_by_looking(org_with, body):
    org = await org_with(**answering(body))
    answer = await org.call("create_user", profile=NORA)
    assert not answer.is_error
    assert answer.data["id"] == org.user(NORA["email"]).id
    assert answer.data["nextStep"] == (
        "nothing more for the creation: Okta's answer was lost, and the user was found by looking. "
        "Okta has mailed an activation link; the user becomes ACTIVE on using it."
    )


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("update_user", {"profile": {"title": "Pilot"}}),
        ("expire_password", {}),
        ("expire_password", {"temporaryPassword": True}),
        ("suspend_user", {}),
        ("deactivate_user", {}),
        ("reset_password", {"sendEmail": True}),
    ],
)
@pytest.mark.parametrize("body", ["done", [1], 7], ids=str)
async def test_a_change_that_is_answered_oddly_is_never_denied(org_with, tool, arguments, body):
    org = await org_with(**answering(body))
    before = org.state()
    answer = await org.call(tool, user=CHLOE, **arguments)
    assert org.state() != before
    assert answer.is_error
    assert UNKNOWN in answer.text
    assert DENIED not in answer.text


KEPT = [
    (
        {"profile": {"title": "Pilot"}},
        snapshot(
            'Okta accepted the request, but nothing changed for "Chloe Bennett" (chloe.bennett@example.com). Okta kept title: "Sales Manager Americas".'
        ),
    ),
    (
        {"profile": {"title": "Pilot", "nickName": "Clo"}},
        snapshot('Updated "Chloe Bennett" (chloe.bennett@example.com). Okta kept title: "Sales Manager Americas".'),
    ),
    (
        {"clear": ["title"]},
        snapshot(
            'Okta accepted the request, but nothing changed for "Chloe Bennett" (chloe.bennett@example.com). Okta kept title: "Sales Manager Americas".'
        ),
    ),
    (
        {"profile": {"title": "Sales Manager Americas"}},
        snapshot('"Chloe Bennett" (chloe.bennett@example.com) already had these values; nothing changed.'),
    ),
]


@pytest.mark.parametrize(("arguments", "said"), KEPT)
async def test_a_value_that_okta_kept_is_not_called_changed_nor_said_to_be_the_one_asked_for(org_with, arguments, said):
    def stubborn(user):
        return {**user, "profile": {**user["profile"], "title": "Sales Manager Americas"}}

    org = await org_with(**answering(stubborn))
    answer = await org.call("update_user", user=CHLOE, **arguments)
    assert not answer.is_error
    assert answer.data["summary"] == said


MAILED = [
    ("activate_user", {}, "STAGED", {"activationUrl": LINK, "activationToken": "canary"}),
    ("reset_password", {"sendEmail": True}, "ACTIVE", {"resetPasswordUrl": LINK}),
    ("forgot_password", {}, "ACTIVE", {"resetPasswordUrl": LINK}),
]


@pytest.mark.parametrize(("tool", "arguments", "status", "body"), MAILED)
@pytest.mark.parametrize("broken", [False, True])
async def test_a_link_that_was_to_be_mailed_is_never_shown(org_with, caplog, tool, arguments, status, body, broken):
    caplog.set_level(logging.DEBUG)
    org = await org_with(**answering(body, broken=broken))
    user = "Greta Lund" if status == "STAGED" else CHLOE
    answer = await org.call(tool, user=user, **arguments)
    assert not answer.is_error
    assert "canary" not in answer.text + json.dumps(answer.data) + caplog.text


ODD = [{"url": "canaryLINKcanary"}, ["canaryLINKcanary"], 12345678, True]
SHOWN = [
    ("activate_user", {"sendEmail": False}, "activationUrl", "activationLink"),
    ("reset_password", {"sendEmail": False}, "resetPasswordUrl", "resetPasswordLink"),
    ("forgot_password", {"sendEmail": False}, "resetPasswordUrl", "resetPasswordLink"),
    ("expire_password", {"temporaryPassword": True}, "tempPassword", "temporaryPassword"),
]


@pytest.mark.parametrize(("tool", "arguments", "field", "told"), SHOWN)
@pytest.mark.parametrize("odd", ODD, ids=str)
async def test_a_secret_of_an_odd_shape_reaches_whoever_asked_and_no_log(
    org_with, caplog, tool, arguments, field, told, odd
):
    caplog.set_level(logging.DEBUG)
    org = await org_with(**answering({field: odd}))
    answer = await org.call(tool, user="Greta Lund" if tool == "activate_user" else CHLOE, **arguments)
    assert not answer.is_error
    assert answer.data[told] == str(odd)
    assert str(odd) not in caplog.text or odd is True
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(("tool", "arguments", "field", "told"), SHOWN)
async def test_a_secret_that_is_missing_is_said_to_be(org_with, tool, arguments, field, told):
    org = await org_with(**answering({}))
    answer = await org.call(tool, user="Greta Lund" if tool == "activate_user" else CHLOE, **arguments)
    assert not answer.is_error
    assert told not in answer.data
    assert "Okta returned no" in answer.text


@pytest.mark.parametrize("send_email", [True, False])
async def test_what_became_of_an_activation_is_not_claimed_when_it_could_not_be_read(org_with, send_email):
    org = await org_with(**answering({} if send_email else {"activationUrl": LINK}, broken=True))
    answer = await org.call("activate_user", user="Greta Lund", sendEmail=send_email)
    assert not answer.is_error
    assert org.user("greta.lund@example.com").status == "PROVISIONED"
    assert "becomes ACTIVE" not in answer.text
    assert answer.data["user"]["status"] == "UNKNOWN"
    assert answer.data["changes"] == []
    assert answer.data["nextStep"].endswith("get_user shows the new state.")
    if send_email:
        assert "emailSent" not in answer.data
        assert "Activation email sent: not known" in answer.text.splitlines()
    else:
        assert answer.data["emailSent"] is False
        assert answer.data["activationLink"] == LINK


def test_an_answer_that_cannot_be_built_does_not_repeat_its_secret():
    who = Person(id="00u1", login=CHLOE, name="Chloe Bennett", status="ACTIVE")
    with pytest.raises(ValidationError) as raised:
        PasswordExpired(summary="Expired.", user=who, temporary_password=["canary"])  # type: ignore[arg-type]
    assert "canary" not in str(raised.value)
