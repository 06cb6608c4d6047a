"""The schemas of the tools, read from a file that is written when one of them changes.

Making them takes pydantic as long as everything else at the start together, and they are the same at every start.
`scripts/docs` writes the file; a test holds it against what is made. An action that is not in it, as tests have their
own, has its schemas made.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import CONFIRMATION, arguments_of
from okta_mcp.actions.results import result_schema

FILE = Path(__file__).with_name("published.json")

_OURS = __name__.rpartition(".")[0]


def input_schema(action: Action, *, with_code: bool) -> dict[str, Any]:
    """Return the schema of the arguments.

    Args:
        action: the record.
        with_code: whether calls may be confirmed by a code, which is then an argument of writes.
    """
    kept = _kept(action)
    schema = arguments_of(action).schema if kept is None else kept["input"]
    if with_code:
        return dict(schema)
    properties = {name: one for name, one in schema["properties"].items() if name != CONFIRMATION}
    return {**schema, "properties": properties}


def output_schema(action: Action) -> dict[str, Any]:
    """Return the schema of the answer."""
    kept = _kept(action)
    return result_schema(action.run) if kept is None else dict(kept["output"])


def made(action: Action) -> dict[str, Any]:
    """Return both schemas as they are made, and as they belong into the file."""
    return {"input": arguments_of(action).schema, "output": result_schema(action.run)}


def _kept(action: Action) -> Mapping[str, Any] | None:
    if not action.run.__module__.startswith(_OURS):
        return None
    kept: Mapping[str, Any] | None = _file().get(action.name)
    return kept


@cache
def _file() -> dict[str, Any]:
    if not FILE.is_file():
        return {}
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read
