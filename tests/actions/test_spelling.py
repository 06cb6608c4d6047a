"""Arguments in the spellings of other tools, brought to the published ones."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.arguments import ArgumentError, arguments_of
from okta_mcp.actions.spelling import respell

ARGUMENTS = {action.name: arguments_of(action) for action in ACTIONS}
NORA = {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}
GROUPS = ["00g9U6wfPwiLGgr9C5d7", "00g9U6wfPwjLGp0kt5d7"]

# The tool, the arguments as somebody wrote them, and in the published spelling.
SPELLINGS = [
    # The connector's
    ("activate_user", {"userId": "x", "params": {"sendEmail": True}}, {"user": "x", "sendEmail": True}),
    ("deactivate_user", {"userId": "x", "params": {"sendEmail": False}}, {"user": "x", "sendEmail": False}),
    ("suspend_user", {"userId": "x"}, {"user": "x"}),
    ("unsuspend_user", {"user_id": "x"}, {"user": "x"}),
    ("get_user", {"id": "x"}, {"user": "x"}),
    ("get_user", {"id": "x", "expand": True}, {"user": "x", "expand": "blocks"}),
    ("get_user", {"id": "x", "expand": False}, {"user": "x"}),
    ("get_user", {"id": "x", "params": {"expand": "blocks"}}, {"user": "x", "expand": "blocks"}),
    ("list_group_users", {"id": "x"}, {"group": "x"}),
    ("list_group_users", {"groupId": "x", "params": {"limit": 5}}, {"group": "x", "limit": 5}),
    ("list_groups", {"params": {"expand": "stats"}}, {"expand": ["stats"]}),
    ("list_groups", {"expand": True}, {"expand": ["stats"]}),
    ("list_users", {"params": {"q": "Ada", "limit": 5}}, {"q": "Ada", "limit": 5}),
    ("assign_user_to_group", {"groupId": "g", "userId": "u"}, {"group": "g", "user": "u"}),
    (
        "reset_password",
        {"userId": "x", "params": {"sendEmail": True, "revokeSessions": False}},
        {"user": "x", "sendEmail": True, "revokeSessions": False},
    ),
    (
        "create_user",
        {
            "profile": NORA,
            "credentials": {"password": {"value": "Corr3ct-horse"}},
            "params": {"activate": True, "nextLogin": "changePassword"},
            "groupIds": ",".join(GROUPS),
        },
        {
            "profile": NORA,
            "password": "Corr3ct-horse",
            "activate": True,
            "nextLogin": "changePassword",
            "groups": GROUPS,
        },
    ),
    (
        "create_user",
        {
            "body": {
                "profile": NORA,
                "credentials": {
                    "password": {"hash": {"algorithm": "MD5", "value": "eHg="}},
                    "recovery_question": {"question": "Lunch?", "answer": "Ravioli"},
                    "provider": {"type": "OKTA", "name": "OKTA"},
                },
                "type": {"id": "oty1"},
                "groupIds": GROUPS,
            },
            "params": {"activate": False, "provider": True},
        },
        {
            "profile": NORA,
            "passwordHash": {"algorithm": "MD5", "value": "eHg="},
            "recoveryQuestion": {"question": "Lunch?", "answer": "Ravioli"},
            "provider": {"type": "OKTA", "name": "OKTA"},
            "userTypeId": "oty1",
            "groups": GROUPS,
            "activate": False,
        },
    ),
    (
        "create_user",
        {"profile": NORA, "credentials": {"password": {"hook": {"type": "default"}}}},
        {"profile": NORA, "passwordHook": "default"},
    ),
    (
        "update_user",
        {"id": "x", "profile": {"title": "Lead"}, "params": {"strict": True}},
        {"user": "x", "profile": {"title": "Lead"}, "strict": True},
    ),
    (
        "update_user",
        {"userId": "x", "credentials": {"recoveryQuestion": {"question": "Lunch?", "answer": "Ravioli"}}},
        {"user": "x", "recoveryQuestion": {"question": "Lunch?", "answer": "Ravioli"}},
    ),
    # Python's
    ("reset_password", {"user": "x", "send_email": True}, {"user": "x", "sendEmail": True}),
    ("list_users", {"sort_by": "id", "sort_order": "asc"}, {"sortBy": "id", "sortOrder": "asc"}),
    (
        "create_user",
        {"profile": NORA, "group_ids": ["g"], "next_login": "changePassword"},
        {"profile": NORA, "groups": ["g"], "nextLogin": "changePassword"},
    ),
    ("list_users", {"Q": "Ada", "SortBy": "id"}, {"q": "Ada", "sortBy": "id"}),
    # Text where an object or a list belongs
    ("create_user", {"profile": json.dumps(NORA)}, {"profile": NORA}),
    ("create_user", {"profile": NORA, "groups": '["Sales","IT"]'}, {"profile": NORA, "groups": ["Sales", "IT"]}),
    ("create_user", {"profile": NORA, "groups": "Sales, IT"}, {"profile": NORA, "groups": ["Sales, IT"]}),
    ("create_user", {"profile": NORA, "groups": "Sales"}, {"profile": NORA, "groups": ["Sales"]}),
    ("update_user", {"user": "x", "clear": "title"}, {"user": "x", "clear": ["title"]}),
    ("list_groups", {"expand": "stats,app"}, {"expand": ["stats", "app"]}),
    ("list_users", {"params": '{"q": "Ada"}'}, {"q": "Ada"}),
    ("get_user", {"user": '{"not": "a name"}'}, {"user": '{"not": "a name"}'}),
    # Nothing
    ("list_users", {"q": None, "search": None, "after": None}, {}),
    ("update_user", {"user": "x", "profile": None, "password": None}, {"user": "x"}),
    ("list_users", {"params": {}}, {}),
    ("list_users", {"params": {"q": None}}, {}),
    # Expressions
    (
        "list_users",
        {"search": "profile.department eq Engineering"},
        {"search": 'profile.department eq "Engineering"'},
    ),
    (
        "list_users",
        {"search": "status == 'ACTIVE' && profile.city eq São Paulo"},
        {"search": 'status eq "ACTIVE" and profile.city eq "São Paulo"'},
    ),
    ("list_users", {"filter": "status eq LOCKED_OUT"}, {"filter": 'status eq "LOCKED_OUT"'}),
    ("list_groups", {"search": "type eq OKTA_GROUP"}, {"search": 'type eq "OKTA_GROUP"'}),
    ("get_system_log_events", {"filter": "outcome.result = FAILURE"}, {"filter": 'outcome.result eq "FAILURE"'}),
    ("list_users", {"search": "no expression at all"}, {"search": "no expression at all"}),
    ("list_users", {"q": "a eq b"}, {"q": "a eq b"}),
    # The same thing twice
    ("get_user", {"user": "x", "id": "x", "userId": "x"}, {"user": "x"}),
    ("list_users", {"limit": 5, "params": {"limit": 5}}, {"limit": 5}),
]


@pytest.mark.parametrize(("tool", "written", "published"), SPELLINGS)
def test_a_spelling_is_understood(tool, written, published):
    before = json.dumps(written)
    assert respell(written, ARGUMENTS[tool]) == published
    assert json.dumps(written) == before  # what came is not changed


@pytest.mark.parametrize(("tool", "written", "published"), SPELLINGS)
def test_the_published_spelling_passes_unchanged(tool, written, published):
    assert respell(published, ARGUMENTS[tool]) == published


@pytest.mark.parametrize(
    ("tool", "written", "told"),
    [
        ("get_user", {"user": "a", "id": "b"}, "`id` and `user` both stand for `user` and differ; send one"),
        ("get_user", {"userId": "a", "user": "b"}, "`user` and `userId` both stand for `user` and differ; send one"),
        (
            "list_users",
            {"limit": 5, "params": {"limit": 6}},
            "`params.limit` and `limit` both stand for `limit` and differ; send one",
        ),
        (
            "create_user",
            {"password": "SECRET-1", "credentials": {"password": {"value": "SECRET-2"}}},
            "`credentials.password.value` and `password` both stand for `password` and differ; send one",
        ),
        (
            "create_user",
            {"groups": ["a"], "groupIds": ["b"]},
            "`groupIds` and `groups` both stand for `groups` and differ; send one",
        ),
    ],
)
def test_two_spellings_that_differ_are_refused_by_name(tool, written, told):
    with pytest.raises(ArgumentError) as refused:
        respell(written, ARGUMENTS[tool])
    assert str(refused.value) == told


@pytest.mark.parametrize(
    ("tool", "written", "told"),
    [
        ("list_users", {"serach": "x"}, "unknown argument `serach`; did you mean `search`?"),
        ("list_users", {"params": {"serach": "x"}}, "unknown argument `serach`; did you mean `search`?"),
        ("reset_password", {"user": "x", "sendMail": True}, "unknown argument `sendMail`; did you mean `sendEmail`?"),
        ("suspend_user", {"user": "x", "reason": "y"}, "unknown argument `reason`; it takes `user`"),
        ("list_users", {"id": "x"}, "unknown argument `id`; it takes"),
        ("list_groups", {"userId": "x"}, "unknown argument `userId`; it takes"),
        ("suspend_user", {"user": "x", "groupId": "y"}, "unknown argument `groupId`; it takes `user`"),
        (
            "create_user",
            {"profile": NORA, "credentials": {"passwrd": {"value": "SECRET"}}},
            "unknown argument `credentials`",
        ),
        ("create_user", {"profile": NORA, "type": {"name": "x"}}, "unknown argument `type`"),
        ("suspend_user", {"user": "x", "params": "y"}, "unknown argument `params`"),
    ],
)
def test_a_name_that_is_still_unknown_is_refused_with_what_may_be_meant(tool, written, told):
    arguments = ARGUMENTS[tool]
    with pytest.raises(ArgumentError) as refused:
        arguments.check(respell(written, arguments))
    assert told in str(refused.value)
    assert "SECRET" not in str(refused.value)
    assert not str(refused.value).endswith("..")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("activate_user", {"userId": "tess.vandermeer@example.com", "params": {"sendEmail": True}}),
        ("get_user", {"id": "tess.vandermeer@example.com", "expand": True}),
        ("list_users", {"params": {"search": "profile.department eq Engineering", "limit": "3"}}),
        (
            "create_user",
            {
                "profile": json.dumps(NORA),
                "credentials": {"password": {"value": "Corr3ct-horse"}},
                "params": {"activate": True},
                "groupIds": ["Sales", "VPN Users"],
            },
        ),
    ],
)
async def test_a_call_in_the_connectors_spelling_works_end_to_end(org, tool, arguments):
    answer = await org.send(tool, arguments)
    assert not answer.is_error, answer.text


# Properties

scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=12)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
tools = st.sampled_from(sorted(ARGUMENTS))
known_names = st.sampled_from(
    [
        *sorted({name for arguments in ARGUMENTS.values() for name in arguments.names}),
        "id",
        "userId",
        "groupId",
        "groupIds",
        "user_id",
        "send_email",
        "params",
        "body",
        "credentials",
        "type",
    ]
)
anything = st.dictionaries(
    known_names | st.text(max_size=10),
    values
    | st.dictionaries(known_names, values, max_size=3)
    | st.fixed_dictionaries({"password": st.dictionaries(st.sampled_from(["value", "hash", "hook"]), values)}),
    max_size=5,
)


def leaves(value):
    """List what arguments hold, down to the texts and numbers in them."""
    match value:
        case dict():
            return [leaf for item in value.values() for leaf in leaves(item)]
        case list():
            return [leaf for item in value for leaf in leaves(item)]
        case _:
            return [value]


@given(tools, anything)
def test_no_argument_is_invented(tool, written):
    arguments = ARGUMENTS[tool]
    assume(not any(name in json.dumps(written) for name in ("search", "filter")))  # these are mended
    try:
        spelled = respell(written, arguments)
    except ArgumentError:
        return
    source = json.dumps(written, ensure_ascii=False)
    for leaf in leaves(spelled):
        # A choice that was only said yes to is the one thing that is written in.
        chosen = isinstance(leaf, str) and leaf in {"blocks", "stats", "default", "changePassword", "DESCENDING"}
        chosen = chosen or any(leaf in (schema.get("enum") or ()) for schema in arguments.schema["properties"].values())
        assert chosen or leaf in leaves(written) or str(leaf) in source


@given(tools, anything)
def test_what_is_not_given_stays_not_given(tool, written):
    arguments = ARGUMENTS[tool]
    try:
        spelled = respell(written, arguments)
    except ArgumentError:
        return
    assert len(spelled) <= sum(1 for _ in _keys(written))
    assert all(value is not None for value in spelled.values())


def _keys(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, str) and value.lstrip().startswith("{"):
        yield from range(len(value))


@given(tools, anything)
def test_respelling_twice_is_respelling_once(tool, written):
    arguments = ARGUMENTS[tool]
    try:
        once = respell(written, arguments)
    except ArgumentError:
        return
    assert respell(once, arguments) == once


def published(schema):
    """Generate values that a published schema allows."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum", 0), schema.get("maximum", 100))
        case "array":
            return st.lists(published(schema.get("items", {"type": "string"})), max_size=3)
        case "object":
            return st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)
        case _:
            return st.text(st.characters(categories=["L", "N"]), max_size=10)


@given(st.data())
def test_whatever_the_schema_allows_passes_unchanged(data):
    arguments = ARGUMENTS[data.draw(tools)]
    properties = dict(arguments.schema["properties"].items())
    given_names = data.draw(st.sets(st.sampled_from(sorted(properties))))
    call = {name: data.draw(published(properties[name]), label=name) for name in given_names}
    assert respell(call, arguments) == call
