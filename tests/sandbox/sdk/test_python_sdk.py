"""Okta's own Python SDK in the process of the sandbox: what it read is what there is."""

import pytest
from okta.client import Client

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running

from .python.checks import every, value


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


@pytest.mark.parametrize("how", [{}, {"search": "id pr", "sort_by": "profile.lastName"}])
async def test_users_over_several_pages(sdk, sandbox, how):
    found, pages = await every(sdk.list_users, limit=10, **how)
    users = sandbox.org.users.values()
    assert pages == 7
    assert len(found) == len({user.id for user in found})
    assert {user.id for user in found} == {user.id for user in users if how or user.status != "DEPROVISIONED"}


async def test_groups_over_several_pages(sdk, sandbox):
    found, _ = await every(sdk.list_groups, limit=5)
    assert [group.id for group in found] == sorted(sandbox.org.groups)


async def test_members_over_several_pages(sdk, sandbox):
    everyone = sandbox.org.group_by_name("Everyone")
    found, _ = await every(sdk.list_group_users, everyone.id, limit=25)
    assert [user.id for user in found] == sorted(everyone.members)


async def test_apps_of_every_kind_over_several_pages(sdk, sandbox):
    found, _ = await every(sdk.list_applications, limit=4)
    assert [app.id for app in found] == list(sandbox.org.apps)


async def test_the_apps_of_a_user(sdk, sandbox):
    wei = sandbox.org.user_by_login("wei.chen@example.com")
    labels = [app.label for app in sandbox.org.apps_of(wei)]
    assert [link.label for link in await value(sdk.list_app_links(wei.id))] == labels
    assert [app.label for app in await value(sdk.list_applications(filter=f'user.id eq "{wei.id}"'))] == labels


async def test_who_did_it_is_in_the_log(sdk, sandbox):
    wei = sandbox.org.user_by_login("wei.chen@example.com")
    _, response, error = await sdk.suspend_user(wei.id)
    assert error is None
    (event, *_) = await value(sdk.list_log_events(filter=f'target.id eq "{wei.id}"', sort_order="DESCENDING"))
    assert event.event_type == "user.lifecycle.suspend"
    assert event.actor.alternate_id == "admin@example.com"
    assert event.transaction.id == response.headers["x-okta-request-id"]


async def test_a_busy_org_is_asked_again(sdk, sandbox):
    sandbox.fail("GET", "/api/v1/users", status=503)
    assert (await value(sdk.get_user("wei.chen@example.com"))).profile.first_name == "Wei"
    assert [entry.status for entry in sandbox.journal[-2:]] == [503, 200]
