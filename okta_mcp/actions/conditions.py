"""The conditions of a list: what cannot be combined, what nothing can meet, and that an empty one means nothing."""

from collections.abc import Mapping

from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.expressions import Doubt, ExpressionError, Grammar, doubts, parse
from okta_mcp.guard import quoted


def require_filled(**conditions: str | None) -> None:
    """Refuse a condition without words: left out it means everything, so empty it is more likely a slip.

    Raises:
        ArgumentError: naming it.
    """
    for name, text in conditions.items():
        if text is not None and not text.strip():
            raise ArgumentError(f"`{name}` is empty; leave it out to list everything")


def require_apart(conditions: Mapping[str, str | None]) -> None:
    """Refuse more than one of these conditions: Okta does not take them together.

    Raises:
        ArgumentError: naming them, and what to do instead.
    """
    given = [f"`{name}`" for name, text in conditions.items() if text is not None]
    if len(given) > 1:
        raise ArgumentError(
            f"{' and '.join(given)} cannot be combined; put all conditions into `search`, joined by and"
        )


def require_sortable(sort_by: str | None, sort_order: str | None, search: str | None, *, everything: str) -> None:
    """Refuse an order that Okta would ignore.

    Args:
        sort_by: the attribute.
        sort_order: `asc` or `desc`.
        search: the condition, without which Okta does not sort.
        everything: a `search` that everything meets.

    Raises:
        ArgumentError: naming what is missing.
    """
    if sort_by is not None and search is None:
        raise ArgumentError(f"`sortBy` works with `search` only; to sort all of them send the search {everything}")
    if sort_order is not None and sort_by is None:
        raise ArgumentError("`sortOrder` needs `sortBy`")


def require_first_page(q: str | None, after: str | None) -> None:
    """Refuse a cursor with a `q`, of which Okta has no further pages.

    Raises:
        ArgumentError: with the way that has.
    """
    if q is not None and after is not None:
        raise ArgumentError("`q` has no further pages; use `search` with `sw` to page through many")


def require_pages(q: str | None) -> None:
    """Refuse to count what meets a `q`, of which Okta shows only the first.

    Raises:
        ArgumentError: with the way to count all.
    """
    if q is not None:
        raise ArgumentError("`q` finds only the first matches; to count all of them use `search` with `sw`")


def require_possible(argument: str, expression: str | None, grammar: Grammar) -> str | None:
    """Refuse an expression with a value that nothing has where it is plain what was meant.

    Okta would answer with an empty list, as if it were so. But Okta may know values that we do not.

    Args:
        argument: its name.
        expression: as it came.
        grammar: of the argument.

    Returns:
        what to say of other values that are not known; None where there are none.

    Raises:
        ArgumentError: naming the value and what may be meant.
    """
    if expression is None:
        return None
    try:
        found = doubts(parse(expression), grammar)
    except ExpressionError:
        return None  # Okta's own refusal is explained where it comes
    for one in found:
        if one.near or not one.known:
            raise ArgumentError(f"`{argument}` compares {one.attribute} with {_impossible(one)}")
    told = (
        f"{quoted(one.value, limit=60)} is no {one.attribute} that is known: {', '.join(one.known)}." for one in found
    )
    return " ".join(dict.fromkeys(told)) or None


def _impossible(doubt: Doubt) -> str:
    value = quoted(doubt.value, limit=60)
    meant = " or ".join(f'"{word}"' for word in doubt.near)
    if doubt.known:
        return f"{value}, which nothing has; did you mean {meant}?"
    instant = meant or 'one such as "2026-01-31T09:00:00.000Z"'
    return f"{value}, which is no instant; write {instant}"
