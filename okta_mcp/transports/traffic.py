"""What every HTTP request passes first: the probes, its id, the bounds, and a line in the log."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from okta_mcp.guard import REQUEST_KEY, new_request_id, request, told_request_id
from okta_mcp.transports.bounds import Bounds
from okta_mcp.transports.calls import LISTENING, Calls
from okta_mcp.transports.exchange import Answer, TooMuch, again, whole_body
from okta_mcp.transports.metrics import CONTENT_TYPE, Metrics
from okta_mcp.transports.readiness import Readiness
from okta_mcp.transports.threshold import Threshold

log = logging.getLogger("okta_mcp.http")

METRICS = "/metrics"
PROBES = ("/livez", "/readyz", METRICS)
_DOORS = ("/mcp", "/sse", "/messages/")
_RETRY = "1"
"""Seconds after which who was refused for want of room may come again."""

_FULL = {
    "streams": "Too many streams are open",
    "requests": "Too many requests are open",
    "requests_of_one": "Too many requests of one caller are open",
}

_FLUSH = 0.05
"""Seconds for what was written to a stream to leave the process."""


class Traffic:
    """The requests and streams that are open, and the way in for them.

    Args:
        bounds: how many there may be, and of what size.
        calls: the calls under way.
        readiness: whether there is any use in coming in.
        metrics: what is counted.
    """

    def __init__(self, bounds: Bounds, calls: Calls, readiness: Readiness, metrics: Metrics) -> None:
        self.bounds = bounds
        self._calls = calls
        self._readiness = readiness
        self._metrics = metrics
        self._requests = 0
        self._requests_of: Counter[str] = Counter()
        self._streams: set[Answer] = set()
        self._quiet = anyio.Event()

    @property
    def calls_under_way(self) -> int:
        """How many calls there are without an answer."""
        return self._calls.under_way

    async def drained(self) -> None:
        """Wait until all calls and requests are answered, at most as long as the bounds say; then end the streams."""
        with anyio.move_on_after(self.bounds.drain_seconds):
            await self._calls.all_answered()
            await self._all_answered()
        if self._calls.under_way:
            log.warning("Stopping %d calls that are still under way", self._calls.under_way)
            self._calls.stop()
            with anyio.move_on_after(1):
                await self._calls.all_answered()
                await self._all_answered()
        # The answers of the older transport go out on streams, a moment after the call.
        await anyio.sleep(_FLUSH)
        for answer in self._streams:
            answer.end()

    async def _all_answered(self) -> None:
        while self._requests:
            self._quiet = anyio.Event()
            await self._quiet.wait()

    async def probe(self, path: str) -> Response:
        """Answer a probe."""
        fresh = {"Cache-Control": "no-store"}
        match path:
            case "/livez":
                return JSONResponse({"alive": True}, headers=fresh)
            case "/readyz":
                reason = await self._readiness.reason()
                told: dict[str, object] = {"trouble": trouble} if (trouble := self._readiness.trouble) else {}
                if reason is None:
                    return JSONResponse({"ready": True, **told}, headers=fresh)
                return JSONResponse({"ready": False, "reason": reason, **told}, 503, headers=fresh)
        return Response(self._metrics.text(), headers={**fresh, "Content-Type": CONTENT_TYPE})

    @contextmanager
    def counted(self, answer: Answer, caller: str | None, *, stream: bool) -> Iterator[None]:
        """Keep count of a request or stream while it is open.

        Args:
            answer: to it.
            caller: who sent it; None where nobody is asked.
            stream: whether it lasts as long as the client likes.
        """
        gauge = self._metrics.open.labels("stream" if stream else "request")
        gauge.inc()
        if stream:
            self._streams.add(answer)
        else:
            self._requests += 1
            if caller is not None:
                self._requests_of[caller] += 1
        try:
            yield
        finally:
            gauge.dec()
            if stream:
                self._streams.discard(answer)
            else:
                self._requests -= 1
                if caller is not None:
                    self._requests_of[caller] -= 1
                    if not self._requests_of[caller]:
                        del self._requests_of[caller]
                if not self._requests:
                    self._quiet.set()

    def refusal(self, caller: str | None, *, stream: bool) -> Response | None:
        """Return the answer to one too many; None while there is room."""
        if stream:
            return self.over("streams", 503, _FULL["streams"]) if len(self._streams) >= self.bounds.streams else None
        if self._requests >= self.bounds.requests:
            return self.over("requests", 503, _FULL["requests"])
        if caller is not None and self._requests_of.get(caller, 0) >= self.bounds.requests_share:
            return self.over("requests_of_one", 429, _FULL["requests_of_one"])
        return None

    def over(self, bound: str, status: int, reason: str) -> Response:
        """Return the answer to what is over a bound."""
        self._metrics.refused(bound)
        headers = {"Retry-After": _RETRY} if status in {429, 503} else {"Connection": "close"}
        return JSONResponse({"error": reason}, status, headers=headers)

    def answered(self, scope: Scope, status: int, seconds: float) -> None:
        """Count and log a request."""
        path = next((door for door in _DOORS if scope["path"].rstrip("/") == door.rstrip("/")), "other")
        self._metrics.answered(path, status)
        milliseconds = seconds * 1000
        method = scope["method"] if scope["method"] in {"GET", "POST", "DELETE", "HEAD", "OPTIONS"} else "other"
        facts = {"http_method": method, "path": path, "status": status, "milliseconds": round(milliseconds, 1)}
        log.info("%s %s %d %.0f ms", method, path, status, milliseconds, extra={"facts": facts})


class Gate:
    """The outermost middleware: lets in who is known and what is within the bounds, in this order.

    Whoever is turned away takes no place that a caller needs, and no body of theirs is waited for.

    Args:
        app: everything else.
        traffic: what is open already.
        threshold: tells, by the head of a request, who is not to come in.
    """

    def __init__(self, app: ASGIApp, traffic: Traffic, threshold: Threshold) -> None:
        self._app = app
        self._traffic = traffic
        self._threshold = threshold

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] in PROBES:
            wrong = scope["method"] not in {"GET", "HEAD"}
            answer = Response(status_code=405, headers={"Allow": "GET"}) if wrong else None
            if answer is None and scope["path"] == METRICS:
                answer = await self._threshold.turned_away_from_metrics(scope)
            await (answer or await self._traffic.probe(scope["path"]))(scope, receive, send)
        else:
            headers = Headers(scope=scope)
            identity = told_request_id(headers) or new_request_id()
            with request(identity):
                await self._admit({**scope, REQUEST_KEY: identity}, headers, receive, send)

    async def _admit(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        traffic, started, answer = self._traffic, time.perf_counter(), Answer(send, scope[REQUEST_KEY])
        stream = scope["method"] == "GET" or headers.get("mcp-method") == LISTENING
        public = self._threshold.open_to_all(scope)
        turned_away = await self._threshold.turned_away(scope)
        caller = self._threshold.whose(scope)
        if turned_away is None and not public:
            turned_away = traffic.refusal(caller, stream=stream)
        if turned_away is not None:
            await turned_away(scope, receive, answer)
        elif public:  # short, and no body is read for it
            await self._app(scope, receive, answer)
        else:
            with traffic.counted(answer, caller, stream=stream):
                await self._let_in(scope, headers, answer.until_ended(receive) if stream else receive, answer)
            await answer.complete()
        traffic.answered(scope, answer.status, time.perf_counter() - started)

    async def _let_in(self, scope: Scope, headers: Headers, receive: Receive, answer: Answer) -> None:
        if scope["method"] == "POST":
            try:
                body = await whole_body(headers, receive, self._traffic.bounds)
            except TooMuch as error:
                await self._traffic.over(error.bound, error.status, str(error))(scope, receive, answer)
                return
            if body is None:
                return
            receive = again(body, receive)
        await self._app(scope, receive, answer)
