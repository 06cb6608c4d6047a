"""Admin roles: `/api/v1/users/{userId}/roles`."""

from okta_mcp.okta.client import OktaClient


async def list_user_roles(okta: OktaClient, user_id: str) -> tuple[str, ...]:
    """List the types of the admin roles a user has, by assignment or by a group.

    Args:
        okta: the org.
        user_id: id of the user; a login will not do.

    Raises:
        Forbidden: the credentials do not reach roles.

    Source: `GET /api/v1/users/{userId}/roles`.
    """
    reply = await okta.get("users", user_id, "roles")
    return reply.page(lambda json: str(json.get("type"))).items
