"""Passwords and recovery questions: set by an administrator, reset, expired, or changed by their user."""

from collections.abc import Callable
from datetime import timedelta

from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import ApiError, error, validation_failed
from okta_mcp.sandbox.lifecycle import TOKEN_LENGTH, move, touch
from okta_mcp.sandbox.passwords import Password, plain_password
from okta_mcp.sandbox.records import Provider, RecoveryQuestion, Status, User
from okta_mcp.sandbox.transitions import Operation, next_status

__all__ = [
    "change_password",
    "change_recovery_question",
    "check_question",
    "expire_password",
    "expire_with_temporary_password",
    "federate",
    "forgot_password",
    "recover_with_answer",
    "reset_password",
    "set_password",
    "store_password",
]

_OKTA = Provider()
_IMPORT = Provider("IMPORT", "IMPORT")


def store_password(change: Change, user: User, password: Password) -> None:
    """Replace the password, remembering the former one; imported ones leave the provider IMPORT."""
    if user.password is not None:
        user.former_passwords.append(user.password)
    user.password = password
    user.password_changed = change.second
    user.password_expired = False
    user.failed_sign_ins = 0
    if password.algorithm != "PLAIN":
        user.provider = _IMPORT
    elif user.provider == _IMPORT:
        user.provider = _OKTA


def set_password(change: Change, user: User, text: str, *, strict: bool) -> None:
    """Set a password as an administrator does, without the old one.

    Args:
        change: the deed this is part of.
        user: whose password it is.
        text: the new password.
        strict: whether the policy's minimum age and history count too.

    Raises:
        ApiError: 400 E0000001 when the policy refuses it, 403 E0000038 in a status without a password, 403
            E0000023 when another system keeps the password.
    """
    next_status(user, Operation.SET_PASSWORD)
    if user.provider.is_external:
        raise error("E0000023")
    _check_new_password(change, user, text, strict=strict, refusal=change.org.password_policy.weak_password)
    move(change, user, Operation.SET_PASSWORD)
    if user.status is Status.ACTIVE and user.activated is None:
        user.activated = change.second
    store_password(change, user, plain_password(text))
    change.log("user.account.update_password", user)


def _check_new_password(
    change: Change, user: User, text: str, *, strict: bool, refusal: Callable[[], ApiError]
) -> None:
    """Hold a new password against the org's policy.

    Raises:
        ApiError: what `refusal` makes.
    """
    policy = change.org.password_policy
    if not policy.accepts(text, user.login):
        raise refusal()
    if not strict:
        return
    used = [*user.former_passwords, *([user.password] if user.password else [])]
    too_soon = user.password_changed is not None and change.now - user.password_changed < timedelta(
        minutes=policy.min_age_minutes
    )
    if too_soon or policy.remembers(text, used):
        raise refusal()


def reset_password(change: Change, user: User, *, revoke_sessions: bool) -> str:
    """Make the password unusable until the user follows a link; returns the link's one-time token."""
    next_status(user, Operation.RESET_PASSWORD)
    if user.provider.type == "FEDERATION":
        user.provider = _OKTA
    move(change, user, Operation.RESET_PASSWORD)
    user.one_time_token = change.org.ids.secret(TOKEN_LENGTH, "drp")
    change.log("user.account.reset_password", user)
    if revoke_sessions:
        _clear_sessions(change, user)
    return user.one_time_token


def federate(change: Change, user: User) -> None:
    """Leave the user's password to a federated provider; the one kept here goes."""
    next_status(user, Operation.RESET_PASSWORD)
    user.provider = Provider("FEDERATION", "FEDERATION")
    user.password = None
    user.password_changed = None
    user.recovery = None
    touch(change, user)
    change.log("user.account.reset_password", user)


def expire_password(change: Change, user: User) -> None:
    """Require a new password at the next sign-in.

    Raises:
        ApiError: 403 E0000038 without a password or in another status than those with one.
    """
    next_status(user, Operation.EXPIRE_PASSWORD)
    if user.password is None:
        raise error("E0000038")
    move(change, user, Operation.EXPIRE_PASSWORD)
    user.password_expired = True
    change.log("user.account.expire_password", user)


def expire_with_temporary_password(change: Change, user: User, *, revoke_sessions: bool) -> str:
    """Expire the password and replace it with one to be used once; returns that one."""
    expire_password(change, user)
    temporary = "Xk3" + change.org.ids.secret(5)
    store_password(change, user, plain_password(temporary))
    user.password_expired = True
    change.log("user.account.update_password", user)
    if revoke_sessions:
        _clear_sessions(change, user)
    return temporary


def forgot_password(change: Change, user: User) -> str:
    """Start recovery of a forgotten password; returns the link's one-time token.

    Raises:
        ApiError: 403 E0000034 when the user is not active or has nothing to recover with.
    """
    next_status(user, Operation.FORGOT_PASSWORD)
    _check_recoverable(user)
    user.one_time_token = change.org.ids.secret(TOKEN_LENGTH, "drp")
    change.log("user.account.reset_password", user)
    return user.one_time_token


def change_password(change: Change, user: User, old: str, new: str, *, strict: bool, revoke: bool) -> None:
    """Change a password as its user does, who knows the old one.

    Raises:
        ApiError: 403 E0000035 in the wrong status or without a password; 403 E0000014 when the old
            password is wrong or the policy refuses the new one.
    """
    next_status(user, Operation.CHANGE_PASSWORD)
    if user.password is None or user.provider.is_external:
        raise error("E0000035")
    if not user.password.matches(old):
        raise error("E0000014", "oldPassword: The credentials provided were incorrect.")
    policy = change.org.password_policy
    _check_new_password(change, user, new, strict=strict, refusal=policy.weak_new_password)
    move(change, user, Operation.CHANGE_PASSWORD)
    store_password(change, user, plain_password(new))
    change.log("user.account.update_password", user)
    if revoke:
        _clear_sessions(change, user)


def change_recovery_question(change: Change, user: User, password: str, question: RecoveryQuestion) -> None:
    """Change the recovery question as its user does, who knows the password.

    Raises:
        ApiError: 403 E0000036 in the wrong status; 403 E0000014 when the password is wrong.
    """
    next_status(user, Operation.CHANGE_RECOVERY_QUESTION)
    if user.password is None or not user.password.matches(password):
        raise error("E0000014", "password: The credentials provided were incorrect.")
    user.recovery = question
    move(change, user, Operation.CHANGE_RECOVERY_QUESTION)
    change.log("user.account.update_profile", user)


def recover_with_answer(change: Change, user: User, answer: str, new: str) -> None:
    """Set a new password for a user who forgot the old one and knows the recovery answer.

    Raises:
        ApiError: 403 E0000034 when the user is not active or has no question; 403 E0000087 when the
            answer is wrong; 403 E0000014 when the policy refuses the password.
    """
    next_status(user, Operation.FORGOT_PASSWORD)
    if user.recovery is None:
        raise error("E0000034", "Recovery credential not set.")
    if user.recovery.answer.casefold() != answer.casefold():
        raise error("E0000087")
    policy = change.org.password_policy
    _check_new_password(change, user, new, strict=False, refusal=policy.weak_new_password)
    store_password(change, user, plain_password(new))
    touch(change, user)
    change.log("user.account.update_password", user)


def check_question(question: object, answer: object) -> RecoveryQuestion:
    """Read a recovery question and its answer.

    Raises:
        ApiError: 400 E0000001 when one is missing or over 100 characters, or the answer under 4.
    """
    for name, value, least in (("question", question, 1), ("answer", answer, 4)):
        if not isinstance(value, str) or not value.strip():
            raise validation_failed("recovery_question", f"{name}: The field cannot be left blank")
        if len(value) > 100:
            raise validation_failed("recovery_question", f"{name}: The field is too long")
        if len(value) < least:
            raise validation_failed("recovery_question", f"{name}: The field is too short")
    return RecoveryQuestion(str(question), str(answer))


def _check_recoverable(user: User) -> None:
    if user.recovery is None:
        raise error("E0000034", "Recovery credential not set.")


def _clear_sessions(change: Change, user: User) -> None:
    user.sessions = 0
    change.log("user.session.clear", user)
