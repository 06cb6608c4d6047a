"""People and groups as resources: what a client's picker lists and reads."""

import json
from datetime import UTC, datetime
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import pytest
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import ResourceUpdated

from okta_mcp.actions import ACTIONS
from okta_mcp.resources import OFFERS

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
    assert [str(one.uri) for one in resources] == [
        "okta://users",
        "okta://groups",
        "okta://schema/user",
        "okta://org",
        "okta://policy",
    ]
    assert [one.uri_template for one in templates] == [
        "okta://users{?q,search,limit,after}",
        "okta://groups{?q,search,limit,after}",
        "okta://users/{user}",
        "okta://users/{user}/groups",
        "okta://users/{user}/applications{?limit,after}",
        "okta://groups/{group}",
        "okta://groups/{group}/users{?limit,after}",
    ]
    for one in [*resources, *templates]:
        assert one.title
        assert one.description
        assert one.mime_type == "application/json"
        assert "assistant" in one.annotations.audience
        assert 0 < one.annotations.priority < 1
        (icon,) = one.icons
        assert (icon.mime_type, icon.sizes) == ("image/svg+xml", ["any"])
        drawing = ElementTree.fromstring(unquote(icon.src.removeprefix("data:image/svg+xml,")))
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(icon.src) < 500
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
@pytest.mark.parametrize("uri", ["okta://users", "okta://groups", "okta://groups/Sales/users"])
@pytest.mark.parametrize("limit", ["0", "-5", "201", "100000", "9" * 5000, "many", "", "1.5", "\u0665"])
async def test_a_limit_out_of_range_is_refused_with_the_range(served, mode, uri, limit):
    front = await served(mode=mode)
    error = await refusal(front, f"{uri}?limit={quote(limit)}")
    assert (error.code, error.message) == (-32602, "`limit` is a whole number from 1 to 200.")
    assert front.asked == []


@ERAS
@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("okta://users?serach=Ada", "Unknown query 'serach'; did you mean `search`?"),
        ("okta://users?filter=status%20pr", "Unknown query 'filter'; there are q, search, limit, after."),
        ("okta://users?q=Ada&limt=5", "Unknown query 'limt'; did you mean `limit`?"),
        ("okta://groups?Q=Sales", "Unknown query 'Q'; there are q, search, limit, after."),
        ("okta://groups?%71=Sales", "Unknown query '%71'; there are q, search, limit, after."),
        ("okta://users?q=Ada&q=Ben", "`q` is given twice."),
        ("okta://users?Ada", "Unknown query 'Ada'; there are q, search, limit, after."),
        ("okta://groups/Sales/users?q=Ada", "Unknown query 'q'; there are limit, after."),
    ],
)
async def test_a_query_that_does_not_exist_never_lists_everybody(served, mode, uri, message):
    front = await served(mode=mode)
    error = await refusal(front, uri)
    assert (error.code, error.message) == (-32602, message)
    assert front.asked == []


ALL_URIS = {
    "okta://users": "okta://users",
    "okta://users{?q,search,limit,after}": "okta://users?q=Ada",
    "okta://users/{user}": f"okta://users/{ADA}",
    "okta://users/{user}/groups": f"okta://users/{ADA}/groups",
    "okta://users/{user}/applications{?limit,after}": f"okta://users/{ADA}/applications",
    "okta://groups": "okta://groups",
    "okta://groups{?q,search,limit,after}": "okta://groups?q=Sales",
    "okta://groups/{group}": "okta://groups/Sales",
    "okta://groups/{group}/users{?limit,after}": "okta://groups/Sales/users",
    "okta://schema/user": "okta://schema/user",
    "okta://org": "okta://org",
    "okta://policy": "okta://policy",
}
"""Each resource and template, and a URI of it that can be read."""

ALWAYS = {"okta://org", "okta://policy"}
LISTS = {"okta://users", "okta://users{?q,search,limit,after}"}


@ERAS
@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({}, set(ALL_URIS)),
        ({"read_only": True}, set(ALL_URIS)),
        ({"toolsets": "logs"}, ALWAYS),
        ({"exclude_tools": "list_users"}, set(ALL_URIS) - LISTS),
        ({"exclude_tools": "get_user"}, set(ALL_URIS) - {"okta://users/{user}"}),
        ({"exclude_tools": "list_group_users"}, set(ALL_URIS) - {"okta://groups/{group}/users{?limit,after}"}),
        ({"tools": "get_user"}, {"okta://users/{user}", "okta://schema/user"} | ALWAYS),
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
        ("okta://users/q%2Fzq", 'No user matches "q/zq".'),
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


@ERAS
@pytest.mark.parametrize(
    ("uri", "logins"),
    [
        ('okta://users?search=status eq "SUSPENDED"', None),
        ('okta://users?q=ada&search=profile.department eq "Sales"', {ADA}),
        ('okta://users?q=ada&search=profile.department eq "Nowhere"', set()),
    ],
)
async def test_people_are_searched_by_an_expression_of_okta(served, mode, uri, logins):
    front = await served(mode=mode)
    found = {row["login"] for row in (await read(front, quote(uri, safe=":/?&=")))["users"]}
    if logins is None:
        logins = {user.login for user in front.box.org.users.values() if user.status == "SUSPENDED"}
        assert logins
    assert found == logins


async def test_groups_are_searched_too(served):
    front = await served()
    page = await read(front, "okta://groups?search=" + quote('type eq "APP_GROUP"'))
    assert {row["id"] for row in page["groups"]} == {
        group.id for group in front.box.org.groups.values() if group.type == "APP_GROUP"
    }


async def test_a_search_that_okta_does_not_understand_is_an_argument_that_is_wrong(served):
    front = await served()
    error = await refusal(front, "okta://users?search=" + quote("status is ACTIVE"))
    assert error.code == -32602
    assert front.asked


@ERAS
async def test_the_groups_and_applications_of_a_person_are_read(served, mode):
    front = await served(mode=mode)
    ada = front.box.org.user_by_login(ADA)
    groups = await read(front, f"okta://users/{ADA}/groups")
    assert {row["name"] for row in groups["groups"]} == {group.name for group in front.box.org.groups_of(ada)}
    assert all(row["uri"] == f"okta://groups/{row['id']}" and row["label"] == row["name"] for row in groups["groups"])
    assert groups["user"]["login"] == ADA
    assert groups["complete"] is True
    applications = await read(front, f"okta://users/{ADA}/applications")
    assert {row["label"] for row in applications["applications"]} == {app.label for app in front.box.org.apps_of(ada)}


@pytest.mark.parametrize("limit", [1, 3, 200])
async def test_the_applications_of_a_person_are_paged(served, limit):
    front = await served()
    ids, number = await pages(front, f"okta://users/{ADA}/applications?limit={limit}", "applications")
    apps = front.box.org.apps_of(front.box.org.user_by_login(ADA))
    assert sorted(ids) == sorted(app.id for app in apps)
    assert number == -(-len(apps) // limit)


@pytest.mark.parametrize("limit", [2, 50])
async def test_the_members_of_a_group_are_paged(served, limit):
    front = await served()
    ids, number = await pages(front, f"okta://groups/Sales/users?limit={limit}", "users")
    members = front.box.org.group_by_name("Sales").members
    assert sorted(ids) == sorted(members)
    assert number == -(-len(members) // limit)


@ERAS
async def test_the_org_is_read(served, mode):
    front = await served(mode=mode)
    org = await read(front, "okta://org")
    assert org["label"] == org["companyName"]
    assert org["url"] == "https://sandbox.okta.example"
    assert front.asked == ["GET /api/v1/org"]


@ERAS
async def test_the_schema_tells_the_attributes_their_types_and_limits(served, mode):
    front = await served(mode=mode)
    schema = await read(front, "okta://schema/user")
    attributes = {one["name"]: one for one in schema["attributes"]}
    definitions = front.box.org.schema.definitions()
    assert set(attributes) == {*definitions["base"]["properties"], *definitions["custom"]["properties"]}
    login = attributes["login"]
    assert (login["type"], login["required"], login["custom"]) == ("string", True, False)
    assert (login["minLength"], login["maxLength"]) == (5, 100)
    assert {name for name, one in attributes.items() if one["required"]} == {"login", "email", "firstName", "lastName"}
    assert {name for name, one in attributes.items() if one["custom"]} == set(definitions["custom"]["properties"])
    assert front.asked == ["GET /api/v1/meta/schemas/user/default"]


@ERAS
async def test_the_policy_tells_what_this_server_may_do(served, mode):
    front = await served(mode=mode, read_only=True, exclude_tools=["list_groups"])
    policy = await read(front, "okta://policy")
    assert (policy["label"], policy["readOnly"]) == ("Read-only", True)
    listed = {tool.name for tool in (await front.client.list_tools()).tools}
    assert {tool["name"] for tool in policy["tools"]} == listed
    assert set(policy["switchedOff"]) == {action.name for action in ACTIONS} - listed
    assert front.asked == []


async def test_the_size_and_the_age_of_what_does_not_change_are_known(served):
    front = await served()
    listed = {str(one.uri): one for one in (await front.client.list_resources()).resources}
    (content,) = (await front.client.read_resource("okta://policy")).contents
    assert listed["okta://policy"].size == len(content.text.encode())
    age = datetime.now(UTC) - datetime.fromisoformat(listed["okta://policy"].annotations.last_modified)
    assert 0 <= age.total_seconds() < 60
    assert listed["okta://users"].size is None
    assert listed["okta://users"].annotations.last_modified is None


@pytest.mark.parametrize(
    ("uri", "seconds"),
    [("okta://users", 10), (f"okta://users/{ADA}", 10), ("okta://schema/user", 300), ("okta://policy", 3600)],
)
async def test_each_resource_says_how_long_it_may_be_kept(served, uri, seconds):
    front = await served()
    answer = await front.client.read_resource(uri)
    assert (answer.ttl_ms, answer.cache_scope) == (seconds * 1000, "private")


async def test_every_resource_has_a_name_of_its_own():
    names = [one.name for one in OFFERS]
    assert len(set(names)) == len(names)


LAST = "okta://users/zoe.lefevre@example.com"


async def heard_on_a_stream(front, uris, tool, arguments):
    """Listen as clients of the newer protocol do; returns what was heard of a write."""
    heard = []
    async with front.client.listen(resource_subscriptions=[*uris, LAST]) as events:
        result = await front.client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        await front.client.call_tool("update_user", {"user": "zoe.lefevre@example.com", "profile": {"title": "Last"}})
        async for event in events:
            assert isinstance(event, ResourceUpdated)
            if event.uri == LAST:
                break
            heard.append(event.uri)
    return heard


async def heard_on_the_connection(served, uris, tool, arguments):
    """Subscribe as clients of the older protocols do; returns what was heard by the end of a write."""
    heard = []

    async def hear(message):
        if getattr(message, "method", None) == "notifications/resources/updated":
            heard.append(message.params.uri)

    front = await served(mode="legacy", hear=hear, confirm="never")
    for uri in uris:
        await front.client.session.subscribe_resource(uri)
    result = await front.client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    await front.client.send_ping()
    return front, heard


OLDER = pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning")
CHANGES = pytest.mark.parametrize(
    ("uris", "tool", "arguments", "expected"),
    [
        ([f"okta://users/{ADA}"], "suspend_user", {"user": "Ada Byrne"}, 1),
        (["okta://users/ada.byrne%40example.com"], "suspend_user", {"user": "Ada Byrne"}, 1),
        (["okta://users", f"okta://users/{ADA}/applications"], "deactivate_user", {"user": ADA}, 2),
        (["okta://users/olivia.grant@example.com"], "suspend_user", {"user": ADA}, 0),
        ([f"okta://users/{ADA}"], "get_user", {"user": ADA}, 0),
        (
            [f"okta://users/{ADA}/groups", "okta://groups/VPN%20Users/users", "okta://groups/Sales/users"],
            "assign_user_to_group",
            {"user": ADA, "group": "VPN Users"},
            2,
        ),
        (
            [f"okta://users/{ADA}", "okta://users/ada.b@example.com"],
            "update_user",
            {"user": ADA, "profile": {"login": "ada.b@example.com"}},
            2,
        ),
        (
            ["okta://users", "okta://groups/VPN%20Users/users", "okta://users/nora.quist@example.com"],
            "create_user",
            {
                "profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"},
                "groups": ["VPN Users"],
            },
            3,
        ),
    ],
)


@CHANGES
async def test_whoever_listens_hears_of_our_own_writes(served, uris, tool, arguments, expected):
    front = await served(confirm="never")
    assert len(await heard_on_a_stream(front, uris, tool, arguments)) == expected


@OLDER
@CHANGES
async def test_whoever_subscribed_hears_of_our_own_writes(served, uris, tool, arguments, expected):
    _, heard = await heard_on_the_connection(served, uris, tool, arguments)
    assert len(heard) == expected


@OLDER
async def test_a_subscription_ends(served):
    uri = f"okta://users/{ADA}"
    front, heard = await heard_on_the_connection(served, [uri], "suspend_user", {"user": ADA})
    assert heard == [uri]
    await front.client.session.unsubscribe_resource(uri)
    await front.client.call_tool("unsuspend_user", {"user": ADA})
    await front.client.send_ping()
    assert heard == [uri]


@OLDER
async def test_one_client_has_so_many_subscriptions_and_no_more(served):
    front = await served(mode="legacy")
    for number in range(200):
        await front.client.session.subscribe_resource(f"okta://users/{number}")
    with pytest.raises(MCPError, match="At most 200"):
        await front.client.session.subscribe_resource("okta://users/one-more")


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_server_says_that_it_takes_subscriptions(served, mode):
    front = await served(mode=mode)
    assert front.client.server_capabilities.resources.subscribe is True


@OLDER
@pytest.mark.parametrize(("status", "heard_of"), [(500, 1), (403, 0)])
async def test_a_write_of_which_it_is_not_known_whether_it_was_made_is_told_too(served, status, heard_of):
    heard = []

    async def hear(message):
        heard.append(message)

    front = await served(mode="legacy", hear=hear)
    await front.client.session.subscribe_resource(f"okta://users/{ADA}")
    ada = front.box.org.user_by_login(ADA)
    front.box.fail("POST", f"/api/v1/users/{ada.id}/lifecycle/suspend", status=status)
    result = await front.client.call_tool("suspend_user", {"user": ADA})
    assert result.is_error
    await front.client.send_ping()
    assert len(heard) == heard_of
