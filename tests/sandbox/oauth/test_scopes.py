"""Which scope each endpoint asks for, and what each role may do."""

import pytest

from okta_mcp.sandbox.api import ROUTES
from okta_mcp.sandbox.oauth.demands import demand_of, is_open
from okta_mcp.sandbox.oauth.roles import Permission, Role
from okta_mcp.sandbox.oauth.scopes import OKTA_SCOPES

from .conftest import BASE_URL

USER = "/api/v1/users/wei.chen"
STAFF = "victor.lindqvist@example.com"


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/api/v1/users", "okta.users.read"),
        ("GET", USER, "okta.users.read"),
        ("HEAD", USER, "okta.users.read"),
        ("GET", f"{USER}/groups", "okta.users.read"),
        ("GET", f"{USER}/appLinks", "okta.users.read"),
        ("GET", f"{USER}/blocks", "okta.users.read"),
        ("POST", "/api/v1/users", "okta.users.manage"),
        ("POST", USER, "okta.users.manage"),
        ("PUT", USER, "okta.users.manage"),
        ("DELETE", USER, "okta.users.manage"),
        ("POST", f"{USER}/lifecycle/suspend", "okta.users.manage"),
        ("POST", f"{USER}/lifecycle/reset_factors", "okta.users.manage"),
        ("POST", f"{USER}/credentials/change_password", "okta.users.manage"),
        ("DELETE", f"{USER}/sessions", "okta.users.manage"),
        ("GET", f"{USER}/factors", "okta.factors.read"),
        ("POST", f"{USER}/factors", "okta.factors.manage"),
        ("GET", "/api/v1/groups", "okta.groups.read"),
        ("GET", "/api/v1/groups/x", "okta.groups.read"),
        ("GET", "/api/v1/groups/x/users", "okta.groups.read"),
        ("GET", "/api/v1/groups/x/apps", "okta.groups.read"),
        ("GET", "/api/v1/groups/rules", "okta.groups.read"),
        ("POST", "/api/v1/groups", "okta.groups.manage"),
        ("PUT", "/api/v1/groups/x/users/y", "okta.groups.manage"),
        ("DELETE", "/api/v1/groups/x", "okta.groups.manage"),
        ("POST", "/api/v1/groups/rules", "okta.groups.manage"),
        ("GET", "/api/v1/apps", "okta.apps.read"),
        ("GET", "/api/v1/apps/x/users", "okta.apps.read"),
        ("POST", "/api/v1/apps/x/users", "okta.apps.manage"),
        ("GET", "/api/v1/logs", "okta.logs.read"),
        ("GET", "/api/v1/org", "okta.orgs.read"),
        ("GET", "/api/v1/realms", "okta.realms.read"),
        ("POST", "/api/v1/realms", "okta.realms.manage"),
        ("GET", "/api/v1/meta/types/user", "okta.userTypes.read"),
        ("GET", "/api/v1/meta/schemas/user/default", "okta.schemas.read"),
        ("POST", "/oauth2/v1/clients", "okta.clients.manage"),
        ("GET", "/api/v1/unheard/of", None),
    ],
)
def test_each_endpoint_asks_for_its_scope(method, path, scope):
    assert demand_of(method, path).scope == scope


GUARDED = sorted({(method, f"/api/v1{path}") for method, path, _ in ROUTES if not is_open(f"/api/v1{path}")})


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_no_endpoint_is_forgotten(method, path):
    demand = demand_of(method, path)
    assert demand.scope in OKTA_SCOPES
    assert demand.permission in Permission


CALLS = {
    Permission.READ_USERS: ("GET", "/api/v1/users?limit=1"),
    Permission.HELP_USERS: ("DELETE", "{wei}/sessions"),
    Permission.MANAGE_USERS: ("POST", "{wei}/lifecycle/suspend"),
    Permission.READ_GROUPS: ("GET", "/api/v1/groups?limit=1"),
    Permission.MANAGE_MEMBERS: ("PUT", "/api/v1/groups/{group}/users/{wei_id}"),
    Permission.MANAGE_GROUPS: ("POST", "/api/v1/groups"),
    Permission.READ_APPS: ("GET", "/api/v1/apps?limit=1"),
    Permission.READ_LOGS: ("GET", "/api/v1/logs?limit=1"),
    Permission.READ_ORG: ("GET", "/api/v1/org"),
    Permission.READ_CLIENTS: ("GET", "/oauth2/v1/clients/{client}/roles"),
    Permission.MANAGE_CLIENTS: ("POST", "/oauth2/v1/clients/{client}/roles"),
}
MAY = {
    Role.SUPER_ADMIN: set(CALLS),
    Role.ORG_ADMIN: set(CALLS) - {Permission.MANAGE_CLIENTS},
    Role.READ_ONLY_ADMIN: {permission for permission in CALLS if permission.startswith("read ")},
    Role.USER_ADMIN: {
        Permission.READ_USERS,
        Permission.HELP_USERS,
        Permission.MANAGE_USERS,
        Permission.READ_GROUPS,
        Permission.MANAGE_MEMBERS,
        Permission.MANAGE_GROUPS,
        Permission.READ_ORG,
    },
    Role.GROUP_MEMBERSHIP_ADMIN: {
        Permission.READ_USERS,
        Permission.READ_GROUPS,
        Permission.MANAGE_MEMBERS,
        Permission.READ_ORG,
    },
    Role.HELP_DESK_ADMIN: {
        Permission.READ_USERS,
        Permission.HELP_USERS,
        Permission.READ_GROUPS,
        Permission.READ_ORG,
    },
    Role.APP_ADMIN: {Permission.READ_USERS, Permission.READ_GROUPS, Permission.READ_APPS, Permission.READ_ORG},
    Role.REPORT_ADMIN: {Permission.READ_LOGS, Permission.READ_ORG},
}


async def attempt(http, sandbox, authorization, permission, client_id):
    wei = sandbox.org.user_by_login("wei.chen@example.com")
    method, path = CALLS[permission]
    path = path.format(
        wei=f"/api/v1/users/{wei.id}",
        wei_id=wei.id,
        group=sandbox.org.group_by_name("IT").id,
        client=client_id,
    )
    bodies = {Permission.MANAGE_GROUPS: {"profile": {"name": "Anew"}}, Permission.MANAGE_CLIENTS: {"type": "APP_ADMIN"}}
    body = {"json": bodies[permission]} if permission in bodies else {}
    return await http.request(method, path, headers={"Authorization": authorization}, **body)


@pytest.mark.parametrize("permission", CALLS)
@pytest.mark.parametrize("role", Role)
async def test_a_role_allows_what_it_allows_and_no_more(app, http, sandbox, role, permission):
    token = sandbox.issue_token(STAFF, roles=(role,))
    answer = await attempt(http, sandbox, f"SSWS {token}", permission, app.record.id)
    if permission in MAY[role]:
        assert answer.status_code < 300, answer.text
    else:
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")


@pytest.mark.parametrize("role", Role)
async def test_a_service_app_may_what_its_roles_may(application, http, sandbox, role):
    app = application(scopes=("okta.users.manage", "okta.logs.read"), roles=(role,))
    token = await app.token("okta.users.manage okta.logs.read")
    for permission in (Permission.READ_LOGS, Permission.READ_USERS, Permission.HELP_USERS):
        answer = await attempt(http, sandbox, f"Bearer {token}", permission, app.record.id)
        assert (answer.status_code < 300) is (permission in MAY[role])


async def test_a_service_app_without_role_may_nothing(application):
    app = application(roles=())
    answer = await app.call("GET", "/api/v1/users", await app.token())
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")


async def test_roles_add_up(http, sandbox, app):
    token = sandbox.issue_token("wei.chen@example.com", roles=("REPORT_ADMIN", "APP_ADMIN"))
    for permission in (Permission.READ_LOGS, Permission.READ_APPS):
        assert (await attempt(http, sandbox, f"SSWS {token}", permission, app.record.id)).status_code == 200


async def test_a_change_of_roles_holds_for_tokens_that_are_out(http, sandbox, app):
    token = sandbox.issue_token("wei.chen@example.com", roles=("SUPER_ADMIN",))
    sandbox.issue_token("wei.chen@example.com", roles=())
    answer = await attempt(http, sandbox, f"SSWS {token}", Permission.READ_USERS, app.record.id)
    assert answer.json()["errorCode"] == "E0000006"


@pytest.mark.parametrize(
    ("mine", "theirs", "allowed"),
    [
        ("HELP_DESK_ADMIN", (), True),
        ("HELP_DESK_ADMIN", ("HELP_DESK_ADMIN",), True),
        ("HELP_DESK_ADMIN", ("USER_ADMIN",), False),
        ("HELP_DESK_ADMIN", ("SUPER_ADMIN",), False),
        ("USER_ADMIN", ("HELP_DESK_ADMIN",), True),
        ("ORG_ADMIN", ("SUPER_ADMIN",), False),
        ("ORG_ADMIN", ("READ_ONLY_ADMIN",), True),
        ("SUPER_ADMIN", ("SUPER_ADMIN",), True),
    ],
)
async def test_nobody_changes_who_may_do_more(http, sandbox, mine, theirs, allowed):
    sandbox.issue_token("wei.chen@example.com", roles=theirs)
    token = sandbox.issue_token(STAFF, roles=(mine,))
    answer = await http.delete(
        f"{BASE_URL}/api/v1/users/{sandbox.org.user('wei.chen').id}/sessions",
        headers={"Authorization": f"SSWS {token}"},
    )
    assert answer.status_code == (204 if allowed else 403)
    reading = await http.get(f"{BASE_URL}{USER}", headers={"Authorization": f"SSWS {token}"})
    assert reading.status_code == 200


async def test_who_does_not_exist_is_not_found_whatever_the_role(http, sandbox):
    token = sandbox.issue_token(STAFF, roles=("HELP_DESK_ADMIN",))
    answer = await http.post("/api/v1/users/nobody/lifecycle/unlock", headers={"Authorization": f"SSWS {token}"})
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "E0000007")


def test_a_role_that_does_not_exist_is_refused(sandbox):
    with pytest.raises(ValueError, match="unknown role BOSS; there are: SUPER_ADMIN, ORG_ADMIN"):
        sandbox.issue_token("wei.chen@example.com", roles=("BOSS",))
