"""Groups: asking for them, making, changing and deleting them."""

import pytest

BASE = "https://sandbox.okta.example"
TAKEN = "name: An object with this field already exists in the current organization"


def path_of(sandbox, name):
    return f"/api/v1/groups/{sandbox.org.group_by_name(name).id}"


async def names(okta, **params):
    answer = await okta.get("/api/v1/groups", params=params)
    assert answer.status_code == 200
    return [group["profile"]["name"] for group in answer.json()]


async def test_a_group_is_shown_as_okta_shows_it(okta, sandbox):
    group = (await okta.get(path_of(sandbox, "Finance"))).json()
    assert list(group) == [
        "id",
        "created",
        "lastUpdated",
        "lastMembershipUpdated",
        "objectClass",
        "type",
        "profile",
        "_links",
    ]
    assert group["objectClass"] == ["okta:user_group"]
    assert group["type"] == "OKTA_GROUP"
    assert group["profile"] == {"name": "Finance", "description": "Everybody in Finance"}
    assert group["_links"]["users"] == {"href": f"{BASE}/api/v1/groups/{group['id']}/users"}
    assert group["_links"]["apps"] == {"href": f"{BASE}/api/v1/groups/{group['id']}/apps"}
    assert [logo["name"] for logo in group["_links"]["logo"]] == ["medium", "large"]


async def test_a_group_without_description_shows_null(okta, sandbox):
    assert (await okta.get(path_of(sandbox, "Aurora Pilot"))).json()["profile"]["description"] is None


async def test_an_imported_group_names_its_source(okta, sandbox):
    group = (await okta.get(path_of(sandbox, "Domain Users"))).json()
    app = sandbox.org.app_by_label("Active Directory")
    assert group["type"] == "APP_GROUP"
    assert group["objectClass"] == ["okta:windows_security_principal"]
    assert group["source"] == {"id": app.id}
    assert group["_links"]["source"] == {"href": f"{BASE}/api/v1/apps/{app.id}"}
    assert group["profile"]["samAccountName"] == "Domain Users"


async def test_stats_and_app_are_embedded_when_asked_for(okta, sandbox):
    groups = (await okta.get("/api/v1/groups?expand=stats,app")).json()
    by_name = {group["profile"]["name"]: group for group in groups}
    stats = by_name["Finance"]["_embedded"]["stats"]
    assert (stats["usersCount"], stats["appsCount"], stats["hasAdminPrivlege"]) == (6, 1, False)
    assert by_name["Okta Administrators"]["_embedded"]["stats"]["hasAdminPrivlege"] is True
    assert by_name["Domain Users"]["_embedded"]["app"]["label"] == "Active Directory"
    assert "app" not in by_name["Finance"]["_embedded"]


async def test_all_groups_come_in_order_of_ids_with_the_large_default_page(okta, sandbox):
    answer = await okta.get("/api/v1/groups")
    ids = [group["id"] for group in answer.json()]
    assert ids == sorted(sandbox.org.groups)
    assert answer.headers.get_list("link") == [f'<{BASE}/api/v1/groups?limit=10000>; rel="self"']


async def test_groups_page_to_the_end(okta, sandbox):
    found, url = [], "/api/v1/groups?limit=5"
    while url:
        answer = await okta.get(url)
        found += [group["id"] for group in answer.json()]
        following = [line for line in answer.headers.get_list("link") if 'rel="next"' in line]
        url = following[0].split(">")[0][1:] if following else None
    assert found == sorted(sandbox.org.groups)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"q": "sales"}, ["Sales", "Sales EU", "Sales-EU"]),
        ({"q": "SALES EU"}, ["Sales EU"]),
        ({"q": "eu"}, []),
        ({"q": "Sales", "filter": 'type eq "APP_GROUP"'}, ["Sales-EU"]),
        ({"q": "Sales", "limit": "1"}, ["Sales"]),
        ({"filter": 'type eq "BUILT_IN"'}, ["Everyone", "Okta Administrators"]),
        ({"search": 'profile.name sw "sales"'}, ["Sales", "Sales EU", "Sales-EU"]),
        ({"search": 'profile.name co "EU"'}, ["Sales EU", "Sales-EU"]),
        ({"search": 'profile.description co "domain"'}, ["Domain Users", "Sales-EU"]),
        ({"search": 'profile.samAccountName eq "domain users"'}, ["Domain Users"]),
        (
            {"search": 'profile.name sw "S"', "sortBy": "profile.name", "sortOrder": "desc"},
            ["Support", "Sales-EU", "Sales EU", "Sales"],
        ),
    ],
)
async def test_groups_are_found_by_q_filter_and_search(okta, params, expected):
    assert await names(okta, **params) == expected


async def test_an_exact_name_comes_first(okta):
    for name in ("Blue Team", "Blue"):
        await okta.post("/api/v1/groups", json={"profile": {"name": name}})
    assert await names(okta, q="blue") == ["Blue", "Blue Team"]


async def test_q_answers_without_link_headers(okta):
    assert "link" not in (await okta.get("/api/v1/groups?q=sales")).headers


async def test_groups_are_found_by_source_and_by_moment(okta, sandbox, clock):
    app = sandbox.org.app_by_label("Active Directory")
    assert await names(okta, search=f'source.id eq "{app.id}"') == ["Domain Users", "Sales-EU"]
    moment = clock().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    clock.forward(hours=1)
    await okta.post("/api/v1/groups", json={"profile": {"name": "Night Shift"}})
    assert await names(okta, filter=f'lastUpdated gt "{moment}"') == ["Night Shift"]
    assert await names(okta, search=f'created gt "{moment}"') == ["Night Shift"]


@pytest.mark.parametrize(
    ("query", "code", "causes"),
    [
        ("search=", "E0000031", ["Invalid search syntax."]),
        ("filter=", "E0000031", []),
        ('search=lastMembershipUpdated gt "last week"', "E0000031", ["Invalid search query."]),
        ("search=profile.name", "E0000031", ["Invalid search syntax."]),
        ('search=profile.name ew "x"', "E0000031", ["Invalid search query."]),
        ('search=members eq "x"', "E0000031", ["Invalid search query."]),
        ('filter=profile.name eq "Sales"', "E0000031", []),
        ("filter=type eq", "E0000031", []),
        ('search=type eq "X"&filter=type eq "X"', "E0000033", []),
        ('search=type eq "X"&q=x', "E0000033", []),
        ("after=nonsense", "E0000031", ["Invalid cursor."]),
        ("limit=0", "E0000001", ["limit: must be greater than or equal to 1"]),
        ('search=type eq "OKTA_GROUP"&sortBy=members', "E0000031", []),
    ],
)
async def test_a_question_about_groups_okta_would_refuse_is_refused(okta, query, code, causes):
    answer = await okta.get(f"/api/v1/groups?{query}")
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
    assert [cause["errorSummary"] for cause in answer.json()["errorCauses"]] == causes


async def test_a_group_is_made_changed_and_deleted(okta, clock):
    made = (await okta.post("/api/v1/groups", json={"profile": {"name": "Night Shift", "description": "Late"}})).json()
    assert made["type"] == "OKTA_GROUP"
    assert made["created"] == made["lastUpdated"] == made["lastMembershipUpdated"]
    clock.forward(hours=1)
    path = f"/api/v1/groups/{made['id']}"
    changed = (await okta.put(path, json={"profile": {"name": "Early Shift"}})).json()
    assert changed["profile"] == {"name": "Early Shift", "description": None}
    assert changed["lastUpdated"] > made["lastUpdated"]
    assert changed["lastMembershipUpdated"] == made["lastMembershipUpdated"]
    deleted = await okta.delete(path)
    assert (deleted.status_code, deleted.content, "content-type" in deleted.headers) == (204, b"", False)
    assert (await okta.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("body", "code", "causes"),
    [
        ({"profile": {"name": "Sales"}}, "E0000001", [TAKEN]),
        ({"profile": {"name": "sales"}}, "E0000001", [TAKEN]),
        ({"profile": {"name": "Everyone"}}, "E0000001", [TAKEN]),
        ({"profile": {}}, "E0000001", ["name: The field cannot be left blank"]),
        ({"profile": {"name": " "}}, "E0000001", ["name: The field cannot be left blank"]),
        ({"profile": {"name": "x" * 256}}, "E0000001", ["name: The field is too long"]),
        ({"profile": {"name": 7}}, "E0000001", ["name: The value is not of type string"]),
        ({"profile": {"name": "x", "description": "x" * 1025}}, "E0000001", ["description: The field is too long"]),
        ({"profile": {"name": "x", "colour": "red"}}, "E0000001", ["Property name 'colour' is not defined in profile"]),
        ({"profile": {"name": "\U0001f600"}}, "E0000001", ["name: Does not match required pattern"]),
        ({"name": "x"}, "E0000003", []),
        ({"profile": {"name": "x"}, "type": "OKTA_GROUP"}, "E0000003", []),
        ({}, "E0000003", []),
    ],
)
async def test_a_group_okta_would_refuse_is_refused(okta, sandbox, body, code, causes):
    count = len(sandbox.org.groups)
    answer = await okta.post("/api/v1/groups", json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
    assert [cause["errorSummary"] for cause in answer.json()["errorCauses"]] == causes
    assert len(sandbox.org.groups) == count


async def test_an_imported_group_does_not_take_a_name(okta):
    assert (await okta.post("/api/v1/groups", json={"profile": {"name": "Domain Users"}})).status_code == 200


@pytest.mark.parametrize("name", ["Domain Users", "Everyone"])
async def test_only_groups_of_okta_itself_can_be_changed(okta, sandbox, name):
    answer = await okta.put(path_of(sandbox, name), json={"profile": {"name": "Other"}})
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")


async def test_built_in_groups_cannot_be_deleted(okta, sandbox):
    answer = await okta.delete(path_of(sandbox, "Everyone"))
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")


async def test_deleting_a_group_takes_the_apps_it_gave(okta, sandbox):
    links = "/api/v1/users/yuki.mori/appLinks"
    assert "Payroll" in {link["label"] for link in (await okta.get(links)).json()}
    await okta.delete(path_of(sandbox, "Finance"))
    assert "Payroll" not in {link["label"] for link in (await okta.get(links)).json()}
    assert "Payroll" in {link["label"] for link in (await okta.get("/api/v1/users/rosa.delgado/appLinks")).json()}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_unknown_group_is_not_found(okta, method):
    answer = await okta.request(method, "/api/v1/groups/00gNOSUCHGROUP000000", json={"profile": {"name": "x"}})
    assert answer.json()["errorSummary"] == "Not found: Resource not found: 00gNOSUCHGROUP000000 (UserGroup)"
