"""Get user: the whole of one person, however named, and nothing secret."""

# ruff: noqa: E501 - answers are quoted whole

import pytest
from inline_snapshot import snapshot

from okta_mcp.sandbox.seed import PASSWORD

ROBIN = "robin.vale@example.com"


async def test_one_person_is_shown_in_full(library):
    answer = await library.call("get_user", user="chloe.bennett@example.com")
    assert answer.story == snapshot("""\
id: <chloe.bennett@example.com>
status: ACTIVE
profile:
  firstName: Chloe
  lastName: Bennett
  mobilePhone: +1 512 555 0122
  login: chloe.bennett@example.com
  email: chloe.bennett@example.com
  title: Sales Manager Americas
  department: Sales
  managerId: marcus.feld@example.com
  manager: Marcus Feld
  employeeNumber: 1023
  city: Austin
  state: Texas
  countryCode: US
  displayName: Chloe Bennett
  organization: Harbourlight
  costCenter: CC-120
  userType: Employee
  locale: en_US
  timezone: America/Chicago
  startDate: 2024-10-08
  badgeNumber: 5023
  remote: yes
credentials:
  hasPassword: yes
  provider: OKTA
  recoveryQuestion: What was the name of your first school?
created: 2024-12-03T09:30:15.000Z
activated: 2024-12-03T10:30:15.000Z
statusChanged: 2024-12-03T10:30:15.000Z
lastLogin: 2026-02-26T00:42:15.000Z
lastUpdated: 2024-12-03T10:30:15.000Z
passwordChanged: 2024-12-03T09:30:15.000Z
userTypeId: oty9U6wfPwgLGQXvo5d7\
""")
    user = library.user("chloe.bennett@example.com")
    assert answer.data["id"] == user.id
    assert answer.data["profile"] == user.profile
    assert answer.data["userTypeId"] == user.type_id
    assert library.requests == ["GET /users/chloe.bennett@example.com"]


@pytest.mark.parametrize(
    ("spelling", "requests"),
    [
        ("{id}", ["GET /users/{id}"]),
        ("chloe.bennett@example.com", ["GET /users/chloe.bennett@example.com"]),
        ("chloe.bennett", ["GET /users", "GET /users/{id}"]),
        ("Chloe Bennett", ["GET /users", "GET /users/{id}"]),
        ("bennett, chloe", ["GET /users", "GET /users/{id}"]),
        (" Chloe  BENNETT ", ["GET /users", "GET /users/{id}"]),
        ("Chloe", ["GET /users", "GET /users/{id}"]),
        ("Bennett", ["GET /users", "GET /users/{id}"]),
    ],
)
async def test_a_person_may_be_named_in_many_ways_each_with_its_price(org, spelling, requests):
    user = org.user("chloe.bennett@example.com")
    answer = await org.call("get_user", user=spelling.replace("{id}", user.id))
    assert answer.data["id"] == user.id
    assert org.requests == requests


async def test_an_email_that_is_no_login_costs_three_requests(library):
    answer = await library.call("get_user", user="elena.ionescu@example.com")
    assert answer.data["profile"]["login"] == "elena.popescu@example.com"
    assert library.requests == ["GET /users/elena.ionescu@example.com", "GET /users", "GET /users/{id}"]


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


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("spelling", [ROBIN, "Robin Vale"])
async def test_people_are_shown_in_every_status(org, status, spelling):
    user = await org.person_in(status)
    answer = await org.call("get_user", user=spelling)
    assert answer.data["status"] == status
    assert answer.data["credentials"]["hasPassword"] is (user.password is not None)
    assert f"status: {status}" in answer.text


async def test_lists_and_switches_are_written_for_people_not_for_python(library):
    answer = await library.call("get_user", user="oleg.petrenko@example.com")
    assert "  skills: sql, python" in answer.text.splitlines()
    assert "  remote: no" in answer.text.splitlines()
    assert answer.data["profile"]["skills"] == ["sql", "python"]
    assert answer.data["profile"]["remote"] is False


async def test_what_is_not_known_is_left_out(library):
    answer = await library.call("get_user", user="Greta Lund")
    assert answer.story == snapshot("""\
id: <greta.lund@example.com>
status: STAGED
profile:
  firstName: Greta
  lastName: Lund
  login: greta.lund@example.com
  email: greta.lund@example.com
  title: Support Engineer
  department: Support
  managerId: liam.doyle@example.com
  manager: Liam Doyle
  employeeNumber: 1050
  city: Dublin
  state: Leinster
  countryCode: IE
  displayName: Greta Lund
  organization: Harbourlight
  costCenter: CC-150
  userType: Employee
  locale: en_IE
  timezone: Europe/Dublin
  startDate: 2026-01-04
  badgeNumber: 5050
  remote: yes
credentials:
  hasPassword: no
  provider: OKTA
created: 2026-03-01T09:30:15.000Z
statusChanged: 2026-03-01T09:30:15.000Z
lastUpdated: 2026-03-01T09:30:15.000Z
userTypeId: oty9U6wfPwgLGQXvo5d7\
""")
    assert None not in answer.data.values()


async def test_no_password_answer_or_token_is_shown(library):
    user = library.user("noah.ellis@example.com")
    assert user.one_time_token
    answer = await library.call("get_user", user=user.login)
    shown = answer.text + str(answer.data)
    assert not [secret for secret in (PASSWORD, "Harbour School", user.one_time_token) if secret in shown]
    assert "_links" not in shown


@pytest.mark.parametrize("expand", ["blocks", True])
async def test_blocks_are_embedded_when_asked_for(org, expand):
    user = await org.person_in("ACTIVE")
    user.device_blocked = True
    answer = await org.call("get_user", user=ROBIN, expand=expand)
    assert answer.data["embedded"] == snapshot({"blocks": [{"type": "DEVICE_BASED", "appliesTo": "UNKNOWN_DEVICES"}]})
    assert answer.text.splitlines()[-2:] == snapshot(
        ["embedded:", "  blocks: type=DEVICE_BASED appliesTo=UNKNOWN_DEVICES"]
    )
    assert org.sent[-1].query == "expand=blocks"
    assert org.requests == [f"GET /users/{ROBIN}", "GET /users/{id}"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"id": "{id}", "expand": True},
        {"userId": "{id}", "params": {"expand": "blocks"}},
        {"userId": "{id}", "params": {"expand": True}},
        {"user_id": "{id}", "expand": "blocks"},
    ],
)
async def test_the_connectors_spellings_mean_the_same(library, arguments):
    user = library.user("chloe.bennett@example.com")
    given = {name: user.id if value == "{id}" else value for name, value in arguments.items()}
    answer = await library.send("get_user", given)
    assert answer.data["id"] == user.id
    assert library.sent[-1].query == "expand=blocks"


async def test_expand_false_means_nothing_more(library):
    answer = await library.call("get_user", user="chloe.bennett@example.com", expand=False)
    assert not answer.is_error
    assert len(library.requests) == 1


async def test_an_unknown_expansion_is_refused(library):
    answer = await library.call("get_user", user="chloe.bennett@example.com", expand="groups")
    assert answer.story == snapshot("get_user was not called: `expand` is one of 'blocks' or 'classification'.")
    assert library.requests == []


async def test_of_two_people_with_one_name_none_is_shown(library):
    answer = await library.call("get_user", user="Maria Santos")
    assert answer.is_error
    assert answer.data is None
    assert answer.story == snapshot("""\
"Maria Santos" names 2 users.
Nothing was done. Ask which one is meant, then call again with its id as `user`:
- <maria.santos2@example.com>: "Maria Santos" (maria.santos2@example.com), ACTIVE, "Payroll Specialist", "Finance", reports to "Helena Novák"
- <maria.santos@example.com>: "Maria Santos" (maria.santos@example.com), ACTIVE, "Software Engineer", "Engineering", reports to "Ibrahim Sesay"\
""")


async def test_names_without_their_accents_show_the_nearest(library):
    answer = await library.call("get_user", user="Pavel Dvorak")
    assert "pavel.dvorak@example.com" in answer.text


async def test_somebody_deleted_meanwhile_is_not_found(org):
    user = await org.person_in("DEPROVISIONED")
    org.box.org.remove_user(user)
    answer = await org.call("get_user", user=user.id)
    assert answer.is_error
    assert answer.text == (
        f'No user matches "{user.id}". Nothing was done.\n'
        "Next: check the spelling (id, login, email or full name), or look with find_user for a part of the name."
    )
