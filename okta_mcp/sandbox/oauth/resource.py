"""Access tokens in front of the API: who they let in, and how the others are told.

Source: RFC 6750, RFC 9449 section 7; the headers are those that Okta is known to send.
"""

from urllib.parse import quote

from okta_mcp.sandbox.callers import Credential, Presented
from okta_mcp.sandbox.oauth.demands import demand_of
from okta_mcp.sandbox.oauth.errors import Challenge, OAuthError
from okta_mcp.sandbox.oauth.jose import ALGORITHMS
from okta_mcp.sandbox.oauth.proofs import proven_at_resource
from okta_mcp.sandbox.oauth.tokens import invalid_token, valid_token
from okta_mcp.sandbox.org import Org

__all__ = ["authenticate_access_token", "challenge"]


def authenticate_access_token(org: Org, presented: Presented, scheme: str, text: str) -> Credential:
    """Find out who sends a request with an access token.

    Args:
        org: whose API is called.
        presented: the request.
        scheme: `bearer` or `dpop`.
        text: the token.

    Raises:
        Challenge: 401 for a token that does not work, 400 for one that is not sent as it has to be.
    """
    is_proof_due = scheme == "dpop"
    try:
        token = valid_token(org, text, presented.origin)
        if token.thumbprint is None and is_proof_due:
            raise invalid_token("The presented access_token is not DPoP bound.")
        if token.thumbprint is not None:
            is_proof_due = True
            _check_binding(org, presented, scheme, text, token.thumbprint)
    except OAuthError as refusal:
        raise challenge(presented.origin, presented.method, presented.path, refusal, bound=is_proof_due) from None
    return Credential(
        id=token.client_id,
        user=None if token.user_id is None else org.users[token.user_id],
        client=org.oauth.clients[token.client_id],
        scopes=token.scopes,
        bound=token.thumbprint is not None,
    )


def challenge(origin: str, method: str, path: str, refusal: OAuthError, *, bound: bool) -> Challenge:
    """Build the answer to a token that does not do.

    Args:
        origin: the org's URL.
        method: HTTP method of the request.
        path: its decoded path.
        refusal: what is wrong.
        bound: whether a token that is bound to a key is concerned, or should be.
    """
    # Okta writes http here, whatever it is reached by.
    site = f"http://{origin.partition('://')[2]}"
    parts = [f'authorization_uri="{site}/oauth2/v1/authorize"', f'realm="{site}"']
    if bound:
        parts.insert(0, f'algs="{" ".join(ALGORITHMS)}"')
    scope = demand_of(method, path).scope
    if scope is not None:
        parts.append(f'scope="{scope}"')
    # A header takes no quotes and nothing beyond ASCII; the path may have both.
    resource = quote(path, safe="/@:+,;=!*'()$&")
    parts += [f'error="{refusal.code}"', f'error_description="{refusal.summary}"', f'resource="{resource}"']
    return Challenge(refusal, f"{'DPoP' if bound else 'Bearer'} {', '.join(parts)}")


def _check_binding(org: Org, presented: Presented, scheme: str, text: str, thumbprint: str) -> None:
    if scheme != "dpop":
        raise OAuthError("invalid_request", "The DPoP-bound access token must use the DPoP authentication scheme.")
    url = f"{presented.origin}{presented.path}"
    if proven_at_resource(org, presented.proofs, presented.method, url, text) != thumbprint:
        raise OAuthError("invalid_dpop_proof", "The DPoP proof JWT is not signed with the key of the access token.")
