"""Operations on a user's status: what each changes beside the status itself."""

from okta_mcp.sandbox.access import reconcile, withdraw_all
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import error
from okta_mcp.sandbox.pending import Deed, postpone
from okta_mcp.sandbox.records import Status, User
from okta_mcp.sandbox.rules import apply_rules
from okta_mcp.sandbox.transitions import Operation, next_status

__all__ = [
    "activate",
    "deactivate",
    "delete",
    "finish_activation",
    "finish_deactivation",
    "finish_deletion",
    "let_in_again",
    "lock",
    "move",
    "reactivate",
    "reset_factors",
    "revoke_sessions",
    "suspend",
    "touch",
    "unlock",
    "unsuspend",
]

TOKEN_LENGTH = 20


def touch(change: Change, user: User) -> None:
    """Note that something about the user has changed."""
    user.last_updated = change.second
    user.revision += 1


def move(change: Change, user: User, operation: Operation) -> None:
    """Take the user to the status that `operation` leads to.

    Raises:
        ApiError: when the operation is not allowed in the user's status.
    """
    status = next_status(user, operation)
    if status is not None and status is not user.status:
        user.status = status
        user.status_changed = change.second
    touch(change, user)


def activate(change: Change, user: User) -> str:
    """Let a staged or deactivated user in, at once or in the background; returns the one-time activation token."""
    status = next_status(user, Operation.ACTIVATE)
    token = change.org.ids.secret(TOKEN_LENGTH)
    if postpone(change, Deed.ACTIVATE, user.id):
        user.transitioning_to = status
        touch(change, user)
    else:
        finish_activation(change, user)
    user.one_time_token = token
    return token


def finish_activation(change: Change, user: User) -> None:
    """Let the user in, at the moment it was decided or when the org has come to it."""
    user.transitioning_to = None
    was_deactivated = user.status is Status.DEPROVISIONED
    move(change, user, Operation.ACTIVATE)
    user.activated = user.activated or change.second
    change.log("user.lifecycle.activate", user)
    apply_rules(change, user)
    if was_deactivated:
        reconcile(change, user)


def reactivate(change: Change, user: User) -> str:
    """Give a user who has not completed activation a new token; the former one is void."""
    move(change, user, Operation.REACTIVATE)
    user.one_time_token = change.org.ids.secret(TOKEN_LENGTH)
    change.log("user.lifecycle.reactivate", user)
    return user.one_time_token


def deactivate(change: Change, user: User, *, in_background: bool = False) -> None:
    """Shut a user out: password, sessions, API tokens and apps go; groups stay.

    Args:
        change: the deed this is part of.
        user: who is shut out.
        in_background: whether the org may take its time, if it is one that does.
    """
    status = next_status(user, Operation.DEACTIVATE)
    if in_background and postpone(change, Deed.DEACTIVATE, user.id):
        user.transitioning_to = status
        touch(change, user)
    else:
        finish_deactivation(change, user)


def finish_deactivation(change: Change, user: User) -> None:
    """Shut the user out, at the moment it was decided or when the org has come to it."""
    user.transitioning_to = None
    move(change, user, Operation.DEACTIVATE)
    user.password = None
    user.password_changed = None
    user.former_passwords.clear()
    user.password_expired = False
    user.previous_status = None
    user.one_time_token = None
    user.sessions = 0
    user.failed_sign_ins = 0
    change.org.revoke_tokens_of(user)
    change.log("user.lifecycle.deactivate", user)
    withdraw_all(change, user)


def suspend(change: Change, user: User) -> None:
    """Refuse sign-in for a time; groups and apps stay."""
    before = user.status
    move(change, user, Operation.SUSPEND)
    user.previous_status = before
    user.sessions = 0
    change.log("user.lifecycle.suspend", user)


def unsuspend(change: Change, user: User) -> None:
    """Return a suspended user to the status before."""
    move(change, user, Operation.UNSUSPEND)
    user.previous_status = None
    change.log("user.lifecycle.unsuspend", user)


def unlock(change: Change, user: User) -> None:
    """Let a user in again who was locked out, or whose unknown devices were blocked.

    Raises:
        ApiError: 403 E0000032 when there is nothing to unlock, or a directory outside Okta locked the user.
    """
    if user.provider.is_directory:
        raise error("E0000032")
    move(change, user, Operation.UNLOCK)
    user.device_blocked = False
    user.failed_sign_ins = 0
    change.log("user.account.unlock_by_admin", user)


def let_in_again(change: Change, user: User) -> None:
    """End a lockout whose time is over."""
    move(change, user, Operation.UNLOCK)
    user.failed_sign_ins = 0
    change.log("user.account.unlock", user)


def lock(change: Change, user: User) -> None:
    """Shut a user out who gave a wrong password too often."""
    user.status = Status.LOCKED_OUT
    user.status_changed = change.second
    touch(change, user)
    change.log("user.account.lock", user, outcome="FAILURE", reason="LOCKED_OUT")


def reset_factors(change: Change, user: User) -> None:
    """Remove every enrolled factor."""
    move(change, user, Operation.RESET_FACTORS)
    user.factors.clear()
    change.log("user.mfa.factor.reset_all", user)


def revoke_sessions(change: Change, user: User) -> None:
    """End every session of the user; without sessions there is nothing to do, and no error."""
    user.sessions = 0
    change.log("user.session.clear", user)


def delete(change: Change, user: User, *, in_background: bool = False) -> None:
    """Deactivate the user, or remove for good one who is deactivated."""
    if next_status(user, Operation.DELETE) is not None:
        deactivate(change, user, in_background=in_background)
        return
    change.log("user.lifecycle.delete.initiated", user)
    if not (in_background and postpone(change, Deed.DELETE, user.id)):
        finish_deletion(change, user)


def finish_deletion(change: Change, user: User) -> None:
    """Remove the user, at the moment it was decided or when the org has come to it."""
    change.org.remove_user(user)
    change.log("user.lifecycle.delete.completed", user)
