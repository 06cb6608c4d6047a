"""Whether an object matches an expression."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import lru_cache

from okta_mcp.expressions.tree import And, Comparison, Expression, Not, Or

Values = Callable[[str], Sequence[object]]

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)", re.ASCII
)  # a date without an offset is no instant


def evaluate(expression: Expression, get: Values, *, case_sensitive: bool | Collection[str]) -> bool:
    """Tell whether an object matches `expression`.

    An attribute with several values matches when any of them does, each comparison on its own. Texts that
    are both ISO 8601 instants compare in time, others letter by letter. `ne` holds when no value equals. An
    absent attribute matches nothing but `ne`. A value never matches a literal of another type.

    Args:
        expression: a tree from `parse`.
        get: returns all values at a dotted path, lists flattened; empty when absent.
        case_sensitive: whether upper and lower case differ in values; or the operators for which they do.
    """
    match expression:
        case And(operands=operands):
            return all(evaluate(operand, get, case_sensitive=case_sensitive) for operand in operands)
        case Or(operands=operands):
            return any(evaluate(operand, get, case_sensitive=case_sensitive) for operand in operands)
        case Not(operand=operand):
            return not evaluate(operand, get, case_sensitive=case_sensitive)
        case Comparison(attribute=attribute, operator=operator, value=wanted):
            exact = case_sensitive if isinstance(case_sensitive, bool) else operator in case_sensitive
            values = get(attribute)
            if operator == "ne":
                return not any(holds("eq", value, wanted, exact=exact) for value in values)
            return any(holds(operator, value, wanted, exact=exact) for value in values)


def holds(operator: str, value: object, wanted: object, *, exact: bool) -> bool:
    """Tell whether one value compares so with the literal; any operator but `ne`."""
    if operator == "pr":
        return value is not None and value != ""
    if isinstance(value, str) and isinstance(wanted, str):
        return _holds_for_text(operator, value, wanted, exact=exact)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return operator == "eq" and value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return ordered(operator, (value > wanted) - (value < wanted)) if value == value else False  # noqa: PLR0124 - NaN
    return False


def _holds_for_text(operator: str, value: str, wanted: str, *, exact: bool) -> bool:
    if operator in {"sw", "co", "ew"}:
        if not exact:
            value, wanted = value.casefold(), wanted.casefold()
        if operator == "sw":
            return value.startswith(wanted)
        return wanted in value if operator == "co" else value.endswith(wanted)
    there, here = instant(value), instant(wanted)
    if there is not None and here is not None:
        return ordered(operator, (there > here) - (there < here))
    if not exact:
        value, wanted = value.casefold(), wanted.casefold()
    return ordered(operator, (value > wanted) - (value < wanted))


def ordered(operator: str, sign: int) -> bool:
    """Tell whether an operator accepts the sign of value minus literal."""
    match operator:
        case "eq":
            return sign == 0
        case "gt":
            return sign > 0
        case "ge":
            return sign >= 0
        case "lt":
            return sign < 0
        case "le":
            return sign <= 0
        case _:
            return False


@lru_cache(maxsize=4096)
def instant(text: str) -> datetime | None:
    """Read an ISO 8601 instant; None for other texts."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # a 13th month, a 31st of June
        return None
