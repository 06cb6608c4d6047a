"""Every message of a client, from the first look at it to its answer: its id, its time, its span, and who counts."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import anyio
from mcp.server import ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, CallToolResult, TextContent
from opentelemetry.context import Context
from opentelemetry.propagate import extract
from opentelemetry.trace import Span, SpanKind, StatusCode, get_current_span, get_tracer
from pydantic import ValidationError

from okta_mcp.guard import REQUEST_KEY, caller_of, new_request_id, request, told_request_id

log = logging.getLogger("okta_mcp.calls")

_tracer = get_tracer("okta_mcp")

_NOTHING = nullcontext()

LISTENING = "subscriptions/listen"
"""A request that lasts as long as the client likes; it is no call."""

METHODS = frozenset(
    {
        "completion/complete",
        "initialize",
        "logging/setLevel",
        "notifications/cancelled",
        "notifications/initialized",
        "notifications/progress",
        "notifications/roots/list_changed",
        "ping",
        "prompts/get",
        "prompts/list",
        "resources/list",
        "resources/read",
        "resources/subscribe",
        "resources/templates/list",
        "resources/unsubscribe",
        "server/discover",
        LISTENING,
        "tools/call",
        "tools/list",
    }
)
"""What is named in logs, spans and counts; whatever else a client may send is `other`."""


@dataclass(slots=True)
class Seen:
    """What may be known of a message.

    Attributes:
        method: of MCP, one of `METHODS` or `other`.
        tool: the tool's name, `other` for one that does not exist; None unless it is a call of a tool.
        outcome: `ok`; `tool_error` for a tool's answer that says so; the code of a JSON-RPC error; `stopped` for what
            took too long or was ended with the server; `cancelled`; or the type of an exception.
        seconds: until there was an answer.
    """

    method: str
    tool: str | None = None
    outcome: str = "ok"
    seconds: float = 0.0


class Calls:
    """The SDK's middleware around every message, and the calls under way.

    It takes the place of the SDK's own tracing, whose spans quote what clients send and errors say.

    Args:
        tools: the names of the tools there are.
        seconds: after which a call is stopped.
        writing: the names of those that may change something; they are not cut off for a token that was withdrawn.

    Attributes:
        watchers: told of every message when it is over.
    """

    def __init__(self, tools: Iterable[str], *, seconds: float = 300.0, writing: Iterable[str] = ()) -> None:
        self._tools = frozenset(tools)
        self._writing = frozenset(writing)
        self._seconds = seconds
        self._under_way: set[anyio.CancelScope] = set()
        self._idle = anyio.Event()
        self._idle.set()
        self.watchers: list[Callable[[Seen], None]] = []

    @property
    def under_way(self) -> int:
        """How many calls there are without an answer."""
        return len(self._under_way)

    async def all_answered(self) -> None:
        """Wait until no call is under way."""
        while self._under_way:
            await self._idle.wait()

    def stop(self) -> None:
        """End every call that is under way; its client is told."""
        for scope in list(self._under_way):
            scope.cancel()

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Answer one message."""
        seen = self._seen(ctx)
        headers = getattr(ctx.request, "headers", None) or {}
        with request(_id_of(ctx.request)) as identity, self._watched(seen, ctx, headers, identity):
            if ctx.request_id is None or ctx.method == LISTENING:
                return await call_next(ctx)
            scope = anyio.move_on_after(self._seconds)
            with self._counted(scope), scope, self._standing(ctx, seen, scope):
                result = await call_next(ctx)
                if _is_error(result):
                    seen.outcome = "tool_error"
                return result
            if scope.cancelled_caught:
                seen.outcome = "stopped"
            return self._stopped(ctx, seen)

    @contextmanager
    def _counted(self, scope: anyio.CancelScope) -> Iterator[None]:
        if not self._under_way:
            self._idle = anyio.Event()
        self._under_way.add(scope)
        try:
            yield
        finally:
            self._under_way.discard(scope)
            if not self._under_way:
                self._idle.set()

    def _standing(
        self, ctx: ServerRequestContext[Any, Any], seen: Seen, scope: anyio.CancelScope
    ) -> AbstractContextManager[None]:
        standing = caller_of(ctx.request).standing
        if standing is None:
            return _NOTHING
        return standing.writing() if seen.tool in self._writing else standing.until_ended(scope.cancel)

    @contextmanager
    def _watched(
        self, seen: Seen, ctx: ServerRequestContext[Any, Any], headers: Mapping[str, str], identity: str
    ) -> Iterator[None]:
        name = f"{seen.method} {seen.tool}" if seen.tool else seen.method
        about: dict[str, str] = {"mcp.method.name": seen.method}
        if seen.tool:
            about |= {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": seen.tool}
        started = time.perf_counter()
        with _tracer.start_as_current_span(
            name,
            kind=SpanKind.SERVER,
            context=_trace_of(ctx.meta) or _trace_of(headers),
            attributes={**about, "mcp.protocol.version": ctx.protocol_version, "okta_mcp.request_id": identity},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                seen.outcome = _kind(error)
                raise
            finally:
                seen.seconds = time.perf_counter() - started
                _close(span, seen)
                _say(seen)
                for watcher in self.watchers:
                    watcher(seen)

    def _seen(self, ctx: ServerRequestContext[Any, Any]) -> Seen:
        method = ctx.method if ctx.method in METHODS else "other"
        if method != "tools/call":
            return Seen(method)
        name = (ctx.params or {}).get("name")
        return Seen(method, name if name in self._tools else "other")

    def _stopped(self, ctx: ServerRequestContext[Any, Any], seen: Seen) -> CallToolResult:
        text = (
            f"{seen.tool or seen.method} was stopped: it took longer than {self._seconds:g} seconds, or the server is "
            "being ended, or the token is not let in any more. If it changes something, it is not known whether that "
            "was done: look before doing it again."
        )
        if ctx.method != "tools/call":
            raise MCPError(code=INTERNAL_ERROR, message=text)
        return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def _id_of(asked: object) -> str:
    scope = getattr(asked, "scope", None)
    identity = scope.get(REQUEST_KEY) if isinstance(scope, dict) else None
    if isinstance(identity, str):
        return identity
    return told_request_id(getattr(asked, "headers", {})) or new_request_id()


def _trace_of(carrier: Mapping[str, Any] | None) -> Context | None:
    if not carrier or not isinstance(carrier.get("traceparent"), str):
        return None
    context = extract({name: carrier[name] for name in ("traceparent", "tracestate") if name in carrier})
    return context if get_current_span(context).get_span_context().is_valid else None


def _is_error(result: HandlerResult) -> bool:
    match result:
        case CallToolResult(is_error=True) | {"isError": True}:
            return True
    return False


def _kind(error: BaseException) -> str:
    match error:
        case MCPError():
            return str(error.error.code)
        case ValidationError():
            return str(INVALID_PARAMS)
        case Exception():
            return type(error).__name__
    return "cancelled"


def _close(span: Span, seen: Seen) -> None:
    if seen.outcome != "ok" and span.is_recording():
        span.set_attribute("error.type", seen.outcome)
        span.set_status(StatusCode.ERROR)


def _say(seen: Seen) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    milliseconds = seen.seconds * 1000
    facts = {"method": seen.method, "tool": seen.tool, "outcome": seen.outcome, "milliseconds": round(milliseconds, 1)}
    log.info(
        "%s%s %s %.0f ms",
        seen.method,
        f" {seen.tool}" if seen.tool else "",
        seen.outcome,
        milliseconds,
        extra={"facts": {name: value for name, value in facts.items() if value is not None}},
    )
