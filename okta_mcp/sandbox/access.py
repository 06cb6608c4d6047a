"""Who may use which app: assignments of users, directly or through their groups."""

from collections.abc import Mapping
from typing import Any

from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import error, validation_failed
from okta_mcp.sandbox.pending import Deed, postpone
from okta_mcp.sandbox.records import App, Assignment, Group, Status, User

__all__ = [
    "assign_group",
    "assign_through_groups",
    "assign_user",
    "edit_assignment",
    "reconcile",
    "unassign_group",
    "unassign_user",
    "withdraw_all",
    "withdraw_app",
    "withdraw_group",
]


def assign_user(
    change: Change, app: App, user: User, *, user_name: str | None = None, profile: Mapping[str, Any] | None = None
) -> Assignment:
    """Give a user direct access to an app; an assignment through a group becomes a direct one.

    Args:
        change: the deed this is part of.
        app: which app.
        user: who gets it.
        user_name: the name the app knows the user by; the login when None.
        profile: what the app knows of the user beside.

    Raises:
        ApiError: 403 E0000117 for a deactivated user.
    """
    if user.status is Status.DEPROVISIONED:
        raise error("E0000117")
    assignment = app.assignments.get(user.id) or _grant(change, app, user, None)
    assignment.scope, assignment.group_id = "USER", None
    edit_assignment(change, assignment, user_name=user_name, profile=profile)
    return assignment


def edit_assignment(
    change: Change, assignment: Assignment, *, user_name: str | None, profile: Mapping[str, Any] | None
) -> None:
    """Change what the app knows of an assigned user; None leaves a part as it is."""
    assignment.user_name = user_name or assignment.user_name
    assignment.profile = {**assignment.profile, **(profile or {})}
    assignment.last_updated = change.second


def unassign_user(change: Change, app: App, user: User) -> None:
    """Take a direct assignment from a user, who keeps the app if a group gives it too.

    Raises:
        ApiError: 400 E0000001 when a group gives the app: the user is to leave the group instead.
    """
    if app.assignments[user.id].scope == "GROUP":
        raise validation_failed("appUser", "appUser: The user is assigned to the application through a group")
    _withdraw(change, app, user)
    reconcile(change, user)


def assign_group(
    change: Change, app: App, group: Group, *, priority: int | None, profile: Mapping[str, Any] | None
) -> None:
    """Give the members of a group access to an app.

    Args:
        change: the deed this is part of.
        app: which app.
        group: whose members get it.
        priority: the group's place among those of the app, from 0; the last, or the present one, when None.
        profile: what the app is told of members; None leaves it as it is.
    """
    order = [group_id for group_id in app.group_ids if group_id != group.id]
    present = list(app.group_ids).index(group.id) if group.id in app.group_ids else len(order)
    order.insert(present if priority is None else priority, group.id)
    given = {**app.group_ids, group.id: change.second}
    app.group_ids = {group_id: given[group_id] for group_id in order}
    if profile is not None:
        app.group_profiles[group.id] = dict(profile)
    _reconcile_members(change, group)


def unassign_group(change: Change, app: App, group: Group) -> None:
    """Take from a group the access to an app that it gave to its members."""
    del app.group_ids[group.id]
    app.group_profiles.pop(group.id, None)
    _reconcile_members(change, group)


def withdraw_app(change: Change, app: App) -> None:
    """Take an app that is about to go from everybody."""
    app.group_ids.clear()
    for user_id in list(app.assignments):
        _withdraw(change, app, change.org.users[user_id])


def withdraw_group(change: Change, group: Group) -> None:
    """Take from a group that is about to go every app it gave access to."""
    for app in change.org.apps_of_group(group):
        del app.group_ids[group.id]
        app.group_profiles.pop(group.id, None)
    _reconcile_members(change, group)


def _reconcile_members(change: Change, group: Group) -> None:
    for user_id in sorted(group.members):
        reconcile(change, change.org.users[user_id])


def reconcile(change: Change, user: User) -> None:
    """Bring a user's assignments through groups in line, at once or after the time the org takes for it."""
    if not postpone(change, Deed.ASSIGN_APPS, user.id):
        assign_through_groups(change, user)


def assign_through_groups(change: Change, user: User) -> None:
    """Bring a user's assignments through groups in line with the groups the user is in.

    A direct assignment stays what it is. A deactivated user has no assignments at all.
    """
    if user.status is Status.DEPROVISIONED:
        return
    for app in change.org.apps.values():
        current = app.assignments.get(user.id)
        if current is not None and current.scope == "USER":
            continue
        through = next((group_id for group_id in app.group_ids if user.id in change.org.groups[group_id].members), None)
        if current is None and through is not None:
            _grant(change, app, user, through)
        elif current is not None and through is None:
            _withdraw(change, app, user)
        elif current is not None:
            current.group_id = through


def withdraw_all(change: Change, user: User) -> None:
    """Take every app from a user."""
    for app in change.org.apps_of(user):
        _withdraw(change, app, user)


def _grant(change: Change, app: App, user: User, group_id: str | None) -> Assignment:
    now = change.second
    scope = "USER" if group_id is None else "GROUP"
    assignment = Assignment(change.org.ids.new("0ua"), app.id, user.id, scope, now, now, group_id)
    app.assignments[user.id] = assignment
    change.log("application.user_membership.add", assignment, app, user)
    return assignment


def _withdraw(change: Change, app: App, user: User) -> None:
    assignment = app.assignments.pop(user.id)
    change.log("application.user_membership.remove", assignment, app, user)
