"""The profile schema of a user type: `/api/v1/meta/schemas/user`."""

from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.objects import Json


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
