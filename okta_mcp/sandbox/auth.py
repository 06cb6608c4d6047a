"""Who is calling: the API token of a request.

Source: Okta "API token authentication" (`Authorization: SSWS <token>`).
"""

from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import Token

__all__ = ["authenticate"]

_SCHEME = "SSWS"


def authenticate(org: Org, authorization: str | None) -> Token:
    """Return the API token that an `Authorization` header carries.

    Raises:
        ApiError: 403 E0000005 without a token, 401 E0000011 for one that does not work.
    """
    scheme, secret = (authorization or "")[: len(_SCHEME)], (authorization or "")[len(_SCHEME) :]
    if scheme.upper() != _SCHEME:
        raise error("E0000005")
    # Okta's own Python SDK leaves out the space between the two, and Okta does not mind.
    token = org.live_token(secret.strip())
    if token is None:
        raise ApiError(401, "E0000011", "Invalid token provided", headers={"WWW-Authenticate": "SSWS"})
    return token
