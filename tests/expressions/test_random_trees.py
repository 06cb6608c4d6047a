"""Random expression trees: written out and read back, evaluated by two evaluators, left alone by `mend`."""

import json
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from okta_mcp.expressions import And, Comparison, Not, Or, comparisons, evaluate, mend, parse

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
WORDS = ("", "A", "a", "ab", "Ba", "b", "É", "é", "straße", "STRASSE", *INSTANTS, "2026-13-01T00:00:00Z")

anything = st.one_of(
    st.text(),
    st.sampled_from(WORDS),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
few = st.sampled_from(("", "a", "A", "ab", "straße", "STRASSE", *INSTANTS, -1, 0, 1, 1.0, 0.5, True, False))


def expressions(literals, names=ATTRIBUTES):
    operators = st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le", "sw", "co", "ew"))
    attributes = st.sampled_from(names)
    leaf = st.builds(Comparison, attributes, operators, literals) | st.builds(Comparison, attributes, st.just("pr"))

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
            return " or ".join(f"({rendered(each)})" if isinstance(each, Or) else rendered(each) for each in operands)


def equals(one, other, *, exact):
    """Compare by kind: booleans with booleans, numbers with numbers, texts as instants or letters."""
    pair = comparable(one, other, exact=exact)
    return pair is not None and pair[0] == pair[1]


def comparable(one, other, *, exact):
    kinds = {kind(one), kind(other)}
    if len(kinds) > 1:
        return None
    if kinds == {"text"}:
        pattern = "%Y-%m-%dT%H:%M:%S.%f%z"
        try:
            pair = tuple(datetime.strptime(each.replace("Z", "+0000"), pattern) for each in (one, other))
        except ValueError:
            pair = None
        if pair is None and {one, other} <= set(INSTANTS):
            pair = tuple(datetime.fromisoformat(each) for each in (one, other))
        return pair or ((one, other) if exact else (one.casefold(), other.casefold()))
    return (one, other)


def kind(value):
    if isinstance(value, bool):
        return "boolean"
    return "text" if isinstance(value, str) else "number"


def by_brute_force(tree, record, *, exact):
    """Evaluate by building, for every comparison, the list of the values that satisfy it."""
    if isinstance(tree, Not):
        return not by_brute_force(tree.operand, record, exact=exact)
    if isinstance(tree, And):
        return False not in [by_brute_force(each, record, exact=exact) for each in tree.operands]
    if isinstance(tree, Or):
        return True in [by_brute_force(each, record, exact=exact) for each in tree.operands]
    values, wanted = record.get(tree.attribute, []), tree.value
    if tree.operator == "pr":
        return [value for value in values if value != ""] != []
    if tree.operator == "ne":
        return [value for value in values if equals(value, wanted, exact=exact)] == []
    if tree.operator in ("sw", "co", "ew"):
        texts = [value for value in values if isinstance(value, str)] if isinstance(wanted, str) else []
        fold = (lambda text: text) if exact else str.casefold
        length = len(fold(wanted)) if isinstance(wanted, str) else 0
        spots = {
            "sw": lambda text: [0],
            "co": lambda text: range(len(text) + 1),
            "ew": lambda text: [len(text) - length] if len(text) >= length else [],
        }[tree.operator]
        return any(fold(text)[spot : spot + length] == fold(wanted) for text in texts for spot in spots(fold(text)))
    pairs = [comparable(value, wanted, exact=exact) for value in values]
    pairs = [pair for pair in pairs if pair is not None]
    if kind(wanted) == "boolean":
        return tree.operator == "eq" and any(one == other for one, other in pairs)
    accepted = {"eq": [0], "gt": [1], "ge": [0, 1], "lt": [-1], "le": [-1, 0]}[tree.operator]
    order = [0 if one == other else (-1 if min(one, other) == one else 1) for one, other in pairs]
    return any(sign in accepted for sign in order)


@given(expressions(anything))
def test_a_tree_written_out_reads_back_as_the_same_tree(tree):
    read = parse(rendered(tree))
    assert read == tree
    kinds = [type(comparison.value) for comparison in comparisons(tree)]
    assert [type(comparison.value) for comparison in comparisons(read)] == kinds


@given(expressions(anything))
def test_comparisons_remember_the_column_they_stood_at(tree):
    text = rendered(tree)
    for comparison in comparisons(parse(text)):
        assert text.startswith(comparison.attribute, comparison.position)


# Few names that nearly always have values, so that comparisons meet equal, near and foreign ones.
some = st.lists(few, min_size=1, max_size=2)
records = st.fixed_dictionaries({"id": some}, optional={"eq": some, "Pr": st.just([])})


@settings(max_examples=500)
@given(expressions(few, ("id", "eq", "Pr")), records, st.booleans())
def test_evaluation_agrees_with_brute_force(tree, record, exact):
    found = evaluate(tree, lambda attribute: record.get(attribute, ()), case_sensitive=exact)
    assert found is by_brute_force(tree, record, exact=exact)


@given(expressions(anything), st.sampled_from((str, str.swapcase)))
def test_mend_leaves_valid_text_alone(tree, keywords):
    text = rendered(tree).replace(" and ", keywords(" and ")).replace(" or ", keywords(" or "))
    assert mend(text) == text
