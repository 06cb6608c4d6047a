"""What belongs to a user: groups, app tiles, blocks, admin roles, sessions. Source: Okta Users API."""

from okta_mcp.sandbox import lifecycle
from okta_mcp.sandbox.api.route import Routes, user_of
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.documents import app_link_document, block_documents, group_document
from okta_mcp.sandbox.paging import invalid_paging, links, page_by_id

__all__ = ["ROUTES"]

GROUPS_PAGE = 200


def groups(call: Call) -> Answer:
    """GET /api/v1/users/{user}/groups."""
    user = user_of(call)
    limit = call.limit(GROUPS_PAGE, GROUPS_PAGE)
    page = page_by_id(call.org.groups_of(user), call.text("after"), limit, "00g", invalid_paging)
    documents = [group_document(call.org, group, call.origin) for group in page.items]
    return Answer(documents, headers=links(call, page, limit=limit))


def app_links(call: Call) -> Answer:
    """GET /api/v1/users/{user}/appLinks: the tiles of active apps, all at once."""
    user = user_of(call)
    apps = [app for app in call.org.apps_of(user) if app.has_tile]
    return Answer(
        [app_link_document(app, app.assignments[user.id], call.origin, position) for position, app in enumerate(apps)]
    )


def blocks(call: Call) -> Answer:
    """GET /api/v1/users/{user}/blocks."""
    return Answer(block_documents(user_of(call)))


def roles(call: Call) -> Answer:
    """GET /api/v1/users/{id}/roles: the standard admin roles; the user is named by id only."""
    user = call.org.user_by_id(call.path_values["user"])
    given = [(role.value, "USER") for role in sorted(call.org.roles.get(user.id, ()))]
    of_group = [("SUPER_ADMIN", "GROUP")] if call.org.is_admin(user) else []
    return Answer(
        [
            {
                "id": f"ra1{user.id[3:]}{number}",
                "label": role.replace("_", " ").title(),
                "type": role,
                "status": "ACTIVE",
                "assignmentType": how,
            }
            for number, (role, how) in enumerate([*given, *of_group])
        ]
    )


def revoke_sessions(call: Call) -> Answer:
    """DELETE /api/v1/users/{id}/sessions; the user is named by id only."""
    user = call.org.user_by_id(call.path_values["user"])
    call.flag("oauthTokens", default=False)
    call.flag("forgetDevices", default=True)
    lifecycle.revoke_sessions(call.change(), user)
    return Answer.nothing()


ROUTES: Routes = (
    ("GET", "/users/{user}/groups", groups),
    ("GET", "/users/{user}/appLinks", app_links),
    ("GET", "/users/{user}/blocks", blocks),
    ("GET", "/users/{user}/roles", roles),
    ("DELETE", "/users/{user}/sessions", revoke_sessions),
)
