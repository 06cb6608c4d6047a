"""The objects of the API as JSON Schema: what is always there, and how it looks."""

from collections.abc import Mapping
from typing import Any

from okta_mcp.sandbox.records import GroupType, Status

__all__ = ["SCHEMAS", "list_of", "ref"]

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
OBJECT: Schema = {"type": "object"}
FLAG: Schema = {"type": "boolean"}


def ref(name: str) -> Schema:
    """Refer to one of `SCHEMAS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def list_of(name: str) -> Schema:
    """Describe an array of one of `SCHEMAS`."""
    return {"type": "array", "items": ref(name)}


def _object(required: str, properties: Mapping[str, Any]) -> Schema:
    return {"type": "object", "required": required.split(), "properties": dict(properties)}


_PASSWORD = _object("value", {"value": TEXT})
_QUESTION = _object("", {"question": TEXT, "answer": TEXT})
_USER = {
    "id": TEXT,
    "status": {"type": "string", "enum": [str(status) for status in Status]},
    "created": MOMENT,
    "activated": MOMENT_OR_NULL,
    "statusChanged": MOMENT_OR_NULL,
    "lastLogin": MOMENT_OR_NULL,
    "lastUpdated": MOMENT,
    "passwordChanged": MOMENT_OR_NULL,
    "type": _object("id", {"id": TEXT}),
    "profile": OBJECT,
    "credentials": OBJECT,
    "_links": OBJECT,
}

SCHEMAS: Mapping[str, Schema] = {
    "Error": _object(
        "errorCode errorSummary errorId errorCauses",
        {
            "errorCode": {"type": "string", "pattern": "^E[0-9]{7}$"},
            "errorSummary": TEXT,
            "errorLink": TEXT,
            "errorId": TEXT,
            "errorCauses": {"type": "array", "items": _object("errorSummary", {"errorSummary": TEXT})},
        },
    ),
    "User": _object("id status created lastUpdated type profile _links", _USER),
    "NewUser": _object(
        "profile",
        {
            "profile": {
                "type": "object",
                "required": ["firstName", "lastName", "email", "login"],
                "properties": {
                    "firstName": {"type": "string", "minLength": 1, "maxLength": 50},
                    "lastName": {"type": "string", "minLength": 1, "maxLength": 50},
                    "email": {"type": "string", "format": "email"},
                    "login": {"type": "string", "format": "email"},
                    "title": TEXT_OR_NULL,
                    "department": TEXT_OR_NULL,
                },
            },
            "credentials": {"type": "object", "properties": {"password": _PASSWORD, "recovery_question": _QUESTION}},
            "groupIds": {"type": "array", "items": TEXT, "maxItems": 20},
        },
    ),
    "UserChange": {
        "type": "object",
        "properties": {
            "profile": OBJECT,
            "credentials": {"type": "object", "properties": {"password": _PASSWORD, "recovery_question": _QUESTION}},
        },
    },
    "Credentials": _object("provider", {"provider": OBJECT, "recovery_question": OBJECT, "password": OBJECT}),
    "ChangePassword": _object(
        "oldPassword newPassword", {"oldPassword": _PASSWORD, "newPassword": _PASSWORD, "revokeSessions": FLAG}
    ),
    "ChangeQuestion": _object("password recovery_question", {"password": _PASSWORD, "recovery_question": _QUESTION}),
    "Group": _object(
        "id created lastUpdated lastMembershipUpdated objectClass type profile _links",
        {
            "id": TEXT,
            "created": MOMENT,
            "lastUpdated": MOMENT,
            "lastMembershipUpdated": MOMENT,
            "objectClass": {"type": "array", "items": TEXT},
            "type": {"type": "string", "enum": [str(kind) for kind in GroupType]},
            "profile": _object("name", {"name": TEXT, "description": TEXT_OR_NULL}),
            "_links": OBJECT,
        },
    ),
    "GroupChange": _object(
        "profile",
        {
            "profile": _object(
                "name",
                {
                    "name": {"type": "string", "minLength": 1, "maxLength": 255},
                    "description": {"type": ["string", "null"], "maxLength": 1024},
                },
            )
        },
    ),
    "App": _object(
        "id name label status created lastUpdated _links",
        {
            "id": TEXT,
            "name": TEXT,
            "label": TEXT,
            "status": {"type": "string", "enum": ["ACTIVE", "INACTIVE"]},
            "created": MOMENT,
            "lastUpdated": MOMENT,
            "signOnMode": TEXT_OR_NULL,
            "_links": OBJECT,
        },
    ),
    "AppUser": _object(
        "id scope status created lastUpdated _links",
        {
            "id": TEXT,
            "scope": {"type": "string", "enum": ["USER", "GROUP"]},
            "status": TEXT,
            "created": MOMENT,
            "lastUpdated": MOMENT,
            "_links": OBJECT,
        },
    ),
    "AppLink": _object(
        "id label linkUrl appName appInstanceId appAssignmentId",
        dict.fromkeys(("id", "label", "linkUrl", "appName", "appInstanceId", "appAssignmentId"), TEXT),
    ),
    "LogEvent": _object(
        "uuid published eventType version severity actor outcome target",
        {
            "uuid": TEXT,
            "published": MOMENT,
            "eventType": TEXT,
            "version": TEXT,
            "severity": TEXT,
            "actor": OBJECT,
            "outcome": OBJECT,
            "target": {"type": ["array", "null"], "items": OBJECT},
        },
    ),
    "Object": OBJECT,
}
