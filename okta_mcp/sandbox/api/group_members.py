"""Members and apps of a group. Source: Okta Groups API."""

from okta_mcp.sandbox import memberships
from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.documents import app_document, user_list_document
from okta_mcp.sandbox.paging import invalid_paging, links, page_by_id, page_of_ids
from okta_mcp.sandbox.records import Group, User

__all__ = ["ROUTES"]

MEMBERS_PAGE = 1000
APPS_PAGE = 20
APPS_MAX = 200


def members(call: Call) -> Answer:
    """GET /api/v1/groups/{group}/users: members in whatever status, in order of ids."""
    group = call.org.group(call.path_values["group"])
    limit = call.limit(MEMBERS_PAGE, MEMBERS_PAGE)
    page = page_of_ids(group.members.in_order, call.text("after"), limit, "00u", invalid_paging)
    documents = [user_list_document(call.org.users[user_id], call.origin) for user_id in page.items]
    return Answer(documents, headers=links(call, page, limit=limit))


def apps(call: Call) -> Answer:
    """GET /api/v1/groups/{group}/apps."""
    group = call.org.group(call.path_values["group"])
    limit = call.limit(APPS_PAGE, APPS_MAX)
    page = page_by_id(call.org.apps_of_group(group), call.text("after"), limit, "0oa", invalid_paging)
    documents = [app_document(call.org, app, call.origin) for app in page.items]
    return Answer(documents, headers=links(call, page, limit=limit))


def _both(call: Call) -> tuple[Group, User]:
    """Find group and user of the path: the group first, the user by id only."""
    group = call.org.group(call.path_values["group"])
    return group, call.org.user_by_id(call.path_values["user"])


def add(call: Call) -> Answer:
    """PUT /api/v1/groups/{group}/users/{id}."""
    group, user = _both(call)
    memberships.add_member(call.change(), group, user)
    return Answer.nothing()


def remove(call: Call) -> Answer:
    """DELETE /api/v1/groups/{group}/users/{id}."""
    group, user = _both(call)
    memberships.remove_member(call.change(), group, user)
    return Answer.nothing()


ROUTES: Routes = (
    ("GET", "/groups/{group}/users", members),
    ("GET", "/groups/{group}/apps", apps),
    ("PUT", "/groups/{group}/users/{user}", add),
    ("DELETE", "/groups/{group}/users/{user}", remove),
)
