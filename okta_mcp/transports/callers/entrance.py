"""The one way in: before either door hears of a request, it is known whose it is."""

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.transport_security import DEFAULT_MAX_REQUEST_BODY_SIZE
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from okta_mcp.guard import SCOPE_KEY, Caller, Policy
from okta_mcp.transports.bounds import Bounds
from okta_mcp.transports.callers.proof import Unproven, Unreachable
from okta_mcp.transports.callers.recognition import Recognition
from okta_mcp.transports.callers.shares import Shares
from okta_mcp.transports.callers.step_up import called_action
from okta_mcp.transports.callers.streams import Streams
from okta_mcp.transports.callers.tokens_file import TokensFile


class Entrance:
    """Lets in whoever proves who they are, and tells the doors behind it.

    Everybody may ask for the metadata, and for nothing else.

    Args:
        app: both doors.
        recognition: tells whose a request is.
        policy: what the operator allows; no token makes it more.
        bounds: how much of the room one caller may take.
        file: says when a token is withdrawn.
    """

    def __init__(
        self,
        app: ASGIApp,
        recognition: Recognition,
        policy: Policy,
        bounds: Bounds,
        file: TokensFile | None = None,
    ) -> None:
        self._app = app
        self._recognition = recognition
        self._policy = policy
        self._streams = Streams()
        self._shares = Shares(bounds.share, bounds.session_seconds)
        if file is not None:
            file.parting.append(self._part)

    async def _part(self, caller: Caller) -> None:
        """End the sessions of a caller whose token was withdrawn, as the caller could."""
        for name in self._shares.opened_by(caller):
            headers = [(b"host", b"localhost"), (b"mcp-session-id", name.encode())]
            scope = {"type": "http", "method": "DELETE", "path": "/mcp", "query_string": b"", "headers": headers}
            await self._shares.answer(self._app, caller, _told(scope, caller), _nothing, _unheard)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan" or (scope["type"] == "http" and self._recognition.open_to_all(scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._guarded(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            caller = await self._recognition.caller(scope)
            receive = await self._stepped_up(caller, scope, receive)
        except (Unproven, Unreachable) as error:
            await self._recognition.refusal(scope, error)(scope, receive, send)
        else:

            async def answered(scope: Scope, receive: Receive, send: Send) -> None:
                await self._streams.answer(self._app, caller, scope, receive, send)

            await self._shares.answer(answered, caller, _told(scope, caller), receive, send)

    async def _stepped_up(self, caller: Caller, scope: Scope, receive: Receive) -> Receive:
        """Send a client for further scopes where these would help; return the request, to be read from its start.

        Raises:
            Unproven: insufficient_scope, with every scope that the token needs.
        """
        grants = self._recognition.grants
        if grants is None or caller.kind != "oauth":
            return receive
        if not caller.rights and caller.reach:
            raise Unproven("The token has no scope that allows anything here", "insufficient_scope")
        if scope["method"] != "POST" or caller.rights == caller.reach:
            return receive
        action, receive = await called_action(receive, DEFAULT_MAX_REQUEST_BODY_SIZE)
        if action is None or not self._policy.offers(action) or self._policy.offers(action, caller):
            return receive
        needed = grants.needed(caller.scopes, action.toolset, writes=action.writes)
        if needed and caller.reach.allow(action.toolset, writes=action.writes):
            raise Unproven(f"{action.name} needs a further scope", "insufficient_scope", needed)
        return receive


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


async def _unheard(_message: Message) -> None:
    """Answer nobody."""


def _told(scope: Scope, caller: Caller) -> Scope:
    """Return the scope as the doors see it: with the caller, and without the token, which is nobody else's business."""
    # The SDK binds a session of either door to this, and answers anyone else as if there were no such session.
    owner = AccessToken(token="", client_id=caller.client or caller.id, scopes=[], subject=caller.id)
    headers = [(name, value) for name, value in scope["headers"] if name != b"authorization"]
    return {**scope, "headers": headers, SCOPE_KEY: caller, "user": AuthenticatedUser(owner)}
