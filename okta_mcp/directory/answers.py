"""What the directory answers: what was found, with the reason, and what to offer while a name is typed."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from okta_mcp.directory.rows import GroupRow, UserRow
from okta_mcp.guard import Neutral, quoted
from okta_mcp.records import record


class UserMatch(UserRow):
    """A user who may be meant, and why."""

    manager: Neutral | None = None
    why: Neutral

    def __str__(self) -> str:
        manager = [f"reports to {quoted(self.manager, limit=60)}"] if self.manager else []
        return ", ".join([super().__str__(), *manager])


class GroupMatch(GroupRow):
    """A group that may be meant, and why."""

    why: str


MatchT = TypeVar("MatchT", UserMatch, GroupMatch)


@record
class Found(Generic[MatchT]):
    """What was found for some words, best first.

    Args:
        items: the candidates.
        complete: whether nothing else in the org matches.
    """

    items: Sequence[MatchT]
    complete: bool


@record
class Completed:
    """What to offer for what was typed, best first.

    Args:
        values: logins, or names of groups.
        total: how many there are in all; None when that is not known.
        more: whether there are more than these.
    """

    values: list[str]
    total: int | None
    more: bool
