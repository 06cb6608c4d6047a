"""How OAuth refuses: a JSON object at its own endpoints, a header without a body in front of the API."""

from collections.abc import Mapping

from okta_mcp.sandbox.errors import ApiError

__all__ = [
    "Challenge",
    "OAuthError",
    "invalid_client",
    "invalid_grant",
    "invalid_proof",
    "invalid_request",
    "invalid_scope",
]


class OAuthError(ApiError):
    """An answer `{"error", "error_description"}` of an OAuth endpoint.

    Args:
        error: such as `invalid_client`.
        description: `error_description`.
        status: HTTP status code.
        headers: response headers that belong to it.

    Source: RFC 6749 section 5.2; Okta OpenID Connect and OAuth 2.0 API, "Error conditions".
    """

    def __init__(
        self, error: str, description: str, *, status: int = 400, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, error, description, headers=headers)


class Challenge(ApiError):
    """An answer without a body, whose `WWW-Authenticate` says what is wrong with an access token.

    Args:
        refusal: what is wrong.
        header: the whole `WWW-Authenticate` that says so.

    Source: RFC 6750 section 3, RFC 9449 section 7.1.
    """

    def __init__(self, refusal: OAuthError, header: str) -> None:
        super().__init__(refusal.status, refusal.code, refusal.summary, headers={"WWW-Authenticate": header})


def invalid_client(description: str) -> OAuthError:
    """401 for a client that does not prove who it is."""
    return OAuthError("invalid_client", description, status=401)


def invalid_request(description: str) -> OAuthError:
    """400 for a request that lacks something or says it twice."""
    return OAuthError("invalid_request", description)


def invalid_scope(description: str) -> OAuthError:
    """400 for scopes that do not exist or were not named."""
    return OAuthError("invalid_scope", description)


def invalid_grant(description: str) -> OAuthError:
    """400 for a code that is wrong, used up or expired."""
    return OAuthError("invalid_grant", description)


def invalid_proof(description: str) -> OAuthError:
    """400 for a DPoP proof that proves nothing."""
    return OAuthError("invalid_dpop_proof", description)
