"""Others: the System Log."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.conditions import require_filled, require_possible
from okta_mcp.actions.counting import EVENTS, CountEventsBy, count
from okta_mcp.actions.fitting import fit, split_cursor
from okta_mcp.actions.results import CountableTable, counted
from okta_mcp.expressions import LOGS_FILTER
from okta_mcp.guard import neutral_text, quoted
from okta_mcp.okta import LogEvent, OktaClient, Page, inner
from okta_mcp.okta import logs as okta_logs

_PIN = "@"
_TYPES = "countBy eventType without filter shows which types of events there are."
_KEPT = timedelta(days=90)
"""How long Okta keeps an event."""
_LOGIN = re.compile(r"[\w.@+'-]{1,100}")
_AGO = re.compile(r"(\d{1,4})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)")


class EventRow(BaseModel):
    """One event: who did what to whom, from where, and how it ended."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, defer_build=True)

    published: str | None = None
    type: str
    actor: str | None = None
    targets: list[str] = []
    actor_id: str | None = None
    target_ids: list[str] = []
    outcome: str | None = None
    client: str | None = None
    uuid: str

    @classmethod
    def of(cls, event: LogEvent) -> "EventRow":
        """Return the row of an event.

        Names, logins of failed sign-ins and user agents are whatever the sender wrote: they stand in quotes, and
        the ids apart from them tell who it was.
        """
        reason = event.outcome.get("reason")
        result = event.outcome.get("result")
        return cls(
            published=event.published,
            type=neutral_text(event.event_type, limit=100),
            actor=_principal(event.actor),
            targets=[text for text in map(_target, event.targets) if text],
            actor_id=neutral_text(event.actor.get("id"), limit=60) or None,
            target_ids=[neutral_text(target.get("id"), limit=60) for target in event.targets],
            outcome=neutral_text(f"{result}: {reason}" if reason else result, limit=120) or None,
            client=_client(event.client),
            uuid=event.uuid,
        )


class EventPage(CountableTable):
    """A page of events."""

    events: list[EventRow]

    def rows(self) -> list[EventRow]:
        """Return the events."""
        return self.events

    def heading(self) -> str:
        """Return how many."""
        return counted(self.number, "event")


@action(
    title="Get system log events",
    effect=Effect.READ,
    idempotent=True,
    toolset="logs",
    scopes=("okta.logs.read",),
)
async def get_system_log_events(
    call: Call,
    *,
    since: Annotated[str | None, Field(description="ISO 8601 or ago: 24h, 90d; default: 7d before until")] = None,
    until: Annotated[str | None, Field(description="ISO 8601; default: now")] = None,
    filter: Annotated[  # noqa: A002 - Okta's name
        str | None, Field(description='e.g. eventType eq "user.session.start"')
    ] = None,
    q: Annotated[str | None, Field(description="Up to 10 keywords, all must occur")] = None,
    after: Annotated[str | None, Field(description="Cursor from the last answer")] = None,
    limit: Annotated[int, Field(ge=1, le=1000, description="Rows")] = 100,
    sort_order: Annotated[
        Literal["DESCENDING", "ASCENDING"], Field(description="Newest first by default")
    ] = "DESCENDING",
    count_by: CountEventsBy = None,
) -> EventPage:
    """Read the System Log, or count its events. Source: `GET /api/v1/logs`."""
    require_filled(since=since, until=until, filter=filter, q=q)
    _keywords(q)
    ago = since
    since = _instant(call, since)
    _instants(since=since, until=until)
    _in_order(since, until)
    unknown = require_possible("filter", filter, LOGS_FILTER)
    window = _window(call, since, until) if after is None else None
    begun = f"From {since} to {until or 'now'}." if ago != since and after is None else None
    note = " ".join(one for one in (unknown, begun, window) if one) or None
    if count_by is not None:

        async def read(okta: OktaClient, following: str | None) -> Page[LogEvent]:
            return await okta_logs.list_events(
                okta,
                since=since,
                until=until,
                filter=filter,
                q=q,
                limit=1000,
                sort_order=sort_order,
                after=following,
            )

        found_events = await count(call, EVENTS, count_by, read, after=after)
        return EventPage(events=[], **found_events.told(count_by, note))
    cursor, place = split_cursor(after)
    if cursor is not None and cursor.startswith(_PIN):
        # The first page of an open range was cut; its open end was pinned where it stood then.
        pinned, cursor = cursor.removeprefix(_PIN), None
        begins = pinned if since is None or ago != since else since
        since, until = (begins, until) if sort_order == "ASCENDING" else (since, until or pinned)
    page = await okta_logs.list_events(
        call.okta,
        since=since,
        until=until,
        filter=filter,
        q=q,
        limit=limit,
        sort_order=sort_order,
        after=cursor,
    )
    found = [EventRow.of(event) for event in page.items]
    if not found and filter is not None and "eventType" in filter:
        note = " ".join(one for one in (_TYPES, note) if one)
    start = cursor or _pin(page.items, sort_order)
    fitted = fit(found, start=start, place=place, following=page.next)
    return EventPage(events=fitted.rows, after=fitted.after, complete=fitted.after is None, note=fitted.noted(note))


def _pin(events: tuple[LogEvent, ...], sort_order: str) -> str | None:
    """Return a cursor for the first page that still begins with the same event a minute later.

    Without `until` the range ends now, without `since` it begins seven days before; both move on. One
    millisecond to the safe side, because Okta does not say whether the ends belong to the range.
    """
    first = events[0].published if events else None
    if first is None:
        return None
    try:
        instant = datetime.fromisoformat(first)
    except ValueError:
        return None
    instant += timedelta(milliseconds=-1 if sort_order == "ASCENDING" else 1)
    return f"{_PIN}{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1000:03d}Z"


def _keywords(q: str | None) -> None:
    words = (q or "").split()
    if len(words) > 10 or any(len(word) > 40 for word in words):
        raise ArgumentError("`q` takes at most 10 keywords of at most 40 characters each")


def _instant(call: Call, since: str | None) -> str | None:
    """Return the instant that is so long ago, by Okta's clock; anything else as it is."""
    found = _AGO.fullmatch(since or "")
    if found is None:
        return since
    number, unit = found.groups()
    then = datetime.fromtimestamp(call.okta.okta_time(), UTC) - int(number) * _UNITS[unit]
    return f"{then:%Y-%m-%dT%H:%M:%SZ}"


def _instants(**dates: str | None) -> None:
    for name, date in dates.items():
        if date is not None and not (_INSTANT.fullmatch(date) and _is_date(date)):
            ago = ", or as long ago as 90m, 24h or 7d" if name == "since" else ""
            raise ArgumentError(f"`{name}` is an ISO 8601 instant with its zone, such as 2026-01-31T09:00:00Z{ago}")


def _in_order(since: str | None, until: str | None) -> None:
    if since is not None and until is not None and datetime.fromisoformat(since) > datetime.fromisoformat(until):
        raise ArgumentError("`since` is later than `until`")


def _window(call: Call, since: str | None, until: str | None) -> str | None:
    """Say what was not read, so that nothing found there is not taken for nothing done."""
    if since is None:
        return f"Only the 7 days before {until or 'now'}; for earlier ones give since."
    kept_from = datetime.fromtimestamp(call.okta.okta_time(), UTC) - _KEPT
    if datetime.fromisoformat(since) < kept_from:
        return f"Okta keeps 90 days: nothing before {kept_from:%Y-%m-%d} is found."
    return None


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _principal(actor: Mapping[str, Any]) -> str | None:
    login, name = (neutral_text(actor.get(key)) for key in ("alternateId", "displayName"))
    if login == "unknown":
        login = ""
    shown = [login if _LOGIN.fullmatch(login) else quoted(login, limit=80)] if login else []
    if name and name != login:
        shown.append(quoted(name, limit=60))
    return " ".join(shown) or None


def _target(target: Mapping[str, Any]) -> str | None:
    who, kind = _principal(target), neutral_text(target.get("type"), limit=40)
    return f"{kind} {who}" if kind and who else who


def _client(client: Mapping[str, Any]) -> str | None:
    place, agent = inner(client, "geographicalContext"), inner(client, "userAgent")
    parts = [client.get("ipAddress"), place.get("city"), place.get("country")]
    told = [*map(neutral_text, parts), neutral_text(agent.get("rawUserAgent"), limit=60)]
    return neutral_text(", ".join(filter(None, told)), limit=160) or None
