"""Which objects match an expression."""

import pytest

from okta_mcp.expressions import LOGS_FILTER, evaluate, parse

PERSON = {
    "status": ["ACTIVE"],
    "created": ["2026-01-05T09:00:00.000Z"],
    "profile.firstName": ["Zoë"],
    "profile.city": ["Paris"],
    "profile.skills": ["Python", "Go"],
    "profile.badgeNumber": [1001],
    "profile.remote": [False],
    "profile.empty": [""],
    "profile.null": [None],
    "profile.ratio": [float("nan")],
}


def matches(text, *, case_sensitive=False):
    return evaluate(parse(text), lambda attribute: PERSON.get(attribute, ()), case_sensitive=case_sensitive)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('status eq "active"', True),
        ('profile.firstName eq "zoe"', False),
        ('profile.firstName eq "ZOË"', True),
        ('profile.skills eq "go" and profile.skills eq "python"', True),
        ('profile.skills ne "go"', False),
        ('profile.skills ne "rust"', True),
        ('profile.skills gt "p"', True),
        ('profile.absent eq "x"', False),
        ('profile.absent lt "x"', False),
        ('profile.absent ne "x"', True),
        ('not (profile.absent eq "x")', True),
        ('(status lt "STAGED" or status gt "STAGED")', True),
        ('created eq "2026-01-05T10:00:00+01:00"', True),
        ('created lt "2026-01-05T10:30:00.000+01:00"', True),
        ('created gt "2026-01-05T10:30:00.000+01:00"', False),
        ('created ge "2026-01-05T09:00:00Z" and created le "2026-01-05T09:00:00Z"', True),
        ('created sw "2026-01"', True),
        ('created gt "2026"', True),
        ('profile.city sw "par"', True),
        ('profile.city co "ARI"', True),
        ('profile.city ew "is"', True),
        ('profile.city co "x"', False),
        ("profile.badgeNumber ge 1001", True),
        ("profile.badgeNumber gt 1001.5", False),
        ("profile.badgeNumber gt 1001 or profile.badgeNumber lt 1001", False),
        ("profile.badgeNumber ge 1001 and profile.badgeNumber le 1001.0", True),
        ('profile.city gt "paris" or profile.city lt "paris"', False),
        ('profile.badgeNumber eq "1001"', False),
        ("profile.badgeNumber eq true", False),
        ("profile.remote eq false", True),
        ("profile.remote eq 0", False),
        ("profile.remote ge false", False),
        ("profile.remote pr", True),
        ("profile.empty pr", False),
        ("profile.null pr", False),
        ("profile.absent pr", False),
        ("profile.ratio eq 1 or profile.ratio lt 1 or profile.ratio ge 1", False),
    ],
)
def test_a_person_matches(text, expected):
    assert matches(text) is expected


@pytest.mark.parametrize(
    ("text", "exact", "folded"),
    [
        ('status eq "active"', False, True),
        ('profile.city sw "par"', False, True),
        ('profile.city gt "a"', False, True),
        ('status ne "active"', True, False),
    ],
)
def test_case_counts_only_when_asked(text, exact, folded):
    assert matches(text, case_sensitive=True) is exact
    assert matches(text, case_sensitive=False) is folded


def test_case_can_count_for_some_operators_only():
    assert matches('profile.city co "ARI"', case_sensitive=LOGS_FILTER.case_sensitive)
    assert not matches('profile.city eq "PARIS"', case_sensitive=LOGS_FILTER.case_sensitive)
