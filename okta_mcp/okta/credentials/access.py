"""Requests with an access token: as a bearer's, or with the proof of the key it is bound to.

Source: RFC 6750 section 2.1 and 3, RFC 9449 sections 7 and 9.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import httpx2

from okta_mcp.okta.credentials.credentials import Authorization
from okta_mcp.okta.credentials.exchange import Binding, Grant, TokenEndpoint
from okta_mcp.okta.credentials.session import Session
from okta_mcp.okta.reply import told_by
from okta_mcp.okta.wire import Wire
from okta_mcp.records import record

__all__ = ["AccessTokens", "Obtain"]

_FEATURE_OFF = "E0000015"
"""A 401 that is not about the token."""

Obtain = Callable[[TokenEndpoint, Wire], Awaitable[Grant]]


@record
class _Carried(Authorization):
    """An authorization by an access token.

    Args:
        grant: the token.
        offset: by how much the clock was corrected when it was made.
        nonce: what the proof repeated.
        literal: how the path stood in the proof.
    """

    grant: Grant = field(repr=False)
    offset: float
    nonce: str | None = field(repr=False)
    literal: bool


@dataclass
class _Standing:
    """How things stand with one org, by one way to it.

    Args:
        endpoint: where its tokens come from.
        session: the token.
        nonce: what its API wants proofs to repeat; another one than the token endpoint's.
        literal: how it compares the path in a proof: as it is sent, or decoded as Okta does.
    """

    endpoint: TokenEndpoint
    session: Session
    nonce: str | None = field(default=None, repr=False)
    literal: bool = False


class AccessTokens:
    """The access tokens of one client with one set of scopes, one token for each way to an org.

    Args:
        obtain: asks an org's token endpoint for a token.
        binding: whether tokens are bound to a key.
    """

    def __init__(self, obtain: Obtain, *, binding: Binding) -> None:
        self._obtain = obtain
        self._binding = binding
        self._standings: WeakKeyDictionary[Wire, _Standing] = WeakKeyDictionary()

    async def grant(self, wire: Wire, *, renewed: bool = False) -> Grant:
        """Return the token for an org, asking for one if there is none.

        Args:
            wire: the way to the org.
            renewed: whether a new one is wanted, unless the one there is was got within the last minute.

        Raises:
            OktaError: there is none to be had.
        """
        standing = self._standing(wire)
        if renewed:
            standing.session.retire()
        return await standing.session.current(lambda: self._obtain(standing.endpoint, wire))

    def endpoint(self, wire: Wire) -> TokenEndpoint:
        """Return the org's token endpoint."""
        return self._standing(wire).endpoint

    def facts(self, wire: Wire) -> dict[str, str]:
        """Return what an operator may want to know of the token and of the clock, by heading."""
        standing = self._standing(wire)
        told = {}
        if (grant := standing.session.grant) is not None:
            minutes = (grant.expires - wire.clock.likely()) / 60
            kind = "bound to a key of this process (DPoP)" if grant.bound else "not bound to a key"
            told["Access token"] = f"{kind}, good for {minutes:.0f} minutes"
        if abs(offset := wire.clock.offset) > _WORTH_SAYING:
            side = "behind" if offset > 0 else "ahead of"
            told["Clock"] = f"this machine is {abs(offset):.0f} seconds {side} Okta, which is allowed for; set it right"
        return told

    async def authorize(self, method: str, url: str, wire: Wire) -> Authorization:
        """Return the headers of one attempt; see `Credentials.authorize`."""
        grant = await self.grant(wire)
        standing = self._standing(wire)
        headers = {"Authorization": f"{'DPoP' if grant.bound else 'Bearer'} {grant.token}"}
        secrets: tuple[str, ...] = (grant.token,)
        if grant.bound:
            prover = standing.endpoint.bound()
            headers["DPoP"] = prover.prove(
                method,
                url,
                wire.clock.likely(),
                token=grant.token,
                nonce=standing.nonce,
                literal=standing.literal,
            )
            secrets += (headers["DPoP"],)
        return _Carried(headers, secrets, grant, wire.clock.offset, standing.nonce, standing.literal)

    def heard(self, authorization: Authorization, response: httpx2.Response, wire: Wire) -> bool:
        """Learn the nonce, and whether the token has ended; see `Credentials.heard`."""
        standing = self._standing(wire)
        if not isinstance(authorization, _Carried):
            return False
        if authorization.grant.bound:
            standing.nonce = response.headers.get("dpop-nonce", standing.nonce)
        if response.status_code not in (400, 401):
            return False
        code, words = told_by(response)
        if authorization.grant.bound and code in ("use_dpop_nonce", "invalid_dpop_proof"):
            return self._mended(standing, wire.clock.offset, authorization, words)
        if response.status_code == 400 or code == _FEATURE_OFF:
            return False
        return standing.session.refuse(authorization.grant)

    def _mended(self, standing: _Standing, offset: float, carried: _Carried, words: str) -> bool:
        """Tell whether the next proof will be another than the one that was refused, but for its id."""
        if "'htu'" in words and standing.literal == carried.literal:
            standing.literal = not carried.literal
        return (
            standing.nonce != carried.nonce
            or standing.literal != carried.literal
            or abs(offset - carried.offset) > _MOVED
        )

    def _standing(self, wire: Wire) -> _Standing:
        standing = self._standings.get(wire)
        if standing is None:
            endpoint = TokenEndpoint(wire.origin, wire.clock, self._binding)
            standing = self._standings[wire] = _Standing(endpoint, Session(wire.clock))
        return standing


_WORTH_SAYING = 30.0
"""Seconds by which a clock must be off to be mentioned."""

_MOVED = 2.0
"""Seconds by which the time must have been corrected to make a difference."""
