"""The org itself and who is calling it."""

from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.objects import Org, User


async def get_org(okta: OktaClient) -> Org:
    """Get the org's name and state.

    Raises:
        Forbidden: the credentials do not reach the org's settings.

    Source: `GET /api/v1/org`.
    """
    reply = await okta.get("org")
    return Org.from_json(reply.object())


async def get_me(okta: OktaClient) -> User:
    """Get the user who owns the API token.

    Raises:
        Unauthorized: the token is wrong, expired or revoked.

    Source: `GET /api/v1/users/me`.
    """
    reply = await okta.get("users", "me")
    return User.from_json(reply.object())
