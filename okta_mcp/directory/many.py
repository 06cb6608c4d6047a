"""Many users at once, by id, login or name."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from urllib.parse import quote as urlquote

import anyio

from okta_mcp.directory.matching import is_id
from okta_mcp.directory.names import fold, tidy
from okta_mcp.directory.phrases import Phrase
from okta_mcp.directory.searches import exactly_user
from okta_mcp.expressions import quote
from okta_mcp.okta import OktaClient, Page, User
from okta_mcp.okta import users as okta_users
from okta_mcp.okta.together import together

_CLAUSES = 50
_LONGEST = 5_000
"""Of one search: how many are asked for, and how long they may be as part of a URL, of which Okta takes 8,000."""

_AT_ONCE = 4
_PAGE = 200


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

    pages = await together(*(partial(page, some) for some in _searches(clauses)))
    found = {key: user for page in pages for user in page.items for key in (user.id, fold(user.login))}
    return {
        words: found[key]
        for words, key in ((words, key if is_id("user", key) else fold(key)) for words, key in keys.items())
        if key in found
    }


async def users_called(okta: OktaClient, said: Sequence[str], *, written: Iterable[User] = ()) -> dict[str, User]:
    """Return the users of these names, as Okta's search index has them: up to a second old.

    Only whom a name certainly means is in the answer: it is theirs alone, and nothing but a name. The others are to be
    looked up one by one.

    Args:
        okta: the org's client.
        said: names.
        written: users as we wrote them a moment ago; the index may not know of it yet.

    Source: `GET /api/v1/users?search=`.
    """
    phrases = {words: Phrase.read(words) for words in said}
    names = {
        exactly_user(phrase): (words, phrase)
        for words, phrase in phrases.items()
        if " " in phrase.said and not (phrase.context or phrase.address or phrase.number or "@" in phrase.said)
    }
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    async def page(some: Sequence[str]) -> Page[User]:
        async with limiter:
            return await okta_users.list_users(okta, search=" or ".join(some), limit=_PAGE)

    searches = list(_searches(list(names)))
    pages = await together(*(partial(page, some) for some in searches))
    found: dict[str, User] = {}
    for some, answer in zip(searches, pages, strict=True):
        if answer.next is not None:
            continue
        users = {user.id: user for user in (*answer.items, *written)}.values()
        for words, phrase in map(names.__getitem__, some):
            called = [user for user in users if phrase.names(user)]
            if len(called) == 1:
                found[words] = called[0]
    return found


def _searches(clauses: Sequence[str]) -> Iterator[list[str]]:
    """Yield the clauses in portions, each for one search."""
    some: list[str] = []
    size = 0
    for clause in clauses:
        length = len(urlquote(f" or {clause}"))
        if some and (len(some) == _CLAUSES or size + length > _LONGEST):
            yield some
            some, size = [], 0
        some.append(clause)
        size += length
    if some:
        yield some
