"""User types and their profile schemas as JSON."""

from typing import Any

from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import UserType

__all__ = ["group_schema_document", "schema_document", "user_type_document"]

_DRAFT = "http://json-schema.org/draft-04/schema#"
_PROFILE = {
    "type": "object",
    "properties": {"profile": {"allOf": [{"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"}]}},
}


def user_type_document(kind: UserType, origin: str) -> dict[str, Any]:
    """Write a user type."""
    return {
        "id": kind.id,
        "displayName": kind.display_name,
        "name": kind.name,
        "description": kind.description,
        "createdBy": kind.created_by,
        "lastUpdatedBy": kind.last_updated_by,
        "created": stamp(kind.created),
        "lastUpdated": stamp(kind.last_updated),
        "default": kind.is_default,
        "_links": {
            "schema": {
                "rel": "schema",
                "href": f"{origin}/api/v1/meta/schemas/user/{kind.schema_id}",
                "method": "GET",
            },
            "self": {"rel": "self", "href": f"{origin}/api/v1/meta/types/user/{kind.id}", "method": "GET"},
        },
    }


def schema_document(kind: UserType, origin: str, asked_for: str) -> dict[str, Any]:
    """Write the schema of a user type; `asked_for` is how the request named it: `default` or its id."""
    return {
        "id": f"{origin}/meta/schemas/user/{asked_for}",
        "$schema": _DRAFT,
        "name": kind.name,
        "title": kind.display_name,
        "description": kind.description,
        "lastUpdated": stamp(kind.schema_updated),
        "created": stamp(kind.created),
        "definitions": kind.schema.definitions(),
        **_PROFILE,
        "_links": {
            "self": {"rel": "self", "href": f"{origin}/api/v1/meta/schemas/user/{asked_for}", "method": "GET"},
            "type": {"rel": "type", "href": f"{origin}/api/v1/meta/types/user/{kind.id}", "method": "GET"},
        },
    }


def group_schema_document(org: Org, origin: str) -> dict[str, Any]:
    """Write the schema of groups."""
    return {
        "id": f"{origin}/meta/schemas/group/default",
        "$schema": _DRAFT,
        "name": "group",
        "title": "Okta group",
        "description": "Okta group profile template",
        "lastUpdated": stamp(org.group_schema_updated),
        "created": stamp(org.created),
        "definitions": org.group_schema.definitions(),
        **_PROFILE,
        "_links": {"self": {"rel": "self", "href": f"{origin}/api/v1/meta/schemas/group/default", "method": "GET"}},
    }
