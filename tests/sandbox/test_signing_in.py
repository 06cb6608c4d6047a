"""Signing in with a name and a password: who gets in, who is locked out, and what the System Log hears."""

import base64
import hashlib
import sys

import bcrypt
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.passwords import PasswordPolicy

AUTHN = "/api/v1/authn"
GOOD = "Corr3ct-horse"
BAD = "Wr0ng-horse"
PROFILE = {"firstName": "Robin", "lastName": "Vale", "login": "robin.vale@example.com", "email": "rv@example.com"}


def error_of(answer):
    return answer.status_code, answer.json()["errorCode"]


async def sign_in(okta, name, password=GOOD, **more):
    return await okta.post(AUTHN, json={"username": name, "password": password, **more}, headers={"Authorization": ""})


async def attempts(okta):
    """Return outcome and reason of the sign-ins since the test began, lockouts among them."""
    params = {"since": "2026-03-02T09:30:15Z", "filter": 'eventType sw "user.session" or eventType sw "user.account"'}
    events = (await okta.get("/api/v1/logs", params=params)).json()
    return [
        " ".join(filter(None, (event["eventType"], event["outcome"]["result"], event["outcome"]["reason"])))
        for event in events
        if event["eventType"] not in ("user.account.expire_password", "user.account.reset_password")
    ]


async def status_of(okta, user_id):
    return (await okta.get(f"/api/v1/users/{user_id}")).json()["status"]


@pytest.fixture
async def active(person_in):
    return await person_in("ACTIVE")


@pytest.mark.parametrize("name", ["active@example.com", "ACTIVE@example.com", "active"])
async def test_the_right_password_lets_an_active_user_in(okta, sandbox, active, clock, name):
    clock.forward(hours=1)
    answer = await sign_in(okta, name, relayState="/home")
    body = answer.json()
    assert answer.status_code == 200
    assert body == {
        "expiresAt": "2026-03-02T10:35:15.000Z",
        "status": "SUCCESS",
        "relayState": "/home",
        "sessionToken": body["sessionToken"],
        "_embedded": {
            "user": {
                "id": active,
                "passwordChanged": "2026-03-02T09:30:15.000Z",
                "profile": {
                    "login": "active@example.com",
                    "firstName": "Robin",
                    "lastName": "Vale",
                    "locale": "en_US",
                    "timeZone": "America/Los_Angeles",
                },
            }
        },
    }
    user = (await okta.get(f"/api/v1/users/{active}")).json()
    assert user["lastLogin"] == "2026-03-02T10:30:15.000Z" != user["lastUpdated"]
    assert sandbox.org.users[active].sessions == 1
    assert (await attempts(okta))[-1] == "user.session.start SUCCESS"


async def test_a_sign_in_needs_no_token_but_counts_and_is_journalled(okta, sandbox, active):
    answer = await sign_in(okta, "active")
    assert int(answer.headers["x-rate-limit-remaining"]) < int(answer.headers["x-rate-limit-limit"])
    assert (sandbox.journal[-1].path, sandbox.journal[-1].status) == (AUTHN, 200)


async def test_a_wrong_password_is_refused_and_logged(okta, active):
    answer = await sign_in(okta, "active", BAD)
    assert error_of(answer) == (401, "E0000004")
    assert answer.json()["errorSummary"] == "Authentication failed"
    assert await attempts(okta) == [
        "user.account.update_password SUCCESS",
        "user.session.start FAILURE INVALID_CREDENTIALS",
    ]
    (event,) = (
        await okta.get(
            "/api/v1/logs",
            params={"filter": 'outcome.reason eq "INVALID_CREDENTIALS"', "since": "2026-03-02T09:30:15Z"},
        )
    ).json()
    assert (event["actor"]["id"], event["legacyEventType"]) == (active, "core.user_auth.login_failed")
    assert event["severity"] == "WARN"


async def test_an_unknown_name_is_refused_like_a_wrong_password(okta):
    answer = await sign_in(okta, "stranger@example.com")
    assert error_of(answer) == (401, "E0000004")
    (event,) = (
        await okta.get("/api/v1/logs", params={"filter": 'actor.id eq "unknown"', "since": "2026-03-02T09:30:15Z"})
    ).json()
    assert event["outcome"] == {"result": "FAILURE", "reason": "VERIFICATION_ERROR"}
    assert event["actor"]["alternateId"] == "stranger@example.com"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("STAGED", 401),
        ("PROVISIONED", 401),
        ("ACTIVE", "SUCCESS"),
        ("RECOVERY", 401),
        ("PASSWORD_EXPIRED", "PASSWORD_EXPIRED"),
        ("LOCKED_OUT", "LOCKED_OUT"),
        ("SUSPENDED", 401),
        ("DEPROVISIONED", 401),
    ],
)
async def test_only_some_statuses_let_anybody_in(okta, person_in, status, expected):
    user = await person_in(status)
    answer = await sign_in(okta, f"{status.lower().replace('_', '.')}@example.com")
    if expected == 401:
        assert error_of(answer) == (401, "E0000004")
    else:
        assert answer.json()["status"] == expected
        assert ("sessionToken" in answer.json()) is (expected == "SUCCESS")
        assert ("stateToken" in answer.json()) is (expected == "PASSWORD_EXPIRED")
    shown = (await okta.get(f"/api/v1/users/{user}")).json()
    assert (shown["status"], shown["lastLogin"] is not None) == (status, status == "ACTIVE")


async def test_ten_wrong_passwords_lock_a_user_out(okta, active):
    for _ in range(9):
        assert error_of(await sign_in(okta, "active", BAD)) == (401, "E0000004")
    assert await status_of(okta, active) == "ACTIVE"
    assert error_of(await sign_in(okta, "active", BAD)) == (401, "E0000004")
    assert await status_of(okta, active) == "LOCKED_OUT"
    assert (await sign_in(okta, "active")).json() == {"status": "LOCKED_OUT", "_embedded": {}}
    assert (await attempts(okta))[-3:] == [
        "user.session.start FAILURE INVALID_CREDENTIALS",
        "user.account.lock FAILURE LOCKED_OUT",
        "user.session.start FAILURE LOCKED_OUT",
    ]
    await okta.post(f"/api/v1/users/{active}/lifecycle/unlock")
    # The count begins anew, and the password is the same.
    assert error_of(await sign_in(okta, "active", BAD)) == (401, "E0000004")
    assert (await sign_in(okta, "active")).json()["status"] == "SUCCESS"


async def test_a_right_password_ends_the_count(okta, active):
    for _ in range(2):
        for _ in range(9):
            await sign_in(okta, "active", BAD)
        assert (await sign_in(okta, "active")).json()["status"] == "SUCCESS"


async def test_a_new_password_ends_a_lockout_and_the_count(okta, sandbox):
    sandbox.org.password_policy = PasswordPolicy(max_attempts=2)
    for _ in range(2):
        await sign_in(okta, "wei.chen", BAD)
    await okta.post("/api/v1/users/wei.chen", json={"credentials": {"password": {"value": "Batt3ry-staple"}}})
    await sign_in(okta, "wei.chen", BAD)
    assert (await sign_in(okta, "wei.chen", "Batt3ry-staple")).json()["status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("minutes", "passed", "expected"), [(0, 600, "LOCKED_OUT"), (30, 29, "LOCKED_OUT"), (30, 30, "SUCCESS")]
)
async def test_a_lockout_ends_by_itself_if_the_policy_says_so(
    okta, sandbox, person_in, clock, minutes, passed, expected
):
    sandbox.org.password_policy = PasswordPolicy(auto_unlock_minutes=minutes)
    user = await person_in("LOCKED_OUT")
    clock.forward(minutes=passed)
    # Nothing happens until somebody signs in.
    assert await status_of(okta, user) == "LOCKED_OUT"
    assert (await sign_in(okta, "locked.out")).json()["status"] == expected
    assert await status_of(okta, user) == ("ACTIVE" if expected == "SUCCESS" else "LOCKED_OUT")
    assert ("user.account.unlock SUCCESS" in await attempts(okta)) is (expected == "SUCCESS")


async def test_a_sandbox_can_have_a_policy_of_its_own_and_keeps_it(clock):
    policy = PasswordPolicy(min_length=12, max_attempts=3)
    sandbox = Sandbox(clock=clock, password_policy=policy)
    assert sandbox.org.password_policy == policy
    sandbox.reset()
    assert sandbox.org.password_policy == policy


async def test_attempts_without_end_are_allowed_by_a_policy_of_none(okta, sandbox, active):
    sandbox.org.password_policy = PasswordPolicy(max_attempts=0)
    for _ in range(15):
        await sign_in(okta, "active", BAD)
    assert await status_of(okta, active) == "ACTIVE"


@pytest.mark.parametrize(("days", "expected"), [(0, "SUCCESS"), (91, "SUCCESS"), (89, "PASSWORD_EXPIRED")])
async def test_a_password_grows_too_old_when_somebody_signs_in(okta, sandbox, active, clock, days, expected):
    sandbox.org.password_policy = PasswordPolicy(max_age_days=days)
    sandbox.org.tokens[sandbox.api_token].last_used = clock.time.replace(month=6)
    clock.forward(days=90)
    assert (await sign_in(okta, "active")).json()["status"] == expected
    assert await status_of(okta, active) == ("ACTIVE" if expected == "SUCCESS" else "PASSWORD_EXPIRED")


async def test_federated_users_and_those_of_a_directory_do_not_sign_in_here(okta, sandbox, active):
    await okta.post(f"/api/v1/users/{active}/lifecycle/reset_password?provider=FEDERATION")
    for name in ("active", "viktor.szabo"):
        assert error_of(await sign_in(okta, name, "Harbour-2026-Light")) == (401, "E0000004")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "E0000001")),
        ({"username": "active"}, (400, "E0000001")),
        ({"password": GOOD}, (400, "E0000001")),
        ({"username": "", "password": GOOD}, (400, "E0000001")),
        ({"username": 7, "password": GOOD}, (400, "E0000003")),
        ({"username": "active", "password": ["x"]}, (400, "E0000003")),
        ({"username": "active", "password": GOOD, "options": "x"}, (400, "E0000003")),
        ({"username": "active", "password": GOOD, "colour": "red"}, (400, "E0000003")),
    ],
)
async def test_a_sign_in_of_the_wrong_shape_is_refused(okta, active, body, expected):
    assert error_of(await okta.post(AUTHN, json=body)) == expected


async def test_other_methods_do_not_sign_in(okta):
    assert error_of(await okta.get(AUTHN)) == (405, "E0000022")


async def test_an_expired_password_is_replaced_on_the_way_in(okta, person_in, clock):
    user = await person_in("PASSWORD_EXPIRED")
    answer = (await sign_in(okta, "password.expired")).json()
    link = answer["_links"]["next"]
    assert (link["name"], link["hints"]) == ("changePassword", {"allow": ["POST"]})
    token = {"stateToken": answer["stateToken"]}
    new = {"oldPassword": GOOD, "newPassword": "Batt3ry-staple"}

    async def choose(**body):
        return await okta.post(link["href"], json=body, headers={"Authorization": ""})

    assert error_of(await choose(stateToken="x", **new)) == (401, "E0000011")
    assert error_of(await choose(**token, oldPassword=BAD, newPassword="Batt3ry-staple")) == (403, "E0000014")
    assert error_of(await choose(**token, oldPassword=GOOD, newPassword="weak")) == (403, "E0000014")
    assert error_of(await choose(**token, oldPassword=GOOD, newPassword=GOOD)) == (403, "E0000014")
    assert error_of(await choose(stateToken=7, **new)) == (400, "E0000003")
    assert (await choose(**token, **new)).json()["status"] == "SUCCESS"
    assert await status_of(okta, user) == "ACTIVE"
    # The token is used up.
    assert error_of(await choose(**token, **new)) == (401, "E0000011")
    assert (await sign_in(okta, "password.expired", "Batt3ry-staple")).json()["status"] == "SUCCESS"


async def test_an_expired_password_is_waited_for_five_minutes(okta, person_in, clock):
    await person_in("PASSWORD_EXPIRED")
    answer = (await sign_in(okta, "password.expired")).json()
    clock.forward(minutes=5)
    body = {"stateToken": answer["stateToken"], "oldPassword": GOOD, "newPassword": "Batt3ry-staple"}
    assert error_of(await okta.post(answer["_links"]["next"]["href"], json=body)) == (401, "E0000011")


# Imported hashes


def base64_of(content):
    return base64.b64encode(content).decode()


def digest(algorithm, name, order=None, salt=b"sea salt"):
    salted = {None: GOOD.encode(), "PREFIX": salt + GOOD.encode(), "POSTFIX": GOOD.encode() + salt}[order]
    fields = {"algorithm": algorithm, "value": base64_of(hashlib.new(name, salted).digest())}
    return fields if order is None else {**fields, "salt": base64_of(salt), "saltOrder": order}


def pbkdf2(hmac_name, size):
    key = hashlib.pbkdf2_hmac(hmac_name, GOOD.encode(), b"sea salt", 4096, dklen=size)
    return {
        "algorithm": "PBKDF2",
        "value": base64_of(key),
        "salt": base64_of(b"sea salt"),
        "iterationCount": 4096,
        "keySize": size,
        "digestAlgorithm": f"{hmac_name.upper()}_HMAC",
    }


def of_bcrypt():
    hashed = bcrypt.hashpw(GOOD.encode(), b"$2a$04$abcdefghijklmnopqrstuu").decode()
    return {"algorithm": "BCRYPT", "workFactor": 4, "salt": hashed[7:29], "value": hashed[29:]}


HASHES = {
    "SHA-512": digest("SHA-512", "sha512"),
    "SHA-256 with salt before": digest("SHA-256", "sha256", "PREFIX"),
    "SHA-1 with salt behind": digest("SHA-1", "sha1", "POSTFIX"),
    "MD5": digest("MD5", "md5"),
    "PBKDF2 of 256 bits": pbkdf2("sha256", 32),
    "PBKDF2 of 512 bits": pbkdf2("sha512", 64),
    "BCRYPT": of_bcrypt(),
}


async def imported(okta, fields):
    body = {"profile": PROFILE, "credentials": {"password": {"hash": fields}}}
    answer = await okta.post("/api/v1/users", json=body)
    assert answer.status_code == 200, answer.text
    return f"/api/v1/users/{answer.json()['id']}"


@pytest.mark.parametrize("algorithm", HASHES)
async def test_an_imported_hash_lets_its_user_in_and_nobody_else(okta, algorithm):
    path = await imported(okta, HASHES[algorithm])
    assert (await okta.get(path)).json()["credentials"]["provider"] == {"type": "IMPORT", "name": "IMPORT"}
    assert error_of(await sign_in(okta, "robin.vale", BAD)) == (401, "E0000004")
    before = (await okta.get(path)).json()["passwordChanged"]
    for _ in range(2):
        assert (await sign_in(okta, "robin.vale")).json()["status"] == "SUCCESS"
    after = (await okta.get(path)).json()
    assert after["credentials"]["provider"] == {"type": "OKTA", "name": "OKTA"}
    assert after["passwordChanged"] == before


@pytest.mark.parametrize("algorithm", HASHES)
async def test_an_imported_hash_is_checked_when_the_password_is_changed(okta, algorithm):
    path = await imported(okta, HASHES[algorithm])
    for old, status in ((BAD, 403), (GOOD, 200)):
        body = {"oldPassword": {"value": old}, "newPassword": {"value": "Batt3ry-staple"}}
        assert (await okta.post(f"{path}/credentials/change_password", json=body)).status_code == status


async def test_a_long_password_is_compared_as_far_as_bcrypt_looks(okta):
    await imported(okta, of_bcrypt())
    assert error_of(await sign_in(okta, "robin.vale", GOOD + "x" * 100)) == (401, "E0000004")


async def test_a_broken_bcrypt_hash_lets_nobody_in(okta):
    await imported(okta, {"algorithm": "BCRYPT", "workFactor": 1, "salt": "." * 22, "value": "." * 31})
    assert error_of(await sign_in(okta, "robin.vale")) == (401, "E0000004")


async def test_without_the_package_a_bcrypt_hash_is_refused_and_not_guessed(okta, monkeypatch):
    await imported(okta, of_bcrypt())
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    answer = await sign_in(okta, "robin.vale")
    assert error_of(answer) == (501, "E0000060")
    assert answer.json()["errorCauses"] == [
        {"errorSummary": "The sandbox checks BCRYPT hashes only with the Python package bcrypt"}
    ]


async def test_a_password_hook_is_not_called(okta):
    body = {"profile": PROFILE, "credentials": {"password": {"hook": {"type": "default"}}}}
    await okta.post("/api/v1/users", json=body)
    assert error_of(await sign_in(okta, "robin.vale")) == (401, "E0000004")


# History and minimum age


async def set_password(okta, path, text, query=""):
    return await okta.post(f"{path}{query}", json={"credentials": {"password": {"value": text}}})


async def test_a_strict_update_refuses_the_last_four_passwords(okta, active):
    path = f"/api/v1/users/{active}"
    for number in range(4):
        assert (await set_password(okta, path, f"Batt3ry-staple-{number}", "?strict=true")).status_code == 200
    for number in range(4):
        answer = await set_password(okta, path, f"Batt3ry-staple-{number}", "?strict=true")
        assert error_of(answer) == (400, "E0000001")
        assert answer.json()["errorCauses"][0]["errorSummary"].endswith(
            "Your password cannot be any of your last 4 passwords."
        )
    assert (await set_password(okta, path, GOOD, "?strict=true")).status_code == 200


async def test_a_lenient_update_takes_a_former_password(okta, active):
    assert (await set_password(okta, f"/api/v1/users/{active}", GOOD)).status_code == 200


@pytest.mark.parametrize(("query", "expected"), [("?strict=true", 403), ("", 200)])
async def test_a_users_own_change_is_as_strict_as_asked_for(okta, sandbox, active, query, expected):
    sandbox.org.password_policy = PasswordPolicy(min_age_minutes=60)
    body = {"oldPassword": {"value": GOOD}, "newPassword": {"value": "Batt3ry-staple"}}
    answer = await okta.post(f"/api/v1/users/{active}/credentials/change_password{query}", json=body)
    assert answer.status_code == expected
