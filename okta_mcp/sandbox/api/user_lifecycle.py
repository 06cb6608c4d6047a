"""Lifecycle operations. Source: Okta User Lifecycle API."""

from collections.abc import Callable

from okta_mcp.sandbox import credentials, lifecycle
from okta_mcp.sandbox.api.route import Handler, Routes, user_of
from okta_mcp.sandbox.api.users import shown
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.errors import not_found, validation_failed
from okta_mcp.sandbox.records import Status, User

__all__ = ["ROUTES"]


def activate(call: Call) -> Answer:
    """POST .../lifecycle/activate; with `sendEmail=false` the link comes back instead of going by mail."""
    user = user_of(call)
    by_mail = call.flag("sendEmail", default=True)
    call.body(())
    return _activation(call, lifecycle.activate(call.change(), user), by_mail=by_mail)


def reactivate(call: Call) -> Answer:
    """POST .../lifecycle/reactivate."""
    user = user_of(call)
    by_mail = call.flag("sendEmail", default=False)
    call.body(())
    return _activation(call, lifecycle.reactivate(call.change(), user), by_mail=by_mail)


def _activation(call: Call, token: str, *, by_mail: bool) -> Answer:
    if by_mail:
        return Answer({})
    return Answer({"activationUrl": f"{call.origin}/tokens/{token}/verify", "activationToken": token})


def deactivate(call: Call) -> Answer:
    """POST .../lifecycle/deactivate."""
    user = user_of(call)
    call.flag("sendEmail", default=False)
    call.body(())
    if user.status is Status.DEPROVISIONED:
        # Named as it was asked for, as with any user who is not found.
        raise not_found(call.path_values["user"], "User")
    lifecycle.deactivate(call.change(), user, in_background=call.prefers_background)
    return Answer({})


def reset_password(call: Call) -> Answer:
    """POST .../lifecycle/reset_password; with `provider=FEDERATION` the user becomes a federated one."""
    user = user_of(call)
    by_mail = call.flag("sendEmail", default=True)
    revoke = call.flag("revokeSessions", default=False)
    provider = call.text("provider")
    call.body(())
    if provider not in (None, "OKTA", "FEDERATION"):
        raise validation_failed("provider", "provider: must be OKTA or FEDERATION")
    if provider == "FEDERATION":
        credentials.federate(call.change(), user)
        return Answer({})
    token = credentials.reset_password(call.change(), user, revoke_sessions=revoke)
    return Answer({} if by_mail else {"resetPasswordUrl": f"{call.origin}/reset_password/{token}"})


def expire_password(call: Call) -> Answer:
    """POST .../lifecycle/expire_password; answers the user, whose `statusChanged` is still the former one."""
    if call.flag("tempPassword", default=False):
        return expire_with_temporary_password(call)
    user = user_of(call)
    call.body(())
    before = stamp(user.status_changed)
    credentials.expire_password(call.change(), user)
    return Answer({**shown(call, user), "statusChanged": before})


def expire_with_temporary_password(call: Call) -> Answer:
    """POST .../lifecycle/expire_password_with_temp_password."""
    user = user_of(call)
    revoke = call.flag("revokeSessions", default=False)
    call.body(())
    temporary = credentials.expire_with_temporary_password(call.change(), user, revoke_sessions=revoke)
    return Answer({"tempPassword": temporary})


def _plain(operation: Callable[[Change, User], None]) -> Handler:
    """Make the handler of an operation that takes nothing and answers `{}`."""

    def handler(call: Call) -> Answer:
        user = user_of(call)
        call.body(())
        operation(call.change(), user)
        return Answer({})

    return handler


ROUTES: Routes = tuple(
    ("POST", f"/users/{{user}}/lifecycle/{name}", handler)
    for name, handler in (
        ("activate", activate),
        ("reactivate", reactivate),
        ("deactivate", deactivate),
        ("suspend", _plain(lifecycle.suspend)),
        ("unsuspend", _plain(lifecycle.unsuspend)),
        ("unlock", _plain(lifecycle.unlock)),
        ("reset_password", reset_password),
        ("expire_password", expire_password),
        ("expire_password_with_temp_password", expire_with_temporary_password),
        ("reset_factors", _plain(lifecycle.reset_factors)),
    )
)
