"""From the text of an expression to its tree."""

import re
from functools import lru_cache
from typing import cast

from okta_mcp.expressions.errors import ExpressionError, Wanted
from okta_mcp.expressions.tree import OPERATORS, Expression

MAXIMUM_DEPTH = 50
"""Parentheses within parentheses; more than anybody writes, and few enough for recursion to be safe."""

_WORD = re.compile(r'"[^"]*"?|[()]|[^\s()"]+')
_MEASURED = re.compile(r'[()]|\d{400,}|"(?:[^"\\]|\\.)*"?', re.DOTALL)  # strings, to step over what is in them


@lru_cache(maxsize=256)
def parse(text: str) -> Expression:
    """Read an expression.

    Args:
        text: such as `status eq "ACTIVE" and (profile.city sw "Par" or profile.remote eq true)`.

    Raises:
        ExpressionError: what is wrong, where, and what belongs there.

    Source: Okta Management API, "Filter" (operators, literals, precedence not > and > or).
    """
    _refuse_extremes(text)
    # Here, not above: importing lark and building the parser costs 50 ms that many processes never need.
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415

    from okta_mcp.expressions.syntax import PARSER  # noqa: PLC0415

    try:
        return cast("Expression", PARSER.parse(text))
    except UnexpectedCharacters as error:
        raise _complaint(text, error.pos_in_stream or 0, set(error.allowed or ())) from None
    except UnexpectedToken as error:
        position = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        raise _complaint(text, position, set(error.accepts or error.expected)) from None


def _refuse_extremes(text: str) -> None:
    depth = 0
    for match in _MEASURED.finditer(text):
        piece = match[0]
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth -= 1
        elif piece[0] != '"':
            raise ExpressionError(
                f"The number at column {match.start()} is too long.",
                match.start(),
                found=piece,
                wanted="value",
            )
        if depth > MAXIMUM_DEPTH:
            raise ExpressionError(
                f"Parentheses are nested more than {MAXIMUM_DEPTH} deep at column {match.start()}; simplify.",
                match.start(),
                found="(",
            )


def _complaint(text: str, position: int, expected: set[str]) -> ExpressionError:
    word = _WORD.search(text, position)
    found = word[0] if word else ""
    if word:
        position = word.start()
    where = f"at column {position}" if found else "at the end"
    what = f"`{found}`" if found else "nothing"
    wanted: Wanted
    if not text.strip():
        wanted, advice = "term", 'The expression is empty; write for example `status eq "ACTIVE"`'
    elif "OPERATOR" in expected:
        before = text[:position].split()
        named = f" after `{before[-1]}`" if before else ""
        wanted = "operator"
        advice = f"Expected an operator ({', '.join(OPERATORS)}){named} {where} but found {what}"
    elif "STRING" in expected:
        wanted, advice = "value", f"Expected a value {where} but found {what}{_about_value(found)}"
    elif "ATTRIBUTE" in expected:
        wanted = "term"
        advice = f'Expected a comparison such as `status eq "ACTIVE"` {where} but found {what}'
    elif "LPAR" in expected and expected <= {"LPAR"}:
        wanted, advice = "term", f"Expected `(` after `not` {where} but found {what}; write `not (…)`"
    else:
        wanted = "joiner"
        last = "`)`" if "RPAR" in expected else "the end"
        hint = "; text values need double quotes" if found not in {"", ")"} else ""
        advice = f"Expected `and`, `or` or {last} {where} but found {what}{hint}"
    return ExpressionError(f"{advice}.", position, found=found, wanted=wanted)


def _about_value(found: str) -> str:
    if found.casefold() in {"null", "none"}:
        return "; null cannot be compared with, use `pr` to ask whether a value is present"
    if found.startswith('"'):
        return '; inside a text write `"` as `\\"` and `\\` as `\\\\`, and close it with `"`'
    if found:
        return "; text needs double quotes, and numbers, true and false stand bare"
    return ""
