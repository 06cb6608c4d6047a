"""Applications: `/api/v1/apps`."""

from okta_mcp.expressions import quote
from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.objects import Application, Page


async def list_user_applications(
    okta: OktaClient, user_id: str, *, limit: int | None = None, after: str | None = None
) -> Page[Application]:
    """List the applications assigned to a user, one page, each with the assignment under `_embedded.user`.

    Args:
        okta: the org.
        user_id: id of the user; a login will not do.
        limit: applications on a page, at most 200; Okta defaults to 20.
        after: cursor of an earlier page's `next`.

    Raises:
        Forbidden: the credentials do not reach applications.

    Source: `GET /api/v1/apps?filter=user.id eq "{id}"&expand=user/{id}`.
    """
    reply = await okta.get(
        "apps",
        params={
            "after": after,
            "limit": limit,
            "filter": f"user.id eq {quote(user_id)}",
            # Okta's links drop `expand`; it is sent with every page, or only the first would be expanded.
            "expand": f"user/{user_id}",
        },
    )
    return reply.page(Application.from_json)
