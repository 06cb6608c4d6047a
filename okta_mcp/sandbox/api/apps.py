"""Applications and who is assigned to them. Source: Okta Applications API."""

from collections.abc import Sequence
from typing import Any

from okta_mcp.expressions import APPS_FILTER, comparisons
from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.documents import app_document, app_user_document, user_document
from okta_mcp.sandbox.errors import not_found, validation_failed
from okta_mcp.sandbox.paging import invalid_paging, links, page_by_id
from okta_mcp.sandbox.queries import checked, matching
from okta_mcp.sandbox.records import App, Assignment, User

__all__ = ["ROUTES"]

PAGE = 20
MAX_PAGE = 200
USERS_PAGE = 50
USERS_MAX = 500


def index(call: Call) -> Answer:
    """GET /api/v1/apps."""
    limit = call.limit(PAGE, MAX_PAGE)
    q, wanted, expand = call.text("q"), call.expression("filter"), call.text("expand")
    found = list(call.org.apps.values())
    user_id = None
    if wanted is not None:
        expression = checked(wanted, APPS_FILTER)
        found = matching(found, expression, APPS_FILTER, _values)
        user_id = next((str(part.value) for part in comparisons(expression) if part.attribute == "user.id"), None)
    if expand is not None and (user_id is None or expand != f"user/{user_id}"):
        raise validation_failed("RequestParams", "Expand query is malformed.")
    if q is not None:
        prefix = q.casefold()
        found = [app for app in found if any(text.casefold().startswith(prefix) for text in (app.name, app.label))]
    page = page_by_id(found, call.text("after"), limit, "0oa", invalid_paging)
    documents = [app_document(call.org, app, call.origin) for app in page.items]
    if expand is not None and user_id is not None:
        for document, app in zip(documents, page.items, strict=True):
            user = app_user_document(call.org, app.assignments[user_id], call.origin)
            document["_embedded"] = {"user": user}
    return Answer(documents, headers=links(call, page, limit=limit, q=q, filter=wanted))


def _values(app: App) -> Any:
    def get(path: str) -> Sequence[object]:
        match path:
            case "id":
                return [app.id]
            case "status":
                return [app.status]
            case "name":
                return [app.name]
            case "user.id":
                return list(app.assignments)
            case "group.id":
                return list(app.group_ids)
            case _:
                return []

    return get


def read(call: Call) -> Answer:
    """GET /api/v1/apps/{app}."""
    app = call.org.app(call.path_values["app"])
    document = app_document(call.org, app, call.origin)
    expand = call.text("expand")
    if expand is not None:
        user_id = expand.removeprefix("user/")
        if not expand.startswith("user/"):
            raise validation_failed("RequestParams", "Expand query is malformed.")
        if user_id in app.assignments:
            embedded = app_user_document(call.org, app.assignments[user_id], call.origin)
            document["_embedded"] = {"user": embedded}
    return Answer(document)


def users(call: Call) -> Answer:
    """GET /api/v1/apps/{app}/users."""
    app = call.org.app(call.path_values["app"])
    limit = call.limit(USERS_PAGE, USERS_MAX)
    q = call.text("q")
    assignments = sorted(app.assignments.values(), key=lambda assignment: assignment.id)
    if q is not None:
        assignments = [item for item in assignments if _begins(call.org.users[item.user_id], q)]
    page = page_by_id(assignments, call.text("after"), limit, "0ua", invalid_paging)
    documents = [_app_user(call, assignment) for assignment in page.items]
    return Answer(documents, headers=links(call, page, limit=limit, q=q))


def _app_user(call: Call, assignment: Assignment) -> dict[str, Any]:
    document = app_user_document(call.org, assignment, call.origin)
    if call.text("expand") == "user":
        user = call.org.users[assignment.user_id]
        document["_embedded"] = {"user": user_document(user, call.origin, call.org.schema_id_of(user))}
    return document


def _begins(user: User, q: str) -> bool:
    prefix = q.casefold()
    texts = (user.login, *(str(user.profile.get(name, "")) for name in ("firstName", "lastName", "email")))
    return any(text.casefold().startswith(prefix) for text in texts)


def user(call: Call) -> Answer:
    """GET /api/v1/apps/{app}/users/{id}."""
    app = call.org.app(call.path_values["app"])
    user_id = call.path_values["user"]
    if user_id not in app.assignments:
        raise not_found(user_id, "AppUser")
    return Answer(_app_user(call, app.assignments[user_id]))


ROUTES: Routes = (
    ("GET", "/apps", index),
    ("GET", "/apps/{app}", read),
    ("GET", "/apps/{app}/users", users),
    ("GET", "/apps/{app}/users/{user}", user),
)
