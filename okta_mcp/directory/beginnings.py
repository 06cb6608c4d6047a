"""What was typed so far, as an expression of Okta's search."""

from okta_mcp.directory.searches import orders, words_of
from okta_mcp.expressions import quote


def searching_users(typed: str) -> str:
    """Return a `search` for users whose name, login or email begins with what was typed.

    What begins with more letters is among what begins with fewer, whatever the number of words:
    `okta_mcp.directory.completing` counts on it.
    """
    words = words_of(typed)
    whole = quote(" ".join(words))
    clauses = [
        f"(profile.firstName sw {quote(one)} and profile.lastName sw {quote(other)})" for one, other in orders(words)
    ]
    clauses += [f"profile.{name} sw {whole}" for name in ("firstName", "lastName", "email", "displayName")]
    return " or ".join([*clauses, f"profile.login sw {quote('.'.join(words))}"])


def searching_groups(typed: str) -> str:
    """Return a `search` for groups whose name begins with what was typed."""
    return f"profile.name sw {quote(typed.strip())}"
