"""The one way in: before either door hears of a request, it is known whose it is."""

import logging
from collections.abc import Collection

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from okta_mcp.guard import SCOPE_KEY, Caller
from okta_mcp.transports.callers.challenge import challenge
from okta_mcp.transports.callers.proof import Unproven, Unreachable, Verifier, bearer_token

logger = logging.getLogger("okta_mcp.callers")


class Entrance:
    """Lets in whoever proves who they are, and tells the doors behind it.

    Args:
        app: both doors.
        verifier: knows whose a token is.
        open_paths: what everybody may ask for.
    """

    def __init__(self, app: ASGIApp, verifier: Verifier, open_paths: Collection[str] = ()) -> None:
        self._app = app
        self._verifier = verifier
        self._open = frozenset(open_paths)

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
            caller = await self._verifier.caller(bearer_token(scope))
        except Unproven as error:
            logger.info("Nobody was let in at %s: %s", scope["path"], error.reason)
            await challenge(error.fault, error.reason)(scope, receive, send)
            return
        except Unreachable:
            body = {"error": "temporarily_unavailable", "error_description": "Tokens cannot be checked now"}
            await JSONResponse(body, 503, {"Retry-After": "5", "Cache-Control": "no-store"})(scope, receive, send)
            return
        await self._app(_told(scope, caller), receive, send)


def _told(scope: Scope, caller: Caller) -> Scope:
    """Return the scope as the doors see it: with the caller, and without the token, which is nobody else's business."""
    # The SDK binds a session of either door to this, and answers anyone else as if there were no such session.
    owner = AccessToken(token="", client_id=caller.client or caller.id, scopes=[], subject=caller.id)
    headers = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": headers, SCOPE_KEY: caller, "user": AuthenticatedUser(owner)}
