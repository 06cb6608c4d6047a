"""Page after page of a collection."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from okta_mcp.okta.errors import UnreadableLink
from okta_mcp.okta.objects import Page
from okta_mcp.okta.together import together

T = TypeVar("T")

Read = Callable[[str | None], Awaitable[Page[T]]]
"""Fetches the page behind a cursor; None for the first."""


async def each_page(
    read: Read[T],
    see: Callable[[Page[T]], Awaitable[None]],
    *,
    after: str | None = None,
    most: int | None = None,
) -> None:
    """Read pages up to the last; while one is looked at, the next is under way.

    A cursor is known only from the page before it, so no more than one page is fetched ahead.

    Args:
        read: fetches a page.
        see: is given each page, in order. It pauses now and then if it has long work to do with one.
        after: cursor of the page to begin with.
        most: pages after which to stop.

    Raises:
        OktaError: a page could not be read. Those before it have been seen.

    Source: Okta Management API, "Pagination".
    """
    page, number, begun = await read(after), 1, {after}
    while page.next is not None and number != most:
        if page.next in begun:
            await see(page)
            raise UnreadableLink("Okta names as the next page one that was read before. The list is incomplete.")
        begun.add(page.next)
        following, _ = await together(partial(_fetch, read, page.next), partial(see, page))
        if isinstance(following, Exception):
            raise following
        page, number = following, number + 1
    await see(page)


async def _fetch(read: Read[T], after: str) -> Page[T] | Exception:
    """Return the error instead of raising it, so that the page before is seen to its end."""
    try:
        return await read(after)
    except Exception as error:  # noqa: BLE001 - raised again by `each_page`
        return error


async def all_pages(read: Read[T], *, most: int | None = None) -> Page[T]:
    """Read pages up to the last into one.

    Args:
        read: fetches a page.
        most: pages after which to stop; the cursor of the next is then the one page's.

    Raises:
        OktaError: a page could not be read.
    """
    items: list[T] = []
    following: str | None = None

    async def see(page: Page[T]) -> None:
        nonlocal following
        items.extend(page.items)
        following = page.next

    await each_page(read, see, most=most)
    return Page(tuple(items), following)
