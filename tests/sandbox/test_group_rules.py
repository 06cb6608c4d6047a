"""Group rules: their life, whom they put into groups, and what becomes of members they have put there."""

import pickle

import pytest

RULES = "/api/v1/groups/rules"
BASE = "https://sandbox.okta.example"


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


@pytest.fixture
def pilot(sandbox):
    """A group without members."""
    return sandbox.org.group_by_name("Aurora Pilot")


def rule_body(group, expression='user.department=="Sales"', name="Sales staff", **people):
    return {
        "type": "group_rule",
        "name": name,
        "conditions": {
            "people": {"users": {"exclude": people.get("users", [])}, "groups": {"exclude": people.get("groups", [])}},
            "expression": {"value": expression, "type": "urn:okta:expression:1.0"},
        },
        "actions": {"assignUserToGroups": {"groupIds": [group.id]}},
    }


async def made(okta, body, *, active=True):
    answer = await okta.post(RULES, json=body)
    assert answer.status_code == 200, answer.text
    rule = answer.json()
    if active:
        assert (await okta.post(f"{RULES}/{rule['id']}/lifecycle/activate")).status_code == 204
    return rule


def sales(sandbox):
    return {
        user.id
        for user in sandbox.org.users.values()
        if user.profile.get("department") == "Sales" and user.status != "DEPROVISIONED"
    }


async def test_a_new_rule_rests_until_it_is_activated(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot), active=False)
    assert rule == {
        "type": "group_rule",
        "id": rule["id"],
        "status": "INACTIVE",
        "name": "Sales staff",
        "created": "2026-03-02T09:30:15.000Z",
        "lastUpdated": "2026-03-02T09:30:15.000Z",
        "conditions": {
            "people": {"users": {"exclude": []}, "groups": {"exclude": []}},
            "expression": {"value": 'user.department=="Sales"', "type": "urn:okta:expression:1.0"},
        },
        "actions": {"assignUserToGroups": {"groupIds": [pilot.id]}},
    }
    assert rule["id"].startswith("0pr")
    assert set(pilot.members) == set()
    path = f"{RULES}/{rule['id']}"
    answer = await okta.post(f"{path}/lifecycle/activate")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await okta.get(path)).json()["status"] == "ACTIVE"
    assert set(pilot.members) == sales(sandbox) != set()
    # Once more is no error, and changes nothing.
    assert (await okta.post(f"{path}/lifecycle/activate")).status_code == 204


async def test_deactivated_users_are_left_out_of_rules(okta, sandbox, pilot):
    leaver = sandbox.org.user_by_login("olivia.grant@example.com")
    assert (leaver.status, leaver.profile["department"]) == ("DEPROVISIONED", "Sales")
    await made(okta, rule_body(pilot))
    assert leaver.id not in pilot.members
    await okta.post(f"/api/v1/users/{leaver.id}/lifecycle/activate")
    assert leaver.id in pilot.members


async def test_a_member_by_rule_stays_when_deactivated(okta, sandbox, pilot):
    await made(okta, rule_body(pilot))
    user = min(sales(sandbox))
    await okta.post(f"/api/v1/users/{user}/lifecycle/deactivate")
    assert user in pilot.members


async def test_rules_look_at_every_new_and_every_changed_user(okta, pilot):
    await made(okta, rule_body(pilot))
    profile = {"firstName": "Robin", "lastName": "Vale", "login": "rv@example.com", "email": "rv@example.com"}
    answer = await okta.post("/api/v1/users?activate=false", json={"profile": {**profile, "department": "Sales"}})
    user = answer.json()["id"]
    assert user in pilot.members
    for department, is_member in (("IT", False), ("Sales", True), (None, False)):
        await okta.post(f"/api/v1/users/{user}", json={"profile": {"department": department}})
        assert (user in pilot.members) is is_member


async def test_what_a_rule_does_is_logged_as_the_orgs_own_deed(okta, sandbox, pilot):
    await made(okta, rule_body(pilot))
    events = (await okta.get("/api/v1/logs?limit=1000&since=2026-03-02T09:30:15Z")).json()
    added = [event for event in events if event["eventType"] == "group.user_membership.add"]
    assert {event["target"][0]["id"] for event in added} == sales(sandbox)
    assert {event["actor"]["type"] for event in added} == {"SystemPrincipal"}


async def test_apps_follow_membership_by_rule(okta, sandbox):
    finance = sandbox.org.group_by_name("Finance")
    await made(okta, rule_body(finance, 'user.city == "Reykjavik"'))
    path = "/api/v1/users/wei.chen"

    async def tiles():
        return {tile["label"] for tile in (await okta.get(f"{path}/appLinks")).json()}

    assert "Payroll" not in await tiles()
    await okta.post(path, json={"profile": {"city": "Reykjavik"}})
    assert "Payroll" in await tiles()
    await okta.post(path, json={"profile": {"city": "Lyon"}})
    assert "Payroll" not in await tiles()


async def test_a_rule_takes_out_nobody_it_has_not_put_there(okta, sandbox, pilot):
    user = sandbox.org.user_by_login("wei.chen@example.com").id
    membership = f"/api/v1/groups/{pilot.id}/users/{user}"
    await okta.put(membership)
    await made(okta, rule_body(pilot, 'user.city == "Reykjavik"'))
    for city in ("Reykjavik", "Lyon"):
        await okta.post(f"/api/v1/users/{user}", json={"profile": {"city": city}})
        assert user in pilot.members


async def test_adding_by_hand_whom_a_rule_has_put_there_makes_it_lasting(okta, sandbox, pilot):
    await made(okta, rule_body(pilot))
    user = min(sales(sandbox))
    assert (await okta.put(f"/api/v1/groups/{pilot.id}/users/{user}")).status_code == 204
    await okta.post(f"/api/v1/users/{user}", json={"profile": {"department": "IT"}})
    assert user in pilot.members


async def test_a_member_whom_two_rules_hold_leaves_when_neither_does(okta, sandbox, pilot):
    await made(okta, rule_body(pilot))
    await made(okta, rule_body(pilot, 'user.city == "Reykjavik"', name="Icelanders"))
    user = min(sales(sandbox))
    for profile, is_member in (
        ({"city": "Reykjavik"}, True),
        ({"department": "IT"}, True),
        ({"city": "Lyon"}, False),
    ):
        await okta.post(f"/api/v1/users/{user}", json={"profile": profile})
        assert (user in pilot.members) is is_member


async def test_removing_a_member_by_rule_excludes_the_user_from_the_rule(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot))
    user = min(sales(sandbox))
    assert (await okta.delete(f"/api/v1/groups/{pilot.id}/users/{user}")).status_code == 204
    shown = (await okta.get(f"{RULES}/{rule['id']}")).json()
    assert shown["conditions"]["people"]["users"]["exclude"] == [user]
    await okta.post(f"/api/v1/users/{user}", json={"profile": {"title": "Archivist"}})
    assert user not in pilot.members
    events = (await okta.get('/api/v1/logs?filter=eventType sw "group.user_membership.rule"')).json()
    assert [event["eventType"] for event in events] == ["group.user_membership.rule.add_exclusion"]
    assert [target["id"] for target in events[0]["target"]] == [rule["id"], user]


async def test_removing_a_member_by_hand_excludes_nobody(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot))
    user = sandbox.org.user_by_login("wei.chen@example.com").id
    membership = f"/api/v1/groups/{pilot.id}/users/{user}"
    await okta.put(membership)
    await okta.delete(membership)
    assert (await okta.get(f"{RULES}/{rule['id']}")).json()["conditions"]["people"]["users"]["exclude"] == []


async def test_one_added_by_hand_whom_a_rule_describes_too_stays_out_when_removed(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot))
    user = min(sales(sandbox))
    membership = f"/api/v1/groups/{pilot.id}/users/{user}"
    await okta.put(membership)
    assert (await okta.delete(membership)).status_code == 204
    assert user not in pilot.members
    assert (await okta.get(f"{RULES}/{rule['id']}")).json()["conditions"]["people"]["users"]["exclude"] == [user]


async def test_a_rule_has_room_for_a_hundred_exclusions(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot))
    user = min(sales(sandbox))
    sandbox.org.rules[rule["id"]].excluded_users.extend(f"00u{number}" for number in range(100))
    answer = await okta.delete(f"/api/v1/groups/{pilot.id}/users/{user}")
    assert error_of(answer) == (400, "E0000093", ["The number of excluded users is too large"])
    assert user in pilot.members


async def test_a_deleted_user_is_excluded_nowhere(okta, sandbox, pilot):
    user = sandbox.org.user_by_login("wei.chen@example.com").id
    rule = await made(okta, rule_body(pilot, users=[user]))
    for _ in range(2):
        await okta.delete(f"/api/v1/users/{user}")
    assert (await okta.get(f"{RULES}/{rule['id']}")).json()["conditions"]["people"]["users"]["exclude"] == []


async def test_excluded_users_and_members_of_excluded_groups_stay_out(okta, sandbox, pilot):
    first, second, *others = sorted(sales(sandbox))
    it = sandbox.org.group_by_name("IT")
    await okta.put(f"/api/v1/groups/{it.id}/users/{second}")
    await made(okta, rule_body(pilot, users=[first], groups=[it.id]))
    assert set(pilot.members) == set(others)


async def test_rules_can_follow_membership(okta, sandbox, pilot):
    it = sandbox.org.group_by_name("IT")
    await made(okta, rule_body(pilot, f'isMemberOfGroup("{it.id}")', name="By id"))
    assert set(pilot.members) == set(it.members)
    user = min(sales(sandbox))
    membership = f"/api/v1/groups/{it.id}/users/{user}"
    for method, is_member in (("PUT", True), ("DELETE", False)):
        await okta.request(method, membership)
        assert (user in pilot.members) is is_member


async def test_custom_attributes_count(okta, sandbox, pilot):
    await made(okta, rule_body(pilot, 'Arrays.contains(user.skills, "welding") and user.remote == false'))
    user = sandbox.org.user_by_login("wei.chen@example.com")
    await okta.post(f"/api/v1/users/{user.id}", json={"profile": {"skills": ["sql", "welding"], "remote": False}})
    assert set(pilot.members) == {user.id}


@pytest.mark.parametrize("remove", [True, False])
async def test_a_deleted_rule_takes_its_members_along_when_asked_to(okta, sandbox, pilot, remove):
    rule = await made(okta, rule_body(pilot))
    answer = await okta.delete(f"{RULES}/{rule['id']}", params={"removeUsers": str(remove).lower()})
    assert (answer.status_code, answer.json()) == (202, {})
    assert (await okta.get(f"{RULES}/{rule['id']}")).status_code == 404
    assert set(pilot.members) == (set() if remove else sales(sandbox))
    assert pilot.by_rule == {}


async def test_a_rule_at_rest_keeps_its_members_and_looks_again_when_activated(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot))
    members = set(pilot.members)
    path = f"{RULES}/{rule['id']}/lifecycle"
    for _ in range(2):
        assert (await okta.post(f"{path}/deactivate")).status_code == 204
    user = min(members)
    await okta.post(f"/api/v1/users/{user}", json={"profile": {"department": "IT"}})
    assert set(pilot.members) == members
    await okta.post(f"{path}/activate")
    assert set(pilot.members) == members - {user}


async def test_a_rule_is_replaced_at_rest_only(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot))
    path = f"{RULES}/{rule['id']}"
    changed = rule_body(pilot, 'user.department=="IT"', name="IT staff")
    assert error_of(await okta.put(path, json=changed)) == (
        400,
        "E0000001",
        ["status: An active rule cannot be changed; deactivate it first"],
    )
    await okta.post(f"{path}/lifecycle/deactivate")
    answer = await okta.put(path, json={**rule, **changed})
    assert (answer.json()["name"], answer.json()["status"]) == ("IT staff", "INACTIVE")
    other = rule_body(sandbox.org.group_by_name("IT"))
    assert error_of(await okta.put(path, json=other)) == (
        400,
        "E0000001",
        ["actions: The groups of a rule cannot be changed"],
    )


@pytest.mark.parametrize("active", [True, False])
async def test_a_rule_is_invalid_when_its_group_is_gone(okta, pilot, active):
    rule = await made(okta, rule_body(pilot), active=active)
    await okta.delete(f"/api/v1/groups/{pilot.id}")
    path = f"{RULES}/{rule['id']}"
    assert (await okta.get(path)).json()["status"] == "INVALID"
    assert error_of(await okta.post(f"{path}/lifecycle/activate")) == (
        400,
        "E0000001",
        ["groupRule: The rule is invalid and cannot be activated"],
    )
    # Users are taken in as before, and another expression does not mend it.
    await okta.post("/api/v1/users/wei.chen", json={"profile": {"department": "Sales"}})
    answer = await okta.put(path, json=rule_body(pilot, 'user.city == "Lyon"'))
    assert (answer.status_code, answer.json()["status"]) == (200, "INVALID")
    assert (await okta.delete(f"{path}?removeUsers=true")).status_code == 202


@pytest.mark.parametrize("what", ["attribute", "group"])
async def test_a_rule_is_invalid_when_its_expression_names_what_is_gone(okta, sandbox, pilot, what):
    it = sandbox.org.group_by_name("IT")
    expression = "user.badgeNumber > 3" if what == "attribute" else f'isMemberOfGroup("{it.id}")'
    rule = await made(okta, rule_body(pilot, expression))
    if what == "attribute":
        body = {"definitions": {"custom": {"properties": {"badgeNumber": None}}}}
        assert (await okta.post("/api/v1/meta/schemas/user/default", json=body)).status_code == 200
    else:
        await okta.delete(f"/api/v1/groups/{it.id}")
    path = f"{RULES}/{rule['id']}"
    assert (await okta.get(path)).json()["status"] == "INVALID"
    # With an expression that means something it can be activated again.
    assert (await okta.put(path, json=rule_body(pilot))).json()["status"] == "INACTIVE"
    assert (await okta.post(f"{path}/lifecycle/activate")).status_code == 204


async def test_rules_come_in_pages_and_are_found_by_name(okta, pilot):
    for number in range(3):
        await made(okta, rule_body(pilot, name=f"Rule {number} of Sales"), active=False)
    answer = await okta.get(f"{RULES}?limit=2")
    last = answer.json()[-1]["id"]
    assert answer.headers.get_list("link") == [
        f'<{BASE}{RULES}?limit=2>; rel="self"',
        f'<{BASE}{RULES}?after={last}&limit=2>; rel="next"',
    ]
    rest = (await okta.get(f"{RULES}?limit=2&after={last}")).json()
    assert [rule["name"] for rule in (*answer.json(), *rest)] == [f"Rule {n} of Sales" for n in range(3)]
    found = (await okta.get(f"{RULES}?search=sales 1")).json()
    assert [rule["name"] for rule in found] == ["Rule 1 of Sales"]
    shown = (await okta.get(f"{RULES}?limit=1&expand=groupIdToGroupNameMap")).json()
    assert shown[0]["_embedded"] == {"groupIdToGroupNameMap": {pilot.id: "Aurora Pilot"}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "x" * 51}, (400, "E0000001", ["name: The field is too long"])),
        ({"name": " "}, (400, "E0000001", ["name: The field cannot be left blank"])),
        ({"name": 7}, (400, "E0000001", ["name: The field cannot be left blank"])),
        ({"type": "rule"}, (400, "E0000001", ["type: must be group_rule"])),
        ({"priority": 1}, (400, "E0000003", [])),
        ({"conditions": []}, (400, "E0000003", [])),
        (
            {"conditions": {}},
            (400, "E0000001", ["conditions.expression.value: The field cannot be left blank"]),
        ),
        (
            {"conditions": {"expression": {"value": "true", "type": "spel"}}},
            (400, "E0000001", ["conditions.expression.type: must be urn:okta:expression:1.0"]),
        ),
        (
            {"conditions": {"expression": {"value": "user.department =="}}},
            (400, "E0000001", ["conditions.expression.value: Invalid expression syntax"]),
        ),
        (
            {"conditions": {"expression": {"value": "user.wings == 2"}}},
            (400, "E0000001", ["conditions.expression.value: Invalid property wings in expression user.wings == 2"]),
        ),
        (
            {"conditions": {"expression": {"value": 'isMemberOfGroup("00gX")'}}},
            (
                400,
                "E0000001",
                ['conditions.expression.value: Invalid group 00gX in expression isMemberOfGroup("00gX")'],
            ),
        ),
        (
            {"conditions": {"expression": {"value": "true"}, "people": {"users": {"exclude": ["00uX"]}}}},
            (404, "E0000007", []),
        ),
        (
            {"conditions": {"expression": {"value": "true"}, "people": {"groups": {"exclude": ["00gX"]}}}},
            (404, "E0000007", []),
        ),
        (
            {"conditions": {"expression": {"value": "true"}, "people": {"users": {"exclude": "00uX"}}}},
            (400, "E0000003", []),
        ),
        (
            {
                "conditions": {
                    "expression": {"value": "true"},
                    "people": {"users": {"exclude": [f"00u{number}" for number in range(101)]}},
                }
            },
            (400, "E0000093", ["The number of excluded users is too large"]),
        ),
        (
            {"actions": {}},
            (400, "E0000001", ["actions.assignUserToGroups.groupIds: The field cannot be left blank"]),
        ),
        ({"actions": {"assignUserToGroups": {"groupIds": ["00gX"]}}}, (404, "E0000007", [])),
        ({"actions": {"assignUserToGroups": {"groupIds": [7]}}}, (400, "E0000003", [])),
    ],
)
async def test_a_rule_okta_would_refuse_is_refused(okta, sandbox, pilot, changes, expected):
    answer = await okta.post(RULES, json={**rule_body(pilot), **changes})
    assert error_of(answer) == expected
    assert sandbox.org.rules == {}


@pytest.mark.parametrize("group", ["Everyone", "Domain Users"])
async def test_rules_fill_groups_of_okta_itself_only(okta, sandbox, group):
    target = sandbox.org.group_by_name(group)
    answer = await okta.post(RULES, json=rule_body(target))
    assert error_of(answer)[:2] == (400, "E0000001")
    assert target.id in answer.text


async def test_a_rule_name_is_taken_once(okta, pilot):
    await made(okta, rule_body(pilot), active=False)
    answer = await okta.post(RULES, json=rule_body(pilot))
    assert error_of(answer)[2] == ["name: An object with this field already exists in the current organization"]


@pytest.mark.parametrize(
    ("method", "tail"),
    [("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/lifecycle/activate"), ("POST", "/lifecycle/deactivate")],
)
async def test_an_unknown_rule_is_not_found(okta, method, tail):
    answer = await okta.request(method, f"{RULES}/0prX{tail}")
    assert answer.json()["errorSummary"] == "Not found: Resource not found: 0prX (GroupRule)"


async def test_concurrent_creation_can_be_refused_as_okta_does(okta, sandbox, pilot):
    sandbox.fail("POST", RULES, status=423, error_code="E0000239")
    answer = await okta.post(RULES, json=rule_body(pilot))
    assert (answer.status_code, answer.json()["errorSummary"]) == (
        423,
        "Policy priorities are being reconciled. Please try again later.",
    )


async def test_rules_are_part_of_what_is_pickled(okta, sandbox, pilot):
    rule = await made(okta, rule_body(pilot))
    copy = pickle.loads(pickle.dumps(sandbox.org.rules))
    assert copy[rule["id"]] == sandbox.org.rules[rule["id"]]
