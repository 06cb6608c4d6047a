"""The manager in a profile: written as a person would say it, stored as the id that Okta wants."""

from typing import Any

from okta_mcp.actions.action import Call
from okta_mcp.directory import Unresolved, is_id

_ATTRIBUTE = "managerId"
_ARGUMENT = f"profile.{_ATTRIBUTE}"


async def name_manager(call: Call, attributes: dict[str, Any]) -> None:
    """Put the id of the user that `managerId` names in its place; `manager` is text and stays.

    Args:
        call: looks the manager up, as any user who is named; not when it is an id or was picked by the person.
        attributes: a profile under Okta's names; changed in place.

    Raises:
        Unresolved: no user or several are named so.
    """
    said = attributes.get(_ATTRIBUTE)
    if not isinstance(said, str) or is_id("user", said):
        return
    if _ARGUMENT in call.picked:
        attributes[_ATTRIBUTE] = call.picked[_ARGUMENT]
        return
    try:
        manager = await call.directory.user(said, include_deactivated=False)
    except Unresolved as error:
        raise error.again(said, argument=_ARGUMENT) from None
    attributes[_ATTRIBUTE] = manager.id
