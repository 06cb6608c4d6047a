"""What is offered while a person types the name of a user or a group."""

import json
from urllib.parse import quote

import pytest
from mcp.shared.exceptions import MCPError
from mcp.shared.uri_template import UriTemplate
from mcp.types import PromptReference, ResourceTemplateReference

USERS = ResourceTemplateReference(uri="okta://users/{user}")
GROUPS = ResourceTemplateReference(uri="okta://groups/{group}")

ADAS = {"ada.byrne@example.com", "ada.kovacs@example.com", "ada.nwosu@example.com"}


async def typed(front, reference, name, value):
    return (await front.client.complete(reference, {"name": name, "value": value})).completion


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("value", "offered"),
    [
        ("Ada", ADAS),
        ("ada.", ADAS),
        ("ada.b", {"ada.byrne@example.com"}),
        ("byr", {"ada.byrne@example.com"}),
        ("Ada B", {"ada.byrne@example.com"}),
        ("Byrne, A", {"ada.byrne@example.com"}),
        ("elena.ionescu@", {"elena.popescu@example.com"}),
        ("Zoë", {"zoe.lefevre@example.com"}),
        ("olivia.gr", {"olivia.grant@example.com"}),
        ("nobody", set()),
        ('" or status eq "ACTIVE', set()),
        ("\\", set()),
    ],
)
async def test_logins_are_offered_for_what_was_typed(served, mode, value, offered):
    front = await served(mode=mode)
    completion = await typed(front, USERS, "user", value)
    assert set(completion.values) == offered
    assert (completion.total, completion.has_more) == (len(offered), False)
    assert len(front.asked) == 1


@pytest.mark.parametrize(
    ("value", "offered"),
    [
        ("Sales", {"Sales", "Sales EU", "Sales-EU"}),
        ("sales e", {"Sales EU"}),
        ("vpn", {"VPN Users"}),
        (" vpn", {"VPN Users"}),
        ("zzz", set()),
        ('" or id pr or profile.name sw "', set()),
    ],
)
async def test_group_names_are_offered_for_what_was_typed(served, value, offered):
    front = await served()
    completion = await typed(front, GROUPS, "group", value)
    assert set(completion.values) == offered
    assert len(front.asked) == 1


async def test_before_anything_is_typed_everybody_is_offered(served):
    front = await served()
    completion = await typed(front, USERS, "user", "")
    deactivated = {user.login for user in front.box.org.users.values() if user.status == "DEPROVISIONED"}
    assert set(completion.values) == {user.login for user in front.box.org.users.values()} - deactivated
    groups = await typed(front, GROUPS, "group", "")
    assert len(groups.values) == 14


async def test_a_longer_list_is_cut_at_a_hundred_and_says_so(served):
    front = await served()
    source = front.box.org.user_by_login("ada.byrne@example.com")
    for number in range(120):
        profile = {**source.profile, "login": f"ada{number}@example.com", "email": f"ada{number}@example.com"}
        user = type(source)(
            id=front.box.org.ids.new("00u"),
            status=source.status,
            created=source.created,
            last_updated=source.last_updated,
            type_id=source.type_id,
            profile=profile,
        )
        front.box.org.add_user(user)
    completion = await typed(front, USERS, "user", "ada")
    assert len(completion.values) == 100
    assert (completion.has_more, completion.total) == (True, 123)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        (ResourceTemplateReference(uri="okta://users{?q,search,limit,after}"), "after"),
        (ResourceTemplateReference(uri="okta://users{?q,search,limit,after}"), "nothing"),
        (ResourceTemplateReference(uri="okta://nothing/{user}"), "user"),
        (PromptReference(name="onboard_new_hire"), "title"),
    ],
)
async def test_for_other_arguments_nothing_is_offered_and_nothing_asked(served, reference, name):
    front = await served()
    completion = await typed(front, reference, name, "Ada")
    assert completion.values == []
    assert front.asked == []


@pytest.mark.parametrize("trouble", [{"status": 403}, {"status": 500}, {"html": True, "times": 9}, {"status": 401}])
async def test_trouble_with_okta_offers_nothing_in_the_middle_of_a_word(served, trouble):
    front = await served()
    front.box.fail("GET", "/api/v1/users", **trouble)
    completion = await typed(front, USERS, "user", "Ada")
    assert (completion.values, completion.has_more) == ([], False)


async def test_what_is_offered_is_clean(served):
    front = await served()
    front.box.org.group_by_name("Sales").profile["name"] = "Sales\u202e\x1b[31m"
    completion = await typed(front, GROUPS, "group", "Sales")
    assert all(value.isprintable() for value in completion.values)


async def test_typed_text_beyond_any_name_is_cut_before_it_is_sent(served):
    front = await served()
    completion = await typed(front, USERS, "user", "x" * 100_000)
    assert completion.values == []
    assert len(front.asked[0]) < 5_000


@pytest.mark.parametrize("value", ["\x00", "\ud83d", "a\u202eb", "../..", "a/b"])
async def test_hostile_text_is_only_text(served, value):
    front = await served()
    completion = await typed(front, USERS, "user", value)
    assert completion.values == []
    assert [asked.partition("?")[0] for asked in front.asked] == ["GET /api/v1/users"]


async def test_every_variable_of_every_template_is_completed_but_cursors(served):
    front = await served()
    for template in (await front.client.list_resource_templates()).resource_templates:
        reference = ResourceTemplateReference(uri=template.uri_template)
        for name in UriTemplate.parse(template.uri_template).variable_names:
            completion = await typed(front, reference, name, "")
            assert bool(completion.values) == (name != "after"), (template.uri_template, name)


@pytest.mark.parametrize(
    ("uri", "name", "value", "values"),
    [
        ("okta://users{?q,search,limit,after}", "q", "ada.b", ["ada.byrne@example.com"]),
        ("okta://groups{?q,search,limit,after}", "q", "vpn", ["VPN Users"]),
        (
            "okta://users{?q,search,limit,after}",
            "search",
            'Status eq "S',
            ['status eq "SUSPENDED"', 'status eq "STAGED"'],
        ),
        ("okta://groups{?q,search,limit,after}", "search", 'type eq "A', ['type eq "APP_GROUP"']),
        ("okta://users{?q,search,limit,after}", "limit", "2", ["20", "200"]),
        ("okta://groups/{group}/users{?limit,after}", "limit", "5", ["50"]),
        ("okta://users/{user}/groups", "user", "ada.b", ["ada.byrne@example.com"]),
        ("okta://users/{user}/applications{?limit,after}", "user", "ada.b", ["ada.byrne@example.com"]),
        ("okta://groups/{group}/users{?limit,after}", "group", "vpn", ["VPN Users"]),
    ],
)
async def test_the_variables_of_the_templates_are_completed(served, uri, name, value, values):
    front = await served()
    completion = await typed(front, ResourceTemplateReference(uri=uri), name, value)
    assert completion.values == values
    assert (completion.total, completion.has_more) == (len(values), False)


async def test_every_search_that_is_offered_whole_is_one_that_okta_takes(served):
    front = await served()
    for kind in ("users", "groups"):
        reference = ResourceTemplateReference(uri=f"okta://{kind}{{?q,search,limit,after}}")
        offered = (await typed(front, reference, "search", "")).values
        whole = [one for one in offered if one.count('"') == 2]
        assert whole
        for one in whole:
            (content,) = (await front.client.read_resource(f"okta://{kind}?search={quote(one)}")).contents
            assert kind in json.loads(content.text)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("settings", "completed"),
    [
        ({}, {"user", "group"}),
        ({"read_only": True}, {"user", "group"}),
        ({"exclude_tools": "list_users"}, {"user", "group"}),
        ({"exclude_tools": "list_users,find_user"}, {"group"}),
        ({"exclude_tools": "list_groups,find_group"}, {"user"}),
        ({"tools": "get_user,list_groups"}, {"group"}),
    ],
)
async def test_what_no_tool_may_list_is_not_offered_either(served, mode, settings, completed):
    front = await served(mode=mode, **settings)
    offered = {
        name
        for name, reference, value in (("user", USERS, "Ada"), ("group", GROUPS, "Sales"))
        if (await typed(front, reference, name, value)).values
    }
    assert offered == completed
    assert len(front.asked) == len(completed)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_server_that_may_list_nobody_has_no_completions(served, mode):
    front = await served(mode=mode, toolsets="logs")
    assert front.client.server_capabilities.completions is None
    with pytest.raises(MCPError):
        await typed(front, USERS, "user", "Ada")
    assert front.asked == []
