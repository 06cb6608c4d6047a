"""Realms, a feature that an org has or has not. Source: Okta Realms API."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from okta_mcp.expressions import Grammar, Rule
from okta_mcp.sandbox.api.route import Handler, Routes
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.documents import realm_document
from okta_mcp.sandbox.errors import duplicate, error, invalid_search, validation_failed
from okta_mcp.sandbox.paging import invalid_cursor, links, page_by_id
from okta_mcp.sandbox.queries import checked, matching, sort_order, sorted_page
from okta_mcp.sandbox.records import Realm

__all__ = ["ROUTES"]

PAGE = 10
MAX_PAGE = 200
MAX_NAME = 255

_READ_ONLY_KEYS = ("id", "created", "lastUpdated", "isDefault", "_links")
_PROFILE_KEYS = {"name", "realmType", "domains"}
_SEARCH = Grammar(
    "realms search",
    (
        Rule(("profile.name", "profile.realmType", "id"), frozenset({"eq", "sw", "co", "pr"})),
        Rule(("created", "lastUpdated"), frozenset({"eq", "gt", "ge", "lt", "le", "pr"})),
    ),
    case_sensitive=False,
)


def _featured(handler: Handler) -> Handler:
    """Let a handler answer only in an org with realms."""

    @wraps(handler)
    def guarded(call: Call) -> Answer:
        if not call.org.realms:
            raise error("E0000015")
        return handler(call)

    return guarded


def index(call: Call) -> Answer:
    """GET /api/v1/realms."""
    limit = call.limit(PAGE, MAX_PAGE)
    search, sort_by = call.expression("search"), call.text("sortBy")
    found = list(call.org.realms.values())
    if search is not None:
        found = matching(found, checked(search, _SEARCH, syntax_causes=["Invalid search syntax."]), _SEARCH, _values)
    if sort_by is None:
        page = page_by_id(found, call.text("after"), limit, "guo", invalid_cursor)
        headers = links(call, page, limit=limit, search=search)
    else:
        if not _SEARCH.operators(sort_by):
            raise invalid_search()
        descending = sort_order(call)
        page = sorted_page(
            found,
            sort_by,
            _values,
            descending=descending,
            cursor_item=call.org.realms.get,
            after=call.text("after"),
            limit=limit,
        )
        order = "desc" if descending else "asc"
        headers = links(call, page, limit=limit, sortBy=sort_by, sortOrder=order, search=search)
    return Answer([realm_document(realm, call.origin) for realm in page.items], headers=headers)


def _values(realm: Realm) -> Callable[[str], Sequence[object]]:
    known: dict[str, object] = {
        "id": realm.id,
        "profile.name": realm.name,
        "profile.realmType": realm.profile.get("realmType"),
        "created": stamp(realm.created),
        "lastUpdated": stamp(realm.last_updated),
    }
    return lambda path: [known[path]] if known.get(path) is not None else []


def read(call: Call) -> Answer:
    """GET /api/v1/realms/{realm}."""
    return Answer(realm_document(call.org.realm(call.path_values["realm"]), call.origin))


def create(call: Call) -> Answer:
    """POST /api/v1/realms."""
    profile = _profile(call, None)
    now = call.change().second
    realm = Realm(call.org.ids.new("guo"), profile, is_default=False, created=now, last_updated=now)
    call.org.realms[realm.id] = realm
    return Answer(realm_document(realm, call.origin))


def replace(call: Call) -> Answer:
    """PUT /api/v1/realms/{realm}."""
    realm = call.org.realm(call.path_values["realm"])
    realm.profile = _profile(call, realm)
    realm.last_updated = call.change().second
    return Answer(realm_document(realm, call.origin))


def delete(call: Call) -> Answer:
    """DELETE /api/v1/realms/{realm}: neither the default realm nor one with users."""
    realm = call.org.realm(call.path_values["realm"])
    if realm.is_default or any(user.realm_id == realm.id for user in call.org.users.values()):
        raise error("E0000178")
    del call.org.realms[realm.id]
    return Answer.nothing()


def _profile(call: Call, own: Realm | None) -> dict[str, Any]:
    body = call.body(("profile",), ignored=_READ_ONLY_KEYS)
    if not isinstance(body.get("profile"), dict):
        raise error("E0000003")
    given = object_at(body, "profile")
    if not given.keys() <= _PROFILE_KEYS:
        raise error("E0000003")
    name = given.get("name")
    if not isinstance(name, str) or not name.strip():
        raise validation_failed("name", "name: The field cannot be left blank")
    if len(name) > MAX_NAME:
        raise validation_failed("name", "name: The field is too long")
    if given.get("realmType") not in (None, "DEFAULT", "PARTNER"):
        raise validation_failed("realmType", "realmType: must be DEFAULT or PARTNER")
    domains = given.get("domains") or []
    if not isinstance(domains, list) or not all(isinstance(domain, str) for domain in domains):
        raise error("E0000003")
    if any(realm is not own and realm.name.casefold() == name.casefold() for realm in call.org.realms.values()):
        raise duplicate("name")
    kind = {"realmType": given["realmType"]} if given.get("realmType") else {}
    return {"name": name, **kind, "domains": list(domains)}


ROUTES: Routes = tuple(
    (method, path, _featured(handler))
    for method, path, handler in (
        ("GET", "/realms", index),
        ("POST", "/realms", create),
        ("GET", "/realms/{realm}", read),
        ("PUT", "/realms/{realm}", replace),
        ("DELETE", "/realms/{realm}", delete),
    )
)
