"""Private keys: read as PEM or JWK, and made into signatures. Source: RFC 7517, 7518; Okta "Manage keys".

The libraries for it take a tenth of a second to load, so they are loaded with the first key.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Self

from okta_mcp.records import record

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_RSA = ("RS256", "RS384", "RS512")
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_SMALLEST_RSA = 2048
_TAKEN = "Okta takes RSA keys of 2048 bits or more, and EC keys on P-256, P-384 or P-521"
_PEM = re.compile(r"-----BEGIN (?:RSA |EC |ENCRYPTED )?(PRIVATE|PUBLIC|CERTIFICATE)(?: KEY)?-----")


class KeyUnusable(ValueError):
    """A text that is no private key Okta takes; the message says why and never repeats it."""


@record
class SigningKey:
    """A private key and the algorithm it signs with.

    Args:
        key: the key itself.
        algorithm: RS256, RS384, RS512, ES256, ES384 or ES512.
        kid: the name Okta knows it by; None where there is only one.
    """

    key: "RSAPrivateKey | EllipticCurvePrivateKey" = field(repr=False)
    algorithm: str
    kid: str | None = None

    @classmethod
    def read(cls, text: str, kid: str | None = None) -> Self:
        r"""Read a key.

        Args:
            text: PEM (also with `\n` for its line breaks), a JWK, or a JWK set.
            kid: the name Okta knows it by; chooses in a set.

        Raises:
            KeyUnusable: it is none that Okta takes.
        """
        text = text.strip()
        return cls._of_jwk(_chosen(text, kid), kid) if text.startswith("{") else cls._of_pem(text, kid)

    @classmethod
    def made(cls) -> Self:
        """Make a new key for ES256: small, and quick to sign with."""
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - see the module

        return cls(ec.generate_private_key(ec.SECP256R1()), "ES256")

    @classmethod
    def _of_pem(cls, text: str, kid: str | None) -> Self:
        from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - see the module
        from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415 - see the module

        text = text.replace("\\r", "").replace("\\n", "\n")
        beginning = _PEM.search(text)
        if beginning is None:
            raise KeyUnusable("it is neither PEM (-----BEGIN PRIVATE KEY-----) nor a JWK")
        if beginning[1] != "PRIVATE":
            raise KeyUnusable(f"it is a {beginning[0].strip('-')[6:].lower()}; the private key is needed")
        try:
            key = load_pem_private_key(text.encode(), None)
        except TypeError:
            raise KeyUnusable("it is locked with a passphrase; give it without one") from None
        except UnsupportedAlgorithm:
            raise KeyUnusable(_TAKEN) from None
        except ValueError:
            raise KeyUnusable("its PEM cannot be read; a line may be missing") from None
        return cls(*_checked(key, None), kid)

    @classmethod
    def _of_jwk(cls, jwk: Mapping[str, Any], kid: str | None) -> Self:
        from jwt import PyJWK, PyJWTError  # noqa: PLC0415 - see the module

        if jwk.get("kty") not in ("RSA", "EC"):
            raise KeyUnusable(_TAKEN)
        if not isinstance(jwk.get("d"), str):
            raise KeyUnusable("it is the public half of a key (there is no `d`); the private key is needed")
        named = jwk.get("kid")
        if kid is not None and named is not None and named != kid:
            raise KeyUnusable("its `kid` is not the key id that is given")
        material = {name: value for name, value in jwk.items() if name != "alg"}
        try:
            key = PyJWK(material).key
        except (PyJWTError, ValueError, TypeError, KeyError):
            raise KeyUnusable("its JWK cannot be read; a member may be missing") from None
        return cls(*_checked(key, jwk.get("alg")), kid or (named if isinstance(named, str) else None))

    def public_jwk(self) -> dict[str, Any]:
        """Return the public half, with the members that make the key and no other."""
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - see the module
        from jwt.algorithms import ECAlgorithm, RSAAlgorithm  # noqa: PLC0415 - see the module

        if isinstance(self.key, RSAPrivateKey):
            jwk: dict[str, Any] = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
            return {name: jwk[name] for name in ("kty", "n", "e")}
        jwk = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {name: jwk[name] for name in ("kty", "crv", "x", "y")}

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any]) -> str:
        """Return a signed JWT.

        Args:
            claims: what it says.
            header: its header besides `alg`.
        """
        from jwt import encode  # noqa: PLC0415 - see the module

        return encode(dict(claims), self.key, self.algorithm, headers=dict(header))


def _chosen(text: str, kid: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise KeyUnusable("it begins like a JWK and is not JSON") from None
    keys = found.get("keys", [found])
    if not isinstance(keys, list) or not all(isinstance(one, dict) for one in keys):
        raise KeyUnusable("its `keys` are no list of JWKs")
    fitting = [one for one in keys if kid is None or one.get("kid") == kid] if len(keys) > 1 else keys
    if len(fitting) != 1:
        raise KeyUnusable("it is a set of several keys; the key id has to name one of them")
    chosen: Mapping[str, Any] = fitting[0]
    return chosen


def _checked(key: object, wanted: object) -> "tuple[RSAPrivateKey | EllipticCurvePrivateKey, str]":
    """Return the key with the algorithm that is wanted, or the usual one of its kind."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey  # noqa: PLC0415 - see the module
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - see the module

    possible: tuple[str, ...]
    if isinstance(key, RSAPrivateKey):
        if key.key_size < _SMALLEST_RSA:
            raise KeyUnusable(f"it is an RSA key of {key.key_size} bits. {_TAKEN}")
        possible = _RSA
    elif isinstance(key, EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        possible = (_CURVES[key.curve.name],)
    else:
        raise KeyUnusable(_TAKEN)
    if wanted is not None and wanted not in possible:
        raise KeyUnusable(f"its `alg` is none that Okta takes of such a key ({', '.join(possible)})")
    return key, wanted if isinstance(wanted, str) else possible[0]
