"""Who is in which group, and who may change that."""

from okta_mcp.sandbox.access import reconcile
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import error
from okta_mcp.sandbox.records import Group, GroupType, Status, User

__all__ = ["add_member", "check_membership_is_writable", "place_member", "remove_member"]


def check_membership_is_writable(group: Group) -> None:
    """Let only groups made in Okta through.

    Raises:
        ApiError: 403 E0000006 for an imported group, 501 E0000060 for a built-in one.
    """
    if group.type is GroupType.APP:
        raise error("E0000006")
    if group.type is GroupType.BUILT_IN:
        raise error("E0000060")


def add_member(change: Change, group: Group, user: User) -> None:
    """Add a user to a group as `PUT /api/v1/groups/{id}/users/{id}` does; adding twice is no error.

    Raises:
        ApiError: as `check_membership_is_writable`; 403 E0000038 for a deactivated user.
    """
    check_membership_is_writable(group)
    if user.status is Status.DEPROVISIONED:
        raise error("E0000038")
    place_member(change, group, user)


def place_member(change: Change, group: Group, user: User) -> None:
    """Put a user into a group of any type, as the org itself may."""
    if user.id in group.members:
        return
    group.members.add(user.id)
    group.last_membership_updated = change.second
    change.log("group.user_membership.add", user, group)
    reconcile(change, user)


def remove_member(change: Change, group: Group, user: User) -> None:
    """Take a user out of a group as `DELETE /api/v1/groups/{id}/users/{id}` does.

    Removing somebody who is not a member is no error.

    Raises:
        ApiError: as `check_membership_is_writable`.
    """
    check_membership_is_writable(group)
    if user.id not in group.members:
        return
    group.members.discard(user.id)
    group.last_membership_updated = change.second
    change.log("group.user_membership.remove", user, group)
    reconcile(change, user)
