"""What was typed so far, as an expression of Okta's search."""

from okta_mcp.directory.users import beginning_with
from okta_mcp.expressions import quote


def searching_users(typed: str) -> str:
    """Return a `search` for users whose name, login or email begins with what was typed."""
    return beginning_with(typed)


def searching_groups(typed: str) -> str:
    """Return a `search` for groups whose name begins with what was typed."""
    return f"profile.name sw {quote(typed.strip())}"
