"""An API token: the same header with every request."""

import hashlib
from collections.abc import Mapping

import httpx2
from pydantic import SecretStr

from okta_mcp.okta.credentials.credentials import Authorization
from okta_mcp.okta.wire import Wire


class ApiToken:
    """A token that an administrator made in the Admin Console; it may do what that administrator may.

    Args:
        token: without `SSWS`.

    Raises:
        ValueError: it holds characters that cannot be sent.
    """

    personal = True
    scoped = False

    def __init__(self, token: SecretStr) -> None:
        text = token.get_secret_value()
        if not text or not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("The API token is empty or holds characters that no API token has.")
        self.fingerprint = hashlib.sha256(f"okta-mcp {text}".encode()).hexdigest()[:16]
        self._authorization = Authorization({"Authorization": f"SSWS {text}"}, (text,))

    async def authorize(self, method: str, url: str, wire: Wire) -> Authorization:  # noqa: ARG002 - the protocol's
        """Return the header."""
        return self._authorization

    def heard(self, authorization: Authorization, response: httpx2.Response, wire: Wire) -> bool:  # noqa: ARG002 - the protocol's
        """Learn nothing: a token that was refused once is refused again."""
        return False

    def facts(self, wire: Wire) -> Mapping[str, str]:  # noqa: ARG002 - the protocol's
        """Return nothing: all there is to know of a token is its owner."""
        return {}

    async def scopes(self, wire: Wire, *, renewed: bool) -> frozenset[str] | None:  # noqa: ARG002 - the protocol's
        """Return None: the roles of the administrator decide."""
        return None
