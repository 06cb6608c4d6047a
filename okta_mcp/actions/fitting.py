"""Answers that fit a context window: a page is cut where it would grow too long, and resumes exactly there."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from okta_mcp.actions.arguments import ArgumentError

LARGEST = 40_000
"""Longest answer, in characters, as text and as JSON; about 10,000 tokens."""

_MARK = "~"
_DIGITS = 6

RowT = TypeVar("RowT", bound=BaseModel)


def split_cursor(after: str | None) -> tuple[str | None, int]:
    """Return Okta's cursor and how many rows of its page were already shown.

    A cursor is Okta's own, or Okta's own with `~n` behind it when its page was cut after `n` rows.

    Raises:
        ArgumentError: when the part behind the mark is not a number.
    """
    if after is None or _MARK not in after:
        return after, 0
    cursor, _, shown = after.rpartition(_MARK)
    if not (shown.isascii() and shown.isdigit() and len(shown) < _DIGITS):
        raise ArgumentError("`after` is not a cursor of this tool; send the value of `after` from its last answer")
    return cursor or None, int(shown)


def fit(
    rows: Sequence[RowT], *, start: str | None, skipped: int, following: str | None
) -> tuple[list[RowT], str | None]:
    """Return the rows that fit into one answer, and the cursor behind the last of them.

    Args:
        rows: the whole page, from Okta's cursor `start` on.
        start: Okta's cursor of this page; None for the first.
        skipped: rows at its beginning that were shown before.
        following: Okta's cursor of the next page; None when this is the last.
    """
    room = LARGEST - 1_000
    kept: list[RowT] = []
    for row in rows[skipped:]:
        room -= len(row.model_dump_json(by_alias=True, exclude_none=True)) + 1
        if room < 0 and kept:
            return kept, f"{start or ''}{_MARK}{skipped + len(kept)}"
        kept.append(row)
    return kept, following
