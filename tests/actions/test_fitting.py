"""Answers that are cut: every row once over all pages, whatever the size of pages and rows, and whatever changes."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.fitting import ROOM, Place, fit, split_cursor


class Line(BaseModel):
    """A row of some length, of parts that are each too short to be cut."""

    id: str = ""
    number: int
    parts: dict[str, str] = {}


def line(number, length=0, *, named=True):
    parts = {str(part): "x" * min(190, length - part * 190) for part in range(-(-length // 190))}
    return Line(id=f"id{number}" if named else "", number=number, parts=parts)


@dataclass
class Shelf:
    """A collection as Okta pages it: a cursor names the row before the page."""

    lines: list[Line]
    page_size: int
    mark: str = ""
    notes: list[str] = field(default_factory=list)

    def page(self, after: str | None) -> tuple[list[Line], str | None]:
        start = 0 if after is None else int(after.removeprefix(self.mark))
        end = start + self.page_size
        return self.lines[start:end], f"{self.mark}{end}" if end < len(self.lines) else None

    def answer(self, after: str | None) -> tuple[list[Line], str | None]:
        cursor, place = split_cursor(after)
        rows, following = self.page(cursor)
        fitted = fit(rows, start=cursor, place=place, following=following)
        if fitted.note:
            self.notes.append(fitted.note)
        return fitted.rows, fitted.after

    def read_to_the_end(self) -> list[list[Line]]:
        """Follow the cursors of our own answers from the first to the last."""
        answers: list[list[Line]] = []
        after: str | None = None
        for _ in range(2 * len(self.lines) + 2):
            shown, after = self.answer(after)
            answers.append(shown)
            if after is None:
                return answers
        raise AssertionError("the list never ends")


sizes = st.lists(st.integers(0, 3_600) | st.sampled_from([20, 3_700]), max_size=40)


@settings(max_examples=60, deadline=None)
@given(sizes, st.integers(1, 45), st.booleans(), st.sampled_from(["", "a~", "1~2~", "~"]))
def test_every_row_comes_exactly_once_and_in_order(lengths, page_size, named, mark):
    lines = [line(number, length, named=named) for number, length in enumerate(lengths)]
    shelf = Shelf(lines, page_size, mark)
    assert [one.number for shown in shelf.read_to_the_end() for one in shown] == list(range(len(lines)))
    assert shelf.notes == []


@settings(max_examples=60, deadline=None)
@given(sizes, st.integers(1, 45))
def test_no_answer_is_too_long(lengths, page_size):
    lines = [line(number, length) for number, length in enumerate(lengths)]
    for shown in Shelf(lines, page_size).read_to_the_end():
        assert sum(len(one.model_dump_json()) + 1 for one in shown) <= ROOM


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(1, 45))
def test_what_fits_is_not_cut(lengths, page_size):
    lines = [line(number, length) for number, length in enumerate(lengths)]
    answers = Shelf(lines, page_size).read_to_the_end()
    assert len(answers) == -(-len(lines) // page_size)


class Endless(BaseModel):
    """A row whose every field may be endless."""

    id: str = "id1"
    text: str = ""
    targets: list[str] = []
    settings: dict[str, object] = {}


@pytest.mark.parametrize(
    "row",
    [
        Endless(text="x" * 50_000),
        Endless(targets=["y" * 900] * 5_000),
        Endless(settings={f"key {number}": "z" * 900 for number in range(5_000)}),
        Endless(settings={"deep": {"deeper": [{"x" * 900: ["y" * 900] * 900}] * 900}}),
    ],
)
def test_an_endless_row_is_shortened_and_the_next_one_comes_too(row):
    fitted = fit([row, row], start=None, place=Place(), following=None)
    assert len(fitted.rows) == 2
    assert len(fitted.rows[0].model_dump_json()) < 10_000
    assert fitted.rows[0].id == "id1"


def test_a_long_text_ends_in_an_ellipsis_and_a_long_list_in_the_number_of_the_rest():
    row = Endless(text="x" * 300, targets=[f"User {number}" for number in range(40)])
    [shown] = fit([row], start=None, place=Place(), following=None).rows
    assert shown.text == "x" * 199 + "…"
    assert shown.targets == [*(f"User {number}" for number in range(10)), "and 30 more"]


@pytest.mark.parametrize(
    ("after", "cursor", "place"),
    [
        (None, None, Place()),
        ("00gabc", "00gabc", Place()),
        ("00gabc~17~00g17", "00gabc", Place(17, "00g17")),
        ("~17~00g17", None, Place(17, "00g17")),
        ("~17~", None, Place(17)),
        ("1700000000~0_1~5~f3a-b", "1700000000~0_1", Place(5, "f3a-b")),
        ("1700000000~0_1~0~", "1700000000~0_1", Place()),
    ],
)
def test_a_cursor_is_oktas_own_and_the_place_in_its_page(after, cursor, place):
    assert split_cursor(after) == (cursor, place)


@pytest.mark.parametrize(
    "after", ["00gabc~", "00gabc~x", "~-1~", "00gabc~1.5~", "00gabc~17", "~²~", "~123456~", "~1~a b", f"~1~{'x' * 65}"]
)
def test_a_cursor_that_was_tampered_with_is_refused(after):
    with pytest.raises(ArgumentError, match="`after` is not a cursor of this tool"):
        split_cursor(after)


def test_a_cursor_past_the_end_of_its_page_goes_on_with_the_next():
    fitted = fit([line(number) for number in range(3)], start=None, place=Place(9), following="next")
    assert (fitted.rows, fitted.after, fitted.note) == ([], "next", None)


def cut_shelf():
    shelf = Shelf([line(number, 3_600) for number in range(20)], 20)
    shown, after = shelf.answer(None)
    assert after == f"~{len(shown)}~id{len(shown) - 1}"
    return shelf, len(shown), after


@pytest.mark.parametrize("gone", [[0], [0, 1, 2, 3], [2, 4]])
def test_rows_that_go_before_the_cut_take_none_of_those_behind_it_along(gone):
    shelf, shown, after = cut_shelf()
    shelf.lines = [one for one in shelf.lines if one.number not in gone]
    rest, _ = shelf.answer(after)
    assert rest[0].number == shown
    assert shelf.notes == []


def test_rows_that_come_before_the_cut_are_not_shown_a_second_time():
    shelf, shown, after = cut_shelf()
    shelf.lines[:0] = [line(number) for number in (100, 101)]
    rest, _ = shelf.answer(after)
    assert rest[0].number == shown
    assert shelf.notes == []


@pytest.mark.parametrize("gone", [1, 3])
def test_when_the_last_row_itself_has_gone_rows_are_repeated_rather_than_lost_and_it_is_said(gone):
    shelf, shown, after = cut_shelf()
    del shelf.lines[shown - gone : shown]
    behind = [one.number for one in shelf.lines if one.number >= shown]
    seen: list[int] = []
    while after is not None:
        rows, after = shelf.answer(after)
        seen += [one.number for one in rows]
    assert [number for number in seen if number >= shown] == behind
    assert shelf.notes == ["The list changed meanwhile: rows that were shown before may be shown again."]
