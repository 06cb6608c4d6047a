"""A person who signs in elsewhere and lends the server what they may do: device authorization, for one's own use.

Source: RFC 8628, RFC 6749 section 6; Okta "Device Authorization Grant", "Refresh access tokens".
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial

import anyio
import httpx2

from okta_mcp.okta.credentials.access import AccessTokens
from okta_mcp.okta.credentials.credentials import Authorization
from okta_mcp.okta.credentials.exchange import Grant, TokenEndpoint
from okta_mcp.okta.credentials.invitation import Invitation, SignInNeeded
from okta_mcp.okta.credentials.keeping import Keeping
from okta_mcp.okta.errors import CredentialsRefused, NotOkta
from okta_mcp.okta.wire import Wire

__all__ = ["Person"]

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_AUTHORIZE = "/oauth2/v1/device/authorize"
_REVOKE = "/oauth2/v1/revoke"
_SLOWER = 5.0
"""Seconds that `slow_down` adds to the interval. RFC 8628 section 3.5."""


class Person:
    """A person of the org; may do what the scopes and that person's admin roles both allow.

    Args:
        client_id: of a native app with the device authorization grant.
        scopes: what to ask for.
        keeping: where the sign-in is kept.
    """

    personal = True
    scoped = True

    def __init__(
        self,
        client_id: str,
        scopes: Collection[str],
        keeping: Keeping,
    ) -> None:
        self._client_id = self.fingerprint = client_id
        self._scopes = frozenset(scopes)
        self._keeping = keeping
        self._invitations: dict[str, Invitation] = {}
        # A refresh token would be bound to the key as well, and outlive it.
        self._tokens = AccessTokens(self._obtained, binding="off")

    def __repr__(self) -> str:
        return f"Person({self._client_id!r})"

    async def authorize(self, method: str, url: str, wire: Wire) -> Authorization:
        """Return the headers of one attempt; see `Credentials.authorize`."""
        return await self._tokens.authorize(method, url, wire)

    def heard(self, authorization: Authorization, response: httpx2.Response, wire: Wire) -> bool:
        """Learn from an answer; see `Credentials.heard`."""
        return self._tokens.heard(authorization, response, wire)

    def facts(self, wire: Wire) -> Mapping[str, str]:
        """Return which app the person signed in to, and the state of the token."""
        return {"Signed in to": f"app {self._client_id}, {self._keeping.place}", **self._tokens.facts(wire)}

    async def scopes(self, wire: Wire, *, renewed: bool) -> frozenset[str] | None:
        """Return the scopes that were granted; those asked for where Okta does not say."""
        return (await self._tokens.grant(wire, renewed=renewed)).scopes or self._scopes

    @property
    def place(self) -> str:
        """Where the sign-in is kept, in words."""
        return self._keeping.place

    @property
    def outlasts(self) -> bool:
        """Whether the sign-in is kept when the process ends."""
        return self._keeping.outlasts

    async def sign_out(self, wire: Wire) -> bool:
        """Take back what is kept, here and at Okta; tell whether there was anything.

        Raises:
            OktaError: Okta could not be asked; here it is forgotten all the same.

        Source: `POST /oauth2/v1/revoke`, RFC 7009.
        """
        kept = await self._keeping.load(wire.origin, self._client_id)
        if kept is None:
            return False
        await self._keeping.forget(wire.origin, self._client_id)
        fields = {"token": kept, "token_type_hint": "refresh_token", "client_id": self._client_id}
        await self._tokens.endpoint(wire).post(_REVOKE, fields, wire)
        return True

    async def _obtained(self, endpoint: TokenEndpoint, wire: Wire) -> Grant:
        kept = await self._keeping.load(wire.origin, self._client_id)
        while kept is not None:
            fields = {"grant_type": "refresh_token", "refresh_token": kept, "client_id": self._client_id}
            try:
                return await self._swapped(endpoint, partial(dict, fields), wire, kept)
            except CredentialsRefused as error:
                if error.code != "invalid_grant":
                    raise
                # Another process may have used it up and kept its successor.
                newer = await self._keeping.load(wire.origin, self._client_id)
                if newer == kept:
                    await self._keeping.forget(wire.origin, self._client_id)
                    newer = None
                kept = newer
        return await self._invited(endpoint, wire)

    async def _invited(self, endpoint: TokenEndpoint, wire: Wire) -> Grant:
        invitation = self._invitations.get(wire.origin)
        if invitation is None or endpoint.now() >= invitation.expires:
            self._invitations[wire.origin] = invitation = await self._invite(endpoint, wire)
        if endpoint.now() < invitation.next_question:
            raise SignInNeeded(invitation)
        invitation.next_question = endpoint.now() + invitation.interval
        try:
            grant = await self._swapped(endpoint, lambda: self._ask_for(invitation), wire, None)
        except CredentialsRefused as error:
            if error.code == "slow_down":
                invitation.interval += _SLOWER
                invitation.next_question += _SLOWER
            elif error.code != "authorization_pending":
                del self._invitations[wire.origin]
                raise
            raise SignInNeeded(invitation) from None
        del self._invitations[wire.origin]
        return grant

    async def _invite(self, endpoint: TokenEndpoint, wire: Wire) -> Invitation:
        fields = {"client_id": self._client_id, "scope": " ".join(sorted({*self._scopes, "offline_access"}))}
        answer = (await endpoint.post(_AUTHORIZE, fields, wire)).object()
        device_code, user_code = answer.get("device_code"), answer.get("user_code")
        address = answer.get("verification_uri")
        if not all(isinstance(one, str) and one.isprintable() for one in (device_code, user_code, address)):
            raise NotOkta("The answer to the device authorization holds no code. Check the org URL.")
        now, interval = endpoint.now(), float(answer.get("interval") or 5)
        expires = now + float(answer.get("expires_in") or 600)
        return Invitation(str(address), str(user_code), str(device_code), expires, interval, now + interval)

    async def _swapped(
        self, endpoint: TokenEndpoint, form: Callable[[], Mapping[str, str]], wire: Wire, before: str | None
    ) -> Grant:
        """Give in what is good once, and keep its successor before anything else.

        A call that is cancelled in between would leave what is used up behind, and the person signed out.
        """
        with anyio.CancelScope(shield=True):
            grant = await endpoint.ask(form, wire)
            if grant.refresh_token is not None and grant.refresh_token != before:
                await self._keeping.save(wire.origin, self._client_id, grant.refresh_token)
        return grant

    def _ask_for(self, invitation: Invitation) -> dict[str, str]:
        return {"grant_type": DEVICE_CODE, "device_code": invitation.device_code, "client_id": self._client_id}
