"""The user types of an org and the profile schema of each: `/api/v1/meta`."""

from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.objects import Json, schema_of


async def get_user_schema(okta: OktaClient, schema: str = "default") -> Json:
    """Get the JSON Schema of a user type's profile: `definitions.base` and `definitions.custom`.

    Args:
        okta: the org.
        schema: id of the schema (`osc…`), or `default` for the default user type.

    Raises:
        Forbidden: the credentials do not reach schemas.
        NotFound: there is no such schema.

    Source: `GET /api/v1/meta/schemas/user/{schemaId}`.
    """
    reply = await okta.get("meta", "schemas", "user", schema)
    return reply.object()


async def list_schemas_of_types(okta: OktaClient) -> dict[str, str]:
    """Return the id of the schema of each user type, by the id of the type.

    Raises:
        Forbidden: the credentials do not reach user types.

    Source: `GET /api/v1/meta/types/user`.
    """
    reply = await okta.get("meta", "types", "user")
    types = reply.page(lambda json: json).items
    return {str(one.get("id")): schema_of(one) or "" for one in types}
