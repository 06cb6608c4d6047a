"""The bound of every answer: long values are shortened, and it is said."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from okta_mcp.actions.results import Result
from okta_mcp.guard import neutral_text

LARGEST = 40_000
"""Longest answer, in characters, as text and as JSON; about 10,000 tokens."""

CUT = "This answer was too long: texts that end in … are cut, and lists are not whole."

_LONGEST_ERROR = 8_000
_ERROR_TAIL = 2_000

_SHORT_ROW = 300
_ROW_TEXT, _ROW_ITEMS = 200, 10

# Longest text, longest list, each tried in turn. Lists come last: the rows of a page already fit, and a row
# that were cut here would be lost, as the cursor stands behind it.
_STEPS = ((2_000, None), (500, None), (200, None), (200, 100), (100, 50), (60, 20))
_DEEPEST = 5

# What is of no use when its end is missing.
_WHOLE = frozenset({"id", "after", "requestId", "activationLink", "resetPasswordLink", "temporaryPassword"})
_LONGEST_WHOLE = 4_000

ModelT = TypeVar("ModelT", bound=BaseModel)


def size(rows: Sequence[BaseModel]) -> int:
    """Return how long rows are as JSON, in characters."""
    return sum(len(row.model_dump_json(by_alias=True, exclude_none=True)) + 1 for row in rows)


def short(row: ModelT) -> ModelT:
    """Return a row without endless texts and lists; one that is short as a whole stays as it is."""
    if size([row]) <= _SHORT_ROW:
        return row
    values = {name: getattr(row, name) for name in type(row).model_fields}
    shorter = {name: _shortened(value, _ROW_TEXT, _ROW_ITEMS, depth=_DEEPEST - 2) for name, value in values.items()}
    return row.model_copy(update={name: value for name, value in shorter.items() if value != values[name]})


def bounded(result: Result) -> tuple[str, dict[str, Any]]:
    """Return the text and the data of an answer, neither longer than `LARGEST`.

    What is shortened stays valid against the schema of the answer: a text stays a text and a list a list, and only
    objects that are open to any key lose some.
    """
    text = result.text()
    if len(text) <= LARGEST and size([result]) <= LARGEST:
        return text, result.data()
    whole = result.data()
    for longest, most in _STEPS:
        text, data = _retold(result, _shortened_data(whole, longest, most))
        if len(text) <= LARGEST and len(_json(data)) <= LARGEST:
            return text, data
    text, data = _retold(result, _emptied(result, data))
    return within_bounds(text), data


def within_bounds(text: str) -> str:
    """Return an answer's text, cut off at the end where it is longer than `LARGEST`."""
    return text if len(text) <= LARGEST else f"{text[: LARGEST - len(CUT) - 2]}…\n{CUT}"


def clipped(error: str) -> str:
    """Return an error's text with its middle taken out if it is endless: its end says what to do next."""
    if len(error) <= _LONGEST_ERROR:
        return error
    return f"{error[: _LONGEST_ERROR - _ERROR_TAIL - 3]} … {error[-_ERROR_TAIL:]}"


def _retold(result: Result, data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if CUT not in data.get("note", ""):
        data["note"] = " ".join(filter(None, [data.get("note"), CUT]))
    text = type(result).model_validate(data).text()
    return (text if CUT in text else f"{text}\n{CUT}"), data


def _shortened_data(data: dict[str, Any], longest: int, most: int | None) -> dict[str, Any]:
    return {
        name: _shortened(value, _LONGEST_WHOLE if name in _WHOLE else longest, most, depth=1)
        for name, value in data.items()
    }


def _shortened(value: Any, longest: int, most: int | None, *, depth: int) -> Any:
    if isinstance(value, str):
        return neutral_text(value, limit=longest)
    if not isinstance(value, dict | list | tuple):
        return value
    if depth >= _DEEPEST:
        return neutral_text(_json(value), limit=longest)
    if isinstance(value, dict):
        # The models of answers have fewer keys than this.
        kept = list(value.items())[: None if most is None else 2 * most]
        return {
            neutral_text(key, limit=longest): _shortened(item, longest, most, depth=depth + 1) for key, item in kept
        }
    items = [_shortened(item, longest, most, depth=depth + 1) for item in value[:most]]
    if len(items) < len(value) and isinstance(value[0], str):
        items.append(f"and {len(value) - len(items)} more")
    return items


def _emptied(result: Result, data: dict[str, Any]) -> dict[str, Any]:
    """Take the contents out of lists and open objects, the largest first, until the rest fits."""
    room = LARGEST - len(CUT) - 100
    emptied = dict(data)
    for name, field in type(result).model_fields.items():
        key = field.alias or name
        if len(_json(emptied)) > room and isinstance(getattr(result, name), dict | list | tuple):
            emptied[key] = {} if isinstance(emptied.get(key), dict) else []
    return emptied


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
