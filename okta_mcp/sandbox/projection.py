"""The `fields` parameter: which parts of each item an answer shows."""

import re
from typing import Any

from okta_mcp.sandbox.errors import ApiError, validation_failed

__all__ = ["Projection"]

MAX_PARENTHESES = 20

_TOKEN = re.compile(r"[A-Za-z_]\w*|[:(),]")


class Projection:
    """A selection such as `id,status,profile:(firstName,city)`; `id` is always in it.

    Raises:
        ApiError: 400 E0000001 for a text that is no such selection.
    """

    def __init__(self, text: str) -> None:
        tokens = _TOKEN.findall(text)
        if "".join(tokens) != re.sub(r"\s", "", text) or tokens.count("(") > MAX_PARENTHESES:
            raise _malformed()
        self._tokens = tokens
        self._at = 0
        self._chosen = self._names()
        if self._at != len(tokens):
            raise _malformed()

    def of(self, document: dict[str, Any]) -> dict[str, Any]:
        """Show the selected parts of a document."""
        return _selected(document, {"id": None, **self._chosen})

    def _names(self) -> dict[str, Any]:
        chosen: dict[str, Any] = {}
        while True:
            name = self._next()
            if not name or name in ":(),":
                raise _malformed()
            chosen[name] = None
            if self._peek() == ":":
                self._next()
                if self._next() != "(":
                    raise _malformed()
                chosen[name] = self._names()
                if self._next() != ")":
                    raise _malformed()
            if self._peek() != ",":
                return chosen
            self._next()

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token


def _selected(document: dict[str, Any], chosen: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in document.items():
        if name in chosen:
            inner = chosen[name]
            shown[name] = _selected(value, inner) if inner and isinstance(value, dict) else value
    return shown


def _malformed() -> ApiError:
    return validation_failed("fields", "fields: The field selection is malformed")
