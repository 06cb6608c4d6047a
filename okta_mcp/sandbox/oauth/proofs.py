"""DPoP proofs: that whoever sends a request holds a private key.

Source: RFC 9449 section 4.3, Okta "Configure OAuth 2.0 Demonstrating Proof-of-Possession".
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import timedelta

from okta_mcp.sandbox.oauth.errors import OAuthError, invalid_proof
from okta_mcp.sandbox.oauth.jose import ALGORITHMS, Jwt, is_signed_by, moment_in, read_jwt, thumbprint
from okta_mcp.sandbox.oauth.nonces import current_nonce, is_accepted
from okta_mcp.sandbox.org import Org

__all__ = ["proven_at_resource", "proven_at_token_endpoint"]

_MAXIMUM_AGE = timedelta(minutes=5)
# How far a client's clock may be ahead of the org's.
_SKEW = timedelta(minutes=5)


def proven_at_token_endpoint(org: Org, headers: Sequence[str], method: str, url: str) -> str:
    """Check the proof of a token request; return the thumbprint of its key.

    Args:
        org: who is asked for a token.
        headers: the values of the request's `DPoP` headers.
        method: HTTP method of the request.
        url: its public URL without query.

    Raises:
        OAuthError: 400 `invalid_dpop_proof`; `use_dpop_nonce`, with a `dpop-nonce` header, when all it lacks is that.
    """
    if not headers:
        raise invalid_proof("The DPoP proof JWT header is missing.")
    proof = _checked(headers, method, url, int(org.now().timestamp()))
    mark = _use(org, proof)
    if not is_accepted(org, proof.claims.get("nonce")):
        raise OAuthError(
            "use_dpop_nonce",
            "Authorization server requires nonce in DPoP proof.",
            headers={"dpop-nonce": current_nonce(org)},
        )
    return mark


def proven_at_resource(org: Org, headers: Sequence[str], method: str, url: str, token: str) -> str:
    """Check the proof of an API request; return the thumbprint of its key.

    Args:
        org: whose API is called.
        headers: the values of the request's `DPoP` headers.
        method: HTTP method of the request.
        url: its public URL without query, percent-encoding undone.
        token: the access token it came with.

    Raises:
        OAuthError: 400 `invalid_dpop_proof`, or `invalid_request` without a proof.
    """
    if not headers:
        raise OAuthError("invalid_request", "The resource request requires a DPoP proof.")
    proof = _checked(headers, method, url, int(org.now().timestamp()))
    digest = hashlib.sha256(token.encode("utf-8")).digest()
    if proof.claims.get("ath") != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
        raise _invalid_claim("ath")
    return _use(org, proof)


def _checked(headers: Sequence[str], method: str, url: str, now: int) -> Jwt:
    if len(headers) > 1:
        raise invalid_proof("The request has more than one DPoP proof JWT header.")
    try:
        proof = read_jwt(headers[0])
    except ValueError:
        raise invalid_proof("The DPoP proof JWT is malformed.") from None
    if proof.header.get("typ") != "dpop+jwt":
        raise _invalid_header("typ")
    if proof.header.get("alg") not in ALGORITHMS:
        raise _invalid_header("alg")
    jwk = proof.header.get("jwk")
    if not isinstance(jwk, dict) or jwk.get("kty") not in ("RSA", "EC"):
        raise _invalid_header("jwk")
    if not is_signed_by(proof, jwk):
        raise invalid_proof("The DPoP proof JWT signature is invalid.")
    _check_claims(proof, method, url, now)
    return proof


def _check_claims(proof: Jwt, method: str, url: str, now: int) -> None:
    jti = proof.claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise _invalid_claim("jti")
    if proof.claims.get("htm") != method:
        raise _invalid_claim("htm")
    if proof.claims.get("htu") != url:
        raise _invalid_claim("htu")
    issued = moment_in(proof, "iat")
    if issued is None:
        raise _invalid_claim("iat")
    if issued < now - _MAXIMUM_AGE.total_seconds():
        raise invalid_proof("The DPoP proof JWT is issued more than five minutes in the past.")
    if issued > now + _SKEW.total_seconds():
        raise invalid_proof("The DPoP proof JWT is issued in the future.")


def _use(org: Org, proof: Jwt) -> str:
    """Use the proof up; return the thumbprint of its key."""
    mark = thumbprint(proof.header["jwk"])
    if not org.oauth.proofs.use((mark, proof.claims["jti"]), org.now()):
        raise invalid_proof("The DPoP proof JWT has already been used.")
    return mark


def _invalid_claim(name: str) -> OAuthError:
    return invalid_proof(f"'{name}' claim in the DPoP proof JWT is invalid.")


def _invalid_header(name: str) -> OAuthError:
    return invalid_proof(f"'{name}' header in the DPoP proof JWT is invalid.")
