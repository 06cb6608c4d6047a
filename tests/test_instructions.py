"""What a server says of itself: true for its switches, short, and a way to a truthful answer."""

import re
from datetime import timedelta

import pytest

from okta_mcp.actions import ACTIONS

ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])
NAMES = {one.name for one in ACTIONS}
TOOL = re.compile(r"\b[a-z]+_[a-z_]+\b")

UNDOABLE = "What cannot be undone or opens an account is confirmed first: an answer with done false did nothing yet"
MODES = [
    ({}, UNDOABLE),
    ({"confirm": "writes"}, "Every change is confirmed first"),
    ({"dry_run": True}, "This server rehearses: it says what a write would do, and does none."),
    ({"read_only": True}, "Nothing can be changed here: this server only reads."),
    ({"toolsets": "logs"}, "Nothing can be changed here: this server only reads."),
]


@ERAS
@pytest.mark.parametrize(("settings", "said"), MODES)
async def test_the_mode_is_told(served, mode, settings, said):
    text = (await served(mode=mode, **settings)).client.instructions
    assert [other for _, other in MODES if other in text] == [one for _, one in MODES if one == said]


async def test_where_nothing_is_confirmed_nothing_is_said_of_it(served):
    text = (await served(confirm="never")).client.instructions
    assert not any(said in text for _, said in MODES)


@pytest.mark.parametrize(
    "settings",
    [{}, {"toolsets": "groups"}, {"toolsets": "logs"}, {"exclude_tools": "list_groups"}, {"tools": "get_user"}],
)
async def test_no_tool_is_named_that_is_not_on_offer(served, settings):
    front = await served(**settings)
    offered = {tool.name for tool in (await front.client.list_tools()).tools}
    named = set(TOOL.findall(front.client.instructions))
    assert named <= offered
    assert named <= NAMES
    assert len(front.client.instructions) < 1_000


async def test_who_used_an_application_is_found_as_the_instructions_say(served):
    front = await served()
    told = re.search(r'filter (eventType eq "\S+" and target\.displayName eq )"Salesforce"', front.client.instructions)
    answer = await front.client.call_tool(
        "get_system_log_events", {"filter": f'{told[1]}"Mail Suite"', "countBy": "actor.alternateId", "since": "90d"}
    )
    assert not answer.is_error, answer.content[0].text
    since = f"{front.box.clock() - timedelta(days=90):%Y-%m-%dT%H:%M:%SZ}"
    asked = {"filter": 'eventType eq "user.authentication.sso"', "limit": "1000", "since": since}
    log = front.box.org.log.query(asked, front.box.clock())
    assert len(log.events) < 1000
    used = {
        event["actor"]["alternateId"]
        for event in log.events
        if any(target["displayName"] == "Mail Suite" for target in event["target"])
    }
    assert used
    assert {one["value"] for one in answer.structured_content["counts"]} == used
