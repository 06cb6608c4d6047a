"""Expire, reset and recover passwords: in which status, who gets the link, and that it goes nowhere else."""

# ruff: noqa: E501 - answers are quoted whole

import pytest
from inline_snapshot import snapshot

from okta_mcp.sandbox.records import Provider

ROBIN = "robin.vale@example.com"
PASSWORD = "Corr3ct-horse"
STATUSES = (
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "RECOVERY",
    "PASSWORD_EXPIRED",
    "LOCKED_OUT",
    "SUSPENDED",
    "DEPROVISIONED",
)
EXPIRE, TEMPORARY = ("expire_password", {}), ("expire_password", {"temporaryPassword": True})
RESET, FORGOT = ("reset_password", {"sendEmail": True}), ("forgot_password", {})

# Tool, its arguments, the status it leads to from each of STATUSES; None where Okta refuses.
OUTCOMES = [
    (*EXPIRE, (None, None, "PASSWORD_EXPIRED", None, "PASSWORD_EXPIRED", "PASSWORD_EXPIRED", None, None)),
    (*TEMPORARY, (None, None, "PASSWORD_EXPIRED", None, "PASSWORD_EXPIRED", "PASSWORD_EXPIRED", None, None)),
    (*RESET, (None, "RECOVERY", "RECOVERY", "RECOVERY", "RECOVERY", "RECOVERY", None, None)),
    (*FORGOT, (None, None, "ACTIVE", None, None, None, None, None)),
]
CELLS = [
    (tool, arguments, status, became)
    for tool, arguments, row in OUTCOMES
    for status, became in zip(STATUSES, row, strict=True)
]


@pytest.mark.parametrize(("tool", "arguments", "status", "became"), [cell for cell in CELLS if cell[3]])
async def test_where_it_is_allowed_the_new_status_is_told(org, tool, arguments, status, became):
    user = await org.person_in(status)
    answer = await org.call(tool, user=ROBIN, **arguments)
    assert not answer.is_error
    assert user.status == became
    assert answer.data["user"]["status"] == became
    expected = [] if became == status else [{"field": "status", "before": status, "after": became}]
    assert answer.data["changes"] == expected
    assert answer.data["requestId"] == org.changes[0].request_id


@pytest.mark.parametrize(("tool", "arguments", "status"), [cell[:3] for cell in CELLS if not cell[3]])
async def test_where_it_is_not_the_status_is_named_with_a_way_on_and_nothing_changes(org, tool, arguments, status):
    await org.person_in(status)
    before = org.state()
    answer = await org.call(tool, user=ROBIN, **arguments)
    assert answer.is_error
    assert org.state() == before
    assert f'"Robin Vale" ({ROBIN}) is {status}; {tool} works in ' in answer.text
    assert "\nNothing was changed.\nNext: " in answer.text
    assert len(org.requests) == 2


REQUESTS = [
    (*EXPIRE, ["POST /users/{id}/lifecycle/expire_password"], ""),
    (
        *TEMPORARY,
        ["POST /users/{id}/lifecycle/expire_password_with_temp_password", "GET /users/{id}"],
        "revokeSessions=false",
    ),
    (*RESET, ["POST /users/{id}/lifecycle/reset_password", "GET /users/{id}"], "sendEmail=true&revokeSessions=false"),
    (*FORGOT, ["POST /users/{id}/credentials/forgot_password"], "sendEmail=true"),
]


@pytest.mark.parametrize(("tool", "arguments", "requests", "query"), REQUESTS)
@pytest.mark.parametrize(
    ("spelling", "found"),
    [
        ("{id}", ["GET /users/{id}"]),
        (ROBIN, [f"GET /users/{ROBIN}"]),
        ("Robin Vale", ["GET /users", "GET /users/{id}"]),
    ],
)
async def test_the_requests_are_these_and_no_more(org, tool, arguments, requests, query, spelling, found):
    user = await org.person_in("ACTIVE")
    await org.call(tool, user=spelling.replace("{id}", user.id), **arguments)
    assert org.requests == [*found, *requests]
    assert org.changes[0].query == query
    assert org.changes[0].body is None


async def test_an_expired_password_must_be_changed_at_the_next_sign_in(org):
    user = await org.person_in("ACTIVE")
    answer = await org.call("expire_password", user=ROBIN)
    assert answer.story == snapshot("""\
Expired the password of "Robin Vale" (robin.vale@example.com); it must be changed at the next sign-in.
- status: "ACTIVE" → "PASSWORD_EXPIRED"
User id <robin.vale@example.com>, status PASSWORD_EXPIRED, Okta request <request>.\
""")
    assert user.password.matches(PASSWORD)
    assert "temporaryPassword" not in answer.data


async def test_a_temporary_password_is_returned_once_and_works(org):
    user = await org.person_in("ACTIVE")
    answer = await org.call("expire_password", user=ROBIN, temporaryPassword=True)
    temporary = answer.data["temporaryPassword"]
    assert user.password.matches(temporary)
    assert not user.password.matches(PASSWORD)
    assert answer.story.replace(temporary, "<temporary>") == snapshot("""\
Expired the password of "Robin Vale" (robin.vale@example.com); it must be changed at the next sign-in.
- status: "ACTIVE" → "PASSWORD_EXPIRED"
Temporary password: <temporary>
Sessions revoked: no
User id <robin.vale@example.com>, status PASSWORD_EXPIRED, Okta request <request>.\
""")
    assert answer.text.count(temporary) == 1


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        (
            "reset_password",
            {"sendEmail": True},
            snapshot("""\
Reset the password of "Robin Vale" (robin.vale@example.com); the old one no longer works.
- status: "ACTIVE" → "RECOVERY"
Email sent: yes
Sessions revoked: no
User id <robin.vale@example.com>, status RECOVERY, Okta request <request>.\
"""),
        ),
        (
            "forgot_password",
            {},
            snapshot("""\
Started password recovery for "Robin Vale" (robin.vale@example.com); the present password works until it is completed.
Email sent: yes
User id <robin.vale@example.com>, status ACTIVE, Okta request <request>.\
"""),
        ),
        (
            "forgot_password",
            {"sendEmail": True},
            snapshot("""\
Started password recovery for "Robin Vale" (robin.vale@example.com); the present password works until it is completed.
Email sent: yes
User id <robin.vale@example.com>, status ACTIVE, Okta request <request>.\
"""),
        ),
    ],
)
async def test_a_mailed_link_is_not_shown(org, tool, arguments, said):
    user = await org.person_in("ACTIVE")
    answer = await org.call(tool, user=ROBIN, **arguments)
    assert answer.story == said
    assert answer.data["emailSent"] is True
    assert "resetPasswordLink" not in answer.data
    assert user.one_time_token not in answer.text
    assert "sendEmail=true" in org.changes[0].query


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        (
            "reset_password",
            snapshot("""\
Reset the password of "Robin Vale" (robin.vale@example.com); the old one no longer works.
- status: "ACTIVE" → "RECOVERY"
Reset link: https://sandbox.okta.example/reset_password/<token>
Sessions revoked: no
User id <robin.vale@example.com>, status RECOVERY, Okta request <request>.\
"""),
        ),
        (
            "forgot_password",
            snapshot("""\
Started password recovery for "Robin Vale" (robin.vale@example.com); the present password works until it is completed.
Reset link: https://sandbox.okta.example/signin/reset-password/<token>
User id <robin.vale@example.com>, status ACTIVE, Okta request <request>.\
"""),
        ),
    ],
)
async def test_a_link_that_is_not_mailed_is_returned(org, tool, said):
    user = await org.person_in("ACTIVE")
    answer = await org.call(tool, user=ROBIN, sendEmail=False)
    link = answer.data["resetPasswordLink"]
    assert link.startswith("https://sandbox.okta.example/")
    assert link.endswith(user.one_time_token)
    assert answer.data["emailSent"] is False
    assert answer.story.replace(user.one_time_token, "<token>") == said
    assert "sendEmail=false" in org.changes[0].query


async def test_a_reset_password_no_longer_works_but_a_forgotten_one_does(org):
    user = await org.person_in("ACTIVE")
    await org.call("forgot_password", user=ROBIN)
    assert user.status == "ACTIVE"
    assert user.password.matches(PASSWORD)
    await org.call("reset_password", user=ROBIN, sendEmail=True)
    assert user.status == "RECOVERY"


@pytest.mark.parametrize(
    ("arguments", "query", "left", "line"),
    [
        ({}, "false", 3, "Sessions revoked: no"),
        ({"revokeSessions": False}, "false", 3, "Sessions revoked: no"),
        ({"revokeSessions": True}, "true", 0, "Sessions revoked: yes"),
        ({"revoke_sessions": "true"}, "true", 0, "Sessions revoked: yes"),
    ],
)
async def test_sessions_end_only_when_asked(org, arguments, query, left, line):
    user = await org.person_in("ACTIVE")
    user.sessions = 3
    answer = await org.call("reset_password", user=ROBIN, sendEmail=True, **arguments)
    assert user.sessions == left
    assert answer.data["sessionsRevoked"] is (query == "true")
    assert line in answer.text.splitlines()
    assert org.changes[0].query == f"sendEmail=true&revokeSessions={query}"


@pytest.mark.parametrize(("provider", "after"), [("FEDERATION", "OKTA"), ("SOCIAL", None), ("OKTA", None)])
async def test_a_reset_that_ends_a_federated_sign_in_says_so(org, provider, after):
    user = await org.person_in("ACTIVE")
    user.provider = Provider(provider, provider)
    answer = await org.call("reset_password", user=ROBIN, sendEmail=True)
    assert user.provider.type == (after or provider)
    told = [change for change in answer.data["changes"] if change["field"] == "provider"]
    assert told == ([{"field": "provider", "before": provider, "after": after}] if after else [])
    assert (f'- provider: "{provider}" → "OKTA"' in answer.text) is bool(after)


async def test_whether_to_mail_a_reset_has_to_be_said(library):
    answer = await library.call("reset_password", user=ROBIN)
    assert answer.is_error
    assert answer.story == snapshot(
        "reset_password was not called: `sendEmail` is required: true: mail the link; false: return it."
    )
    assert library.requests == []


async def test_without_a_way_to_recover_another_way_is_named(org):
    user = await org.person_in("ACTIVE")
    user.recovery = None
    answer = await org.call("forgot_password", user=ROBIN)
    assert answer.is_error
    assert answer.story == snapshot("""\
The user has no recovery question or other way to recover the password.
Nothing was changed.
Next: reset_password sends a link all the same; update_user sets a `recoveryQuestion`.
Okta: 403 E0000034 Forgot password not allowed on specified user.; Recovery credential not set. (error id <error>, request <request>)\
""")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("reset_password", {"userId": "{id}", "params": {"sendEmail": True, "revokeSessions": False}}),
        ("reset_password", {"id": "{id}", "send_email": "true"}),
        ("reset_password", {"params": '{"userId": "robin.vale@example.com", "sendEmail": true}'}),
        ("forgot_password", {"userId": "{id}", "sendEmail": True}),
        ("forgot_password", {"userId": "{id}", "params": {}}),
        ("expire_password", {"userId": "{id}"}),
        ("expire_password", {"id": "{id}", "temporary_password": "false"}),
    ],
)
async def test_the_connectors_spellings_mean_the_same(org, tool, arguments):
    user = await org.person_in("ACTIVE")
    given = {name: user.id if value == "{id}" else value for name, value in arguments.items()}
    answer = await org.send(tool, given)
    assert not answer.is_error
    assert answer.data["user"]["id"] == user.id
    assert len(org.changes) == 1


@pytest.mark.parametrize(("tool", "arguments"), [EXPIRE, TEMPORARY, RESET, FORGOT])
async def test_of_two_people_with_one_name_neither_is_touched(org, tool, arguments):
    before = org.state()
    answer = await org.call(tool, user="Maria Santos", **arguments)
    assert answer.is_error
    assert "names 2 users" in answer.text
    assert org.state() == before
    assert org.requests == ["GET /users"]


@pytest.mark.parametrize(
    ("arguments", "query", "left", "line"),
    [
        ({}, "revokeSessions=false", 3, "Sessions revoked: no"),
        ({"revokeSessions": True}, "revokeSessions=true", 0, "Sessions revoked: yes"),
    ],
)
async def test_a_temporary_password_ends_sessions_only_when_asked(org, arguments, query, left, line):
    user = await org.person_in("ACTIVE")
    user.sessions = 3
    answer = await org.call("expire_password", user=ROBIN, temporaryPassword=True, **arguments)
    assert user.sessions == left
    assert answer.data["sessionsRevoked"] is bool(arguments)
    assert line in answer.text.splitlines()
    assert org.changes[0].query == query


async def test_sessions_are_not_ended_where_the_present_password_goes_on_working(org):
    await org.person_in("ACTIVE")
    answer = await org.call("expire_password", user=ROBIN, revokeSessions=True)
    assert answer.is_error
    assert answer.text == (
        "expire_password was not called: `revokeSessions` needs `temporaryPassword`: Okta ends no sessions where the "
        "present password goes on working; reset_password with `revokeSessions` ends them without a password in the "
        "answer."
    )
    assert org.changes == []
    plain = await org.call("expire_password", user=ROBIN)
    assert "Sessions revoked" not in plain.text
    assert "sessionsRevoked" not in plain.data
