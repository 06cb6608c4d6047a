"""Answers that fit a context window: a page is cut where it would grow too long, and resumes exactly there."""

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel

from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.bounding import LARGEST, short, size
from okta_mcp.records import record

ROOM = LARGEST - 2_000
"""How long the rows of an answer may be; the rest is for whose they are, a note and the cursor."""

_MARK = "~"
_OURS = re.compile(r"(.*)~(\d{1,5})~([\w-]{0,64})", re.ASCII | re.DOTALL)
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_REPEATED = "The list changed meanwhile: rows that were shown before may be shown again."

RowT = TypeVar("RowT", bound=BaseModel)


@record
class Place:
    """Where in one of Okta's pages an answer ended.

    Args:
        shown: how many rows of the page were shown.
        last: id of the last of them; "" when it has none.
    """

    shown: int = 0
    last: str = ""


@record
class Fitted(Generic[RowT]):
    """The rows of one answer.

    Args:
        rows: as many as fit.
        after: the cursor behind the last of them; None when there are no more.
        note: what a reader has to know of them.
    """

    rows: list[RowT]
    after: str | None
    note: str | None = None

    def noted(self, further: str | None) -> str | None:
        """Return the note with another one behind it."""
        return " ".join(filter(None, [self.note, further])) or None


def split_cursor(after: str | None) -> tuple[str | None, Place]:
    """Return Okta's cursor, and where in its page to go on.

    A cursor is Okta's own, or Okta's own with `~n~id` behind it when its page was cut after `n` rows, the last of
    which has this id.

    Raises:
        ArgumentError: when the part behind the mark is not of this kind.
    """
    if after is None or _MARK not in after:
        return after, Place()
    parts = _OURS.fullmatch(after)
    if parts is None:
        raise ArgumentError("`after` is not a cursor of this tool; send the value of `after` from its last answer")
    return parts[1] or None, Place(int(parts[2]), parts[3])


def marked(cursor: str | None) -> str | None:
    """Return a cursor of Okta's as `split_cursor` reads it: a mark of Okta's own would be taken for ours."""
    return cursor if cursor is None or _MARK not in cursor else f"{cursor}{_MARK}0{_MARK}"


def fit(rows: Sequence[RowT], *, start: str | None, place: Place, following: str | None) -> Fitted[RowT]:
    """Return the rows that fit into one answer, and the cursor behind the last of them.

    Okta's page is fetched again for its second part, and may have changed: it resumes behind the row that was shown
    last wherever that stands now, and begins anew when it has gone. A row may come twice, but none is left out.

    Args:
        rows: the whole page, from Okta's cursor `start` on.
        start: Okta's cursor of this page; None for the first.
        place: where in it to begin.
        following: Okta's cursor of the next page; None when this is the last.
    """
    first = _resumed(rows, place)
    note = _REPEATED if first is None else None
    first = first or 0
    room = ROOM
    kept: list[RowT] = []
    for row in map(short, rows[first:]):
        room -= size([row])
        if room < 0 and kept:
            shown = first + len(kept)
            return Fitted(kept, f"{start or ''}{_MARK}{shown}{_MARK}{_id(rows[shown - 1])}", note)
        kept.append(row)
    return Fitted(kept, marked(following), note)


def _resumed(rows: Sequence[BaseModel], place: Place) -> int | None:
    if not place.last or [_id(row) for row in rows[place.shown - 1 : place.shown]] == [place.last]:
        return place.shown
    return next((number for number, row in enumerate(rows, 1) if _id(row) == place.last), None)


def _id(row: BaseModel) -> str:
    known = getattr(row, "id", None) or getattr(row, "uuid", None) or ""
    return known if _ID.fullmatch(known) else ""
