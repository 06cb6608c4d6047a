"""What people and models write, made into what Okta reads."""

import re
from dataclasses import dataclass

from okta_mcp.expressions.errors import ExpressionError
from okta_mcp.expressions.parsing import parse
from okta_mcp.expressions.quoting import quote
from okta_mcp.expressions.tree import OPERATORS

_SYMBOLS = {"==": "eq", "=": "eq", "!=": "ne", "<>": "ne", ">=": "ge", "<=": "le", ">": "gt", "<": "lt"}
_JOINERS = {"&&": "and", "||": "or"}
_DOUBLE, _SINGLE = '"“”„‟«»', "'‘’‚‛`´"  # noqa: RUF001 - they are the subject

_SPACE = re.compile(r"\s*")
_OPENING = re.compile(r"not(?=\s*\()|\(", re.IGNORECASE)
_CLOSING = re.compile(r"\)")
_ATTRIBUTE = re.compile(r"[A-Za-z_][\w$:-]*(?:\.[\w$:-]+)*")
_OPERATOR = re.compile(rf"(?P<symbol>==|=|!=|<>|>=|<=|>|<)|(?P<word>{'|'.join(OPERATORS)})(?![\w$.:-])", re.IGNORECASE)
_JOINER = re.compile(r"(?P<symbol>&&|\|\|)|(?:and|or)(?![\w$.:-])", re.IGNORECASE)
_JSON_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"(?=\s|\)|&&|\|\||\Z)')
_BARE_WORD = re.compile(r'(?:(?!&&|\|\|)[^\s()"])+')
_GLUED = re.compile(r"[A-Za-z_][\w.]*(?:[!<>=]=|[=<>])")
_BARE_LITERAL = re.compile(r"true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_AFTER_QUOTE = re.compile(r"\s*(?:\Z|\)|&&|\|\||(?:and|or)(?![\w$.:-]))", re.IGNORECASE)


class _BeyondMendingError(Exception):
    """The text has no single plain reading."""


def mend(text: str) -> str:
    """Rewrite what people and models write into what Okta accepts.

    Literals get their double quotes (several bare words up to the next `and`, `or` or `)` are one text; true,
    false and numbers stay bare), single and typographic quotes become double ones, `==` and `=` become `eq`,
    `!=` becomes `ne`, `<` and its like `lt` and its like, `&&` and `||` become `and` and `or`.

    Valid text comes back as it is, and so does text that has no single plain reading: its error is then
    for the one who wrote it.

    Args:
        text: such as `profile.title eq Help Desk Lead and status == 'ACTIVE'`.
    """
    if _is_valid(text):
        return text
    try:
        mended = _Mender(text).mended()
    except _BeyondMendingError:
        return text
    return mended if _is_valid(mended) else text


def _is_valid(text: str) -> bool:
    try:
        parse(text)
    except ExpressionError:
        return False
    return True


@dataclass
class _Mender:
    """One walk over the text, copying what is right and replacing what is not."""

    text: str
    position: int = 0
    written: str = ""

    def mended(self) -> str:
        while True:
            self._term()
            while self._copied(_CLOSING):
                pass
            if self._at_end():
                return self.written
            joiner = self._next(_JOINER)
            self._write(_JOINERS.get(joiner[0], joiner[0]), joiner)

    def _term(self) -> None:
        while self._copied(_OPENING):
            pass
        self._next_copied(_ATTRIBUTE)
        operator = self._next(_OPERATOR)
        self._write(_SYMBOLS.get(operator[0], operator[0]), operator)
        if operator[0].lower() != "pr":
            self._literal()

    def _literal(self) -> None:
        if self._copied(_JSON_STRING):
            return
        self._skip_space()
        start = self.position
        opening = self.text[start : start + 1]
        for family in (_DOUBLE, _SINGLE):
            if opening and opening in family:
                self._write_literal(quote(self._quoted(family)))
                return
        self._write_literal(self._bare())

    def _quoted(self, family: str) -> str:
        start = self.position + 1
        for end in range(start, len(self.text)):
            escaped = self.text[end - 1] == "\\" and end > start
            if self.text[end] in family and not escaped and _AFTER_QUOTE.match(self.text, end + 1):
                self.position = end + 1
                return re.sub(rf"\\([\\{family}\"])", r"\1", self.text[start:end])
        raise _BeyondMendingError

    def _bare(self) -> str:
        words: list[str] = []
        while not self._at_end() and not self._match(_CLOSING):
            if self._match(_JOINER):
                break
            word = self._next(_BARE_WORD)[0]
            # An operator among the words: an `and` is missing. But `Le Mans` and `Smith Co` are names.
            if words and (word in OPERATORS or word in _SYMBOLS or _GLUED.match(word)):
                raise _BeyondMendingError
            words.append(word)
            self.position += len(word)
        joined = " ".join(words)
        if not joined or joined.casefold() in {"null", "none"}:
            raise _BeyondMendingError
        if joined.casefold() in {"true", "false"}:
            return joined.lower()
        return joined if _BARE_LITERAL.fullmatch(joined) else quote(joined)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip_space()
        return pattern.match(self.text, self.position)

    def _next(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = self._match(pattern)
        if match is None:
            raise _BeyondMendingError
        return match

    def _copied(self, pattern: re.Pattern[str]) -> bool:
        match = self._match(pattern)
        if match is None:
            return False
        self._write(match[0], match)
        return True

    def _next_copied(self, pattern: re.Pattern[str]) -> None:
        if not self._copied(pattern):
            raise _BeyondMendingError

    def _write(self, piece: str, match: re.Match[str]) -> None:
        self._write_literal(piece)
        self.position = match.end()

    def _write_literal(self, piece: str) -> None:
        close = piece == ")" or self.written.endswith("(") or not self.written
        self.written += piece if close else f" {piece}"

    def _skip_space(self) -> None:
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position

    def _at_end(self) -> bool:
        self._skip_space()
        return self.position == len(self.text)
