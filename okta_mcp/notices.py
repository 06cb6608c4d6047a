"""What whoever watches a call is told while it runs: log messages to the client. MCP, "Logging".

Up to 2025-11-25 a client sets a level for its connection; from 2026-07-28 on it asks with each request, and is told
nothing otherwise. What the operator reads is another log, on standard error.
"""

from collections.abc import Collection
from typing import Any, get_args
from weakref import WeakKeyDictionary

from mcp.server import MCPServer, ServerRequestContext
from mcp.server.connection import Connection, allowed_log_levels
from mcp.server.mcpserver import Context
from mcp.types import (
    EmptyResult,
    LoggingLevel,
    LoggingMessageNotification,
    LoggingMessageNotificationParams,
    SetLevelRequestParams,
)
from mcp.types.version import is_version_at_least

UNASKED: LoggingLevel = "warning"
"""The level of a connection that has set none."""

_BY_REQUEST = "2026-07-28"
"""The first protocol in which each request asks for itself."""

_LOGGER = "okta_mcp"
_LEVELS: tuple[LoggingLevel, ...] = get_args(LoggingLevel)


class Notices:
    """Tells clients, each as much as it asked for."""

    def __init__(self) -> None:
        self._levels: WeakKeyDictionary[Connection, LoggingLevel] = WeakKeyDictionary()

    def serve(self, server: MCPServer[Any]) -> None:
        """Answer `logging/setLevel`, which the SDK's server leaves to its low level."""

        async def set_level(context: ServerRequestContext[Any, Any], params: SetLevelRequestParams) -> EmptyResult:
            self._levels[_connection(context)] = params.level
            return EmptyResult()

        low_level = server._lowlevel_server  # noqa: SLF001 - the only way in
        low_level.add_request_handler("logging/setLevel", SetLevelRequestParams, set_level)

    async def tell(self, context: Context[Any, Any], level: LoggingLevel, text: str) -> None:
        """Tell the client of a call something, unless that is less than it wants to know.

        Args:
            context: of the call.
            level: how much it matters.
            text: for a person; nothing that the answer of the call would not show.
        """
        if level not in self._asked_for(context.request_context):
            return
        params = LoggingMessageNotificationParams(level=level, logger=_LOGGER, data=text)
        # On the stream of the call: before 2026-07-28 there may be no other, since then no other is allowed.
        await context.session.send_notification(
            LoggingMessageNotification(params=params), related_request_id=context.request_id
        )

    def _asked_for(self, request: ServerRequestContext[Any, Any]) -> Collection[LoggingLevel]:
        if is_version_at_least(request.protocol_version, _BY_REQUEST):
            return allowed_log_levels(request.protocol_version, request.meta)
        return _LEVELS[_LEVELS.index(self._levels.get(_connection(request), UNASKED)) :]


def _connection(context: ServerRequestContext[Any, Any]) -> Connection:
    return context.session._connection  # noqa: SLF001 - a session is of one request, a level is not
