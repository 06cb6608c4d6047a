"""The tree that an expression is read into."""

from collections.abc import Iterator
from dataclasses import field
from typing import TypeAlias

from okta_mcp.records import record

OPERATORS = ("eq", "ne", "gt", "ge", "lt", "le", "sw", "co", "ew", "pr")


@record
class Comparison:
    """One attribute held against one value.

    Args:
        attribute: dotted path, case-sensitive, such as `profile.firstName`.
        operator: one of `OPERATORS`, lower-case.
        value: the literal; None only with the operator `pr`, which takes none.
        position: 0-based column in the text it was read from; no part of equality.
    """

    attribute: str
    operator: str
    value: str | int | float | bool | None = None
    position: int = field(default=0, compare=False, repr=False)


@record
class Not:
    """The contrary of `operand`."""

    operand: "Expression"
    position: int = field(default=0, compare=False, repr=False)


@record
class And:
    """All of `operands`, of which there are two or more."""

    operands: tuple["Expression", ...]


@record
class Or:
    """At least one of `operands`, of which there are two or more."""

    operands: tuple["Expression", ...]


Expression: TypeAlias = And | Or | Not | Comparison


def comparisons(expression: Expression) -> Iterator[Comparison]:
    """Yield every comparison of `expression`, from left to right."""
    match expression:
        case Comparison():
            yield expression
        case Not(operand=operand):
            yield from comparisons(operand)
        case And(operands=operands) | Or(operands=operands):
            for operand in operands:
                yield from comparisons(operand)
