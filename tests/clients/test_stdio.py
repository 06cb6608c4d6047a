"""All twenty tools through the SDK's client and a server process, in both protocol eras; the org is the judge.

Once with an API token, and once as a service app whose tokens are bound to a key.
"""

import pytest
from mcp import Client, StdioServerParameters

from okta_mcp.actions import ACTIONS


@pytest.fixture(scope="module", params=["legacy", "auto", "legacy app", "auto app"])
def way(request):
    """The client's mode: the handshake of the earlier protocols, or the newest protocol; and whether as an app."""
    return request.param


@pytest.fixture(scope="module")
async def assistant(way, org, command, connected_to, tmp_path_factory):
    mode, _, app = way.partition(" ")
    directory = tmp_path_factory.mktemp("elsewhere")
    environment = org.environment_of_app(directory / "key.pem") if app else org.environment
    server = StdioServerParameters(command=command[0], args=list(command[1:]), env=environment, cwd=directory)
    async with Client(server, mode=mode) as client:
        yield connected_to(client, org)


async def test_the_client_and_the_server_agree_on_the_era(assistant, way):
    modern = assistant.client.protocol_version == "2026-07-28"
    assert modern == way.startswith("auto")


async def test_every_tool_is_listed_and_has_a_test_here(assistant):
    listed = {tool.name for tool in (await assistant.client.list_tools()).tools}
    assert listed == {action.name for action in ACTIONS}
    assert {tool for tool in listed if not any(name.startswith(f"test_{tool}_") for name in globals())} == set()


async def test_create_user_makes_the_person_with_the_groups(assistant):
    profile = {"firstName": "Nell", "lastName": "Quayle", "email": "nell.quayle@example.com", "title": "Buyer"}
    await assistant.call("create_user", profile=profile, groups=["VPN Users"])
    made = await assistant.org.get("users/nell.quayle@example.com")
    assert made["status"] == "PROVISIONED"
    assert profile.items() <= made["profile"].items()
    assert await assistant.org.groups_of("nell.quayle@example.com") == {"Everyone", "VPN Users"}


async def test_list_users_lists_exactly_those_who_match(assistant):
    search = 'profile.department eq "Sales" and status eq "ACTIVE"'
    answer = await assistant.call("list_users", search=search)
    expected = [user["id"] for user in await assistant.org.get("users", search=search)]
    assert len(expected) > 3
    assert [row["id"] for row in answer["users"]] == expected


async def test_get_user_shows_the_person_of_that_name(assistant):
    answer = await assistant.call("get_user", user="Ada Byrne")
    (ada,) = await assistant.org.get("users", search='profile.firstName eq "Ada" and profile.lastName eq "Byrne"')
    assert ada["profile"]["department"] == "Sales"
    assert answer["id"] == ada["id"]
    assert answer["profile"] == {name: value for name, value in ada["profile"].items() if value is not None}


async def test_update_user_sets_and_clears_and_leaves_the_rest(assistant):
    login = await assistant.org.somebody('profile.department eq "Support" and status eq "ACTIVE"')
    before = (await assistant.org.get(f"users/{login}"))["profile"]
    await assistant.call("update_user", user=login, profile={"title": "Support Archivist"}, clear=["costCenter"])
    after = (await assistant.org.get(f"users/{login}"))["profile"]
    assert before.pop("costCenter") is not None
    assert after.pop("costCenter", None) is None
    assert after == {**before, "title": "Support Archivist"}


async def test_activate_user_ends_being_staged(assistant):
    login = await assistant.org.somebody('status eq "STAGED"')
    await assistant.call("activate_user", user=login)
    assert await assistant.org.status_of(login) == "PROVISIONED"


async def test_deactivate_user_ends_the_account(assistant):
    login = await assistant.org.somebody('profile.department eq "Legal" and status eq "ACTIVE"')
    await assistant.call("deactivate_user", user=login)
    assert await assistant.org.status_of(login) == "DEPROVISIONED"


async def test_suspend_user_stops_the_person_of_that_name(assistant):
    await assistant.call("suspend_user", user="Ada Byrne")
    assert await assistant.org.status_of("ada.byrne@example.com") == "SUSPENDED"


async def test_unsuspend_user_lets_the_person_in_again(assistant):
    login = await assistant.org.somebody('profile.department eq "People" and status eq "SUSPENDED"')
    await assistant.call("unsuspend_user", user=await assistant.org.name_of(login))
    assert await assistant.org.status_of(login) == "ACTIVE"


async def test_expire_password_asks_for_a_new_one(assistant):
    login = await assistant.org.somebody('profile.department eq "Marketing" and status eq "ACTIVE"')
    await assistant.call("expire_password", user=login)
    assert await assistant.org.status_of(login) == "PASSWORD_EXPIRED"


async def test_reset_password_frees_who_is_locked_out(assistant):
    login = await assistant.org.somebody('status eq "LOCKED_OUT"')
    answer = await assistant.call("reset_password", user=login, sendEmail=False)
    assert await assistant.org.status_of(login) == "RECOVERY"
    assert answer["resetPasswordLink"].startswith("http")


async def test_forgot_password_starts_a_recovery_and_leaves_the_status(assistant):
    login = await assistant.org.somebody('profile.department eq "Engineering" and status eq "ACTIVE"')
    assert "user.account.reset_password" not in await assistant.org.events_on(login)
    await assistant.call("forgot_password", user=login)
    assert "user.account.reset_password" in await assistant.org.events_on(login)
    assert await assistant.org.status_of(login) == "ACTIVE"


async def test_list_user_groups_lists_all_of_them(assistant):
    login = await assistant.org.somebody('profile.department eq "Engineering" and status eq "ACTIVE"')
    answer = await assistant.call("list_user_groups", user=login)
    expected = await assistant.org.groups_of(login)
    assert {"Everyone", "Engineering"} <= expected
    assert {row["name"] for row in answer["groups"]} == expected


async def test_list_user_applications_lists_all_of_them(assistant):
    login = await assistant.org.somebody('profile.department eq "Engineering" and status eq "ACTIVE"')
    answer = await assistant.call("list_user_applications", user=await assistant.org.name_of(login))
    person = (await assistant.org.get(f"users/{login}"))["id"]
    expected = [app["label"] for app in await assistant.org.get("apps", filter=f'user.id eq "{person}"')]
    assert len(expected) > 1
    assert [row["label"] for row in answer["applications"]] == expected


async def test_list_groups_lists_exactly_those_who_match(assistant):
    answer = await assistant.call("list_groups", search='type eq "BUILT_IN"')
    assert {row["name"] for row in answer["groups"]} == {"Everyone", "Okta Administrators"}
    everything = await assistant.call("list_groups")
    assert [row["id"] for row in everything["groups"]] == [group["id"] for group in await assistant.org.get("groups")]


async def test_list_group_users_lists_all_members(assistant):
    answer = await assistant.call("list_group_users", group="all managers")
    group = await assistant.org.group_id("All Managers")
    expected = [user["id"] for user in await assistant.org.get(f"groups/{group}/users")]
    assert len(expected) > 3
    assert [row["id"] for row in answer["users"]] == expected


async def test_assign_user_to_group_puts_the_person_in(assistant):
    login = "maria.santos@example.com"
    before = await assistant.org.groups_of(login)
    await assistant.call("assign_user_to_group", user=login, group="Contractors")
    assert "Contractors" not in before
    assert await assistant.org.groups_of(login) == before | {"Contractors"}


async def test_remove_user_from_group_takes_the_person_out(assistant):
    group = await assistant.org.group_id("All Managers")
    member = (await assistant.org.get(f"groups/{group}/users"))[0]
    before = await assistant.org.groups_of(member["id"])
    await assistant.call("remove_user_from_group", user=member["id"], group="All Managers")
    assert "All Managers" in before
    assert await assistant.org.groups_of(member["id"]) == before - {"All Managers"}


async def test_get_system_log_events_shows_what_the_log_has(assistant):
    wanted = 'eventType eq "user.session.start" and outcome.result eq "FAILURE"'
    answer = await assistant.call("get_system_log_events", filter=wanted, limit=1000)
    in_the_log = await assistant.org.get("logs", filter=wanted, limit=1000, sortOrder="DESCENDING")
    assert len(in_the_log) > 5
    assert [row["uuid"] for row in answer["events"]] == [event["uuid"] for event in in_the_log]


async def test_find_user_offers_whoever_may_be_meant(assistant):
    answer = await assistant.call("find_user", query="ada in sales")
    adas = await assistant.org.get("users", search='profile.firstName eq "Ada"')
    assert {row["id"] for row in answer["users"]} == {person["id"] for person in adas}
    assert answer["users"][0]["label"] == "Ada Byrne (ada.byrne@example.com)"


async def test_find_group_offers_whatever_may_be_meant(assistant):
    answer = await assistant.call("find_group", query="eu sales")
    near = await assistant.org.get("groups", search='profile.name sw "Sales"')
    assert {row["id"] for row in answer["groups"]} == {group["id"] for group in near}
    assert answer["groups"][0]["label"] in {"Sales EU", "Sales-EU"}


async def test_run_bulk_does_it_for_everybody_named(assistant):
    logins = ["maria.santos@example.com", "wei.chen@example.com"]
    answer = await assistant.call(
        "run_bulk", tool="assign_user_to_group", shared={"group": "Contractors"}, rows=[{"user": one} for one in logins]
    )
    assert (answer["total"], answer["done"]) == (2, 2)
    for login in logins:
        assert "Contractors" in await assistant.org.groups_of(login)


async def test_get_bulk_run_tells_of_the_run(assistant):
    answer = await assistant.call(
        "run_bulk", tool="remove_user_from_group", rows=[{"user": "wei.chen@example.com", "group": "Contractors"}]
    )
    told = await assistant.call("get_bulk_run", run=answer["run"])
    assert [row["who"] for row in told["one"]["outcomes"]] == ["wei.chen@example.com, Contractors"]


async def test_a_name_that_two_people_have_changes_neither(assistant):
    result = await assistant.client.call_tool("deactivate_user", {"user": "Maria Santos"})
    both = await assistant.org.get("users", search='profile.firstName eq "Maria" and profile.lastName eq "Santos"')
    assert result.is_error
    assert len(both) == 2
    assert all(person["id"] in result.content[0].text for person in both)
    assert {person["status"] for person in both} == {"ACTIVE"}
