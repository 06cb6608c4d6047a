"""The conditions of a list: what cannot be combined, and that an empty one is not "everything"."""

from collections.abc import Mapping

from okta_mcp.actions.arguments import ArgumentError


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
