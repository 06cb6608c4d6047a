"""Users: activate, deactivate, suspend, unsuspend."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from okta_mcp.actions.action import Call, Effect, Irreversible, action
from okta_mcp.actions.passwords import handed_out
from okta_mcp.actions.references import TheUser, TheUserHere
from okta_mcp.actions.results import Written
from okta_mcp.actions.status import Status, status_now, still_at_it
from okta_mcp.guard import Part, neutral_text, quoted
from okta_mcp.okta import OktaError, User, inner
from okta_mcp.okta import Written as Reply
from okta_mcp.okta import users as okta_users
from okta_mcp.okta.applications import list_user_applications

_COUNTED, _NAMED = 200, 3
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


_RETURNS = "Groups (not named) were kept through the deactivation, and the apps they bring return."


def _opened(arguments: Mapping[str, Any]) -> Sequence[str]:
    returns = (_RETURNS,) if arguments["user"].status == "DEPROVISIONED" else ()
    return (*returns, *(() if arguments["send_email"] else handed_out(arguments)))


async def _opened_exactly(call: Call, arguments: Mapping[str, Any]) -> str:
    returns = {_RETURNS: await _returns(call, arguments["user"])} if _RETURNS in _opened(arguments) else {}
    return " ".join(returns.get(one, one) for one in _opened(arguments))


async def _returns(call: Call, user: User) -> str:
    since = f"Deactivated since {neutral_text(user.status_changed)[:10]}. " if user.status_changed else ""
    try:
        page = await okta_users.list_user_groups(call.okta, user.id)
    except OktaError:
        return f"{since}{_RETURNS}"
    kept = [one.name for one in page.items if one.type != "BUILT_IN"]
    return f"{since}Groups kept, whose apps return: {_named(kept, more=page.next is not None)}."


@action(
    title="Activate user",
    effect=Effect.WRITE,
    # Each call for somebody who has not used the link yet sends another.
    idempotent=False,
    toolset="users",
    scopes=_MANAGE,
    irreversible=Irreversible(_opened, lambda arguments: bool(_opened(arguments)), counted=_opened_exactly),
)
async def activate_user(
    call: Call,
    *,
    user: TheUser,
    send_email: Annotated[bool, Field(description="false: return the link instead")] = True,
) -> Activated:
    """Activate a user, or send another link. Source: `POST /api/v1/users/{id}/lifecycle/activate`, `…/reactivate`."""
    again = user.status == "PROVISIONED"
    request = okta_users.reactivate if again else okta_users.activate
    written = await request(call.okta, user.id, send_email=send_email)
    now = await status_now(call.okta, user)
    # A user who has a password is active at once; Okta hands out a link all the same, which nobody needs.
    link = None if send_email or now.row.status == "ACTIVE" else neutral_text(written.value.get("activationUrl"))
    pending = " The user becomes ACTIVE on using the activation link." if now.row.status == "PROVISIONED" else ""
    mailed = {"PROVISIONED": True, "ACTIVE": False}.get(now.row.status) if send_email else False
    return Activated(
        **_outcome("Made a new activation link for" if again else "Activated", now, written, pending),
        activation_link=link or None,
        email_sent=mailed,
    )


_DESTROYED = "The password is destroyed for good."
_UNCOUNTED = "Direct app assignments (not counted) end for good; those through groups return on activation."


def _lost_by_deactivation(_arguments: Mapping[str, Any]) -> Sequence[str]:
    return (_DESTROYED, _UNCOUNTED)


async def _counted(call: Call, arguments: Mapping[str, Any]) -> str:
    return f"{_DESTROYED} {await _assignments(call, arguments['user'].id)}"


async def _assignments(call: Call, user_id: str) -> str:
    try:
        page = await list_user_applications(call.okta, user_id, limit=_COUNTED)
    except OktaError:
        return _UNCOUNTED
    through = [one.label for one in page.items if inner(one.embedded, "user").get("scope") == "GROUP"]
    direct = [one.label for one in page.items if inner(one.embedded, "user").get("scope") != "GROUP"]
    ends, returns = _named(direct, more=page.next is not None), _named(through, more=page.next is not None)
    told = f"Direct app assignments end for good: {ends}."
    return f"{told} Those through groups return on activation as long as the groups stay: {returns}."


def _named(names: list[str], *, more: bool) -> str:
    if not names:
        return "not known, there are too many" if more else "none"
    some = ", ".join(quoted(one, limit=40) for one in names[:_NAMED])
    number = f"at least {len(names)}" if more else str(len(names))
    return f"{number} ({some}{'' if len(names) <= _NAMED and not more else ', …'})"


@action(
    title="Deactivate user",
    effect=Effect.DESTRUCTIVE,
    idempotent=True,
    toolset="users",
    scopes=_MANAGE,
    irreversible=Irreversible(_lost_by_deactivation, counted=_counted),
    parts=(Part("to count apps when it is confirmed", ("okta.apps.read",)),),
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
        " The password and direct app assignments are gone for good."
        " Groups remain, and their apps return on activation.",
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
