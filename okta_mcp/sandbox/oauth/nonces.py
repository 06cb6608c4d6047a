"""Nonces: texts that proofs for the token endpoint repeat, so that nobody can make proofs in advance.

Source: Okta "Configure OAuth 2.0 Demonstrating Proof-of-Possession"; RFC 9449 section 8.
"""

from datetime import timedelta

from okta_mcp.sandbox.oauth.records import Nonce
from okta_mcp.sandbox.org import Org

__all__ = ["current_nonce", "is_accepted"]

_RENEWED_AFTER = timedelta(hours=24)
_ACCEPTED_FOR = timedelta(days=3)
_LENGTH = 32


def current_nonce(org: Org) -> str:
    """Return the nonce of the day; a new one 24 hours after the last."""
    now, nonces = org.now(), org.oauth.nonces
    nonces[:] = [nonce for nonce in nonces if now - nonce.issued <= _ACCEPTED_FOR]
    if not nonces or now - nonces[-1].issued >= _RENEWED_AFTER:
        nonces.append(Nonce(org.ids.secret(_LENGTH), now))
    return nonces[-1].value


def is_accepted(org: Org, value: object) -> bool:
    """Tell whether a proof may carry this nonce: it was made in the last three days."""
    now = org.now()
    return any(nonce.value == value and now - nonce.issued <= _ACCEPTED_FOR for nonce in org.oauth.nonces)
