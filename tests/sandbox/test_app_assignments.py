"""Assigning apps to users and groups, and taking them away again."""

import pytest

BASE = "https://sandbox.okta.example"


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


@pytest.fixture
def payroll(sandbox):
    """The path of an app that Finance has, and Wei has not."""
    return f"/api/v1/apps/{sandbox.org.app_by_label('Payroll').id}"


@pytest.fixture
def wei(sandbox):
    return sandbox.org.user_by_login("wei.chen@example.com").id


async def tiles(okta, user):
    return {tile["label"] for tile in (await okta.get(f"/api/v1/users/{user}/appLinks")).json()}


async def events(okta, sandbox):
    found = (await okta.get("/api/v1/logs?limit=1000&since=2026-03-02T09:30:15Z")).json()
    return [event["eventType"] for event in found if event["eventType"].startswith("application.user")]


async def test_a_user_is_given_an_app_and_it_is_taken_away(okta, sandbox, payroll, wei):
    body = {"id": wei, "scope": "USER", "credentials": {"userName": "wchen"}, "profile": {"salaryBand": "B"}}
    answer = await okta.post(f"{payroll}/users", json=body)
    assert answer.status_code == 200, answer.text
    assigned = answer.json()
    assert (assigned["id"], assigned["scope"], assigned["credentials"]) == (wei, "USER", {"userName": "wchen"})
    assert assigned["profile"] == {
        "email": "wei.chen@example.com",
        "firstName": "Wei",
        "lastName": "Chen",
        "salaryBand": "B",
    }
    assert (await okta.get(f"{payroll}/users/{wei}")).json() == assigned
    assert "Payroll" in await tiles(okta, wei)
    answer = await okta.delete(f"{payroll}/users/{wei}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Payroll" not in await tiles(okta, wei)
    assert (await okta.get(f"{payroll}/users/{wei}")).json()["errorSummary"].endswith(f"{wei} (AppUser)")
    assert await events(okta, sandbox) == ["application.user_membership.add", "application.user_membership.remove"]


async def test_what_an_app_knows_of_a_user_is_changed_in_place(okta, payroll, wei, clock):
    await okta.post(f"{payroll}/users", json={"id": wei, "profile": {"salaryBand": "B", "shift": 1}})
    clock.forward(minutes=5)
    body = {"credentials": {"userName": "chen"}, "profile": {"shift": 2}}
    changed = (await okta.post(f"{payroll}/users/{wei}", json=body)).json()
    assert (changed["credentials"], changed["lastUpdated"]) == ({"userName": "chen"}, "2026-03-02T09:35:15.000Z")
    assert (changed["profile"]["salaryBand"], changed["profile"]["shift"]) == ("B", 2)


async def test_a_direct_assignment_outlives_the_group(okta, sandbox, payroll, wei):
    finance = sandbox.org.group_by_name("Finance").id
    membership = f"/api/v1/groups/{finance}/users/{wei}"
    await okta.put(membership)
    assert (await okta.get(f"{payroll}/users/{wei}")).json()["scope"] == "GROUP"
    again = (await okta.post(f"{payroll}/users", json={"id": wei})).json()
    assert (again["scope"], "group" in again["_links"]) == ("USER", False)
    await okta.delete(membership)
    assert "Payroll" in await tiles(okta, wei)


async def test_without_the_direct_assignment_the_group_still_gives_the_app(okta, sandbox, payroll, wei):
    await okta.post(f"{payroll}/users", json={"id": wei})
    await okta.put(f"/api/v1/groups/{sandbox.org.group_by_name('Finance').id}/users/{wei}")
    assert (await okta.delete(f"{payroll}/users/{wei}")).status_code == 204
    assert (await okta.get(f"{payroll}/users/{wei}")).json()["scope"] == "GROUP"


async def test_an_app_that_a_group_gives_is_not_taken_from_one_member(okta, sandbox, payroll, wei):
    await okta.put(f"/api/v1/groups/{sandbox.org.group_by_name('Finance').id}/users/{wei}")
    answer = await okta.delete(f"{payroll}/users/{wei}")
    assert error_of(answer) == (
        400,
        "E0000001",
        ["appUser: The user is assigned to the application through a group"],
    )
    assert "Payroll" in await tiles(okta, wei)


async def test_a_deactivated_user_gets_no_app(okta, sandbox, payroll, wei):
    leaver = sandbox.org.user_by_login("olivia.grant@example.com").id
    answer = await okta.post(f"{payroll}/users", json={"id": leaver})
    assert error_of(answer) == (403, "E0000117", [])
    assert answer.json()["errorSummary"] == "Cannot assign apps or update app profiles for an inactive user."


@pytest.mark.parametrize("status", ["STAGED", "PROVISIONED", "SUSPENDED"])
async def test_users_in_other_statuses_get_apps(okta, person_in, payroll, status):
    user = await person_in(status)
    assert (await okta.post(f"{payroll}/users", json={"id": user})).status_code == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "E0000001", ["id: The field cannot be left blank"])),
        ({"id": 7}, (400, "E0000001", ["id: The field cannot be left blank"])),
        ({"id": "00uX"}, (404, "E0000007", [])),
        ({"id": "wei.chen@example.com"}, (404, "E0000007", [])),
        ({"id": "00uX", "colour": "red"}, (400, "E0000003", [])),
        ({"id": "00uX", "credentials": {"userName": 7}}, (400, "E0000003", [])),
        ({"id": "00uX", "profile": "x"}, (400, "E0000003", [])),
    ],
)
async def test_an_assignment_okta_would_refuse_is_refused(okta, payroll, body, expected):
    assert error_of(await okta.post(f"{payroll}/users", json=body)) == expected


async def test_a_group_is_given_an_app_and_it_is_taken_away(okta, sandbox, payroll, wei):
    it = sandbox.org.group_by_name("IT")
    path = f"{payroll}/groups/{it.id}"
    assert (await okta.get(path)).json()["errorSummary"].endswith(f"{it.id} (ApplicationGroupAssignment)")
    answer = await okta.put(path, json={"profile": {"salaryBand": "C"}})
    assert answer.json() == {
        "id": it.id,
        "lastUpdated": "2026-03-02T09:30:15.000Z",
        "priority": 1,
        "profile": {"salaryBand": "C"},
        "_links": {
            "app": {"href": f"{BASE}{payroll}"},
            "self": {"href": f"{BASE}{path}"},
            "group": {"href": f"{BASE}/api/v1/groups/{it.id}"},
        },
    }
    assert (await okta.get(path)).json() == answer.json()
    assert "Payroll" in await tiles(okta, wei)
    assert "Payroll" in {app["label"] for app in (await okta.get(f"/api/v1/groups/{it.id}/apps")).json()}
    assert (await okta.delete(path)).status_code == 204
    assert "Payroll" not in await tiles(okta, wei)
    assert (await okta.delete(path)).status_code == 404
    kinds = await events(okta, sandbox)
    assert kinds.count("application.user_membership.add") == kinds.count("application.user_membership.remove") > 0


async def test_the_group_of_the_first_priority_decides(okta, sandbox, payroll, wei):
    it, finance = sandbox.org.group_by_name("IT").id, sandbox.org.group_by_name("Finance").id
    await okta.put(f"/api/v1/groups/{finance}/users/{wei}")

    async def through():
        assigned = (await okta.get(f"{payroll}/users/{wei}")).json()
        return assigned["_links"]["group"]["href"].rsplit("/", 1)[1]

    assert await through() == finance
    assert (await okta.put(f"{payroll}/groups/{it}", json={"priority": 0})).json()["priority"] == 0
    assert await through() == it
    assert (await okta.get(f"{payroll}/groups/{finance}")).json()["priority"] == 1
    # Without a priority it keeps its place.
    assert (await okta.put(f"{payroll}/groups/{it}")).json()["priority"] == 0


@pytest.mark.parametrize(
    ("group", "body", "expected"),
    [
        ("00gX", {}, (404, "E0000007")),
        (None, {"priority": -1}, (400, "E0000001")),
        (None, {"priority": "first"}, (400, "E0000001")),
        (None, {"priority": True}, (400, "E0000001")),
        (None, {"profile": []}, (400, "E0000003")),
        (None, {"colour": "red"}, (400, "E0000003")),
    ],
)
async def test_a_group_assignment_okta_would_refuse_is_refused(okta, sandbox, payroll, group, body, expected):
    group = group or sandbox.org.group_by_name("IT").id
    assert error_of(await okta.put(f"{payroll}/groups/{group}", json=body))[:2] == expected


@pytest.mark.parametrize(
    ("method", "tail"),
    [
        ("POST", "users"),
        ("POST", "users/x"),
        ("DELETE", "users/x"),
        ("GET", "groups/x"),
        ("PUT", "groups/x"),
        ("DELETE", "groups/x"),
    ],
)
async def test_an_unknown_app_has_no_assignments(okta, method, tail):
    answer = await okta.request(method, f"/api/v1/apps/0oaX/{tail}")
    assert answer.json()["errorSummary"] == "Not found: Resource not found: 0oaX (AppInstance)"


@pytest.mark.parametrize(("method", "tail"), [("POST", "users/x"), ("DELETE", "users/x")])
async def test_an_unknown_assignment_is_not_found(okta, payroll, method, tail):
    answer = await okta.request(method, f"{payroll}/{tail}")
    assert answer.json()["errorSummary"] == "Not found: Resource not found: x (AppUser)"
