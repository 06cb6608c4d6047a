"""Applications, who is assigned to them, and the tiles on a user's dashboard."""

import pytest

BASE = "https://sandbox.okta.example"


@pytest.fixture
def wei(sandbox):
    return sandbox.org.user_by_login("wei.chen@example.com")


def labels(answer):
    assert answer.status_code == 200, answer.text
    return [app["label"] for app in answer.json()]


async def test_an_app_is_shown_with_its_settings(okta, sandbox):
    app = sandbox.org.app_by_label("Payroll")
    shown = (await okta.get(f"/api/v1/apps/{app.id}")).json()
    assert shown["name"] == "bookmark"
    assert shown["signOnMode"] == "BOOKMARK"
    assert shown["settings"]["app"] == {"requestIntegration": False, "url": "https://payroll.example.com"}
    assert shown["settings"]["notifications"]["vpn"]["network"] == {"connection": "DISABLED"}
    assert shown["orn"] == f"orn:okta:idp:{sandbox.org.id}:apps:bookmark:{app.id}"
    links = shown["_links"]
    assert links["deactivate"] == {"href": f"{BASE}/api/v1/apps/{app.id}/lifecycle/deactivate"}
    assert links["appLinks"][0]["href"].startswith(f"{BASE}/home/bookmark/{app.id}/")


async def test_an_inactive_app_can_be_activated(okta, sandbox):
    app = sandbox.org.app_by_label("Old Intranet")
    shown = (await okta.get(f"/api/v1/apps/{app.id}")).json()
    assert shown["status"] == "INACTIVE"
    assert "activate" in shown["_links"]
    assert "deactivate" not in shown["_links"]


async def test_an_openid_app_shows_its_client(okta, sandbox):
    app = sandbox.org.app_by_label("Code Hosting")
    shown = (await okta.get(f"/api/v1/apps/{app.id}")).json()
    assert shown["credentials"]["oauthClient"]["client_id"] == app.id
    assert shown["settings"]["oauthClient"]["application_type"] == "web"


async def test_the_apps_of_a_user_come_with_the_assignment_when_asked_for(okta, wei, sandbox):
    params = {"filter": f'user.id eq "{wei.id}"', "expand": f"user/{wei.id}"}
    answer = await okta.get("/api/v1/apps", params=params)
    assert labels(answer) == ["Mail Suite", "Expenses", "Team Wiki", "Code Hosting", "Remote Access"]
    by_label = {app["label"]: app["_embedded"]["user"] for app in answer.json()}
    direct, through = by_label["Code Hosting"], by_label["Team Wiki"]
    assert (direct["id"], direct["scope"], direct["credentials"]) == (wei.id, "USER", {"userName": wei.login})
    assert "group" not in direct["_links"]
    assert through["scope"] == "GROUP"
    group = sandbox.org.group_by_name("IT")
    assert through["_links"]["group"] == {"href": f"{BASE}/api/v1/groups/{group.id}"}
    plain = await okta.get("/api/v1/apps", params={"filter": params["filter"]})
    assert all("_embedded" not in app for app in plain.json())


async def test_expand_is_dropped_from_the_links(okta, wei):
    params = {"filter": f'user.id eq "{wei.id}"', "expand": f"user/{wei.id}", "limit": "2"}
    answer = await okta.get("/api/v1/apps", params=params)
    last = answer.json()[-1]["id"]
    query = f"filter=user.id+eq+%22{wei.id}%22"
    assert answer.headers.get_list("link") == [
        f'<{BASE}/api/v1/apps?limit=2&{query}>; rel="self"',
        f'<{BASE}/api/v1/apps?after={last}&limit=2&{query}>; rel="next"',
    ]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"filter": 'status eq "INACTIVE"'}, ["Old Intranet"]),
        ({"filter": 'name eq "bookmark"'}, ["Payroll", "Old Intranet"]),
        ({"filter": 'name eq "bookmark"', "q": "pay"}, ["Payroll"]),
        ({"q": "TEAM"}, ["Team Wiki"]),
        ({"q": "oidc"}, ["Code Hosting"]),
        ({"filter": 'user.id eq "00uNOBODY"'}, []),
    ],
)
async def test_apps_are_found_by_filter_and_q(okta, params, expected):
    assert labels(await okta.get("/api/v1/apps", params=params)) == expected


async def test_apps_of_a_group_are_found_both_ways(okta, sandbox):
    group = sandbox.org.group_by_name("IT")
    found = labels(await okta.get("/api/v1/apps", params={"filter": f'group.id eq "{group.id}"'}))
    assert found == labels(await okta.get(f"/api/v1/groups/{group.id}/apps")) == ["Team Wiki"]


@pytest.mark.parametrize(
    ("query", "code", "causes"),
    [
        ("expand=user/00u1", "E0000001", ["Expand query is malformed."]),
        ('filter=user.id eq "00u1"&expand=user/00u2', "E0000001", ["Expand query is malformed."]),
        ('filter=user.id eq "00u1"&expand=group', "E0000001", ["Expand query is malformed."]),
        ('filter=label eq "Payroll"', "E0000031", []),
        ('filter=status sw "A"', "E0000031", []),
        ('filter=status eq "ACTIVE" and name eq "x"', "E0000031", []),
        ("filter=status", "E0000031", []),
        ("filter=", "E0000031", []),
        ("after=nonsense", "E0000029", ["Invalid cursor."]),
        ("limit=x", "E0000037", []),
    ],
)
async def test_a_question_about_apps_okta_would_refuse_is_refused(okta, query, code, causes):
    answer = await okta.get(f"/api/v1/apps?{query}")
    error = answer.json()
    assert (answer.status_code, error["errorCode"]) == (400, code)
    assert [cause["errorSummary"] for cause in error["errorCauses"]] == causes
    if code == "E0000001":
        assert error["errorSummary"] == "Api validation failed: RequestParams"


@pytest.mark.parametrize("path", ["", "/users", "/groups", "/users/00u1"])
async def test_an_unknown_app_is_not_found(okta, path):
    answer = await okta.get(f"/api/v1/apps/0oaX{path}")
    assert answer.json()["errorSummary"] == "Not found: Resource not found: 0oaX (AppInstance)"


async def test_the_users_of_an_app_come_in_pages(okta, sandbox):
    app = sandbox.org.app_by_label("Mail Suite")
    path = f"/api/v1/apps/{app.id}/users"
    found, url = [], f"{path}?limit=30&expand=user"
    while url:
        answer = await okta.get(url)
        found += answer.json()
        following = [line for line in answer.headers.get_list("link") if 'rel="next"' in line]
        url = following[0].split(">")[0][1:] if following else None
        assert url is None or "expand" not in url
    assert {user["id"] for user in found} == set(app.assignments)
    assert "user" in found[0]["_embedded"]
    one = await okta.get(f"{path}?q=wei")
    assert [user["credentials"]["userName"] for user in one.json()] == ["wei.chen@example.com"]


async def test_one_assignment_is_found_by_the_users_id(okta, sandbox, wei):
    app = sandbox.org.app_by_label("Payroll")
    assert (await okta.get(f"/api/v1/apps/{app.id}/users/{wei.id}")).status_code == 404
    rosa = sandbox.org.user_by_login("rosa.delgado@example.com")
    assert (await okta.get(f"/api/v1/apps/{app.id}/users/{rosa.id}")).json()["scope"] == "USER"


async def test_the_groups_of_an_app_are_listed(okta, sandbox):
    app = sandbox.org.app_by_label("Customer CRM")
    found = (await okta.get(f"/api/v1/apps/{app.id}/groups")).json()
    assert [group["id"] for group in found] == [sandbox.org.group_by_name(name).id for name in ("Sales", "Sales EU")]


async def test_tiles_show_active_apps_and_the_users_own_id(okta, sandbox, wei):
    answer = await okta.get("/api/v1/users/wei.chen/appLinks")
    assert "link" not in answer.headers
    tiles = answer.json()
    assert [tile["label"] for tile in tiles] == [
        "Mail Suite",
        "Expenses",
        "Team Wiki",
        "Code Hosting",
        "Remote Access",
    ]
    assert {tile["id"] for tile in tiles} == {wei.id}
    assert [tile["sortOrder"] for tile in tiles] == [0, 1, 2, 3, 4]
    app = sandbox.org.app_by_label("Mail Suite")
    assert tiles[0]["appAssignmentId"] == app.assignments[wei.id].id
    assert tiles[0]["linkUrl"] == f"{BASE}/home/google/{app.id}/{app.number}"


async def test_inactive_apps_and_directories_have_no_tile(okta, sandbox):
    viktor = {tile["label"] for tile in (await okta.get("/api/v1/users/viktor.szabo/appLinks")).json()}
    assert "Active Directory" not in viktor
    manager = {tile["label"] for tile in (await okta.get("/api/v1/users/clara.jensen/appLinks")).json()}
    assert "Old Intranet" not in manager
    assert "Old Intranet" in {app.label for app in sandbox.org.apps_of(sandbox.org.user("clara.jensen"))}


async def test_deactivated_users_have_no_tiles(okta):
    assert (await okta.get("/api/v1/users/olivia.grant/appLinks")).json() == []


async def test_one_app_embeds_the_assignment_of_a_user(okta, sandbox, wei):
    path = f"/api/v1/apps/{sandbox.org.app_by_label('Code Hosting').id}"
    shown = (await okta.get(f"{path}?expand=user/{wei.id}")).json()
    assert shown["_embedded"]["user"]["id"] == wei.id
    assert "_embedded" not in (await okta.get(f"{path}?expand=user/00uNOBODY")).json()
    refused = await okta.get(f"{path}?expand=group")
    assert refused.json()["errorCauses"] == [{"errorSummary": "Expand query is malformed."}]
