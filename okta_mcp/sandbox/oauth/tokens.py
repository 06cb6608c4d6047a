"""Access tokens: issue them, read them back, revoke them. Source: Okta "Access tokens", RFC 7662, RFC 7009."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from okta_mcp.sandbox.oauth.errors import OAuthError
from okta_mcp.sandbox.oauth.jose import Jwt, is_signed_by, read_jwt
from okta_mcp.sandbox.oauth.keys import public_jwk, signing_key
from okta_mcp.sandbox.oauth.records import AccessToken, Client
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import Status, User

__all__ = ["LIFETIME", "invalid_token", "issue", "token_of", "valid_token"]

LIFETIME = timedelta(hours=1)
# Expired tokens are told apart from unknown ones for a while.
_REMEMBERED = timedelta(days=1)


def issue(
    org: Org, client: Client, user: User | None, scopes: Sequence[str], *, origin: str, thumbprint: str | None
) -> str:
    """Issue an access token; return its text.

    Args:
        org: who issues it.
        client: for whom.
        user: whom it acts for; None for the client itself.
        scopes: what it is good for.
        origin: the org's URL, which is issuer and audience.
        thumbprint: of the key it is bound to; None for a bearer token.
    """
    from jwt import encode  # noqa: PLC0415 - loaded when the first token is issued

    now = org.now().replace(microsecond=0)
    _forget(org)
    token = AccessToken(
        id=f"AT.{org.ids.secret(43)}",
        client_id=client.id,
        user_id=user.id if user else None,
        scopes=tuple(scopes),
        issued=now,
        expires=now + LIFETIME,
        thumbprint=thumbprint,
    )
    org.oauth.tokens[token.id] = token
    claims: dict[str, Any] = {
        "ver": 1,
        "jti": token.id,
        "iss": origin,
        "aud": origin,
        "sub": user.login if user else client.id,
        "iat": int(now.timestamp()),
        "exp": int(token.expires.timestamp()),
        "cid": client.id,
        "scp": list(scopes),
    }
    if user is not None:
        claims["uid"] = user.id
    if thumbprint is not None:
        claims["cnf"] = {"jkt": thumbprint}
    header = {"typ": "application/okta-internal-at+jwt", "kid": public_jwk(org.id)["kid"]}
    return encode(claims, signing_key(org.id), "RS256", headers=header)


def valid_token(org: Org, text: str, origin: str) -> AccessToken:
    """Find the token that a text stands for, if it still works.

    Args:
        org: whose API is called.
        text: the token as it was sent.
        origin: the org's URL.

    Raises:
        OAuthError: 401 `invalid_token`, with the reason.
    """
    try:
        read = read_jwt(text)
    except ValueError:
        raise invalid_token("The access token is invalid.") from None
    if read.claims.get("iss") != origin:
        raise invalid_token("The access token provided has an invalid issuer.")
    if read.claims.get("aud") != origin:
        raise invalid_token("The access token provided is not intended for Okta.")
    token = _known(org, read)
    if token is None:
        raise invalid_token("The access token is invalid.")
    if org.now() >= token.expires:
        raise invalid_token("The token has expired.")
    if token.revoked or _has_lost_its_owner(org, token):
        raise invalid_token("The access token has been revoked.")
    return token


def token_of(org: Org, client: Client, text: str) -> AccessToken | None:
    """Find a token that was issued to a client; None for any other text."""
    try:
        token = _known(org, read_jwt(text))
    except ValueError:
        return None
    return token if token is not None and token.client_id == client.id else None


def invalid_token(description: str) -> OAuthError:
    """401 for an access token that does not work."""
    return OAuthError("invalid_token", description, status=401)


def _known(org: Org, read: Jwt) -> AccessToken | None:
    if read.header.get("alg") != "RS256" or not is_signed_by(read, public_jwk(org.id)):
        return None
    return org.oauth.tokens.get(str(read.claims.get("jti")))


def _has_lost_its_owner(org: Org, token: AccessToken) -> bool:
    """Tell whether the client is gone, or the user may not sign in any more."""
    app = org.apps.get(token.client_id)
    if token.client_id not in org.oauth.clients or app is None or app.status != "ACTIVE":
        return True
    if token.user_id is None:
        return False
    user = org.users.get(token.user_id)
    return user is None or user.status in (Status.DEPROVISIONED, Status.SUSPENDED)


def _forget(org: Org) -> None:
    tokens, now = org.oauth.tokens, org.now()
    while tokens:
        oldest = tokens[next(iter(tokens))]
        if now - oldest.expires <= _REMEMBERED:
            break
        del tokens[oldest.id]
