"""Text from the directory, made safe to show.

Names, titles, user agents and log reasons are written by people the operator may not trust, and some of them
carry characters that a person does not see but a model or a terminal obeys: control and escape sequences,
zero-width and bidirectional marks, Unicode tags, variation selectors, fillers. Whatever comes from Okta passes
here before it reaches a result.
"""

import json
import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_ELLIPSIS = "…"
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""What `str.isprintable` lets pass and nobody sees: the default-ignorable characters among letters and marks, and
the empty Braille cell. Source: Unicode, DerivedCoreProperties, `Default_Ignorable_Code_Point`."""


def neutral(value: Any, *, limit: int | None = None) -> Any:
    """Return `value` without invisible or controlling characters, at any depth.

    Args:
        value: JSON data; strings are cleaned, lists and objects are walked (keys included), the rest is kept.
        limit: longest string to let through, in characters; a longer one ends in an ellipsis.
    """
    if isinstance(value, str):
        return _clean(value, limit)
    if isinstance(value, dict):
        return {neutral(key): neutral(item, limit=limit) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [neutral(item, limit=limit) for item in value]
    return value


def neutral_text(text: object, *, limit: int | None = None) -> str:
    """Return `text`, as words, without invisible or controlling characters.

    Args:
        text: whatever stands in the place of a text; None is the empty text.
        limit: longest text to return, in characters.
    """
    return "" if text is None else _clean(str(text), limit)


def quoted(text: str, *, limit: int = 100) -> str:
    """Return directory text in quotation marks, for use inside a sentence of ours."""
    return json.dumps(_clean(text, limit), ensure_ascii=False)


Neutral = Annotated[str, BeforeValidator(neutral)]
"""A string field of a result that holds text from the directory."""


def _clean(text: str, limit: int | None) -> str:
    if not text.isascii():
        text = _BLANK.sub("", text)
    if not text.isprintable():
        # Line breaks and exotic spaces become one plain space; everything else that does not print goes.
        text = " ".join("".join(c if c.isprintable() else " " if c.isspace() else "" for c in text).split())
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + _ELLIPSIS
    return text
