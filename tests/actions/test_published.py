"""The file of schemas is what would be made of the code."""

import json

import pytest

from okta_mcp.actions import ACTIONS, listed_tool
from okta_mcp.actions.published import FILE, made


def test_the_file_has_every_tool_and_nothing_else():
    assert list(json.loads(FILE.read_text())) == [action.name for action in ACTIONS]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_the_schemas_in_the_file_are_those_of_the_code(action):
    assert json.loads(FILE.read_text())[action.name] == made(action), "run scripts/docs"


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_the_order_of_arguments_is_kept(action):
    assert list(listed_tool(action).input_schema["properties"]) == [
        name for name in made(action)["input"]["properties"] if name in listed_tool(action).input_schema["properties"]
    ]
