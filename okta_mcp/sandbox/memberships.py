"""Who is in which group, and who may change that."""

from okta_mcp.sandbox.access import withdraw_group
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import error
from okta_mcp.sandbox.joining import place_member, take_member
from okta_mcp.sandbox.records import Group, GroupType, Status, User
from okta_mcp.sandbox.rules import apply_rules, exclude, invalidate_rules

__all__ = ["add_member", "check_membership_is_writable", "place_member", "remove_group", "remove_member"]


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

    One whom a rule has put there is from now on a member by hand, whom no rule takes out.

    Raises:
        ApiError: as `check_membership_is_writable`; 403 E0000038 for a deactivated user.
    """
    check_membership_is_writable(group)
    if user.status is Status.DEPROVISIONED:
        raise error("E0000038")
    group.by_rule.pop(user.id, None)
    place_member(change, group, user)
    apply_rules(change, user)


def remove_member(change: Change, group: Group, user: User) -> None:
    """Take a user out of a group as `DELETE /api/v1/groups/{id}/users/{id}` does.

    Removing somebody who is not a member is no error. A rule that has put the user there, or would bring the
    user back, has to leave the user alone from now on.

    Raises:
        ApiError: as `check_membership_is_writable`; 400 E0000093 when such a rule has no room for an exclusion.
    """
    check_membership_is_writable(group)
    if user.id not in group.members:
        return
    exclude(change, group, user)
    take_member(change, group, user)
    apply_rules(change, user)


def remove_group(change: Change, group: Group) -> None:
    """Remove a group; memberships and the apps it gave access to go with it, and rules about it become invalid."""
    withdraw_group(change, group)
    del change.org.groups[group.id]
    invalidate_rules(change)
    change.log("group.lifecycle.delete", group)
