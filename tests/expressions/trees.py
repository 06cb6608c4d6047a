"""Random expression trees, and how to write them out."""

import json

from hypothesis import strategies as st

from okta_mcp.expressions import And, Comparison, Not, Or

ATTRIBUTES = (
    "status",
    "id",
    "profile.firstName",
    "profile.skills",
    "lastUpdated",
    "a-b.c_d",
    "eq",
    "Pr",
    "notes",
)
INSTANTS = ("2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00+01:00", "2025-12-31T23:59:59.999Z")
WORDS = ("", "A", "a", "ab", "b", "É", "é", "straße", "STRASSE", *INSTANTS, "2026-13-01T00:00:00Z")

literals = st.one_of(
    st.text(),
    st.sampled_from(WORDS),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)


def comparisons_of(values):
    operators = st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le", "sw", "co", "ew"))
    with_value = st.builds(Comparison, st.sampled_from(ATTRIBUTES), operators, values)
    return with_value | st.builds(Comparison, st.sampled_from(ATTRIBUTES), st.just("pr"))


def expressions(values=literals):
    """Trees as `parse` makes them: an And has no And among its operands, an Or no Or.

    Such nesting is possible, in parentheses, and is among the trees; what is not is a group of one.
    """
    leaf = comparisons_of(values)

    def extended(inner):
        several = st.lists(inner, min_size=2, max_size=4).map(tuple)
        return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))

    return st.recursive(leaf, extended, max_leaves=12)


def rendered(tree):
    match tree:
        case Comparison(attribute=attribute, operator="pr"):
            return f"{attribute} pr"
        case Comparison(attribute=attribute, operator=operator, value=value):
            return f"{attribute} {operator} {json.dumps(value)}"
        case Not(operand=operand):
            return f"not ({rendered(operand)})"
        case And(operands=operands):
            return " and ".join(
                f"({rendered(each)})" if isinstance(each, And | Or) else rendered(each) for each in operands
            )
        case Or(operands=operands):
            return " or ".join(
                f"({rendered(each)})" if isinstance(each, Or) else rendered(each) for each in operands
            )
