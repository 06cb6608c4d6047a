"""Who is assigned to an application. Source: Okta Application Users and Application Groups APIs."""

from collections.abc import Mapping
from typing import Any

from okta_mcp.sandbox.access import assign_group, assign_user, edit_assignment, unassign_group, unassign_user
from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.documents import app_group_document, app_user_document
from okta_mcp.sandbox.errors import error, not_found, validation_failed
from okta_mcp.sandbox.paging import invalid_paging, links, page_by_id
from okta_mcp.sandbox.records import App, Assignment, Group, Status

__all__ = ["ROUTES"]

PAGE = 20
MAX_PAGE = 200

_USER_KEYS = ("id", "credentials", "profile")
_USER_READ_ONLY_KEYS = (
    "externalId",
    "created",
    "lastUpdated",
    "scope",
    "status",
    "statusChanged",
    "passwordChanged",
    "syncState",
    "lastSync",
    "_links",
    "_embedded",
)
_GROUP_KEYS = ("priority", "profile")
_GROUP_READ_ONLY_KEYS = ("id", "lastUpdated", "_links", "_embedded")


def _app_of(call: Call) -> App:
    return call.org.app(call.path_values["app"])


def assign(call: Call) -> Answer:
    """POST /api/v1/apps/{app}/users."""
    app = _app_of(call)
    body = call.body(_USER_KEYS, ignored=_USER_READ_ONLY_KEYS)
    user_id = body.get("id")
    if not isinstance(user_id, str) or not user_id:
        raise validation_failed("id", "id: The field cannot be left blank")
    user_name, profile = _known(body)
    user = call.org.user_by_id(user_id)
    assignment = assign_user(call.change(), app, user, user_name=user_name, profile=profile)
    return Answer(app_user_document(call.org, assignment, call.origin))


def _known(body: Mapping[str, Any]) -> tuple[str | None, dict[str, Any] | None]:
    """Read what an app is to know of a user: the name, and the profile."""
    user_name = object_at(body, "credentials").get("userName")
    if not isinstance(user_name, str | None):
        raise error("E0000003")
    return user_name, object_at(body, "profile") if "profile" in body else None


def update(call: Call) -> Answer:
    """POST /api/v1/apps/{app}/users/{id}."""
    assignment = _assignment_of(call)
    user_name, profile = _known(call.body(_USER_KEYS, ignored=_USER_READ_ONLY_KEYS))
    if call.org.users[assignment.user_id].status is Status.DEPROVISIONED:
        raise error("E0000117")
    edit_assignment(call.change(), assignment, user_name=user_name, profile=profile)
    return Answer(app_user_document(call.org, assignment, call.origin))


def unassign(call: Call) -> Answer:
    """DELETE /api/v1/apps/{app}/users/{id}."""
    call.flag("sendEmail", default=False)
    assignment = _assignment_of(call)
    unassign_user(call.change(), _app_of(call), call.org.users[assignment.user_id])
    return Answer.nothing()


def _assignment_of(call: Call) -> Assignment:
    app, user_id = _app_of(call), call.path_values["user"]
    if user_id not in app.assignments:
        raise not_found(user_id, "AppUser")
    return app.assignments[user_id]


def groups(call: Call) -> Answer:
    """GET /api/v1/apps/{app}/groups."""
    app = _app_of(call)
    limit = call.limit(PAGE, MAX_PAGE)
    assigned = sorted((call.org.groups[group_id] for group_id in app.group_ids), key=lambda group: group.id)
    page = page_by_id(assigned, call.text("after"), limit, "00g", invalid_paging)
    documents = [app_group_document(app, group, call.origin) for group in page.items]
    return Answer(documents, headers=links(call, page, limit=limit))


def group(call: Call) -> Answer:
    """GET /api/v1/apps/{app}/groups/{group}."""
    app = _app_of(call)
    return Answer(app_group_document(app, _assigned_group(call, app), call.origin))


def assign_to_group(call: Call) -> Answer:
    """PUT /api/v1/apps/{app}/groups/{group}."""
    app, given = _app_of(call), call.org.group(call.path_values["group"])
    body = call.body(_GROUP_KEYS, ignored=_GROUP_READ_ONLY_KEYS)
    priority = body.get("priority")
    if priority is not None and (not isinstance(priority, int) or isinstance(priority, bool) or priority < 0):
        raise validation_failed("priority", "priority: must be a number from 0 up")
    profile = object_at(body, "profile") if "profile" in body else None
    assign_group(call.change(), app, given, priority=priority, profile=profile)
    return Answer(app_group_document(app, given, call.origin))


def unassign_from_group(call: Call) -> Answer:
    """DELETE /api/v1/apps/{app}/groups/{group}."""
    app = _app_of(call)
    unassign_group(call.change(), app, _assigned_group(call, app))
    return Answer.nothing()


def _assigned_group(call: Call, app: App) -> Group:
    group_id = call.path_values["group"]
    if group_id not in app.group_ids:
        raise not_found(group_id, "ApplicationGroupAssignment")
    return call.org.groups[group_id]


ROUTES: Routes = (
    ("POST", "/apps/{app}/users", assign),
    ("POST", "/apps/{app}/users/{user}", update),
    ("DELETE", "/apps/{app}/users/{user}", unassign),
    ("GET", "/apps/{app}/groups", groups),
    ("GET", "/apps/{app}/groups/{group}", group),
    ("PUT", "/apps/{app}/groups/{group}", assign_to_group),
    ("DELETE", "/apps/{app}/groups/{group}", unassign_from_group),
)
