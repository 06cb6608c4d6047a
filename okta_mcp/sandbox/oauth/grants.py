"""The token endpoint: what a client has to show for an access token. Source: RFC 6749 section 4.4, RFC 8628, Okta."""

from typing import Any

from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.oauth.assertions import authenticated_client
from okta_mcp.sandbox.oauth.devices import approved
from okta_mcp.sandbox.oauth.errors import OAuthError, invalid_client
from okta_mcp.sandbox.oauth.forms import form_of, required
from okta_mcp.sandbox.oauth.proofs import proven_at_token_endpoint
from okta_mcp.sandbox.oauth.records import Client
from okta_mcp.sandbox.oauth.refreshing import first_refresh_token, refreshed
from okta_mcp.sandbox.oauth.scopes import granted
from okta_mcp.sandbox.oauth.tokens import LIFETIME, issue
from okta_mcp.sandbox.records import User

__all__ = ["CLIENT_CREDENTIALS", "DEVICE_CODE", "REFRESH_TOKEN", "client_of", "token"]

CLIENT_CREDENTIALS = "client_credentials"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a grant type
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def token(call: Call) -> Answer:
    """POST /oauth2/v1/token."""
    form = form_of(call)
    grant_type = required(form, "grant_type")
    if grant_type not in (CLIENT_CREDENTIALS, DEVICE_CODE, REFRESH_TOKEN):
        raise OAuthError(
            "unsupported_grant_type", "The authorization grant type is not supported by the authorization server."
        )
    client = client_of(call, form)
    try:
        return _granted(call, client, grant_type, form)
    except OAuthError as refusal:
        # A nonce that has to be fetched and a device that waits are no failures.
        if refusal.code not in ("use_dpop_nonce", "authorization_pending", "slow_down"):
            _log(call, client, None, outcome="FAILURE", reason=refusal.code)
        raise


def client_of(call: Call, form: dict[str, str]) -> Client:
    """Find out which client sends a form to an OAuth endpoint.

    Raises:
        OAuthError: 401 `invalid_client`, 400 `invalid_request`.
    """
    token_endpoint = f"{call.origin}/oauth2/v1/token"
    audiences = (f"{call.origin}{call.path}", token_endpoint, call.origin)
    return authenticated_client(call.org, form, audiences, call.headers.get("authorization"))


def _granted(call: Call, client: Client, grant_type: str, form: dict[str, str]) -> Answer:
    if grant_type == CLIENT_CREDENTIALS and client.application_type != "service":
        raise invalid_client(
            "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the"
            " Org Authorization Server."
        )
    if grant_type not in client.grant_types:
        configured = ", ".join(client.grant_types)
        raise OAuthError(
            "unauthorized_client",
            f"The client is not authorized to use the provided grant type. Configured grant types: [{configured}].",
        )
    thumbprint = None
    if client.dpop or call.proofs:
        url = f"{call.origin}{call.path}"
        thumbprint = proven_at_token_endpoint(call.org, call.proofs, call.method, url)
    user: User | None = None
    successor: str | None = None
    if grant_type == CLIENT_CREDENTIALS:
        scopes = granted(client, form.get("scope"))
    elif grant_type == REFRESH_TOKEN:
        user, scopes, successor = refreshed(call.org, client, required(form, "refresh_token"), form.get("scope"))
    else:
        device, user = approved(call.org, client, required(form, "device_code"))
        scopes = device.scopes
        successor = first_refresh_token(call.org, client, user, scopes)
    text = issue(call.org, client, user, scopes, origin=call.origin, thumbprint=thumbprint)
    _log(call, client, user, outcome="SUCCESS", reason=None)
    body: dict[str, Any] = {
        "token_type": "Bearer" if thumbprint is None else "DPoP",
        "expires_in": int(LIFETIME.total_seconds()),
        "access_token": text,
        "scope": " ".join(scopes),
    }
    if successor is not None:
        body["refresh_token"] = successor
    return Answer(body)


def _log(call: Call, client: Client, user: User | None, *, outcome: str, reason: str | None) -> None:
    change = call.change(actor=user or client)
    change.log("app.oauth2.token.grant.access_token", client, outcome=outcome, reason=reason)
