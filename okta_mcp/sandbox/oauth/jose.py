"""JSON Web Tokens: read them, check who signed them, sign them. Source: RFC 7515, 7517, 7519, 7638.

The libraries for it are loaded when the first token is read: most orgs are used with API tokens only.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ALGORITHMS", "Jwt", "check_key", "is_signed_by", "moment_in", "read_jwt", "thumbprint"]

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")

_MEMBERS = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_SMALLEST_RSA = 2048


@dataclass(frozen=True, slots=True)
class Jwt:
    """A token in three parts, not yet believed."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    text: str


def read_jwt(text: str) -> Jwt:
    """Take a token apart without checking who signed it.

    Raises:
        ValueError: it is not a signed JWT.
    """
    parts = text.split(".")
    if len(parts) != 3:
        raise ValueError("a signed JWT has three parts")
    return Jwt(_object(parts[0]), _object(parts[1]), text)


def check_key(jwk: Mapping[str, Any]) -> None:
    """Make sure that a JWK is a public RSA or EC key that is long enough.

    Raises:
        ValueError: it is not.
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 - see the module
    from jwt import PyJWK, PyJWTError  # noqa: PLC0415 - see the module

    if jwk.get("kty") not in _MEMBERS:
        raise ValueError("a key must have kty RSA or EC")
    if not _PRIVATE.isdisjoint(jwk):
        raise ValueError("a registered key must be a public key")
    try:
        key = PyJWK(dict(jwk)).key
    except (PyJWTError, TypeError, KeyError) as unreadable:
        raise ValueError(f"the key is not readable: {unreadable}") from unreadable
    if isinstance(key, RSAPublicKey) and key.key_size < _SMALLEST_RSA:
        raise ValueError(f"an RSA key must have {_SMALLEST_RSA} bits at least")


def is_signed_by(token: Jwt, jwk: Mapping[str, Any]) -> bool:
    """Tell whether a token was signed with the private half of a JWK, by an algorithm Okta takes."""
    from jwt import PyJWK, PyJWS, PyJWTError  # noqa: PLC0415 - see the module

    algorithm = token.header.get("alg")
    if algorithm not in ALGORITHMS:
        return False
    try:
        check_key(jwk)
        PyJWS().decode_complete(token.text, PyJWK(dict(jwk), algorithm), algorithms=[algorithm])
    except (PyJWTError, ValueError, TypeError):
        return False
    return True


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the SHA-256 thumbprint of a public key."""
    members = {name: jwk[name] for name in _MEMBERS[jwk["kty"]]}
    canonical = json.dumps(members, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def moment_in(token: Jwt, claim: str) -> float | None:
    """Return a claim that is a number of seconds since the epoch; None when it is none."""
    value = token.claims.get(claim)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _object(part: str) -> dict[str, Any]:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        document = json.loads(raw, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("a part of the JWT is nested too deeply") from None
    if not isinstance(document, dict):
        raise ValueError("a part of the JWT is no JSON object")  # noqa: TRY004 - about a text, not a type
    return document


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
