"""People and groups as resources: what a client's picker lists and reads."""

import json
from urllib.parse import quote

import pytest
from mcp.shared.exceptions import MCPError

ADA = "ada.byrne@example.com"
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


async def read(front, uri):
    """Read a resource that is one JSON document."""
    (content,) = (await front.client.read_resource(uri)).contents
    assert (content.uri, content.mime_type) == (uri, "application/json")
    return json.loads(content.text)


async def refusal(front, uri):
    with pytest.raises(MCPError) as refused:
        await front.client.read_resource(uri)
    return refused.value.error


async def pages(front, uri, kind):
    """Follow `next` to the end; returns the ids, and the number of pages."""
    ids, number = [], 0
    while uri is not None:
        page = await read(front, uri)
        ids += [row["id"] for row in page[kind]]
        uri, number = page.get("next"), number + 1
        assert number < 200
    return ids, number


@ERAS
async def test_people_and_groups_are_listed_and_their_templates(served, mode):
    front = await served(mode=mode)
    resources = (await front.client.list_resources()).resources
    templates = (await front.client.list_resource_templates()).resource_templates
    assert {str(one.uri) for one in resources} == {"okta://users", "okta://groups"}
    assert {one.uri_template for one in templates} == {
        "okta://users{?q,limit,after}",
        "okta://groups{?q,limit,after}",
        "okta://users/{user}",
        "okta://groups/{group}",
    }
    for one in [*resources, *templates]:
        assert one.title
        assert one.description
        assert one.mime_type == "application/json"
    assert front.asked == []


@ERAS
async def test_the_first_page_of_people_is_read(served, mode):
    front = await served(mode=mode)
    page = await read(front, "okta://users")
    assert len(page["users"]) == 50
    assert page["next"].startswith("okta://users?limit=50&after=")
    row = page["users"][0]
    user = front.box.org.users[row["id"]]
    assert row["uri"] == f"okta://users/{user.id}"
    assert row["label"] == f"{user.profile['displayName']} ({user.login})"
    assert (row["login"], row["status"]) == (user.login, user.status)
    assert front.asked == ["GET /api/v1/users?limit=50"]


@pytest.mark.parametrize("limit", [1, 7, 50, 200])
async def test_reading_on_shows_everybody_exactly_once(served, limit):
    front = await served()
    ids, number = await pages(front, f"okta://users?limit={limit}", "users")
    everybody = {user.id for user in front.box.org.users.values() if user.status != "DEPROVISIONED"}
    assert len(ids) == len(set(ids))
    assert set(ids) == everybody
    assert number == -(-len(everybody) // limit)
    assert len(front.asked) == number


@pytest.mark.parametrize("limit", [1, 3, 14])
async def test_reading_on_shows_every_group_exactly_once(served, limit):
    front = await served()
    ids, _ = await pages(front, f"okta://groups?limit={limit}", "groups")
    assert len(ids) == len(set(ids))
    assert set(ids) == set(front.box.org.groups)


@ERAS
@pytest.mark.parametrize(
    ("q", "logins"),
    [
        ("ada", {"ada.byrne@example.com", "ada.kovacs@example.com", "ada.nwosu@example.com"}),
        ("Ada B", {ADA}),
        ("Zoë", {"zoe.lefevre@example.com"}),
        ("O'Brien", {"sinead.o'brien@example.com"}),
        ("elena.ionescu@example.com", {"elena.popescu@example.com"}),
        ("olivia grant", {"olivia.grant@example.com"}),
        ('" or id pr or id eq "', set()),
        ("100%", set()),
        ("a&limit=200", set()),
    ],
)
async def test_people_are_found_by_the_beginning_of_a_name(served, mode, q, logins):
    front = await served(mode=mode)
    page = await read(front, f"okta://users?q={quote(q, safe='')}&limit=20")
    assert {row["login"] for row in page["users"]} == logins
    assert "next" not in page


async def test_a_search_with_a_space_and_an_ampersand_is_read_on_to_the_end(served):
    front = await served()
    source = front.box.org.group_by_name("Sales")
    for number in range(5):
        group = type(source)(
            id=front.box.org.ids.new("00g"),
            type=source.type,
            profile={"name": f"R & D + Ops {number}"},
            created=source.created,
            last_updated=source.last_updated,
            last_membership_updated=source.last_membership_updated,
        )
        front.box.org.groups[group.id] = group
    ids, number = await pages(front, "okta://groups?q=R%20%26%20D%20%2B%20Ops&limit=2", "groups")
    assert (len(set(ids)), number) == (5, 3)


@ERAS
@pytest.mark.parametrize("kind", ["users", "groups"])
@pytest.mark.parametrize("limit", ["0", "-5", "201", "100000", "9" * 5000, "many", "", "1.5", "\u0665"])
async def test_a_limit_out_of_range_is_refused_with_the_range(served, mode, kind, limit):
    front = await served(mode=mode)
    error = await refusal(front, f"okta://{kind}?limit={quote(limit)}")
    assert (error.code, error.message) == (-32602, "`limit` is a whole number from 1 to 200.")
    assert front.asked == []


@ERAS
@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("okta://users?serach=Ada", "Unknown query 'serach'; there are q, limit, after."),
        ("okta://users?q=Ada&limt=5", "Unknown query 'limt'; did you mean `limit`?"),
        ("okta://groups?Q=Sales", "Unknown query 'Q'; there are q, limit, after."),
        ("okta://groups?%71=Sales", "Unknown query '%71'; there are q, limit, after."),
        ("okta://users?q=Ada&q=Ben", "`q` is given twice."),
        ("okta://users?Ada", "Unknown query 'Ada'; there are q, limit, after."),
    ],
)
async def test_a_query_that_does_not_exist_never_lists_everybody(served, mode, uri, message):
    front = await served(mode=mode)
    error = await refusal(front, uri)
    assert (error.code, error.message) == (-32602, message)
    assert front.asked == []


ALL_URIS = {
    "okta://users": "okta://users",
    "okta://users{?q,limit,after}": "okta://users?q=Ada",
    "okta://users/{user}": f"okta://users/{ADA}",
    "okta://groups": "okta://groups",
    "okta://groups{?q,limit,after}": "okta://groups?q=Sales",
    "okta://groups/{group}": "okta://groups/Sales",
}
"""Each resource and template, and a URI of it that can be read."""


@ERAS
@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({}, set(ALL_URIS)),
        ({"read_only": True}, set(ALL_URIS)),
        ({"toolsets": "logs"}, set()),
        ({"exclude_tools": "list_users,get_user"}, {one for one in ALL_URIS if "groups" in one}),
        ({"exclude_tools": "list_users"}, set(ALL_URIS) - {"okta://users", "okta://users{?q,limit,after}"}),
        ({"exclude_tools": "get_user"}, set(ALL_URIS) - {"okta://users/{user}"}),
        ({"exclude_tools": "list_groups"}, {one for one in ALL_URIS if "users" in one}),
        ({"tools": "get_user"}, {"okta://users/{user}"}),
    ],
)
async def test_what_no_tool_may_show_is_no_resource_either(served, mode, settings, there):
    front = await served(mode=mode, **settings)
    resources = (await front.client.list_resources()).resources
    templates = (await front.client.list_resource_templates()).resource_templates
    assert {str(one.uri) for one in resources} | {one.uri_template for one in templates} == there
    for template, uri in ALL_URIS.items():
        if template in there:
            await read(front, uri)
            continue
        before = len(front.asked)
        error = await refusal(front, uri)
        assert (error.code, error.message) == (-32602, f"Unknown resource: {uri}")
        assert len(front.asked) == before


@ERAS
@pytest.mark.parametrize("said", [ADA, "ADA.BYRNE@example.com", "Ada Byrne", "Byrne, Ada", "ada  byrne"])
async def test_one_person_is_read_by_login_and_name(served, mode, said):
    front = await served(mode=mode)
    person = await read(front, f"okta://users/{quote(said)}")
    assert person["label"] == f"Ada Byrne ({ADA})"
    assert person["profile"]["title"] == "Account Executive"
    assert person["credentials"]["hasPassword"] is True


async def test_one_person_is_read_by_id(served):
    front = await served()
    ada = front.box.org.user_by_login(ADA)
    assert (await read(front, f"okta://users/{ada.id}"))["login"] == ADA
    assert front.asked == [f"GET /api/v1/users/{ada.id}"]


async def test_every_row_of_a_list_can_be_read_by_its_uri(served):
    front = await served()
    for kind in ("users", "groups"):
        for row in (await read(front, f"okta://{kind}?limit=8"))[kind]:
            assert (await read(front, row["uri"]))["id"] == row["id"]


@ERAS
@pytest.mark.parametrize(
    ("said", "name"), [("Sales EU", "Sales EU"), ("sales-eu", "Sales-EU"), ("everyone", "Everyone")]
)
async def test_one_group_is_read_by_name(served, mode, said, name):
    front = await served(mode=mode)
    group = await read(front, f"okta://groups/{quote(said)}")
    assert (group["label"], group["name"]) == (name, name)
    assert group["type"] == front.box.org.group_by_name(name).type


@ERAS
@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("okta://users/nobody%40example.com", 'No user matches "nobody@example.com".'),
        ("okta://users/Nobody%20Atall", 'No user matches "Nobody Atall".'),
        ("okta://users/00u0000000000000000X", 'No user matches "00u0000000000000000X".'),
        ("okta://users/Maria%20Santos", '"Maria Santos" names 2 users.'),
        ("okta://users/Ada", '"Ada" names 3 users.'),
        ("okta://groups/Nothing%20such", 'No group matches "Nothing such".'),
        ("okta://groups/Sale", 'No group is called exactly "Sale".'),
        ("okta://nothing", "Unknown resource: okta://nothing"),
        ("okta://users/%22%20or%20id%20pr", 'No user matches "\\" or id pr".'),
        ("okta://users/a%2Fb", 'No user matches "a/b".'),
        ("okta://users/a%3Flimit=1", 'No user matches "a?limit=1".'),
    ],
)
async def test_what_is_not_one_object_is_not_found_and_says_why(served, mode, uri, message):
    front = await served(mode=mode)
    error = await refusal(front, uri)
    assert error.code == -32602
    assert error.message.startswith(message)


@pytest.mark.parametrize(
    "uri",
    [
        "okta://users/..%2Fapps",
        "okta://users/../groups",
        "okta://users/%2E%2E",
        "okta://users/%00",
        "okta://users/%1B%5B2J",
        "okta://users/x%40%00",
        "okta://users/x%2F..%2F..%2Fapps",
        "okta://users/me%2Fgroups",
        f"okta://users/{'x' * 5000}",
    ],
)
async def test_a_hostile_uri_reaches_nothing_but_the_search(served, uri):
    front = await served()
    error = await refusal(front, uri)
    assert error.code == -32602
    assert error.message.replace("\n", "").isprintable()
    assert {asked.partition("?")[0] for asked in front.asked} <= {"GET /api/v1/users"}
    assert all(len(asked) < 10_000 for asked in front.asked)


async def test_candidates_are_named_with_ids(served):
    front = await served()
    error = await refusal(front, "okta://users/Maria%20Santos")
    marias = [user for user in front.box.org.users.values() if user.profile["lastName"] == "Santos"]
    assert len(marias) == 2
    assert all(maria.id in error.message for maria in marias)


@pytest.mark.parametrize("uri", ["okta://users", "okta://users?q=ada", f"okta://users/{ADA}"])
@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ({"status": 403}, "403 E0000006"),
        ({"status": 500}, "500 E0000009"),
        ({"html": True, "status": 200}, "does not come from Okta's API"),
        ({"status": 401}, "401 E0000011"),
    ],
)
async def test_trouble_with_okta_is_told(served, uri, trouble, told):
    front = await served()
    front.box.fail("GET", "/api/v1/users", **trouble)
    error = await refusal(front, uri)
    assert told in error.message
    assert front.box.api_token not in error.message


async def test_a_cursor_that_is_none_is_refused(served):
    front = await served()
    error = await refusal(front, "okta://users?after=nonsense")
    assert "Invalid cursor" in error.message


async def test_what_people_wrote_arrives_clean(served):
    front = await served()
    ada = front.box.org.user_by_login(ADA)
    ada.profile.update(displayName="Ada\u202e\x1b[31m", title="Lead\u200b\u2028now")
    person = await read(front, f"okta://users/{ada.id}")
    assert (person["name"], person["title"], person["profile"]["title"]) == ("Ada[31m", "Lead now", "Lead now")
    assert person["label"] == f"Ada[31m ({ADA})"


async def test_no_secret_is_in_a_person(served):
    front = await served()
    text = json.dumps(await read(front, f"okta://users/{ADA}"))
    assert "Harbour School" not in text
    assert "Harbour-2026-Light" not in text
    assert "_links" not in text
