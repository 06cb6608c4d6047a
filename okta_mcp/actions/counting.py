"""How many, by one of their attributes, without sending the many."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

import anyio
from anyio.lowlevel import checkpoint
from pydantic import Field

from okta_mcp.actions.action import Call
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.fitting import marked, split_cursor
from okta_mcp.actions.results import Count
from okta_mcp.guard import neutral_text, quoted
from okta_mcp.okta import Group, LogEvent, OktaClient, OktaError, OktaTimeout, Page, User, each_page
from okta_mcp.records import record

CountBy = Annotated[
    str | None,
    Field(max_length=200, description="Count all instead of listing, by e.g. status, profile.department"),
]
CountGroupsBy = Annotated[str | None, Field(max_length=200, description="Count all instead of listing, by e.g. type")]
CountEventsBy = Annotated[
    str | None,
    Field(max_length=200, description="Count all, by e.g. outcome.result, client.geographicalContext.country"),
]

MOST = 100
"""Values told of one count; the rest are told as a number."""

_ROWS_AT_ONCE = 50
_DAY, _MONTH = len("2026-01-31"), len("2026-01")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?", re.ASCII)
_NAMES = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
_MANY = 20
_NOTHING: frozenset[str | None] = frozenset({None})

T = TypeVar("T")


@record
class Countable(Generic[T]):
    """What things of a kind can be counted by.

    Args:
        facts: reads the attributes of one.
        plain: the attributes that are values.
        nested: those that hold attributes of their own, which are named behind a dot.
        bare: the one of them that a name without a dot may stand in.
        instant: how many characters of an instant to keep.
    """

    facts: Callable[[T], Mapping[str, Any]]
    plain: tuple[str, ...]
    nested: tuple[str, ...] = ()
    bare: str | None = None
    instant: int = _MONTH

    def path(self, by: str) -> tuple[str, ...]:
        """Return the way to the attribute that is meant.

        Raises:
            ArgumentError: there is none of this name.
        """
        first, dot, rest = by.strip().partition(".")
        known = {_key(name): name for name in (*self.plain, *self.nested)}
        name = known.get(_key(first))
        if name in self.nested and _NAMES.fullmatch(rest):
            return name, *rest.split(".")
        if name in self.plain and not dot:
            return (name,)
        if name is None and not dot and self.bare is not None and _NAMES.fullmatch(first):
            return self.bare, first
        names = ", ".join((*self.plain, *(f"{name}.…" for name in self.nested)))
        raise ArgumentError(f"`countBy` is one attribute: {names}")


@dataclass(slots=True)
class Counted:
    """What a count has come to.

    Attributes:
        number: how many things were counted.
        values: how many of them there are by value; None for those that have none.
        after: Okta's cursor behind the last of them.
        begun: whether a page has been counted.
        why: what ended it early, as a sentence; None when it was not.
    """

    number: int = 0
    values: Counter[str | None] = field(default_factory=Counter)
    after: str | None = None
    begun: bool = False
    why: str | None = None

    def told(self, by: str, further: str | None = None) -> dict[str, Any]:
        """Return what an answer tells of the count.

        Args:
            by: the attribute, as it was named.
            further: what else there is to say.
        """
        return {
            "complete": self.after is None,
            "after": marked(self.after),
            "note": " ".join(filter(None, [*self._notes(by), further])) or None,
            "counted": self.number,
            "counts": self._rows(),
        }

    def _rows(self) -> list[Count]:
        """Return the most frequent values, the most frequent first; dates by date."""
        rows = sorted(self.values.items(), key=lambda one: (-one[1], one[0] or ""))[:MOST]
        if all(_DATE.fullmatch(value) for value, _ in rows if value is not None):
            rows.sort(key=lambda one: (one[0] is None, one[0] or ""))
        return [Count(value=value, count=number) for value, number in rows]

    def _notes(self, by: str) -> Iterator[str]:
        if self.why:
            yield self.why
        if (rarer := len(self.values) - MOST) > 0:
            yield f"{rarer} rarer values are left out."
        if self.number and set(self.values) == {None}:
            yield f"None of them has {quoted(by, limit=60)}; is the name right?"
        if sum(self.values.values()) > self.number:
            yield "Who has several values is counted with each of them."


async def count(
    call: Call,
    countable: Countable[T],
    by: str,
    read: Callable[[OktaClient, str | None], Awaitable[Page[T]]],
    *,
    after: str | None,
) -> Counted:
    """Read all pages from a cursor on, as long as one call may go on, and count what is on them.

    The requests are those of bulk work: they take what others leave of Okta's limits.

    Args:
        call: the call.
        countable: what the things can be counted by.
        by: the attribute.
        read: fetches a page with a client, behind a cursor.
        after: the cursor, as the caller gave it.

    Raises:
        ArgumentError: the attribute or the cursor is none.
        OktaError: the first page could not be read. When a later one cannot, what was counted is returned.
    """
    path = countable.path(by)
    cursor, place = split_cursor(after)
    if place.shown:
        raise ArgumentError("`after` is the cursor of a list and not of a count; leave it out to count from the start")
    okta, counted = call.okta.bulk(), Counted(after=cursor)

    async def see(page: Page[T]) -> None:
        values: Counter[str | None] = Counter()
        for number, item in enumerate(page.items, 1):
            values.update(_values(countable.facts(item), path, countable.instant) or _NOTHING)
            if number % _ROWS_AT_ONCE == 0:
                await checkpoint()
        # All at once, so that a count that ends early ends behind a whole page.
        counted.values.update(values)
        counted.number += len(page.items)
        counted.after, counted.begun = page.next, True
        await call.on_progress(counted.number, None, f"{counted.number} counted")

    with anyio.move_on_after(call.seconds) as time:
        try:
            await each_page(lambda following: read(okta, following), see, after=cursor)
        except OktaError as error:
            if not counted.begun:
                raise
            counted.why = f"The count ended early: {neutral_text(str(error), limit=300)}"
    if time.cancelled_caught and not counted.begun:
        raise OktaTimeout(f"Nothing could be read within {call.seconds:g} seconds: Okta's limits are used up.")
    return counted


def _values(facts: Mapping[str, Any], path: tuple[str, ...], instant: int) -> set[str | None]:
    found: list[Any] = [facts]
    for name in path:
        below = [one.get(name) for one in found if isinstance(one, Mapping)]
        found = [item for one in below for item in (one if isinstance(one, list | tuple) else [one])]
    plain = [one for one in found[:_MANY] if one is not None and one != "" and not isinstance(one, Mapping)]
    return {_told(one, instant) for one in plain}


def _key(name: str) -> str:
    return name.replace("_", "").lower()


def _told(value: Any, instant: int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = neutral_text(str(value), limit=80)
    return text[:instant] if _INSTANT.match(text) else text


def _user(user: User) -> Mapping[str, Any]:
    return {
        "status": user.status,
        "created": user.created,
        "activated": user.activated,
        "statusChanged": user.status_changed,
        "lastLogin": user.last_login,
        "lastUpdated": user.last_updated,
        "passwordChanged": user.password_changed,
        "realmId": user.realm_id,
        "typeId": user.type_id,
        "profile": user.profile,
    }


def _group(group: Group) -> Mapping[str, Any]:
    return {
        "type": group.type,
        "created": group.created,
        "lastUpdated": group.last_updated,
        "lastMembershipUpdated": group.last_membership_updated,
        "sourceId": group.source_id,
    }


def _event(event: LogEvent) -> Mapping[str, Any]:
    return {
        "eventType": event.event_type,
        "published": event.published,
        "actor": event.actor,
        "client": event.client,
        "outcome": event.outcome,
        "target": list(event.targets),
        "transaction": event.transaction,
    }


_DATES = ("created", "activated", "statusChanged", "lastLogin", "lastUpdated", "passwordChanged")
USERS: Countable[User] = Countable(_user, ("status", *_DATES, "realmId", "typeId"), ("profile",), bare="profile")
GROUPS: Countable[Group] = Countable(_group, ("type", "created", "lastUpdated", "lastMembershipUpdated", "sourceId"))
EVENTS: Countable[LogEvent] = Countable(
    _event,
    ("eventType", "published"),
    ("actor", "client", "outcome", "target", "transaction"),
    instant=_DAY,
)


def needed(by: str) -> str:
    """Return the part of a user's document that is needed to count users by an attribute, for Okta's `fields`."""
    first, *rest = USERS.path(by)
    return f"id,profile:({rest[0]})" if rest else {"typeId": "id,type"}.get(first, f"id,{first}")
