"""From what a person says to the groups that are meant: what is asked of Okta, and when the answer is certain."""

from collections.abc import Sequence

from okta_mcp.directory.answers import Found, GroupMatch
from okta_mcp.directory.beginnings import searching_groups
from okta_mcp.directory.matching import Unresolved, is_id
from okta_mcp.directory.names import fold, tidy
from okta_mcp.directory.ranking import rank_groups
from okta_mcp.directory.searches import exactly_group, near_group
from okta_mcp.expressions import quote
from okta_mcp.okta import Group, NotFound, OktaClient, Page, UnsafePath
from okta_mcp.okta import groups as okta_groups

_SHORTLIST = 20
_PAGE = 200


async def resolve_group(okta: OktaClient, said: str, *, editable_first: bool = False) -> Group:
    """Return the one group that `said` names.

    Costs one Okta request for an id or an exact name; two when there is none and the nearest are looked for.

    Raises:
        Unresolved: when no group or several have this name; it carries the candidates.
        OktaError: when Okta cannot be asked.
    """
    if is_id("group", said):
        try:
            return await okta_groups.get_group(okta, said)
        except (NotFound, UnsafePath) as error:
            raise Unresolved("group", said, (), 0) from error
    return (await resolve_groups(okta, [said], editable_first=editable_first))[0]


async def resolve_groups(okta: OktaClient, said: Sequence[str], *, editable_first: bool = False) -> list[Group]:
    """Return the groups that the words name, in their order, as many as there are words.

    Costs one Okta request however many are named; one more when a name has no exact match.

    Raises:
        Unresolved: for the first that does not name exactly one group.
        OktaError: when Okta cannot be asked.
    """
    if not said:
        return []
    clauses = dict.fromkeys(clause for one in said for clause in _exactly(one))
    page = await okta_groups.list_groups(okta, search=" or ".join(clauses), limit=_PAGE)
    more = page.next is not None
    chosen: list[Group] = []
    for one in said:
        matches = [group for group in page.items if one == group.id or fold(one) == fold(group.name)]
        if not matches:
            nearest = await okta_groups.list_groups(okta, search=near_group(one), limit=_PAGE)
            # A name that holds what nobody sees is found by its parts alone, for it is shown and said without.
            unseen = [group for group in nearest.items if fold(one) == fold(group.name)]
            if len(unseen) == 1 and nearest.next is None:
                chosen.append(unseen[0])
                continue
            ranked = rank_groups(list(nearest.items), one, editable_first=editable_first)
            raise Unresolved("group", one, ranked[:_SHORTLIST], 0)
        if len(matches) > 1 or more:
            ranked = rank_groups(matches, one, editable_first=editable_first)
            more = more or len(ranked) > _SHORTLIST
            raise Unresolved("group", one, ranked[:_SHORTLIST], len(matches), more=more)
        chosen.append(matches[0])
    return chosen


async def find_groups(okta: OktaClient, query: str, *, limit: int) -> Found[GroupMatch]:
    """Return the groups that the words may mean, best first, in at most two Okta requests."""
    words = tidy(query)
    if not words:
        return Found([], complete=True)
    exact = " or ".join(_exactly(query))
    page = await okta_groups.list_groups(okta, search=f"{exact} or {near_group(words)}", limit=_PAGE)
    groups = {group.id: group for group in page.items}
    if page.next is not None:
        first = await okta_groups.list_groups(okta, search=f"{exact} or {searching_groups(words)}", limit=_PAGE)
        groups |= {group.id: group for group in first.items}
    ranked = rank_groups(list(groups.values()), query)
    return Found(ranked[:limit], complete=page.next is None and len(ranked) <= limit)


async def list_groups_page(okta: OktaClient, typed: str, *, limit: int, after: str | None = None) -> Page[Group]:
    """Return a page of the groups whose name begins with what was typed; of all, if nothing was. One Okta request."""
    search = searching_groups(typed.strip()) if typed.strip() else None
    return await okta_groups.list_groups(okta, search=search, limit=limit, after=after)


def _exactly(said: str) -> list[str]:
    return [f"id eq {quote(said)}"] if is_id("group", said) else exactly_group(said, tidy(said))
