"""What every API request passes on its way in and out: token, rate limit, faults, headers, journal."""

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
from okta_mcp.sandbox.callers import ANONYMOUS, Credential, Presented
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.faults import Fault, FaultRule, Faults, Hindsight, Kind, When, spoiled
from okta_mcp.sandbox.journal import JournalEntry
from okta_mcp.sandbox.limits import Allowance, RateLimits, bucket_of
from okta_mcp.sandbox.oauth.demands import is_open, is_unlimited
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.replies import error_response, html_response, standard_headers, summary_for_status
from okta_mcp.sandbox.settling import settle

__all__ = ["CALL", "Gate"]

# Where a request's `Call` stands in the ASGI scope.
CALL = "okta.call"

_SERVED = ("/api/v1/", "/oauth2/v1/", "/.well-known/")
_SLASHES = re.compile(r"/{2,}")


class Gate:
    """Stands before the routes of the org.

    Args:
        app: the routes.
        org: the org behind them.
        origin: scheme and host of links; the request's own when None.
        limits: the rate limits.
        faults: what is ordered to go wrong.
        hindsight: the org as it was, for a search index that lags behind.
        journal: receives an entry for each request.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        org: Org,
        origin: str | None,
        limits: RateLimits,
        faults: Faults,
        hindsight: Hindsight,
        journal: list[JournalEntry],
    ) -> None:
        self._app = app
        self._org = org
        self._origin = origin
        self._limits = limits
        self._faults = faults
        self._hindsight = hindsight
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = _SLASHES.sub("/", scope["path"])
        if not path.startswith(_SERVED):
            await self._app(scope, receive, send)
            return
        # Okta's Python SDK up to 2.x puts a slash before every query, and Okta does not mind.
        path = path.removesuffix("/")
        try:
            content = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        scope = {**scope, "path": path}
        visit = _Visit(self._org, scope, receive, send, content=content, origin=self._origin, journal=self._journal)
        try:
            with self._limits.under_way():
                await self._admit(visit)
        finally:
            visit.note()

    async def _admit(self, visit: "_Visit") -> None:
        visit.fault = self._faults.meet(visit.method, visit.path)
        rule = visit.fault.rule if visit.fault else _NO_FAULT
        if rule.delay:
            await anyio.sleep(rule.delay)
        if rule.kind is Kind.CUT and rule.when is When.BEFORE:
            raise ConnectionResetError("connection dropped before the request was handled")
        settle(self._org)
        credential, refusal = self._identify(visit)
        if not is_unlimited(visit.path):
            caller = credential or ANONYMOUS
            visit.allowance = self._limits.spend(visit.method, visit.path, caller.id, self._org.now())
        if rule.kind in _INSTEAD and rule.when is When.BEFORE:
            await visit.reply(_faulty(visit, rule))
        elif refusal is not None:
            await visit.refuse(refusal)
        elif visit.allowance is not None and visit.allowance.exceeded:
            if visit.allowance.newly_exceeded:
                self._log_violation(visit, visit.allowance)
            await visit.refuse(error("E0000047"))
        elif credential is not None:
            await self._carry_out(visit, credential, rule)

    async def _carry_out(self, visit: "_Visit", credential: Credential, rule: FaultRule) -> None:
        visit.scope[CALL] = call = self._call(visit, credential)
        if visit.method not in ("GET", "HEAD"):
            self._hindsight.remember(self._faults.longest_lag)
        elif rule.kind is Kind.STALE and self._hindsight.concerns(visit.method, visit.path, visit.query):
            call.org = self._hindsight.org_before(rule.lag)
        if rule.when is When.BEFORE:
            await self._app(visit.scope, visit.receive, spoiled(rule, visit.send))
            return
        await self._app(visit.scope, visit.receive, visit.swallow)
        if rule.kind is Kind.CUT:
            raise ConnectionResetError("connection dropped after the request was handled")
        await visit.reply(_faulty(visit, rule))

    def _identify(self, visit: "_Visit") -> tuple[Credential | None, ApiError | None]:
        if is_open(visit.path):
            return ANONYMOUS, None
        presented = Presented(
            method=visit.method,
            origin=visit.origin,
            path=visit.path,
            authorization=visit.headers.get("authorization"),
            proofs=visit.proofs,
        )
        try:
            return authenticate(self._org, presented), None
        except ApiError as refusal:
            return None, refusal

    def _log_violation(self, visit: "_Visit", allowance: Allowance) -> None:
        client = visit.scope.get("client")
        known = {"ipAddress": client[0]} if client else {}
        change = Change(self._org, self._org.now(), None, known, visit.request_id, visit.path)
        if allowance.limit:
            bucket = bucket_of(visit.method, visit.path)
            change.log("system.org.rate_limit.violation", outcome="RATE_LIMIT", reason=bucket)
        else:
            change.log("core.concurrency.org.limit.violation", outcome="RATE_LIMIT")

    def _call(self, visit: "_Visit", credential: Credential) -> Call:
        client = visit.scope.get("client")
        return Call(
            org=self._org,
            origin=visit.origin,
            request_id=visit.request_id,
            method=visit.method,
            path=visit.path,
            query=visit.query,
            headers=visit.headers,
            content=visit.content,
            credential=credential,
            client_address=client[0] if client else None,
            proofs=visit.proofs,
        )


class _Visit:
    """One request while it is in the gate."""

    def __init__(
        self,
        org: Org,
        scope: dict[str, Any],
        receive: Receive,
        send: Send,
        *,
        content: bytes,
        origin: str | None,
        journal: list[JournalEntry],
    ) -> None:
        self._org = org
        self._journal = journal
        self._is_noted = False
        self.scope = scope
        self.content = content
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query = scope["query_string"].decode("latin-1")
        self.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self.proofs = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"dpop"]
        host = self.headers.get("host") or ":".join(str(part) for part in scope.get("server") or ("localhost",))
        self.origin = origin or f"{scope.get('scheme', 'http')}://{host}"
        self.request_id = org.ids.request_id()
        self.allowance: Allowance | None = None
        self.fault: Fault | None = None
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
            own = set(headers.keys())
            given = self.allowance.headers().items() if self.allowance else ()
            for name, value in (*standard_headers(self.origin, self.request_id), *given):
                if name not in own:
                    headers.append(name, value)
            # Before the answer leaves: whoever has it may look into the journal at once.
            self.note()
        await self._send(message)

    async def swallow(self, message: Message) -> None:
        """Take a message of the answer and let it disappear."""

    async def reply(self, response: Response) -> None:
        """Answer without asking the routes."""
        await response(self.scope, self.receive, self.send)

    async def refuse(self, failure: ApiError) -> None:
        """Answer with an error."""
        await self.reply(error_response(failure, self._org.ids.error_id()))

    def note(self) -> None:
        """Write the request down, once."""
        if self._is_noted:
            return
        self._is_noted = True
        try:
            body = parsed(self.content) if self.content.strip() else None
        except ApiError:
            body = None
        entry = JournalEntry(
            self.method,
            self.path,
            self.query,
            self.status,
            self.request_id,
            body,
            at=self._org.now(),
            fault=self.fault.id if self.fault else None,
        )
        self._journal.append(entry)


# Faults that are answered in the place of the routes.
_INSTEAD = frozenset({Kind.ERROR, Kind.RATE_LIMIT, Kind.CONCURRENCY_LIMIT, Kind.HTML})
# What a request meets that meets no fault: an index that lags behind by nothing.
_NO_FAULT = FaultRule(kind=Kind.STALE, lag=0)


def _faulty(visit: _Visit, rule: FaultRule) -> Response:
    if rule.kind is Kind.HTML:
        return html_response(rule.page_status)
    # Whoever is in read-only mode has changed nothing: after a change, a 503 is of another kind.
    code = rule.code or ("E0000009" if rule.when is When.AFTER and rule.error_status >= 500 else None)
    failure = summary_for_status(rule.error_status, code)
    if rule.error_status == 429 and visit.allowance is not None:
        limit = 0 if rule.kind is Kind.CONCURRENCY_LIMIT else visit.allowance.limit
        failure.headers.update(
            {
                "x-rate-limit-limit": str(limit),
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": str(visit.allowance.reset),
            }
        )
    return error_response(failure, "oae" + visit.request_id[:22])
