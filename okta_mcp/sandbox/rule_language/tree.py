"""The tree of a rule's expression."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "Attribute",
    "Binary",
    "Choice",
    "Function",
    "Literal",
    "Node",
    "Not",
    "RuleError",
    "attributes_in",
    "groups_in",
]


class RuleError(Exception):
    """An expression that means nothing; its text says why."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, true, false or null."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Attribute:
    """`user.name`: an attribute of the user's profile."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function such as `String.startsWith`, and what it is given."""

    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what stands between them."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`."""

    condition: "Node"
    yes: "Node"
    no: "Node"


Node: TypeAlias = Literal | Attribute | Function | Not | Binary | Choice


def attributes_in(node: Node) -> set[str]:
    """Return the names of the profile attributes that an expression asks for."""
    return {part.name for part in _parts(node) if isinstance(part, Attribute)}


def groups_in(node: Node) -> set[str]:
    """Return the ids of the groups that an expression names."""
    return {
        str(argument.value)
        for part in _parts(node)
        if isinstance(part, Function) and part.name in ("isMemberOfGroup", "isMemberOfAnyGroup")
        for argument in part.arguments
        if isinstance(argument, Literal)
    }


def _parts(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case Function(arguments=arguments):
            inner: tuple[Node, ...] = arguments
        case Not(operand=operand):
            inner = (operand,)
        case Binary(left=left, right=right):
            inner = (left, right)
        case Choice(condition=condition, yes=yes, no=no):
            inner = (condition, yes, no)
        case _:
            inner = ()
    for part in inner:
        yield from _parts(part)
