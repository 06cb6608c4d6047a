"""The operator's switches: what is listed, what is refused, and that a refusal costs Okta nothing."""

from dataclasses import dataclass

import pytest

from okta_mcp.actions import ACTIONS
from okta_mcp.guard import Policy, Refused

READS = {
    "list_users",
    "get_user",
    "list_user_groups",
    "list_user_applications",
    "list_groups",
    "list_group_users",
    "get_system_log_events",
    "find_user",
    "find_group",
    "get_bulk_run",
}
GROUPS = {"list_groups", "list_group_users", "assign_user_to_group", "remove_user_from_group", "find_group"}
ALL = {action.name for action in ACTIONS}


@dataclass(frozen=True)
class Doing:
    """As much of an action as the policy looks at."""

    name: str = "get_user"
    toolset: str = "users"
    writes: bool = False


# The policy, and what is on offer.
OFFERS = [
    (Policy(), ALL),
    (Policy(read_only=True), READS),
    (Policy(toolsets=["groups"]), GROUPS),
    (Policy(toolsets=["groups", "logs"]), GROUPS | {"get_system_log_events"}),
    (Policy(tools=["get_user"]), {"get_user"}),
    (Policy(toolsets=["groups"], tools=["get_user"]), GROUPS | {"get_user"}),
    (Policy(exclude_tools=["deactivate_user"]), ALL - {"deactivate_user"}),
    (Policy(toolsets=["groups"], exclude_tools=["list_groups"]), GROUPS - {"list_groups"}),
    (Policy(tools=["get_user"], exclude_tools=["get_user"]), set()),
    (Policy(read_only=True, toolsets=["groups"]), GROUPS & READS),
    (Policy(read_only=True, tools=["deactivate_user", "get_user"]), {"get_user"}),
    (Policy(read_only=True, exclude_tools=["get_user"]), READS - {"get_user"}),
]


@pytest.mark.parametrize(("policy", "offered"), OFFERS)
def test_a_policy_offers(policy, offered):
    assert {action.name for action in ACTIONS if policy.offers(action)} == offered


@pytest.mark.parametrize(("policy", "offered"), OFFERS)
def test_what_is_not_offered_is_refused_and_nothing_else(policy, offered):
    refused = set()
    for action in ACTIONS:
        try:
            policy.enforce(action)
        except Refused:
            refused.add(action.name)
    assert refused == ALL - offered


@pytest.mark.parametrize(
    ("policy", "doing", "reason"),
    [
        (Policy(read_only=True), Doing("suspend_user", writes=True), "this server runs read-only"),
        (
            Policy(read_only=True, exclude_tools=["suspend_user"]),
            Doing("suspend_user", writes=True),
            "this server runs read-only",
        ),
        (Policy(exclude_tools=["get_user"]), Doing(), "get_user is switched off on this server"),
        (Policy(toolsets=["logs"]), Doing(), "get_user is switched off on this server"),
    ],
)
def test_a_refusal_gives_its_reason(policy, doing, reason):
    with pytest.raises(Refused, match=reason) as refused:
        policy.enforce(doing)
    assert "operator" in refused.value.remedy


# The same by way of the server


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("settings", "offered"),
    [
        ({}, ALL),
        ({"read_only": True}, READS),
        ({"toolsets": "groups"}, GROUPS),
        ({"tools": "get_user,list_users"}, {"get_user", "list_users"}),
        ({"exclude_tools": "deactivate_user"}, ALL - {"deactivate_user"}),
        (
            {"toolsets": "groups", "tools": "get_user", "exclude_tools": "list_groups"},
            GROUPS - {"list_groups"} | {"get_user"},
        ),
        ({"read_only": True, "tools": "deactivate_user"}, set()),
    ],
)
async def test_only_what_is_on_offer_is_listed(served, mode, settings, offered):
    front = await served(mode=mode, **settings)
    assert {tool.name for tool in (await front.client.list_tools()).tools} == offered


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("settings", "tool", "arguments", "told"),
    [
        (
            {"read_only": True},
            "deactivate_user",
            {"user": "Ada Byrne"},
            (
                "deactivate_user changes the org, and this server runs read-only; nothing was changed.\n"
                "Next: the operator can restart the server without OKTA_MCP_READ_ONLY."
            ),
        ),
        (
            {"read_only": True, "tools": "suspend_user"},
            "suspend_user",
            {"user": "Ada Byrne"},
            (
                "suspend_user changes the org, and this server runs read-only; nothing was changed.\n"
                "Next: the operator can restart the server without OKTA_MCP_READ_ONLY."
            ),
        ),
        (
            {"exclude_tools": "get_user"},
            "get_user",
            {"user": "Ada Byrne"},
            (
                "get_user is switched off on this server.\n"
                "Next: the operator chooses the tools with OKTA_MCP_TOOLSETS, OKTA_MCP_TOOLS and "
                "OKTA_MCP_EXCLUDE_TOOLS."
            ),
        ),
        (
            {"toolsets": "logs"},
            "list_users",
            {"serach": "misspelt"},
            (
                "list_users is switched off on this server.\n"
                "Next: the operator chooses the tools with OKTA_MCP_TOOLSETS, OKTA_MCP_TOOLS and "
                "OKTA_MCP_EXCLUDE_TOOLS."
            ),
        ),
    ],
)
async def test_a_hidden_tool_is_refused_with_the_reason_before_any_request(
    served, mode, settings, tool, arguments, told
):
    front = await served(mode=mode, **settings)
    result = await front.client.call_tool(tool, arguments)
    assert (result.is_error, result.content[0].text) == (True, told)
    assert front.asked == []


@pytest.mark.parametrize("name", sorted(ALL - READS))
async def test_no_write_at_all_gets_through_a_read_only_server(served, name):
    front = await served(read_only=True)
    result = await front.client.call_tool(
        name, {"user": "Ada Byrne", "group": "Sales", "sendEmail": True, "profile": {"title": "x"}}
    )
    assert result.is_error
    assert "read-only" in result.content[0].text
    assert front.asked == []


async def test_a_read_still_works_on_a_read_only_server(served):
    front = await served(read_only=True)
    result = await front.client.call_tool("get_user", {"user": "ada.byrne@example.com"})
    assert not result.is_error
    assert front.asked == ["GET /api/v1/users/ada.byrne@example.com"]
