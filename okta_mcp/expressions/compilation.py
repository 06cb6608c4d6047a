"""An expression made ready for many objects: as `evaluate` decides, without walking the tree for each.

`evaluate` is the reference; this differs from it in speed only.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar

from okta_mcp.expressions.evaluation import holds, instant, ordered
from okta_mcp.expressions.tree import And, Comparison, Expression, Not, Or

T = TypeVar("T")
Predicate = Callable[[T], bool]
Read = Callable[[str], Callable[[T], Sequence[object]]]
Moments = Callable[[str], Callable[[T], datetime | None] | None]


def compiled(
    expression: Expression,
    read: Read[T],
    *,
    case_sensitive: bool | Collection[str],
    moments: Moments[T] | None = None,
) -> Predicate[T]:
    """Return a predicate that tells whether an object matches `expression`.

    Args:
        expression: a tree from `parse`.
        read: for a dotted path, the function that returns all values an object has there.
        case_sensitive: as for `evaluate`.
        moments: for a dotted path whose value is an instant, the function that returns it as an aware time, or
            None where there is none; so that comparing needs no text. None for paths of other kinds.
    """
    match expression:
        case And(operands=operands):
            return _all([compiled(each, read, case_sensitive=case_sensitive, moments=moments) for each in operands])
        case Or(operands=operands):
            return _any([compiled(each, read, case_sensitive=case_sensitive, moments=moments) for each in operands])
        case Not(operand=operand):
            return _not(compiled(operand, read, case_sensitive=case_sensitive, moments=moments))
        case Comparison():
            exact = case_sensitive if isinstance(case_sensitive, bool) else expression.operator in case_sensitive
            moment = None if moments is None else moments(expression.attribute)
            if moment is not None and isinstance(expression.value, str):
                wanted = instant(expression.value)
                if wanted is not None and expression.operator not in {"sw", "co", "ew"}:
                    return _at(moment, expression.operator, wanted)
            return _leaf(expression, read(expression.attribute), exact=exact)


def _all(predicates: Sequence[Predicate[T]]) -> Predicate[T]:
    def matches(item: T) -> bool:
        for predicate in predicates:  # noqa: SIM110 - a generator for each object would cost more than the rest
            if not predicate(item):
                return False
        return True

    return matches


def _any(predicates: Sequence[Predicate[T]]) -> Predicate[T]:
    def matches(item: T) -> bool:
        for predicate in predicates:  # noqa: SIM110
            if predicate(item):
                return True
        return False

    return matches


def _not(predicate: Predicate[T]) -> Predicate[T]:
    return lambda item: not predicate(item)


def _at(moment: Callable[[T], datetime | None], operator: str, wanted: datetime) -> Predicate[T]:
    def matches(item: T) -> bool:
        there = moment(item)
        if there is None:
            return operator == "ne"
        sign = (there > wanted) - (there < wanted)
        return sign != 0 if operator == "ne" else ordered(operator, sign)

    return matches


def _leaf(comparison: Comparison, values: Callable[[T], Sequence[object]], *, exact: bool) -> Predicate[T]:
    if comparison.operator == "ne":
        equals = _test("eq", comparison.value, exact=exact)
        return lambda item: not any(map(equals, values(item)))
    test = _test(comparison.operator, comparison.value, exact=exact)

    def matches(item: T) -> bool:
        for value in values(item):  # noqa: SIM110
            if test(value):
                return True
        return False

    return matches


def _test(operator: str, wanted: object, *, exact: bool) -> Callable[[object], bool]:
    if isinstance(wanted, str) and operator in {"sw", "co", "ew"}:
        return _part(operator, wanted, exact=exact)
    if isinstance(wanted, str) and operator == "eq" and instant(wanted) is None:
        return _same(wanted, exact=exact)
    if isinstance(wanted, bool) and operator == "eq":
        return lambda value: value is wanted
    if isinstance(wanted, int | float) and operator == "eq":
        return lambda value: value == wanted and value is not True and value is not False
    return lambda value: holds(operator, value, wanted, exact=exact)


def _same(wanted: str, *, exact: bool) -> Callable[[object], bool]:
    if exact:
        return lambda value: value == wanted if isinstance(value, str) else False
    folded = wanted.casefold()
    return lambda value: isinstance(value, str) and value.casefold() == folded


def _part(operator: str, wanted: str, *, exact: bool) -> Callable[[object], bool]:
    if not exact:
        wanted = wanted.casefold()
    fold: Callable[[str], str] = str if exact else str.casefold
    if operator == "sw":
        return lambda value: isinstance(value, str) and fold(value).startswith(wanted)
    if operator == "ew":
        return lambda value: isinstance(value, str) and fold(value).endswith(wanted)
    return lambda value: isinstance(value, str) and wanted in fold(value)
