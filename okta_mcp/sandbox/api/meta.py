"""The org itself, its user type and its user schema.

Source: Okta Org Setting, User Types and Schemas APIs.
"""

from typing import Any

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.errors import error, not_found

__all__ = ["ROUTES"]


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


def realms(_call: Call) -> Answer:
    """GET /api/v1/realms: a feature this org does not have."""
    raise error("E0000015")


def _type(call: Call) -> dict[str, Any]:
    types = f"{call.origin}/api/v1/meta/types/user"
    schema = f"{call.origin}/api/v1/meta/schemas/user/{call.org.user_schema_id}"
    created = stamp(call.org.created)
    return {
        "id": call.org.user_type_id,
        "displayName": "User",
        "name": "user",
        "description": "Okta user profile template with default permission settings",
        "createdBy": call.org.system_principal_id,
        "lastUpdatedBy": call.org.system_principal_id,
        "created": created,
        "lastUpdated": created,
        "default": True,
        "_links": {
            "schema": {"rel": "schema", "href": schema, "method": "GET"},
            "self": {"rel": "self", "href": f"{types}/{call.org.user_type_id}", "method": "GET"},
        },
    }


def types(call: Call) -> Answer:
    """GET /api/v1/meta/types/user."""
    return Answer([_type(call)])


def one_type(call: Call) -> Answer:
    """GET /api/v1/meta/types/user/{type}; `default` names the default type."""
    type_id = call.path_values["type"]
    if type_id not in ("default", call.org.user_type_id):
        raise not_found(type_id, "UserType")
    return Answer(_type(call))


def schema(call: Call) -> Answer:
    """GET /api/v1/meta/schemas/user/{schema}; `default` names that of the default type."""
    schema_id = call.path_values["schema"]
    if schema_id not in ("default", call.org.user_schema_id):
        raise not_found(schema_id, "Schema")
    document = call.org.schema.document(call.origin, schema_id, call.org.user_type_id, call.org.created)
    return Answer(document)


ROUTES: Routes = (
    ("GET", "/org", org),
    ("GET", "/realms", realms),
    ("GET", "/meta/types/user", types),
    ("GET", "/meta/types/user/{type}", one_type),
    ("GET", "/meta/schemas/user/{schema}", schema),
)
