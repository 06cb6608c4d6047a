"""How a client proves who it is: a JWT signed with its private key.

Source: RFC 7523 section 3; Okta "JWT with private key", whose rules are stricter in places.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from okta_mcp.sandbox.oauth.errors import invalid_client, invalid_request
from okta_mcp.sandbox.oauth.jose import Jwt, is_signed_by, moment_in, read_jwt
from okta_mcp.sandbox.oauth.records import Client
from okta_mcp.sandbox.org import Org

__all__ = ["ASSERTION_TYPE", "authenticated_client", "live_client"]

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_LONGEST_LIFE = timedelta(hours=1)
# How far a client's clock may be ahead of the org's.
_SKEW = timedelta(minutes=5)
_BAD_SIGNATURE = "The client_assertion signature is invalid."
_BAD_CLIENT = "Invalid value for 'client_id' parameter."


def authenticated_client(
    org: Org, form: Mapping[str, str], audiences: Collection[str], authorization: str | None
) -> Client:
    """Find the client that sends a form, and make it prove who it is; a native app has nothing to prove.

    Args:
        org: who is asked.
        form: the parameters of the request.
        audiences: the values of `aud` that mean this endpoint.
        authorization: the request's `Authorization` header, which should have none.

    Raises:
        OAuthError: 401 `invalid_client`, or 400 `invalid_request` when the form does not name a client.
    """
    if "client_assertion" in form:
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise invalid_request("The 'client_assertion_type' parameter is missing or not supported.")
        return _asserted_client(org, form, audiences)
    if "client_secret" in form or (authorization or "").lower().startswith("basic "):
        raise invalid_client(
            "Client Credentials requests to the Org Authorization Server must use the private_key_jwt"
            " token_endpoint_auth_method."
        )
    if "client_id" not in form:
        raise invalid_request("A client must be named with 'client_assertion' or 'client_id'.")
    client = live_client(org, form["client_id"])
    if client is None:
        raise invalid_client(_BAD_CLIENT)
    if client.keys:
        raise invalid_request("The 'client_assertion' parameter is missing.")
    return client


def live_client(org: Org, client_id: object) -> Client | None:
    """Find a client whose app is active."""
    client = org.oauth.clients.get(client_id) if isinstance(client_id, str) else None
    if client is None:
        return None
    app = org.apps.get(client.id)
    return client if app is not None and app.status == "ACTIVE" else None


def _asserted_client(org: Org, form: Mapping[str, str], audiences: Collection[str]) -> Client:
    try:
        assertion = read_jwt(form["client_assertion"])
    except ValueError:
        raise invalid_client(_BAD_SIGNATURE) from None
    subject = assertion.claims.get("sub")
    client = live_client(org, subject)
    if client is None or assertion.claims.get("iss") != subject or form.get("client_id", subject) != subject:
        raise invalid_client(_BAD_CLIENT)
    if not is_signed_by(assertion, _key(client, assertion)):
        raise invalid_client(_BAD_SIGNATURE)
    _check_times(assertion, int(org.now().timestamp()))
    audience = assertion.claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if not any(one in audiences for one in named if isinstance(one, str)):
        raise invalid_client("The audience claim for client_assertion must be the endpoint invoked for the request.")
    _use(org, client, assertion.claims.get("jti"))
    return client


def _key(client: Client, assertion: Jwt) -> Mapping[str, Any]:
    """Return the key the assertion names; the only one when it names none."""
    if "kid" not in assertion.header and len(client.keys) == 1:
        return client.keys[0]
    kid = assertion.header.get("kid")
    found = [key for key in client.keys if kid is not None and key.get("kid") == kid]
    if not found:
        raise invalid_client("The client_assertion JWT kid is invalid.")
    return found[0]


def _check_times(assertion: Jwt, now: int) -> None:
    expires = moment_in(assertion, "exp")
    if expires is None:
        raise invalid_client("The client_assertion must contain the 'exp' claim as seconds since epoch.")
    if expires <= now:
        raise invalid_client("The client_assertion token is expired.")
    if expires > now + _LONGEST_LIFE.total_seconds():
        raise invalid_client("The client_assertion token has an expiration too far into the future.")
    if "iat" not in assertion.claims:
        return
    issued = moment_in(assertion, "iat")
    if issued is None or issued > now + _SKEW.total_seconds():
        raise invalid_client("The client_assertion token is issued in the future.")


def _use(org: Org, client: Client, jti: object) -> None:
    """Use an assertion up, if it has an id: whatever comes of the request, it cannot be sent again."""
    if jti is not None and not org.oauth.assertions.use((client.id, str(jti)), org.now()):
        raise invalid_client("The client_assertion token has already been used.")
