"""User types: made, changed and removed, and users of another type than the default one."""

import pytest

TYPES = "/api/v1/meta/types/user"
PROFILE = {"firstName": "Robin", "lastName": "Vale", "login": "rv@example.com", "email": "rv@example.com"}


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


@pytest.fixture
async def contractor(okta):
    """A second type, whose users must have an agency and cannot have a badge number."""
    answer = await okta.post(TYPES, json={"name": "contractor", "displayName": "Contractor", "description": "Hired"})
    assert answer.status_code == 200, answer.text
    kind = answer.json()
    schema = kind["_links"]["schema"]["href"]
    agency = {"title": "Agency", "type": "string", "required": True}
    body = {"definitions": {"custom": {"properties": {"agency": agency}}}}
    assert (await okta.post(schema, json=body)).status_code == 200
    return kind


async def test_a_second_type_has_a_schema_of_its_own(okta, sandbox, contractor):
    assert (contractor["name"], contractor["default"], contractor["description"]) == ("contractor", False, "Hired")
    assert contractor["id"].startswith("oty")
    assert contractor["createdBy"] == sandbox.org.user_by_login("admin@example.com").id
    assert [kind["name"] for kind in (await okta.get(TYPES)).json()] == ["user", "contractor"]
    assert (await okta.get(f"{TYPES}/{contractor['id']}")).json() == contractor
    schema = (await okta.get(contractor["_links"]["schema"]["href"])).json()
    assert (schema["name"], schema["title"]) == ("contractor", "Contractor")
    assert list(schema["definitions"]["custom"]["properties"]) == ["agency"]
    assert schema["definitions"]["custom"]["required"] == ["agency"]
    assert schema["_links"]["type"]["href"] == contractor["_links"]["self"]["href"]
    default = (await okta.get("/api/v1/meta/schemas/user/default")).json()
    assert "agency" not in default["definitions"]["custom"]["properties"]


async def test_a_user_follows_the_schema_of_the_type(okta, contractor):
    body = {"profile": PROFILE, "type": {"id": contractor["id"]}}
    answer = await okta.post("/api/v1/users", json=body)
    assert error_of(answer) == (400, "E0000001", ["agency: The field cannot be left blank"])
    unknown = await okta.post("/api/v1/users", json={**body, "profile": {**PROFILE, "badgeNumber": 7}})
    assert error_of(unknown)[2] == ["Property name 'badgeNumber' is not defined in profile"]
    user = (await okta.post("/api/v1/users", json={**body, "profile": {**PROFILE, "agency": "Ace"}})).json()
    assert user["type"] == {"id": contractor["id"]}
    assert user["_links"]["schema"] == {"href": contractor["_links"]["schema"]["href"]}
    for search in (f'type.id eq "{contractor["id"]}"', 'profile.agency eq "Ace"'):
        found = await okta.get("/api/v1/users", params={"search": search})
        assert [one["id"] for one in found.json()] == [user["id"]]


async def test_replacing_a_user_can_change_the_type_and_updating_cannot(okta, contractor):
    path = "/api/v1/users/wei.chen"
    before = (await okta.get(path)).json()
    basics = {name: before["profile"][name] for name in PROFILE}
    kind = {"id": contractor["id"]}
    refused = await okta.post(path, json={"type": kind, "profile": {"agency": "Ace"}})
    assert error_of(refused) == (400, "E0000001", ["type: The user type does not exist or cannot be changed"])
    partial = await okta.put(path, json={"type": kind, "profile": basics})
    assert error_of(partial)[2] == ["agency: The field cannot be left blank"]
    assert (await okta.get(path)).json() == before
    after = (await okta.put(path, json={"type": kind, "profile": {**basics, "agency": "Ace"}})).json()
    assert (after["type"], after["profile"]["agency"]) == (kind, "Ace")
    assert after["_links"]["type"]["href"].endswith(contractor["id"])
    # The present type may be named in an update.
    assert (await okta.post(path, json={"type": kind, "profile": {"title": "Smith"}})).status_code == 200


@pytest.mark.parametrize("type_id", ["otyX", 7, ["x"]])
async def test_a_type_that_is_not_there_is_refused(okta, type_id):
    answer = await okta.put("/api/v1/users/wei.chen", json={"type": {"id": type_id}, "profile": PROFILE})
    assert error_of(answer)[:2] == (400, "E0000001")


async def test_a_type_is_renamed_for_people_only(okta, contractor, clock):
    path = f"{TYPES}/{contractor['id']}"
    clock.forward(minutes=5)
    answer = await okta.post(path, json={"displayName": "External"})
    assert (answer.json()["displayName"], answer.json()["description"]) == ("External", "Hired")
    assert answer.json()["lastUpdated"] == "2026-03-02T09:35:15.000Z"
    replaced = await okta.put(path, json={"name": "contractor", "displayName": "External"})
    assert replaced.json()["description"] is None
    assert error_of(await okta.put(path, json={"name": "other", "displayName": "X"}))[2] == [
        "name: The name of a user type cannot be changed"
    ]
    assert error_of(await okta.put(path, json={}))[2] == ["displayName: The field cannot be left blank"]


async def test_a_type_goes_when_nobody_has_it(okta, contractor, sandbox):
    path = f"{TYPES}/{contractor['id']}"
    body = {"profile": {**PROFILE, "agency": "Ace"}, "type": {"id": contractor["id"]}}
    user = (await okta.post("/api/v1/users", json=body)).json()
    for refused in (path, f"{TYPES}/default"):
        assert error_of(await okta.delete(refused))[:2] == (400, "E0000001")
    for _ in range(2):
        await okta.delete(f"/api/v1/users/{user['id']}")
    assert (await okta.delete(path)).status_code == 204
    assert (await okta.get(path)).json()["errorSummary"].endswith(f"{contractor['id']} (UserType)")
    assert (await okta.get(contractor["_links"]["schema"]["href"])).status_code == 404


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "E0000001", ["name: The name is not a valid variable name"])),
        ({"name": "two words", "displayName": "X"}, (400, "E0000001", ["name: The name is not a valid variable name"])),
        ({"name": "x" * 51, "displayName": "X"}, (400, "E0000001", ["name: The name is not a valid variable name"])),
        ({"name": "x"}, (400, "E0000001", ["displayName: The field cannot be left blank"])),
        (
            {"name": "USER", "displayName": "X"},
            (400, "E0000001", ["name: An object with this field already exists in the current organization"]),
        ),
        ({"name": "x", "displayName": "X", "description": 7}, (400, "E0000003", [])),
        ({"name": "x", "displayName": "X", "colour": "red"}, (400, "E0000003", [])),
    ],
)
async def test_a_type_okta_would_refuse_is_refused(okta, sandbox, body, expected):
    assert error_of(await okta.post(TYPES, json=body)) == expected
    assert len(sandbox.org.user_types) == 1
