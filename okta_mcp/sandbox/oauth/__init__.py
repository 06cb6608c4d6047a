"""The org's authorization server: OAuth clients, the tokens they get, and what a token may do.

Only what the org keeps and refuses with is named here; the endpoints are mounted by `okta_mcp.sandbox.app`.
Source: Okta "OAuth for Okta", RFC 6749, 7523, 8628 and 9449.
"""

from okta_mcp.sandbox.oauth.errors import Challenge, OAuthError
from okta_mcp.sandbox.oauth.records import AccessToken, Client, DeviceGrant, Nonce, OAuthState
from okta_mcp.sandbox.oauth.roles import Permission, Role

__all__ = [
    "AccessToken",
    "Challenge",
    "Client",
    "DeviceGrant",
    "Nonce",
    "OAuthError",
    "OAuthState",
    "Permission",
    "Role",
]
