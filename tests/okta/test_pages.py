"""Page after page: what is fetched when, and where it ends."""

import anyio
import pytest
from anyio.lowlevel import checkpoint

from okta_mcp.okta import ConnectionLost, OktaError, Page, all_pages, each_page


class Book:
    """Numbered pages of two items, which say when each was asked for and seen."""

    def __init__(self, pages: int, *, torn: int | None = None) -> None:
        self.pages, self.torn = pages, torn
        self.happened: list[str] = []

    async def read(self, after: str | None) -> Page[int]:
        number = int(after or 1)
        self.happened.append(f"ask {number}")
        await checkpoint()
        if number == self.torn:
            raise ConnectionLost("torn")
        return Page((2 * number - 1, 2 * number), str(number + 1) if number < self.pages else None)

    async def see(self, page: Page[int]) -> None:
        for item in page.items:
            self.happened.append(f"see {item}")
            await checkpoint()


async def test_the_next_page_is_under_way_while_one_is_looked_at():
    book = Book(3)
    await each_page(book.read, book.see)
    assert book.happened.index("ask 2") < book.happened.index("see 2")
    assert book.happened.index("ask 3") < book.happened.index("see 4")


async def test_no_page_is_asked_for_twice_and_none_is_left_out():
    book = Book(5)
    await each_page(book.read, book.see)
    assert [one for one in book.happened if one.startswith("ask")] == [f"ask {n}" for n in range(1, 6)]
    assert [one for one in book.happened if one.startswith("see")] == [f"see {n}" for n in range(1, 11)]


async def test_reading_begins_behind_a_cursor():
    book = Book(3)
    await each_page(book.read, book.see, after="3")
    assert book.happened == ["ask 3", "see 5", "see 6"]


async def test_a_page_is_seen_to_its_end_though_the_next_one_fails():
    book = Book(4, torn=2)
    with pytest.raises(OktaError, match="torn"):
        await each_page(book.read, book.see)
    assert book.happened == ["ask 1", "ask 2", "see 1", "see 2"]


@pytest.mark.parametrize("back_to", [1, 2, 3])
async def test_pages_that_lead_back_to_one_another_end_as_a_failure_and_are_not_counted_twice(back_to):
    book = Book(3)

    async def read(after):
        page = await book.read(after)
        return page if page.next else Page(page.items, str(back_to))

    with pytest.raises(OktaError, match="read before"):
        await each_page(read, book.see, after="1", most=20)
    assert book.happened.count("ask 1") == 1
    assert [one for one in book.happened if one.startswith("see")] == [f"see {n}" for n in range(1, 7)]


async def test_nothing_is_fetched_beyond_the_last_page_that_is_wanted():
    book = Book(9)
    page = await all_pages(book.read, most=3)
    assert page == Page((1, 2, 3, 4, 5, 6), "4")
    assert [one for one in book.happened if one.startswith("ask")] == ["ask 1", "ask 2", "ask 3"]


async def test_all_pages_are_one_without_a_cursor():
    assert await all_pages(Book(2).read) == Page((1, 2, 3, 4), None)


async def test_what_goes_wrong_with_a_page_ends_the_reading():
    book = Book(3)

    async def see(page: Page[int]) -> None:
        raise LookupError(f"{page.items}")

    with pytest.raises(LookupError, match=r"\(1, 2\)"):
        await each_page(book.read, see)
    with anyio.fail_after(1):
        await checkpoint()
    assert "ask 3" not in book.happened
