"""Users: create, list, read, update, replace, delete. Source: Okta Users API."""

import re
from typing import Any

from okta_mcp.expressions import USERS_FILTER, USERS_SEARCH
from okta_mcp.sandbox import lifecycle
from okta_mcp.sandbox.api.route import Routes, user_of
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.documents import block_documents, user_document, user_etag, user_list_document
from okta_mcp.sandbox.enrolment import create_user, read_credentials, update_user
from okta_mcp.sandbox.errors import error, invalid_search
from okta_mcp.sandbox.paging import Page, invalid_cursor, links, self_link
from okta_mcp.sandbox.projection import Projection
from okta_mcp.sandbox.queries import (
    USER_SORTABLE,
    check_attributes,
    checked,
    sort_order,
)
from okta_mcp.sandbox.records import User
from okta_mcp.sandbox.user_queries import described, named, plain, sorted_users

__all__ = ["ROUTES"]

MAX_PAGE = 200
Q_DEFAULT = 10

_CREATE_KEYS = ("profile", "credentials", "groupIds", "type", "realmId")
_UPDATE_KEYS = ("profile", "credentials", "type", "realmId")
# What GET shows beside that may be sent back, and means nothing.
_READ_ONLY_KEYS = (
    "id",
    "status",
    "transitioningToStatus",
    "created",
    "activated",
    "statusChanged",
    "lastLogin",
    "lastUpdated",
    "passwordChanged",
    "_links",
    "_embedded",
)
_ETAG = re.compile(r'W/"[0-9a-f]{64}"|\*')

_PLAIN_CURSOR = re.compile(r"[0-6]00u[A-Za-z0-9]{17}")


def shown(call: Call, user: User) -> dict[str, Any]:
    """Write a user as answers about one user do."""
    return user_document(user, call.origin, call.org.schema_id_of(user))


def create(call: Call) -> Answer:
    """POST /api/v1/users."""
    activate = call.flag("activate", default=True)
    by_provider = call.flag("provider", default=False)
    expire = call.text("nextLogin")
    body = call.body(_CREATE_KEYS)
    user = create_user(call.change(), body, activate=activate, by_provider=by_provider, next_login=expire)
    return Answer(shown(call, user))


def read(call: Call) -> Answer:
    """GET /api/v1/users/{user}."""
    user = user_of(call)
    document = shown(call, user)
    if "blocks" in (call.text("expand") or "").split(","):
        document["_embedded"] = {"blocks": block_documents(user)}
    return Answer(document, headers=[("ETag", user_etag(user))])


def update(call: Call) -> Answer:
    """POST /api/v1/users/{user}: change what is sent."""
    return _write(call, replace=False)


def replace(call: Call) -> Answer:
    """PUT /api/v1/users/{user}: replace the whole profile."""
    return _write(call, replace=True)


def _write(call: Call, *, replace: bool) -> Answer:
    user = user_of(call)
    strict = call.flag("strict", default=False)
    body = call.body(_UPDATE_KEYS, ignored=_READ_ONLY_KEYS)
    _check_match(call, user)
    question = user.recovery.question if user.recovery else None
    update_user(
        call.change(),
        user,
        profile=object_at(body, "profile") if "profile" in body or replace else None,
        given=read_credentials(body, question) if "credentials" in body else None,
        type_id=object_at(body, "type").get("id"),
        realm_id=body.get("realmId"),
        replace=replace,
        strict=strict,
    )
    return Answer(shown(call, user))


def _check_match(call: Call, user: User) -> None:
    wanted = call.headers.get("if-match")
    if wanted is None:
        return
    if not _ETAG.fullmatch(wanted):
        raise error("E0000242")
    if wanted not in ("*", user_etag(user)):
        raise error("E0000231")


def delete(call: Call) -> Answer:
    """DELETE /api/v1/users/{user}: deactivate, or remove one who is deactivated."""
    user = user_of(call)
    call.flag("sendEmail", default=False)
    lifecycle.delete(call.change(), user, in_background=call.prefers_background)
    return Answer.nothing()


def index(call: Call) -> Answer:
    """GET /api/v1/users."""
    search, wanted, q = call.expression("search"), call.expression("filter"), call.text("q")
    if sum(style is not None for style in (search, wanted, q)) > 1:
        raise error("E0000033")
    if q is not None:
        limit = call.limit(Q_DEFAULT, MAX_PAGE)
        page = Page(named(call.org.users, q, limit), None)
        headers = [self_link(call, limit=limit, q=q)]
    else:
        limit = call.limit(MAX_PAGE, MAX_PAGE)
        if search is not None:
            return _searched(call, search, limit)
        page = _plain(call, limit) if wanted is None else _filtered(call, wanted, limit)
        headers = links(call, page, limit=limit, filter=wanted)
    return _listed(call, page, headers)


def _listed(call: Call, page: Page[User], headers: list[tuple[str, str]]) -> Answer:
    omitted = re.findall(r"omit\w+", call.headers.get("content-type", ""))
    documents = [user_list_document(user, call.origin, omitted) for user in page.items]
    fields = call.text("fields")
    if fields is not None:
        projection = Projection(fields)
        documents = [projection.of(document) for document in documents]
    return Answer(documents, headers=headers)


def _plain(call: Call, limit: int) -> Page[User]:
    after = call.text("after")
    if after is not None and not _PLAIN_CURSOR.fullmatch(after):
        raise invalid_cursor()
    return plain(call.org.users, None if after is None else (int(after[0]), after[1:]), limit)


def _filtered(call: Call, text: str, limit: int) -> Page[User]:
    expression = checked(text, USERS_FILTER)
    return described(call.org.users, expression, USERS_FILTER, call.text("after"), limit)


def _searched(call: Call, text: str, limit: int) -> Answer:
    expression = checked(text, USERS_SEARCH, syntax_causes=["Invalid search syntax."])
    check_attributes(expression, call.org)
    sort_by = call.text("sortBy")
    if sort_by is None:
        page = described(call.org.users, expression, USERS_SEARCH, call.text("after"), limit)
        return _listed(call, page, links(call, page, limit=limit, search=text))
    _check_sortable(call, sort_by)
    descending = sort_order(call)
    page = sorted_users(
        call.org.users,
        expression,
        USERS_SEARCH,
        sort_by,
        descending=descending,
        after=call.text("after"),
        limit=limit,
    )
    order = "desc" if descending else "asc"
    headers = links(call, page, limit=limit, sortBy=sort_by, sortOrder=order, search=text)
    return _listed(call, page, headers)


def _check_sortable(call: Call, sort_by: str) -> None:
    prefix, _, name = sort_by.partition(".")
    if sort_by not in USER_SORTABLE and not (prefix == "profile" and call.org.knows_attribute(name)):
        raise invalid_search()


ROUTES: Routes = (
    ("POST", "/users", create),
    ("GET", "/users", index),
    ("GET", "/users/{user}", read),
    ("POST", "/users/{user}", update),
    ("PUT", "/users/{user}", replace),
    ("DELETE", "/users/{user}", delete),
)
