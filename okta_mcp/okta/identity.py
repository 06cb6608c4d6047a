"""Whether the credentials work, and whose they are."""

from dataclasses import dataclass

import anyio

from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.errors import Forbidden, OktaError
from okta_mcp.okta.objects import Org, User
from okta_mcp.okta.org import get_me, get_org


@dataclass(frozen=True)
class Identity:
    """Who is calling which org.

    Attributes:
        user: the owner of the API token.
        org: the org; None when the owner's role does not reach it.
    """

    user: User
    org: Org | None


async def identify(okta: OktaClient) -> Identity:
    """Check the credentials against Okta. Two requests, sent together.

    Raises:
        OktaError: the org cannot be reached, is no Okta org, or does not accept the token.

    Source: `GET /api/v1/users/me`, `GET /api/v1/org`.
    """
    found: dict[str, User | Org | None] = {}
    failures: list[OktaError] = []

    async def me() -> None:
        try:
            found["user"] = await get_me(okta)
        except OktaError as error:
            failures.append(error)

    async def org() -> None:
        try:
            found["org"] = await get_org(okta)
        except Forbidden:
            found["org"] = None
        except OktaError as error:
            failures.append(error)

    async with anyio.create_task_group() as both:
        both.start_soon(me)
        both.start_soon(org)
    if failures:
        raise failures[0]
    user, its_org = found["user"], found["org"]
    if not isinstance(user, User):
        raise TypeError("no user")
    return Identity(user=user, org=its_org if isinstance(its_org, Org) else None)
