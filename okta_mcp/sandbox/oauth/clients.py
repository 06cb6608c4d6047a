"""OAuth clients: service apps, which act for themselves, and native apps, which act for a person.

Source: Okta Dynamic Client Registration API; RFC 7591.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.oauth.jose import check_key
from okta_mcp.sandbox.oauth.records import Client
from okta_mcp.sandbox.oauth.roles import roles_named
from okta_mcp.sandbox.oauth.scopes import OKTA_SCOPES
from okta_mcp.sandbox.records import App

__all__ = ["jwks_keys", "register_native_app", "register_service_app"]

# The last part of the address of an app's tile; these have none, but every app has the number.
_TILE = 2557


def register_service_app(
    change: Change,
    name: str,
    *,
    jwks: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    scopes: Collection[str] = (),
    roles: Collection[str] = (),
    dpop: bool = False,
) -> Client:
    """Register an app that acts for itself and proves who it is with a private key.

    Args:
        change: the deed this is part of.
        name: what people call it.
        jwks: its public keys: a JWK set, a list of JWKs, or one JWK.
        scopes: the scopes it is granted.
        roles: names of its admin roles.
        dpop: whether its tokens have to be bound to a key.

    Raises:
        ValueError: for a key that is not a public RSA or EC key, or an unknown scope or role.
    """
    return _register(
        change,
        Client(
            id=change.org.ids.new("0oa"),
            name=name,
            application_type="service",
            created=change.second,
            keys=tuple(jwks_keys(jwks)),
            scopes=_scopes(scopes),
            roles=roles_named(roles),
            dpop=dpop,
        ),
    )


def register_native_app(change: Change, name: str, *, scopes: Collection[str] = (), dpop: bool = False) -> Client:
    """Register an app that acts for the person who approves its device.

    Args:
        change: the deed this is part of.
        name: what people call it.
        scopes: the scopes it is granted.
        dpop: whether its tokens have to be bound to a key.

    Raises:
        ValueError: for an unknown scope.
    """
    return _register(
        change, Client(change.org.ids.new("0oa"), name, "native", change.second, scopes=_scopes(scopes), dpop=dpop)
    )


def jwks_keys(jwks: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the keys of a JWK set, a list of JWKs or a single JWK.

    Raises:
        ValueError: when one is not a public RSA or EC key, or two of them cannot be told apart.
    """
    if isinstance(jwks, Mapping):
        jwks = jwks.get("keys", [jwks])
    if not isinstance(jwks, Sequence) or not jwks or not all(isinstance(key, Mapping) for key in jwks):
        raise ValueError("a service app needs at least one public key")
    keys = [dict(key) for key in jwks]
    for key in keys:
        check_key(key)
    names = [key.get("kid") for key in keys]
    if len(keys) > 1 and (None in names or len(set(names)) < len(names)):
        raise ValueError("several keys need a kid each, all different")
    return keys


def _scopes(names: Collection[str]) -> set[str]:
    unknown = sorted(set(names) - OKTA_SCOPES)
    if unknown:
        raise ValueError(f"unknown scope {', '.join(unknown)}")
    return set(names)


def _register(change: Change, client: Client) -> Client:
    """Keep the client, and show it among the org's apps."""
    settings: dict[str, Any] = {
        "oauthClient": {
            "application_type": client.application_type,
            "grant_types": list(client.grant_types),
            "response_types": ["token"] if client.keys else [],
            "dpop_bound_access_tokens": client.dpop,
        }
    }
    if client.keys:
        settings["oauthClient"]["jwks"] = {"keys": [dict(key) for key in client.keys]}
    app = App(
        id=client.id,
        name="oidc_client",
        label=client.name,
        status="ACTIVE",
        sign_on_mode="OPENID_CONNECT",
        created=change.second,
        last_updated=change.second,
        settings=settings,
        credentials={
            "oauthClient": {
                "client_id": client.id,
                "autoKeyRotation": True,
                "token_endpoint_auth_method": "private_key_jwt" if client.keys else "none",
            }
        },
        number=_TILE + len(change.org.apps),
    )
    change.org.oauth.clients[client.id] = client
    change.org.apps[app.id] = app
    change.log("app.oauth2.client.lifecycle.create", client)
    return client
