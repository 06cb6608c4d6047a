"""GET /api/v1/users: pages, the ways to ask, their order and their errors."""

import re

import pytest

BASE = "https://sandbox.okta.example"
ORDER = ["STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED"]


def links_of(answer):
    found = [re.fullmatch(r'<(.+)>; rel="(\w+)"', line).groups() for line in answer.headers.get_list("link")]
    return {rel: url for url, rel in found}


async def pages(okta, url):
    """Follow the next links; return every page."""
    found = []
    while url:
        answer = await okta.get(url)
        assert answer.status_code == 200
        found.append(answer.json())
        url = links_of(answer).get("next")
    return found


async def test_a_plain_list_hides_the_deactivated_and_comes_by_status_and_id(okta, sandbox):
    users = (await okta.get("/api/v1/users")).json()
    places = [(ORDER.index(user["status"]), user["id"]) for user in users]
    assert places == sorted(places)
    present = {user.id for user in sandbox.org.users.values() if user.status != "DEPROVISIONED"}
    assert {user["id"] for user in users} == present


async def test_list_items_link_to_themselves_only(okta):
    for user in (await okta.get("/api/v1/users?limit=5")).json():
        assert user["_links"] == {"self": {"href": f"{BASE}/api/v1/users/{user['id']}"}}


@pytest.mark.parametrize(
    "query",
    [
        "limit=7",
        'limit=7&search=profile.department+eq+"Sales"',
        'limit=7&filter=status+eq+"ACTIVE"',
        "limit=7&search=profile.lastName+pr&sortBy=profile.lastName",
        "limit=7&search=profile.lastName+pr&sortBy=profile.department&sortOrder=desc",
        "limit=7&search=profile.lastName+pr&sortBy=profile.skills",
    ],
)
async def test_pages_together_are_the_whole_list_in_order(okta, query):
    parts = await pages(okta, f"/api/v1/users?{query}")
    whole = (await okta.get(f"/api/v1/users?{query}".replace("limit=7", "limit=200"))).json()
    assert [user["id"] for part in parts for user in part] == [user["id"] for user in whole]
    assert all(len(part) == 7 for part in parts[:-1])
    assert 0 < len(parts[-1]) <= 7


async def test_a_full_last_page_has_no_next_link(okta):
    found = (await okta.get('/api/v1/users?search=profile.department eq "Legal"')).json()
    answer = await okta.get(f'/api/v1/users?search=profile.department eq "Legal"&limit={len(found)}')
    assert set(links_of(answer)) == {"self"}


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ("", "?limit=200"),
        ("?limit=500&nonsense=1", "?limit=200"),
        ('?filter=status eq "ACTIVE"', "?limit=200&filter=status+eq+%22ACTIVE%22"),
        ("?q=we", "?limit=10&q=we"),
        (
            "?sortOrder=desc&search=id pr&sortBy=status&expand=x",
            "?limit=200&sortBy=status&sortOrder=desc&search=id+pr",
        ),
        ("?search=id pr&sortOrder=sideways", "?limit=200&search=id+pr"),
    ],
)
async def test_the_self_link_repeats_the_query_in_normal_form(okta, query, link):
    answer = await okta.get(f"/api/v1/users{query}")
    assert links_of(answer)["self"] == f"{BASE}/api/v1/users{link}"


async def test_the_next_link_puts_the_cursor_first(okta):
    answer = await okta.get("/api/v1/users?limit=2")
    last = answer.json()[-1]
    assert links_of(answer)["next"] == f"{BASE}/api/v1/users?after=0{last['id']}&limit=2"
    assert len(answer.headers.get_list("link")) == 2


async def test_users_that_come_and_go_between_pages_break_no_paging(okta, sandbox):
    query = '/api/v1/users?limit=3&search=status eq "ACTIVE"&sortBy=profile.firstName&sortOrder=desc'
    first = await okta.get(query)
    rest = [user["id"] for page in await pages(okta, links_of(first)["next"]) for user in page]
    for user in first.json():
        await okta.post(f"/api/v1/users/{user['id']}/lifecycle/deactivate")
    assert [user["id"] for page in await pages(okta, links_of(first)["next"]) for user in page] == rest


@pytest.mark.parametrize(
    ("q", "logins"),
    [
        ("WEI", {"wei.chen@example.com"}),
        ("elena.ion", {"elena.popescu@example.com"}),
        ("chen", {"wei.chen@example.com"}),
        ("olivia", set()),
        ("hen", set()),
    ],
)
async def test_q_finds_beginnings_of_names_and_mail_and_no_deactivated_users(okta, q, logins):
    found = (await okta.get("/api/v1/users", params={"q": q})).json()
    assert {user["profile"]["login"] for user in found} == logins


async def test_q_gives_ten_unless_told_otherwise_and_never_pages(okta):
    answer = await okta.get("/api/v1/users?q=a")
    more = await okta.get("/api/v1/users?q=a&limit=3")
    letters = (await okta.get("/api/v1/users?q=s&limit=200")).json()
    assert len(letters) > 10
    assert len((await okta.get("/api/v1/users?q=s")).json()) == 10
    assert len(more.json()) == 3
    assert set(links_of(answer)) == set(links_of(more)) == {"self"}


@pytest.mark.parametrize(
    ("parameter", "expression", "logins"),
    [
        ("search", 'profile.firstName eq "wei"', {"wei.chen@example.com"}),
        ("filter", 'profile.firstName eq "wei"', set()),
        ("filter", 'profile.firstName eq "Wei"', {"wei.chen@example.com"}),
        ("search", 'status eq "DEPROVISIONED"', {"olivia.grant@example.com", "tom.ashby@example.com"}),
        ("filter", 'status eq "DEPROVISIONED"', {"olivia.grant@example.com", "tom.ashby@example.com"}),
        ("search", 'profile.skills eq "linux"', {"wei.chen@example.com"}),
        ("search", 'profile.skills eq "linux" and profile.skills eq "python"', {"wei.chen@example.com"}),
        ("search", 'profile.login co "szab"', {"viktor.szabo@example.com"}),
        ("search", 'profile.lastName eq "szabo"', set()),
        ("search", 'created gt "2026-02-28T00:00:00.000Z"', {"greta.lund@example.com", "tess.vandermeer@example.com"}),
        ("search", "profile.badgeNumber lt 5002", {"grace.okafor@example.com"}),
        ("filter", 'id eq "nobody"', set()),
    ],
)
async def test_search_and_filter_find_the_users_described(okta, parameter, expression, logins):
    found = (await okta.get("/api/v1/users", params={parameter: expression})).json()
    assert {user["profile"]["login"] for user in found} == logins
    assert [user["id"] for user in found] == sorted(user["id"] for user in found)


async def test_search_by_type_finds_everybody(okta, sandbox):
    expression = f'type.id eq "{sandbox.org.user_type_id}"'
    found = (await okta.get("/api/v1/users", params={"search": expression})).json()
    assert len(found) == len(sandbox.org.users)


async def test_sorting_ignores_case_and_keeps_ties_by_id(okta):
    for name in ("abel", "Abel", "ABEL"):
        login = f"{name}.{name.encode().hex()}@example.com"
        profile = {"firstName": "T", "lastName": name, "login": login, "email": login}
        await okta.post("/api/v1/users", json={"profile": profile})
    for order in ("asc", "desc"):
        params = {"search": 'profile.firstName eq "T"', "sortBy": "profile.lastName", "sortOrder": order}
        found = (await okta.get("/api/v1/users", params=params)).json()
        assert [user["profile"]["lastName"] for user in found] == ["abel", "Abel", "ABEL"]


@pytest.mark.parametrize(
    ("query", "status", "code", "causes"),
    [
        ("search=", 400, "E0000031", ["Invalid search syntax."]),
        ("filter=", 400, "E0000031", []),
        ('search=created gt "yesterday"', 400, "E0000031", []),
        ('search=created gt "2026-13-01T00:00:00.000Z"', 400, "E0000031", []),
        ('filter=lastUpdated gt "x"', 400, "E0000031", []),
        ("search=status", 400, "E0000031", ["Invalid search syntax."]),
        ("search=(status eq", 400, "E0000031", ["Invalid search syntax."]),
        ('search=status ne "ACTIVE"', 400, "E0000031", []),
        ("search=profile.shoeSize eq 44", 400, "E0000031", []),
        ('search=profile.department co "x"', 400, "E0000031", []),
        ('search=profile.firstname eq "x"', 400, "E0000031", []),
        ('search=not (status eq "ACTIVE")', 400, "E0000031", []),
        ("filter=status eq", 400, "E0000031", []),
        ('filter=profile.department eq "x"', 400, "E0000031", []),
        ('filter=profile.firstName sw "x"', 400, "E0000031", []),
        ("search=id pr&sortBy=profile.shoeSize", 400, "E0000031", []),
        ("search=id pr&after=nonsense", 400, "E0000031", ["Invalid cursor."]),
        ("search=id pr&sortBy=status&after=nonsense", 400, "E0000031", ["Invalid cursor."]),
        ('filter=status eq "ACTIVE"&after=9', 400, "E0000031", ["Invalid cursor."]),
        ("after=nonsense", 400, "E0000031", ["Invalid cursor."]),
        ('search=id pr&filter=status eq "ACTIVE"', 400, "E0000033", []),
        ("search=id pr&q=x", 400, "E0000033", []),
        ('q=x&filter=status eq "ACTIVE"', 400, "E0000033", []),
        ("limit=many", 400, "E0000037", []),
        ("limit=0", 400, "E0000001", ["limit: must be greater than or equal to 1"]),
        ("limit=-1", 400, "E0000001", ["limit: must be greater than or equal to 1"]),
        ("search=id pr&sortBy=status&sortOrder=up", 400, "E0000001", ["sortOrder: must be 'asc' or 'desc'"]),
        ("fields=profile:(", 400, "E0000001", ["fields: The field selection is malformed"]),
        ("fields=a:(a:(a!))", 400, "E0000001", ["fields: The field selection is malformed"]),
    ],
)
async def test_a_question_okta_would_refuse_is_refused(okta, query, status, code, causes):
    answer = await okta.get(f"/api/v1/users?{query}")
    error = answer.json()
    assert (answer.status_code, error["errorCode"]) == (status, code)
    assert [cause["errorSummary"] for cause in error["errorCauses"]] == causes


async def test_fields_select_parts_and_the_id_always_comes(okta):
    answer = await okta.get("/api/v1/users?q=wei&fields=status,profile:(firstName,city)")
    user = answer.json()[0]
    assert user.keys() == {"id", "status", "profile"}
    assert user["profile"] == {"firstName": "Wei", "city": "Austin"}


async def test_a_response_parameter_leaves_credentials_out(okta):
    headers = {"Content-Type": "application/json; okta-response=omitCredentials,omitCredentialsLinks"}
    for user in (await okta.get("/api/v1/users?limit=3", headers=headers)).json():
        assert "credentials" not in user
