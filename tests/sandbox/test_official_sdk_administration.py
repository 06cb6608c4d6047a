"""Okta's own Python SDK administers rules, realms, types, schemas and apps of the sandbox."""

import pytest
from okta.client import Client
from okta.models import (
    AppUserAssignRequest,
    BookmarkApplication,
    CreateGroupRuleRequest,
    CreateRealmRequest,
    UserSchema,
    UserType,
)

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running


@pytest.fixture
def sandbox():
    return Sandbox(realms=True)


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


async def test_group_rules(sdk, sandbox):
    group = sandbox.org.group_by_name("Aurora Pilot")
    request = CreateGroupRuleRequest.from_dict(
        {
            "type": "group_rule",
            "name": "Sales staff",
            "conditions": {"expression": {"value": 'user.department=="Sales"', "type": "urn:okta:expression:1.0"}},
            "actions": {"assignUserToGroups": {"groupIds": [group.id]}},
        }
    )
    rule = await value(sdk.create_group_rule(request))
    assert rule.status.value == "INACTIVE"
    await value(sdk.activate_group_rule(rule.id))
    assert (await value(sdk.get_group_rule(rule.id))).status.value == "ACTIVE"
    assert len(group.members) > 3
    assert [one.name for one in await value(sdk.list_group_rules())] == ["Sales staff"]
    await value(sdk.deactivate_group_rule(rule.id))
    await value(sdk.delete_group_rule(rule.id, remove_users=True))
    assert len(group.members) == 0


async def test_realms(sdk):
    request = CreateRealmRequest.from_dict({"profile": {"name": "Partners", "realmType": "PARTNER"}})
    realm = await value(sdk.create_realm(request))
    assert (realm.profile.name, realm.is_default) == ("Partners", False)
    assert [one.profile.name for one in await value(sdk.list_realms())] == ["Default Realm", "Partners"]
    await value(sdk.delete_realm(realm.id))


async def test_types_and_schemas(sdk, sandbox):
    request = UserType.from_dict({"name": "contractor", "displayName": "Contractor"})
    kind = await value(sdk.create_user_type(request))
    assert [one.name for one in await value(sdk.list_user_types())] == ["user", "contractor"]
    attribute = {"title": "Agency", "type": "string", "maxLength": 20}
    schema = UserSchema.from_dict(
        {"definitions": {"custom": {"id": "#custom", "type": "object", "properties": {"agency": attribute}}}}
    )
    schema_id = sandbox.org.user_types[kind.id].schema_id
    changed = await value(sdk.update_user_profile(schema_id, schema))
    assert changed.definitions.custom.properties["agency"].title == "Agency"


async def test_apps_and_their_users(sdk, sandbox):
    bookmark = BookmarkApplication.from_dict(
        {
            "name": "bookmark",
            "label": "Canteen",
            "signOnMode": "BOOKMARK",
            "settings": {"app": {"requestIntegration": False, "url": "https://canteen.example.com"}},
        }
    )
    app = await value(sdk.create_application(bookmark))
    assert (app.label, app.status.value) == ("Canteen", "ACTIVE")
    user = sandbox.org.user_by_login("wei.chen@example.com").id
    assigned = await value(sdk.assign_user_to_application(app.id, AppUserAssignRequest.from_dict({"id": user})))
    assert (assigned.id, assigned.scope) == (user, "USER")
    group = sandbox.org.group_by_name("IT").id
    await value(sdk.assign_group_to_application(app.id, group))
    assert [one.id for one in await value(sdk.list_application_group_assignments(app.id))] == [group]
    await value(sdk.unassign_application_from_group(app.id, group))
    await value(sdk.unassign_user_from_application(app.id, user))
    await value(sdk.deactivate_application(app.id))
    await value(sdk.delete_application(app.id))
    assert app.id not in sandbox.org.apps
