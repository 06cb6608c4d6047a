"""A creation whose answer was lost: whether the user is there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from okta_mcp.actions.action import Call
from okta_mcp.okta import NotFound, OktaError, User
from okta_mcp.okta import users as okta_users

_PAUSES = (0.0, 1.0, 2.0)
"""Seconds before each look: Okta may be at it still."""

_SLACK = 2.0
"""Seconds that Okta's own records may be rounded by."""

_SAME = ("email", "firstName", "lastName")


async def created_after_all(call: Call, profile: Mapping[str, Any], since: float) -> User | None:
    """Look for the user of a creation that may have been carried out, by the login, which no two users share.

    Args:
        call: asks Okta.
        profile: as it was sent.
        since: epoch seconds when it was sent, by Okta's clock: whoever is older was there before.

    Returns:
        the user, or None when it stays unknown: nobody is there yet, or somebody else, or Okta cannot be asked.
    """
    for seconds in _PAUSES:
        if seconds:
            await call.okta.pause(seconds, "looking whether the user was created")
        try:
            user = await okta_users.get_user(call.okta, str(profile["login"]))
        except NotFound:
            continue
        except OktaError:
            return None
        same = all(user.profile.get(name) == profile.get(name) for name in _SAME)
        return user if same and made_since(user, since) else None
    return None


def made_since(user: User, since: float) -> bool:
    """Tell whether a user was made at a time or later.

    Args:
        user: as Okta tells of them.
        since: epoch seconds, by Okta's clock.
    """
    try:
        made = datetime.fromisoformat(user.created or "")
    except ValueError:
        return False
    return made.timestamp() >= since - _SLACK
