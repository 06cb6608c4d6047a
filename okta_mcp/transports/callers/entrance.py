"""The one way in: before either door hears of a request, it is known whose it is."""

import logging
from collections.abc import Collection, Sequence

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import DEFAULT_MAX_REQUEST_BODY_SIZE
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from okta_mcp.guard import SCOPE_KEY, Caller
from okta_mcp.transports.callers.access_tokens import AccessTokens
from okta_mcp.transports.callers.admission import Admission
from okta_mcp.transports.callers.challenge import challenge
from okta_mcp.transports.callers.issuer import Issuer
from okta_mcp.transports.callers.metadata import ResourceMetadata
from okta_mcp.transports.callers.proof import Fault, Unproven, Unreachable, Verifier, bearer_token
from okta_mcp.transports.callers.step_up import called_action
from okta_mcp.transports.callers.streams import Streams
from okta_mcp.transports.callers.tokens import FixedTokens

logger = logging.getLogger("okta_mcp.callers")


class Entrance:
    """Lets in whoever proves who they are, and tells the doors behind it.

    Args:
        app: both doors.
        admission: who is let in.
        base: address under which clients reach the server, without a slash at its end.
        open_paths: what everybody may ask for, besides the metadata.
    """

    def __init__(self, app: ASGIApp, admission: Admission, base: str, open_paths: Collection[str] = ()) -> None:
        self._app = app
        self._streams = Streams()
        self._trust = admission.trust
        self._policy = admission.policy
        self._metadata = metadata_of(admission, base)
        self._open = {*open_paths, *(route.path for route in metadata_routes(admission, base))}
        self._verifiers: list[Verifier] = [FixedTokens(admission.tokens)] if admission.tokens else []
        if self._trust is not None and self._metadata is not None:
            audiences = [self._trust.audience] if self._trust.audience else self._metadata.resources
            issuer = Issuer(self._trust.issuer)
            self._verifiers.append(AccessTokens(issuer, audiences, self._trust.grants, self._trust.groups_claim))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] in self._open):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._guarded(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            caller = await self._whose(bearer_token(scope))
            receive = await self._stepped_up(caller, scope, receive)
        except Unproven as error:
            logger.info("Nobody was let in at %s: %s", scope["path"], error.reason)
            scopes = error.scopes or (self._trust.grants.first if self._trust is not None else ())
            await self._challenge(scope, error.fault, error.reason, scopes)(scope, receive, send)
        except Unreachable as error:
            logger.warning("Nobody can be let in: %s", error)
            body = {"error": "temporarily_unavailable", "error_description": "Tokens cannot be checked now"}
            await JSONResponse(body, 503, {"Retry-After": "5", "Cache-Control": "no-store"})(scope, receive, send)
        else:
            await self._streams.answer(self._app, caller, _told(scope, caller), receive, send)

    async def _whose(self, token: str) -> Caller:
        """Ask everyone who may know; what the last one says about a token that nobody knows is told."""
        refusal = Unproven("The token is not known here")
        for verifier in self._verifiers:
            try:
                return await verifier.caller(token)
            except Unproven as error:
                refusal = error
        raise refusal

    async def _stepped_up(self, caller: Caller, scope: Scope, receive: Receive) -> Receive:
        """Send a client for further scopes where these would help; return the request, to be read from its start.

        Raises:
            Unproven: insufficient_scope, with every scope that the token needs.
        """
        if self._trust is None or caller.kind != "oauth":
            return receive
        if not caller.rights and caller.reach:
            raise Unproven("The token has no scope that allows anything here", "insufficient_scope")
        if scope["method"] != "POST" or caller.rights == caller.reach:
            return receive
        action, receive = await called_action(receive, DEFAULT_MAX_REQUEST_BODY_SIZE)
        if action is None or not self._policy.offers(action) or self._policy.offers(action, caller):
            return receive
        needed = self._trust.grants.needed(caller.scopes, action.toolset, writes=action.writes)
        if needed and caller.reach.allow(action.toolset, writes=action.writes):
            raise Unproven(f"{action.name} needs a further scope", "insufficient_scope", needed)
        return receive

    def _challenge(self, scope: Scope, fault: Fault | None, reason: str, scopes: Sequence[str]) -> JSONResponse:
        place = self._metadata.place(scope["path"]) if self._metadata is not None else None
        return challenge(fault, reason, metadata=place, scopes=scopes if fault != "invalid_request" else ())


def metadata_of(admission: Admission, base: str) -> ResourceMetadata | None:
    """Return what a client is told who asks how to get a token; None when no issuer gives any."""
    if admission.trust is None:
        return None
    return ResourceMetadata(base, admission.trust.issuer, tuple(admission.trust.grants.scopes))


def metadata_routes(admission: Admission, base: str) -> list[Route]:
    """Return the routes that tell it."""
    metadata = metadata_of(admission, base)
    return [] if metadata is None else metadata.routes


def _told(scope: Scope, caller: Caller) -> Scope:
    """Return the scope as the doors see it: with the caller, and without the token, which is nobody else's business."""
    # The SDK binds a session of either door to this, and answers anyone else as if there were no such session.
    owner = AccessToken(token="", client_id=caller.client or caller.id, scopes=[], subject=caller.id)
    headers = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": headers, SCOPE_KEY: caller, "user": AuthenticatedUser(owner)}
