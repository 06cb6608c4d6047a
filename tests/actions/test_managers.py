"""The manager in a profile: written as the org keeps managers, whoever names them however."""

# ruff: noqa: E501 - answers are quoted whole

import pytest
from inline_snapshot import snapshot

WEI, CHLOE, ADA, TOM = (f"{name}@example.com" for name in ("wei.chen", "chloe.bennett", "ada.byrne", "tom.ashby"))
NORA = {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}
FORMS = {
    "Okta id": lambda user: user.id,
    "login": lambda user: user.login,
    "email": lambda user: user.profile["email"],
    "employee number": lambda user: user.profile["employeeNumber"],
    "login before the @": lambda user: user.login.partition("@")[0],
    "display name": lambda user: user.profile["displayName"],
    "last and first name": lambda user: f"{user.profile['lastName']}, {user.profile['firstName']}",
}


def keep(org, form, text=None):
    """Write into every profile what an org would keep that writes managers down in this form."""
    for number, user in enumerate(org.box.org.users.values()):
        boss = org.box.org.user_by_login(user.profile.get("managerId") or "")
        if boss is not None:
            rest = {name: value for name, value in user.profile.items() if name not in ("managerId", "manager")}
            shown = {} if text is None else {"manager": text(boss)}
            user.profile = {**rest, "managerId": form(boss, number), **shown}


async def of(org, said, **more):
    return await org.call("update_user", user=WEI, profile={"managerId": said}, **more)


@pytest.mark.parametrize("form", FORMS)
async def test_a_manager_is_written_as_the_org_keeps_them(org, form):
    chloe = org.user(CHLOE)
    chloe.profile = {**chloe.profile, "email": "cb@example.com", "employeeNumber": "E-4711"}
    keep(org, lambda boss, _: FORMS[form](boss))
    answer = await of(org, "Chloe Bennett")
    assert not answer.is_error, answer.text
    assert org.changes[0].body == {"profile": {"managerId": FORMS[form](chloe)}}
    assert answer.data["changes"][0]["after"] == FORMS[form](chloe)


@pytest.mark.parametrize("text", ["display name", "last and first name", "login"])
async def test_the_name_is_written_beside_it_where_the_org_keeps_it_so(org, text):
    keep(org, lambda boss, _: boss.id, FORMS[text])
    await org.call("create_user", profile={**NORA, "managerId": "chloe.bennett"})
    nora = org.user(NORA["email"])
    assert (nora.profile["managerId"], nora.profile["manager"]) == (org.user(CHLOE).id, FORMS[text](org.user(CHLOE)))
    given = await org.call("update_user", user=WEI, profile={"managerId": CHLOE, "manager": "C. B."})
    assert [one["field"] for one in given.data["changes"]] == ["managerId", "manager"]
    assert org.user(WEI).profile["manager"] == "C. B."


async def test_where_nobody_has_a_manager_it_is_the_id_that_okta_means(org):
    for user in org.box.org.users.values():
        user.profile = {name: value for name, value in user.profile.items() if not name.startswith("manager")}
    await of(org, "Chloe Bennett")
    assert org.changes[0].body == {"profile": {"managerId": org.user(CHLOE).id}}


async def test_what_the_org_keeps_is_asked_for_once(org):
    await of(org, CHLOE)
    assert len([one for one in org.sent if "search=" in one.query]) == 2
    await of(org, ADA)
    assert not [one for one in org.sent if "search=" in one.query]


async def test_where_half_the_people_have_something_else_the_value_is_asked_for_and_taken(org):
    keep(org, lambda boss, number: boss.id if number % 2 else boss.login)
    answer = await of(org, "Chloe Bennett")
    assert answer.is_error
    assert org.changes == []
    assert "is not clear (" in answer.text
    assert 'not guessed for "Chloe Bennett" (chloe.bennett@example.com); send in `profile.managerId` the value' in (
        answer.text
    )
    for value in (CHLOE, org.user(CHLOE).id):
        await of(org, value)
        assert org.changes[0].body == {"profile": {"managerId": value}}


async def test_a_key_of_another_system_is_not_guessed_and_written_to_the_letter(org):
    keep(org, lambda boss, number: f"W-{1000 + len(boss.login)}")
    answer = await of(org, "Chloe Bennett")
    assert answer.is_error
    assert 'is not clear (such as "W-10' in answer.text
    assert org.changes == []
    await of(org, "W-77")
    assert org.changes[0].body == {"profile": {"managerId": "W-77"}}
    # A name that nobody has is none of these keys.
    answer = await of(org, "Cloe Bennett")
    assert answer.is_error
    assert "No user is called exactly" in answer.text
    row = {"profile": {**NORA, "managerId": "W-78"}}
    assert not (await org.call("run_bulk", tool="create_user", rows=[row])).is_error
    assert org.user(NORA["email"]).profile["managerId"] == "W-78"


async def test_an_id_is_written_to_the_letter_and_the_custom_of_the_org_is_told(org):
    answer = await of(org, org.user(ADA).id)
    assert answer.story == snapshot("""\
Updated "Wei Chen" (wei.chen@example.com).
- managerId: "victor.lindqvist@example.com" → "<ada.byrne@example.com>"
- manager: "Victor Lindqvist" → "Ada Byrne"
User id <wei.chen@example.com>, status ACTIVE, Okta request <request>.
Next: `managerId` is as it was given; other people here have the login, which would be "ada.byrne@example.com".\
""")


async def test_an_id_that_nobody_has_is_told(org):
    answer = await of(org, "00uNobody000000000d7")
    assert org.user(WEI).profile["managerId"] == "00uNobody000000000d7"
    assert answer.data["nextStep"] == snapshot(
        'Nobody has the id in `managerId`. `manager` still says "Victor Lindqvist"; set or clear it too.'
    )


@pytest.mark.parametrize("said", ["Tom Ashby", TOM, "{id}"])
async def test_whoever_is_deactivated_becomes_nobodys_manager(org, said):
    answer = await of(org, said.replace("{id}", org.user(TOM).id))
    assert answer.is_error
    assert "is deactivated and can be nobody's manager" in answer.text
    assert org.changes == []


@pytest.mark.parametrize("said", ["Wei Chen", WEI, "{id}"])
async def test_nobody_becomes_their_own_manager(org, said):
    answer = await of(org, said.replace("{id}", org.user(WEI).id))
    assert answer.story == snapshot(
        'update_user was not called: "Wei Chen" (wei.chen@example.com) cannot be their own manager; name somebody else in `profile.managerId`.'
    )
    assert org.changes == []


async def test_a_suspended_manager_is_told(org):
    await org.person_in("SUSPENDED")
    answer = await of(org, "robin.vale@example.com")
    assert answer.data["nextStep"] == 'The manager "Robin Vale" (robin.vale@example.com) is SUSPENDED.'


async def test_a_name_that_stays_behind_is_told(org):
    answer = await org.call("update_user", user=WEI, clear=["managerId"])
    assert answer.data["nextStep"] == '`manager` still says "Victor Lindqvist"; set or clear it too.'
    answer = await org.call("update_user", user=CHLOE, clear=["managerId", "manager"])
    assert "nextStep" not in answer.data


async def test_the_preview_shows_what_will_stand_there(org_with):
    org = await org_with(settings={"dry_run": True})
    answer = await of(org, "Ada Byrne")
    assert [(one["field"], one["after"]) for one in answer.data["changes"]] == [
        ("managerId", ADA),
        ("manager", "Ada Byrne"),
    ]
    assert "as it was given; other people here have the login" in (await of(org, org.user(ADA).id)).text


async def test_a_run_keeps_the_rule_and_names_the_row_of_whoever_would_manage_themselves(org):
    rows = [{"user": WEI}, {"user": CHLOE}]
    answer = await org.call(
        "run_bulk", tool="update_user", shared={"profile": {"managerId": "Chloe Bennett"}}, rows=rows
    )
    assert answer.is_error
    assert "row 2: " in answer.text
    assert "row 1: " not in answer.text
    assert "cannot be their own manager" in answer.text
    assert org.changes == []
    keep(org, lambda boss, _: boss.profile["employeeNumber"])
    answer = await org.call(
        "run_bulk", tool="update_user", shared={"profile": {"managerId": "Chloe Bennett"}}, rows=rows[:1]
    )
    assert not answer.is_error, answer.text
