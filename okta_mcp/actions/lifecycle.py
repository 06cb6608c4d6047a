"""Users: activate, deactivate, suspend, unsuspend."""

from collections.abc import Awaitable
from typing import Annotated, Any

from pydantic import Field

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.references import TheUser
from okta_mcp.actions.results import Change, Written
from okta_mcp.actions.status import Status, status_now
from okta_mcp.okta import User
from okta_mcp.okta import Written as Reply
from okta_mcp.okta import users as okta_users

_MANAGE = ("okta.users.manage",)


class Lifecycle(Written):
    """A change of status."""

    status_changed: str | None = None


class Activated(Lifecycle):
    """A user who was activated."""

    activation_link: str | None = None
    email_sent: bool

    def details(self) -> list[str]:
        """Return the activation link where it was asked for."""
        return [f"Activation link: {self.activation_link}"] if self.activation_link else []


@action(title="Activate user", effect=Effect.WRITE, idempotent=True, toolset="users", scopes=_MANAGE)
async def activate_user(
    call: Call,
    *,
    user: TheUser,
    send_email: Annotated[bool, Field(description="false: return the link instead")] = True,
) -> Activated:
    """Activate a user. Source: `POST /api/v1/users/{id}/lifecycle/activate`."""
    written = await okta_users.activate(call.okta, user.id, send_email=send_email)
    now = await status_now(call.okta, user)
    link = written.value.get("activationUrl")
    # A user who has a password is active at once; Okta hands out a link all the same, which nobody needs.
    active = now.row.status == "ACTIVE"
    pending = "" if active else " The user becomes ACTIVE on using the activation link."
    return Activated(
        **_outcome("Activated", user, now, written, pending),
        activation_link=None if active else link,
        email_sent=send_email and not active,
    )


@action(
    title="Deactivate user", effect=Effect.DESTRUCTIVE, idempotent=True, toolset="users", scopes=_MANAGE, locks_out=True
)
async def deactivate_user(
    call: Call,
    *,
    user: TheUser,
    send_email: Annotated[bool, Field(description="Mail the org's administrators")] = False,
) -> Lifecycle:
    """Deactivate a user. Source: `POST /api/v1/users/{id}/lifecycle/deactivate`."""
    return await _lifecycle(
        call,
        "Deactivated",
        user,
        okta_users.deactivate(call.okta, user.id, send_email=send_email),
        " The password and the app assignments are gone for good; groups remain.",
    )


@action(
    title="Suspend user", effect=Effect.DESTRUCTIVE, idempotent=True, toolset="users", scopes=_MANAGE, locks_out=True
)
async def suspend_user(call: Call, *, user: TheUser) -> Lifecycle:
    """Suspend a user. Source: `POST /api/v1/users/{id}/lifecycle/suspend`."""
    return await _lifecycle(
        call, "Suspended", user, okta_users.suspend(call.okta, user.id), " Groups and apps are kept."
    )


@action(title="Unsuspend user", effect=Effect.WRITE, idempotent=True, toolset="users", scopes=_MANAGE)
async def unsuspend_user(call: Call, *, user: TheUser) -> Lifecycle:
    """Unsuspend a user. Source: `POST /api/v1/users/{id}/lifecycle/unsuspend`."""
    return await _lifecycle(call, "Unsuspended", user, okta_users.unsuspend(call.okta, user.id), "")


async def _lifecycle(
    call: Call, verb: str, before: User, request: Awaitable[Reply[dict[str, Any]]], consequence: str
) -> Lifecycle:
    written = await request
    now = await status_now(call.okta, before)
    return Lifecycle(**_outcome(verb, before, now, written, consequence))


def _outcome(verb: str, before: User, now: Status, written: Reply[dict[str, Any]], consequence: str) -> dict[str, Any]:
    return {
        "summary": f"{verb} {now.row.label}.{consequence}",
        "user": now.row,
        "changes": Change.between({"status": before.status}, {"status": now.row.status}, ["status"]),
        "status_changed": now.changed,
        "request_id": written.request_id,
        "next_step": now.doubt,
    }
