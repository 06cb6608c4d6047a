"""The questions that `GET /api/v1/logs` understands.

Source: Okta Management API, listLogEvents; Okta "System Log query", errors.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from okta_mcp.expressions import LOGS_FILTER, Expression, ExpressionError, GrammarError, parse
from okta_mcp.sandbox.errors import ApiError, error, type_mismatch, validation_failed

__all__ = ["Cursor", "LogQuery", "milliseconds", "read_query", "self_params"]

DEFAULT_WINDOW = timedelta(days=7)
OLDEST_SINCE = timedelta(days=180)
DEFAULT_LIMIT, MAXIMUM_LIMIT = 100, 1000
MAXIMUM_KEYWORDS, MAXIMUM_KEYWORD_LENGTH = 10, 40

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII | re.IGNORECASE)
_CURSOR = re.compile(r"(\d{1,15})_(\d{1,12})(?:_(\d{1,15}))?", re.ASCII)
_ORDER = ("after", "limit", "q", "sortOrder", "since", "until", "filter")
_BAD_DATE = "The date format in your query is not recognized. Please enter dates using ISO8601 string format."
_LONG_KEYWORD = (
    f"Freeform search cannot contain items longer than {MAXIMUM_KEYWORD_LENGTH} characters. "
    "Please shorten the items in your search or use an advanced filter to query by specific fields."
)
_MANY_KEYWORDS = (
    f"Freeform search cannot contain more than {MAXIMUM_KEYWORDS} items. "
    "Please use fewer items in your search or use an advanced filter to query by specific fields."
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended. Clients see it as a text they should not read.

    Args:
        moment: of the last event, in ms since 1970: when published if bounded, when kept if polling.
        number: of the last event.
        since: lower bound of a descending query, in milliseconds, which its next pages do not repeat.
    """

    moment: int
    number: int
    since: int | None = None

    def __str__(self) -> str:
        tail = "" if self.since is None else f"_{self.since}"
        return f"{self.moment}_{self.number}{tail}"


@dataclass(frozen=True, slots=True)
class LogQuery:
    """A question that has been understood. Moments are milliseconds since 1970.

    Args:
        polling: whether the end is open: events in the order they came in, and always a next page.
        since: inclusive lower bound.
        until: inclusive upper bound; None when polling.
        descending: whether the newest come first.
        limit: most events on a page; 0 for none.
        keywords: folded words that must all occur.
        condition: what `filter` asks for.
        after: where the page before this one ended.
    """

    polling: bool
    since: int
    until: int | None
    descending: bool
    limit: int
    keywords: tuple[str, ...]
    condition: Expression | None
    after: Cursor | None


def milliseconds(moment: datetime) -> int:
    """Count whole milliseconds from 1970 to an aware `moment`."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def read_query(params: Mapping[str, str], now: datetime) -> LogQuery:
    """Understand the query parameters of `GET /api/v1/logs`.

    Args:
        params: decoded, by name; empty ones count as absent, unknown ones mean nothing.
        now: the current time, aware.

    Raises:
        ApiError: 400 E0000001, E0000029, E0000031, E0000037 or E0000053, in the words Okta uses where known.
    """
    if params.get("since") and params.get("after"):
        summary = "'since': cannot be specified together with 'after'"
        raise validation_failed(summary, "since: cannot be specified together with after")
    since = _date("since", params)
    until = _date("until", params)
    if since is not None and now - since > OLDEST_SINCE:
        raise ApiError(
            400,
            "E0000053",
            f"Invalid parameter: The since parameter is over {OLDEST_SINCE.days} days prior to the current day.",
        )
    descending = _descending(params)
    after = _cursor(params)
    polling = until is None and not descending
    end = until or now
    if after is not None:
        start = after.since or 0
    elif since is not None:
        start = -((_EPOCH - since) // timedelta(milliseconds=1))  # rounded up
    else:
        start = milliseconds(max(end, _EPOCH + DEFAULT_WINDOW) - DEFAULT_WINDOW)
    return LogQuery(
        polling=polling,
        since=start,
        until=None if polling else milliseconds(end),
        descending=descending,
        limit=_limit(params),
        keywords=_keywords(params),
        condition=_condition(params),
        after=after,
    )


def self_params(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that counted, `limit` filled in, in the order Okta repeats them in its links."""
    counted = {"limit": str(DEFAULT_LIMIT), **{name: value for name, value in params.items() if value}}
    return {name: counted[name] for name in _ORDER if name in counted}


def _date(name: str, params: Mapping[str, str]) -> datetime | None:
    text = params.get(name)
    if not text:
        return None
    moment = _moment(text)
    if moment is None:
        second = "must be a valid date-time or empty."
        raise validation_failed(
            f"'{name}': {_BAD_DATE} '{name}': {second}", f"{name}: {_BAD_DATE}", f"{name}: {second}"
        )
    return moment


def _moment(text: str) -> datetime | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:  # a 13th month, a 31st of June
        return None


def _descending(params: Mapping[str, str]) -> bool:
    order = params.get("sortOrder") or "ASCENDING"
    if order not in {"ASCENDING", "DESCENDING"}:
        _refuse("sortOrder", "must be one of ASCENDING, DESCENDING")
    return order == "DESCENDING"


def _limit(params: Mapping[str, str]) -> int:
    text = params.get("limit")
    if not text:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII):
        raise type_mismatch("limit")
    limit = int(text)
    if not 0 <= limit <= MAXIMUM_LIMIT:
        _refuse("limit", f"must be between 0 and {MAXIMUM_LIMIT}")
    return limit


def _keywords(params: Mapping[str, str]) -> tuple[str, ...]:
    keywords = params.get("q", "").split()
    if any(len(keyword) > MAXIMUM_KEYWORD_LENGTH for keyword in keywords):
        _refuse("q", _LONG_KEYWORD)
    if len(keywords) > MAXIMUM_KEYWORDS:
        _refuse("q", _MANY_KEYWORDS)
    return tuple(keyword.casefold() for keyword in keywords)


def _refuse(name: str, why: str) -> NoReturn:
    raise validation_failed(f"'{name}': {why}", f"{name}: {why}")


def _cursor(params: Mapping[str, str]) -> Cursor | None:
    text = params.get("after")
    if not text:
        return None
    match = _CURSOR.fullmatch(text)
    if match is None:
        raise error("E0000029", "Invalid cursor.")
    moment, number, since = match.groups()
    return Cursor(int(moment), int(number), None if since is None else int(since))


def _condition(params: Mapping[str, str]) -> Expression | None:
    text = params.get("filter")
    if not text:
        return None
    try:
        condition = parse(text)
        LOGS_FILTER.check(condition)
    except GrammarError as refusal:
        if refusal.reason == "operator":
            raise ApiError(
                400,
                "E0000031",
                "The supplied combination of operator and field is not currently supported. "
                f"Operator: {refusal.operator}, Field: {refusal.attribute}",
            ) from None
        raise ApiError(400, "E0000053", f"field is not valid: {refusal.attribute}") from None
    except ExpressionError as refusal:
        why = str(refusal)
        if refusal.wanted == "operator" and refusal.found:
            # Okta's own list lacks `ne` and `ew`, which work.
            why = (
                f"Unrecognized attribute operator '{refusal.found}' at position {refusal.position}. "
                "Expected: eq,co,sw,pr,gt,ge,lt,le"
            )
        raise ApiError(400, "E0000053", f"Invalid filter '{text}': {why}") from None
    return condition
