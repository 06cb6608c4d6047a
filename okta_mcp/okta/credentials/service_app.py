"""An app that acts for itself: OAuth client credentials, proved with a private key.

Source: RFC 6749 section 4.4, RFC 7523; Okta "Implement OAuth for Okta with a service app".
"""

from collections.abc import Collection, Mapping

import httpx2

from okta_mcp.okta.credentials.access import AccessTokens
from okta_mcp.okta.credentials.assertion import ASSERTION_TYPE, assertion
from okta_mcp.okta.credentials.credentials import Authorization
from okta_mcp.okta.credentials.exchange import Binding, Grant, TokenEndpoint
from okta_mcp.okta.credentials.keys import SigningKey
from okta_mcp.okta.wire import Wire


class ServiceApp:
    """A service app of the org; it may do what both its scopes and its admin roles allow.

    Args:
        client_id: of the app.
        key: the private half of one of its public keys.
        scopes: what to ask for; Okta gives those of them that are granted to the app.
        binding: whether tokens are bound to a key of this process: `on`, `off`, or `auto` where the app demands it.
    """

    personal = False
    scoped = True

    def __init__(
        self,
        client_id: str,
        key: SigningKey,
        scopes: Collection[str],
        *,
        binding: Binding = "auto",
    ) -> None:
        self._client_id = self.fingerprint = client_id
        self._key = key
        self._scopes = frozenset(scopes)
        self._tokens = AccessTokens(self._obtained, binding=binding)

    def __repr__(self) -> str:
        return f"ServiceApp({self._client_id!r})"

    async def authorize(self, method: str, url: str, wire: Wire) -> Authorization:
        """Return the headers of one attempt; see `Credentials.authorize`."""
        return await self._tokens.authorize(method, url, wire)

    def heard(self, authorization: Authorization, response: httpx2.Response, wire: Wire) -> bool:
        """Learn from an answer; see `Credentials.heard`."""
        return self._tokens.heard(authorization, response, wire)

    def facts(self, wire: Wire) -> Mapping[str, str]:
        """Return which app it is, and the state of its token."""
        key = f"signs {self._key.algorithm}" + (f" with key {self._key.kid}" if self._key.kid else "")
        return {"Service app": f"{self._client_id}, {key}", **self._tokens.facts(wire)}

    async def scopes(self, wire: Wire, *, renewed: bool) -> frozenset[str] | None:
        """Return the scopes that were granted; those asked for where Okta does not say."""
        return (await self._tokens.grant(wire, renewed=renewed)).scopes or self._scopes

    async def _obtained(self, endpoint: TokenEndpoint, wire: Wire) -> Grant:
        def form() -> dict[str, str]:
            return {
                "grant_type": "client_credentials",
                "scope": " ".join(sorted(self._scopes)),
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": assertion(self._client_id, self._key, endpoint.url, endpoint.now()),
            }

        return await endpoint.ask(form, wire)
