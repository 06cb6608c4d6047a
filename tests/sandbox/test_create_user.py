"""POST /api/v1/users: what becomes of a new user, and what Okta refuses."""

import base64
import hashlib

import pytest

LOGIN = "robin.vale@example.com"
PROFILE = {"firstName": "Robin", "lastName": "Vale", "login": LOGIN, "email": LOGIN}
PASSWORD = {"password": {"value": "Corr3ct-horse"}}
WEAK = (
    "password: Password requirements were not met. Password requirements: at least 8 characters, "
    "a lowercase letter, an uppercase letter, a number, no parts of your username. "
    "Your password cannot be any of your last 4 passwords."
)
LANGUAGE = (
    "preferredLanguage: For property '{0}', string value of {1} is not a valid language priority list "
    "from RFC 7231 Section 5.3.5"
)


def b64(content):
    return base64.b64encode(content).decode()


HASHES = {
    "BCRYPT": {
        "algorithm": "BCRYPT",
        "workFactor": 10,
        "salt": "rwh1vHc6T0mLIqUWKrSJbe",
        "value": "aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u",
    },
    "SHA-512": {
        "algorithm": "SHA-512",
        "salt": b64(b"salt"),
        "saltOrder": "PREFIX",
        "value": b64(hashlib.sha512(b"saltOpen-Sesame1").digest()),
    },
    "SHA-256": {
        "algorithm": "SHA-256",
        "salt": b64(b"salt"),
        "saltOrder": "POSTFIX",
        "value": b64(hashlib.sha256(b"Open-Sesame1salt").digest()),
    },
    "SHA-1": {"algorithm": "SHA-1", "value": b64(hashlib.sha1(b"Open-Sesame1").digest())},
    "MD5": {"algorithm": "MD5", "value": b64(hashlib.md5(b"Open-Sesame1").digest())},
    "PBKDF2": {
        "algorithm": "PBKDF2",
        "salt": b64(b"salt"),
        "iterationCount": 4096,
        "keySize": 32,
        "digestAlgorithm": "SHA256_HMAC",
        "value": b64(hashlib.pbkdf2_hmac("sha256", b"Open-Sesame1", b"salt", 4096, 32)),
    },
}


async def create(okta, profile=PROFILE, query="", **rest):
    return await okta.post(f"/api/v1/users{query}", json={"profile": profile, **rest})


def error_of(answer):
    error = answer.json()
    return (
        answer.status_code,
        error["errorCode"],
        error["errorSummary"],
        [cause["errorSummary"] for cause in error["errorCauses"]],
    )


@pytest.mark.parametrize(
    ("query", "credentials", "status"),
    [
        ("?activate=false", None, "STAGED"),
        ("", None, "PROVISIONED"),
        ("?activate=true", {"password": {}}, "PROVISIONED"),
        ("?activate=false", PASSWORD, "STAGED"),
        ("", PASSWORD, "ACTIVE"),
        ("?activate=true&nextLogin=changePassword", PASSWORD, "PASSWORD_EXPIRED"),
        ("?provider=true", {"provider": {"type": "FEDERATION", "name": "FEDERATION"}}, "ACTIVE"),
        ("?provider=true&activate=false", {"provider": {"type": "SOCIAL", "name": "SOCIAL"}}, "STAGED"),
        ("", {"recovery_question": {"question": "First pet?", "answer": "Parrot"}}, "PROVISIONED"),
        ("", {"password": {"hook": {"type": "default"}}}, "ACTIVE"),
        ("", {"password": {"hash": HASHES["BCRYPT"]}}, "ACTIVE"),
    ],
)
async def test_password_and_activation_decide_the_first_status(okta, query, credentials, status):
    answer = await create(okta, query=query, **({"credentials": credentials} if credentials else {}))
    assert answer.status_code == 200
    user = answer.json()
    assert user["status"] == status
    assert (user["activated"] is None) == (status == "STAGED")
    assert user["statusChanged"] == user["created"] == user["lastUpdated"] == "2026-03-02T09:30:15.000Z"
    has_password = bool(credentials and credentials.get("password"))
    assert ("password" in user["credentials"]) == has_password
    assert (user["passwordChanged"] is not None) == has_password


async def test_a_created_user_is_shown_in_okta_key_order(okta):
    user = (await create(okta, {**PROFILE, "department": "Archive"}, credentials=PASSWORD)).json()
    assert list(user) == [
        "id",
        "status",
        "created",
        "activated",
        "statusChanged",
        "lastLogin",
        "lastUpdated",
        "passwordChanged",
        "type",
        "profile",
        "credentials",
        "_links",
    ]
    assert user["profile"] == {
        "firstName": "Robin",
        "lastName": "Vale",
        "mobilePhone": None,
        "secondEmail": None,
        "login": LOGIN,
        "email": LOGIN,
        "department": "Archive",
    }
    assert user["credentials"] == {"password": {}, "provider": {"type": "OKTA", "name": "OKTA"}}
    assert user["id"].startswith("00u")
    assert len(user["id"]) == 20


async def test_a_new_user_is_in_everyone_and_in_the_groups_named(okta, sandbox):
    engineering = sandbox.org.group_by_name("Engineering").id
    user = (await create(okta, groupIds=[engineering])).json()
    groups = (await okta.get(f"/api/v1/users/{user['id']}/groups")).json()
    assert {group["profile"]["name"] for group in groups} == {"Everyone", "Engineering"}
    links = (await okta.get(f"/api/v1/users/{user['id']}/appLinks")).json()
    assert {"Mail Suite", "Code Hosting"} <= {link["label"] for link in links}


@pytest.mark.parametrize("algorithm", HASHES)
async def test_an_imported_hash_makes_an_imported_user(okta, algorithm):
    credentials = {"password": {"hash": HASHES[algorithm]}}
    user = (await create(okta, credentials=credentials)).json()
    assert user["credentials"] == {"password": {}, "provider": {"type": "IMPORT", "name": "IMPORT"}}


@pytest.mark.parametrize("algorithm", [name for name in HASHES if name != "BCRYPT"])
async def test_the_password_behind_an_imported_hash_is_the_users(okta, algorithm):
    user = (await create(okta, credentials={"password": {"hash": HASHES[algorithm]}})).json()
    path = f"/api/v1/users/{user['id']}/credentials/change_password"

    def attempt(old):
        return okta.post(path, json={"oldPassword": {"value": old}, "newPassword": {"value": "Batt3ry-staple"}})

    assert (await attempt("Open-Sesame2")).status_code == 403
    assert (await attempt("Open-Sesame1")).json()["provider"] == {"type": "OKTA", "name": "OKTA"}


@pytest.mark.parametrize(
    ("algorithm", "change"),
    [
        ("BCRYPT", {"workFactor": 21}),
        ("BCRYPT", {"workFactor": 0}),
        ("BCRYPT", {"workFactor": None}),
        ("BCRYPT", {"salt": "short"}),
        ("BCRYPT", {"value": "x" * 30}),
        ("BCRYPT", {"value": "!" * 31}),
        ("SHA-512", {"saltOrder": None}),
        ("SHA-512", {"saltOrder": "MIDDLE"}),
        ("SHA-512", {"value": "not base64!"}),
        ("SHA-512", {"value": b64(b"too short")}),
        ("SHA-256", {"salt": "***"}),
        ("MD5", {"value": None}),
        ("PBKDF2", {"iterationCount": 4095}),
        ("PBKDF2", {"keySize": 16}),
        ("PBKDF2", {"digestAlgorithm": "MD5_HMAC"}),
        ("PBKDF2", {"salt": None}),
        ("MD5", {"algorithm": "ROT13"}),
    ],
)
async def test_a_hash_that_breaks_the_rules_of_its_algorithm_is_refused(okta, algorithm, change):
    imported = {**HASHES[algorithm], **change}
    answer = await create(okta, credentials={"password": {"hash": imported}})
    status, code, summary, causes = error_of(answer)
    assert (status, code, summary) == (400, "E0000001", "Api validation failed: password")
    field = next(iter(change))
    assert causes[0].startswith(f"password.hash.{field}: ") or field == "keySize"


REFUSALS = [
    (
        {"login": "wei.chen@example.com"},
        "login",
        ["login: An object with this field already exists in the current organization"],
    ),
    (
        {"login": "WEI.CHEN@example.com"},
        "login",
        ["login: An object with this field already exists in the current organization"],
    ),
    (
        {"login": "wéi.chèn@example.com"},
        "login",
        ["login: An object with this field already exists in the current organization"],
    ),
    (
        {"login": "olivia.grant@example.com"},
        "login",
        ["login: An object with this field already exists in the current organization"],
    ),
    ({"notValid": 1}, "newUser", ["Property name 'notValid' is not defined in profile"]),
    (
        {"login": "", "email": None, "firstName": " ", "lastName": None},
        "login",
        [
            "login: The field cannot be left blank",
            "email: The field cannot be left blank",
            "firstName: The field cannot be left blank",
            "lastName: The field cannot be left blank",
        ],
    ),
    ({"lastName": None}, "lastName", ["lastName: The field cannot be left blank"]),
    ({"login": "robin"}, "login", ["login: Username must be in the form of an email address"]),
    ({"email": "robin at example"}, "email", ["email: Does not match required pattern"]),
    (
        {"login": "robin", "email": "robin"},
        "login",
        [
            "login: Username must be in the form of an email address",
            "email: Does not match required pattern",
        ],
    ),
    ({"firstName": "x" * 51}, "firstName", ["firstName: The field is too long"]),
    ({"firstName": 7}, "firstName", ["firstName: The value is not of type string"]),
    ({"firstName": "Robin \U0001f600"}, "firstName", ["firstName: Does not match required pattern"]),
    ({"countryCode": "XX"}, "countryCode", ["countryCode: The value is not a valid ISO 3166-1 alpha-2 country code"]),
    ({"locale": "english"}, "locale", ["locale: The value is not a valid locale"]),
    ({"timezone": "Mars/Olympus"}, "timezone", ["timezone: The value is not a valid timezone"]),
    (
        {"preferredLanguage": "??"},
        "preferredLanguage",
        [LANGUAGE],
    ),
    ({"profileUrl": "not a url"}, "profileUrl", ["profileUrl: The value is not a valid URI"]),
    ({"title": "x" * 1001}, "title", ["title: The field is too long"]),
    ({"badgeNumber": "seven"}, "badgeNumber", ["badgeNumber: The value is not of type integer"]),
    ({"badgeNumber": 0}, "badgeNumber", ["badgeNumber: The value is less than 1"]),
    ({"badgeNumber": True}, "badgeNumber", ["badgeNumber: The value is not of type integer"]),
    ({"skills": "python"}, "skills", ["skills: The value is not of type array"]),
    ({"skills": ["python", 3]}, "skills", ["skills: The value is not an array of string"]),
    ({"remote": "yes"}, "remote", ["remote: The value is not of type boolean"]),
]


@pytest.mark.parametrize(("changes", "subject", "causes"), REFUSALS)
async def test_a_profile_okta_would_refuse_is_refused_in_okta_words(okta, sandbox, changes, subject, causes):
    count = len(sandbox.org.users)
    answer = await create(okta, {**PROFILE, **changes})
    assert error_of(answer) == (400, "E0000001", f"Api validation failed: {subject}", causes)
    assert len(sandbox.org.users) == count


@pytest.mark.parametrize(
    "password",
    ["Sh0rt", "alllowercase1", "ALLUPPERCASE1", "NoDigitsHere", "My-Robin-1-pw", "x" * 70 + "A1b", "1234ValeAb"],
)
async def test_a_weak_password_is_refused_with_the_policy(okta, password):
    answer = await create(okta, credentials={"password": {"value": password}})
    assert error_of(answer) == (400, "E0000001", "Api validation failed: password", [WEAK])


async def test_parts_of_a_login_shorter_than_four_letters_may_stand_in_a_password(okta):
    profile = {**PROFILE, "login": "ann.li@example.com"}
    answer = await create(okta, profile, credentials={"password": {"value": "Ann-and-Li-2026"}})
    assert answer.json()["status"] == "ACTIVE"


@pytest.mark.parametrize(
    ("body", "query", "expected"),
    [
        ({"profile": PROFILE, "id": "00u1"}, "", (400, "E0000003")),
        ({"profile": PROFILE, "nickname": "x"}, "", (400, "E0000003")),
        ({}, "", (400, "E0000003")),
        ({"credentials": PASSWORD}, "", (400, "E0000003")),
        ({"profile": []}, "", (400, "E0000003")),
        ({"profile": PROFILE, "credentials": []}, "", (400, "E0000003")),
        ({"profile": PROFILE, "credentials": {"pin": 1}}, "", (400, "E0000003")),
        ({"profile": PROFILE, "credentials": {"password": {"value": 7}}}, "", (400, "E0000003")),
        ({"profile": PROFILE, "groupIds": "00g"}, "", (400, "E0000003")),
        ({"profile": PROFILE, "groupIds": ["00gNOSUCHGROUP000000"]}, "", (404, "E0000007")),
        ({"profile": PROFILE, "groupIds": ["x"] * 21}, "", (400, "E0000093")),
        ({"profile": PROFILE}, "?nextLogin=changePassword", (400, "E0000124")),
        ({"profile": PROFILE, "credentials": PASSWORD}, "?nextLogin=changePassword&activate=false", (400, "E0000125")),
        ({"profile": PROFILE}, "?nextLogin=never", (400, "E0000001")),
        ({"profile": PROFILE}, "?activate=maybe", (400, "E0000037")),
        ({"profile": PROFILE, "realmId": "guo1"}, "", (400, "E0000001")),
        ({"profile": PROFILE, "type": {"id": "oty1"}}, "", (400, "E0000001")),
        ({"profile": PROFILE, "credentials": {"provider": {"type": "LDAP", "name": "x"}}}, "", (400, "E0000001")),
        ({"profile": PROFILE, "credentials": {"provider": {"type": "FAX"}}}, "?provider=true", (400, "E0000001")),
        (
            {"profile": PROFILE, "credentials": {**PASSWORD, "provider": {"type": "FEDERATION"}}},
            "?provider=true",
            (400, "E0000001"),
        ),
        (
            {"profile": PROFILE, "credentials": {"password": {"value": "Corr3ct-horse", "hook": {"type": "default"}}}},
            "",
            (400, "E0000001"),
        ),
        ({"profile": PROFILE, "credentials": {"password": {"hook": {"type": "x"}}}}, "", (400, "E0000001")),
        ({"profile": PROFILE, "credentials": {"recovery_question": {"question": "Q?"}}}, "", (400, "E0000001")),
        (
            {"profile": PROFILE, "credentials": {"recovery_question": {"question": "Q?", "answer": "abc"}}},
            "",
            (400, "E0000001"),
        ),
        (
            {"profile": PROFILE, "credentials": {"recovery_question": {"question": "Q" * 101, "answer": "abcd"}}},
            "",
            (400, "E0000001"),
        ),
    ],
)
async def test_a_body_okta_would_refuse_is_refused_and_changes_nothing(okta, sandbox, body, query, expected):
    count = len(sandbox.org.users)
    answer = await okta.post(f"/api/v1/users{query}", json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == expected
    assert len(sandbox.org.users) == count


async def test_okta_repeats_the_text_about_next_login_as_its_cause(okta):
    _, _, summary, causes = error_of(await create(okta, query="?nextLogin=changePassword"))
    assert summary == (
        "Could not create user. To create a user and expire their password immediately, a password must be specified."
    )
    assert causes == [summary]


async def test_too_many_groups_are_named_as_the_cause(okta):
    _, _, summary, causes = error_of(await create(okta, groupIds=["00g"] * 21))
    assert (summary, causes) == ("Target count limit exceeded", ["The number of group targets is too large"])


@pytest.mark.parametrize(("group", "expected"), [("Everyone", (501, "E0000060")), ("Domain Users", (403, "E0000006"))])
async def test_only_groups_of_okta_itself_can_be_named_on_creation(okta, sandbox, group, expected):
    answer = await create(okta, groupIds=[sandbox.org.group_by_name(group).id])
    assert error_of(answer)[:2] == expected


@pytest.mark.parametrize(
    ("content", "content_type", "code"),
    [
        (b"{", "application/json", "E0000003"),
        (b"[]", "application/json", "E0000003"),
        (b'"text"', "application/json", "E0000003"),
        (b"\xff\xfe", "application/json", "E0000003"),
        (b'{"profile": NaN}', "application/json", "E0000003"),
        (b'{"profile": {"login": "\\ud800"}}', "application/json", "E0000003"),
        (b"[" * 100_000, "application/json", "E0000003"),
        (b"9" * 10_000, "application/json", "E0000003"),
        (b"{}", "text/plain", "E0000021"),
        (b"{}", None, "E0000018"),
    ],
)
async def test_a_body_that_is_no_json_object_is_not_well_formed(okta, content, content_type, code):
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await okta.post("/api/v1/users", content=content, headers=headers)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
