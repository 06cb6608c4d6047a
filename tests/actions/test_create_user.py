"""Create user: every argument, what reaches the org, and what is said of it."""

# ruff: noqa: E501 - answers are quoted whole

import base64
import hashlib
import json

import pytest
from inline_snapshot import snapshot

NORA = "nora.quist@example.com"
PROFILE = {"firstName": "Nora", "lastName": "Quist", "email": NORA}
PASSWORD = "Corr3ct-horse"
QUESTION = {"question": "Favourite lunch?", "answer": "Ravioli"}


async def test_a_user_without_a_password_is_mailed_an_activation_link(org):
    answer = await org.call("create_user", profile=PROFILE)
    assert answer.story == snapshot("""\
Created "Nora Quist" (nora.quist@example.com), status PROVISIONED.
User id <nora.quist@example.com>, Okta request <request>.
Next: Okta has mailed an activation link; the user becomes ACTIVE on using it.\
""")
    user = org.user(NORA)
    assert user.status == "PROVISIONED"
    assert user.profile == {**PROFILE, "login": NORA}
    assert answer.data["id"] == user.id
    assert answer.data["status"] == "PROVISIONED"
    assert answer.data["profile"] == user.profile
    assert answer.data["requestId"] == org.sent[0].request_id
    assert answer.data["created"] == "2026-03-02T09:30:15.000Z"
    assert org.requests == ["POST /users"]
    assert org.sent[0].query == "activate=true"
    assert org.sent[0].body == {"profile": {**PROFILE, "login": NORA}}
    assert org.groups_of(NORA) == []


# Arguments besides the profile, then the status, the query, and the body besides the profile.
OUTCOMES = [
    ({"activate": False}, "STAGED", "activate=false", {}),
    ({"password": PASSWORD}, "ACTIVE", "activate=true", {"credentials": {"password": {"value": PASSWORD}}}),
    (
        {"password": PASSWORD, "activate": False},
        "STAGED",
        "activate=false",
        {"credentials": {"password": {"value": PASSWORD}}},
    ),
    (
        {"password": PASSWORD, "nextLogin": "changePassword"},
        "PASSWORD_EXPIRED",
        "activate=true&nextLogin=changePassword",
        {"credentials": {"password": {"value": PASSWORD}}},
    ),
    (
        {"passwordHook": "default"},
        "ACTIVE",
        "activate=true",
        {"credentials": {"password": {"hook": {"type": "default"}}}},
    ),
    ({"recoveryQuestion": QUESTION}, "PROVISIONED", "activate=true", {"credentials": {"recovery_question": QUESTION}}),
    (
        {"password": PASSWORD, "recoveryQuestion": QUESTION},
        "ACTIVE",
        "activate=true",
        {"credentials": {"password": {"value": PASSWORD}, "recovery_question": QUESTION}},
    ),
    (
        {"provider": {"type": "FEDERATION"}},
        "ACTIVE",
        "activate=true&provider=true",
        {"credentials": {"provider": {"type": "FEDERATION", "name": "FEDERATION"}}},
    ),
    (
        {"provider": {"type": "FEDERATION"}, "activate": False},
        "STAGED",
        "activate=false&provider=true",
        {"credentials": {"provider": {"type": "FEDERATION", "name": "FEDERATION"}}},
    ),
    (
        {"provider": {"type": "SOCIAL", "name": "GOOGLE"}},
        "ACTIVE",
        "activate=true&provider=true",
        {"credentials": {"provider": {"type": "SOCIAL", "name": "GOOGLE"}}},
    ),
    (
        {"provider": {"type": "ACTIVE_DIRECTORY", "name": "example.com"}},
        "PROVISIONED",
        "activate=true&provider=true",
        {"credentials": {"provider": {"type": "ACTIVE_DIRECTORY", "name": "example.com"}}},
    ),
    (
        {"provider": {"type": "LDAP", "name": "ldap.example.com"}},
        "PROVISIONED",
        "activate=true&provider=true",
        {"credentials": {"provider": {"type": "LDAP", "name": "ldap.example.com"}}},
    ),
    (
        {"provider": {"type": "OKTA"}, "password": PASSWORD},
        "ACTIVE",
        "activate=true&provider=true",
        {"credentials": {"password": {"value": PASSWORD}, "provider": {"type": "OKTA", "name": "OKTA"}}},
    ),
]


@pytest.mark.parametrize(("arguments", "status", "query", "body"), OUTCOMES)
async def test_what_is_asked_for_reaches_okta_and_decides_the_status(org, arguments, status, query, body):
    answer = await org.call("create_user", profile=PROFILE, **arguments)
    assert not answer.is_error
    assert org.user(NORA).status == status
    assert answer.data["status"] == status
    assert org.sent[0].query == query
    assert org.sent[0].body == {"profile": {**PROFILE, "login": NORA}, **body}
    assert PASSWORD not in answer.text
    assert QUESTION["answer"] not in answer.text
    assert PASSWORD not in json.dumps(answer.data)
    assert QUESTION["answer"] not in json.dumps(answer.data)


async def test_a_password_given_is_the_one_that_works(org):
    await org.call("create_user", profile=PROFILE, password=PASSWORD, recoveryQuestion=QUESTION)
    user = org.user(NORA)
    assert user.password.matches(PASSWORD)
    assert (user.recovery.question, user.recovery.answer) == ("Favourite lunch?", "Ravioli")


async def test_a_staged_user_is_told_to_need_activation(org):
    assert (await org.call("create_user", profile=PROFILE, activate=False)).story == snapshot("""\
Created "Nora Quist" (nora.quist@example.com), status STAGED.
User id <nora.quist@example.com>, Okta request <request>.
Next: activate_user, when the user is to sign in.\
""")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


SALT = b"sixteen bytes of"
HASHES = {
    "BCRYPT": {
        "algorithm": "BCRYPT",
        "workFactor": 10,
        "salt": "rwh3vH166HCH/NT9XV5FYu",
        "value": "qaMqvAPULkbiQzkTCWo5XDcvzpk8Tna",
    },
    "SHA-512": {
        "algorithm": "SHA-512",
        "salt": _b64(SALT),
        "saltOrder": "POSTFIX",
        "value": _b64(hashlib.sha512(PASSWORD.encode() + SALT).digest()),
    },
    "SHA-256": {
        "algorithm": "SHA-256",
        "salt": _b64(SALT),
        "saltOrder": "PREFIX",
        "value": _b64(hashlib.sha256(SALT + PASSWORD.encode()).digest()),
    },
    "SHA-1": {"algorithm": "SHA-1", "value": _b64(hashlib.sha1(PASSWORD.encode()).digest())},
    "MD5": {"algorithm": "MD5", "value": _b64(hashlib.md5(PASSWORD.encode()).digest())},
    "PBKDF2": {
        "algorithm": "PBKDF2",
        "salt": _b64(SALT),
        "iterationCount": 4096,
        "keySize": 32,
        "digestAlgorithm": "SHA256_HMAC",
        "value": _b64(hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), SALT, 4096, 32)),
    },
}


@pytest.mark.parametrize("algorithm", HASHES)
async def test_a_hashed_password_is_imported_as_it_is(org, algorithm):
    answer = await org.call("create_user", profile=PROFILE, passwordHash=HASHES[algorithm])
    assert not answer.is_error
    user = org.user(NORA)
    assert user.status == "ACTIVE"
    assert user.provider.type == "IMPORT"
    assert user.password.algorithm == algorithm
    # A sandbox cannot compute bcrypt; the others it can.
    assert user.password.matches(PASSWORD) is (algorithm != "BCRYPT")
    assert org.sent[0].body["credentials"] == {"password": {"hash": HASHES[algorithm]}}
    assert HASHES[algorithm]["value"] not in answer.text


def _without(algorithm: str, /, *names: str, **more: object) -> dict[str, object]:
    return {name: value for name, value in HASHES[algorithm].items() if name not in names} | more


WRONG_HASHES = [
    (_without("BCRYPT", "salt"), snapshot("create_user was not called: `passwordHash` needs `salt` for BCRYPT.")),
    (
        _without("BCRYPT", "workFactor"),
        snapshot("create_user was not called: `passwordHash` needs `workFactor` for BCRYPT."),
    ),
    (
        _without("BCRYPT", saltOrder="PREFIX"),
        snapshot("create_user was not called: `passwordHash` does not take `saltOrder` with BCRYPT."),
    ),
    (
        _without("SHA-256", "saltOrder"),
        snapshot("create_user was not called: `passwordHash` needs `saltOrder` when there is a salt."),
    ),
    (
        _without("SHA-256", workFactor=4),
        snapshot("create_user was not called: `passwordHash` does not take `workFactor` with SHA-256."),
    ),
    (
        _without("SHA-512", saltOrder="MIDDLE"),
        snapshot("create_user was not called: `passwordHash.saltOrder` is one of 'PREFIX' or 'POSTFIX'."),
    ),
    (
        _without("MD5", keySize=16),
        snapshot("create_user was not called: `passwordHash` does not take `keySize` with MD5."),
    ),
    (
        _without("PBKDF2", "iterationCount"),
        snapshot("create_user was not called: `passwordHash` needs `iterationCount` for PBKDF2."),
    ),
    (
        _without("PBKDF2", "keySize", "digestAlgorithm"),
        snapshot("create_user was not called: `passwordHash` needs `digestAlgorithm` and `keySize` for PBKDF2."),
    ),
    (
        _without("PBKDF2", digestAlgorithm="SHA1_HMAC"),
        snapshot(
            "create_user was not called: `passwordHash.digestAlgorithm` is one of 'SHA256_HMAC' or 'SHA512_HMAC'."
        ),
    ),
    (_without("SHA-1", "value"), snapshot("create_user was not called: `passwordHash.value` is required.")),
    (
        _without("SHA-1", algorithm="ROT13"),
        snapshot(
            "create_user was not called: `passwordHash.algorithm` is one of 'BCRYPT', 'SHA-512', 'SHA-256', 'SHA-1', 'MD5' or 'PBKDF2'."
        ),
    ),
    (_without("SHA-1", pepper="x"), snapshot("create_user was not called: unknown field `passwordHash.pepper`.")),
    (
        {},
        snapshot("create_user was not called: `passwordHash.algorithm` is required; `passwordHash.value` is required."),
    ),
    (
        _without("BCRYPT", value="$2a$10$rwh3vH166HCH/NT9XV5FYuqaMqvAPULkbiQzkTCWo5XDcvzpk8Tna"),
        snapshot(
            "create_user was not called: `passwordHash` needs 31 characters of radix-64 in `value`; of $2a$10$…, the 22 behind the cost are the salt, and the last 31 the value."
        ),
    ),
    (
        _without("BCRYPT", salt="rwh3vH166HCH+NT9XV5FYu"),
        snapshot(
            "create_user was not called: `passwordHash` needs 22 characters of radix-64 in `salt`; of $2a$10$…, the 22 behind the cost are the salt, and the last 31 the value."
        ),
    ),
    (
        _without("SHA-1", value=hashlib.sha1(PASSWORD.encode()).hexdigest()),
        snapshot(
            "create_user was not called: `passwordHash` needs the Base64 of 20 bytes in `value` (not hexadecimal)."
        ),
    ),
    (
        _without("PBKDF2", keySize=64),
        snapshot(
            "create_user was not called: `passwordHash` needs the Base64 of 64 bytes in `value` (not hexadecimal)."
        ),
    ),
    (
        _without("SHA-256", value="not base64!", salt="nor this!"),
        snapshot("create_user was not called: `passwordHash` needs Base64 in `salt` and `value`."),
    ),
]


@pytest.mark.parametrize(("given", "said"), WRONG_HASHES)
async def test_a_hash_with_the_wrong_fields_is_refused_before_any_request(library, given, said):
    answer = await library.call("create_user", profile=PROFILE, passwordHash=given)
    assert answer.is_error
    assert answer.story == said
    assert library.requests == []


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        (_without("BCRYPT", workFactor=21), "20"),
        (_without("BCRYPT", workFactor=0), "1"),
        (_without("PBKDF2", iterationCount=1000), "4096"),
        (_without("PBKDF2", keySize=0), "1"),
    ],
)
async def test_a_number_out_of_range_is_answered_with_the_bound(library, given, bound):
    answer = await library.call("create_user", profile=PROFILE, passwordHash=given)
    assert answer.is_error
    assert bound in answer.text.rpartition("out of range: ")[2]
    assert library.requests == []


WRONG_COMBINATIONS = [
    ({"realmId": ""}, snapshot("create_user was not called: `realmId` is too short: at least 1 character.")),
    ({"userTypeId": "  "}, snapshot("create_user was not called: `userTypeId` is too short: at least 1 character.")),
    (
        {"password": PASSWORD, "passwordHook": "default"},
        snapshot("create_user was not called: `password` and `passwordHook` exclude each other; send one."),
    ),
    (
        {"password": PASSWORD, "passwordHash": HASHES["SHA-1"]},
        snapshot("create_user was not called: `password` and `passwordHash` exclude each other; send one."),
    ),
    (
        {"passwordHash": HASHES["SHA-1"], "passwordHook": "default"},
        snapshot("create_user was not called: `passwordHash` and `passwordHook` exclude each other; send one."),
    ),
    (
        {"password": PASSWORD, "provider": {"type": "FEDERATION"}},
        snapshot(
            "create_user was not called: a FEDERATION user signs in elsewhere; leave out the password and the recovery question."
        ),
    ),
    (
        {"recoveryQuestion": QUESTION, "provider": {"type": "SOCIAL"}},
        snapshot(
            "create_user was not called: a SOCIAL user signs in elsewhere; leave out the password and the recovery question."
        ),
    ),
    (
        {"passwordHash": HASHES["SHA-1"], "provider": {"type": "LDAP", "name": "ldap.example.com"}},
        snapshot(
            "create_user was not called: `passwordHash` is for a password that Okta will check, and LDAP checks its own; leave one out."
        ),
    ),
    (
        {"provider": {"type": "ACTIVE_DIRECTORY"}},
        snapshot(
            "create_user was not called: `provider.name` is required with ACTIVE_DIRECTORY: the directory as Okta names it, for AD its domain."
        ),
    ),
    (
        {"nextLogin": "changePassword"},
        snapshot(
            "create_user was not called: `nextLogin` needs a password, which the user changes at the first sign-in."
        ),
    ),
    (
        {"nextLogin": "changePassword", "password": PASSWORD, "activate": False},
        snapshot(
            "create_user was not called: `nextLogin` needs `activate` true: a staged user has no sign-in to change a password at."
        ),
    ),
    (
        {"nextLogin": "never", "password": PASSWORD},
        snapshot("create_user was not called: `nextLogin` is one of 'changePassword'."),
    ),
    ({"passwordHook": "mine"}, snapshot("create_user was not called: `passwordHook` is one of 'default'.")),
    ({"password": ""}, snapshot("create_user was not called: `password` is too short: at least 1 character.")),
    ({"password": "x" * 73}, snapshot("create_user was not called: `password` is too long: at most 72 characters.")),
    ({"password": 12345678}, snapshot("create_user was not called: `password` has to be a text.")),
    (
        {"recoveryQuestion": {"question": "Favourite lunch?"}},
        snapshot("create_user was not called: `recoveryQuestion.answer` is required."),
    ),
    (
        {"recoveryQuestion": {"question": "q" * 101, "answer": "Ravioli"}},
        snapshot("create_user was not called: `recoveryQuestion.question` is too long: at most 100 characters."),
    ),
    (
        {"recoveryQuestion": {"question": "Q?", "answer": "Ravioli" * 20}},
        snapshot("create_user was not called: `recoveryQuestion.answer` is too long: at most 100 characters."),
    ),
    (
        {"provider": {"type": "MAGIC"}},
        snapshot(
            "create_user was not called: `provider.type` is one of 'ACTIVE_DIRECTORY', 'FEDERATION', 'IMPORT', 'LDAP', 'OKTA' or 'SOCIAL'."
        ),
    ),
    ({"provider": "OKTA"}, snapshot("create_user was not called: `provider` has to be an object.")),
    ({"activate": "perhaps"}, snapshot("create_user was not called: `activate` has to be true or false.")),
    (
        {"groups": [str(number) for number in range(21)]},
        snapshot("create_user was not called: `groups` has too many entries: at most 20, 21 given."),
    ),
    ({"groups": [""]}, snapshot("create_user was not called: `groups[0]` is too short: at least 1 character.")),
    ({"groups": ["g" * 257]}, snapshot("create_user was not called: `groups[0]` is too long: at most 256 characters.")),
    ({"groups": 7}, snapshot("create_user was not called: `groups[0]` has to be a text.")),
    (
        {"passwort": PASSWORD},
        snapshot("create_user was not called: unknown argument `passwort`; did you mean `password`?"),
    ),
    ({"userTypeId": 7}, snapshot("create_user was not called: `userTypeId` has to be a text.")),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG_COMBINATIONS)
async def test_arguments_that_contradict_each_other_or_okta_are_refused_before_any_request(library, arguments, said):
    answer = await library.call("create_user", profile=PROFILE, **arguments)
    assert answer.is_error
    assert answer.story == said
    assert library.requests == []
    assert not library.exists(NORA)


ATTRIBUTES = {
    "login": "nora@example.com",
    "middleName": "Ada",
    "honorificPrefix": "Dr.",
    "honorificSuffix": "PhD",
    "title": "Analyst",
    "displayName": "Nora A. Quist",
    "nickName": "Nory",
    "profileUrl": "https://example.com/nora",
    "secondEmail": "nora.private@example.com",
    "mobilePhone": "+44 7700 900123",
    "primaryPhone": "+44 7700 900124",
    "streetAddress": "1 Harbour Road",
    "city": "London",
    "state": "England",
    "zipCode": "SW1A 1AA",
    "countryCode": "GB",
    "postalAddress": "PO Box 1",
    "preferredLanguage": "en-GB",
    "locale": "en_GB",
    "timezone": "Europe/London",
    "userType": "Employee",
    "employeeNumber": "4711",
    "costCenter": "CC-1",
    "organization": "Harbourlight",
    "division": "Sea",
    "department": "Finance",
    "managerId": "00uBoss0000000000d7",
    "manager": "Chloe Bennett",
}
CUSTOM = {"startDate": "2026-04-01", "badgeNumber": 4711, "remote": True, "skills": ["excel", "sql"]}


@pytest.mark.parametrize(("name", "value"), [*ATTRIBUTES.items(), *CUSTOM.items()])
async def test_each_attribute_is_stored_under_its_own_name(org, name, value):
    answer = await org.call("create_user", profile={**PROFILE, name: value})
    assert not answer.is_error
    user = org.user(ATTRIBUTES["login"] if name == "login" else NORA)
    assert user.profile == {**PROFILE, "login": NORA, name: value}
    assert answer.data["profile"][name] == value


async def test_attributes_may_be_written_in_snake_case_and_numbers_become_text(org):
    profile = {
        "first_name": "Nora",
        "last_name": "Quist",
        "email": NORA,
        "employee_number": 4711,
        "cost_center": "CC-1",
        "zip_code": 12345,
    }
    assert not (await org.call("create_user", profile=profile)).is_error
    assert org.user(NORA).profile == {
        **PROFILE,
        "login": NORA,
        "employeeNumber": "4711",
        "costCenter": "CC-1",
        "zipCode": "12345",
    }


WRONG_PROFILES = [
    (
        {**PROFILE, "firstName": ""},
        snapshot(
            "create_user was not called: `profile` has nothing in `firstName`; leave out what is to stay as it is (update_user empties an attribute named in `clear`)."
        ),
    ),
    (
        {**PROFILE, "title": None},
        snapshot(
            "create_user was not called: `profile` has nothing in `title`; leave out what is to stay as it is (update_user empties an attribute named in `clear`)."
        ),
    ),
    (
        {**PROFILE, "email": "a@b"},
        snapshot("create_user was not called: `profile.email` is too short: at least 5 characters."),
    ),
    (
        {**PROFILE, "firstName": "N" * 51},
        snapshot("create_user was not called: `profile.firstName` is too long: at most 50 characters."),
    ),
    (
        {**PROFILE, "lastName": "Q" * 51},
        snapshot("create_user was not called: `profile.lastName` is too long: at most 50 characters."),
    ),
    (
        {**PROFILE, "email": "n" * 95 + "@e.com"},
        snapshot("create_user was not called: `profile.email` is too long: at most 100 characters."),
    ),
    (
        {**PROFILE, "countryCode": "GBR"},
        snapshot("create_user was not called: `profile.countryCode` is too long: at most 2 characters."),
    ),
    (
        {**PROFILE, "zipCode": "1" * 51},
        snapshot("create_user was not called: `profile.zipCode` is too long: at most 50 characters."),
    ),
    ({**PROFILE, "title": ["Analyst"]}, snapshot("create_user was not called: `profile.title` has to be a text.")),
    ("Nora Quist", snapshot("create_user was not called: `profile` has to be an object.")),
    ([], snapshot("create_user was not called: `profile` has to be an object.")),
]


@pytest.mark.parametrize(("profile", "said"), WRONG_PROFILES)
async def test_a_profile_that_cannot_be_is_refused_before_any_request(library, profile, said):
    answer = await library.call("create_user", profile=profile)
    assert answer.is_error
    assert answer.story == said
    assert library.requests == []


INCOMPLETE_PROFILES = [
    (
        {"firstName": "Nora"},
        snapshot("create_user was not called: `profile.lastName` is required; `profile.email` is required."),
    ),
    (
        {},
        snapshot(
            "create_user was not called: `profile.firstName` is required; `profile.lastName` is required; `profile.email` is required."
        ),
    ),
]


@pytest.mark.parametrize(("profile", "said"), INCOMPLETE_PROFILES)
async def test_what_a_profile_lacks_by_the_orgs_schema_is_named_at_once(org, profile, said):
    answer = await org.call("create_user", profile=profile)
    assert answer.is_error
    assert answer.story == said
    assert org.requests == ["GET /meta/schemas/user/default"]


REFUSED_BY_OKTA = [
    (
        {"profile": {**PROFILE, "email": "chloe.bennett@example.com"}},
        snapshot("""\
A user with this login exists already; deactivated users keep theirs.
Nothing was changed.
Next: get_user shows who it is; choose another login, or work with that user.
Okta: 400 E0000001 Api validation failed: login; login: An object with this field already exists in the current organization (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": {**PROFILE, "login": "CHLOE.BENNETT@EXAMPLE.COM"}},
        snapshot("""\
A user with this login exists already; deactivated users keep theirs.
Nothing was changed.
Next: get_user shows who it is; choose another login, or work with that user.
Okta: 400 E0000001 Api validation failed: login; login: An object with this field already exists in the current organization (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": {**PROFILE, "login": "tom.ashby@example.com"}},
        snapshot("""\
A user with this login exists already; deactivated users keep theirs.
Nothing was changed.
Next: get_user shows who it is; choose another login, or work with that user.
Okta: 400 E0000001 Api validation failed: login; login: An object with this field already exists in the current organization (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": {**PROFILE, "login": "no-email-address"}},
        snapshot("""\
Okta does not accept the value of `login`.
Nothing was changed.
Next: mend what the causes below name, then call again.
Okta: 400 E0000001 Api validation failed: login; login: Username must be in the form of an email address (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": {**PROFILE, "timezone": "Mars/Olympus"}},
        snapshot("""\
Okta does not accept the value of `timezone`.
Nothing was changed.
Next: mend what the causes below name, then call again.
Okta: 400 E0000001 Api validation failed: timezone; timezone: The value is not a valid timezone (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": {**PROFILE, "firstName": "   "}},
        snapshot("""\
The org requires `firstName`.
Nothing was changed.
Next: give it in `profile`.
Okta: 400 E0000001 Api validation failed: firstName; firstName: The field cannot be left blank (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": PROFILE, "password": "short"},
        snapshot("""\
The password is too weak.
Nothing was changed.
Next: choose one that meets the policy quoted below.
Okta: 400 E0000001 Api validation failed: password; password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username. Your password cannot be any of your last 4 passwords. (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": PROFILE, "password": "Quist-2026-x"},
        snapshot("""\
The password is too weak.
Nothing was changed.
Next: choose one that meets the policy quoted below.
Okta: 400 E0000001 Api validation failed: password; password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username. Your password cannot be any of your last 4 passwords. (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": PROFILE, "recoveryQuestion": {"question": "Q?", "answer": "abc"}},
        snapshot("""\
Okta does not accept the value of `recoveryQuestion`.
Nothing was changed.
Next: mend what the causes below name, then call again.
Okta: 400 E0000001 Api validation failed: recovery_question; answer: The field is too short (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": PROFILE, "realmId": "guoAAAAAAAAAAAAAAAA1"},
        snapshot("""\
Okta does not accept the value of `realmId`.
Nothing was changed.
Next: mend what the causes below name, then call again.
Okta: 400 E0000001 Api validation failed: realmId; realmId: Realms are not enabled in this organization (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": PROFILE, "userTypeId": "otyAAAAAAAAAAAAAAAA1"},
        snapshot("""\
Okta does not accept the value of `userTypeId`.
Nothing was changed.
Next: mend what the causes below name, then call again.
Okta: 400 E0000001 Api validation failed: type; type: The user type does not exist or cannot be changed (error id <error>, request <request>)\
"""),
    ),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED_BY_OKTA)
async def test_what_okta_refuses_is_explained_and_nobody_is_created(org, arguments, said):
    before = org.state()
    answer = await org.call("create_user", **arguments)
    assert answer.is_error
    assert answer.story == said
    assert org.state() == before
    assert org.requests[-1] == "POST /users"
    password = arguments.get("password")
    assert password is None or password not in answer.text


async def test_the_type_of_the_org_may_be_named(org):
    await org.call("create_user", profile=PROFILE, userTypeId=org.box.org.user_type_id)
    assert org.user(NORA).type_id == org.box.org.user_type_id
    assert org.sent[0].body["type"] == {"id": org.box.org.user_type_id}


@pytest.mark.parametrize(
    "groups",
    [["Sales", "VPN Users"], ["sales", "vpn  users"], ["{Sales}", "VPN Users"], ["{Sales}", "{VPN Users}", "SALES"]],
)
async def test_groups_are_named_by_name_or_id_and_asked_for_once(org, groups):
    named = [org.group(one.strip("{}")).id if one.startswith("{") else one for one in groups]
    answer = await org.call("create_user", profile=PROFILE, groups=named)
    assert not answer.is_error
    assert org.groups_of(NORA) == ["Sales", "VPN Users"]
    assert answer.data["groups"] == ["Sales", "VPN Users"]
    assert org.sent[1].body["groupIds"] == [org.group("Sales").id, org.group("VPN Users").id]
    assert org.requests == ["GET /groups", "POST /users"]


async def test_groups_are_told(org):
    answer = await org.call("create_user", profile=PROFILE, password=PASSWORD, groups=["Sales", "VPN Users"])
    assert answer.story == snapshot("""\
Created "Nora Quist" (nora.quist@example.com), status ACTIVE.
Groups: Sales, VPN Users.
User id <nora.quist@example.com>, Okta request <request>.\
""")


async def test_twenty_groups_are_taken(org):
    async with org.admin() as okta:
        for number in range(20):
            await okta.post("/api/v1/groups", json={"profile": {"name": f"Crew {number:02}"}})
    names = [f"Crew {number:02}" for number in range(20)]
    answer = await org.call("create_user", profile=PROFILE, groups=names)
    assert not answer.is_error
    assert org.groups_of(NORA) == names
    assert org.requests == ["GET /groups", "POST /users"]


WRONG_GROUPS = [
    (
        ["Sales", "Sails"],
        snapshot("""\
No group matches "Sails". Nothing was done.
Next: check the spelling (id or name), or look with find_group for a part of the name.\
"""),
    ),
    (
        ["Sale"],
        snapshot("""\
No group is called exactly "Sale".
Nothing was done. Nearest; if one is meant, call again with its id as `groups`:
- <Sales>: "Sales", Okta group, "Everybody in Sales"
- <Sales EU>: "Sales EU", Okta group, "Sales staff in Europe"
- <Sales-EU>: "Sales-EU", group imported from a directory or app, not editable here, "European sales, from the domain"\
"""),
    ),
    (
        ["00gAAAAAAAAAAAAAAAA1"],
        snapshot("""\
No group matches "00gAAAAAAAAAAAAAAAA1". Nothing was done.
Next: check the spelling (id or name), or look with find_group for a part of the name.\
"""),
    ),
    (
        ["../apps"],
        snapshot("""\
No group matches "../apps". Nothing was done.
Next: check the spelling (id or name), or look with find_group for a part of the name.\
"""),
    ),
    (
        ["Domain Users"],
        snapshot("""\
"Domain Users" is imported from another directory; its members cannot be changed in Okta.
Nothing was changed.
Next: change them in the directory or app it comes from, or choose a group of type OKTA_GROUP.
Okta: 403 E0000006 You do not have permission to perform the requested action (error id <error>, request <request>)\
"""),
    ),
    (
        ["Sales", "Everyone"],
        snapshot("""\
"Everyone" is built into Okta; its members cannot be changed.
Nothing was changed.
Next: choose a group of type OKTA_GROUP.
Okta: 501 E0000060 Unsupported operation. (error id <error>, request <request>)\
"""),
    ),
]


@pytest.mark.parametrize(("groups", "said"), WRONG_GROUPS)
async def test_a_group_that_cannot_be_is_explained_and_nobody_is_created(org, groups, said):
    before = org.state()
    answer = await org.call("create_user", profile=PROFILE, groups=groups)
    assert answer.is_error
    assert answer.story == said
    assert org.state() == before
    assert not org.exists(NORA)


async def test_of_two_groups_with_one_name_neither_is_chosen(org):
    org.group("Sales-EU").profile["name"] = "Sales EU"
    answer = await org.call("create_user", profile=PROFILE, groups=["Sales EU"])
    assert answer.is_error
    assert answer.story == snapshot("""\
"Sales EU" names 2 groups.
Nothing was done. Ask which one is meant, then call again with its id as `groups`:
- <Sales EU>: "Sales EU", Okta group, "Sales staff in Europe"
- <Sales EU>: "Sales EU", group imported from a directory or app, not editable here, "European sales, from the domain"\
""")
    assert not org.exists(NORA)
    assert org.requests == ["GET /groups"]


SPELLINGS = [
    {"profile": PROFILE, "credentials": {"password": {"value": PASSWORD}}, "activate": True},
    {"profile": PROFILE, "credentials": json.dumps({"password": {"value": PASSWORD}})},
    {"profile": json.dumps(PROFILE), "password": PASSWORD},
    {"body": {"profile": PROFILE, "credentials": {"password": {"value": PASSWORD}}}},
    {"params": {"activate": True, "provider": False}, "profile": PROFILE, "password": PASSWORD},
    {"params": {"activate": "true"}, "body": json.dumps({"profile": PROFILE, "password": PASSWORD})},
    {"profile": PROFILE, "password": PASSWORD, "realmId": None, "groups": None},
    {"profile": PROFILE, "password": PASSWORD, "groupIds": []},
    {"profile": PROFILE, "password": PASSWORD, "next_login": None},
]


@pytest.mark.parametrize("arguments", SPELLINGS)
async def test_the_connectors_and_oktas_spellings_mean_the_same(org, arguments):
    answer = await org.send("create_user", arguments)
    assert not answer.is_error
    assert org.user(NORA).status == "ACTIVE"
    assert org.user(NORA).password.matches(PASSWORD)
    assert org.sent[-1].query == "activate=true"


@pytest.mark.parametrize(
    "groups",
    [
        {"groupIds": "{ids}"},
        {"group_ids": ["Sales", "Finance"]},
        {"groups": '["Sales", "Finance"]'},
    ],
)
async def test_groups_may_come_as_comma_text_or_json_text(org, groups):
    ids = f"{org.group('Sales').id},{org.group('Finance').id}"
    given = {name: ids if value == "{ids}" else value for name, value in groups.items()}
    assert not (await org.send("create_user", {"profile": PROFILE, **given})).is_error
    assert org.groups_of(NORA) == ["Sales", "Finance"]


async def test_a_name_with_a_comma_is_one_name(org):
    async with org.admin() as okta:
        made = await okta.post("/api/v1/groups", json={"profile": {"name": "Sales, Finance"}})
    assert not (await org.send("create_user", {"profile": PROFILE, "groups": "Sales, Finance"})).is_error
    assert made.json()["id"] in {group.id for group in org.box.org.groups_of(org.user(NORA))}
    assert "Sales" not in org.groups_of(NORA)


OKTA_SHAPES = [
    ({"credentials": {"password": {"hash": HASHES["SHA-1"]}}}, "SHA-1", None),
    ({"credentials": {"password": {"hook": {"type": "default"}}}}, "HOOK", None),
    ({"password_hook": "default"}, "HOOK", None),
    ({"credentials": {"password": {"value": PASSWORD}, "recovery_question": QUESTION}}, "PLAIN", "Ravioli"),
    ({"credentials": {"password": {"value": PASSWORD}, "recoveryQuestion": QUESTION}}, "PLAIN", "Ravioli"),
]


@pytest.mark.parametrize(("arguments", "algorithm", "recovery"), OKTA_SHAPES)
async def test_credentials_may_be_nested_as_in_oktas_own_body(org, arguments, algorithm, recovery):
    assert not (await org.call("create_user", profile=PROFILE, **arguments)).is_error
    user = org.user(NORA)
    assert user.password.algorithm == algorithm
    assert (user.recovery.answer if user.recovery else None) == recovery


async def test_the_provider_and_the_type_may_be_nested_too(org):
    arguments = {
        "params": {"provider": True},
        "profile": PROFILE,
        "credentials": {"provider": {"type": "FEDERATION"}},
        "type": {"id": org.box.org.user_type_id},
    }
    assert not (await org.send("create_user", arguments)).is_error
    assert org.user(NORA).provider.type == "FEDERATION"
    assert org.sent[0].query == "activate=true&provider=true"


@pytest.mark.parametrize(
    "arguments",
    [
        {"password": PASSWORD, "credentials": {"password": {"value": "An0ther-one"}}},
        {"groups": ["Sales"], "groupIds": ["Finance"]},
        {"activate": True, "params": {"activate": False}},
    ],
)
async def test_two_spellings_that_disagree_are_refused_without_quoting_a_secret(library, arguments):
    answer = await library.call("create_user", profile=PROFILE, **arguments)
    assert answer.is_error
    assert "differ; send one" in answer.text
    assert PASSWORD not in answer.text
    assert "An0ther-one" not in answer.text
    assert library.requests == []


async def test_what_is_left_over_of_credentials_is_refused_and_not_quoted(library):
    answer = await library.call(
        "create_user", profile=PROFILE, credentials={"password": {"value": PASSWORD, "strength": "high"}}
    )
    assert answer.story == snapshot(
        "create_user was not called: unknown argument `credentials`; it takes `profile`, `password`, `passwordHash`, `passwordHook`, `recoveryQuestion`, `provider`, `activate`, `nextLogin`, `groups`, `realmId`, `userTypeId`."
    )
    assert library.requests == []
