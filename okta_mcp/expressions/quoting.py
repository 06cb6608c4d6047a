"""A person's text as a literal of the expression language."""

import re

_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote(value: str) -> str:
    """Write `value` as a JSON string literal that cannot leave its place in an expression.

    Letters of all scripts stay readable. Quotes, backslashes, control characters, and surrogates (which could
    not be sent as UTF-8) are escaped.

    Args:
        value: any text; `parse(f"id eq {quote(value)}").value == value`.

    Source: RFC 8259 section 7.
    """
    return f'"{_UNSAFE.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or f"\\u{ord(character):04x}"
