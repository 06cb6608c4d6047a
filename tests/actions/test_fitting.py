"""Answers that are cut: every row once over all pages, whatever the size of pages and rows."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.fitting import LARGEST, fit, split_cursor


class Line(BaseModel):
    """A row of some length."""

    number: int
    text: str = ""


@dataclass
class Shelf:
    """A collection as Okta pages it: a cursor is the number of the row before the page."""

    lines: list[Line]
    page_size: int

    def page(self, after: str | None) -> tuple[list[Line], str | None]:
        start = int(after or 0)
        end = start + self.page_size
        return self.lines[start:end], str(end) if end < len(self.lines) else None

    def read_to_the_end(self) -> list[list[Line]]:
        """Follow the cursors of our own answers from the first to the last."""
        answers: list[list[Line]] = []
        after: str | None = None
        for _ in range(2 * len(self.lines) + 2):
            cursor, skipped = split_cursor(after)
            rows, following = self.page(cursor)
            shown, after = fit(rows, start=cursor, skipped=skipped, following=following)
            answers.append(shown)
            if after is None:
                return answers
        raise AssertionError("the list never ends")


sizes = st.lists(st.integers(0, 9_000) | st.sampled_from([20, 38_000, 39_500, 60_000]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(sizes, st.integers(1, 45))
def test_every_row_comes_exactly_once_and_in_order(lengths, page_size):
    lines = [Line(number=number, text="x" * length) for number, length in enumerate(lengths)]
    answers = Shelf(lines, page_size).read_to_the_end()
    assert [line.number for shown in answers for line in shown] == list(range(len(lines)))


@settings(max_examples=60, deadline=None)
@given(sizes, st.integers(1, 45))
def test_no_answer_is_too_long_unless_it_is_a_single_row(lengths, page_size):
    lines = [Line(number=number, text="x" * length) for number, length in enumerate(lengths)]
    for shown in Shelf(lines, page_size).read_to_the_end():
        if len(shown) > 1:
            assert sum(len(line.model_dump_json()) + 1 for line in shown) <= LARGEST - 1_000


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(1, 45))
def test_what_fits_is_not_cut(lengths, page_size):
    lines = [Line(number=number, text="x" * length) for number, length in enumerate(lengths)]
    answers = Shelf(lines, page_size).read_to_the_end()
    assert len(answers) == -(-len(lines) // page_size)


def test_a_row_that_is_longer_than_an_answer_is_shown_by_itself():
    lines = [Line(number=number, text="x" * 50_000) for number in range(3)]
    assert [len(shown) for shown in Shelf(lines, 3).read_to_the_end()] == [1, 1, 1]


@pytest.mark.parametrize(
    ("after", "cursor", "skipped"),
    [
        (None, None, 0),
        ("00gabc", "00gabc", 0),
        ("00gabc~17", "00gabc", 17),
        ("~17", None, 17),
        ("1700000000~0_1~5", "1700000000~0_1", 5),
    ],
)
def test_a_cursor_is_oktas_own_and_the_rows_already_shown(after, cursor, skipped):
    assert split_cursor(after) == (cursor, skipped)


@pytest.mark.parametrize("after", ["00gabc~", "00gabc~x", "~-1", "00gabc~1.5"])
def test_a_cursor_that_was_tampered_with_is_refused(after):
    with pytest.raises(ArgumentError, match="`after` is not a cursor of this tool"):
        split_cursor(after)


@pytest.mark.parametrize("after", ["00gabc~²", "~³"])
def test_digits_of_another_kind_are_no_number_of_rows(after):
    with pytest.raises(ArgumentError, match="`after` is not a cursor of this tool"):
        split_cursor(after)


def test_a_cursor_past_the_end_of_its_page_goes_on_with_the_next():
    lines = [Line(number=number) for number in range(3)]
    assert fit(lines, start=None, skipped=9, following="next") == ([], "next")
