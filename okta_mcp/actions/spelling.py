"""Arguments as callers write them, brought to the names and shapes of the published schema.

People and models come from other tools: from the connector this server replaces (`userId`, `params`,
`credentials.password.value`), from Okta's own API (`groupIds`, `type.id`), from Python (`send_email`), and from
clients that send objects and lists as JSON text. One walk over the arguments settles all of it, by the schema
and three small tables; no action knows of it. A name that is still unknown afterwards is refused by name.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from okta_mcp.actions.arguments import ArgumentError, Arguments, Reference
from okta_mcp.directory import is_id
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

_BODIES = frozenset(place[0] for place in _LIFTED)

_RENAMED = {"userid": "user", "groupid": "group", "groupids": "groups"}
"""Other names of arguments, without case and underscores; `id` besides, for whatever the action points at first."""

_EXPRESSIONS = frozenset({"search", "filter"})
"""Arguments that hold an expression of Okta's filter language."""

_SWITCH = "expand"
"""The connector's is on or off; Okta's names what to embed, and the first name is the one that was meant."""

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
    for written, sent in _entries((), given, arguments):
        name = _name(written, arguments)
        shown = ".".join(written)
        value = _shape(name, sent, arguments)
        if value is None:
            continue  # null says "not given"; emptying an attribute has a word of its own
        if name in spelled and spelled[name] != value:
            raise ArgumentError(f"`{shown}` and `{origin[name]}` both stand for `{name}` and differ; send one")
        spelled[name] = value
        origin[name] = shown
    return spelled


Path = tuple[str, ...]


def _entries(path: Path, given: Mapping[str, Any], arguments: Arguments) -> Iterator[tuple[Path, Any]]:
    """Yield each argument with the place it was written in, out of whatever it was wrapped in."""
    for key, value in given.items():
        place = (*path, key)
        content = _parsed(value, dict)
        if key == "provider" and isinstance(value, bool) and key in arguments.names:
            continue  # in Okta's query it only announces the provider object of the body
        if key in arguments.names or not isinstance(content, dict):
            yield place, value
        elif key in _WRAPPERS:
            yield from _entries(place, content, arguments)
        elif key in _BODIES:
            yield from _leaves(place, content)
        else:
            yield place, value


def _leaves(path: Path, content: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield what stands under `path`: whole where it is an argument, else as far down as it goes."""
    for key, value in content.items():
        place = (*path, key)
        known = tuple(part for part in place if part not in _WRAPPERS) in _LIFTED
        if isinstance(value, dict) and not known:
            yield from _leaves(place, value)
        else:
            yield place, value


def _name(written: Path, arguments: Arguments) -> str:
    """Return the published name of an argument, or, when it has none, the place it was written in."""
    plain = tuple(part for part in written if part not in _WRAPPERS)
    if _LIFTED.get(plain) in arguments.names:
        return _LIFTED[plain]
    last = written[-1]
    if len(plain) > 1:
        # Keys inside a body are not quoted back: whoever writes it wrong may have put a secret in their place.
        return plain[0]
    if last in arguments.names:
        return last
    if last == "id":
        return next((name for name, one in arguments.references.items() if not one.many), last)
    folded = last.replace("_", "").casefold()
    name = _RENAMED.get(folded) or next((name for name in arguments.names if name.casefold() == folded), last)
    return name if name in arguments.names else (plain or written)[0]


def _shape(name: str, value: Any, arguments: Arguments) -> Any:
    if name in _EXPRESSIONS and isinstance(value, str):
        return mend(value)
    schema = arguments.schema["properties"].get(name, {})
    kind = schema.get("type", "")
    if name == _SWITCH and isinstance(value, bool):
        choices = schema.get("enum") or schema.get("items", {}).get("enum", [])
        value = choices[0] if value and choices else None
    if kind in _STRUCTURED:
        value = _parsed(value, _STRUCTURED[kind])
    if kind == "array" and value is not None and not isinstance(value, list):
        return _taken_apart(value, arguments.references.get(name)) if isinstance(value, str) else [value]
    return value


def _taken_apart(text: str, reference: Reference | None) -> list[str]:
    """Return the parts of a list written as text: ids by their commas, and words; a name may itself hold a comma."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return parts if reference is None or all(is_id(reference.kind, part) for part in parts) else [text]


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
