"""Whether the credentials work, and whose they are."""

from functools import partial

from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.errors import Forbidden
from okta_mcp.okta.objects import Org, User
from okta_mcp.okta.org import get_me, get_org
from okta_mcp.okta.together import together
from okta_mcp.records import record


@record
class Identity:
    """Who is calling which org.

    Attributes:
        user: whoever stands behind the credentials; None for a service app, which acts for itself.
        org: the org; None when the owner's role does not reach it.
    """

    user: User | None
    org: Org | None


async def identify(okta: OktaClient) -> Identity:
    """Check the credentials against Okta. Two requests, sent together; for a service app only that for the org.

    Raises:
        OktaError: the org cannot be reached, is no Okta org, or does not accept the token.

    Source: `GET /api/v1/users/me`, `GET /api/v1/org`.
    """
    if not okta.credentials.personal:
        return Identity(user=None, org=await _org(okta))
    user, org = await together(partial(_me, okta), partial(_org, okta))
    return Identity(user=user, org=org)


async def _me(okta: OktaClient) -> User | None:
    try:
        return await get_me(okta)
    except Forbidden:
        if not okta.credentials.scoped:
            raise
        return None  # a person whose scopes do not reach their own account


async def _org(okta: OktaClient) -> Org | None:
    try:
        return await get_org(okta)
    except Forbidden:
        return None
