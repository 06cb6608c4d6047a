"""Whether what a call was to bring about is so: what settles the outcome of a write that nobody heard of."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from okta_mcp.actions.bulk.journal import Seen
from okta_mcp.actions.profile import wire
from okta_mcp.actions.settling import made_since
from okta_mcp.actions.stage import Prepared
from okta_mcp.okta import Group, NotFound, OktaClient, User
from okta_mcp.okta import users as okta_users

_STATUS: Mapping[str, frozenset[str]] = {
    "deactivate_user": frozenset({"DEPROVISIONED"}),
    "suspend_user": frozenset({"SUSPENDED"}),
    # Okta gives back the status before the suspension. A suspended user can also be deactivated, which proves nothing.
    "unsuspend_user": frozenset({"ACTIVE", "PASSWORD_EXPIRED", "PROVISIONED", "RECOVERY", "LOCKED_OUT"}),
    "expire_password": frozenset({"PASSWORD_EXPIRED"}),
    "reset_password": frozenset({"RECOVERY"}),
    "activate_user": frozenset({"ACTIVE", "PROVISIONED"}),
}
"""The statuses that each write of it leads to."""

_SAME = ("email", "firstName", "lastName")


async def holds(okta: OktaClient, call: Prepared, seen: Seen | None) -> bool | None:
    """Look whether a write was made.

    Args:
        okta: the org's client.
        call: the write.
        seen: what was so before; without it a status proves nothing, nor does a user who exists.

    Returns:
        True or False where what is seen tells; None where it does not, as for a mail that was or was not sent.

    Raises:
        OktaError: Okta cannot be asked.
    """
    name = call.action.name
    if name == "create_user":
        return await _created(okta, call.values, seen)
    user, group = call.named.get("user"), call.named.get("group")
    if not isinstance(user, User):
        return None
    if isinstance(group, Group):
        # One request tells of all groups of a user; the members of a group may be thousands.
        page = await okta_users.list_user_groups(okta, user.id)
        inside = any(one.id == group.id for one in page.items)
        return inside if name == "assign_user_to_group" else not inside
    try:
        now = await okta_users.get_user(okta, user.id)
    except NotFound:
        return None
    if name == "update_user":
        return _updated(now, call.values)
    return _moved(now, _STATUS[name], seen) if name in _STATUS else None


def _moved(now: User, wanted: frozenset[str], seen: Seen | None) -> bool | None:
    """Tell whether a status was reached since: what stands as it stood was not touched, if it was to change.

    A user on the way to a status counts as being there: Okta has taken the request on.
    """
    if seen is None:
        return None
    if (now.heading, now.status_changed) == (seen.status, seen.since):
        return None if now.heading in wanted else False
    # Who was in one of several statuses that all are wanted may have gone to another by somebody else's doing.
    return True if now.heading in wanted and seen.status not in wanted else None


async def _created(okta: OktaClient, values: Mapping[str, Any], seen: Seen | None) -> bool | None:
    wanted = _attributes(values)
    login = str(wanted.get("login") or wanted.get("email"))
    try:
        found = await okta_users.get_user(okta, login)
    except NotFound:
        return False
    same = all(found.profile.get(name) == wanted.get(name) for name in _SAME)
    return True if same and seen is not None and made_since(found, seen.at) else None


def _updated(now: User, values: Mapping[str, Any]) -> bool | None:
    if any(
        values.get(name) is not None for name in ("password", "password_hash", "password_hook", "recovery_question")
    ):
        return None
    emptied = all(now.profile.get(name) in (None, "", []) for name in values.get("clear", ()))
    realm = values.get("realm_id")
    return (
        emptied
        and (realm is None or now.realm_id == realm)
        and all(now.profile.get(name) == value for name, value in _attributes(values).items())
    )


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    profile = values.get("profile")
    return wire(profile) if isinstance(profile, BaseModel) else {}
