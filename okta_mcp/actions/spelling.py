"""Arguments as callers write them, brought to the names and shapes of the published schema.

People and models come from other tools: from the connector this server replaces (`userId`, `params`,
`credentials.password.value`), from Okta's own API (`groupIds`, `type.id`), from Python (`send_email`), and from
clients that send objects and lists as JSON text. One walk over the arguments settles all of it, by the schema
and three small tables; no action knows of it. A name that is still unknown afterwards is refused by name.
"""

import json
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from okta_mcp.actions.arguments import ArgumentError, Arguments
from okta_mcp.expressions import mend

_WRAPPERS = frozenset({"params", "body"})
"""Objects whose entries are arguments themselves."""

_LIFTED = {
    ("credentials", "password", "value"): "password",
    ("credentials", "password", "hash"): "passwordHash",
    ("credentials", "password", "hook", "type"): "passwordHook",
    ("credentials", "recovery_question"): "recoveryQuestion",
    ("credentials", "recoveryQuestion"): "recoveryQuestion",
    ("credentials", "provider"): "provider",
    ("type", "id"): "userTypeId",
}
"""Places inside Okta's request bodies, and the argument that stands for each."""

_RENAMED = {"userId": "user", "groupId": "group", "groupIds": "groups"}
"""Other names of arguments; `id` besides, which means whatever the action points at first."""

_EXPRESSIONS = frozenset({"search", "filter"})
"""Arguments that hold an expression of Okta's filter language."""

_STRUCTURED = {"array": list, "object": dict}


def respell(given: Mapping[str, Any], arguments: Arguments) -> dict[str, Any]:
    """Return the arguments under their published names, in the published shapes.

    Args:
        given: arguments as they came; not changed.
        arguments: what the action takes.

    Raises:
        ArgumentError: when two spellings of one argument disagree.
    """
    spelled: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for written, sent in _entries(given, arguments):
        name = _name(written, arguments)
        value = _shape(name, sent, arguments.schema["properties"].get(name, {}))
        if value is None:
            continue  # null says "not given"; emptying an attribute has a word of its own
        if name in spelled and spelled[name] != value:
            raise ArgumentError(f"`{written}` and `{origin[name]}` both stand for `{name}` and differ; send one")
        spelled[name] = value
        origin[name] = written
    return spelled


def _entries(given: Mapping[str, Any], arguments: Arguments) -> Iterator[tuple[str, Any]]:
    """Yield each argument with the name it was written under, out of whatever it was wrapped in."""
    for key, value in given.items():
        if key in arguments.names:
            yield key, value
            continue
        content = _parsed(value, dict)
        if not isinstance(content, dict):
            yield key, value
        elif key in _WRAPPERS:
            # `provider=true` in a query only announces the provider object of the body.
            flags = {k: v for k, v in content.items() if not (k == "provider" and isinstance(v, bool))}
            yield from _entries(flags, arguments)
        else:
            rest = yield from _lift((key,), content)
            if rest:
                yield key, rest


def _lift(path: tuple[str, ...], content: Mapping[str, Any]) -> Generator[tuple[str, Any], None, dict[str, Any]]:
    """Yield what has a place of its own under `path`; return what is left over."""
    rest: dict[str, Any] = {}
    for key, value in content.items():
        place = (*path, key)
        if place in _LIFTED:
            yield _LIFTED[place], value
        elif isinstance(value, dict):
            left = yield from _lift(place, value)
            if left:
                rest[key] = left
        else:
            rest[key] = value
    return rest


def _name(written: str, arguments: Arguments) -> str:
    if written in arguments.names:
        return written
    if written == "id" and arguments.references:
        return next(iter(arguments.references))
    camel = to_camel(written)
    name = _RENAMED.get(camel, camel)
    return name if name in arguments.names else written


def _shape(name: str, value: Any, schema: Mapping[str, Any]) -> Any:
    if name in _EXPRESSIONS and isinstance(value, str):
        return mend(value)
    kind = schema.get("type", "")
    choices = schema.get("enum") or schema.get("items", {}).get("enum")
    if isinstance(value, bool) and choices:
        value = choices[0] if value else None
    if kind in _STRUCTURED:
        value = _parsed(value, _STRUCTURED[kind])
    if kind == "array" and value is not None and not isinstance(value, list):
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else [value]
    return value


def _parsed(value: Any, wanted: type) -> Any:
    """Return JSON text as the object or list it holds; anything else as it is."""
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            return value
        if isinstance(parsed, wanted):
            return parsed
    return value
