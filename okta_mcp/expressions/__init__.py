"""Okta's expression language: what `search` and `filter` parameters are written in.

A leaf package, used by the client that sends expressions and by the sandbox that answers them.
"""

from okta_mcp.expressions.compilation import compiled
from okta_mcp.expressions.errors import ExpressionError, GrammarError
from okta_mcp.expressions.evaluation import evaluate
from okta_mcp.expressions.grammars import (
    APPS_FILTER,
    GROUPS_FILTER,
    GROUPS_SEARCH,
    LOGS_FILTER,
    USERS_FILTER,
    USERS_SEARCH,
    Grammar,
    Rule,
)
from okta_mcp.expressions.mending import mend
from okta_mcp.expressions.parsing import parse
from okta_mcp.expressions.quoting import quote
from okta_mcp.expressions.tree import And, Comparison, Expression, Not, Or, comparisons
from okta_mcp.expressions.vocabulary import Doubt, doubts

__all__ = [
    "APPS_FILTER",
    "GROUPS_FILTER",
    "GROUPS_SEARCH",
    "LOGS_FILTER",
    "USERS_FILTER",
    "USERS_SEARCH",
    "And",
    "Comparison",
    "Doubt",
    "Expression",
    "ExpressionError",
    "Grammar",
    "GrammarError",
    "Not",
    "Or",
    "Rule",
    "comparisons",
    "compiled",
    "doubts",
    "evaluate",
    "mend",
    "parse",
    "quote",
]
