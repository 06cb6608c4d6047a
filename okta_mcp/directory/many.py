"""Many users at once, by id or login."""

from collections.abc import Sequence
from functools import partial

import anyio

from okta_mcp.directory.matching import is_id
from okta_mcp.directory.names import fold, tidy
from okta_mcp.expressions import quote
from okta_mcp.okta import OktaClient, Page, User
from okta_mcp.okta import users as okta_users
from okta_mcp.okta.together import together

_CLAUSES = 50
"""Of one search. Okta takes a URL of some 8,000 characters."""

_AT_ONCE = 4


async def users_by_key(okta: OktaClient, said: Sequence[str]) -> dict[str, User]:
    """Return the users of these ids and logins, as Okta's search index has them: up to a second old.

    Args:
        okta: the org's client.
        said: ids and logins; what is neither is left out of the answer, as is whom the index does not know.

    Source: `GET /api/v1/users?search=`.
    """
    keys = {words: tidy(words) for words in said if is_id("user", tidy(words)) or "@" in words}
    clauses = list(
        dict.fromkeys(
            f"id eq {quote(key)}" if is_id("user", key) else f"profile.login eq {quote(key)}" for key in keys.values()
        )
    )
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    async def page(some: Sequence[str]) -> Page[User]:
        async with limiter:
            return await okta_users.list_users(okta, search=" or ".join(some), limit=_CLAUSES)

    pages = await together(
        *(partial(page, clauses[start : start + _CLAUSES]) for start in range(0, len(clauses), _CLAUSES))
    )
    found = {key: user for page in pages for user in page.items for key in (user.id, fold(user.login))}
    return {
        words: found[key]
        for words, key in ((words, key if is_id("user", key) else fold(key)) for words, key in keys.items())
        if key in found
    }
