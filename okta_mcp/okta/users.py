"""Users: `/api/v1/users`."""

from typing import Any

from okta_mcp.okta.client import OktaClient, Reply
from okta_mcp.okta.objects import AppLink, Group, Json, Page, User, Written
from okta_mcp.okta.pages import all_pages

MAX_GROUP_PAGES = 10
"""How many pages `list_user_groups` follows before it gives up. Okta sends up to 200 a page."""


async def get_user(okta: OktaClient, id_or_login: str, *, expand: str | None = None) -> User:
    """Get one user by id, login, or the part of a login before `@`.

    Args:
        okta: the org.
        id_or_login: id, login or unambiguous short login.
        expand: `blocks` puts access blocks under `_embedded`.

    Raises:
        NotFound: there is no such user.
        NotOkta: the answer is not a user.

    Source: `GET /api/v1/users/{id}`.
    """
    reply = await okta.get("users", id_or_login, params={"expand": expand})
    user = User.from_json(reply.object())
    if not user.id:
        raise reply.unexpected("a user")
    return user


async def list_users(
    okta: OktaClient,
    *,
    q: str | None = None,
    search: str | None = None,
    filter: str | None = None,  # noqa: A002 - Okta's name
    sort_by: str | None = None,
    sort_order: str | None = None,
    limit: int | None = None,
    after: str | None = None,
    fields: str | None = None,
) -> Page[User]:
    """List users, one page.

    Args:
        okta: the org.
        q: start of a first name, last name or e-mail; 10 results unless `limit` says more, no paging.
        search: expression over any attribute; includes deactivated users; may lag behind writes by a second.
        filter: expression over a few attributes.
        sort_by: attribute such as `profile.lastName`; only with `search`.
        sort_order: `asc` or `desc`; only with `sort_by`.
        limit: users on a page, at most 200.
        after: cursor of an earlier page's `next`.
        fields: what is wanted of each, such as `id,status,profile:(city)`; the rest is then left out.

    Raises:
        InvalidRequest: Okta refuses the expression.

    Source: `GET /api/v1/users`.
    """
    reply = await okta.get(
        "users",
        params={
            "after": after,
            "limit": limit,
            "q": q,
            "sortBy": sort_by,
            "sortOrder": sort_order,
            "filter": filter,
            "search": search,
            "fields": fields,
        },
    )
    return reply.page(User.from_json)


async def create_user(
    okta: OktaClient,
    body: Json,
    *,
    activate: bool,
    provider: bool = False,
    next_login: str | None = None,
) -> Written[User]:
    """Create a user.

    Args:
        okta: the org.
        body: `profile`, and optionally `credentials`, `groupIds`, `type`, `realmId`.
        activate: whether to activate at once.
        provider: whether `credentials.provider` is given.
        next_login: `changePassword` makes the given password expire at once.

    Raises:
        InvalidRequest: the login is taken, an attribute is missing or unknown, the password is too weak.
        ConnectionLost, OktaTimeout, ServerFault: with `maybe_applied`, the user may exist.
        NotOkta: with `maybe_applied`, Okta accepted the request but its answer is not a user.

    Source: `POST /api/v1/users`.
    """
    reply = await okta.post(
        "users",
        params={"activate": activate, "provider": provider or None, "nextLogin": next_login},
        json=body,
    )
    user = User.from_json(reply.object(or_empty=True))
    if not user.id:
        raise reply.unexpected("a user")
    return Written(user, reply.request_id)


async def update_user(
    okta: OktaClient, user_id: str, body: Json, *, strict: bool | None = None
) -> Written[User | None]:
    """Change what `body` names and leave the rest; null clears an attribute.

    The value is None when Okta accepted the request and answered without the user.

    Args:
        okta: the org.
        user_id: id of the user.
        body: `profile` and `credentials` with the keys that change.
        strict: whether a new password must also meet the policy's minimum age and history.

    Raises:
        InvalidRequest: Okta refuses a value.
        Forbidden: the user is deactivated, or its profile is mastered elsewhere.
        NotFound: there is no such user.

    Source: `POST /api/v1/users/{id}`.
    """
    reply = await okta.post(
        "users",
        user_id,
        params={"strict": strict},
        json=body,
        # A merge repeated is the same merge, but a password repeated may offend the policy's history.
        idempotent="credentials" not in body,
    )
    return _written_user(reply)


async def activate(okta: OktaClient, user_id: str, *, send_email: bool) -> Written[dict[str, Any]]:
    """Activate a STAGED or DEPROVISIONED user.

    Args:
        okta: the org.
        user_id: id of the user.
        send_email: whether Okta mails the activation link. If not, the answer holds `activationUrl` and
            `activationToken`, which are secrets.

    Raises:
        Forbidden: E0000016 or E0000038, the user's status does not allow it.

    Source: `POST /api/v1/users/{id}/lifecycle/activate`.
    """
    return await _lifecycle(okta, user_id, "activate", sendEmail=send_email)


async def reactivate(okta: OktaClient, user_id: str, *, send_email: bool) -> Written[dict[str, Any]]:
    """Give a PROVISIONED or RECOVERY user a new link in place of the one that was not used; the status stays.

    Args:
        okta: the org.
        user_id: id of the user.
        send_email: whether Okta mails the link. If not, the answer holds `activationUrl` and `activationToken`, which
            are secrets.

    Raises:
        Forbidden: E0000038, the user's status does not allow it.

    Source: `POST /api/v1/users/{id}/lifecycle/reactivate`.
    """
    return await _lifecycle(okta, user_id, "reactivate", sendEmail=send_email)


async def deactivate(okta: OktaClient, user_id: str, *, send_email: bool) -> Written[dict[str, Any]]:
    """Deactivate a user: its password and application assignments are lost for good.

    Args:
        okta: the org.
        user_id: id of the user.
        send_email: whether Okta mails the org's administrators.

    Raises:
        NotFound: there is no such user, or it is already deactivated.

    Source: `POST /api/v1/users/{id}/lifecycle/deactivate`.
    """
    return await _lifecycle(okta, user_id, "deactivate", sendEmail=send_email)


async def suspend(okta: OktaClient, user_id: str) -> Written[dict[str, Any]]:
    """Suspend a user: no sign-in, groups and applications are kept.

    Raises:
        InvalidRequest: E0000001, the user is not active.

    Source: `POST /api/v1/users/{id}/lifecycle/suspend`.
    """
    return await _lifecycle(okta, user_id, "suspend")


async def unsuspend(okta: OktaClient, user_id: str) -> Written[dict[str, Any]]:
    """Give a suspended user its earlier status back.

    Raises:
        InvalidRequest: E0000001, the user is not suspended.

    Source: `POST /api/v1/users/{id}/lifecycle/unsuspend`.
    """
    return await _lifecycle(okta, user_id, "unsuspend")


async def expire_password(okta: OktaClient, user_id: str) -> Written[User | None]:
    """Make the user choose a new password at the next sign-in.

    `status_changed` in the answer is still the old one. The value is None when Okta accepted the request and
    answered without the user.

    Raises:
        Forbidden: E0000038, the user's status does not allow it.

    Source: `POST /api/v1/users/{id}/lifecycle/expire_password`.
    """
    reply = await okta.post("users", user_id, "lifecycle", "expire_password")
    return _written_user(reply)


async def expire_password_with_temp_password(
    okta: OktaClient, user_id: str, *, revoke_sessions: bool
) -> Written[dict[str, Any]]:
    """Replace the password by a temporary one; the answer holds `tempPassword`, a secret.

    Args:
        okta: the org.
        user_id: id of the user.
        revoke_sessions: whether to end the user's sessions too.

    Raises:
        Forbidden: E0000038, the user's status does not allow it.

    Source: `POST /api/v1/users/{id}/lifecycle/expire_password_with_temp_password`.
    """
    return await _lifecycle(okta, user_id, "expire_password_with_temp_password", revokeSessions=revoke_sessions)


async def reset_password(
    okta: OktaClient, user_id: str, *, send_email: bool, revoke_sessions: bool
) -> Written[dict[str, Any]]:
    """Start a password reset: the user is in RECOVERY until it is done, the old password no longer works.

    Args:
        okta: the org.
        user_id: id of the user.
        send_email: whether Okta mails the link. If not, the answer holds `resetPasswordUrl`, a secret.
        revoke_sessions: whether to end the user's sessions too.

    Raises:
        Forbidden: E0000017, the user's status does not allow it.

    Source: `POST /api/v1/users/{id}/lifecycle/reset_password`.
    """
    return await _lifecycle(okta, user_id, "reset_password", sendEmail=send_email, revokeSessions=revoke_sessions)


async def forgot_password(okta: OktaClient, user_id: str, *, send_email: bool) -> Written[dict[str, Any]]:
    """Start the user's own "forgot password" flow; the status does not change.

    Args:
        okta: the org.
        user_id: id of the user.
        send_email: whether Okta mails the link. If not, the answer holds `resetPasswordUrl`, a secret.

    Raises:
        Forbidden: E0000034, the user is not active or has no way to recover.

    Source: `POST /api/v1/users/{userId}/credentials/forgot_password`.
    """
    reply = await okta.post("users", user_id, "credentials", "forgot_password", params={"sendEmail": send_email})
    return Written(dict(reply.object(or_empty=True)), reply.request_id)


async def list_user_groups(okta: OktaClient, user_id: str) -> Page[Group]:
    """List the groups of a user, imported and built-in ones too.

    The pages are followed up to `MAX_GROUP_PAGES`, so that `next` is None in all but extreme cases.

    Args:
        okta: the org.
        user_id: id or login of the user.

    Raises:
        NotFound: there is no such user.

    Source: `GET /api/v1/users/{id}/groups`.
    """

    async def read(after: str | None) -> Page[Group]:
        return (await okta.get("users", user_id, "groups", params={"after": after})).page(Group.from_json)

    return await all_pages(read, most=MAX_GROUP_PAGES)


async def list_app_links(okta: OktaClient, user_id: str) -> tuple[AppLink, ...]:
    """List the tiles on a user's dashboard, hidden ones too.

    Raises:
        NotFound: there is no such user.

    Source: `GET /api/v1/users/{id}/appLinks`.
    """
    reply = await okta.get("users", user_id, "appLinks")
    return reply.page(AppLink.from_json).items


async def _lifecycle(okta: OktaClient, user_id: str, operation: str, **params: bool | None) -> Written[dict[str, Any]]:
    reply = await okta.post("users", user_id, "lifecycle", operation, params=params)
    return Written(dict(reply.object(or_empty=True)), reply.request_id)


def _written_user(reply: Reply) -> Written[User | None]:
    user = User.from_json(reply.object(or_empty=True))
    return Written(user if user.id else None, reply.request_id)
