"""Pages of a collection: where a page begins, where it ends, and the links that say so.

Source: Okta "Pagination": separate `Link` header lines, `next` absent on the last page.
"""

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote, quote_plus

from okta_mcp.sandbox.call import Call
from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.ids import is_id

__all__ = [
    "HasId",
    "Page",
    "begin_after",
    "cut",
    "invalid_cursor",
    "invalid_paging",
    "links",
    "page_by_id",
    "page_of_ids",
    "self_link",
]


class HasId(Protocol):
    """Anything with an id."""

    id: str


T = TypeVar("T")
I = TypeVar("I", bound=HasId)  # noqa: E741 - reads as "item"

# Okta writes the query of its links in this order.
_ORDER = ("after", "limit", "q", "sortBy", "sortOrder", "filter", "search")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a collection, and the cursor for those that follow if there are any."""

    items: Sequence[T]
    after: str | None


def cut(items: Sequence[T], start: int, limit: int, cursor_of: Callable[[T], str]) -> Page[T]:
    """Take `limit` items from `start` on."""
    chosen = items[start : start + limit]
    more = start + limit < len(items)
    return Page(chosen, cursor_of(chosen[-1]) if more else None)


def page_by_id(
    items: Sequence[I], after: str | None, limit: int, prefix: str, bad_cursor: Callable[[], ApiError]
) -> Page[I]:
    """Take `limit` items that follow the id `after`; `items` are in order of ids.

    Raises:
        ApiError: what `bad_cursor` makes, when `after` is no id with `prefix`.
    """
    start = 0
    if after is not None:
        if not is_id(after, prefix):
            raise bad_cursor()
        start = bisect.bisect_right(items, after, key=lambda item: item.id)
    return cut(items, start, limit, lambda item: item.id)


def page_of_ids(
    ids: Sequence[str], after: str | None, limit: int, prefix: str, bad_cursor: Callable[[], ApiError]
) -> Page[str]:
    """Take `limit` ids that follow the id `after`; `ids` are in order.

    Raises:
        ApiError: what `bad_cursor` makes, when `after` is no id with `prefix`.
    """
    return cut(ids, begin_after(ids, after, prefix, bad_cursor), limit, lambda item_id: item_id)


def begin_after(ids: Sequence[str], after: str | None, prefix: str, bad_cursor: Callable[[], ApiError]) -> int:
    """Return where the page behind the cursor `after` begins among `ids`, which are in order.

    Raises:
        ApiError: what `bad_cursor` makes, when `after` is no id with `prefix`.
    """
    if after is None:
        return 0
    if not is_id(after, prefix):
        raise bad_cursor()
    return bisect.bisect_right(ids, after)


def invalid_cursor() -> ApiError:
    """400 for a cursor of a collection that is backed by the search index."""
    return error("E0000031", "Invalid cursor.")


def invalid_paging() -> ApiError:
    """400 for a cursor of a collection that is not."""
    return error("E0000029", "Invalid cursor.")


def links(call: Call, page: Page[Any], **query: str | int | None) -> list[tuple[str, str]]:
    """Write the `Link` headers of a page.

    Args:
        call: the request that is answered.
        page: the page it is answered with.
        query: what counted of the request's query, `after` excepted.
    """
    written = [self_link(call, after=call.text("after"), **query)]
    if page.after is not None:
        written.append(("link", f'<{_address(call, {**query, "after": page.after})}>; rel="next"'))
    return written


def self_link(call: Call, **query: str | int | None) -> tuple[str, str]:
    """Write the `Link` header that repeats the request in its normal form."""
    return "link", f'<{_address(call, query)}>; rel="self"'


def _address(call: Call, query: dict[str, str | int | None]) -> str:
    written = "&".join(
        f"{name}={quote_plus(str(query[name]), safe='*')}" for name in _ORDER if query.get(name) is not None
    )
    path = quote(call.path, safe="/@:$!*")
    return f"{call.origin}{path}?{written}" if written else f"{call.origin}{path}"
