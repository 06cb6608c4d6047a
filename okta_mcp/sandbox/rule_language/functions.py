"""The functions of Okta Expression Language that compute a value from values.

Source: Okta Expression Language overview, "Functions". What a function cannot be given, such as null, makes it
answer what stands for nothing: "" or false.
"""

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["FUNCTIONS", "MEMBERSHIP"]

_MANY = 50
Arity = tuple[int, int]

# Functions about the groups of the user, which `evaluation` knows.
MEMBERSHIP: Mapping[str, Arity] = {
    "isMemberOfGroup": (1, 1),
    "isMemberOfAnyGroup": (1, _MANY),
    "isMemberOfGroupName": (1, 1),
    "isMemberOfGroupNameStartsWith": (1, 1),
    "isMemberOfGroupNameContains": (1, 1),
    "isMemberOfGroupNameRegex": (1, 1),
}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _starts(text: Any, prefix: Any) -> bool:
    return text is not None and _text(text).startswith(_text(prefix))


def _contains(text: Any, part: Any) -> bool:
    return text is not None and _text(part) in _text(text)


def _substring(text: Any, start: Any, end: Any) -> str:
    return _text(text)[_whole(start) : _whole(end)]


def _after(text: Any, mark: Any) -> str:
    _, found, rest = _text(text).partition(_text(mark) or "\0")
    return rest if found else ""


def _before(text: Any, mark: Any) -> str:
    first, found, _ = _text(text).partition(_text(mark) or "\0")
    return first if found else ""


def _replace(text: Any, old: Any, new: Any) -> str:
    return _text(text).replace(_text(old), _text(new)) if _text(old) else _text(text)


def _replace_first(text: Any, old: Any, new: Any) -> str:
    return _text(text).replace(_text(old), _text(new), 1) if _text(old) else _text(text)


def _join(separator: Any, *texts: Any) -> str:
    return _text(separator).join(map(_text, texts))


def _switch(text: Any, default: Any, *pairs: Any) -> Any:
    """Return what stands behind the first key that is part of the text, else the default."""
    for key, value in zip(pairs[::2], pairs[1::2], strict=False):
        if _contains(text, key):
            return value
    return default


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _whole(value: Any) -> int:
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return 0


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


FUNCTIONS: Mapping[str, tuple[Arity, Callable[..., Any]]] = {
    "String.startsWith": ((2, 2), _starts),
    "String.stringContains": ((2, 2), _contains),
    "String.len": ((1, 1), lambda text: len(_text(text))),
    "String.toLowerCase": ((1, 1), lambda text: _text(text).lower()),
    "String.toUpperCase": ((1, 1), lambda text: _text(text).upper()),
    "String.removeSpaces": ((1, 1), lambda text: _text(text).replace(" ", "")),
    "String.append": ((2, 2), lambda text, tail: _text(text) + _text(tail)),
    "String.join": ((2, _MANY), _join),
    "String.substring": ((3, 3), _substring),
    "String.substringAfter": ((2, 2), _after),
    "String.substringBefore": ((2, 2), _before),
    "String.replace": ((3, 3), _replace),
    "String.replaceFirst": ((3, 3), _replace_first),
    "String.stringSwitch": ((2, _MANY), _switch),
    "Arrays.contains": ((2, 2), lambda items, item: item in _listed(items)),
    "Arrays.isEmpty": ((1, 1), lambda items: not _listed(items)),
    "Arrays.size": ((1, 1), lambda items: len(_listed(items))),
    "Convert.toInt": ((1, 1), _whole),
    "Convert.toNum": ((1, 1), _number),
}
