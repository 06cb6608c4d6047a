"""From what a person says to the groups that are meant."""

from collections.abc import Sequence

from okta_mcp.directory.matching import Unresolved, fold, is_id, written_forms
from okta_mcp.directory.rows import GroupRow
from okta_mcp.expressions import quote
from okta_mcp.okta import Group, NotFound, OktaClient, Page
from okta_mcp.okta import groups as okta_groups

_MANY = 20
_PAGE = 200


async def resolve_group(okta: OktaClient, said: str) -> Group:
    """Return the one group that `said` names.

    Costs one Okta request for an id or an exact name; two when there is none and the nearest are looked for.

    Args:
        okta: the client of the org.
        said: an id or the whole name, in any case.

    Raises:
        Unresolved: when no group or several have this name; it carries the candidates.
        OktaError: when Okta cannot be asked.
    """
    if is_id("group", said):
        try:
            return await okta_groups.get_group(okta, said)
        except NotFound as error:
            raise Unresolved("group", said, (), 0) from error
    return (await resolve_groups(okta, [said]))[0]


async def resolve_groups(okta: OktaClient, said: Sequence[str]) -> list[Group]:
    """Return the groups that the words name, in their order, each once.

    Costs one Okta request however many are named; one more when a name has no exact match.

    Raises:
        Unresolved: for the first that does not name exactly one group.
        OktaError: when Okta cannot be asked.
    """
    if not said:
        return []
    clauses = [clause for one in said for clause in _exactly(one)]
    page = await okta_groups.list_groups(okta, search=" or ".join(clauses), limit=_PAGE)
    chosen: dict[str, Group] = {}
    for one in said:
        matches = [group for group in page.items if one == group.id or fold(one) == fold(group.name)]
        if not matches:
            nearest = await okta_groups.list_groups(okta, search=resembling(one), limit=_MANY)
            raise Unresolved("group", one, [GroupRow.of(group) for group in nearest.items], 0)
        more = page.next is not None
        if len(matches) > 1 or more:
            raise Unresolved("group", one, [GroupRow.of(group) for group in matches], len(matches), more=more)
        chosen[matches[0].id] = matches[0]
    return list(chosen.values())


def _exactly(said: str) -> list[str]:
    if is_id("group", said):
        return [f"id eq {quote(said)}"]
    return [f"profile.name eq {quote(name)}" for name in dict.fromkeys((said, *written_forms(said)))]


async def list_groups_page(okta: OktaClient, typed: str, *, limit: int, after: str | None = None) -> Page[Group]:
    """Return a page of the groups whose name begins with what was typed; of all, if nothing was. One Okta request."""
    search = f"profile.name sw {quote(typed.strip())}" if typed.strip() else None
    return await okta_groups.list_groups(okta, search=search, limit=limit, after=after)


def resembling(said: str) -> str:
    """Return a `search` for groups whose name or description contains the words."""
    value = quote(" ".join(said.split()))
    longest = quote(max(said.split() or [said], key=len))
    return f"profile.name co {value} or profile.description co {value} or profile.name co {longest}"
