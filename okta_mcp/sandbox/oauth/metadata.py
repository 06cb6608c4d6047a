"""What the authorization server says about itself. Source: RFC 8414, OpenID Connect Discovery, RFC 7517."""

from typing import Any

from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.oauth.grants import CLIENT_CREDENTIALS, DEVICE_CODE, REFRESH_TOKEN
from okta_mcp.sandbox.oauth.jose import ALGORITHMS
from okta_mcp.sandbox.oauth.keys import public_jwk
from okta_mcp.sandbox.oauth.scopes import OIDC_SCOPES

__all__ = ["keys", "openid_configuration", "server_metadata"]


def keys(call: Call) -> Answer:
    """GET /oauth2/v1/keys."""
    return Answer({"keys": [public_jwk(call.org.id)]})


def server_metadata(call: Call) -> Answer:
    """GET /.well-known/oauth-authorization-server."""
    return Answer(_metadata(call.origin))


def openid_configuration(call: Call) -> Answer:
    """GET /.well-known/openid-configuration."""
    return Answer(
        {
            **_metadata(call.origin),
            "userinfo_endpoint": f"{call.origin}/oauth2/v1/userinfo",
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["iss", "ver", "sub", "aud", "iat", "exp", "jti"],
        }
    )


def _metadata(origin: str) -> dict[str, Any]:
    endpoints = f"{origin}/oauth2/v1"
    methods = ["private_key_jwt", "none"]
    return {
        "issuer": origin,
        "authorization_endpoint": f"{endpoints}/authorize",
        "token_endpoint": f"{endpoints}/token",
        "registration_endpoint": f"{endpoints}/clients",
        "jwks_uri": f"{endpoints}/keys",
        "response_types_supported": ["code", "token"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": [CLIENT_CREDENTIALS, DEVICE_CODE, REFRESH_TOKEN],
        "subject_types_supported": ["public"],
        "scopes_supported": list(OIDC_SCOPES),
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": f"{endpoints}/introspect",
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint": f"{endpoints}/revoke",
        "revocation_endpoint_auth_methods_supported": methods,
        "device_authorization_endpoint": f"{endpoints}/device/authorize",
        "dpop_signing_alg_values_supported": list(ALGORITHMS),
    }
