"""Coming to a group and leaving it, whoever decides so."""

from okta_mcp.sandbox.access import reconcile
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.records import Group, User

__all__ = ["place_member", "take_member"]


def place_member(change: Change, group: Group, user: User) -> None:
    """Put a user into a group of any type, as the org itself may."""
    if user.id in group.members:
        return
    group.members.add(user.id)
    group.last_membership_updated = change.second
    change.log("group.user_membership.add", user, group)
    reconcile(change, user)


def take_member(change: Change, group: Group, user: User) -> None:
    """Take a user out of a group of any type."""
    if user.id not in group.members:
        return
    group.members.discard(user.id)
    group.by_rule.pop(user.id, None)
    group.last_membership_updated = change.second
    change.log("group.user_membership.remove", user, group)
    reconcile(change, user)
