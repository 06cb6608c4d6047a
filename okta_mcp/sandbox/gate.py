"""What every API request passes on its way in and out: token, rate limit, trouble, headers, journal."""

import re
from datetime import UTC
from email.utils import format_datetime
from typing import Any

import anyio
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from okta_mcp.sandbox.auth import authenticate
from okta_mcp.sandbox.call import Call, parsed
from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.journal import JournalEntry
from okta_mcp.sandbox.limits import Allowance, RateLimits
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import Token
from okta_mcp.sandbox.replies import STANDARD_HEADERS, error_response, html_response, summary_for_status
from okta_mcp.sandbox.trouble import Trouble, Troubles

__all__ = ["CALL", "Gate"]

# Where a request's `Call` stands in the ASGI scope.
CALL = "okta.call"

_API = "/api/v1/"
_SLASHES = re.compile(r"/{2,}")


class Gate:
    """Stands before the routes of the org.

    Args:
        app: the routes.
        org: the org behind them.
        origin: scheme and host of links; the request's own when None.
        limits: the rate limits.
        troubles: what tests have ordered to go wrong.
        journal: receives an entry for each request.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        org: Org,
        origin: str | None,
        limits: RateLimits,
        troubles: Troubles,
        journal: list[JournalEntry],
    ) -> None:
        self._app = app
        self._org = org
        self._origin = origin
        self._limits = limits
        self._troubles = troubles
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = _SLASHES.sub("/", scope["path"])
        if not path.startswith(_API):
            await self._app(scope, receive, send)
            return
        try:
            content = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        visit = _Visit(self._org, {**scope, "path": path}, receive, send, content)
        try:
            await self._admit(visit)
        finally:
            self._journal.append(visit.entry())

    async def _admit(self, visit: "_Visit") -> None:
        trouble = self._troubles.take(visit.method, visit.path)
        if trouble is not None and trouble.delay is not None:
            await anyio.sleep(trouble.delay)
        if trouble is not None and trouble.disconnect == "before":
            raise ConnectionResetError("connection dropped before the request was handled")
        token, refusal = self._identify(visit)
        visit.allowance = self._limits.spend(
            visit.method, visit.path, token.id if token else "anonymous", self._org.now()
        )
        if trouble is not None and (trouble.html or trouble.status is not None):
            await visit.reply(_troubled(visit, trouble))
        elif refusal is not None:
            await visit.refuse(refusal)
        elif visit.allowance.exceeded:
            await visit.refuse(error("E0000047"))
        elif token is not None:
            visit.scope[CALL] = self._call(visit, token)
            if trouble is not None and trouble.disconnect == "after":
                await self._app(visit.scope, visit.receive, visit.swallow)
                visit.status = 0
                raise ConnectionResetError("connection dropped after the request was handled")
            await self._app(visit.scope, visit.receive, visit.send)

    def _identify(self, visit: "_Visit") -> tuple[Token | None, ApiError | None]:
        try:
            return authenticate(self._org, visit.headers.get("authorization")), None
        except ApiError as refusal:
            return None, refusal

    def _call(self, visit: "_Visit", token: Token) -> Call:
        scope = visit.scope
        host = visit.headers.get("host") or ":".join(str(part) for part in scope.get("server") or ("localhost",))
        client = scope.get("client")
        return Call(
            org=self._org,
            origin=self._origin or f"{scope.get('scheme', 'http')}://{host}",
            request_id=visit.request_id,
            method=visit.method,
            path=visit.path,
            query=visit.query,
            headers=visit.headers,
            content=visit.content,
            caller=self._org.users[token.owner_id],
            token=token,
            client_address=client[0] if client else None,
        )


class _Visit:
    """One request while it is in the gate."""

    def __init__(self, org: Org, scope: dict[str, Any], receive: Receive, send: Send, content: bytes) -> None:
        self._org = org
        self.scope = scope
        self.content = content
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query = scope["query_string"].decode("latin-1")
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.request_id = org.ids.request_id()
        self.allowance: Allowance | None = None
        self.status = 0
        self.receive = receive
        self._send = send

    async def send(self, message: Message) -> None:
        """Pass a message of the answer on, with the headers every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["date"] = format_datetime(self._org.now().astimezone(UTC), usegmt=True)
            headers["x-okta-request-id"] = self.request_id
            own = headers.keys()
            standard = [*STANDARD_HEADERS, *(self.allowance.headers() if self.allowance else {}).items()]
            for name, value in standard:
                if name not in own:
                    headers[name] = value
        await self._send(message)

    async def swallow(self, message: Message) -> None:
        """Take a message of the answer and let it disappear."""

    async def reply(self, response: Response) -> None:
        """Answer without asking the routes."""
        await response(self.scope, self.receive, self.send)

    async def refuse(self, failure: ApiError) -> None:
        """Answer with an error."""
        await self.reply(error_response(failure, self._org.ids.error_id()))

    def entry(self) -> JournalEntry:
        """Write the request down."""
        try:
            body = parsed(self.content) if self.content.strip() else None
        except ApiError:
            body = None
        return JournalEntry(self.method, self.path, self.query, self.status, self.request_id, body)


def _troubled(visit: _Visit, trouble: Trouble) -> Response:
    if trouble.html:
        return html_response(trouble.status or 503)
    failure = summary_for_status(trouble.status or 500, trouble.error_code)
    if trouble.status == 429 and visit.allowance is not None:
        limit = 0 if trouble.concurrency else visit.allowance.limit
        failure.headers.update(
            {
                "x-rate-limit-limit": str(limit),
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": str(visit.allowance.reset),
            }
        )
    return error_response(failure, "oae" + visit.request_id[:22])
