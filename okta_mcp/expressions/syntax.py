"""The grammar itself, for lark, which importing this module imports: `parse` does so when first called.

Source: Okta Management API, "Filter" and "Search"; RFC 7644 section 3.4.2.2 without value paths.
"""

import json

from lark import Lark, Token, Transformer, v_args

from okta_mcp.expressions.tree import And, Comparison, Expression, Not, Or

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: term (_AND term)*
?term: NOT "(" disjunction ")" -> negation
     | "(" disjunction ")"     -> grouped
     | ATTRIBUTE OPERATOR literal -> comparison
     | ATTRIBUTE PRESENT          -> presence

literal: STRING  -> text
       | INTEGER -> integer
       | DECIMAL -> decimal
       | TRUE    -> true
       | FALSE   -> false

ATTRIBUTE.1: /(?!(?:and|or|not)(?![\w$.:-]))[a-z_][\w$:-]*(?:\.[\w$:-]+)*/i
OPERATOR.2: /(?:eq|ne|gt|ge|lt|le|sw|co|ew)(?![\w$.:-])/i
PRESENT.2: /pr(?![\w$.:-])/i
_AND.2: /and(?![\w$.:-])/i
_OR.2: /or(?![\w$.:-])/i
NOT.2: /not(?![\w$.:-])/i
TRUE: /true(?![\w$.:-])/
FALSE: /false(?![\w$.:-])/
STRING: /"(?:[^"\\\x00-\x1f]|\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4}))*"/
INTEGER.1: /-?(?:0|[1-9][0-9]*)(?![\w$.:+-])/
DECIMAL: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w$.:+-])/

%ignore /[ \t\r\n\f]+/
"""


@v_args(inline=True)
class _Tree(Transformer[Token, Expression]):
    def disjunction(self, *operands: Expression) -> Expression:
        return Or(operands)

    def conjunction(self, *operands: Expression) -> Expression:
        return And(operands)

    def grouped(self, inner: Expression) -> Expression:
        return inner

    def negation(self, keyword: Token, operand: Expression) -> Expression:
        return Not(operand, position=keyword.start_pos or 0)

    def comparison(self, attribute: Token, operator: Token, value: str | float) -> Expression:
        return Comparison(str(attribute), operator.lower(), value, position=attribute.start_pos or 0)

    def presence(self, attribute: Token, _operator: Token) -> Expression:
        return Comparison(str(attribute), "pr", None, position=attribute.start_pos or 0)

    def text(self, literal: Token) -> str:
        return str(json.loads(literal))

    def integer(self, literal: Token) -> int:
        return int(literal)

    def decimal(self, literal: Token) -> float:
        return float(literal)

    def true(self, _literal: Token) -> bool:
        return True

    def false(self, _literal: Token) -> bool:
        return False


PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=_Tree(), maybe_placeholders=False)
