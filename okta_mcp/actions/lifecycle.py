"""Users: activate, deactivate, suspend, unsuspend."""

from collections.abc import Awaitable, Mapping
from typing import Annotated, Any

from pydantic import Field

from okta_mcp.actions.action import Call, Effect, Irreversible, action
from okta_mcp.actions.references import TheUser, TheUserHere
from okta_mcp.actions.results import Written
from okta_mcp.actions.status import Status, status_now, still_at_it
from okta_mcp.guard import neutral_text, quoted
from okta_mcp.okta import OktaError, User
from okta_mcp.okta import Written as Reply
from okta_mcp.okta import users as okta_users
from okta_mcp.okta.applications import list_user_applications

_COUNTED, _NAMED_APPS = 200, 3
_MANAGE = ("okta.users.manage",)


class Lifecycle(Written):
    """A change of status."""

    status_changed: str | None = None


class Activated(Lifecycle):
    """A user who was activated."""

    activation_link: str | None = None
    email_sent: bool | None = None

    @property
    def to_the_letter(self) -> tuple[str, ...]:
        """The link."""
        return (self.activation_link,) if self.activation_link else ()

    def details(self) -> list[str]:
        """Return whether the activation link was mailed, or the link where it was asked for."""
        if self.activation_link:
            return [f"Activation link: {self.activation_link}"]
        if self.email_sent is False and self.user.status != "ACTIVE":
            return ["Activation link: Okta returned none"]
        mailed = {True: "yes", False: "no", None: "not known"}[self.email_sent]
        return [f"Activation email sent: {mailed}"]


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
    # A user who has a password is active at once; Okta hands out a link all the same, which nobody needs.
    link = None if send_email or now.row.status == "ACTIVE" else neutral_text(written.value.get("activationUrl"))
    pending = " The user becomes ACTIVE on using the activation link." if now.row.status == "PROVISIONED" else ""
    mailed = {"PROVISIONED": True, "ACTIVE": False}.get(now.row.status) if send_email else False
    return Activated(
        **_outcome("Activated", now, written, pending),
        activation_link=link or None,
        email_sent=mailed,
    )


async def _lost_by_deactivation(call: Call, arguments: Mapping[str, Any]) -> str:
    apps = await _assignments(call, arguments["user"].id)
    return f"The password is destroyed and {apps} for good; activate_user brings back the account without them."


async def _assignments(call: Call, user_id: str) -> str:
    try:
        page = await list_user_applications(call.okta, user_id, limit=_COUNTED)
    except OktaError:
        return "the app assignments (which could not be counted) end"
    number = len(page.items)
    if not number:
        return "any app assignment ends (there is none now)"
    some = ", ".join(quoted(one.label, limit=40) for one in page.items[:_NAMED_APPS])
    more = f"at least {number}" if page.next else str(number)
    named = some if number <= _NAMED_APPS and not page.next else f"{some}, …"
    return f"{more} app assignment{'' if number == 1 else 's'} ({named}) end{'s' if number == 1 else ''}"


@action(
    title="Deactivate user",
    effect=Effect.DESTRUCTIVE,
    idempotent=True,
    toolset="users",
    scopes=_MANAGE,
    irreversible=Irreversible(_lost_by_deactivation),
)
async def deactivate_user(
    call: Call,
    *,
    user: TheUserHere,
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
    title="Suspend user",
    effect=Effect.DESTRUCTIVE,
    idempotent=True,
    toolset="users",
    scopes=_MANAGE,
)
async def suspend_user(call: Call, *, user: TheUserHere) -> Lifecycle:
    """Suspend a user. Source: `POST /api/v1/users/{id}/lifecycle/suspend`."""
    return await _lifecycle(
        call, "Suspended", user, okta_users.suspend(call.okta, user.id), " Groups and apps are kept."
    )


@action(title="Unsuspend user", effect=Effect.WRITE, idempotent=True, toolset="users", scopes=_MANAGE)
async def unsuspend_user(call: Call, *, user: TheUserHere) -> Lifecycle:
    """Unsuspend a user. Source: `POST /api/v1/users/{id}/lifecycle/unsuspend`."""
    return await _lifecycle(call, "Unsuspended", user, okta_users.unsuspend(call.okta, user.id), "")


async def _lifecycle(
    call: Call, verb: str, before: User, request: Awaitable[Reply[dict[str, Any]]], consequence: str
) -> Lifecycle:
    written = await request
    now = await status_now(call.okta, before)
    return Lifecycle(**_outcome(verb, now, written, consequence))


def _outcome(verb: str, now: Status, written: Reply[dict[str, Any]], consequence: str) -> dict[str, Any]:
    return {
        "summary": f"{verb} {now.row.label}.{still_at_it(now.user)}{consequence}",
        "user": now.row,
        "changes": now.changes,
        "status_changed": now.since,
        "request_id": written.request_id,
        "next_step": now.doubt,
    }
