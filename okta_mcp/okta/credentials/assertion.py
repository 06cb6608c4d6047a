"""The JWT by which an app proves to the token endpoint who it is.

Source: RFC 7523 sections 2.2 and 3; Okta "Build a JWT for client authentication".
"""

import secrets

from okta_mcp.okta.credentials.keys import SigningKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

_LIFE = 300
"""Seconds. Okta takes up to an hour; whoever got hold of one should not have that long."""


def assertion(client_id: str, key: SigningKey, audience: str, now: float) -> str:
    """Return an assertion. It can be used once, even where the answer is an error.

    Args:
        client_id: who proves itself.
        key: its private key.
        audience: URL of the token endpoint.
        now: epoch seconds by the clock of whoever judges it.
    """
    issued = int(now)
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "iat": issued,
        "exp": issued + _LIFE,
        "jti": secrets.token_urlsafe(24),
    }
    return key.sign(claims, {"kid": key.kid} if key.kid else {})
