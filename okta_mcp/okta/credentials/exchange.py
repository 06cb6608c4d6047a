"""The token endpoint: a proof of who asks goes in, an access token comes out.

Source: RFC 6749 sections 5.1 and 5.2, RFC 9449 sections 5 and 8; Okta OAuth 2.0 API, `POST /oauth2/v1/token`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, Literal
from urllib.parse import urlencode

import httpx2

from okta_mcp.okta.clock import OktaClock
from okta_mcp.okta.credentials.proof import Prover
from okta_mcp.okta.credentials.refusals import refusal
from okta_mcp.okta.errors import NotOkta, OktaApiError, OktaError
from okta_mcp.okta.limits import wait_for
from okta_mcp.okta.reply import Asked, Reply, error_of, read
from okta_mcp.okta.wire import Wire
from okta_mcp.records import record

__all__ = ["Binding", "Grant", "TokenEndpoint"]

Binding = Literal["auto", "on", "off"]
"""Whether tokens are bound to a key: always, never, or where the app demands it."""

PATH = "/oauth2/v1/token"
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_LIFE = 3600.0
"""Seconds that a token of Okta's org lives where the answer does not say."""
_TURNS = 5
"""A token may take a turn each for the clock, for the first proof, for the first nonce and for a change of nonce."""


@record
class Grant:
    """What the token endpoint gave.

    Args:
        token: the access token.
        bound: whether it is bound to our key.
        scopes: what it is good for.
        issued: when it was asked for, epoch seconds by Okta's clock.
        expires: when it ends, by the same clock.
        refresh_token: for the next one, where there is a person behind it.
    """

    token: str = field(repr=False)
    bound: bool
    scopes: frozenset[str]
    issued: float
    expires: float
    refresh_token: str | None = field(default=None, repr=False)


class TokenEndpoint:
    """Asks one org for tokens, and gives in where the org asks for something more: a proof, a nonce, the right time.

    Args:
        origin: the org's.
        clock: Okta's time.
        binding: whether tokens are bound to a key.
    """

    def __init__(self, origin: str, clock: OktaClock, binding: Binding) -> None:
        self.url = f"{origin}{PATH}"
        self.prover = Prover() if binding == "on" else None
        self._origin = origin
        self._clock = clock
        self._binding = binding
        self._nonce: str | None = None

    def now(self) -> float:
        """Return the org's time in epoch seconds."""
        return self._clock.likely()

    def bound(self) -> Prover:
        """Return the maker of proofs, with the key that tokens are bound to."""
        if self.prover is None:
            self.prover = Prover()
        return self.prover

    async def ask(self, form: Callable[[], Mapping[str, str]], wire: Wire) -> Grant:
        """Return a token.

        Args:
            form: makes the parameters anew for each attempt: an assertion can be used once.
            wire: the way to the org.

        Raises:
            CredentialsRefused: Okta does not give one, and why.
            OktaError: Okta could not be asked.
        """
        for turn in range(_TURNS):
            offset, nonce, prover = self._clock.offset, self._nonce, self.prover
            started = self._clock.likely()
            fields = dict(form())
            secrets = tuple(fields[name] for name in _SECRETS if name in fields)
            response = await self._sent(fields, wire)
            self._nonce = response.headers.get("dpop-nonce", self._nonce)
            asked = Asked("POST", PATH, self._origin, secrets)
            if not response.is_error:
                return self._grant(read(response, asked).object(), started + self._clock.offset - offset)
            met = error_of(response, asked, wait_seconds=wait_for(response, attempt=turn + 1, clock=self._clock.likely))
            if not isinstance(met, OktaApiError):
                raise _unsent(met)
            if met.code == "invalid_dpop_proof" and prover is None and self._binding == "auto":
                self.bound()
            elif not (
                (met.code == "use_dpop_nonce" and self._nonce != nonce and prover is not None)
                or (met.code in _TIMED and not math.isclose(offset, self._clock.offset, abs_tol=2.0))
            ):
                raise refusal(met, binding=self._binding, offset=self._clock.offset)
        raise NotOkta(f"{self._origin} keeps asking for another nonce instead of giving an access token.")

    async def post(self, path: str, fields: Mapping[str, str], wire: Wire) -> Reply:
        """Send a form to another endpoint of the org's authorization server.

        Raises:
            CredentialsRefused: Okta does not take it, and why.
            OktaError: Okta could not be asked.
        """
        asked = Asked("POST", path, self._origin, tuple(fields[name] for name in _SECRETS if name in fields))
        try:
            response = await wire.send(
                "POST", f"{self._origin}{path}", headers=_HEADERS, content=urlencode(fields).encode()
            )
        except OktaError as error:
            raise _unsent(error) from error
        if not response.is_error:
            return read(response, asked)
        met = error_of(response, asked, wait_seconds=wait_for(response, attempt=1, clock=self._clock.likely))
        if not isinstance(met, OktaApiError):
            raise _unsent(met)
        raise refusal(met, binding=self._binding, offset=self._clock.offset)

    async def _sent(self, fields: Mapping[str, str], wire: Wire) -> httpx2.Response:
        headers = dict(_HEADERS)
        if self.prover is not None:
            headers["DPoP"] = self.prover.prove("POST", self.url, self._clock.likely(), nonce=self._nonce, literal=True)
        try:
            return await wire.send("POST", self.url, headers=headers, content=urlencode(fields).encode())
        except OktaError as error:
            raise _unsent(error) from error

    def _grant(self, answer: Mapping[str, Any], started: float) -> Grant:
        token, kind = answer.get("access_token"), str(answer.get("token_type", "")).lower()
        if (
            not isinstance(token, str)
            or not token.isascii()
            or not token.isprintable()
            or kind not in ("bearer", "dpop")
        ):
            raise NotOkta("The token endpoint's answer holds no access token. Check the org URL.")
        if (kind == "dpop") != (self.prover is not None) and (kind == "dpop" or self._binding == "on"):
            raise NotOkta(
                "The token endpoint's answer is bound to a key when it should not be, or the other way round."
            )
        life, scope, refresh = answer.get("expires_in"), answer.get("scope"), answer.get("refresh_token")
        return Grant(
            token=token,
            bound=kind == "dpop",
            scopes=frozenset(scope.split()) if isinstance(scope, str) else frozenset(),
            issued=started,
            expires=started + (float(life) if isinstance(life, int | float) and life > 0 else _LIFE),
            refresh_token=refresh if isinstance(refresh, str) else None,
        )


_SECRETS = ("client_assertion", "refresh_token", "device_code", "token")
_TIMED = frozenset({"invalid_client", "invalid_dpop_proof"})
"""What Okta says when something signed is not of its time."""


def _unsent(error: OktaError) -> OktaError:
    """Say of a failure to get a token that the request it was for never went out."""
    error.sent = False
    error.maybe_applied = False
    return error
