"""An entry in a YAML file, put in by lines so that the rest of the file stays as it is."""

import json
import re
from collections.abc import Mapping
from typing import Any

_NOT_PART = re.compile(r"\s*(#.*)?$")
"""Of a block: empty lines and comments."""


class NotBlockStyleError(ValueError):
    """The file writes its table in a way that cannot be extended by lines."""


def rendered(name: str, entry: Mapping[str, Any], indent: int) -> list[str]:
    """Return the lines of an entry, which holds strings, numbers, booleans, lists and mappings of strings."""
    inner = " " * (indent + 2)
    lines = [f"{' ' * indent}{name}:"]
    for key, value in entry.items():
        if isinstance(value, Mapping) and value:
            lines.append(f"{inner}{key}:")
            lines += [f"{inner}  {one}: {json.dumps(text, ensure_ascii=False)}" for one, text in value.items()]
        else:
            lines.append(f"{inner}{key}: {json.dumps(value, ensure_ascii=False)}")
    return lines


def with_entry(text: str, table: str, name: str, entry: Mapping[str, Any]) -> str:
    """Return the document with an entry in a table at its top.

    Raises:
        NotBlockStyleError: the table is there, but not as lines under its name.
    """
    lines = text.split("\n")
    heads = [number for number, line in enumerate(lines) if re.match(rf"{table}\s*:", line)]
    if not heads:
        kept = text.rstrip("\n")
        return (f"{kept}\n" if kept else "") + "\n".join([f"{table}:", *rendered(name, entry, 2)]) + "\n"
    head = heads[0]
    if not re.match(rf"{table}\s*:\s*(\{{\s*\}}|null|~)?\s*(#.*)?$", lines[head]):
        raise NotBlockStyleError(f"{table} is not written as lines under its name")
    lines[head] = re.sub(r":\s*(\{\s*\}|null|~)", ":", lines[head], count=1)
    end = _end(lines, head, 0)
    children = [number for number in range(head + 1, end) if not _NOT_PART.match(lines[number])]
    indent = _depth(lines[children[0]]) if children else 2
    named = re.compile(rf" {{{indent}}}(['\"]?){re.escape(name)}\1\s*:")
    ours = next((number for number in children if named.match(lines[number])), None)
    new = rendered(name, entry, indent)
    if ours is None:
        lines[end:end] = new
    else:
        lines[ours : _end(lines, ours, indent)] = new
    return "\n".join(lines)


def _end(lines: list[str], head: int, depth: int) -> int:
    """Return the line behind a block; comments and empty lines at its end are not part of it."""
    end = head + 1
    for number in range(head + 1, len(lines)):
        if _NOT_PART.match(lines[number]):
            continue
        if _depth(lines[number]) <= depth:
            break
        end = number + 1
    return end


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
