"""What a server holds: the connector, unless somebody adds to it."""

from mcp.server.mcpserver.tools import Tool

from okta_mcp.actions import ACTIONS, Action
from okta_mcp.prompts import PROMPTS, Prompt
from okta_mcp.records import record
from okta_mcp.resources import OFFERS, Offer


@record
class Contents:
    """What a server holds.

    Args:
        actions: what its tools are made of.
        offers: its resources and templates.
        prompts: the jobs it describes.
        tools: tools of other making, which no policy hides or refuses.
    """

    actions: tuple[Action, ...] = ACTIONS
    offers: tuple[Offer, ...] = OFFERS
    prompts: tuple[Prompt, ...] = PROMPTS
    tools: tuple[Tool, ...] = ()


CONNECTOR = Contents()
"""The connector, as it is."""
