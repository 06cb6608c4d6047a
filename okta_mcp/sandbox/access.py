"""Who may use which app: assignments of users, directly or through their groups."""

from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.records import App, Assignment, Group, Status, User

__all__ = ["assign_user", "reconcile", "withdraw_all", "withdraw_group"]


def assign_user(change: Change, app: App, user: User) -> Assignment:
    """Give a user direct access to an app."""
    return _grant(change, app, user, None)


def withdraw_group(change: Change, group: Group) -> None:
    """Take from a group that is about to go every app it gave access to."""
    for app in change.org.apps_of_group(group):
        del app.group_ids[group.id]
    for user_id in sorted(group.members):
        reconcile(change, change.org.users[user_id])


def reconcile(change: Change, user: User) -> None:
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
