"""The published list of tools: in the form that every model vendor takes, small, and true."""

import json

import jsonschema
import pytest

from okta_mcp.actions import ACTIONS, Effect, listed_tool

NAMES = [action.name for action in ACTIONS]
LOOKUP = ("find_user", "find_group")
BULK = ("run_bulk", "get_bulk_run")
CONNECTOR = [name for name in NAMES if name not in LOOKUP + BULK]
LISTED = {
    action.name: listed_tool(action).model_dump(mode="json", by_alias=True, exclude_none=True) for action in ACTIONS
}

ADA, MARIA = "ada.byrne@example.com", "maria.santos2@example.com"


def schemas(tool):
    """Yield every schema inside a tool's, with the path to it; names of properties are no keywords."""
    pending = [(key, LISTED[tool][key]) for key in ("inputSchema", "outputSchema")]
    while pending:
        path, schema = pending.pop()
        yield path, schema
        pending.extend((f"{path}.{name}", inner) for name, inner in schema.get("properties", {}).items())
        nested = [key for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
        pending.extend((f"{path}.{key}", schema[key]) for key in nested)
        for key in ("anyOf", "oneOf", "allOf"):
            pending.extend((f"{path}.{key}[{n}]", inner) for n, inner in enumerate(schema.get(key, [])))


def size(tool, *, output):
    data = {key: value for key, value in LISTED[tool].items() if output or key != "outputSchema"}
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def test_there_are_the_eighteen_actions_of_the_connector_two_for_looking_up_and_two_for_many():
    assert NAMES == [
        "create_user",
        "list_users",
        "get_user",
        "update_user",
        "activate_user",
        "deactivate_user",
        "suspend_user",
        "unsuspend_user",
        "expire_password",
        "reset_password",
        "forgot_password",
        "list_user_groups",
        "list_user_applications",
        "list_groups",
        "list_group_users",
        "assign_user_to_group",
        "remove_user_from_group",
        "get_system_log_events",
        "find_user",
        "find_group",
        "run_bulk",
        "get_bulk_run",
    ]


@pytest.mark.parametrize("tool", NAMES)
def test_a_tool_has_a_title_a_description_and_annotations(tool):
    listed = LISTED[tool]
    assert listed["title"]
    assert listed["title"] != tool
    assert 100 < len(listed["description"]) < 600
    assert set(listed["annotations"]) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}


# read: changes nothing; destructive: takes something away; idempotent: a repeat does no more.
EFFECTS = {
    "create_user": (False, False, False),
    "list_users": (True, False, True),
    "get_user": (True, False, True),
    "update_user": (False, True, True),
    "activate_user": (False, False, False),
    "deactivate_user": (False, True, True),
    "suspend_user": (False, True, True),
    "unsuspend_user": (False, False, True),
    "expire_password": (False, True, False),
    "reset_password": (False, True, False),
    "forgot_password": (False, False, False),
    "list_user_groups": (True, False, True),
    "list_user_applications": (True, False, True),
    "list_groups": (True, False, True),
    "list_group_users": (True, False, True),
    "assign_user_to_group": (False, False, True),
    "remove_user_from_group": (False, True, True),
    "get_system_log_events": (True, False, True),
    "find_user": (True, False, True),
    "find_group": (True, False, True),
    "run_bulk": (False, True, True),
    "get_bulk_run": (True, False, True),
}


@pytest.mark.parametrize("tool", NAMES)
def test_the_annotations_say_what_the_tool_does(tool):
    annotations = LISTED[tool]["annotations"]
    told = tuple(annotations[name] for name in ("readOnlyHint", "destructiveHint", "idempotentHint"))
    assert told == EFFECTS[tool]


def test_a_read_needs_no_right_to_manage():
    for action in ACTIONS:
        assert action.scopes or action.toolset == "bulk"
        if action.effect is Effect.READ:
            assert all(scope.endswith(".read") for scope in action.all_scopes), action.name
        elif action.made_of_others:
            assert all(any(scope.endswith(".manage") for scope in part.scopes) for part in action.parts), action.name
        else:
            assert any(scope.endswith(".manage") for scope in action.scopes), action.name


@pytest.mark.parametrize("tool", NAMES)
def test_the_schemas_are_objects_without_branches_at_the_top(tool):
    for key in ("inputSchema", "outputSchema"):
        schema = LISTED[tool][key]
        assert schema["type"] == "object"
        assert not {"anyOf", "oneOf", "allOf", "not"} & schema.keys()
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("tool", NAMES)
def test_no_schema_has_what_some_vendors_refuse(tool):
    for path, schema in schemas(tool):
        assert not {"$ref", "$defs", "definitions", "oneOf", "allOf", "const", "patternProperties"} & schema.keys(), (
            path
        )
        assert not isinstance(schema.get("title"), str), path
        assert schema.get("type") != "null", path
        assert not isinstance(schema.get("type"), list), path
        assert "default" not in schema or schema["default"] is not None, path
        assert {"type": "null"} not in schema.get("anyOf", []), path


@pytest.mark.parametrize("tool", NAMES)
def test_no_reference_and_no_null_stands_anywhere_in_the_text(tool):
    text = json.dumps(LISTED[tool])
    assert '"$ref"' not in text
    assert '"null"' not in text
    assert ": null" not in text


@pytest.mark.parametrize("tool", NAMES)
def test_every_argument_is_described(tool):
    for path, schema in schemas(tool):
        if path.startswith("inputSchema"):
            for name, inner in schema.get("properties", {}).items():
                assert inner.get("description"), f"{path}.{name}"


@pytest.mark.parametrize("tool", NAMES)
def test_nothing_unknown_is_taken_except_inside_a_profile_and_a_row(tool):
    for path, schema in schemas(tool):
        if not path.startswith("inputSchema") or schema.get("type") != "object":
            continue
        if path in {"inputSchema.profile", "inputSchema.shared", "inputSchema.rows.items"}:
            assert schema.get("additionalProperties", True) is True
        elif path != "inputSchema.passwordHash":  # its fields are named in its description
            assert schema["additionalProperties"] is False, path


@pytest.mark.parametrize("tool", NAMES)
def test_what_is_required_is_a_property(tool):
    for path, schema in schemas(tool):
        assert set(schema.get("required", ())) <= set(schema.get("properties", ())), path


@pytest.mark.parametrize(
    ("tool", "argument", "limits"),
    [
        ("list_users", "limit", {"minimum": 1, "maximum": 200, "default": 200}),
        ("list_groups", "limit", {"minimum": 1, "maximum": 200, "default": 200}),
        ("list_group_users", "limit", {"minimum": 1, "maximum": 200, "default": 200}),
        ("list_user_applications", "limit", {"minimum": 1, "maximum": 200, "default": 200}),
        ("get_system_log_events", "limit", {"minimum": 1, "maximum": 1000, "default": 100}),
        ("get_system_log_events", "sortOrder", {"enum": ["DESCENDING", "ASCENDING"], "default": "DESCENDING"}),
        ("list_users", "sortOrder", {"enum": ["asc", "desc"]}),
        ("list_groups", "sortOrder", {"enum": ["asc", "desc"]}),
        ("get_user", "expand", {"enum": ["blocks", "classification"]}),
        ("create_user", "activate", {"type": "boolean", "default": True}),
        ("create_user", "nextLogin", {"enum": ["changePassword"]}),
        ("create_user", "groups", {"type": "array", "maxItems": 20}),
        ("create_user", "password", {"type": "string", "maxLength": 72}),
        ("update_user", "strict", {"type": "boolean", "default": True}),
        ("reset_password", "sendEmail", {"type": "boolean"}),
        ("activate_user", "sendEmail", {"type": "boolean", "default": True}),
        ("deactivate_user", "sendEmail", {"type": "boolean", "default": False}),
    ],
)
def test_choices_and_limits_are_published(tool, argument, limits):
    schema = LISTED[tool]["inputSchema"]["properties"][argument]
    assert {name: schema.get(name) for name in limits} == limits


@pytest.mark.parametrize(
    ("tool", "required"),
    [
        ("create_user", ["profile"]),
        ("list_users", []),
        ("update_user", ["user"]),
        ("reset_password", ["user", "sendEmail"]),
        ("forgot_password", ["user"]),
        ("assign_user_to_group", ["user", "group"]),
        ("list_group_users", ["group"]),
        ("get_system_log_events", []),
        ("find_user", ["query"]),
        ("find_group", ["query"]),
    ],
)
def test_what_has_to_be_given_is_published(tool, required):
    assert LISTED[tool]["inputSchema"].get("required", []) == required


def test_a_new_profile_needs_an_email_and_what_else_the_org_says():
    profile = LISTED["create_user"]["inputSchema"]["properties"]["profile"]
    assert profile["required"] == ["email"]
    assert len(profile["properties"]) == 31


@pytest.mark.parametrize("tool", NAMES)
def test_names_are_oktas_own(tool):
    for path, schema in schemas(tool):
        for name in schema.get("properties", {}):
            assert name.isidentifier(), path
            assert "_" not in name, f"{path}.{name}"
            assert name[0].islower(), f"{path}.{name}"


@pytest.mark.parametrize(
    ("tools", "without", "whole"),
    [(CONNECTOR, 18_950, 31_000), (LOOKUP, 1_600, 2_600), (BULK, 2_600, 5_600), (NAMES, 23_000, 39_000)],
    ids=["connector", "lookup", "bulk", "all"],
)
def test_the_list_fits_a_context_window(tools, without, whole):
    assert sum(size(tool, output=False) for tool in tools) <= without
    assert sum(size(tool, output=True) for tool in tools) <= whole


@pytest.mark.parametrize("tool", NAMES)
def test_no_tool_is_larger_than_a_thousand_tokens(tool):
    assert size(tool, output=True) <= 4_000


def test_the_output_schema_can_be_left_out():
    for action in ACTIONS:
        assert listed_tool(action, output_schema=False).output_schema is None
        assert listed_tool(action, output_schema=False).input_schema == LISTED[action.name]["inputSchema"]


CALLS = [
    (
        "create_user",
        {
            "profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"},
            "groups": ["Sales"],
        },
    ),
    (
        "create_user",
        {
            "profile": {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"},
            "activate": False,
        },
    ),
    ("list_users", {}),
    ("list_users", {"q": "Ada"}),
    ("list_users", {"search": 'status eq "LOCKED_OUT"', "limit": 1}),
    ("list_users", {"search": 'profile.department eq "Nothing"'}),
    ("get_user", {"user": ADA}),
    ("get_user", {"user": ADA, "expand": "blocks"}),
    ("get_user", {"user": "olivia.grant@example.com"}),
    ("update_user", {"user": ADA, "profile": {"title": "Lead", "badgeNumber": 7}, "clear": ["mobilePhone"]}),
    ("update_user", {"user": ADA, "password": "Corr3ct-horse-battery", "strict": False}),
    ("activate_user", {"user": "tess.vandermeer@example.com"}),
    ("activate_user", {"user": "tess.vandermeer@example.com", "sendEmail": False}),
    ("deactivate_user", {"user": ADA}),
    ("suspend_user", {"user": ADA}),
    ("unsuspend_user", {"user": "emily.hart@example.com"}),
    ("expire_password", {"user": ADA}),
    ("expire_password", {"user": ADA, "temporaryPassword": True}),
    ("reset_password", {"user": ADA, "sendEmail": True}),
    ("reset_password", {"user": ADA, "sendEmail": False, "revokeSessions": True}),
    ("forgot_password", {"user": "wei.chen@example.com"}),
    ("forgot_password", {"user": "wei.chen@example.com", "sendEmail": False}),
    ("list_user_groups", {"user": ADA}),
    ("list_user_applications", {"user": ADA}),
    ("list_user_applications", {"user": ADA, "limit": 1}),
    ("list_groups", {}),
    ("list_groups", {"q": "Sales", "expand": ["stats", "app"]}),
    ("list_groups", {"limit": 1}),
    ("list_group_users", {"group": "Sales"}),
    ("list_group_users", {"group": "Aurora Pilot"}),
    ("assign_user_to_group", {"user": ADA, "group": "Contractors"}),
    ("assign_user_to_group", {"user": ADA, "group": "Sales"}),
    ("remove_user_from_group", {"user": ADA, "group": "Sales"}),
    ("get_system_log_events", {}),
    ("get_system_log_events", {"limit": 2}),
    ("get_system_log_events", {"q": "nothingsuch"}),
    ("find_user", {"query": "Ada in Sales"}),
    ("find_user", {"query": "Lefevre", "limit": 1}),
    ("find_user", {"query": "nothing such"}),
    ("find_group", {"query": "sales", "limit": 2}),
    ("find_group", {"query": "nothing such"}),
    ("run_bulk", {"tool": "assign_user_to_group", "shared": {"group": "Contractors"}, "rows": [{"user": ADA}]}),
    ("run_bulk", {"tool": "suspend_user", "rows": [{"user": ADA}, {"user": MARIA}], "checkOnly": True}),
    ("get_bulk_run", {}),
]


def test_every_tool_is_called_below():
    assert {tool for tool, _ in CALLS} == set(NAMES)


@pytest.mark.parametrize(("tool", "arguments"), CALLS)
async def test_an_answer_is_what_the_output_schema_says(org, tool, arguments):
    answer = await org.send(tool, arguments)
    assert not answer.is_error, answer.text
    jsonschema.Draft202012Validator(closed(LISTED[tool]["outputSchema"])).validate(answer.data)
    jsonschema.Draft202012Validator(LISTED[tool]["inputSchema"]).validate(arguments)


def closed(schema):
    """Return a schema that takes no property it does not name, so that an unpublished one is noticed."""
    if not isinstance(schema, dict):
        return schema
    inner = {
        key: {name: closed(one) for name, one in value.items()} if key == "properties" else closed(value)
        for key, value in schema.items()
    }
    return (
        {**inner, "additionalProperties": inner.get("additionalProperties", False)} if "properties" in inner else inner
    )


@pytest.mark.parametrize("tool", NAMES)
def test_every_object_names_at_least_one_property(tool):
    # Some vendors refuse an object that names none.
    for path, schema in schemas(tool):
        if path.startswith("inputSchema") and schema.get("type") == "object":
            assert schema.get("properties"), path
