"""Proofs of possession: that whoever sends a token also holds the key it is bound to. Source: RFC 9449."""

import base64
import hashlib
import secrets
from urllib.parse import unquote

from okta_mcp.okta.credentials.keys import SigningKey


class Prover:
    """Makes proofs with a key that lives as long as this process and is written nowhere."""

    def __init__(self) -> None:
        self._key = SigningKey.made()
        self._header = {"typ": "dpop+jwt", "jwk": self._key.public_jwk()}

    def prove(
        self, method: str, url: str, now: float, *, token: str | None = None, nonce: str | None = None, literal: bool
    ) -> str:
        """Return the proof of one request; each has an id of its own.

        Args:
            method: HTTP method of the request.
            url: its URL; query and fragment are left out.
            now: epoch seconds by the clock of whoever judges it.
            token: the access token the request carries.
            nonce: what the server asked proofs to repeat.
            literal: whether the path is to stand in it as it is sent, or with its percent-encoding undone.

        Source: RFC 9449 section 4.2.
        """
        target = url.partition("#")[0].partition("?")[0]
        claims: dict[str, object] = {
            "jti": secrets.token_urlsafe(24),
            "htm": method,
            "htu": target if literal else unquote(target),
            "iat": int(now),
        }
        if token is not None:
            digest = hashlib.sha256(token.encode("ascii")).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if nonce is not None:
            claims["nonce"] = nonce
        return self._key.sign(claims, self._header)
