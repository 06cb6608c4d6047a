"""What is said of arguments that cannot be used: what is wrong, what is allowed, and never a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.arguments import ArgumentError, arguments_of
from okta_mcp.actions.spelling import respell

ARGUMENTS = {action.name: arguments_of(action) for action in ACTIONS}
NORA = {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}
CANARY = "Canary-9f3a"


def refusal(tool, **given):
    """Return what is said of arguments that are refused."""
    arguments = ARGUMENTS[tool]
    with pytest.raises(ArgumentError) as refused:
        arguments.check(respell(given, arguments))
    return str(refused.value)


def hashed(**fields):
    return {"profile": NORA, "passwordHash": {"value": CANARY, **fields}}


REFUSALS = [
    ("get_user", {}, "`user` is required: Id, login, email or name"),
    ("reset_password", {"user": "x"}, "`sendEmail` is required: true: mail the link; false: return it"),
    ("get_user", {"user": ""}, "`user` is too short: at least 1 character"),
    ("get_user", {"user": "x" * 257}, "`user` is too long: at most 256 characters"),
    ("get_user", {"user": 5}, "`user` has to be a text"),
    ("get_user", {"user": ["x"]}, "`user` has to be a text"),
    ("get_user", {"user": "x", "expand": "groups"}, "`expand` is one of 'blocks' or 'classification'"),
    ("list_users", {"limit": 0}, "`limit` is out of range: 1 to 200"),
    ("list_users", {"limit": 201}, "`limit` is out of range: 1 to 200"),
    ("list_users", {"limit": "many"}, "`limit` has to be a whole number"),
    ("list_users", {"limit": 2.5}, "`limit` has to be a whole number"),
    ("get_system_log_events", {"limit": 1001}, "`limit` is out of range: 1 to 1000"),
    ("reset_password", {"user": "x", "sendEmail": "maybe"}, "`sendEmail` has to be true or false"),
    ("list_groups", {"expand": ["stats", "app", "stats"]}, "`expand` has too many entries: at most 2, 3 given"),
    ("list_groups", {"expand": ["members"]}, "`expand[0]` is one of 'stats' or 'app'"),
    ("update_user", {"user": "x", "clear": ["a"] * 101}, "`clear` has too many entries: at most 100, 101 given"),
    ("create_user", {"profile": "x"}, "`profile` has to be an object"),
    (
        "create_user",
        {"profile": {**NORA, "title": "", "manager": None}},
        (
            "`profile` has nothing in `title`, `manager`; leave out what is to stay as it is (update_user empties an "
            "attribute named in `clear`)"
        ),
    ),
    ("create_user", {"profile": {**NORA, "email": "x@y"}}, "`profile.email` is too short: at least 5 characters"),
    (
        "create_user",
        {"profile": {**NORA, "countryCode": "FRA"}},
        "`profile.countryCode` is too long: at most 2 characters",
    ),
    (
        "create_user",
        {"profile": {**NORA, "firstName": "x" * 51}},
        "`profile.firstName` is too long: at most 50 characters",
    ),
    ("create_user", {"profile": NORA, "groups": ["x"] * 21}, "`groups` has too many entries: at most 20, 21 given"),
    ("create_user", {"profile": NORA, "groups": ["x", ""]}, "`groups[1]` is too short: at least 1 character"),
    (
        "create_user",
        {"profile": NORA, "provider": {"type": "GOOGLE"}},
        "`provider.type` is one of 'ACTIVE_DIRECTORY', 'FEDERATION', 'IMPORT', 'LDAP', 'OKTA' or 'SOCIAL'",
    ),
    ("create_user", {"profile": NORA, "provider": {"type": "OKTA", "nam": "x"}}, "unknown field `provider.nam`"),
    ("create_user", hashed(algorithm="BCRYPT"), "`passwordHash` needs `salt` and `workFactor` for BCRYPT"),
    (
        "create_user",
        hashed(algorithm="PBKDF2", salt=CANARY),
        "`passwordHash` needs `digestAlgorithm` and `iterationCount` and `keySize` for PBKDF2",
    ),
    ("create_user", hashed(algorithm="SHA-1", salt=CANARY), "`passwordHash` needs `saltOrder` when there is a salt"),
    ("create_user", hashed(algorithm="MD5", workFactor=3), "`passwordHash` does not take `workFactor` with MD5"),
    (
        "create_user",
        hashed(algorithm="BCRYPT", salt=CANARY, workFactor=99),
        "`passwordHash.workFactor` is out of range: at most 20",
    ),
    (
        "create_user",
        hashed(algorithm="PBKDF2", salt=CANARY, iterationCount=1, keySize=32, digestAlgorithm="SHA256_HMAC"),
        "`passwordHash.iterationCount` is out of range: at least 4096",
    ),
    (
        "create_user",
        hashed(algorithm="ROT13"),
        "`passwordHash.algorithm` is one of 'BCRYPT', 'SHA-512', 'SHA-256', 'SHA-1', 'MD5' or 'PBKDF2'",
    ),
    (
        "get_system_log_events",
        {"limit": 0, "sortOrder": "newest", "sinec": "x"},
        (
            "`limit` is out of range: 1 to 1000; `sortOrder` is one of 'DESCENDING' or 'ASCENDING'; "
            "unknown argument `sinec`; did you mean `since`?"
        ),
    ),
    (
        "list_users",
        {"zzz": 1},
        "unknown argument `zzz`; it takes `q`, `search`, `filter`, `sortBy`, `sortOrder`, `limit`, `after`, `countBy`",
    ),
    ("list_users", {"x" * 500: 1}, "unknown argument `" + "x" * 60 + "`"),
]


@pytest.mark.parametrize(("tool", "given", "told"), REFUSALS)
def test_a_refusal_names_what_is_wrong_and_what_is_allowed(tool, given, told):
    said = refusal(tool, **given)
    assert said == told or (told.endswith("x`") and said.startswith(f"{told}; it takes"))


@pytest.mark.parametrize(
    "given",
    [
        {"password": CANARY * 10},
        {"password": {"value": CANARY}},
        {"password": [CANARY]},
        {"password": CANARY, "credentials": {"password": {"value": f"{CANARY}2"}}},
        {"passwordHash": {"algorithm": CANARY, "value": CANARY, "salt": CANARY}},
        {"passwordHash": {"algorithm": "BCRYPT", "value": CANARY, "salt": CANARY}},
        {"passwordHash": {"algorithm": "BCRYPT", "value": [CANARY], "salt": {"x": CANARY}, "workFactor": CANARY}},
        {"passwordHash": CANARY},
        {"recoveryQuestion": {"question": "Lunch?", "answer": CANARY * 20}},
        {"recoveryQuestion": {"question": "Lunch?", "answer": [CANARY]}},
        {"recoveryQuestion": {"question": "Lunch?", "answr": CANARY}},
        {"recoveryQuestion": CANARY},
        {"passwrd": CANARY},
        {"credentials": {"password": [CANARY]}},
        {"credentials": {"password": {"valu": CANARY}}},
        {"credentials": CANARY},
        {"nextLogin": CANARY},
        {"activate": CANARY},
    ],
)
async def test_a_refusal_never_repeats_what_may_be_a_secret(library, caplog, given):
    caplog.set_level("DEBUG")
    answer = await library.send("create_user", {"profile": NORA, **given})
    assert answer.is_error
    assert answer.text.startswith("create_user was not called: ")
    assert CANARY not in answer.text
    assert CANARY not in caplog.text
    assert library.sent == []


@pytest.mark.parametrize(
    ("tool", "given", "checked"),
    [
        ("list_users", {}, {"limit": 200, "q": None}),
        ("list_users", {"limit": "7"}, {"limit": 7}),
        ("list_users", {"sortBy": "id"}, {"sort_by": "id"}),
        ("list_users", {"sort_by": "id"}, {"sort_by": "id"}),
        ("reset_password", {"user": "x", "sendEmail": "true"}, {"send_email": True, "revoke_sessions": False}),
        ("get_user", {"user": "x" * 256}, {"user": "x" * 256}),
    ],
)
def test_arguments_are_converted_and_filled_in(tool, given, checked):
    values = ARGUMENTS[tool].check(given)
    assert {name: values[name] for name in checked} == checked


def test_an_employee_number_may_be_a_number():
    checked = ARGUMENTS["create_user"].check({"profile": {**NORA, "employeeNumber": 1042, "badgeNumber": 7}})
    assert (checked["profile"].employeeNumber, checked["profile"].badgeNumber) == ("1042", 7)


def test_a_secret_is_not_shown_by_what_holds_it():
    digest = "CanaryCanaryCanaryCana=="  # 16 bytes
    checked = ARGUMENTS["create_user"].check(
        {
            "profile": NORA,
            "password": CANARY,
            "passwordHash": {"algorithm": "MD5", "value": digest, "salt": digest, "saltOrder": "PREFIX"},
            "recoveryQuestion": {"question": "Lunch?", "answer": CANARY},
        }
    )
    assert "Canary" not in repr(checked)
    assert checked["password"].get_secret_value() == CANARY


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def said_of(arguments, written):
    """Return what is said of arguments, empty when they are taken."""
    try:
        arguments.check(respell(written, arguments))
    except ArgumentError as refused:
        return str(refused) or "nothing"
    return ""


@given(st.data())
def test_whatever_is_sent_is_taken_or_refused_in_our_words(data):
    arguments = ARGUMENTS[data.draw(st.sampled_from(sorted(ARGUMENTS)))]
    names = st.sampled_from([*arguments.names, "params", "credentials", "id"]) | st.text(max_size=8)
    said = said_of(arguments, data.draw(st.dictionaries(names, json_values, max_size=4))).lower()
    assert said != "nothing"
    assert not any(word in said for word in ("pydantic", "input should", "valid integer", "traceback"))
