"""What a model will see: the list of tools, with its price."""

import json

from mcp.types import Tool as ListedTool

from okta_mcp.actions import ACTIONS, listed_tool
from okta_mcp.server import policy_of
from okta_mcp.settings import Settings


def show(settings: Settings) -> None:
    """Print one line a tool, and the size of the whole list as compact JSON."""
    policy = policy_of(settings)
    print(f"{'tool':26}{'title':28}{'effect':13}{'toolset':9}{'bytes':>6}  Okta scopes")  # noqa: T201
    offered = [action for action in ACTIONS if policy.offers(action)]
    total = 0
    for action in offered:
        size = listed_size(listed_tool(action, output_schema=settings.output_schemas))
        total += size
        scopes = " ".join(action.scopes)
        print(f"{action.name:26}{action.title:28}{action.effect:13}{action.toolset:9}{size:6}  {scopes}")  # noqa: T201
    print(f"\n{len(offered)} tools, {total} bytes, about {total // 4} tokens.")  # noqa: T201
    hidden = [action.name for action in ACTIONS if action not in offered]
    if hidden:
        print(f"Switched off: {', '.join(hidden)}")  # noqa: T201


def listed_size(tool: ListedTool) -> int:
    """Return the size of a tool in `tools/list`, in bytes of compact JSON."""
    data = tool.model_dump(mode="json", by_alias=True, exclude_none=True)
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())
