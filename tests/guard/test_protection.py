"""Whom the operator protects: by name, membership, attribute and role; and never nobody in silence."""

import pytest
from mcp import Client

from okta_mcp.guard import LOCAL, Caller, Limits, Refused, WritePace
from okta_mcp.sandbox.oauth.roles import Role
from okta_mcp.server import create_server
from okta_mcp.settings import SettingsError, load_settings

ADA, CHLOE = "ada.byrne@example.com", "chloe.bennett@example.com"
SUSPEND = ("suspend_user", {"user": ADA})


def text(result):
    return "\n".join(block.text for block in result.content)


def writes(front):
    return [asked for asked in front.asked if not asked.startswith("GET ")]


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"protect_users": ADA}, "OKTA_MCP_PROTECT_USERS"),
        ({"protect_users": ADA.upper()}, "OKTA_MCP_PROTECT_USERS"),
        ({"protect_members_of": "Sales"}, "OKTA_MCP_PROTECT_MEMBERS_OF"),
        ({"protect_where": 'profile.department eq "sales"'}, "OKTA_MCP_PROTECT_WHERE"),
        ({"protect_where": 'status eq "ACTIVE" and profile.title sw "Account"'}, "OKTA_MCP_PROTECT_WHERE"),
        ({"protect_admins": True}, "OKTA_MCP_PROTECT_ADMINS"),
    ],
)
async def test_who_is_protected_is_not_written_to_and_others_are(served, settings, rule):
    front = await served(**settings)
    front.box.org.roles[front.box.org.user_by_login(ADA).id] = frozenset({Role.HELP_DESK_ADMIN})
    result = await front.client.call_tool(*SUSPEND)
    assert result.is_error
    assert text(result).startswith('suspend_user was not called: "ada.byrne@example.com" is protected on this server')
    assert rule in text(result)
    assert writes(front) == []
    other = await front.client.call_tool("suspend_user", {"user": "wei.chen@example.com"})
    assert not other.is_error, text(other)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"protect_users": "ada.burne@example.com"}, 'there is no user "ada.burne@example.com"'),
        ({"protect_users": f"{CHLOE},00u00000000000000000"}, "there is no user"),
        ({"protect_members_of": "Executivs"}, 'there is no group "Executivs"'),
        ({"protect_groups": "sales"}, 'there is no group "sales"'),
        ({"never_grant": "00g00000000000000000"}, "there is no group"),
        ({"protect_where": 'profile.departmnt eq "Sales"'}, 'no user has "profile.departmnt"'),
    ],
)
async def test_a_rule_that_would_protect_nobody_stops_every_write_until_it_is_mended(served, settings, problem):
    front = await served(**settings)
    for tool, arguments in [SUSPEND, ("update_user", {"user": CHLOE, "profile": {"title": "X"}})]:
        result = await front.client.call_tool(tool, arguments)
        assert result.is_error
        assert "this server's protection is set up wrong" in text(result)
        assert problem in text(result)
    assert writes(front) == []
    read = await front.client.call_tool("get_user", {"user": ADA})
    assert not read.is_error


@pytest.mark.parametrize("where", ['profile.department foo "x"', "profile.department eq", 'nonsense eq "x"', "((("])
async def test_an_expression_that_cannot_be_read_keeps_the_server_from_starting(served, where):
    front = await served()
    with pytest.raises(SettingsError, match="OKTA_MCP_PROTECT_WHERE"):
        create_server(load_settings({"protect_where": where}, env_file=None), front.okta)


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ({"protect_admins": True}, "/api/v1/users/{id}/roles"),
        ({"protect_members_of": "Executive Team"}, "/api/v1/users/{id}/groups"),
        ({"protect_users": CHLOE}, f"/api/v1/users/{CHLOE}"),
        ({"protect_where": 'profile.department eq "Vault"'}, "/api/v1/meta/schemas/user/default"),
        ({"protect_groups": "VPN Users"}, "/api/v1/groups"),
        ({"never_grant_admin": True}, "/api/v1/groups"),
    ],
)
@pytest.mark.parametrize("status", [403, 404, 500, 429])
async def test_a_rule_that_cannot_be_evaluated_stops_the_write(served, settings, path, status):
    front = await served(max_wait="0", **settings)
    user = front.box.org.user_by_login(ADA)
    group = front.box.org.group_by_name("Sales")
    call = ("assign_user_to_group", {"user": user.id, "group": group.id})
    # Whom the call names is known by then, so that only the rule is left to ask for.
    front.box.fail("GET", path.replace("{id}", user.id), status=status, times=9)
    result = await front.client.call_tool(*call)
    assert result.is_error, text(result)
    assert "othing was " in text(result)
    assert writes(front) == []


@pytest.mark.parametrize("setting", ["protect_groups", "never_grant"])
@pytest.mark.parametrize("by", ["name", "id"])
async def test_a_group_that_is_not_granted_is_not_granted_to_a_new_user_either(served, setting, by):
    probe = await served()
    group = probe.box.org.group_by_name("VPN Users")
    front = await served(**{setting: group.id if by == "id" else group.name})
    new = {"profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}}
    result = await front.client.call_tool("create_user", {**new, "groups": ["Sales", "VPN Users"]})
    assert '"VPN Users" is protected' in text(result)
    assert writes(front) == []
    assert not (await front.client.call_tool("create_user", {**new, "groups": ["Sales"]})).is_error


async def test_what_may_not_be_granted_may_be_taken_away(served):
    front = await served(never_grant="Sales")
    assert not (await front.client.call_tool("remove_user_from_group", {"user": ADA, "group": "Sales"})).is_error
    again = await front.client.call_tool("assign_user_to_group", {"user": ADA, "group": "Sales"})
    assert again.is_error


async def test_a_protected_person_may_be_named_as_a_manager(served):
    front = await served(protect_users=CHLOE)
    change = {"user": ADA, "profile": {"managerId": CHLOE}}
    result = await front.client.call_tool("update_user", change)
    assert not result.is_error, text(result)


async def test_the_names_are_looked_up_once(served):
    front = await served(protect_users=CHLOE, protect_groups="VPN Users", never_grant="Contractors")
    for tool in ("suspend_user", "unsuspend_user", "suspend_user"):
        assert not (await front.client.call_tool(tool, {"user": ADA})).is_error
    looked = [asked for asked in front.asked if "q=VPN" in asked or "q=Contractors" in asked or CHLOE in asked]
    assert len(looked) == 3


async def test_somebody_renamed_in_okta_stays_protected(served):
    front = await served(protect_users=CHLOE)
    await front.client.call_tool("suspend_user", {"user": CHLOE})
    user = front.box.org.user_by_login(CHLOE)
    user.profile = {**user.profile, "login": "other@example.com"}
    result = await front.client.call_tool("suspend_user", {"user": user.id})
    assert "is protected" in text(result)
    assert writes(front) == []


async def test_the_switches_are_in_the_resource_of_the_policy(served):
    front = await served(protect_users=CHLOE, never_grant_admin=True, writes_per_minute="5", confirm="writes")
    told = (await front.client.read_resource("okta://policy")).contents[0].text
    assert '"confirm":"writes","confirmBy":"code"' in told
    assert f'"protected":{{"users":["{CHLOE}"],"neverGrantAdmin":true}}' in told
    assert '"writesPerMinute":5' in told


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


async def test_a_minute_has_so_many_writes_and_a_caller_so_many_an_hour():
    clock = Clock()
    pace = WritePace(Limits(per_minute=3, per_caller=2), clock)
    other = Caller("b", "b", "token")
    await pace.take(LOCAL)
    await pace.take(LOCAL)
    with pytest.raises(Refused, match="limit of 2 writes of one caller in one hour"):
        await pace.take(LOCAL)
    await pace.take(other)
    with pytest.raises(Refused, match="limit of 3 writes of this server in one minute") as refused:
        await pace.take(other)
    assert "in 60 seconds" in refused.value.remedy
    clock.now += 61
    await pace.take(other)
    with pytest.raises(Refused):
        await pace.take(LOCAL)
    clock.now += 3600
    await pace.take(LOCAL)


async def test_what_is_over_the_limit_is_left_for_later_in_a_run(served):
    front = await served(writes_per_minute="2")
    rows = [{"user": login} for login in (ADA, CHLOE, "wei.chen@example.com")]
    result = await front.client.call_tool("run_bulk", {"tool": "suspend_user", "rows": rows})
    assert not result.is_error, text(result)
    assert (result.structured_content["done"], result.structured_content["waiting"]) == (2, 1)
    assert "limit of 2 writes" in text(result)
    assert len(writes(front)) == 2


@pytest.mark.parametrize("switch", ["read_only", "dry_run"])
async def test_where_nothing_may_change_no_write_could_leave_the_client(served, switch):
    front = await served(**{switch: True})
    assert isinstance(front.client, Client)
    tool = ("update_user", {"user": ADA, "profile": {"title": "X"}})
    await front.client.call_tool(*tool)
    assert writes(front) == []
