"""JSON as editors keep it, with comments and trailing commas: read, and changed without touching the rest."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")


class NotJSONError(ValueError):
    """The text is not JSON; says where it stops being so."""


@dataclass
class Node:
    """A value and where it stands.

    Attributes:
        start: of the value.
        end: behind it.
        value: what it is in Python.
        members: of an object, by key.
        items: of an array.
        comma: whether a comma follows the last member or item.
    """

    start: int
    end: int = 0
    value: Any = None
    members: dict[str, "Node"] = field(default_factory=dict)
    items: list["Node"] = field(default_factory=list)
    comma: bool = False

    @property
    def last(self) -> "Node | None":
        """The last member or item."""
        children = [*self.members.values(), *self.items]
        return children[-1] if children else None


def parse(text: str) -> Node:
    """Read a document.

    Raises:
        NotJSONError: it is none, or a key stands twice in an object.
    """
    reader = _Reader(text)
    node = reader.value(reader.skip(0))
    if reader.skip(node.end) != len(text):
        raise reader.error("more behind the end", node.end)
    return node


@dataclass
class _Reader:
    text: str

    def skip(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return at if found is None else found.end()

    def error(self, what: str, at: int) -> NotJSONError:
        return NotJSONError(f"line {self.text.count(chr(10), 0, at) + 1}: {what}")

    def value(self, at: int) -> Node:
        if self.text.startswith("{", at):
            return self._object(at)
        if self.text.startswith("[", at):
            return self._array(at)
        found = _STRING.match(self.text, at) or _PLAIN.match(self.text, at)
        if found is None:
            raise self.error("no value where there has to be one", at)
        try:
            return Node(at, found.end(), json.loads(found[0]))
        except json.JSONDecodeError:
            raise self.error("a string that is none", at) from None

    def _object(self, start: int) -> Node:
        node = Node(start)
        at = self.skip(start + 1)
        while not self.text.startswith("}", at):
            key = self.value(at)
            if not isinstance(key.value, str):
                raise self.error("a key that is no string", at)
            if key.value in node.members:
                raise self.error(f"{json.dumps(key.value)} stands twice", at)
            at = self.skip(key.end)
            if not self.text.startswith(":", at):
                raise self.error("no colon behind a key", at)
            child = node.members[key.value] = self.value(self.skip(at + 1))
            at = self._next(node, child.end, "}")
        node.end, node.value = at + 1, {key: child.value for key, child in node.members.items()}
        return node

    def _array(self, start: int) -> Node:
        node = Node(start)
        at = self.skip(start + 1)
        while not self.text.startswith("]", at):
            node.items.append(child := self.value(at))
            at = self._next(node, child.end, "]")
        node.end, node.value = at + 1, [child.value for child in node.items]
        return node

    def _next(self, node: Node, at: int, close: str) -> int:
        at = self.skip(at)
        node.comma = self.text.startswith(",", at)
        if node.comma:
            return self.skip(at + 1)
        if not self.text.startswith(close, at):
            raise self.error(f"neither a comma nor {close}", at)
        return at


def with_member(text: str, path: Sequence[str], value: Any) -> str:
    """Return the document with a value at a path; what is on the way is made where it is missing.

    Raises:
        NotJSONError: the text is no object, or something on the way is none.
    """
    node = parse(text)
    for depth, key in enumerate(path):
        if not isinstance(node.value, Mapping):
            raise NotJSONError(f"{'.'.join(path[:depth]) or 'the document'} is no object")
        if key not in node.members:
            for outer in reversed(path[depth + 1 :]):
                value = {outer: value}
            return _added(text, node, f"{json.dumps(key)}: ", value)
        node = node.members[key]
    return _replaced(text, node, value)


def with_item(text: str, key: str, item: Mapping[str, Any]) -> str:
    """Return the document with an item in an array at its top, in the place of one with the same `id`.

    Raises:
        NotJSONError: the text is no object, or what is at the key is no array.
    """
    array = parse(text).members.get(key)
    if array is None:
        return with_member(text, [key], [item])
    if not isinstance(array.value, list):
        raise NotJSONError(f"{key} is no array")
    for node in array.items:
        if isinstance(node.value, Mapping) and node.value.get("id") == item["id"]:
            return _replaced(text, node, item)
    return _added(text, array, "", item)


def _added(text: str, node: Node, label: str, value: Any) -> str:
    """Put something in behind the last of an object or array, and behind the comments there."""
    unit, base, last = _unit(text), _indent(text, node.start), node.last
    at = node.start + 1 if last is None else last.end
    comma = "" if last is None or node.comma else ","
    between = text[at : node.end - 1].rstrip()
    new = f"{base}{unit}{label}{_rendered(value, unit, base + unit)}"
    return f"{text[:at]}{comma}{between}\n{new}\n{base}{text[node.end - 1 :]}"


def _replaced(text: str, node: Node, value: Any) -> str:
    return text[: node.start] + _rendered(value, _unit(text), _indent(text, node.start)) + text[node.end :]


def _rendered(value: Any, unit: str, base: str) -> str:
    return json.dumps(value, indent=unit, ensure_ascii=False).replace("\n", f"\n{base}")


def _indent(text: str, at: int) -> str:
    """Return the white space at the beginning of the line."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip())]


def _unit(text: str) -> str:
    """Return what the file is indented with."""
    found = re.search(r'(?m)^([ \t]+)"', text)
    return found[1] if found else "  "
