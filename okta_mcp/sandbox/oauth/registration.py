"""Clients over the API: register them, grant them scopes, give them roles.

Source: Okta Dynamic Client Registration, Application Grants and Role Assignment (Client) APIs.
"""

import hashlib
from typing import Any

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.errors import not_found, validation_failed
from okta_mcp.sandbox.oauth.clients import jwks_keys, register_native_app, register_service_app
from okta_mcp.sandbox.oauth.errors import OAuthError
from okta_mcp.sandbox.oauth.records import Client
from okta_mcp.sandbox.oauth.roles import Role
from okta_mcp.sandbox.oauth.scopes import OKTA_SCOPES

__all__ = ["ROUTES"]

_KEYS = (
    "client_name",
    "application_type",
    "grant_types",
    "response_types",
    "token_endpoint_auth_method",
    "jwks",
    "dpop_bound_access_tokens",
)


def create(call: Call) -> Answer:
    """POST /oauth2/v1/clients: a service app with public keys, or a native app."""
    body = call.body(_KEYS)
    name, kind = body.get("client_name"), body.get("application_type")
    if not isinstance(name, str) or not name:
        raise _invalid("client_name")
    # Okta's console has the box ticked for new service apps.
    dpop = body.get("dpop_bound_access_tokens", kind == "service")
    if not isinstance(dpop, bool):
        raise _invalid("dpop_bound_access_tokens")
    change = call.change()
    if kind == "native":
        return Answer(_document(register_native_app(change, name, dpop=dpop)), status=201)
    if kind != "service":
        raise _invalid("application_type")
    if body.get("token_endpoint_auth_method", "private_key_jwt") != "private_key_jwt":
        raise _invalid("token_endpoint_auth_method")
    try:
        keys = jwks_keys(body["jwks"])
    except (ValueError, KeyError):
        raise _invalid("jwks") from None
    return Answer(_document(register_service_app(change, name, jwks=keys, dpop=dpop)), status=201)


def show(call: Call) -> Answer:
    """GET /oauth2/v1/clients/{client}."""
    return Answer(_document(_client(call, "client")))


def grants(call: Call) -> Answer:
    """GET /api/v1/apps/{app}/grants."""
    client = _client(call, "app")
    return Answer([_grant(call, client, scope) for scope in sorted(client.scopes)])


def grant(call: Call) -> Answer:
    """POST /api/v1/apps/{app}/grants."""
    client = _client(call, "app")
    body = call.body(("scopeId", "issuer"))
    scope = body.get("scopeId")
    if not isinstance(scope, str) or scope not in OKTA_SCOPES:
        raise validation_failed("scopeId", "scopeId: The field is invalid")
    if body.get("issuer", call.origin) != call.origin:
        raise validation_failed("issuer", "issuer: The field is invalid")
    client.scopes.add(scope)
    return Answer(_grant(call, client, scope), status=201)


def roles(call: Call) -> Answer:
    """GET /oauth2/v1/clients/{client}/roles."""
    client = _client(call, "client")
    return Answer([_role(client, role) for role in sorted(client.roles)])


def assign_role(call: Call) -> Answer:
    """POST /oauth2/v1/clients/{client}/roles."""
    client = _client(call, "client")
    name = call.body(("type",)).get("type")
    if not isinstance(name, str) or name not in Role.__members__:
        raise validation_failed("type", "type: The field is invalid")
    client.roles.add(Role(name))
    return Answer(_role(client, Role(name)), status=201)


def _client(call: Call, part: str) -> Client:
    client_id = call.path_values[part]
    client = call.org.oauth.clients.get(client_id)
    if client is None or client_id not in call.org.apps:
        raise not_found(client_id, "PublicClientApp")
    return client


def _invalid(name: str) -> OAuthError:
    return OAuthError("invalid_client_metadata", f"Invalid value for '{name}' parameter.")


def _document(client: Client) -> dict[str, Any]:
    document: dict[str, Any] = {
        "client_id": client.id,
        "client_id_issued_at": int(client.created.timestamp()),
        "client_name": client.name,
        "application_type": client.application_type,
        "grant_types": list(client.grant_types),
        "response_types": ["token"] if client.keys else [],
        "redirect_uris": [],
        "token_endpoint_auth_method": "private_key_jwt" if client.keys else "none",
        "dpop_bound_access_tokens": client.dpop,
    }
    if client.keys:
        document["jwks"] = {"keys": [dict(key) for key in client.keys]}
    return document


def _id(prefix: str, client: Client, what: str) -> str:
    return prefix + hashlib.sha256(f"{client.id} {what}".encode()).hexdigest()[:17]


def _grant(call: Call, client: Client, scope: str) -> dict[str, Any]:
    moment = stamp(client.created)
    return {
        "id": _id("oag", client, scope),
        "status": "ACTIVE",
        "created": moment,
        "lastUpdated": moment,
        "issuer": call.origin,
        "clientId": client.id,
        "scopeId": scope,
        "source": "ADMIN",
    }


def _role(client: Client, role: Role) -> dict[str, Any]:
    moment = stamp(client.created)
    return {
        "id": _id("irb", client, role),
        "label": role.replace("_", " ").title(),
        "type": role.value,
        "status": "ACTIVE",
        "created": moment,
        "lastUpdated": moment,
        "assignmentType": "CLIENT",
    }


ROUTES: Routes = (
    ("POST", "/oauth2/v1/clients", create),
    ("GET", "/oauth2/v1/clients/{client}", show),
    ("GET", "/oauth2/v1/clients/{client}/roles", roles),
    ("POST", "/oauth2/v1/clients/{client}/roles", assign_role),
    ("GET", "/api/v1/apps/{app}/grants", grants),
    ("POST", "/api/v1/apps/{app}/grants", grant),
)
