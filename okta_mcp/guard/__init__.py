"""What stands between a model and a write, between the directory's text and the model, and before the log."""

from okta_mcp.guard.log import level_of_libraries, log_to
from okta_mcp.guard.neutral import Neutral, neutral, neutral_text, quoted
from okta_mcp.guard.owner import Owner
from okta_mcp.guard.policy import Policy, Refused

__all__ = [
    "Neutral",
    "Owner",
    "Policy",
    "Refused",
    "level_of_libraries",
    "log_to",
    "neutral",
    "neutral_text",
    "quoted",
]
