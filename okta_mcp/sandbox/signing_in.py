"""Signing in with a name and a password, as far as it changes users: last sign-in, lockout, expiry.

Source: Okta Authentication API, "Primary authentication"; no factor is asked for. Expiry and the end of a lockout are
noticed when somebody signs in, as Okta does.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from okta_mcp.sandbox import credentials, lifecycle
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.passwords import plain_password
from okta_mcp.sandbox.records import Status, User

__all__ = ["STATE_LIFETIME", "SignIn", "choose_new_password", "sign_in"]

# How long a sign-in that wants something more waits for it.
STATE_LIFETIME = timedelta(minutes=5)

# What a sign-in comes to when it does not fail.
SignIn = tuple[str, User]

_MAY_TRY = (Status.ACTIVE, Status.PASSWORD_EXPIRED, Status.LOCKED_OUT)


def sign_in(change: Change, name: str, password: str) -> SignIn:
    """Check a name and a password.

    Args:
        change: the deed this is part of; who acts is found out here.
        name: login or its part before `@`.
        password: in plain text.

    Returns:
        SUCCESS, PASSWORD_EXPIRED or LOCKED_OUT, and who it is about.

    Raises:
        ApiError: 401 E0000004 for a name nobody has, a wrong password, or a user who may not sign in.
    """
    try:
        user = change.org.user(name)
    except ApiError:
        _log_stranger(change, name)
        raise error("E0000004") from None
    own = replace(change, actor=user)
    if user.status not in _MAY_TRY or user.transitioning_to is not None or user.provider.is_external:
        raise _refused(own, user, "INVALID_CREDENTIALS")
    if user.status is Status.LOCKED_OUT and not _unlocked_by_time(own, user):
        own.log("user.session.start", user, outcome="FAILURE", reason="LOCKED_OUT")
        return "LOCKED_OUT", user
    if user.password is None or not user.password.matches(password):
        raise _wrong(own, user)
    user.failed_sign_ins = 0
    if user.provider.type == "IMPORT":
        # From now on Okta keeps a hash of its own.
        changed = user.password_changed
        credentials.store_password(own, user, plain_password(password))
        user.password_changed = changed
    if user.status is Status.ACTIVE and _is_too_old(own, user):
        credentials.expire_password(own, user)
    if user.status is Status.PASSWORD_EXPIRED:
        own.log("user.session.start", user, outcome="FAILURE", reason="PASSWORD_EXPIRED")
        user.state_token = own.org.ids.secret(42, "00"), own.now + STATE_LIFETIME
        return "PASSWORD_EXPIRED", user
    _let_in(own, user)
    return "SUCCESS", user


def _let_in(change: Change, user: User) -> None:
    user.last_login = change.second
    user.sessions += 1
    change.log("user.session.start", user)


def choose_new_password(change: Change, state_token: str, old: str, new: str) -> User:
    """Finish the sign-in of a user whose password has expired.

    Args:
        change: the deed this is part of; who acts is found out here.
        state_token: from the answer to the sign-in; good once, and for five minutes.
        old: the expired password.
        new: the one to replace it.

    Raises:
        ApiError: 401 E0000011 for a token that does not work; 403 E0000014 as `credentials.change_password`.
    """
    for user in change.org.users.values():
        waiting = user.state_token
        if waiting is not None and waiting[0] == state_token and change.now < waiting[1]:
            break
    else:
        raise error("E0000011")
    own = replace(change, actor=user)
    credentials.change_password(own, user, old, new, strict=True, revoke=False)
    user.state_token = None
    _let_in(own, user)
    return user


def _wrong(change: Change, user: User) -> ApiError:
    user.failed_sign_ins += 1
    failure = _refused(change, user, "INVALID_CREDENTIALS")
    most = change.org.password_policy.max_attempts
    if most and user.failed_sign_ins >= most:
        lifecycle.lock(change, user)
    return failure


def _refused(change: Change, user: User, reason: str) -> ApiError:
    change.log("user.session.start", user, outcome="FAILURE", reason=reason)
    return error("E0000004")


def _unlocked_by_time(change: Change, user: User) -> bool:
    minutes = change.org.password_policy.auto_unlock_minutes
    if not minutes or user.status_changed is None or change.now - user.status_changed < timedelta(minutes=minutes):
        return False
    lifecycle.let_in_again(change, user)
    return True


def _is_too_old(change: Change, user: User) -> bool:
    days = change.org.password_policy.max_age_days
    return bool(days) and user.password_changed is not None and change.now - user.password_changed > timedelta(days)


def _log_stranger(change: Change, name: str) -> None:
    stranger: dict[str, Any] = {
        "id": "unknown",
        "type": "User",
        "alternateId": name[:100],
        "displayName": "unknown",
        "detailEntry": None,
    }
    change.org.log.record(
        "user.session.start",
        published=change.now,
        actor=stranger,
        outcome="FAILURE",
        reason="VERIFICATION_ERROR",
        client=change.client or None,
        transaction_id=change.request_id,
        request_uri=change.request_uri,
    )
