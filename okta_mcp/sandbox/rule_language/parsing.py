"""From the text of a rule's expression to its tree."""

import re
from functools import lru_cache
from typing import cast

from okta_mcp.sandbox.rule_language.functions import FUNCTIONS, MEMBERSHIP
from okta_mcp.sandbox.rule_language.tree import Function, Node, RuleError

__all__ = ["parse_rule"]

# More than anybody nests, and few enough for recursion to be safe.
MAX_DEPTH = 40
MAX_LENGTH = 4000

_NESTING = re.compile(r"[()?!]|\bnot\b|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.IGNORECASE)


@lru_cache(maxsize=512)
def parse_rule(text: str) -> Node:
    """Read an expression such as `user.department == "Sales" and String.startsWith(user.title, "Head")`.

    Raises:
        RuleError: for broken syntax, an unknown function, or the wrong number of arguments.
    """
    _refuse_extremes(text)
    # Here, not above: lark costs 50 ms that an org without rules need not spend.
    from lark.exceptions import LarkError, VisitError  # noqa: PLC0415

    from okta_mcp.sandbox.rule_language.syntax import PARSER  # noqa: PLC0415

    try:
        tree = cast("Node", PARSER.parse(text))
    except VisitError as failure:
        raise RuleError(str(failure.orig_exc)) from None
    except LarkError:
        raise RuleError("Invalid expression syntax") from None
    return tree


def check_function(function: Function) -> Function:
    """Accept a function that exists, with as many arguments as it takes.

    Raises:
        RuleError: for any other.
    """
    arity = MEMBERSHIP.get(function.name) or (FUNCTIONS[function.name][0] if function.name in FUNCTIONS else None)
    if arity is None:
        raise RuleError(f"Unknown function {function.name}")
    least, most = arity
    if not least <= len(function.arguments) <= most:
        raise RuleError(f"Wrong number of arguments for {function.name}")
    return function


def _refuse_extremes(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise RuleError("The expression is too long")
    depth = 0
    for match in _NESTING.finditer(text):
        piece = match[0].lower()
        if piece == ")":
            depth -= 1
        elif piece in ("(", "?", "!", "not"):
            depth += 1
        if depth > MAX_DEPTH:
            raise RuleError("The expression is nested too deeply")
