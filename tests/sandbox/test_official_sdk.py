"""Okta's own Python SDK cannot tell the sandbox from an org."""

import json

import pytest
from okta.client import Client
from okta.models import (
    AddGroupRequest,
    ChangePasswordRequest,
    CreateUserRequest,
    OktaUserGroupProfile,
    PasswordCredential,
    UpdateUserRequest,
    UserCredentialsWritable,
    UserProfile,
)
from okta.pagination import PaginationHelper

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running

LOGIN = "robin.vale@example.com"
OLD, NEW = PasswordCredential(value="Corr3ct-horse"), PasswordCredential(value="Batt3ry-staple")


@pytest.fixture
def sandbox():
    return Sandbox()


@pytest.fixture
async def sdk(sandbox, monkeypatch):
    # The SDK reads this from the environment or from a file only.
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with (
        running(sandbox) as url,
        Client({"orgUrl": url, "token": sandbox.api_token, "rateLimit": {"maxRetries": 1}}) as client,
    ):
        yield client


async def value(call):
    """Await a call of the SDK; return its result once it is known to be no error."""
    *result, error = await call
    assert error is None, error
    return result[0]


async def every(method, *arguments, limit, **more):
    """Follow the SDK's cursors; return the pages."""
    pages, after = [], None
    while True:
        page, response, error = await method(*arguments, limit=limit, after=after, **more)
        assert error is None, error
        pages.append(page)
        after = PaginationHelper.extract_next_cursor(response.headers)
        if after is None:
            return pages


@pytest.fixture
async def robin(sdk):
    body = CreateUserRequest(
        profile=UserProfile(first_name="Robin", last_name="Vale", login=LOGIN, email=LOGIN),
        credentials=UserCredentialsWritable(password=OLD),
    )
    return await value(sdk.create_user(body))


async def status_of(sdk, user):
    return (await value(sdk.get_user(user.id))).status.value


@pytest.mark.parametrize("how", [{}, {"search": "id pr", "sort_by": "profile.lastName"}])
async def test_the_sdk_lists_users_over_several_pages(sdk, sandbox, how):
    pages = await every(sdk.list_users, limit=10, **how)
    found = [user.id for page in pages for user in page]
    users = sandbox.org.users.values()
    assert len(pages) == 7
    assert len(found) == len(set(found))
    assert set(found) == {user.id for user in users if how or user.status != "DEPROVISIONED"}


async def test_the_sdk_creates_reads_and_updates_a_user(sdk, robin):
    assert robin.status.value == "ACTIVE"
    found = await value(sdk.get_user(LOGIN))
    assert found.id == robin.id
    assert found.credentials.provider.type.value == "OKTA"
    update = UpdateUserRequest(profile=UserProfile(title="Archivist", department="Archive"))
    changed = await value(sdk.update_user(robin.id, update))
    assert (changed.profile.title, changed.profile.first_name) == ("Archivist", "Robin")


async def test_the_sdk_takes_a_user_through_its_life(sdk, robin):
    staged = await value(
        sdk.create_user(
            CreateUserRequest(
                profile=UserProfile(first_name="Kim", last_name="Roe", login="kim@example.com", email="kim@example.com")
            ),
            activate=False,
        )
    )
    assert staged.status.value == "STAGED"
    link = await value(sdk.activate_user(staged.id, send_email=False))
    assert link.activation_url.endswith(f"/{link.activation_token}/verify")
    assert await status_of(sdk, staged) == "PROVISIONED"
    again = await value(sdk.reactivate_user(staged.id, send_email=False))
    assert again.activation_token != link.activation_token

    for call, status in (
        (sdk.suspend_user(robin.id), "SUSPENDED"),
        (sdk.unsuspend_user(robin.id), "ACTIVE"),
        (sdk.expire_password(robin.id), "PASSWORD_EXPIRED"),
        (sdk.reset_password(robin.id, send_email=False), "RECOVERY"),
        (sdk.deactivate_user(robin.id), "DEPROVISIONED"),
        (sdk.activate_user(robin.id, send_email=True), "PROVISIONED"),
        (sdk.delete_user(robin.id), "DEPROVISIONED"),
    ):
        await value(call)
        assert await status_of(sdk, robin) == status
    await value(sdk.delete_user(robin.id))
    _, _, error = await sdk.get_user(robin.id)
    assert (error.status, error.error_code) == (404, "E0000007")


async def test_the_sdk_unlocks_and_resets_factors(sdk):
    felix = await value(sdk.get_user("felix.hartmann@example.com"))
    assert felix.status.value == "LOCKED_OUT"
    await value(sdk.unlock_user(felix.id))
    assert await status_of(sdk, felix) == "ACTIVE"
    await value(sdk.reset_factors(felix.id))


async def test_the_sdk_changes_passwords(sdk, robin):
    changed = await value(sdk.change_password(robin.id, ChangePasswordRequest(old_password=OLD, new_password=NEW)))
    assert changed.provider.type.value == "OKTA"
    # The SDK takes the answer for a user, and so shows the temporary password in its raw data only.
    _, response, error = await sdk.expire_password_with_temp_password(robin.id)
    assert error is None
    assert json.loads(response.raw_data).keys() == {"tempPassword"}
    await value(sdk.revoke_user_sessions(robin.id))
    _, _, error = await sdk.change_password(robin.id, ChangePasswordRequest(old_password=OLD, new_password=NEW))
    assert (error.status, error.error_code) == (403, "E0000014")


async def test_the_sdk_manages_groups_and_members(sdk, sandbox, robin):
    group = await value(
        sdk.add_group(AddGroupRequest(profile=OktaUserGroupProfile(name="Night Shift", description="Late")))
    )
    await value(sdk.assign_user_to_group(group.id, robin.id))
    assert [member.id for member in await value(sdk.list_group_users(group.id))] == [robin.id]
    names = {item.profile.actual_instance.name for item in await value(sdk.list_user_groups(robin.id))}
    assert names == {"Everyone", "Night Shift"}
    await value(sdk.unassign_user_from_group(group.id, robin.id))
    assert await value(sdk.list_group_users(group.id)) == []
    found = await value(sdk.list_groups(q="night"))
    assert [item.id for item in found] == [group.id]
    await value(sdk.delete_group(group.id))
    _, _, error = await sdk.get_group(group.id)
    assert error.error_code == "E0000007"
    pages = await every(sdk.list_groups, limit=5)
    assert [item.id for page in pages for item in page] == sorted(sandbox.org.groups)


async def test_the_sdk_lists_members_over_several_pages(sdk, sandbox):
    everyone = sandbox.org.group_by_name("Everyone")
    pages = await every(sdk.list_group_users, everyone.id, limit=25)
    assert [user.id for page in pages for user in page] == sorted(everyone.members)


async def test_the_sdk_refuses_members_where_okta_does(sdk, sandbox, robin):
    for name, code in (("Everyone", "E0000060"), ("Domain Users", "E0000006")):
        *_, error = await sdk.assign_user_to_group(sandbox.org.group_by_name(name).id, robin.id)
        assert error.error_code == code


async def test_the_sdk_lists_the_apps_of_a_user(sdk, sandbox):
    wei = sandbox.org.user_by_login("wei.chen@example.com")
    labels = [app.label for app in sandbox.org.apps_of(wei)]
    links = await value(sdk.list_app_links(wei.id))
    assert [link.label for link in links] == labels
    # Not with expand=user/{id}: the SDK's model of _embedded takes objects only, and Okta sends texts.
    apps = await value(sdk.list_applications(filter=f'user.id eq "{wei.id}"'))
    assert [app.label for app in apps] == labels
    group = sandbox.org.group_by_name("IT")
    assert [app.label for app in await value(sdk.list_assigned_applications_for_group(group.id))] == ["Team Wiki"]


async def test_the_sdk_lists_every_kind_of_app(sdk, sandbox):
    pages = await every(sdk.list_applications, limit=4)
    assert [app.id for page in pages for app in page] == list(sandbox.org.apps)


async def test_the_sdk_reads_the_log(sdk, robin):
    await value(sdk.suspend_user(robin.id))
    events = await value(sdk.list_log_events(filter=f'target.id eq "{robin.id}"', sort_order="DESCENDING"))
    assert events[0].event_type == "user.lifecycle.suspend"
    assert events[0].actor.alternate_id == "admin@example.com"
    assert events[-1].event_type == "user.lifecycle.create"


async def test_the_sdk_reads_org_types_and_schema(sdk, sandbox):
    assert (await value(sdk.get_org_settings())).company_name == "Harbourlight"
    (kind,) = await value(sdk.list_user_types())
    assert kind.id == sandbox.org.user_type_id
    schema = await value(sdk.get_user_schema("default"))
    assert schema.definitions.base.properties.login.max_length == 100


async def test_the_sdk_waits_out_a_busy_org(sdk, sandbox, robin):
    sandbox.fail("GET", "/api/v1/users", status=503)
    assert (await value(sdk.get_user(robin.id))).id == robin.id
    assert [entry.status for entry in sandbox.journal[-2:]] == [503, 200]
