"""Collections that are asked with `search`, `filter`, `q`, `sortBy` and `sortOrder`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from okta_mcp.expressions import (
    Expression,
    ExpressionError,
    Grammar,
    GrammarError,
    comparisons,
    evaluate,
    parse,
)
from okta_mcp.sandbox.call import Call
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.errors import invalid_search, validation_failed
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.paging import HasId, Page, cut, invalid_cursor
from okta_mcp.sandbox.records import Group, User

__all__ = [
    "GROUP_SORTABLE",
    "USER_SORTABLE",
    "check_attributes",
    "checked",
    "group_values",
    "matching",
    "sort_key",
    "sort_order",
    "sorted_page",
    "user_reader",
    "user_values",
]

T = TypeVar("T")
I = TypeVar("I", bound=HasId)  # noqa: E741 - reads as "item"
Values = Callable[[str], Sequence[object]]


def checked(
    text: str, grammar: Grammar, *, syntax_causes: Sequence[str] = (), refusal_causes: Sequence[str] = ()
) -> Expression:
    """Read an expression and hold it against the grammar of its endpoint.

    Raises:
        ApiError: 400 E0000031 with the causes for broken syntax or for what the endpoint refuses.
    """
    try:
        expression = parse(text)
        grammar.check(expression)
    except GrammarError:
        raise invalid_search(*refusal_causes) from None
    except ExpressionError:
        raise invalid_search(*syntax_causes) from None
    return expression


def check_attributes(expression: Expression, org: Org) -> None:
    """Refuse profile attributes that users of no type have.

    Raises:
        ApiError: 400 E0000031.
    """
    for comparison in comparisons(expression):
        prefix, _, name = comparison.attribute.partition(".")
        if prefix == "profile" and not org.knows_attribute(name):
            raise invalid_search()


def matching(items: Iterable[T], expression: Expression, grammar: Grammar, values: Callable[[T], Values]) -> list[T]:
    """Keep the items that an expression describes."""
    sensitive = grammar.case_sensitive
    return [item for item in items if evaluate(expression, values(item), case_sensitive=sensitive)]


_USER_PROPERTIES: Mapping[str, Callable[[User], object]] = {
    "id": lambda user: user.id,
    "status": lambda user: user.status.value,
    "type.id": lambda user: user.type_id,
    "realmId": lambda user: user.realm_id,
    "created": lambda user: stamp(user.created),
    "activated": lambda user: stamp(user.activated),
    "statusChanged": lambda user: stamp(user.status_changed),
    "lastUpdated": lambda user: stamp(user.last_updated),
}
_GROUP_PROPERTIES: Mapping[str, Callable[[Group], object]] = {
    "id": lambda group: group.id,
    "type": lambda group: group.type.value,
    "source.id": lambda group: group.source_id,
    "created": lambda group: stamp(group.created),
    "lastUpdated": lambda group: stamp(group.last_updated),
    "lastMembershipUpdated": lambda group: stamp(group.last_membership_updated),
}
USER_SORTABLE = frozenset(_USER_PROPERTIES)
GROUP_SORTABLE = frozenset(_GROUP_PROPERTIES)


def user_values(user: User) -> Values:
    """Return how an expression gets at the values of a user."""
    return lambda path: _values(user, _USER_PROPERTIES, user.profile, path)


def user_reader(path: str) -> Callable[[User], Sequence[object]]:
    """Return what reads the values at a path, for many users."""
    if not path.startswith("profile."):
        return lambda user: _values(user, _USER_PROPERTIES, user.profile, path)
    name = path.removeprefix("profile.")

    def read(user: User) -> Sequence[object]:
        value = user.profile.get(name)
        if value is None:
            return ()
        return value if isinstance(value, list) else (value,)

    return read


def group_values(group: Group) -> Values:
    """Return how an expression gets at the values of a group."""
    return lambda path: _values(group, _GROUP_PROPERTIES, group.profile, path)


def _values(
    item: T, properties: Mapping[str, Callable[[T], object]], profile: Mapping[str, object], path: str
) -> Sequence[object]:
    if path.startswith("profile."):
        return _listed(profile.get(path.removeprefix("profile.")))
    read = properties.get(path)
    return [] if read is None else _listed(read(item))


def _listed(value: object) -> Sequence[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def sort_order(call: Call) -> bool:
    """Return whether the request wants descending order.

    Raises:
        ApiError: 400 E0000001 for anything but `asc` and `desc`.
    """
    order = (call.text("sortOrder") or "asc").lower()
    if order not in ("asc", "desc"):
        raise validation_failed("sortOrder", "sortOrder: must be 'asc' or 'desc'")
    return order == "desc"


def sorted_page(
    items: Sequence[I],
    sort_by: str,
    values: Callable[[I], Values],
    *,
    descending: bool,
    cursor_item: Callable[[str], I | None],
    after: str | None,
    limit: int,
) -> Page[I]:
    """Take the page that follows the item with the id `after`, in order of one property and then of ids.

    The cursor's item may no longer match the query; its place in the order still counts.

    Args:
        items: what the query found, in order of ids.
        sort_by: the property.
        values: how to get at the values of an item.
        descending: whether the greatest comes first.
        cursor_item: finds the item of a cursor; None if there is none.
        after: the cursor; None for the first page.
        limit: most items of a page.

    Raises:
        ApiError: 400 E0000031 for a bad cursor.
    """

    def key(item: I) -> tuple[Any, ...]:
        return sort_key(values(item)(sort_by))

    ordered = sorted(items, key=key, reverse=descending)
    start = 0
    if after is not None:
        last = cursor_item(after)
        if last is None:
            raise invalid_cursor()
        place = key(last)
        start = sum(
            _precedes(key(item), place, descending=descending) or (key(item) == place and item.id <= last.id)
            for item in ordered
        )
    return cut(ordered, start, limit, lambda item: item.id)


def _precedes(key: tuple[Any, ...], place: tuple[Any, ...], *, descending: bool) -> bool:
    return key > place if descending else key < place


def sort_key(values: Sequence[object]) -> tuple[Any, ...]:
    """Order numbers before texts, texts without regard to case, and nothing last."""
    if not values:
        return (2,)
    first = values[0]
    if isinstance(first, int | float):
        return (0, first)
    return (1, str(first).lower())
