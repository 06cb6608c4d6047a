"""Groups: list, create, read, replace, delete. Source: Okta Groups API."""

from typing import Any

from okta_mcp.expressions import GROUPS_FILTER, GROUPS_SEARCH
from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.documents import group_document
from okta_mcp.sandbox.errors import duplicate, error, invalid_search
from okta_mcp.sandbox.memberships import remove_group
from okta_mcp.sandbox.paging import Page, invalid_cursor, links, page_by_id
from okta_mcp.sandbox.queries import GROUP_SORTABLE, checked, group_values, matching, sort_order, sorted_page
from okta_mcp.sandbox.records import Group, GroupType

__all__ = ["ROUTES"]

MAX_PAGE = 10_000
Q_DEFAULT = 300

_READ_ONLY_KEYS = (
    "id",
    "created",
    "lastUpdated",
    "lastMembershipUpdated",
    "objectClass",
    "type",
    "_links",
    "_embedded",
)


def index(call: Call) -> Answer:
    """GET /api/v1/groups."""
    search, wanted, q = call.expression("search"), call.expression("filter"), call.text("q")
    if search is not None and (wanted is not None or q is not None):
        raise error("E0000033")
    found = list(call.org.groups.values())
    if wanted is not None:
        found = matching(found, checked(wanted, GROUPS_FILTER), GROUPS_FILTER, group_values)
    if q is not None:
        return _documents(call, _found_by_q(found, q)[: call.limit(Q_DEFAULT, MAX_PAGE)])
    limit = call.limit(MAX_PAGE, MAX_PAGE)
    if search is not None:
        return _searched(call, search, limit)
    page = page_by_id(found, call.text("after"), limit, "00g", invalid_cursor)
    return _documents(call, page.items, links(call, page, limit=limit, filter=wanted))


def _documents(call: Call, groups: Any, headers: Any = ()) -> Answer:
    expand = (call.text("expand") or "").split(",")
    return Answer([group_document(call.org, group, call.origin, expand) for group in groups], headers=headers)


def _found_by_q(groups: list[Group], q: str) -> list[Group]:
    """Find by the beginning of the name; the group with exactly this name comes first."""
    prefix = q.casefold()
    found = [group for group in groups if group.name.casefold().startswith(prefix)]
    return sorted(found, key=lambda group: group.name.casefold() != prefix)


def _searched(call: Call, text: str, limit: int) -> Answer:
    expression = checked(
        text,
        GROUPS_SEARCH,
        syntax_causes=["Invalid search syntax."],
        refusal_causes=["Invalid search query."],
    )
    found = matching(call.org.groups.values(), expression, GROUPS_SEARCH, group_values)
    sort_by = call.text("sortBy")
    if sort_by is None:
        page = page_by_id(found, call.text("after"), limit, "00g", invalid_cursor)
        return _documents(call, page.items, links(call, page, limit=limit, search=text))
    if sort_by not in GROUP_SORTABLE and not sort_by.startswith("profile."):
        raise invalid_search()
    descending = sort_order(call)
    sorted_groups: Page[Group] = sorted_page(
        found,
        sort_by,
        group_values,
        descending=descending,
        cursor_item=call.org.groups.get,
        after=call.text("after"),
        limit=limit,
    )
    order = "desc" if descending else "asc"
    headers = links(call, sorted_groups, limit=limit, sortBy=sort_by, sortOrder=order, search=text)
    return _documents(call, sorted_groups.items, headers)


def read(call: Call) -> Answer:
    """GET /api/v1/groups/{group}."""
    group = call.org.group(call.path_values["group"])
    expand = (call.text("expand") or "").split(",")
    return Answer(group_document(call.org, group, call.origin, expand))


def create(call: Call) -> Answer:
    """POST /api/v1/groups; always a group of Okta's own."""
    profile = _profile(call, call.body(("profile",)))
    _check_name_is_free(call, profile["name"], None)
    change = call.change()
    now = change.second
    group = Group(call.org.ids.new("00g"), GroupType.OKTA, profile, now, now, now)
    call.org.groups[group.id] = group
    change.log("group.lifecycle.create", group)
    return Answer(group_document(call.org, group, call.origin))


def replace(call: Call) -> Answer:
    """PUT /api/v1/groups/{group}; a description left out is removed."""
    group = call.org.group(call.path_values["group"])
    body = call.body(("profile",), ignored=_READ_ONLY_KEYS)
    profile = _profile(call, body)
    if group.type is not GroupType.OKTA:
        raise error("E0000006")
    _check_name_is_free(call, profile["name"], group)
    change = call.change()
    group.profile = profile
    group.last_updated = change.second
    change.log("group.profile.update", group)
    return Answer(group_document(call.org, group, call.origin))


def delete(call: Call) -> Answer:
    """DELETE /api/v1/groups/{group}; memberships and the apps it gave access to go with it."""
    group = call.org.group(call.path_values["group"])
    if group.type is GroupType.BUILT_IN:
        raise error("E0000006")
    remove_group(call.change(), group)
    return Answer.nothing()


def _profile(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(body.get("profile"), dict):
        raise error("E0000003")
    return call.org.group_schema.complete(object_at(body, "profile"), "profile")


def _check_name_is_free(call: Call, name: str, own: Group | None) -> None:
    taken = any(
        group is not own and group.type is not GroupType.APP and group.name.casefold() == name.casefold()
        for group in call.org.groups.values()
    )
    if taken:
        raise duplicate("name")


ROUTES: Routes = (
    ("GET", "/groups", index),
    ("POST", "/groups", create),
    ("GET", "/groups/{group}", read),
    ("PUT", "/groups/{group}", replace),
    ("DELETE", "/groups/{group}", delete),
)
