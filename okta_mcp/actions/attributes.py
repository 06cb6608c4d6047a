"""What an org's own schema allows in a profile, known before Okta is asked to take it.

Only what the schema says plainly is judged; what it says in a pattern or a format is left to Okta.
"""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Self

from okta_mcp.guard import neutral_text
from okta_mcp.okta import inner
from okta_mcp.records import record

_PARTS = ("base", "custom")
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


@record
class ProfileSchema:
    """The attributes of one type of users.

    Args:
        properties: the JSON Schema of each, by its name.
        required: names of those that no user may be without.
    """

    properties: Mapping[str, Mapping[str, Any]]
    required: frozenset[str]

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Self:
        """Read a schema as Okta answers it. Okta API, `GET /api/v1/meta/schemas/user/{schemaId}`."""
        parts = [inner(inner(json, "definitions"), part) for part in _PARTS]
        properties = {
            name: one for part in parts for name, one in inner(part, "properties").items() if isinstance(one, Mapping)
        }
        named = {str(name) for part in parts for name in (part.get("required") or ())}
        return cls(
            properties, frozenset(named | {name for name, one in properties.items() if one.get("required") is True})
        )

    def faults(self, profile: Mapping[str, Any], *, whole: bool) -> list[str]:
        """Say what is wrong with attributes, one clause for each fault.

        Args:
            profile: values by Okta's names; None empties an attribute.
            whole: whether it is all that a new user gets, so that what is required has to be there.
        """
        told = [fault for name, value in profile.items() for fault in self._faults(name, value)]
        missing = sorted(name for name in self.required if whole and profile.get(name) in (None, ""))
        return [*told, *(f"the org requires `{neutral_text(name, limit=60)}`" for name in missing)]

    def _faults(self, name: str, value: Any) -> Iterator[str]:
        shown = neutral_text(name, limit=60)
        schema = self.properties.get(name)
        if schema is None:
            near = get_close_matches(name, self.properties, n=1)
            yield f"the org's schema has no attribute `{shown}`" + (f"; did you mean `{near[0]}`?" if near else "")
        elif value is None:
            if name in self.required:
                yield f"`{shown}` cannot be empty"
        else:
            yield from (f"`{shown}` {fault}" for fault in _value_faults(schema, value))


def _value_faults(schema: Mapping[str, Any], value: Any) -> Iterator[str]:
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
