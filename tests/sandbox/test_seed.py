"""From a company to an org."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.company import Activity, Company, CustomAttribute, Person, sample_company
from okta_mcp.sandbox.seed import PASSWORD


def person(login="robin.vale@example.com", **more):
    return Person(
        first_name="Robin",
        last_name="Vale",
        login=login,
        email=login,
        title="Archivist",
        department="Archive",
        manager=None,
        employee_number="7",
        city="Lyon",
        state="Rhône",
        country_code="FR",
        **more,
    )


def company(*people, **more):
    parts = {"groups": (), "apps": (), "activity": (), "custom_attributes": (), **more}
    return Company(name="Quillworks", subdomain="quillworks", people=people, **parts)


def test_everybody_of_the_company_is_in_the_org_with_status_and_groups(sandbox):
    for someone in sample_company().people:
        user = sandbox.org.user_by_login(someone.login)
        assert user.status == someone.status
        groups = {group.name for group in sandbox.org.groups_of(user)}
        assert groups == {"Everyone", *someone.groups}
        assert (user.last_login is None) == (someone.last_login_hours_ago is None)
        assert (user.recovery is not None) == someone.recovery_question
        assert user.provider.type == someone.provider


def test_managers_are_named_in_the_profile(sandbox):
    profile = sandbox.org.user("wei.chen").profile
    assert profile["manager"] == "Victor Lindqvist"
    assert profile["managerId"] == "victor.lindqvist@example.com"


def test_the_activity_of_the_week_stands_in_the_log(sandbox, clock):
    params = {"since": "2026-02-01T00:00:00Z", "until": "2026-03-03T00:00:00Z", "limit": "1000"}
    events = sandbox.org.log.query(params, clock()).events
    wanted = Counter((event.event_type, event.outcome) for event in sample_company().activity)
    found = Counter((event["eventType"], event["outcome"]["result"]) for event in events)
    assert wanted.items() <= found.items()
    moments = [event["published"] for event in events]
    assert moments == sorted(moments)
    locks = [event for event in events if event["eventType"] == "user.account.lock"]
    assert [event["actor"]["alternateId"] for event in locks] == ["felix.hartmann@example.com"]


def test_a_company_without_administrator_gets_one():
    sandbox = Sandbox(company(person()))
    assert sandbox.org.is_admin(sandbox.org.user_by_login("admin@example.com"))
    assert not sandbox.org.is_admin(sandbox.org.user("robin.vale"))
    assert {group.name for group in sandbox.org.groups.values()} == {"Everyone", "Okta Administrators"}


@pytest.mark.parametrize(
    "status",
    ["STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"],
)
@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_person_comes_to_any_status_however_long_ago_hired(clock, status, days):
    sandbox = Sandbox(company(person(status=status, hired_days_ago=days)), clock=clock)
    user = sandbox.org.user("robin.vale")
    assert user.status == status
    assert user.created == clock().replace(microsecond=0) - timedelta(days=days)
    assert user.created <= user.status_changed <= clock()
    assert (user.password is None) == (status in {"STAGED", "PROVISIONED", "DEPROVISIONED"})


def test_seeded_people_know_the_seeds_password(sandbox):
    assert sandbox.org.user("wei.chen").password.matches(PASSWORD)


def test_custom_attributes_are_checked(clock):
    badge = CustomAttribute("badge", "Badge", "integer", {"minimum": 5})
    with pytest.raises(Exception, match="Api validation failed: badge"):
        Sandbox(company(person(profile={"badge": 4}), custom_attributes=(badge,)))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: company(person(groups=("Nobody",))), "in the group Nobody, which does not exist"),
        (
            lambda: company(person(), activity=(Activity(1, "user.session.start", "ghost@example.com"),)),
            "ghost@example.com did something, and does not exist",
        ),
        (
            lambda: replace(sample_company(), groups=()),
            "is assigned to the group",
        ),
        (
            lambda: replace(sample_company(), apps=()),
            "comes from the app Active Directory, which does not exist",
        ),
    ],
)
def test_a_company_that_contradicts_itself_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        Sandbox(build())


CUSTOM = (
    CustomAttribute("badge", "Badge", "string", {"unique": "UNIQUE_VALIDATED", "minLength": 2, "maxLength": 4}),
    CustomAttribute("shift", "Shift", "string", {"enum": ["early", "late"]}),
    CustomAttribute("grade", "Grade", "number", {"minimum": 1, "maximum": 9.5}),
    CustomAttribute("floors", "Floors", "array", {"items": {"type": "integer"}, "enum": [1, 2, 3]}),
    CustomAttribute("site", "Site", "string", {"required": True}),
)


@pytest.mark.parametrize(
    ("changes", "causes"),
    [
        ({}, None),
        ({"shift": "late", "grade": 9.5, "floors": [1, 3]}, None),
        ({"badge": "A1"}, ["badge: An object with this field already exists in the current organization"]),
        ({"badge": "A"}, ["badge: The field is too short"]),
        ({"badge": "A1234"}, ["badge: The field is too long"]),
        ({"shift": "night"}, ["shift: The value must be one of early, late"]),
        ({"grade": 9.6}, ["grade: The value is greater than 9.5"]),
        ({"grade": 0}, ["grade: The value is less than 1"]),
        ({"floors": [4]}, ["floors: The value must be one of 1, 2, 3"]),
        ({"site": None}, ["site: The field cannot be left blank"]),
    ],
)
async def test_custom_attributes_keep_their_rules(clock, changes, causes):
    taken = person(profile={"badge": "A1", "site": "Lyon"})
    admin = person("admin@example.com", profile={"site": "Lyon"})
    sandbox = Sandbox(company(taken, admin, custom_attributes=CUSTOM), clock=clock)
    profile = {"firstName": "K", "lastName": "R", "login": "kr@example.com", "email": "kr@example.com", "site": "Lyon"}
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app),
        base_url="https://sandbox.okta.example",
        headers={"Authorization": f"SSWS {sandbox.api_token}"},
    ) as client:
        answer = await client.post("/api/v1/users", json={"profile": {**profile, **changes}})
        schema = (await client.get("/api/v1/meta/schemas/user/default")).json()
    found = [cause["errorSummary"] for cause in answer.json().get("errorCauses", [])]
    assert (answer.status_code, found) == ((200, []) if causes is None else (400, causes))
    properties = schema["definitions"]["custom"]["properties"]
    assert properties["badge"]["unique"] == "UNIQUE_VALIDATED"
    assert properties["shift"]["enum"] == ["early", "late"]
    assert schema["definitions"]["custom"]["required"] == ["site"]
