"""The log itself: events as they came in, and pages of them."""

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from okta_mcp.expressions import LOGS_FILTER, compiled
from okta_mcp.sandbox.systemlog.event import log_event
from okta_mcp.sandbox.systemlog.query import Cursor, LogQuery, milliseconds, read_query, self_params

__all__ = ["LogPage", "SystemLog"]

RETENTION = timedelta(days=90)

_AROUND_WORD = re.compile(r"^[\s,;:()\[\]{}\"'!?]+|[\s,;:()\[\]{}\"'!?.]+$")


class LogPage(NamedTuple):
    """One answer: its events, and the query of the next page; None when there is none."""

    events: list[dict[str, Any]]
    next_params: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event with its number, and the milliseconds of when it happened and when it was kept."""

    number: int
    published: int
    kept: int
    event: dict[str, Any]


class SystemLog:
    """The System Log of one org.

    Args:
        lag: how long after it was kept an event becomes visible; Okta's own takes a second or two.
    """

    def __init__(self, lag: timedelta = timedelta(0)) -> None:
        self._entries: list[_Entry] = []
        # The same in order of `published`: an event may come in after others that happened later.
        self._by_moment: list[_Entry] = []
        self.lag = lag

    def __len__(self) -> int:
        return len(self._entries)

    def record(
        self,
        event_type: str,
        *,
        published: datetime,
        actor: Mapping[str, Any],
        targets: Sequence[Mapping[str, Any]] = (),
        outcome: str = "SUCCESS",
        reason: str | None = None,
        client: Mapping[str, Any] | None = None,
        transaction_id: str | None = None,
        request_uri: str | None = None,
        request_api_token_id: str | None = None,
        display_message: str | None = None,
        severity: str | None = None,
        debug_data: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Add an event.

        Args:
            event_type: a name of Okta's catalogue that the sandbox knows.
            published: when it happened, aware; an event may come in later than others that happened after it.
            actor: at least `id`, `type`, `alternateId` and `displayName`.
            targets: the same for each object concerned.
            outcome: such as SUCCESS or FAILURE.
            reason: why, such as INVALID_CREDENTIALS; cut at 255 characters.
            client: what is known of `ipAddress`, `userAgent`, `geographicalContext` and so on.
            transaction_id: the request's `x-okta-request-id`; None for a job of the org itself.
            request_uri: path of the request.
            request_api_token_id: id of the API token it was made with.
            display_message: instead of the catalogue's.
            severity: instead of the catalogue's, which is WARN for failures.
            debug_data: more entries of `debugContext.debugData`.

        Returns:
            The LogEvent as it is kept.

        Raises:
            KeyError: the sandbox knows no such event type.
        """
        number = len(self._entries) + 1
        event = log_event(
            number,
            event_type,
            published=published,
            actor=actor,
            targets=targets,
            outcome=outcome,
            reason=reason,
            client=client,
            transaction_id=transaction_id,
            request_uri=request_uri,
            request_api_token_id=request_api_token_id,
            display_message=display_message,
            severity=severity,
            debug_data=debug_data,
        )
        moment = milliseconds(published)
        kept = max(moment, self._entries[-1].kept) if self._entries else moment
        entry = _Entry(number, moment, kept, event)
        self._entries.append(entry)
        if not self._by_moment or _place(self._by_moment[-1]) < _place(entry):
            self._by_moment.append(entry)
        else:
            bisect.insort(self._by_moment, entry, key=_place)
        return event

    def query(self, params: Mapping[str, str], now: datetime) -> LogPage:
        """Answer `GET /api/v1/logs`.

        With `until`, or newest first, the query is bounded: in the order of `published`, and without a next
        page at the end. Otherwise it is a poll: in the order the events came in, always with a next page,
        whose cursor stays good.

        Args:
            params: the decoded query parameters: since, until, filter, q, limit, sortOrder, after.
            now: the current time, aware.

        Raises:
            ApiError: 400, as `read_query` says.
        """
        query = read_query(params, now)
        oldest = milliseconds(now - RETENTION)
        newest = milliseconds(now - self.lag) if self.lag else None
        if query.polling:
            events, cursor = _polled(query, self._entries, oldest, newest)
        else:
            events, cursor = _bounded(query, self._by_moment, oldest, newest)
        if cursor is None:
            return LogPage(events, None)
        following = {name: value for name, value in params.items() if name != "since"}
        return LogPage(events, self_params({**following, "after": str(cursor)}))


def _place(entry: _Entry) -> tuple[int, int]:
    return entry.published, entry.number


def _polled(
    query: LogQuery, entries: Sequence[_Entry], oldest: int, newest: int | None
) -> tuple[list[dict[str, Any]], Cursor | None]:
    end = len(entries) if newest is None else bisect.bisect_right(entries, newest, key=lambda entry: entry.kept)
    if query.after is not None:
        seen = min(query.after.number, end)
    else:
        seen = min(bisect.bisect_left(entries, query.since, key=lambda entry: entry.kept), end)
    matches = _predicate(query)
    found: list[dict[str, Any]] = []
    for entry in islice(entries, seen, end):
        if len(found) == query.limit:
            break
        seen = entry.number
        if entry.published >= oldest and matches(entry.event):
            found.append(entry.event)
    # Everything up to `seen` has been shown or does not match: the cursor skips it, and nothing else.
    return found, Cursor(entries[seen - 1].kept if seen else query.since, seen)


def _bounded(
    query: LogQuery, entries: Sequence[_Entry], oldest: int, newest: int | None
) -> tuple[list[dict[str, Any]], Cursor | None]:
    if query.limit == 0:
        return [], None
    first, end = _range(query, entries, oldest)
    matches = _predicate(query)
    places = range(end - 1, first - 1, -1) if query.descending else range(first, end)
    described = (
        entry
        for entry in map(entries.__getitem__, places)
        if (newest is None or entry.kept <= newest) and matches(entry.event)
    )
    page = list(islice(described, query.limit + 1))
    shown = page[: query.limit]
    events = [entry.event for entry in shown]
    if len(page) <= query.limit:
        return events, None
    last = shown[-1]
    return events, Cursor(last.published, last.number, query.since if query.descending else None)


def _range(query: LogQuery, entries: Sequence[_Entry], oldest: int) -> tuple[int, int]:
    """Return the first place within the bounds of a query and the first behind them."""
    first = bisect.bisect_left(entries, (max(query.since, oldest), 0), key=_place)
    end = len(entries)
    if query.until is not None:
        end = bisect.bisect_left(entries, (query.until + 1, 0), key=_place)
    if query.after is not None:
        cursor = (query.after.moment, query.after.number)
        if query.descending:
            end = min(end, bisect.bisect_left(entries, cursor, key=_place))
        else:
            first = max(first, bisect.bisect_right(entries, cursor, key=_place))
    return first, end


def _predicate(query: LogQuery) -> Callable[[dict[str, Any]], bool]:
    keywords = set(query.keywords)

    def has_keywords(event: dict[str, Any]) -> bool:
        return keywords <= set(_words(event))

    if query.condition is None:
        return has_keywords if keywords else _anything
    describes = compiled(query.condition, _reader, case_sensitive=LOGS_FILTER.case_sensitive)
    return (lambda event: describes(event) and has_keywords(event)) if keywords else describes


def _anything(_event: dict[str, Any]) -> bool:
    return True


def _reader(attribute: str) -> Callable[[dict[str, Any]], Sequence[object]]:
    path = attribute.split(".")
    return lambda event: list(_values(event, path))


def _values(node: Any, path: Sequence[str]) -> Iterator[object]:
    if isinstance(node, list):
        for item in node:
            yield from _values(item, path)
    elif not path:
        yield node
    elif isinstance(node, dict) and path[0] in node:
        yield from _values(node[path[0]], path[1:])


def _words(node: Any) -> Iterator[str]:
    """Yield the folded words of all values; a hyphenated one also by its parts."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _words(item)
    elif node is not None:
        for piece in str(node).casefold().split():
            word = _AROUND_WORD.sub("", piece)
            yield piece
            yield word
            if "-" in word:
                yield from word.split("-")
