"""Resetting, expiring and changing passwords and recovery questions."""

import pytest

from okta_mcp.sandbox.passwords import PasswordPolicy

OLD = {"value": "Corr3ct-horse"}
NEW = {"value": "Batt3ry-staple"}


@pytest.fixture
async def user(person_in):
    return f"/api/v1/users/{await person_in('ACTIVE')}"


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


async def test_a_changed_password_replaces_the_old_one(okta, user, clock):
    clock.forward(hours=1)
    answer = await okta.post(f"{user}/credentials/change_password", json={"oldPassword": OLD, "newPassword": NEW})
    assert answer.json() == {
        "password": {},
        "recovery_question": {"question": "Favourite lunch?"},
        "provider": {"type": "OKTA", "name": "OKTA"},
    }
    assert (await okta.get(user)).json()["passwordChanged"] == "2026-03-02T10:30:15.000Z"
    again = await okta.post(f"{user}/credentials/change_password", json={"oldPassword": OLD, "newPassword": NEW})
    assert error_of(again) == (403, "E0000014", ["oldPassword: The credentials provided were incorrect."])


async def test_a_weak_new_password_is_refused_in_the_words_for_users(okta, user):
    body = {"oldPassword": OLD, "newPassword": {"value": "weak"}}
    answer = await okta.post(f"{user}/credentials/change_password", json=body)
    assert error_of(answer) == (
        403,
        "E0000014",
        [f"Passwords must have {PasswordPolicy().requirements()}"],
    )
    assert PasswordPolicy().requirements() == (
        "at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username"
    )
    assert answer.json()["errorSummary"] == (
        "The password does meet the complexity requirements of the current password policy."
    )


async def test_a_strict_change_refuses_the_present_password(okta, user):
    body = {"oldPassword": OLD, "newPassword": OLD}
    path = f"{user}/credentials/change_password"
    assert (await okta.post(f"{path}?strict=true", json=body)).status_code == 403
    assert (await okta.post(path, json=body)).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"oldPassword": OLD}, "E0000001"),
        ({"newPassword": NEW}, "E0000001"),
        ({"oldPassword": "text", "newPassword": NEW}, "E0000003"),
        ({"oldPassword": {"value": 7}, "newPassword": NEW}, "E0000003"),
        ({"oldPassword": OLD, "newPassword": NEW, "force": True}, "E0000003"),
    ],
)
async def test_a_bad_body_for_changing_a_password_is_refused(okta, user, body, code):
    answer = await okta.post(f"{user}/credentials/change_password", json=body)
    assert error_of(answer)[:2] == (400, code)


async def test_a_recovery_question_is_changed_by_who_knows_the_password(okta, user):
    path = f"{user}/credentials/change_recovery_question"
    question = {"question": "First pet?", "answer": "Parrot"}
    answer = await okta.post(path, json={"password": OLD, "recovery_question": question})
    assert answer.json()["recovery_question"] == {"question": "First pet?"}
    wrong = await okta.post(path, json={"password": NEW, "recovery_question": question})
    assert error_of(wrong)[:2] == (403, "E0000014")


@pytest.mark.parametrize(
    ("answer_text", "password", "expected"),
    [
        ("Ravioli", NEW, (200, None)),
        ("ravioli", NEW, (200, None)),
        ("Risotto", NEW, (403, "E0000087")),
        ("Ravioli", {"value": "weak"}, (403, "E0000014")),
        ("", NEW, (400, "E0000001")),
        (None, NEW, (400, "E0000001")),
    ],
)
async def test_a_recovery_answer_lets_the_user_choose_a_new_password(okta, user, answer_text, password, expected):
    body = {"password": password, "recovery_question": {"answer": answer_text}}
    answer = await okta.post(f"{user}/credentials/forgot_password_recovery_question", json=body)
    assert (answer.status_code, answer.json().get("errorCode")) == expected


async def test_a_recovery_answer_needs_a_question(okta):
    profile = {"firstName": "R", "lastName": "V", "login": "rv@example.com", "email": "rv@example.com"}
    made = await okta.post("/api/v1/users", json={"profile": profile, "credentials": {"password": OLD}})
    path = f"/api/v1/users/{made.json()['id']}/credentials/forgot_password_recovery_question"
    answer = await okta.post(path, json={"password": NEW, "recovery_question": {"answer": "x"}})
    assert error_of(answer) == (403, "E0000034", ["Recovery credential not set."])


async def test_a_forgotten_password_sends_a_link_and_keeps_the_status(okta, user):
    path = f"{user}/credentials/forgot_password"
    assert (await okta.post(path)).json() == {}
    url = (await okta.post(f"{path}?sendEmail=false")).json()["resetPasswordUrl"]
    assert url.startswith("https://sandbox.okta.example/signin/reset-password/drp")
    assert (await okta.get(user)).json()["status"] == "ACTIVE"


@pytest.mark.parametrize(("query", "by_mail"), [("", True), ("?sendEmail=true", True), ("?sendEmail=false", False)])
async def test_a_reset_answers_the_link_unless_it_goes_by_mail(okta, user, query, by_mail):
    answer = (await okta.post(f"{user}/lifecycle/reset_password{query}")).json()
    if by_mail:
        assert answer == {}
    else:
        assert answer["resetPasswordUrl"].startswith("https://sandbox.okta.example/reset_password/drp")
        assert len(answer["resetPasswordUrl"].rsplit("/", 1)[1]) == 20


async def test_a_reset_to_federation_and_back(okta, user):
    assert (await okta.post(f"{user}/lifecycle/reset_password?provider=FEDERATION")).json() == {}
    federated = (await okta.get(user)).json()
    assert federated["credentials"] == {"provider": {"type": "FEDERATION", "name": "FEDERATION"}}
    assert federated["status"] == "ACTIVE"
    await okta.post(f"{user}/lifecycle/reset_password?sendEmail=true")
    back = (await okta.get(user)).json()
    assert (back["status"], back["credentials"]["provider"]["type"]) == ("RECOVERY", "OKTA")


@pytest.mark.parametrize("operation", ["expire_password", "expire_password_with_temp_password"])
async def test_only_passwords_that_exist_can_expire(okta, user, operation):
    await okta.post(f"{user}/lifecycle/reset_password?provider=FEDERATION")
    answer = await okta.post(f"{user}/lifecycle/{operation}")
    assert error_of(answer)[:2] == (403, "E0000038")


@pytest.mark.parametrize("operation", ["expire_password?tempPassword=true", "expire_password_with_temp_password"])
async def test_a_temporary_password_replaces_the_users(okta, user, operation):
    answer = (await okta.post(f"{user}/lifecycle/{operation}")).json()
    assert list(answer) == ["tempPassword"]
    temporary = answer["tempPassword"]
    assert len(temporary) == 8
    assert PasswordPolicy().accepts(temporary, "robin@example.com")
    path = f"{user}/credentials/change_password"
    assert (await okta.post(path, json={"oldPassword": OLD, "newPassword": NEW})).status_code == 403
    body = {"oldPassword": {"value": temporary}, "newPassword": NEW}
    assert (await okta.post(path, json=body)).status_code == 200
    assert (await okta.get(user)).json()["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("method", "path", "clears"),
    [
        ("POST", "lifecycle/reset_password?sendEmail=true&revokeSessions=true", True),
        ("POST", "lifecycle/reset_password?sendEmail=true", False),
        ("POST", "lifecycle/expire_password_with_temp_password?revokeSessions=true", True),
        ("POST", "lifecycle/expire_password_with_temp_password", False),
        ("DELETE", "sessions?oauthTokens=true", True),
    ],
)
async def test_sessions_end_when_asked_for(okta, user, sandbox, method, path, clears):
    person = sandbox.org.user(user.rsplit("/", 1)[1])
    person.sessions = 2
    assert (await okta.request(method, f"{user}/{path}")).is_success
    assert person.sessions == (0 if clears else 2)


async def test_sessions_are_revoked_by_id_only_and_as_often_as_one_likes(okta, sandbox):
    user_id = sandbox.org.user_by_login("wei.chen@example.com").id
    for _ in range(2):
        answer = await okta.delete(f"/api/v1/users/{user_id}/sessions")
        assert (answer.status_code, answer.content) == (204, b"")
    by_login = await okta.delete("/api/v1/users/wei.chen@example.com/sessions")
    assert by_login.json()["errorSummary"] == "Not found: Resource not found: wei.chen@example.com (User)"


@pytest.mark.parametrize(
    ("text", "login", "accepted"),
    [
        ("Abcdefg1", "robin@example.com", True),
        ("Abcdef1", "robin@example.com", False),
        ("Abcdefg1" * 9, "robin@example.com", True),
        ("Abcdefg1" * 9 + "x", "robin@example.com", False),
        ("xROBINx1a", "robin@example.com", False),
        ("Example-1com", "robin@example.com", True),
        ("Vale-is-1-part", "robin_vale@example.com", False),
        ("Vale-is-1-part", "robin-vale#x@example.com", False),
        ("Bob-1-secret", "bob@example.com", True),
    ],
)
def test_the_default_policy_accepts_and_refuses(text, login, accepted):
    assert PasswordPolicy().accepts(text, login) is accepted


def test_a_policy_can_ask_for_symbols():
    policy = PasswordPolicy(min_symbol=1, exclude_username=False)
    assert policy.requirements().endswith("a number, a symbol")
    assert not policy.accepts("Abcdefg1", "robin@example.com")
    assert policy.accepts("Abcdefg1!", "robin@example.com")
