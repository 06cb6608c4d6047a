"""The language of group rules: what it says of a user, and what means nothing."""

import pickle

import pytest

from okta_mcp.sandbox.rule_language import Facts, RuleError, attributes_in, groups_in, holds, parse_rule

FACTS = Facts(
    {
        "department": "Sales",
        "title": "Head of Sales",
        "city": "Lyon",
        "badgeNumber": 7,
        "remote": True,
        "skills": ["python", "sql"],
        "order": "x",
    },
    {"00gSALES": "Sales EU", "00gALL": "Everyone"},
)

TRUE = [
    'user.department=="Sales"',
    "user.department == 'Sales'",
    'user.department != "IT"',
    'user.department == "Sales" and user.city == "Lyon"',
    'user.department == "IT" or user.city == "Lyon"',
    'user.department == "Sales" AND NOT user.city == "Paris"',
    'user.department == "Sales" && !(user.city == "Paris" || user.city == "Oslo")',
    'user.department == "IT" and user.city == "Paris" or user.order == "x"',
    'not user.department == "IT"',
    "user.badgeNumber > 6",
    "user.badgeNumber >= 7 and user.badgeNumber < 8 and user.badgeNumber <= 7.5",
    'user.city > "Bonn"',
    "user.remote == true",
    "user.remote",
    "user.middleName == null",
    "user.city != null",
    "-1 < user.badgeNumber",
    'user.remote ? user.city == "Lyon" : false',
    'String.startsWith(user.title, "Head")',
    'String.stringContains(user.title, "of")',
    'String.toUpperCase(user.city) == "LYON"',
    'String.toLowerCase(user.city) == "lyon"',
    "String.len(user.city) == 4",
    'String.removeSpaces(user.title) == "HeadofSales"',
    'String.append(user.city, "!") == "Lyon!"',
    'String.join("-", user.city, user.department) == "Lyon-Sales"',
    'String.substring(user.title, 0, 4) == "Head"',
    'String.substringAfter(user.title, "of ") == "Sales"',
    'String.substringAfter(user.title, "none") == ""',
    'String.substringBefore(user.title, " of") == "Head"',
    'String.substringBefore(user.title, "none") == ""',
    'String.replace(user.title, "Head", "Hand") == "Hand of Sales"',
    'String.replaceFirst("aa", "a", "b") == "ba"',
    'String.stringSwitch(user.title, "no", "Boss", "yes", "Head", "yes") == "yes"',
    'String.stringSwitch(user.title, "no", "Boss", "yes") == "no"',
    'String.len(user.middleName) == 0 and String.append(user.remote, "") == "true"',
    'Arrays.contains(user.skills, "sql")',
    "Arrays.size(user.skills) == 2 and Arrays.size(user.city) == 1",
    "Arrays.isEmpty(user.middleName)",
    'Convert.toInt("12") == 12 and Convert.toInt("x") == 0',
    'Convert.toNum("1.5") > 1 and Convert.toNum("x") == 0',
    'isMemberOfGroup("00gSALES")',
    'isMemberOfAnyGroup("00gX", "00gALL")',
    'isMemberOfGroupName("Sales EU")',
    'isMemberOfGroupNameStartsWith("Sales")',
    'isMemberOfGroupNameContains("EU")',
    'isMemberOfGroupNameRegex("^Sales [A-Z]{2}$")',
    '"a\\"b" == \'a"b\'',
]
FALSE = [
    'user.department=="sales"',
    'user.department == "Sales" and user.city == "Paris"',
    "user.department",
    "user.middleName",
    'String.startsWith(user.middleName, "")',
    'String.stringContains(user.middleName, "x")',
    'user.city > 3 or user.middleName < "x"',
    "user.badgeNumber == true",
    "true == 1",
    'isMemberOfGroup("00gX") or isMemberOfGroupName("Sales")',
    'isMemberOfGroupNameRegex("(")',
    '"text"',
]


@pytest.mark.parametrize(("text", "expected"), [*((text, True) for text in TRUE), *((text, False) for text in FALSE)])
def test_an_expression_says_of_a_user_what_it_means(text, expected):
    assert holds(parse_rule(text), FACTS) is expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Invalid expression syntax"),
        ("user.", "Invalid expression syntax"),
        ("user.department ==", "Invalid expression syntax"),
        ('user.department = "Sales"', "Invalid expression syntax"),
        ('department == "Sales"', "Invalid expression syntax"),
        ('user.department == "Sales', "Invalid expression syntax"),
        ("(user.remote", "Invalid expression syntax"),
        ("String.reverse(user.city)", "Unknown function String.reverse"),
        ('String.startsWith("a")', "Wrong number of arguments for String.startsWith"),
        ("isMemberOfAnyGroup()", "Wrong number of arguments for isMemberOfAnyGroup"),
        ("(" * 200 + "true" + ")" * 200, "The expression is nested too deeply"),
        ("!" * 200 + "true", "The expression is nested too deeply"),
        ("true or " * 1000 + "true", "The expression is too long"),
    ],
)
def test_an_expression_that_means_nothing_says_why(text, message):
    with pytest.raises(RuleError, match=f"^{message}$"):
        parse_rule(text)


def test_an_expression_tells_what_it_asks_for():
    tree = parse_rule(
        'user.a == null ? !(user.b == "x") : isMemberOfGroup("00g1") or String.len(user.c) > 1 '
        'and isMemberOfAnyGroup("00g2", "00g3") or isMemberOfGroupName("00g4")'
    )
    assert attributes_in(tree) == {"a", "b", "c"}
    assert groups_in(tree) == {"00g1", "00g2", "00g3"}


def test_a_tree_survives_pickling():
    tree = parse_rule('user.department == "Sales" and not user.remote')
    assert pickle.loads(pickle.dumps(tree)) == tree
