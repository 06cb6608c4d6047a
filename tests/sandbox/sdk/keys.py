"""A key for a service app."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

__all__ = ["signing_key"]


NAMED = {"kid": "script", "use": "sig"}


@cache
def signing_key():
    """Return the two halves of an RSA key as JWKs: the public one and the private one."""
    private = rsa.generate_private_key(65537, 2048)
    halves = (RSAAlgorithm.to_jwk(half, as_dict=True) for half in (private.public_key(), private))
    # key_ops is a list, which the Python SDK cannot read.
    return tuple({**{name: half[name] for name in half if name != "key_ops"}, **NAMED} for half in halves)
