"""A compiled expression decides as the one that is walked."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from okta_mcp.expressions import And, Comparison, Not, Or, compiled, evaluate

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
STAMPS = tuple((NOON + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z") for seconds in range(3))
LITERALS = st.sampled_from(
    (
        "",
        "a",
        "A",
        "ab",
        "B",
        "straße",
        "STRASSE",
        "2026-01-05T13:00:01+01:00",
        *STAMPS,
        -1,
        0,
        1,
        1.0,
        0.5,
        True,
        False,
    )
)
OPERATORS = st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le", "sw", "co", "ew"))
PATHS = st.sampled_from(("name", "tags", "size", "made", "absent"))


def trees():
    leaf = st.builds(Comparison, PATHS, OPERATORS, LITERALS) | st.builds(Comparison, PATHS, st.just("pr"))

    def extended(inner):
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))

    return st.recursive(leaf, extended, max_leaves=8)


ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "name": LITERALS,
        "tags": st.lists(LITERALS, max_size=3),
        "size": st.one_of(st.integers(-2, 2), st.floats(), st.none()),
        "made": st.sampled_from([NOON + timedelta(seconds=seconds) for seconds in range(3)]),
    },
)


def values(item, path):
    value = item.get(path)
    if isinstance(value, datetime):
        return [value.strftime("%Y-%m-%dT%H:%M:%S.000Z")]
    if path not in item:
        return []
    return value if isinstance(value, list) else [value]


@settings(max_examples=600)
@given(trees(), st.lists(ITEMS, max_size=4), st.sampled_from((True, False, frozenset({"eq", "sw"}))))
def test_a_compiled_expression_agrees_with_the_reference(tree, items, sensitive):
    read = {"made": lambda item: item.get("made")}
    holds = compiled(tree, lambda path: lambda item: values(item, path), case_sensitive=sensitive, moments=read.get)
    for item in items:
        wanted = evaluate(tree, lambda path, item=item: values(item, path), case_sensitive=sensitive)
        assert holds(item) is wanted
