"""What stands between a model and a write, and between the directory's text and the model."""

from okta_mcp.guard.neutral import Neutral, neutral, neutral_text, quoted
from okta_mcp.guard.policy import Policy, Refused

__all__ = ["Neutral", "Policy", "Refused", "neutral", "neutral_text", "quoted"]
