"""What a model will see: the list of tools, with its price, and each of them in full."""

import json
import textwrap
from collections.abc import Mapping
from typing import Any

from mcp.types import Tool as ListedTool

from okta_mcp.actions import ACTIONS, Action, listed_tool
from okta_mcp.server import policy_of
from okta_mcp.settings import Settings

_WIDTH = 100


def show(settings: Settings) -> None:
    """Print one line a tool, and the size of the whole list as compact JSON."""
    policy = policy_of(settings)
    _print(f"{'tool':26}{'title':28}{'effect':13}{'toolset':9}{'bytes':>6}  Okta scopes")
    offered = [action for action in ACTIONS if policy.offers(action)]
    total = 0
    for action in offered:
        size = listed_size(
            listed_tool(action, output_schema=settings.output_schemas, confirming=policy_of(settings).confirming)
        )
        total += size
        _print(f"{action.name:26}{action.title:28}{action.effect:13}{action.toolset:9}{size:6}  {action.needs}")
    _print(f"\n{len(offered)} tools, {total} bytes, about {total // 4} tokens.")
    hidden = [action.name for action in ACTIONS if action not in offered]
    if hidden:
        _print(f"Switched off: {', '.join(hidden)}")


def show_one(settings: Settings, action: Action) -> None:
    """Print what a model reads of one tool: its description, its arguments and its size."""
    tool = listed_tool(action, output_schema=settings.output_schemas, confirming=policy_of(settings).confirming)
    _print(f"{tool.name}: {tool.title}")
    _print(f"{action.effect}, toolset {action.toolset}, {action.needs}, {listed_size(tool)} bytes")
    if not policy_of(settings).offers(action):
        _print("Switched off")
    _print(f"\n{textwrap.fill(tool.description or '', _WIDTH)}\n")
    required = tool.input_schema.get("required", ())
    for name, schema in tool.input_schema["properties"].items():
        _print(f"{name}{' (required)' if name in required else ''}: {_kind(schema)}")
        _print(textwrap.fill(schema.get("description", ""), _WIDTH, initial_indent="    ", subsequent_indent="    "))
        for inner, one in schema.get("properties", {}).items():
            said = f". {one['description']}" if "description" in one else ""
            text = f"{name}.{inner}: {_kind(one)}{said}"
            _print(textwrap.fill(text, _WIDTH, initial_indent="    ", subsequent_indent="      "))


def listed_size(tool: ListedTool) -> int:
    """Return the size of a tool in `tools/list`, in bytes of compact JSON."""
    data = tool.model_dump(mode="json", by_alias=True, exclude_none=True)
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def _kind(schema: Mapping[str, Any]) -> str:
    """Return in a few words what a value may be."""
    if "enum" in schema:
        kind = " | ".join(map(str, schema["enum"]))
    elif schema.get("type") == "array":
        kind = f"array of {_kind(schema.get('items', {}))}"
    else:
        kind = str(schema.get("type", "any"))
    for key, word in (("minimum", "from"), ("maximum", "to")):
        kind += f" {word} {schema[key]}" if key in schema else ""
    return kind + (f", {json.dumps(schema['default'])} unless given" if "default" in schema else "")


def _print(line: str) -> None:
    print(line)  # noqa: T201 - the command's answer
