"""The endpoints of the authorization server, by their whole paths. Source: Okta OAuth 2.0 and OpenID Connect API."""

from typing import Any

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.oauth import metadata, registration
from okta_mcp.sandbox.oauth.devices import LIFETIME, begin
from okta_mcp.sandbox.oauth.errors import OAuthError
from okta_mcp.sandbox.oauth.forms import form_of, required
from okta_mcp.sandbox.oauth.grants import DEVICE_CODE, client_of, token
from okta_mcp.sandbox.oauth.records import AccessToken
from okta_mcp.sandbox.oauth.refreshing import revoke_refresh_token
from okta_mcp.sandbox.oauth.scopes import granted
from okta_mcp.sandbox.oauth.tokens import token_of

__all__ = ["OAUTH_ROUTES"]


def authorize_device(call: Call) -> Answer:
    """POST /oauth2/v1/device/authorize."""
    form = form_of(call)
    required(form, "client_id")
    client = client_of(call, form)
    if DEVICE_CODE not in client.grant_types:
        raise OAuthError("unauthorized_client", "The client is not authorized to use the provided grant type.")
    grant = begin(call.org, client, granted(client, form.get("scope")))
    address = f"{call.origin}/activate"
    return Answer(
        {
            "device_code": grant.device_code,
            "user_code": grant.user_code,
            "verification_uri": address,
            "verification_uri_complete": f"{address}?user_code={grant.user_code}",
            "expires_in": int(LIFETIME.total_seconds()),
            "interval": grant.interval,
        }
    )


def introspect(call: Call) -> Answer:
    """POST /oauth2/v1/introspect; a client is told of its own tokens only."""
    form = form_of(call)
    client = client_of(call, form)
    found = token_of(call.org, client, required(form, "token"))
    if found is None or found.revoked or call.org.now() >= found.expires:
        return Answer({"active": False})
    return Answer(_introspected(call, found))


def revoke(call: Call) -> Answer:
    """POST /oauth2/v1/revoke; 200 without a body, also for what is no token of the client."""
    form = form_of(call)
    client = client_of(call, form)
    if revoke_refresh_token(call.org, client, required(form, "token")):
        call.change(actor=client).log("app.oauth2.token.revoke", client)
        return Answer()
    found = token_of(call.org, client, form["token"])
    if found is not None and not found.revoked:
        found.revoked = True
        call.change(actor=client).log("app.oauth2.token.revoke", client)
    return Answer()


def _introspected(call: Call, found: AccessToken) -> dict[str, Any]:
    user = None if found.user_id is None else call.org.users.get(found.user_id)
    subject = found.client_id if user is None else user.login
    document: dict[str, Any] = {
        "active": True,
        "token_type": "Bearer" if found.thumbprint is None else "DPoP",
        "scope": " ".join(found.scopes),
        "client_id": found.client_id,
        "username": subject,
        "sub": subject,
        "iss": call.origin,
        "aud": call.origin,
        "jti": found.id,
        "iat": int(found.issued.timestamp()),
        "exp": int(found.expires.timestamp()),
    }
    if user is not None:
        document["uid"] = user.id
    if found.thumbprint is not None:
        document["cnf"] = {"jkt": found.thumbprint}
    return document


OAUTH_ROUTES: Routes = (
    ("POST", "/oauth2/v1/token", token),
    ("POST", "/oauth2/v1/device/authorize", authorize_device),
    ("POST", "/oauth2/v1/introspect", introspect),
    ("POST", "/oauth2/v1/revoke", revoke),
    ("GET", "/oauth2/v1/keys", metadata.keys),
    ("GET", "/.well-known/oauth-authorization-server", metadata.server_metadata),
    ("GET", "/.well-known/openid-configuration", metadata.openid_configuration),
    *registration.ROUTES,
)
