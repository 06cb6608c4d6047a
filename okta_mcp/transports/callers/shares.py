"""No caller takes the room of the others: each may hold a share of the sessions and streams that are to be had."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from okta_mcp.guard import Caller

_SESSION = "mcp-session-id"
_LISTENING = "subscriptions/listen"


@dataclass(slots=True, eq=False)
class _Session:
    """A session of the older protocol.

    Args:
        owner: who opened it.
        requests: how many are under way; the one that opens it is.
        idle_since: when the last one ended.
    """

    owner: Caller
    requests: int = 1
    idle_since: float = 0.0


class Shares:
    """What each caller holds of the sessions and of the streams.

    The SDK counts sessions for all together and tells nobody whose they are: here they are counted by what is answered.

    Args:
        each: how many sessions, and how many streams, one caller may hold.
        session_seconds: without a request, after which a session is no more.
        clock: seconds.
    """

    def __init__(self, each: int, session_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = each
        self._session_seconds = session_seconds
        self._clock = clock
        self._opening: Counter[str] = Counter()
        self._sessions: dict[str, _Session] = {}
        self._streams: Counter[str] = Counter()

    async def answer(self, app: ASGIApp, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a caller's request answered, unless it would open more than the caller's share."""
        headers = Headers(scope=scope)
        if scope["method"] == "GET" or headers.get("mcp-method") == _LISTENING:
            if self._streams[caller.id] >= self._each:
                await self._refused("streams")(scope, receive, send)
                return
            self._streams[caller.id] += 1
            try:
                await self._in_session(app, caller, scope, receive, send)
            finally:
                _less(self._streams, caller.id)
        elif _opens_session(scope, headers):
            if self._held(caller) >= self._each:
                await self._refused("sessions")(scope, receive, send)
                return
            await self._opened(app, caller, scope, receive, send)
        else:
            await self._in_session(app, caller, scope, receive, send)

    def opened_by(self, caller: Caller) -> list[str]:
        """Return the ids of the sessions that were opened with this very token."""
        return [name for name, one in self._sessions.items() if one.owner.standing is caller.standing]

    def _refused(self, what: str) -> JSONResponse:
        return JSONResponse({"error": f"Too many {what} of one caller are open"}, 429, {"Retry-After": "1"})

    def _held(self, caller: Caller) -> int:
        over = self._clock() - self._session_seconds
        self._sessions = {name: one for name, one in self._sessions.items() if one.requests or one.idle_since > over}
        return self._opening[caller.id] + sum(one.owner.id == caller.id for one in self._sessions.values())

    async def _opened(self, app: ASGIApp, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        session, name = _Session(caller), None

        async def watched(message: Message) -> None:
            nonlocal name
            if message["type"] == "http.response.start" and message["status"] < 400:
                name = Headers(raw=message["headers"]).get(_SESSION)
                if name is not None:
                    self._sessions[name] = session
                    _less(self._opening, caller.id)
            await send(message)

        self._opening[caller.id] += 1
        try:
            await app(scope, receive, watched)
        finally:
            if name is None:
                _less(self._opening, caller.id)
            session.requests, session.idle_since = session.requests - 1, self._clock()

    async def _in_session(self, app: ASGIApp, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        name = Headers(scope=scope).get(_SESSION, "")
        session = self._sessions.get(name)
        if session is None or session.owner.id != caller.id:
            await app(scope, receive, send)
            return

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                ended = scope["method"] == "DELETE" and message["status"] < 400
                if ended or message["status"] == 404:
                    self._sessions.pop(name, None)
            await send(message)

        session.requests += 1
        try:
            await app(scope, receive, watched)
        finally:
            session.requests, session.idle_since = session.requests - 1, self._clock()


def _opens_session(scope: Scope, headers: Headers) -> bool:
    """Tell whether the SDK would open a session for a request: it looks at the version before anything else."""
    version = headers.get("mcp-protocol-version")
    older = version is None or version in HANDSHAKE_PROTOCOL_VERSIONS
    return older and scope["method"] == "POST" and scope["path"] == "/mcp" and _SESSION not in headers


def _less(counts: Counter[str], name: str) -> None:
    counts[name] -= 1
    if not counts[name]:
        del counts[name]
