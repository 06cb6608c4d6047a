"""Whether a user is one whom an expression describes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from okta_mcp.sandbox.rule_language.functions import FUNCTIONS
from okta_mcp.sandbox.rule_language.tree import Attribute, Binary, Choice, Function, Literal, Node, Not

__all__ = ["Facts", "holds"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a user: profile attributes that have a value, and groups by id."""

    profile: Mapping[str, Any]
    groups: Mapping[str, str]


def holds(node: Node, facts: Facts) -> bool:
    """Tell whether the expression is true of a user; whatever is no truth value is not true."""
    return _value(node, facts) is True


def _value(node: Node, facts: Facts) -> Any:
    match node:
        case Literal(value=value):
            return value
        case Attribute(name=name):
            return facts.profile.get(name)
        case Not(operand=operand):
            return not holds(operand, facts)
        case Choice(condition=condition, yes=yes, no=no):
            return _value(yes if holds(condition, facts) else no, facts)
        case Binary(operator="and", left=left, right=right):
            return holds(left, facts) and holds(right, facts)
        case Binary(operator="or", left=left, right=right):
            return holds(left, facts) or holds(right, facts)
        case Binary(operator=operator, left=left, right=right):
            return _compared(operator, _value(left, facts), _value(right, facts))
        case Function(name=name, arguments=arguments):
            given = [_value(argument, facts) for argument in arguments]
            return FUNCTIONS[name][1](*given) if name in FUNCTIONS else _is_member(name, given, facts)


def _compared(operator: str, left: Any, right: Any) -> bool:
    if operator == "==":
        return _same(left, right)
    if operator == "!=":
        return not _same(left, right)
    both = (left, right)
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in both)
    if not numbers and not all(isinstance(value, str) for value in both):
        return False
    return _ORDERS[operator](left, right)


def _same(left: Any, right: Any) -> bool:
    # True is 1 in Python, and is not in the language.
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


_ORDERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _is_member(name: str, given: list[Any], facts: Facts) -> bool:
    if name in ("isMemberOfGroup", "isMemberOfAnyGroup"):
        return any(group_id in facts.groups for group_id in given)
    wanted = str(given[0])
    return any(_NAMED[name](group, wanted) for group in facts.groups.values())


def _fits(name: str, pattern: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


_NAMED: Mapping[str, Callable[[str, str], bool]] = {
    "isMemberOfGroupName": lambda name, wanted: name == wanted,
    "isMemberOfGroupNameStartsWith": str.startswith,
    "isMemberOfGroupNameContains": lambda name, wanted: wanted in name,
    "isMemberOfGroupNameRegex": _fits,
}
