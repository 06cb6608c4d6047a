"""What people and models write, made into what Okta reads."""
# ruff: noqa: RUF001 - typographic quotes are among the subjects

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.expressions import Comparison, ExpressionError, mend, parse


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("profile.department eq Engineering", 'profile.department eq "Engineering"'),
        ("lastUpdated gt 2026-01-01T00:00:00.000Z", 'lastUpdated gt "2026-01-01T00:00:00.000Z"'),
        (
            "profile.title eq Help Desk Lead and status eq ACTIVE",
            'profile.title eq "Help Desk Lead" and status eq "ACTIVE"',
        ),
        ("(profile.title eq Help Desk Lead) or a pr", '(profile.title eq "Help Desk Lead") or a pr'),
        ("status eq 'ACTIVE'", 'status eq "ACTIVE"'),
        ("status eq “ACTIVE”", 'status eq "ACTIVE"'),
        ("status eq ‘ACTIVE’", 'status eq "ACTIVE"'),
        ("status eq «ACTIVE»", 'status eq "ACTIVE"'),
        ("status eq „ACTIVE“ and a pr", 'status eq "ACTIVE" and a pr'),
        ('status eq "ACTIVE”', 'status eq "ACTIVE"'),
        ('a eq "x” and b eq "y"', 'a eq "x" and b eq "y"'),
        ("profile.lastName eq 'O'Brien' and a pr", 'profile.lastName eq "O\'Brien" and a pr'),
        ("profile.lastName eq O'Brien", 'profile.lastName eq "O\'Brien"'),
        ("a eq 'it\\'s \"so\"'", 'a eq "it\'s \\"so\\""'),
        ("a eq 'the boys\\' and girls'", 'a eq "the boys\' and girls"'),
        ("a eq 'EXAMPLE\\jo'", 'a eq "EXAMPLE\\\\jo"'),
        ('a eq "EXAMPLE\\jo"', 'a eq "EXAMPLE\\\\jo"'),
        ('status == "ACTIVE"', 'status eq "ACTIVE"'),
        ("status=ACTIVE", 'status eq "ACTIVE"'),
        ("status != ACTIVE", 'status ne "ACTIVE"'),
        ("a >= 5 && b < x", 'a ge 5 and b lt "x"'),
        (
            "(status=ACTIVE||status=STAGED)&&profile.x=true",
            '(status eq "ACTIVE" or status eq "STAGED") and profile.x eq true',
        ),
        ('a pr && not(b == "c")', 'a pr and not (b eq "c")'),
        ("a eq x AND b EQ y", 'a eq "x" AND b EQ "y"'),
        ("a eq -1.5e3 and b eq 1 && c eq false", "a eq -1.5e3 and b eq 1 and c eq false"),
        ("profile.remote eq True", "profile.remote eq true"),
        ("profile.employeeNumber eq 00123", 'profile.employeeNumber eq "00123"'),
        ("profile.city eq Le Mans", 'profile.city eq "Le Mans"'),
        ("profile.organization eq R&D Labs", 'profile.organization eq "R&D Labs"'),
        ("profile.city eq São Paulo", 'profile.city eq "São Paulo"'),
        ("profile.email co @example.com", 'profile.email co "@example.com"'),
        ("profile.city eq Orlando or profile.city eq Andover", None),
    ],
)
def test_a_sloppy_expression_is_mended(written, mended):
    assert mend(written) == (mended or 'profile.city eq "Orlando" or profile.city eq "Andover"')
    parse(mend(written))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada",
        "status",
        "status eq",
        "status eq null",
        "status eq None",
        "status eq ACTIVE status eq STAGED",
        "status=ACTIVE profile.city=Paris",
        "status eq ACTIVE or STAGED",
        "profile.department eq Research and Development",
        "profile.title eq Lead (EMEA",
        'profile.title eq "Help" Desk',
        "profile.title eq 'unclosed",
        "(status eq ACTIVE",
        "status eq ACTIVE)",
        "profile.emails[type eq work]",
        "not status eq ACTIVE",
        "status is ACTIVE",
    ],
)
def test_text_without_a_single_plain_reading_is_left_for_its_writer(text):
    assert mend(text) == text
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        'a eq "x” and b eq “y"',
        'a   eq "x"  AND(b pr)',
        'a eq "\'" or b eq "&& == ‘"',
        'a eq"x"',
        "a eq 5\n",
    ],
)
def test_valid_text_is_returned_untouched(text):
    parse(text)
    assert mend(text) == text


PIECES = (
    *("status", "profile.city", "eq", "=", "==", "!=", "&&", "||", "and", "or", "not", "(", ")", "pr"),
    *("'a'", '"', "'", "“", "”", "‘", "x", "Help", "true", "5", "\\", "null", "\\'", "a=b", "O'Brien", "é"),
)
pieces = st.sampled_from(PIECES)
sloppy = st.lists(st.tuples(pieces, st.sampled_from(("", " ", "  "))), max_size=14).map(
    lambda parts: "".join(piece + space for piece, space in parts)
)


@given(sloppy | st.text())
def test_mending_twice_is_mending_once(text):
    assert mend(mend(text)) == mend(text)


@given(sloppy | st.text())
def test_mending_yields_valid_text_or_changes_nothing(text):
    mended = mend(text)
    if mended != text:
        parse(mended)


words = st.text(
    st.characters(codec="utf-8", exclude_characters="\"'()&|<>=!", exclude_categories=("Z", "C")), min_size=1
)
WORDS_OF_THE_LANGUAGE = {
    *("and", "or", "not", "true", "false", "null", "none"),
    *("eq", "ne", "gt", "ge", "lt", "le", "sw", "co", "ew", "pr"),
}
plain = st.lists(words, min_size=1, max_size=4).filter(
    lambda parts: (
        not {part.casefold() for part in parts} & WORDS_OF_THE_LANGUAGE
        and parts[0][0] not in "“”„‟«»‘’‚‛`´"
        and not parts[0][0].isdigit()
        and parts[0][0] != "-"
        and not any(part.casefold().startswith(("and", "or")) for part in parts)
    )
)


@given(plain)
def test_bare_words_become_the_text_they_spell(parts):
    text = " ".join(parts)
    assert parse(mend(f"a eq {text} and b pr")).operands == (
        Comparison("a", "eq", text),
        Comparison("b", "pr"),
    )


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\\\"'‘’‚‛`´")),
    st.sampled_from(("''", "‘’", "‚‘")),
)
def test_single_quoted_text_becomes_the_text_within(text, quotes):
    assert parse(mend(f"a == {quotes[0]}{text}{quotes[1]}")) == Comparison("a", "eq", text)
