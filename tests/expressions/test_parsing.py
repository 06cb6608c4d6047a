"""Reading and quoting expressions."""

import subprocess
import sys
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.expressions import And, Comparison, ExpressionError, Not, Or, comparisons, parse, quote

A, B, C = Comparison("a", "pr"), Comparison("b", "pr"), Comparison("c", "pr")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('status eq "ACTIVE"', Comparison("status", "eq", "ACTIVE")),
        ('status EQ "ACTIVE"', Comparison("status", "eq", "ACTIVE")),
        ("profile.badgeNumber ge -7", Comparison("profile.badgeNumber", "ge", -7)),
        ("a lt 1.5e3", Comparison("a", "lt", 1500.0)),
        ("profile.remote eq true", Comparison("profile.remote", "eq", True)),
        ("profile.remote ne false", Comparison("profile.remote", "ne", False)),
        ('a eq "say \\"hi\\" \\u00e9\\\\"', Comparison("a", "eq", 'say "hi" é\\')),
        ("  a  pr  ", A),
        ("a pr and b pr or c pr", Or((And((A, B)), C))),
        ("a pr or b pr and c pr", Or((A, And((B, C))))),
        ("(a pr or b pr) and c pr", And((Or((A, B)), C))),
        ("a PR AND b pr Or c pR", Or((And((A, B)), C))),
        ("a pr and b pr and c pr", And((A, B, C))),
        ("not (a pr) and b pr", And((Not(A), B))),
        ("NOT(a pr or b pr)", Not(Or((A, B)))),
        ("((a pr))", A),
        ("notes pr or orders pr and android pr", None),
        ('eq eq "eq"', Comparison("eq", "eq", "eq")),
        ("profile.not pr", Comparison("profile.not", "pr")),
    ],
)
def test_an_expression_is_read_with_okta_s_precedence(text, tree):
    if tree is None:
        assert [each.attribute for each in comparisons(parse(text))] == ["notes", "orders", "android"]
    else:
        assert parse(text) == tree


def test_true_and_1_are_different_literals():
    assert parse("a eq true").value is True
    assert type(parse("a eq 1").value) is int
    assert type(parse("a eq 1.0").value) is float


@pytest.mark.parametrize(
    ("text", "position", "wanted", "message"),
    [
        ("", 0, "term", 'The expression is empty; write for example `status eq "ACTIVE"`.'),
        (
            'display_message eqq "x"',
            16,
            "operator",
            (
                "Expected an operator (eq, ne, gt, ge, lt, le, sw, co, ew, pr) after `display_message` "
                "at column 16 but found `eqq`."
            ),
        ),
        (
            "status eq ACTIVE",
            10,
            "value",
            (
                "Expected a value at column 10 but found `ACTIVE`; text needs double quotes, and numbers, "
                "true and false stand bare."
            ),
        ),
        (
            "a eq null",
            5,
            "value",
            (
                "Expected a value at column 5 but found `null`; null cannot be compared with, use "
                "`pr` to ask whether a value is present."
            ),
        ),
        ("status eq", 9, "value", "Expected a value at the end but found nothing."),
        ('(a eq "x"', 9, "joiner", "Expected `and`, `or` or `)` at the end but found nothing."),
        ("a pr)", 4, "joiner", "Expected `and`, `or` or the end at column 4 but found `)`."),
        (
            'a eq "x" y',
            9,
            "joiner",
            "Expected `and`, `or` or the end at column 9 but found `y`; text values need double quotes.",
        ),
        (
            "a pr and",
            8,
            "term",
            'Expected a comparison such as `status eq "ACTIVE"` at the end but found nothing.',
        ),
        (
            "not a pr",
            4,
            "term",
            "Expected `(` after `not` at column 4 but found `a`; write `not (…)`.",
        ),
        (
            'a eq "EXAMPLE\\jo"',
            5,
            "value",
            (
                'Expected a value at column 5 but found `"EXAMPLE\\jo"`; inside a text write `"` as `\\"` '
                'and `\\` as `\\\\`, and close it with `"`.'
            ),
        ),
        ("(" * 51 + "a pr" + ")" * 51, 50, "term", None),
        ("a eq " + "9" * 5000, 5, "value", "The number at column 5 is too long."),
        ("a[b eq 1] pr", 1, "operator", None),
        ("a pr and and b pr", 9, "term", None),
        ("a eq 007", 5, "value", None),
        ("a eq True", 5, "value", None),
        ("a eq 'x'", 5, "value", None),
        ('a pr "x"', 5, "joiner", None),
    ],
)
def test_what_cannot_be_read_is_explained_where_it_goes_wrong(text, position, wanted, message):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.position, caught.value.wanted) == (position, wanted)
    assert message is None or str(caught.value) == message


def test_the_text_of_a_string_does_not_count_as_depth():
    text = "((" * 40 + "9" * 500
    assert parse(f"a eq {quote(text)}").value == text


@given(st.text())
def test_any_text_is_read_or_refused_within_its_bounds(text):
    try:
        position = parse(text) and 0
    except ExpressionError as error:
        position = error.position
    assert 0 <= position <= len(text)


@given(st.text())
def test_a_quoted_text_reads_back_exactly(text):
    assert parse(f"a eq {quote(text)}") == Comparison("a", "eq", text)


@given(st.text(), st.text())
def test_a_quoted_text_cannot_leave_its_place(first, second):
    tree = parse(f"a eq {quote(first)} and (b sw {quote(second)})")
    assert tree == And((Comparison("a", "eq", first), Comparison("b", "sw", second)))


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("plain é", '"plain é"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("\n\t\x00\x7f", '"\\n\\t\\u0000\\u007f"'),
        ("\ud800", '"\\ud800"'),
    ],
)
def test_quote_escapes_what_would_break_a_literal(text, literal):
    assert quote(text) == literal
    assert parse(f"a eq {literal}").value == text
    literal.encode("utf-8")


def test_importing_the_package_does_not_import_lark():
    check = "import sys, okta_mcp.expressions; sys.exit('lark' in sys.modules)"
    run = partial(subprocess.run, [sys.executable, "-c", check], timeout=30)
    assert run(check=False).returncode == 0
