"""The org itself, its user types and their schemas.

Source: Okta Org Setting, User Types and Schemas APIs.
"""

import re
from typing import Any

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.attributes import BASE_ATTRIBUTES
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.documents import group_schema_document, schema_document, user_type_document
from okta_mcp.sandbox.errors import duplicate, error, not_found, validation_failed
from okta_mcp.sandbox.profile import ProfileSchema
from okta_mcp.sandbox.records import UserType
from okta_mcp.sandbox.schema_editing import change_group_schema, change_schema

__all__ = ["ROUTES"]

MAX_TYPE_NAME = 50

_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TYPE_KEYS = ("name", "displayName", "description")
_TYPE_READ_ONLY_KEYS = ("id", "createdBy", "lastUpdatedBy", "created", "lastUpdated", "default", "_links")
_SCHEMA_READ_ONLY_KEYS = (
    "id",
    "$schema",
    "name",
    "title",
    "description",
    "created",
    "lastUpdated",
    "type",
    "properties",
    "_links",
)


def org(call: Call) -> Answer:
    """GET /api/v1/org."""
    address = f"{call.origin}/api/v1/org"
    created = stamp(call.org.created)
    unset = ("website", "phoneNumber", "endUserSupportHelpURL", "supportPhoneNumber")
    place = ("address1", "address2", "city", "state", "country", "postalCode")
    return Answer(
        {
            "id": call.org.id,
            "subdomain": call.org.subdomain,
            "companyName": call.org.company_name,
            "status": "ACTIVE",
            "expiresAt": None,
            "created": created,
            "lastUpdated": created,
            **dict.fromkeys((*unset, *place)),
            "_links": {
                "preferences": {"href": f"{address}/preferences"},
                "uploadLogo": {"href": f"{address}/logo", "hints": {"allow": ["POST"]}},
                "oktaCommunication": {"href": f"{address}/privacy/oktaCommunication"},
                "logo": None,
                "oktaSupport": {"href": f"{address}/privacy/oktaSupport"},
                "contacts": {"href": f"{address}/contacts"},
            },
        }
    )


def types(call: Call) -> Answer:
    """GET /api/v1/meta/types/user."""
    return Answer([user_type_document(kind, call.origin) for kind in call.org.user_types.values()])


def read_type(call: Call) -> Answer:
    """GET /api/v1/meta/types/user/{type}; `default` names the default type."""
    return Answer(user_type_document(call.org.user_type(call.path_values["type"]), call.origin))


def create_type(call: Call) -> Answer:
    """POST /api/v1/meta/types/user; the schema of the new type has Okta's base attributes and no custom ones."""
    body = call.body(_TYPE_KEYS, ignored=_TYPE_READ_ONLY_KEYS)
    name = body.get("name")
    if not isinstance(name, str) or len(name) > MAX_TYPE_NAME or not _TYPE_NAME.fullmatch(name):
        raise validation_failed("name", "name: The name is not a valid variable name")
    if any(kind.name.casefold() == name.casefold() for kind in call.org.user_types.values()):
        raise duplicate("name")
    display_name, description = _display_name(body), _description(body)
    change = call.change()
    by, now = _author(call), change.second
    kind = UserType(
        id=call.org.ids.new("oty"),
        schema_id=call.org.ids.new("osc"),
        name=name,
        display_name=display_name,
        description=description,
        schema=ProfileSchema(base=BASE_ATTRIBUTES),
        is_default=False,
        created=now,
        created_by=by,
        last_updated=now,
        last_updated_by=by,
        schema_updated=now,
    )
    call.org.user_types[kind.id] = kind
    return Answer(user_type_document(kind, call.origin))


def update_type(call: Call) -> Answer:
    """POST and PUT /api/v1/meta/types/user/{type}; PUT wants everything, and the name never changes."""
    kind = call.org.user_type(call.path_values["type"])
    body = call.body(_TYPE_KEYS, ignored=_TYPE_READ_ONLY_KEYS)
    if body.get("name", kind.name) != kind.name:
        raise validation_failed("name", "name: The name of a user type cannot be changed")
    whole = call.method == "PUT"
    display_name = _display_name(body) if whole or "displayName" in body else kind.display_name
    description = _description(body) if whole or "description" in body else kind.description
    kind.display_name, kind.description = display_name, description
    kind.last_updated, kind.last_updated_by = call.change().second, _author(call)
    return Answer(user_type_document(kind, call.origin))


def delete_type(call: Call) -> Answer:
    """DELETE /api/v1/meta/types/user/{type}: neither the default type nor one that users have."""
    kind = call.org.user_type(call.path_values["type"])
    if kind.is_default or any(user.type_id == kind.id for user in call.org.users.values()):
        raise validation_failed("type", "type: The user type is the default one, or has users")
    del call.org.user_types[kind.id]
    return Answer.nothing()


def _author(call: Call) -> str:
    return call.caller.id if call.caller is not None else call.org.system_principal_id


def _display_name(body: dict[str, Any]) -> str:
    text = body.get("displayName")
    if not isinstance(text, str) or not text.strip():
        raise validation_failed("displayName", "displayName: The field cannot be left blank")
    return text


def _description(body: dict[str, Any]) -> str | None:
    text = body.get("description")
    if not isinstance(text, str | None):
        raise error("E0000003")
    return text or None


def _type_of_schema(call: Call) -> UserType:
    schema_id = call.path_values["schema"]
    if schema_id == "default":
        return call.org.user_type("default")
    for kind in call.org.user_types.values():
        if kind.schema_id == schema_id:
            return kind
    raise not_found(schema_id, "Schema")


def schema(call: Call) -> Answer:
    """GET /api/v1/meta/schemas/user/{schema}; `default` names that of the default type."""
    return Answer(schema_document(_type_of_schema(call), call.origin, call.path_values["schema"]))


def update_schema(call: Call) -> Answer:
    """POST /api/v1/meta/schemas/user/{schema}."""
    kind = _type_of_schema(call)
    body = call.body(("definitions",), ignored=_SCHEMA_READ_ONLY_KEYS)
    change_schema(call.change(), kind, body)
    return Answer(schema_document(kind, call.origin, call.path_values["schema"]))


def group_schema(call: Call) -> Answer:
    """GET /api/v1/meta/schemas/group/default."""
    return Answer(group_schema_document(call.org, call.origin))


def update_group_schema(call: Call) -> Answer:
    """POST /api/v1/meta/schemas/group/default."""
    change_group_schema(call.change(), call.body(("definitions",), ignored=_SCHEMA_READ_ONLY_KEYS))
    return Answer(group_schema_document(call.org, call.origin))


ROUTES: Routes = (
    ("GET", "/org", org),
    ("GET", "/meta/types/user", types),
    ("POST", "/meta/types/user", create_type),
    ("GET", "/meta/types/user/{type}", read_type),
    ("POST", "/meta/types/user/{type}", update_type),
    ("PUT", "/meta/types/user/{type}", update_type),
    ("DELETE", "/meta/types/user/{type}", delete_type),
    ("GET", "/meta/schemas/user/{schema}", schema),
    ("POST", "/meta/schemas/user/{schema}", update_schema),
    ("GET", "/meta/schemas/group/default", group_schema),
    ("POST", "/meta/schemas/group/default", update_group_schema),
)
