"""When Okta fails on the way: what is said is true, what was changed is never denied, and nothing secret is told."""

# ruff: noqa: E501 - answers are quoted whole

import json
import logging

import httpx2
import pytest
from inline_snapshot import snapshot

from okta_mcp.okta import Timeouts

CHLOE = "chloe.bennett@example.com"
ROBIN = "robin.vale@example.com"
NORA = "nora.quist@example.com"
PROFILE = {"firstName": "Nora", "lastName": "Quist", "email": NORA}
NEW = "Brand-new-Pass9"
DENIED, UNKNOWN = "Nothing was changed.", "It is not known whether the change was made."

# Every write over users: tool, arguments, the status Robin has to be in, and the path of the change.
WRITES = [
    ("create_user", {"profile": PROFILE}, "ACTIVE", "/api/v1/users"),
    ("update_user", {"user": ROBIN, "profile": {"title": "X"}}, "ACTIVE", "/api/v1/users/"),
    ("update_user", {"user": ROBIN, "password": NEW}, "ACTIVE", "/api/v1/users/"),
    ("activate_user", {"user": ROBIN}, "STAGED", "/api/v1/users/"),
    ("deactivate_user", {"user": ROBIN}, "ACTIVE", "/api/v1/users/"),
    ("suspend_user", {"user": ROBIN}, "ACTIVE", "/api/v1/users/"),
    ("unsuspend_user", {"user": ROBIN}, "SUSPENDED", "/api/v1/users/"),
    ("expire_password", {"user": ROBIN}, "ACTIVE", "/api/v1/users/"),
    ("expire_password", {"user": ROBIN, "temporaryPassword": True}, "ACTIVE", "/api/v1/users/"),
    ("reset_password", {"user": ROBIN, "sendEmail": True}, "ACTIVE", "/api/v1/users/"),
    ("forgot_password", {"user": ROBIN}, "ACTIVE", "/api/v1/users/"),
]
READS = [
    ("get_user", {"user": CHLOE}),
    ("list_users", {}),
    ("list_user_groups", {"user": CHLOE}),
    ("list_user_applications", {"user": CHLOE}),
]
# What Okta repeats of itself: a change of the profile is harmless to send twice.
REPEATED = {("update_user", "profile")}

write = pytest.mark.parametrize(("tool", "arguments", "status", "path"), WRITES)
read = pytest.mark.parametrize(("tool", "arguments"), READS)


def repeatable(tool, arguments) -> bool:
    return any((tool, name) in REPEATED for name in arguments)


# Faults after which nothing was changed, and how often the change is sent.
REFUSALS = [
    ({"status": 404}, 1),
    ({"status": 429}, 1),
    ({"status": 401}, 1),
    ({"status": 403}, 1),
    ({"status": 409}, 1),
    ({"status": 403, "error_code": "E0000023"}, 1),
    ({"status": 403, "error_code": "E0000038"}, 1),
    ({"status": 429, "concurrency": True, "times": 9}, 3),
]


@write
@pytest.mark.parametrize(("fault", "tries"), REFUSALS)
async def test_what_okta_refuses_is_said_to_have_changed_nothing(org, tool, arguments, status, path, fault, tries):
    await org.person_in(status)
    before = org.state()
    org.box.fail("POST", path, **fault)
    answer = await org.send(tool, arguments)
    assert answer.is_error
    assert DENIED in answer.text
    assert UNKNOWN not in answer.text
    assert "\nNext: " in answer.text
    assert org.state() == before
    assert len(org.changes) == tries
    assert f"request {org.changes[-1].request_id}" in answer.text


REFUSED_TEXTS = [
    (
        {"status": 404},
        snapshot("""\
Okta does not know the address that was asked: the org may lack this part of the API.
Nothing was changed.
Next: tell the operator to check OKTA_ORG_URL with `okta-mcp check`.
Okta: 404 E0000008 The requested path was not found (error id <error>, request <request>)\
"""),
    ),
    (
        {"status": 429},
        snapshot("""\
Okta's limit on requests per minute is used up.
Nothing was changed.
Next: try again in 61 seconds.
Okta: 429 E0000047 API call exceeded rate limit due to too many requests. (error id <error>, request <request>)\
"""),
    ),
    (
        {"status": 401},
        snapshot("""\
Okta does not accept this server's API token: it is wrong, expired or revoked.
Nothing was changed.
Next: the operator makes a new token in the Admin Console (Security, API, Tokens), sets OKTA_API_TOKEN and runs `okta-mcp check`.
Okta: 401 E0000011 Invalid token provided (error id <error>, request <request>)\
"""),
    ),
    (
        {"status": 403},
        snapshot("""\
The credentials of this server may not do this (okta.users.manage).
Nothing was changed.
Next: the operator gives the token's admin the role for it; `okta-mcp check` shows what is allowed. Only a super administrator changes other administrators.
Okta: 403 E0000006 You do not have permission to perform the requested action (error id <error>, request <request>)\
"""),
    ),
    (
        {"status": 409},
        snapshot("""\
Okta is still activating this user, who cannot be changed until it has finished.
Nothing was changed.
Next: try again in a few minutes; get_user shows no transitioningToStatus when it has.
Okta: 409 E0000112 Cannot update this user because they are still being activated. Please try again in a few minutes. (error id <error>, request <request>)\
"""),
    ),
    (
        {"status": 403, "error_code": "E0000038"},
        snapshot("""\
"Chloe Bennett" (chloe.bennett@example.com) was ACTIVE a moment ago, and Okta does not allow this now.
Nothing was changed.
Next: look with get_user at the present status first.
Okta: 403 E0000038 This operation is not allowed in the user's current status. (error id <error>, request <request>)\
"""),
    ),
    (
        {"status": 500},
        snapshot("""\
Okta had an internal error.
It is not known whether the change was made.
Next: look with get_user before trying again.
Okta: 500 E0000009 Internal Server Error (error id <error>, request <request>)\
"""),
    ),
    (
        {"status": 503},
        snapshot("""\
Okta is not available at the moment.
It is not known whether the change was made.
Next: look with get_user before trying again.
Okta: 503 E0000009 Internal Server Error (error id <error>, request <request>)\
"""),
    ),
    (
        {"html": True, "status": 200},
        snapshot("""\
The answer to POST /api/v1/users/{id}/lifecycle/suspend does not come from Okta's API: 200 (text/html), a page titled "Temporarily unavailable". Check that the org URL is right (https:\\//sandbox.okta.example) and that no proxy stands in between.
It is not known whether the change was made.
Next: look with get_user before trying again.\
"""),
    ),
    (
        {"disconnect": "after"},
        snapshot("""\
The connection to sandbox.okta.example was lost before the answer was complete.
It is not known whether the change was made.
Next: look with get_user before trying again.\
"""),
    ),
]


@pytest.mark.parametrize(("fault", "said"), REFUSED_TEXTS)
async def test_each_trouble_has_its_own_words(org, fault, said):
    org.box.fail("POST", "/api/v1/users/", **fault)
    answer = await org.call("suspend_user", user=CHLOE)
    assert answer.is_error
    assert answer.story == said


def assert_found(org, answer):
    made = org.user(PROFILE["email"])
    assert not answer.is_error
    assert (answer.data["id"], answer.data["status"]) == (made.id, made.status)
    assert "the user was found by looking" in answer.data["nextStep"]
    assert "requestId" not in answer.data
    assert len(org.changes) == 1


DOUBTS = [
    {"status": 500},
    {"status": 503, "times": 9},
    {"status": 504, "times": 9},
    {"html": True, "times": 9},
    {"html": True, "status": 200},
    {"disconnect": "before", "times": 9},
    {"disconnect": "after", "times": 9},
]


@write
@pytest.mark.parametrize("fault", DOUBTS, ids=str)
async def test_what_may_have_been_changed_is_never_claimed_nor_denied(org, tool, arguments, status, path, fault):
    await org.person_in(status)
    org.box.fail("POST", path, **fault)
    answer = await org.send(tool, arguments)
    if tool == "create_user" and fault.get("disconnect") == "after":
        # A new user is looked for, and there it is.
        assert_found(org, answer)
        return
    assert answer.is_error
    assert UNKNOWN in answer.text
    assert DENIED not in answer.text
    assert "Next: look with get_" in answer.text
    assert len(org.changes) == (3 if repeatable(tool, arguments) and fault.get("times") else 1)
    assert answer.data is None


@write
async def test_a_change_that_was_made_before_the_connection_broke_is_found_where_the_answer_says(
    org, tool, arguments, status, path
):
    await org.person_in(status)
    before = org.state()
    org.box.fail("POST", path, disconnect="after", times=9)
    answer = await org.send(tool, arguments)
    assert org.state() != before
    if tool == "create_user":
        assert_found(org, answer)
        return
    assert UNKNOWN in answer.text
    assert "get_system_log_events" in answer.text if tool == "forgot_password" else "get_user" in answer.text


@pytest.mark.parametrize("fault", [{"status": 503}, {"disconnect": "before"}, {"disconnect": "after"}], ids=str)
async def test_a_change_of_the_profile_is_sent_again_and_told_as_it_is(org, fault):
    org.box.fail("POST", "/api/v1/users/", **fault)
    answer = await org.call("update_user", user=CHLOE, profile={"title": "X"})
    assert not answer.is_error
    assert org.user(CHLOE).profile["title"] == "X"
    assert answer.data["changes"] == [{"field": "title", "before": "Sales Manager Americas", "after": "X"}]
    assert len(org.changes) == 2
    assert org.slept == [0.5]


@pytest.mark.parametrize("second", [{"status": 429}, {"status": 403}, {"status": 401}, {"status": 409}], ids=str)
async def test_a_refusal_of_the_repetition_does_not_deny_the_first_sending(org, second):
    org.box.fail("POST", "/api/v1/users/", disconnect="after")
    org.box.fail("POST", "/api/v1/users/", **second)
    answer = await org.call("update_user", user=CHLOE, profile={"title": "X"})
    assert org.user(CHLOE).profile["title"] == "X"
    assert answer.is_error
    assert DENIED not in answer.text
    assert UNKNOWN in answer.text


@write
async def test_no_answer_in_time_is_said_to_leave_it_open(org_with, tool, arguments, status, path):
    org = await org_with(timeouts=Timeouts(total=0.15))
    await org.person_in(status)
    before = org.state()
    org.box.fail("POST", path, delay=30.0)
    answer = await org.send(tool, arguments)
    assert answer.is_error
    assert UNKNOWN in answer.text
    assert DENIED not in answer.text
    assert "was not done within 0.15 seconds" in answer.text
    assert org.state() == before


@write
@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 503, "times": 9}, {"status": 429}, {"disconnect": "before", "times": 9}],
    ids=str,
)
async def test_trouble_while_the_user_is_looked_up_changes_nothing_and_says_so(
    org, tool, arguments, status, path, fault
):
    if tool == "create_user":
        arguments = {**arguments, "groups": ["Sales"]}
    await org.person_in(status)
    before = org.state()
    org.box.fail("GET", "/api/v1/", **fault)
    answer = await org.send(tool, arguments)
    assert answer.is_error
    assert DENIED in answer.text
    assert UNKNOWN not in answer.text
    assert org.changes == []
    assert org.state() == before


READ_BACK = [
    {"status": 500},
    {"status": 503, "times": 9},
    {"status": 404},
    {"status": 429},
    {"html": True, "status": 200},
    {"disconnect": "before", "times": 9},
]
# The writes that Okta answers without the user, who has to be read again.
READING_BACK = [
    one for one in WRITES if one[0].endswith(("activate_user", "suspend_user")) or one[0] == "reset_password"
] + [("expire_password", {"user": ROBIN, "temporaryPassword": True}, "ACTIVE", "/api/v1/users/")]


class FailingReadBack(httpx2.AsyncBaseTransport):
    """Lets the sandbox fail on every GET that comes after a POST."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self.inner = inner
        self.fail = lambda: None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self.inner.handle_async_request(request)
        if request.method == "POST":
            self.fail()
        return answer


@pytest.mark.parametrize(("tool", "arguments", "status", "path"), READING_BACK)
@pytest.mark.parametrize("fault", READ_BACK, ids=str)
async def test_a_change_stands_when_the_reading_back_fails(org_with, tool, arguments, status, path, fault):
    between: list[FailingReadBack] = []

    def wrapped(inner):
        between.append(FailingReadBack(inner))
        return between[0]

    org = await org_with(wrapped=wrapped)
    user = await org.person_in(status)
    between[0].fail = lambda: org.box.fail("GET", "/api/v1/users/", **fault)
    answer = await org.send(tool, arguments)
    assert not answer.is_error
    assert len(org.changes) == 1
    assert org.changes[0].status == 200
    assert answer.data["user"] == {"id": user.id, "login": ROBIN, "name": "Robin Vale", "status": "UNKNOWN"}
    assert answer.data["nextStep"] == snapshot(
        "Okta accepted the change, but the user could not be read afterwards; get_user shows the new state."
    )
    assert answer.data["requestId"] == org.changes[0].request_id
    assert user.status != status


async def test_a_short_rate_limit_is_waited_for_and_reported(org_with):
    org = await org_with(max_wait=120.0, timeouts=Timeouts(total=300.0))
    org.box.fail("POST", "/api/v1/users/", status=429)
    answer = await org.call("suspend_user", user=CHLOE)
    assert not answer.is_error
    assert org.user(CHLOE).status == "SUSPENDED"
    assert len(org.changes) == 2
    assert len(org.slept) == 1
    assert 0 < org.slept[0] <= 62
    assert answer.progress == snapshot(["Okta's rate limit; waiting 61 s"])


@read
async def test_reads_wait_for_a_rate_limit_too(org_with, tool, arguments):
    org = await org_with(max_wait=120.0, timeouts=Timeouts(total=300.0))
    org.box.fail("GET", "/api/v1/", status=429)
    answer = await org.call(tool, **arguments)
    assert not answer.is_error
    assert len(org.slept) == 1
    assert len(answer.progress) == 1


async def test_a_real_bucket_that_is_empty_says_in_how_many_seconds_to_come_back(org_with):
    org = await org_with(rate_limits={"users": 1})
    assert not (await org.call("list_users")).is_error
    org.clock.forward(seconds=10)
    answer = await org.call("list_users")
    assert answer.is_error
    assert answer.story == snapshot("""\
Okta's limit on requests per minute is used up.
Next: try again in 51 seconds.\
""")
    assert org.slept == []
    assert org.requests == []


async def test_an_answer_says_when_a_rate_limit_is_nearly_used_up(org_with):
    org = await org_with(rate_limits={"users": 12})
    for _ in range(9):
        assert "rate limit" not in (await org.call("list_users", limit=1)).text
    org.clock.forward(seconds=20)
    assert "rate limit" not in (await org.call("list_users", limit=1)).text
    answer = await org.call("list_users", limit=1)
    assert answer.text.endswith("\nOkta's rate limit is nearly used up. users: 1 of 12 requests left for 41 s.")
    org.clock.forward(seconds=60)
    assert "rate limit" not in (await org.call("list_users", limit=1)).text


@read
@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 504}, {"html": True}, {"disconnect": "before"}], ids=str)
async def test_reads_are_repeated(org, tool, arguments, fault):
    org.box.fail("GET", "/api/v1/", **fault)
    answer = await org.call(tool, **arguments)
    assert not answer.is_error
    assert org.slept == [0.5]


@read
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503, "times": 9},
        {"status": 401},
        {"status": 429},
        {"html": True, "status": 200},
        {"disconnect": "before", "times": 9},
    ],
    ids=str,
)
async def test_a_read_that_fails_says_nothing_about_changes(org, tool, arguments, fault):
    org.box.fail("GET", "/api/v1/", **fault)
    answer = await org.call(tool, **arguments)
    assert answer.is_error
    assert "\nNext: " in answer.text
    assert DENIED not in answer.text
    assert UNKNOWN not in answer.text
    assert org.changes == []


@read
async def test_a_read_has_a_bound_in_time(org_with, tool, arguments):
    org = await org_with(timeouts=Timeouts(total=0.15))
    org.box.fail("GET", "/api/v1/", delay=30.0)
    answer = await org.call(tool, **arguments)
    assert answer.is_error
    assert "was not done within 0.15 seconds" in answer.text
    step = {"get_user": "try again.", "list_user_groups": "try again."}.get(tool, "ask with a ")
    assert answer.text.splitlines()[-1].startswith(f"Next: {step}")


async def test_without_a_connection_nothing_is_sent_and_it_is_said(org_with):
    class Unplugged(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            raise httpx2.ConnectError("refused")

    org = await org_with(wrapped=lambda _inner: Unplugged())
    before = org.state()
    answer = await org.call("create_user", profile=PROFILE)
    assert answer.is_error
    assert answer.story == snapshot("""\
No connection to sandbox.okta.example could be made. Check the org URL, the network and the proxy settings.
Nothing was changed.
Next: try again shortly; if it stays so, the operator runs `okta-mcp check`.\
""")
    assert org.state() == before


async def test_a_token_that_may_not_change_users_is_named_as_the_reason(org_with):
    org = await org_with(as_user=CHLOE)
    answer = await org.call("create_user", profile=PROFILE)
    assert answer.is_error
    assert answer.story == snapshot("""\
The credentials of this server may not do this (okta.users.manage; with `groups`: okta.groups.read).
Nothing was changed.
Next: the operator gives the token's admin the role for it; `okta-mcp check` shows what is allowed. Only a super administrator changes other administrators.
Okta: 403 E0000006 You do not have permission to perform the requested action (error id <error>, request <request>)\
""")
    assert not org.exists(NORA)


async def test_somebody_who_changes_status_in_between_is_not_described_as_before(org_with):
    class Meanwhile(httpx2.AsyncBaseTransport):
        def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
            self.inner = inner

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if request.method == "POST":
                path = request.url.path
                await self.inner.handle_async_request(
                    httpx2.Request("POST", f"https://sandbox.okta.example{path}", headers=request.headers)
                )
            return await self.inner.handle_async_request(request)

    org = await org_with(wrapped=Meanwhile)
    answer = await org.call("suspend_user", user=CHLOE)
    assert org.user(CHLOE).status == "SUSPENDED"
    assert answer.is_error
    assert "is ACTIVE; suspend_user works in ACTIVE" not in answer.text
    assert answer.story == snapshot("""\
"Chloe Bennett" (chloe.bennett@example.com) was ACTIVE a moment ago, and Okta does not allow this now.
Nothing was changed.
Next: look with get_user at the present status first.
Okta: 400 E0000001 Api validation failed: suspendUser; Cannot suspend a user that is not active (error id <error>, request <request>)\
""")


CANARIES = {
    "password": "Canary-Pass-1",
    "answer": "canary-answer-2",
    "digest": "Y2FuYXJ5LWRpZ2VzdC0z",
    "salt": "Y2FuYXJ5LXNhbHQtNA==",
}
SECRET_CALLS = [
    (
        "create_user",
        {
            "profile": PROFILE,
            "password": CANARIES["password"],
            "recoveryQuestion": {"question": "Q?", "answer": CANARIES["answer"]},
        },
    ),
    ("create_user", {"profile": PROFILE, "password": CANARIES["password"], "passwordHook": "default"}),
    ("create_user", {"profile": PROFILE, "password": [CANARIES["password"]]}),
    ("create_user", {"profile": PROFILE, "password": {"value": CANARIES["password"]}}),
    ("create_user", {"profile": PROFILE, "password": CANARIES["password"] * 9}),
    ("create_user", {"profile": PROFILE, "credentials": {"password": {"value": CANARIES["password"], "x": 1}}}),
    ("create_user", {"profile": PROFILE, "credentials": {"password": CANARIES["password"]}}),
    ("create_user", {"profile": PROFILE, "pasword": CANARIES["password"]}),
    ("create_user", {"profile": PROFILE, "recoveryQuestion": {"question": "Q?", "answer": [CANARIES["answer"]]}}),
    ("create_user", {"profile": PROFILE, "recoveryQuestion": CANARIES["answer"]}),
    (
        "create_user",
        {
            "profile": PROFILE,
            "passwordHash": {
                "algorithm": "SHA-256",
                "value": CANARIES["digest"],
                "salt": CANARIES["salt"],
                "saltOrder": "PREFIX",
            },
        },
    ),
    (
        "create_user",
        {
            "profile": PROFILE,
            "passwordHash": {"algorithm": "BCRYPT", "value": CANARIES["digest"], "salt": CANARIES["salt"]},
        },
    ),
    ("create_user", {"profile": PROFILE, "passwordHash": CANARIES["digest"]}),
    ("update_user", {"user": CHLOE, "password": CANARIES["password"]}),
    ("update_user", {"user": CHLOE, "passwordHash": {"algorithm": "SHA-1", "value": CANARIES["digest"]}}),
    ("update_user", {"user": "Maria Santos", "password": CANARIES["password"]}),
    ("update_user", {"user": CHLOE, "recoveryQuestion": {"question": "Q?", "answer": CANARIES["answer"]}}),
]


@pytest.mark.parametrize("fault", [None, {"status": 500}, {"status": 403}, {"disconnect": "after"}], ids=str)
@pytest.mark.parametrize(("tool", "arguments"), SECRET_CALLS)
async def test_a_secret_given_goes_to_okta_and_nowhere_else(org, caplog, tool, arguments, fault):
    caplog.set_level(logging.DEBUG)
    if fault:
        org.box.fail("POST", "/api/v1/users", **fault)
    answer = await org.call(tool, **arguments)
    shown = answer.text + json.dumps(answer.data) + caplog.text
    assert not [name for name, secret in CANARIES.items() if secret in shown]


@pytest.mark.parametrize(
    ("tool", "arguments", "shown_to_the_caller"),
    [
        ("reset_password", {"sendEmail": True}, False),
        ("reset_password", {"sendEmail": False}, True),
        ("forgot_password", {"sendEmail": True}, False),
        ("forgot_password", {"sendEmail": False}, True),
        ("expire_password", {"temporaryPassword": True}, True),
    ],
)
async def test_a_secret_that_okta_gives_is_logged_nowhere(org, caplog, tool, arguments, shown_to_the_caller):
    caplog.set_level(logging.DEBUG)
    user = await org.person_in("ACTIVE")
    answer = await org.call(tool, user=ROBIN, **arguments)
    secret = answer.data.get("temporaryPassword") or user.one_time_token
    assert secret
    assert (secret in answer.text) is shown_to_the_caller
    assert secret not in caplog.text


async def test_the_api_token_is_told_nobody(org, caplog):
    caplog.set_level(logging.DEBUG)
    for fault in ({"status": 401}, {"status": 500}, {"html": True, "status": 200}, {"disconnect": "after"}):
        org.box.fail("POST", "/api/v1/users/", **fault)
        answer = await org.call("suspend_user", user=CHLOE)
        assert org.box.api_token not in answer.text
    assert org.box.api_token not in caplog.text
