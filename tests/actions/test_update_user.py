"""Update user: set, clear, credentials; what is not named stays, and what changed is told."""

# ruff: noqa: E501 - answers are quoted whole

import json

import pytest
from inline_snapshot import snapshot

from okta_mcp.sandbox.seed import PASSWORD as SEEDED

CHLOE = "chloe.bennett@example.com"
ROBIN = "robin.vale@example.com"
PASSWORD = "Corr3ct-horse"
NEW = "Brand-new-Pass9"
QUESTION = {"question": "Favourite lunch?", "answer": "Gnocchi"}
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


async def test_what_changed_is_told_before_and_after(org):
    before = dict(org.user(CHLOE).profile)
    answer = await org.call(
        "update_user",
        user="Chloe Bennett",
        profile={"title": "Sales Director", "nickName": "Clo"},
        clear=["costCenter"],
    )
    assert answer.story == snapshot("""\
Updated "Chloe Bennett" (chloe.bennett@example.com).
- title: "Sales Manager Americas" → "Sales Director"
- nickName: (empty) → "Clo"
- costCenter: "CC-120" → (empty)
User id <chloe.bennett@example.com>, status ACTIVE, Okta request <request>.\
""")
    del before["costCenter"]
    assert org.user(CHLOE).profile == {**before, "title": "Sales Director", "nickName": "Clo"}
    assert answer.data["changes"] == [
        {"field": "title", "before": "Sales Manager Americas", "after": "Sales Director"},
        {"field": "nickName", "after": "Clo"},
        {"field": "costCenter", "before": "CC-120"},
    ]
    assert org.changes[0].body == {"profile": {"title": "Sales Director", "nickName": "Clo", "costCenter": None}}
    assert org.changes[0].query == ""
    assert answer.data["requestId"] == org.changes[0].request_id
    assert org.requests == ["GET /users", "GET /users/{id}", "POST /users/{id}"]


@pytest.mark.parametrize(("spelling", "requests"), [("{id}", 2), (CHLOE, 2), ("Chloe Bennett", 3)])
async def test_the_number_of_requests_depends_on_how_the_user_is_named(org, spelling, requests):
    user = org.user(CHLOE)
    await org.call("update_user", user=spelling.replace("{id}", user.id), profile={"title": "X"})
    assert user.profile["title"] == "X"
    assert len(org.requests) == requests


@pytest.mark.parametrize("status", STATUSES[:-1])
async def test_a_profile_is_changed_in_every_status_but_one(org, status):
    user = await org.person_in(status)
    answer = await org.call("update_user", user=ROBIN, profile={"title": "Analyst"})
    assert user.profile["title"] == "Analyst"
    assert user.status == status
    assert answer.data["changes"] == [{"field": "title", "after": "Analyst"}]


async def test_a_deactivated_user_is_not_changed(org):
    await org.person_in("DEPROVISIONED")
    before = org.state()
    answer = await org.call("update_user", user=ROBIN, profile={"title": "Analyst"})
    assert answer.is_error
    assert answer.story == snapshot("""\
"Robin Vale" (robin.vale@example.com) is DEPROVISIONED; update_user works in any status but DEPROVISIONED (a password also not in SUSPENDED).
Nothing was changed.
Next: the user is deactivated; activate_user would bring the account back, without its old password.
Okta: 403 E0000038 This operation is not allowed in the user's current status. (error id <error>, request <request>)\
""")
    assert org.state() == before


# What becomes of a user who is given a password, by the status before; None where Okta refuses.
PASSWORDS = ("STAGED", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", None, None)


@pytest.mark.parametrize(("status", "became"), list(zip(STATUSES, PASSWORDS, strict=True)))
async def test_a_new_password_and_the_status_it_brings_are_told(org, status, became):
    user = await org.person_in(status)
    before = org.state()
    answer = await org.call("update_user", user=ROBIN, password=NEW)
    assert NEW not in answer.text
    if became is None:
        assert answer.is_error
        assert (
            f"is {status}; update_user works in any status but DEPROVISIONED (a password also not in SUSPENDED)."
            in answer.text
        )
        assert org.state() == before
        return
    assert user.password.matches(NEW)
    assert user.status == became
    told = {change["field"]: (change.get("before"), change.get("after")) for change in answer.data["changes"]}
    assert told.pop("password") == ("(not shown)", "(set, not shown)")
    assert told == ({} if status == became else {"status": (status, became)})


async def test_a_changed_password_is_named_and_not_shown(org):
    answer = await org.call("update_user", user=CHLOE, password=NEW, recoveryQuestion=QUESTION)
    assert answer.story == snapshot("""\
Updated "Chloe Bennett" (chloe.bennett@example.com).
- password: "(not shown)" → "(set, not shown)"
- recoveryQuestion: "(not shown)" → "(set, not shown)"
User id <chloe.bennett@example.com>, status ACTIVE, Okta request <request>.\
""")
    user = org.user(CHLOE)
    assert user.password.matches(NEW)
    assert (user.recovery.question, user.recovery.answer) == ("Favourite lunch?", "Gnocchi")
    assert not [one for one in (NEW, "Gnocchi") if one in answer.text + json.dumps(answer.data)]
    assert org.changes[0].query == "strict=true"


@pytest.mark.parametrize(
    ("arguments", "query", "refused"),
    [({}, "strict=true", True), ({"strict": True}, "strict=true", True), ({"strict": False}, "strict=false", False)],
)
async def test_a_former_password_is_refused_unless_strict_is_off(org, arguments, query, refused):
    answer = await org.call("update_user", user=CHLOE, password=SEEDED, **arguments)
    assert org.changes[0].query == query
    assert answer.is_error is refused
    assert SEEDED not in answer.text


async def test_a_weak_password_is_refused_with_the_policy(org):
    before = org.state()
    answer = await org.call("update_user", user=CHLOE, password="bennett")
    assert answer.story == snapshot("""\
The password is too weak.
Nothing was changed.
Next: choose one that meets the policy quoted below.
Okta: 400 E0000001 Api validation failed: password; password: Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username. Your password cannot be any of your last 4 passwords. (error id <error>, request <request>)\
""")
    assert org.state() == before


SHA1 = {"algorithm": "SHA-1", "value": "qvTGHdzF6KLavt4PO0gs2a6pQ00="}


async def test_a_hash_is_taken_while_staged(org):
    user = await org.person_in("STAGED")
    answer = await org.call("update_user", user=ROBIN, passwordHash=SHA1)
    assert not answer.is_error
    assert user.password.algorithm == "SHA-1"
    assert user.password.matches("hello")
    assert SHA1["value"] not in answer.text
    assert answer.data["changes"] == [{"field": "password", "before": "(not shown)", "after": "(set, not shown)"}]


@pytest.mark.parametrize("imported", [{"passwordHash": SHA1}, {"passwordHook": "default"}])
async def test_an_imported_password_is_refused_afterwards_and_okta_is_not_asked(org, imported):
    answer = await org.call("update_user", user=CHLOE, **imported)
    assert answer.is_error
    assert answer.story == snapshot(
        'update_user was not called: Okta imports a password only while a user is STAGED, and "Chloe Bennett" (chloe.bennett@example.com) is ACTIVE; set a `password`, or send a link with reset_password.'
    )
    assert org.changes == []


async def test_a_hook_is_passed_on(org):
    await org.person_in("STAGED")
    await org.call("update_user", user=ROBIN, passwordHook="default")
    assert org.changes[0].body == {"credentials": {"password": {"hook": {"type": "default"}}}}
    assert org.user(ROBIN).password.algorithm == "HOOK"


SETTABLE = {
    "firstName": "Cloé",
    "lastName": "Benett",
    "email": "cb@example.com",
    "login": "cb@example.com",
    "middleName": "Ada",
    "honorificPrefix": "Dr.",
    "honorificSuffix": "PhD",
    "title": "Director",
    "displayName": "Cloé B.",
    "nickName": "Clo",
    "profileUrl": "https://example.com/cb",
    "secondEmail": "cb.private@example.com",
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
    "userType": "Contractor",
    "employeeNumber": "4711",
    "costCenter": "CC-1",
    "organization": "Harbour",
    "division": "Sea",
    "department": "Finance",
    "managerId": "00uBoss0000000000d7",
    "manager": "Maria Santos",
    "startDate": "2026-04-01",
    "badgeNumber": 4711,
    "remote": False,
    "skills": ["excel", "sql"],
}


@pytest.mark.parametrize(("name", "value"), SETTABLE.items())
async def test_each_attribute_is_set_alone(org, name, value):
    user = org.user(CHLOE)
    del user.profile["displayName"]  # it would follow a new name
    before = dict(user.profile)
    answer = await org.call("update_user", user=user.id, profile={name: value})
    assert user.profile == {**before, name: value}
    assert [change["field"] for change in answer.data["changes"]] == [name]
    assert answer.data["changes"][0]["after"] == value
    assert org.changes[0].body == {"profile": {name: value}}


@pytest.mark.parametrize("name", [name for name in SETTABLE if name not in ("firstName", "lastName", "email", "login")])
async def test_each_attribute_that_is_not_required_is_cleared_alone(org, name):
    user = org.user(CHLOE)
    user.profile[name] = SETTABLE[name]
    before = dict(user.profile)
    answer = await org.call("update_user", user=user.id, clear=[name])
    del before[name]
    assert user.profile == before
    assert answer.data["changes"] == [{"field": name, "before": SETTABLE[name]}]
    assert org.changes[0].body == {"profile": {name: None}}


async def test_snake_case_means_the_same_in_both(org):
    await org.call("update_user", user=CHLOE, profile={"nick_name": "Clo", "employee_number": 7}, clear=["cost_center"])
    assert org.changes[0].body == {"profile": {"nickName": "Clo", "employeeNumber": "7", "costCenter": None}}


async def test_a_changed_login_names_the_user_from_then_on(org):
    answer = await org.call("update_user", user=CHLOE, profile={"login": "chloe.b@example.com"})
    assert answer.story == snapshot("""\
Updated "Chloe Bennett" (chloe.b@example.com).
- login: "chloe.bennett@example.com" → "chloe.b@example.com"
User id <chloe.b@example.com>, status ACTIVE, Okta request <request>.\
""")
    assert org.exists("chloe.b@example.com")
    assert not org.exists(CHLOE)


async def test_a_change_to_what_is_there_already_says_so(org):
    answer = await org.call("update_user", user=CHLOE, profile={"title": "Sales Manager Americas"}, clear=["nickName"])
    assert answer.story == snapshot("""\
"Chloe Bennett" (chloe.bennett@example.com) already had these values; nothing changed.
User id <chloe.bennett@example.com>, status ACTIVE, Okta request <request>.\
""")
    assert answer.data["changes"] == []


@pytest.mark.parametrize("user", ["Dorothy Finch", "viktor.szabo@example.com"])
async def test_a_profile_mastered_elsewhere_is_not_changed(org, user):
    before = org.state()
    answer = await org.call("update_user", user=user, profile={"title": "X"})
    assert answer.is_error
    assert answer.text.splitlines()[:3] == snapshot(
        [
            "This user's profile is mastered in another system.",
            "Nothing was changed.",
            "Next: make the change there (Active Directory, HR).",
        ]
    )
    assert org.state() == before


REFUSED = [
    (
        {},
        snapshot(
            "update_user was not called: nothing to change: give `profile`, `clear`, a password, `recoveryQuestion` or `realmId`."
        ),
    ),
    (
        {"profile": {}},
        snapshot(
            "update_user was not called: nothing to change: give `profile`, `clear`, a password, `recoveryQuestion` or `realmId`."
        ),
    ),
    (
        {"clear": []},
        snapshot(
            "update_user was not called: nothing to change: give `profile`, `clear`, a password, `recoveryQuestion` or `realmId`."
        ),
    ),
    (
        {"strict": True},
        snapshot(
            "update_user was not called: nothing to change: give `profile`, `clear`, a password, `recoveryQuestion` or `realmId`."
        ),
    ),
    (
        {"profile": {"title": "X"}, "strict": False},
        snapshot("update_user was not called: `strict` false goes with a new password only; leave it out."),
    ),
    (
        {"recoveryQuestion": QUESTION, "strict": False},
        snapshot("update_user was not called: `strict` false goes with a new password only; leave it out."),
    ),
    (
        {"profile": {"title": "X"}, "realmId": ""},
        snapshot("update_user was not called: `realmId` is too short: at least 1 character."),
    ),
    ({"realmId": " "}, snapshot("update_user was not called: `realmId` is too short: at least 1 character.")),
    (
        {"profile": {"title": "X"}, "clear": ["title"]},
        snapshot("update_user was not called: `title` cannot be both set and cleared."),
    ),
    (
        {"profile": {"nickName": "X"}, "clear": ["nick_name"]},
        snapshot("update_user was not called: `nickName` cannot be both set and cleared."),
    ),
    ({"clear": ["login"]}, snapshot("update_user was not called: `login` cannot be empty; set another value instead.")),
    (
        {"clear": ["first_name", "email", "title"]},
        snapshot("update_user was not called: `email`, `firstName` cannot be empty; set another value instead."),
    ),
    (
        {"profile": {"title": None}},
        snapshot(
            "update_user was not called: `profile` has nothing in `title`; leave out what is to stay as it is (update_user empties an attribute named in `clear`)."
        ),
    ),
    (
        {"profile": {"title": ""}},
        snapshot(
            "update_user was not called: `profile` has nothing in `title`; leave out what is to stay as it is (update_user empties an attribute named in `clear`)."
        ),
    ),
    (
        {"profile": {"title": "X", "city": None, "state": ""}},
        snapshot(
            "update_user was not called: `profile` has nothing in `city`, `state`; leave out what is to stay as it is (update_user empties an attribute named in `clear`)."
        ),
    ),
    (
        {"profile": {"countryCode": "GBR"}},
        snapshot("update_user was not called: `profile.countryCode` is too long: at most 2 characters."),
    ),
    (
        {"profile": {"firstName": "N" * 51}},
        snapshot("update_user was not called: `profile.firstName` is too long: at most 50 characters."),
    ),
    ({"profile": {"title": {"a": 1}}}, snapshot("update_user was not called: `profile.title` has to be a text.")),
    ({"profile": "title"}, snapshot("update_user was not called: `profile` has to be an object.")),
    ({"clear": [7]}, snapshot("update_user was not called: `clear[0]` has to be a text.")),
    (
        {"clear": ["a"] * 101},
        snapshot("update_user was not called: `clear` has too many entries: at most 100, 101 given."),
    ),
    (
        {"password": NEW, "passwordHook": "default"},
        snapshot("update_user was not called: `password` and `passwordHook` exclude each other; send one."),
    ),
    (
        {"password": NEW, "passwordHash": SHA1},
        snapshot("update_user was not called: `password` and `passwordHash` exclude each other; send one."),
    ),
    (
        {"passwordHash": {"algorithm": "BCRYPT", "value": "x"}},
        snapshot("update_user was not called: `passwordHash` needs `salt` and `workFactor` for BCRYPT."),
    ),
    (
        {"provider": {"type": "FEDERATION"}},
        snapshot("update_user was not called: unknown argument `provider`; did you mean `profile`?"),
    ),
    (
        {"status": "SUSPENDED"},
        snapshot(
            "update_user was not called: unknown argument `status`; it takes `user`, `profile`, `clear`, `password`, `passwordHash`, `passwordHook`, `recoveryQuestion`, `strict`, `realmId`."
        ),
    ),
    (
        {"title": "X"},
        snapshot(
            "update_user was not called: unknown argument `title`; it takes `user`, `profile`, `clear`, `password`, `passwordHash`, `passwordHook`, `recoveryQuestion`, `strict`, `realmId`."
        ),
    ),
    (
        {"groups": ["Sales"]},
        snapshot(
            "update_user was not called: unknown argument `groups`; it takes `user`, `profile`, `clear`, `password`, `passwordHash`, `passwordHook`, `recoveryQuestion`, `strict`, `realmId`."
        ),
    ),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
async def test_what_cannot_be_changed_is_refused_and_nothing_is_sent(library, arguments, said):
    answer = await library.call("update_user", user=CHLOE, **arguments)
    assert answer.is_error
    assert answer.story == said
    assert library.changes == []
    assert NEW not in answer.text


REFUSED_BY_OKTA = [
    (
        {"profile": {"login": "maria.santos@example.com"}},
        snapshot("""\
A user with this login exists already; deactivated users keep theirs.
Nothing was changed.
Next: get_user shows who it is; choose another login, or work with that user.
Okta: 400 E0000001 Api validation failed: login; login: An object with this field already exists in the current organization (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": {"login": "tom.ashby@example.com"}},
        snapshot("""\
A user with this login exists already; deactivated users keep theirs.
Nothing was changed.
Next: get_user shows who it is; choose another login, or work with that user.
Okta: 400 E0000001 Api validation failed: login; login: An object with this field already exists in the current organization (error id <error>, request <request>)\
"""),
    ),
    (
        {"profile": {"countryCode": "ZZ"}},
        snapshot("""\
Okta does not accept the value of `countryCode`.
Nothing was changed.
Next: mend what the causes below name, then call again.
Okta: 400 E0000001 Api validation failed: countryCode; countryCode: The value is not a valid ISO 3166-1 alpha-2 country code (error id <error>, request <request>)\
"""),
    ),
    (
        {"realmId": "guoAAAAAAAAAAAAAAAA1"},
        snapshot("""\
Okta does not accept the value of `realmId`.
Nothing was changed.
Next: mend what the causes below name, then call again.
Okta: 400 E0000001 Api validation failed: realmId; realmId: Realms are not enabled in this organization (error id <error>, request <request>)\
"""),
    ),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED_BY_OKTA)
async def test_what_okta_refuses_is_explained_and_nothing_changes(org, arguments, said):
    before = org.state()
    answer = await org.call("update_user", user=CHLOE, **arguments)
    assert answer.is_error
    assert answer.story == said
    assert org.state() == before


SPELLINGS = [
    {"userId": CHLOE, "profile": {"title": "X"}},
    {"id": "{id}", "profile": json.dumps({"title": "X"})},
    {"userId": "{id}", "body": {"profile": {"title": "X"}}},
    {"params": {"userId": "{id}"}, "body": json.dumps({"profile": {"title": "X"}})},
    {"user_id": CHLOE, "profile": {"title": "X"}, "clear": None, "password": None},
    {"user": CHLOE, "params": {"profile": {"title": "X"}, "strict": True}},
]


@pytest.mark.parametrize("arguments", SPELLINGS)
async def test_the_connectors_spellings_mean_the_same(org, arguments):
    user = org.user(CHLOE)
    filled = json.loads(json.dumps(arguments).replace("{id}", user.id))
    assert not (await org.send("update_user", filled)).is_error
    assert user.profile["title"] == "X"
    assert org.changes[0].body == {"profile": {"title": "X"}}


@pytest.mark.parametrize("clear", ["costCenter, city", '["costCenter", "city"]', ["cost_center", "city"]])
async def test_what_to_clear_may_come_as_a_list_or_as_text(org, clear):
    assert not (await org.call("update_user", user=CHLOE, clear=clear)).is_error
    assert org.changes[0].body == {"profile": {"costCenter": None, "city": None}}


async def test_credentials_may_be_nested_as_in_oktas_own_body(org):
    credentials = {"password": {"value": NEW}, "recovery_question": QUESTION}
    assert not (await org.call("update_user", user=CHLOE, credentials=credentials)).is_error
    assert org.user(CHLOE).password.matches(NEW)
    assert org.changes[0].body == {"credentials": credentials}


async def test_of_two_people_with_one_name_neither_is_changed(org):
    before = org.state()
    answer = await org.call("update_user", user="Maria Santos", profile={"title": "X"})
    assert answer.is_error
    assert "names 2 users" in answer.text
    assert org.state() == before
    assert org.requests == ["GET /users"]
