"""Who hears of what we change, `resources/updated`, and of other tools on offer, `tools/list_changed`.

From 2026-07-28 on a client listens on a stream of its own, which the SDK serves. Before, it subscribes to single
addresses, and hears on the connection's own channel; that half is here. Servers that share a Redis tell each other.
Changes made elsewhere, as in the Admin Console, are not noticed.
"""

import json
import logging
import secrets
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import anyio
from mcp.server import MCPServer, ServerRequestContext
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult
from mcp.server.mcpserver import Context
from mcp.server.subscriptions import InMemorySubscriptionBus, ResourceUpdated, ServerEvent, ToolsListChanged
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, EmptyResult, SubscribeRequestParams, UnsubscribeRequestParams
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from okta_mcp.actions import Touched
from okta_mcp.okta import Shared
from okta_mcp.resources.addresses import touched_by_group, touched_by_user

MOST = 200
"""Addresses one client may subscribe to."""

logger = logging.getLogger("okta_mcp.resources")

_SUBJECT = "changes"
"""What servers call this among each other."""

_PATIENCE = 1.0
"""Seconds a client that does not read may hold up the news for the others."""


class Subscribers(InMemorySubscriptionBus):
    """Everyone who hears of changes: the streams of the newer protocol, and the connections of the older ones.

    Args:
        shared: where the servers of this org hear of each other; None for one that is on its own.
        on_foreign: called when another server has changed something, before anybody is told.
    """

    def __init__(self, shared: Shared | None = None, on_foreign: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._shared = shared
        self._on_foreign = on_foreign
        self._myself = secrets.token_hex(8)
        # A connection that is gone takes its subscriptions with it.
        self._connections: WeakKeyDictionary[Connection, set[str]] = WeakKeyDictionary()
        self._listing: WeakSet[Connection] = WeakSet()

    async def publish(self, event: ServerEvent) -> None:
        """Tell everyone who listens to this, at the other servers too."""
        await self._deliver(event)
        if isinstance(event, ResourceUpdated) and self._shared is not None and self._shared.configured:
            await self._shared.tell(_SUBJECT, json.dumps({"from": self._myself, "uri": event.uri}))

    async def hear_others(self) -> None:
        """Pass on what other servers have changed, until cancelled; return at once where there are none."""
        if self._shared is not None:
            await self._shared.hear(_SUBJECT, self._heard)

    async def _heard(self, text: str) -> None:
        try:
            news = json.loads(text)
            sender, uri = str(news["from"]), str(news["uri"])
        except (ValueError, TypeError, KeyError):
            logger.warning("What came through Redis is no news of a change")
            return
        if sender != self._myself:
            self._on_foreign()
            await self._deliver(ResourceUpdated(uri=uri))

    async def _deliver(self, event: ServerEvent) -> None:
        await super().publish(event)
        if isinstance(event, ResourceUpdated):
            for connection, uris in list(self._connections.items()):
                if event.uri in uris:
                    with anyio.move_on_after(_PATIENCE):
                        await connection.notify("notifications/resources/updated", {"uri": event.uri})
        if isinstance(event, ToolsListChanged):
            for connection in list(self._listing):
                with anyio.move_on_after(_PATIENCE):
                    await connection.send_tool_list_changed()

    async def listing(self, context: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Promise news of the tools to a client of the older protocols, and remember it once it has listed them.

        Middleware: the SDK declares `tools.listChanged` by itself only for the newer protocol.
        """
        result = await call_next(context)
        if context.method == "tools/list" and context.protocol_version not in MODERN_PROTOCOL_VERSIONS:
            self._listing.add(_connection(context))
        if context.method != "initialize" or not isinstance(result, dict):
            return result
        capabilities = result.get("capabilities", {})
        tools = {**capabilities.get("tools", {}), "listChanged": True}
        return {**result, "capabilities": {**capabilities, "tools": tools}}

    def add(self, connection: Connection, uri: str) -> None:
        """Subscribe a connection to an address.

        Raises:
            MCPError: -32602, it has too many already.
        """
        uris = self._connections.setdefault(connection, set())
        if uri not in uris and len(uris) >= MOST:
            raise MCPError(code=INVALID_PARAMS, message=f"At most {MOST} subscriptions; unsubscribe from some first.")
        uris.add(uri)

    def remove(self, connection: Connection, uri: str) -> None:
        """End a subscription; one that there is not is none the less ended."""
        self._connections.get(connection, set()).discard(uri)


def serve_subscriptions(server: MCPServer[Any], subscribers: Subscribers, shows: Callable[[str], bool]) -> None:
    """Answer `resources/subscribe` and `resources/unsubscribe`, which the SDK's server leaves to its low level.

    Args:
        server: the server.
        subscribers: who hears of changes.
        shows: whether whoever asks may read an address; news of it are for nobody else.
    """

    async def subscribe(context: ServerRequestContext[Any, Any], params: SubscribeRequestParams) -> EmptyResult:
        if not shows(params.uri):
            message = f"Unknown resource: {params.uri}"
            raise MCPError(code=INVALID_PARAMS, message=message, data={"uri": params.uri})
        subscribers.add(_connection(context), params.uri)
        return EmptyResult()

    async def unsubscribe(context: ServerRequestContext[Any, Any], params: UnsubscribeRequestParams) -> EmptyResult:
        subscribers.remove(_connection(context), params.uri)
        return EmptyResult()

    low_level = server._lowlevel_server  # noqa: SLF001 - the only way in
    low_level.add_request_handler("resources/subscribe", SubscribeRequestParams, subscribe)
    low_level.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, unsubscribe)


async def announce(context: Context[Any, Any], touched: Touched) -> None:
    """Say which resources a write of ours may have changed."""
    for uri in dict.fromkeys(_addresses(touched)):
        await context.notify_resource_updated(uri)


def _addresses(touched: Touched) -> Iterable[str]:
    for user_id, logins in touched.users.items():
        yield from touched_by_user(user_id, *logins)
    for group_id, name in touched.groups.items():
        yield from touched_by_group(group_id, name)


def _connection(context: ServerRequestContext[Any, Any]) -> Connection:
    return context.session._connection  # noqa: SLF001 - a session is of one request, a subscription is not
