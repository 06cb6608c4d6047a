"""Refresh tokens, each used once: the answer to one holds its successor.

Source: RFC 6749 section 6, RFC 9700 section 4.14.2; Okta "Refresh token rotation", with its grace period of 30 seconds.
"""

from collections.abc import Sequence
from datetime import timedelta

from okta_mcp.sandbox.oauth.errors import OAuthError, invalid_grant
from okta_mcp.sandbox.oauth.records import Client, RefreshToken
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import Status, User

__all__ = ["OFFLINE", "first_refresh_token", "refreshed", "revoke_refresh_token"]

OFFLINE = "offline_access"
"""The scope that asks for a refresh token."""

_GRACE = timedelta(seconds=30)
_LENGTH = 43


def first_refresh_token(org: Org, client: Client, user: User, scopes: Sequence[str]) -> str | None:
    """Issue the first refresh token of a sign-in; None when none was asked for."""
    return _issue(org, client.id, user.id, tuple(scopes), org.ids.secret(20)) if OFFLINE in scopes else None


def refreshed(org: Org, client: Client, text: str, requested: str | None) -> tuple[User, tuple[str, ...], str]:
    """Take a refresh token; return who stands behind it, the scopes of the access token, and its successor.

    Raises:
        OAuthError: 400 `invalid_grant` for one that is unknown, taken back or used up; `invalid_scope` for more scopes.
    """
    token = org.oauth.refresh_tokens.get(text)
    if token is None or token.client_id != client.id or token.revoked:
        raise invalid_grant("The refresh token is invalid or expired.")
    now = org.now()
    if token.used is not None and now - token.used > _GRACE:
        # Somebody has a copy. Who is the thief cannot be told, so the sign-in ends for both.
        _end(org, token.family)
        raise invalid_grant("The refresh token is invalid or expired.")
    user = org.users.get(token.user_id)
    if user is None or user.status in (Status.DEPROVISIONED, Status.SUSPENDED):
        raise invalid_grant("The refresh token is invalid or expired.")
    names = tuple(dict.fromkeys((requested or "").split())) or token.scopes
    if not set(token.scopes).issuperset(names):
        raise OAuthError("invalid_scope", "The requested scope is not within what was granted.")
    token.used = token.used or now
    return user, names, _issue(org, client.id, user.id, token.scopes, token.family)


def revoke_refresh_token(org: Org, client: Client, text: str) -> bool:
    """End the sign-in that a refresh token belongs to; tell whether it was one of the client's."""
    token = org.oauth.refresh_tokens.get(text)
    if token is None or token.client_id != client.id:
        return False
    _end(org, token.family)
    return True


def _issue(org: Org, client_id: str, user_id: str, scopes: tuple[str, ...], family: str) -> str:
    text = org.ids.secret(_LENGTH)
    org.oauth.refresh_tokens[text] = RefreshToken(client_id, user_id, scopes, family)
    return text


def _end(org: Org, family: str) -> None:
    for token in org.oauth.refresh_tokens.values():
        if token.family == family:
            token.revoked = True
