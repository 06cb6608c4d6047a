"""What a client is shown of each tool, kept in files so that every change of it is seen in a review.

`UPDATE_SNAPSHOTS=1 pytest tests/actions/test_snapshots.py` writes them anew.
"""

import json
import os
from pathlib import Path

import pytest

from okta_mcp.actions import ACTIONS

FOLDER = Path(__file__).with_name("snapshots")
NAMES = sorted(action.name for action in ACTIONS)


async def listed(client, name):
    """Return a tool as it goes over the wire."""
    (tool,) = [tool for tool in (await client.list_tools()).tools if tool.name == name]
    return tool.model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("name", NAMES)
async def test_a_tool_is_listed_as_its_snapshot_says(library, name):
    shown = f"{json.dumps(await listed(library.client, name), indent=2, ensure_ascii=False)}\n"
    file = FOLDER / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        FOLDER.mkdir(exist_ok=True)
        file.write_text(shown, encoding="utf-8")
    assert file.is_file(), f"{file.name} is missing; UPDATE_SNAPSHOTS=1 writes it"
    assert shown == file.read_text(encoding="utf-8")


async def test_clients_of_the_older_protocol_are_shown_the_same(library, org_with):
    older = await org_with(mode="legacy")
    for name in NAMES:
        assert await listed(older.client, name) == await listed(library.client, name)


def test_there_is_a_snapshot_of_every_tool_and_of_nothing_else():
    assert sorted(file.stem for file in FOLDER.glob("*.json")) == NAMES
