"""Telling whose a request is, and telling whoever is not recognised why."""

import logging

from starlette.responses import JSONResponse
from starlette.types import Scope

from okta_mcp.guard import Caller
from okta_mcp.transports.callers.access_tokens import AccessTokens
from okta_mcp.transports.callers.admission import Admission
from okta_mcp.transports.callers.challenge import challenge
from okta_mcp.transports.callers.issuer import Issuer
from okta_mcp.transports.callers.metadata import ResourceMetadata
from okta_mcp.transports.callers.proof import Unproven, Unreachable, Verifier, bearer_token

logger = logging.getLogger("okta_mcp.callers")

_RECOGNISED = "okta_mcp.recognised"
"""Where a request keeps whose it is, so that no signature is checked twice."""


class Recognition:
    """Everyone who knows tokens, asked in turn.

    Args:
        admission: who is let in.
        base: address under which clients reach the server, without a slash at its end.

    Attributes:
        grants: what scopes and groups allow; None when no issuer is trusted.
        metadata: what a client is told who asks how to get a token; None when no issuer gives any.
    """

    def __init__(self, admission: Admission, base: str) -> None:
        self._verifiers: list[Verifier] = [admission.fixed] if admission.fixed is not None else []
        trust = admission.trust
        self.grants = trust.grants if trust is not None else None
        self.metadata = ResourceMetadata(base, trust.issuer, tuple(trust.grants.scopes)) if trust is not None else None
        if trust is not None and self.metadata is not None:
            audiences = (trust.audience,) if trust.audience else self.metadata.resources
            self._verifiers.append(AccessTokens(Issuer(trust.issuer), audiences, trust.grants, trust.groups_claim))
        self._open = {route.path for route in self.metadata.routes} if self.metadata is not None else set()

    def open_to_all(self, scope: Scope) -> bool:
        """Tell whether everybody may ask for this, known or not."""
        return scope["path"] in self._open

    async def caller(self, scope: Scope) -> Caller:
        """Return whose a request is. What the last one says about a token that nobody knows is told.

        Raises:
            Unproven: nobody knows the token, or there is none.
            Unreachable: the issuer's keys cannot be read.
        """
        known: Caller | None = scope.get(_RECOGNISED)
        if known is None:
            known = scope[_RECOGNISED] = await self._found(bearer_token(scope))
        if known.standing is not None and known.standing.ended:  # while the body was on its way
            raise Unproven("The token is not known here")
        return known

    @staticmethod
    def recognised(scope: Scope) -> Caller | None:
        """Return whose a request was found to be; None when nobody has looked, or it is nobody's."""
        known: Caller | None = scope.get(_RECOGNISED)
        return known

    async def _found(self, token: str) -> Caller:
        refusal = Unproven("The token is not known here")
        for verifier in self._verifiers:
            try:
                return await verifier.caller(token)
            except Unproven as error:
                refusal = error
        raise refusal

    async def turned_away(self, scope: Scope) -> JSONResponse | None:
        """Return the refusal of a request, by its head alone; None for that of a known caller."""
        try:
            await self.caller(scope)
        except (Unproven, Unreachable) as error:
            return self.refusal(scope, error)
        return None

    def refusal(self, scope: Scope, error: Unproven | Unreachable) -> JSONResponse:
        """Return what whoever is not let in is told; the operator finds it in the log."""
        if isinstance(error, Unreachable):
            logger.warning("Nobody can be let in: %s", error)
            body = {"error": "temporarily_unavailable", "error_description": "Tokens cannot be checked now"}
            return JSONResponse(body, 503, {"Retry-After": "5", "Cache-Control": "no-store"})
        logger.info("Nobody was let in: %s", error.reason)
        scopes = error.scopes or (self.grants.first if self.grants is not None else ())
        return challenge(
            error.fault,
            error.reason,
            metadata=self.metadata.place(scope["path"]) if self.metadata is not None else None,
            scopes=scopes if error.fault != "invalid_request" else (),
        )
