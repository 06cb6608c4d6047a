"""Who is not to come in, told by the head of a request: before its body is read, and before it takes a place."""

from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from okta_mcp.transports.callers import Recognition


class Threshold:
    """What a request's head has to show.

    Args:
        security: the hosts and origins that are answered.
        recognition: tells whose a request is; None when nobody is asked.
        guards_metrics: whether a caller has to be known to see what is counted.
    """

    def __init__(
        self, security: TransportSecuritySettings, recognition: Recognition | None, *, guards_metrics: bool
    ) -> None:
        self._names = TransportSecurityMiddleware(security)
        self._recognition = recognition
        self._guards_metrics = guards_metrics

    def open_to_all(self, scope: Scope) -> bool:
        """Tell whether a request is for what everybody may see, where callers are asked who they are."""
        return self._recognition is not None and self._recognition.open_to_all(scope)

    async def misnamed(self, scope: Scope) -> Response | None:
        """Return the refusal of a request to another name, or from another page; None when it is neither."""
        return await self._names.validate_request(Request(scope))

    async def turned_away(self, scope: Scope) -> Response | None:
        """Return the refusal of a request; None when it may come in."""
        refusal = await self.misnamed(scope)
        if refusal is not None or self._recognition is None or self._recognition.open_to_all(scope):
            return refusal
        return await self._recognition.turned_away(scope)

    def whose(self, scope: Scope) -> str | None:
        """Return the id of whoever sent a request that may come in; None where nobody is asked."""
        caller = Recognition.recognised(scope)
        return None if caller is None else caller.id

    async def turned_away_from_metrics(self, scope: Scope) -> Response | None:
        """Return the refusal of a request for the metrics; None when it may see them."""
        if self._guards_metrics and self._recognition is not None:
            # A collector asks a pod by its address; no page elsewhere has the token.
            return await self._recognition.turned_away(scope)
        return await self.misnamed(scope)
