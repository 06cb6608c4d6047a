"""Realms, in an org that has them and in one that has not."""

import pytest

from okta_mcp.sandbox import Sandbox

REALMS = "/api/v1/realms"
BASE = "https://sandbox.okta.example"
PROFILE = {"firstName": "Robin", "lastName": "Vale", "login": "rv@example.com", "email": "rv@example.com"}


@pytest.fixture
def sandbox(clock):
    return Sandbox(clock=clock, realms=True)


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


async def made(okta, name, **profile):
    answer = await okta.post(REALMS, json={"profile": {"name": name, **profile}})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_org_with_realms_has_everybody_in_the_default_one(okta, sandbox):
    (realm,) = (await okta.get(REALMS)).json()
    assert realm == {
        "id": realm["id"],
        "created": realm["created"],
        "lastUpdated": realm["created"],
        "profile": {"name": "Default Realm", "realmType": "DEFAULT", "domains": []},
        "isDefault": True,
        "_links": {"self": {"rel": "self", "href": f"{BASE}{REALMS}/{realm['id']}", "method": "GET"}},
    }
    assert realm["id"].startswith("guo")
    assert {user.realm_id for user in sandbox.org.users.values()} == {realm["id"]}
    user = (await okta.get("/api/v1/users/wei.chen")).json()
    assert user["realmId"] == realm["id"]
    assert list(user).index("realmId") == list(user).index("passwordChanged") + 1


async def test_realms_are_made_renamed_and_removed(okta, clock):
    realm = await made(okta, "Partners", realmType="PARTNER", domains=["partner.example.com"])
    path = f"{REALMS}/{realm['id']}"
    assert (await okta.get(path)).json() == realm
    assert (realm["isDefault"], realm["profile"]["domains"]) == (False, ["partner.example.com"])
    clock.forward(hours=1)
    changed = (await okta.put(path, json={**realm, "profile": {"name": "Friends"}})).json()
    assert (changed["profile"], changed["lastUpdated"]) == (
        {"name": "Friends", "domains": []},
        "2026-03-02T10:30:15.000Z",
    )
    answer = await okta.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await okta.get(path)).json()["errorSummary"] == f"Not found: Resource not found: {realm['id']} (Realm)"


async def test_users_come_into_a_realm_and_move_to_another(okta):
    first, second = await made(okta, "First"), await made(okta, "Second")
    user = (await okta.post("/api/v1/users", json={"profile": PROFILE, "realmId": first["id"]})).json()
    assert user["realmId"] == first["id"]
    moved = (await okta.post(f"/api/v1/users/{user['id']}", json={"realmId": second["id"]})).json()
    assert moved["realmId"] == second["id"]
    kept = (await okta.put(f"/api/v1/users/{user['id']}", json={"profile": PROFILE})).json()
    assert kept["realmId"] == second["id"]
    found = await okta.get("/api/v1/users", params={"search": f'realmId eq "{second["id"]}"'})
    assert [one["id"] for one in found.json()] == [user["id"]]


async def test_new_users_come_into_the_default_realm(okta, sandbox):
    user = (await okta.post("/api/v1/users", json={"profile": PROFILE})).json()
    assert user["realmId"] == sandbox.org.default_realm.id


@pytest.mark.parametrize(("realm_id", "expected"), [("guoX", (404, "E0000007")), (7, (400, "E0000003"))])
async def test_a_user_cannot_come_into_a_realm_that_is_not_there(okta, realm_id, expected):
    answer = await okta.post("/api/v1/users", json={"profile": PROFILE, "realmId": realm_id})
    assert error_of(answer)[:2] == expected


async def test_neither_the_default_realm_nor_one_with_users_can_be_removed(okta, sandbox):
    realm = await made(okta, "Partners")
    user = (await okta.post("/api/v1/users", json={"profile": PROFILE, "realmId": realm["id"]})).json()
    default = sandbox.org.default_realm.id
    for realm_id in (default, realm["id"]):
        assert error_of(await okta.delete(f"{REALMS}/{realm_id}"))[:2] == (400, "E0000178")
    await okta.post(f"/api/v1/users/{user['id']}", json={"realmId": default})
    assert (await okta.delete(f"{REALMS}/{realm['id']}")).status_code == 204


async def test_realms_come_ten_to_a_page(okta):
    for number in range(11):
        await made(okta, f"Realm {number:02}")
    answer = await okta.get(REALMS)
    assert len(answer.json()) == 10
    last = answer.json()[-1]["id"]
    assert answer.headers.get_list("link") == [
        f'<{BASE}{REALMS}?limit=10>; rel="self"',
        f'<{BASE}{REALMS}?after={last}&limit=10>; rel="next"',
    ]
    rest = await okta.get(f"{REALMS}?after={last}")
    assert len(rest.json()) == 2
    assert len(rest.headers.get_list("link")) == 1


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"search": 'profile.name co "car"'}, ["Cars", "Old Cars"]),
        ({"search": 'profile.name eq "cars"'}, ["Cars"]),
        ({"search": 'profile.name sw "old" and profile.realmType eq "PARTNER"'}, ["Old Cars"]),
        ({"search": "profile.realmType pr", "sortBy": "profile.name"}, ["Cars", "Default Realm", "Old Cars"]),
        ({"sortBy": "profile.name", "sortOrder": "desc", "limit": "2"}, ["Old Cars", "Default Realm"]),
    ],
)
async def test_realms_are_searched_and_sorted(okta, params, names):
    await made(okta, "Cars", realmType="PARTNER")
    await made(okta, "Old Cars", realmType="PARTNER")
    assert [realm["profile"]["name"] for realm in (await okta.get(REALMS, params=params)).json()] == names


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"search": "profile.name"}, "E0000031"),
        ({"search": 'profile.colour eq "red"'}, "E0000031"),
        ({"sortBy": "profile.colour"}, "E0000031"),
        ({"sortBy": "profile.name", "sortOrder": "up"}, "E0000001"),
        ({"after": "x"}, "E0000031"),
        ({"limit": "x"}, "E0000037"),
    ],
)
async def test_a_question_about_realms_okta_would_refuse_is_refused(okta, params, code):
    assert error_of(await okta.get(REALMS, params=params))[:2] == (400, code)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "E0000003", [])),
        ({"profile": {}}, (400, "E0000001", ["name: The field cannot be left blank"])),
        ({"profile": {"name": "x" * 256}}, (400, "E0000001", ["name: The field is too long"])),
        ({"profile": {"name": "A", "colour": "red"}}, (400, "E0000003", [])),
        (
            {"profile": {"name": "A", "realmType": "OTHER"}},
            (400, "E0000001", ["realmType: must be DEFAULT or PARTNER"]),
        ),
        ({"profile": {"name": "A", "domains": "x"}}, (400, "E0000003", [])),
        (
            {"profile": {"name": "default realm"}},
            (400, "E0000001", ["name: An object with this field already exists in the current organization"]),
        ),
    ],
)
async def test_a_realm_okta_would_refuse_is_refused(okta, sandbox, body, expected):
    assert error_of(await okta.post(REALMS, json=body)) == expected
    assert len(sandbox.org.realms) == 1


@pytest.mark.parametrize(
    ("method", "tail"), [("GET", ""), ("POST", ""), ("GET", "/x"), ("PUT", "/x"), ("DELETE", "/x")]
)
async def test_an_org_without_the_feature_refuses_everything_about_it(okta, sandbox, method, tail):
    sandbox.org.realms.clear()
    answer = await okta.request(method, f"{REALMS}{tail}")
    assert error_of(answer) == (401, "E0000015", [])


async def test_a_reset_keeps_the_feature(okta, sandbox):
    await made(okta, "Partners")
    sandbox.reset()
    headers = {"Authorization": f"SSWS {sandbox.api_token}"}
    (realm,) = (await okta.get(REALMS, headers=headers)).json()
    assert realm["isDefault"] is True


async def test_users_of_an_org_without_realms_have_none(clock):
    plain = Sandbox(clock=clock)
    assert {user.realm_id for user in plain.org.users.values()} == {None}
