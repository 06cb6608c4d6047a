"""The grammar of rules, for lark, which importing this module imports: `parse_rule` does so when first called."""

import re
from functools import reduce

from lark import Lark, Token, Transformer, v_args

from okta_mcp.sandbox.rule_language.parsing import check_function
from okta_mcp.sandbox.rule_language.tree import Attribute, Binary, Choice, Function, Literal, Node, Not

GRAMMAR = r"""
?start: choice
?choice: disjunction ("?" choice ":" choice)?
?disjunction: conjunction (_OR conjunction)*
?conjunction: negation (_AND negation)*
?negation: _NOT negation -> contrary
         | equation
?equation: comparison (EQUATES comparison)?
?comparison: operand (COMPARES operand)?
?operand: STRING                        -> text
        | NUMBER                        -> number
        | TRUE                          -> true
        | FALSE                         -> false
        | NULL                          -> null
        | "user" "." NAME               -> attribute
        | NAME ["." NAME] "(" [choice ("," choice)*] ")" -> function
        | "(" choice ")"                -> grouped

EQUATES: "==" | "!="
COMPARES: "<=" | ">=" | "<" | ">"
_OR.3: /\|\||or\b/i
_AND.3: /&&|and\b/i
_NOT.3: /!(?!=)|not\b/i
TRUE.3: /true\b/
FALSE.3: /false\b/
NULL.3: /null\b/
NAME: /[A-Za-z_]\w*/
NUMBER: /-?\d{1,30}(?:\.\d{1,30})?/
STRING: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/

%ignore /\s+/
"""

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    def choice(self, condition: Node, yes: Node, no: Node) -> Node:
        return Choice(condition, yes, no)

    def disjunction(self, *operands: Node) -> Node:
        return reduce(lambda left, right: Binary("or", left, right), operands)

    def conjunction(self, *operands: Node) -> Node:
        return reduce(lambda left, right: Binary("and", left, right), operands)

    def contrary(self, operand: Node) -> Node:
        return Not(operand)

    def equation(self, left: Node, operator: Token, right: Node) -> Node:
        return Binary(str(operator), left, right)

    def comparison(self, left: Node, operator: Token, right: Node) -> Node:
        return Binary(str(operator), left, right)

    def text(self, literal: Token) -> Node:
        return Literal(_ESCAPED.sub(r"\1", literal[1:-1]))

    def number(self, literal: Token) -> Node:
        return Literal(float(literal) if "." in literal else int(literal))

    def true(self, _literal: Token) -> Node:
        return Literal(True)  # noqa: FBT003 - the literal itself

    def false(self, _literal: Token) -> Node:
        return Literal(False)  # noqa: FBT003 - the literal itself

    def null(self, _literal: Token) -> Node:
        return Literal(None)

    def attribute(self, name: Token) -> Node:
        return Attribute(str(name))

    def function(self, first: Token, second: Token | None, *arguments: Node | None) -> Node:
        name = str(first) if second is None else f"{first}.{second}"
        return check_function(Function(name, tuple(argument for argument in arguments if argument is not None)))

    def grouped(self, inner: Node) -> Node:
        return inner


PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=_Tree(), maybe_placeholders=True)
