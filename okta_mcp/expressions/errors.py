"""What is said about an expression that cannot be used."""

from typing import Literal

Wanted = Literal["term", "operator", "value", "joiner"]
Reason = Literal["syntax", "attribute", "operator", "not", "value"]


class ExpressionError(ValueError):
    """An expression that cannot be read.

    Args:
        message: one sentence for the person who wrote the expression.
        position: 0-based column at which it stops making sense.
        found: the text that stands there; empty at the end of the expression.
        wanted: what should stand there: a term, an operator, a value, or a joiner (`and`, `or`, the end).
    """

    def __init__(self, message: str, position: int, *, found: str = "", wanted: Wanted = "term") -> None:
        super().__init__(message)
        self.position = position
        self.found = found
        self.wanted = wanted


class GrammarError(ExpressionError):
    """A well-formed expression that one endpoint does not accept.

    Args:
        message: one sentence for the person who wrote the expression.
        position: 0-based column of the part that is refused.
        reason: what is refused: the `syntax` (how terms are combined), an `attribute`, an `operator`
            for that attribute, `not`, or the `value` it is compared with.
        attribute: the attribute concerned; empty when it is none in particular.
        operator: the operator concerned; empty when it is none in particular.
    """

    def __init__(self, message: str, position: int, *, reason: Reason, attribute: str = "", operator: str = "") -> None:
        super().__init__(message, position)
        self.reason: Reason = reason
        self.attribute = attribute
        self.operator = operator
