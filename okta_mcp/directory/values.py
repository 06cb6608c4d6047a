"""What the schema of an attribute allows of its values, known before Okta is asked to take one.

Only what the schema says plainly is judged; what it says in a pattern or a format is left to Okta.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from okta_mcp.guard import neutral_text
from okta_mcp.okta import inner

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
}
_WORDS = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
}
_SHOWN = 10


def value_faults(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
    """Say what is wrong with the value of an attribute, a clause for each fault.

    Args:
        schema: the JSON Schema of the attribute.
        value: not None.
    """
    kind = str(schema.get("type"))
    if kind in _TYPES and not _TYPES[kind](value):
        yield f"has to be {_WORDS[kind]}"
        return
    items = inner(schema, "items")
    if isinstance(value, list):
        inner_kind = str(items.get("type"))
        if inner_kind in _TYPES and not all(map(_TYPES[inner_kind], value)):
            yield f"has to be a list of {_WORDS[inner_kind].removeprefix('a ')}s"
    allowed = _allowed(items if isinstance(value, list) else schema)
    if allowed is not None and any(one not in allowed for one in (value if isinstance(value, list) else [value])):
        shown = ", ".join(neutral_text(one, limit=40) for one in allowed[:_SHOWN])
        yield f"is one of {shown}{', …' if len(allowed) > _SHOWN else ''}"
    if isinstance(value, str):
        yield from _bounds(len(value), schema.get("minLength"), schema.get("maxLength"), "{} characters")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _bounds(value, schema.get("minimum"), schema.get("maximum"), "{}")


def _allowed(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the values of an enumeration; None where the attribute is none."""
    if isinstance(schema.get("enum"), list):
        return list(schema["enum"])
    choices = schema.get("oneOf")
    if isinstance(choices, list) and all(isinstance(one, Mapping) and "const" in one for one in choices):
        return [one["const"] for one in choices]
    return None


def _bounds(value: float, least: Any, most: Any, words: str) -> Iterator[str]:
    if isinstance(least, int | float) and value < least:
        yield f"is too {'short' if 'char' in words else 'small'}: at least {words.format(f'{least:g}')}"
    if isinstance(most, int | float) and value > most:
        yield f"is too {'long' if 'char' in words else 'large'}: at most {words.format(f'{most:g}')}"
