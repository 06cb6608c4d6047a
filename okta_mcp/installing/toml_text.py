"""An entry in a TOML file, put in by lines so that the rest of the file stays as it is."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any


def rendered(path: Sequence[str], table: Mapping[str, Any]) -> str:
    """Return a table, and the tables in it, as TOML."""
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    lines = [f"[{'.'.join(map(_key, path))}]", *(f"{_key(key)} = {_value(value)}" for key, value in plain.items())]
    inner = [rendered([*path, key], value) for key, value in table.items() if isinstance(value, Mapping)]
    return "\n\n".join(["\n".join(lines), *inner])


def with_table(text: str, path: Sequence[str], table: Mapping[str, Any]) -> str:
    """Return the document with a table, in the place of the one of that name or at the end."""
    lines = text.split("\n")
    headers = [(number, _header(line)) for number, line in enumerate(lines)]
    ours = [number for number, header in headers if header is not None and header[: len(path)] == tuple(path)]
    new = rendered(path, table).split("\n")
    if not ours:
        kept = text.rstrip("\n")
        return (f"{kept}\n\n" if kept else "") + "\n".join(new) + "\n"
    for number in reversed(ours):
        end = next((other for other, header in headers if header is not None and other > number), len(lines))
        # Comments and empty lines before the next table belong to it.
        while end > number + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1
        # What is left between two of ours would be empty lines without end.
        while number != ours[0] and end < len(lines) and not lines[end].strip():
            end += 1
        lines[number:end] = new if number == ours[0] else []
    return "\n".join(lines)


def _header(line: str) -> tuple[str, ...] | None:
    """Return the keys of a line that begins a table; None of any other line."""
    if not line.lstrip().startswith("["):
        return None
    try:
        value: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    keys = []
    while value:
        if isinstance(value, list):
            value = value[0]
            continue
        key, value = next(iter(value.items()))
        keys.append(key)
    return tuple(keys)


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if plain else json.dumps(key)


def _value(value: Any) -> str:
    """Write strings, lists of strings, numbers and booleans, which TOML writes as JSON does."""
    return json.dumps(value, ensure_ascii=False)
