"""The key that the org signs its tokens with: derived from the org, so that it is the same in every run.

Whoever knows the org's id can derive it, as can be done with every secret of a sandbox.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from okta_mcp.sandbox.oauth.jose import thumbprint

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["public_jwk", "signing_key"]

_EXPONENT = 65537
_PRIME_BITS = 1024
_SMALL_PRIMES = tuple(number for number in range(3, 2000) if all(number % other for other in range(2, number)))
# Far more than numbers need that nobody has chosen to deceive the test.
_WITNESSES = _SMALL_PRIMES[:12]


@cache
def signing_key(org_id: str) -> "RSAPrivateKey":
    """Return the org's private key: RSA, 2048 bits."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - loaded when needed

    primes = _primes(org_id)
    p, q = next(primes), next(primes)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(_EXPONENT, p * q),
    ).private_key()


@cache
def public_jwk(org_id: str) -> dict[str, Any]:
    """Return the public half as `/oauth2/v1/keys` shows it."""
    from jwt.algorithms import RSAAlgorithm  # noqa: PLC0415 - loaded when needed

    jwk: dict[str, Any] = RSAAlgorithm.to_jwk(signing_key(org_id).public_key(), as_dict=True)
    material = {name: jwk[name] for name in ("kty", "e", "n")}
    return {"kty": "RSA", "alg": "RS256", "kid": thumbprint(material), "use": "sig", **material}


def _primes(seed: str) -> Iterator[int]:
    """Find primes of 1024 bits whose two highest bits are set, so that two of them make 2048."""
    for number in count():
        stream = b"".join(
            hashlib.sha512(f"sandbox signing key {seed} {number} {part}".encode()).digest()
            for part in range(_PRIME_BITS // 512)
        )
        candidate = int.from_bytes(stream) | 1 | 3 << (_PRIME_BITS - 2)
        if _is_prime(candidate) and candidate % _EXPONENT != 1:
            yield candidate


def _is_prime(number: int) -> bool:
    if any(number % small == 0 for small in _SMALL_PRIMES):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(number, witness, odd, twos) for witness in _WITNESSES)


def _passes(number: int, witness: int, odd: int, twos: int) -> bool:
    power = pow(witness, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = pow(power, 2, number)
        if power == number - 1:
            return True
    return False
