"""Who is calling: the API token or the access token of a request.

Source: Okta "API token authentication" (`Authorization: SSWS <token>`), "OAuth for Okta" (`Bearer`, `DPoP`).
"""

from okta_mcp.sandbox.callers import Credential, Presented
from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.oauth.resource import authenticate_access_token
from okta_mcp.sandbox.org import Org

__all__ = ["authenticate"]

_SCHEME = "SSWS"
_BEARER = "bearer"


def authenticate(org: Org, presented: Presented) -> Credential:
    """Find out who sends a request.

    Raises:
        ApiError: 403 E0000005 without a token, 401 E0000011 for an API token that does not work; a challenge, with
            401 or 400, for an access token that does not, or a proof that proves nothing.
    """
    authorization = presented.authorization or ""
    scheme, space, text = authorization.partition(" ")
    # Okta's own Python SDK, and with it Okta's MCP server, leaves out the space, and Okta does not mind.
    if not space and authorization[: len(_BEARER)].lower() == _BEARER:
        scheme, text = _BEARER, authorization[len(_BEARER) :]
    if scheme.lower() in (_BEARER, "dpop"):
        return authenticate_access_token(org, presented, scheme.lower(), text.strip())
    if authorization[: len(_SCHEME)].upper() != _SCHEME:
        raise error("E0000005")
    token = org.live_token(authorization[len(_SCHEME) :].strip())
    if token is None:
        raise ApiError(401, "E0000011", "Invalid token provided", headers={"WWW-Authenticate": "SSWS"})
    return Credential(token.id, user=org.users[token.owner_id], token_id=token.id)
