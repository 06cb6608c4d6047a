"""Users: expire, reset and recover passwords."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from okta_mcp.actions.action import Call, Effect, Irreversible, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.references import TheUserHere
from okta_mcp.actions.results import Written
from okta_mcp.actions.status import provider_of, status_now
from okta_mcp.directory import Person
from okta_mcp.guard import neutral_text
from okta_mcp.okta import Written as Reply
from okta_mcp.okta import users as okta_users

_MANAGE = ("okta.users.manage",)

_LINK = "Whoever reads the answer can take over the account by the link in it."

# Okta says that a plain reset converts federated users back, and is silent about social ones.
_CONVERTED = {"FEDERATION": "becomes", "SOCIAL": "may become"}


class PasswordExpired(Written):
    """A password that must be changed at the next sign-in."""

    temporary_password: str | None = None
    sessions_revoked: bool | None = None

    @property
    def to_the_letter(self) -> tuple[str, ...]:
        """The password."""
        return (self.temporary_password,) if self.temporary_password else ()

    def details(self) -> list[str]:
        """Return the temporary password where it was asked for, and what became of the sessions."""
        given = [f"Temporary password: {self.temporary_password}"] if self.temporary_password else []
        return [*given, *_of_sessions(self)]


class PasswordReset(Written):
    """A password reset that the user completes by a link."""

    email_sent: bool | None = None
    reset_password_link: str | None = None
    sessions_revoked: bool | None = None

    @property
    def to_the_letter(self) -> tuple[str, ...]:
        """The link."""
        return (self.reset_password_link,) if self.reset_password_link else ()

    def details(self) -> list[str]:
        """Return where the link went."""
        if self.email_sent:
            lines = ["Email sent: yes"]
        else:
            lines = [f"Reset link: {self.reset_password_link or 'Okta returned none'}"]
        return [*lines, *_of_sessions(self)]


def _of_sessions(answer: PasswordExpired | PasswordReset) -> list[str]:
    revoked = answer.sessions_revoked
    return [] if revoked is None else [f"Sessions revoked: {'yes' if revoked else 'no'}"]


def _lost_by_replacement(_arguments: Mapping[str, Any]) -> Sequence[str]:
    return (
        "The present password is overwritten for good; whoever reads the answer can sign in with the temporary one.",
    )


@action(
    title="Expire password",
    effect=Effect.DESTRUCTIVE,
    idempotent=False,
    toolset="users",
    scopes=_MANAGE,
    irreversible=Irreversible(_lost_by_replacement, lambda arguments: arguments["temporary_password"]),
)
async def expire_password(
    call: Call,
    *,
    user: TheUserHere,
    temporary_password: Annotated[bool, Field(description="Set and return a temporary one")] = False,
    revoke_sessions: Annotated[bool, Field(description="With temporaryPassword: end sessions")] = False,
) -> PasswordExpired:
    """Expire a password. Source: `POST /api/v1/users/{id}/lifecycle/expire_password[_with_temp_password]`."""
    if revoke_sessions and not temporary_password:
        raise ArgumentError(
            "`revokeSessions` needs `temporaryPassword`: Okta ends no sessions where the present password goes on "
            "working; reset_password with `revokeSessions` ends them without a password in the answer"
        )
    temporary: str | None = None
    if temporary_password:
        reply = await okta_users.expire_password_with_temp_password(call.okta, user.id, revoke_sessions=revoke_sessions)
        temporary, request_id = neutral_text(reply.value.get("tempPassword")) or None, reply.request_id
        now = await status_now(call.okta, user)
    else:
        written = await okta_users.expire_password(call.okta, user.id)
        now, request_id = await status_now(call.okta, user, written.value), written.request_id
    missing = "Okta returned no temporary password; reset_password gives a link instead."
    return PasswordExpired(
        summary=f"Expired the password of {now.row.label}; it must be changed at the next sign-in.",
        user=now.row,
        changes=now.changes,
        next_step=missing if temporary_password and temporary is None else now.doubt,
        temporary_password=temporary,
        sessions_revoked=revoke_sessions if temporary_password else None,
        request_id=request_id,
    )


def _lost_by_reset(arguments: Mapping[str, Any]) -> Sequence[str]:
    lost = ["The present password no longer works, from now on."]
    provider = provider_of(arguments["user"])
    if provider in _CONVERTED:
        lost.append(f"The sign-in is by {provider}; it {_CONVERTED[provider]} a sign-in by a password at Okta.")
    return lost if arguments["send_email"] else [*lost, _LINK]


@action(
    title="Reset password",
    effect=Effect.DESTRUCTIVE,
    idempotent=False,
    toolset="users",
    scopes=_MANAGE,
    irreversible=Irreversible(_lost_by_reset),
)
async def reset_password(
    call: Call,
    *,
    user: TheUserHere,
    send_email: Annotated[bool, Field(description="true: mail the link; false: return it")],
    revoke_sessions: Annotated[bool, Field(description="Also end the user's sessions")] = False,
) -> PasswordReset:
    """Reset a password. Source: `POST /api/v1/users/{id}/lifecycle/reset_password`."""
    written = await okta_users.reset_password(
        call.okta, user.id, send_email=send_email, revoke_sessions=revoke_sessions
    )
    now = await status_now(call.okta, user)
    return PasswordReset(
        summary=f"Reset the password of {now.row.label}; the old one no longer works.",
        user=now.row,
        changes=[*now.changes, *now.change_of_provider],
        next_step=now.doubt,
        email_sent=send_email,
        reset_password_link=_link(written, send_email=send_email),
        sessions_revoked=revoke_sessions,
        request_id=written.request_id,
    )


def handed_out(_arguments: Mapping[str, Any]) -> Sequence[str]:
    """Return what a link in an answer is worth."""
    return (_LINK,)


@action(
    title="Forgot password",
    effect=Effect.WRITE,
    idempotent=False,
    toolset="users",
    scopes=_MANAGE,
    irreversible=Irreversible(handed_out, lambda arguments: not arguments["send_email"]),
)
async def forgot_password(
    call: Call,
    *,
    user: TheUserHere,
    send_email: Annotated[bool, Field(description="false: return the link instead")] = True,
) -> PasswordReset:
    """Start the forgot-password flow. Source: `POST /api/v1/users/{userId}/credentials/forgot_password`."""
    written = await okta_users.forgot_password(call.okta, user.id, send_email=send_email)
    row = Person.of(user)
    return PasswordReset(
        summary=f"Started password recovery for {row.label}; the present password works until it is completed.",
        user=row,
        email_sent=send_email,
        reset_password_link=_link(written, send_email=send_email),
        request_id=written.request_id,
    )


def _link(written: Reply[dict[str, Any]], *, send_email: bool) -> str | None:
    # Whoever asked for a mail is not to see the link, even if Okta answers it.
    return None if send_email else neutral_text(written.value.get("resetPasswordUrl")) or None
