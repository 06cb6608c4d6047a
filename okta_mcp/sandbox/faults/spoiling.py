"""Answers that arrive in pieces, in part, or garbled."""

import anyio
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from okta_mcp.sandbox.faults.rule import FaultRule, Kind

__all__ = ["spoiled"]

_GARBLED = b'{"'


def spoiled(rule: FaultRule, send: Send) -> Send:
    """Return what sends an answer the way a `truncated`, `malformed` or `drip` rule wants it; else `send` itself.

    Raises:
        ConnectionResetError: on sending, when the rule cuts the connection in the middle of the answer.
    """
    spoil = {Kind.TRUNCATED: _truncated, Kind.MALFORMED: _malformed, Kind.DRIP: _dripping}.get(rule.kind)
    if spoil is None:
        return send
    start: Message = {}
    content = bytearray()

    async def spoiling(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        content.extend(message.get("body", b""))
        if not message.get("more_body", False):
            await spoil(rule, start, bytes(content), send)

    return spoiling


async def _truncated(_rule: FaultRule, start: Message, content: bytes, send: Send) -> None:
    if content:
        await send(start)
        await send({"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True})
    # Without a body the cut falls into the head, of which the client then gets nothing.
    raise ConnectionResetError("connection dropped in the middle of the answer")


async def _malformed(_rule: FaultRule, start: Message, content: bytes, send: Send) -> None:
    content = content[: len(content) // 2] or _GARBLED
    if start["status"] == 204:
        start["status"] = 200
    headers = MutableHeaders(scope=start)
    headers["content-type"] = "application/json"
    headers["content-length"] = str(len(content))
    await send(start)
    await send({"type": "http.response.body", "body": content})


async def _dripping(rule: FaultRule, start: Message, content: bytes, send: Send) -> None:
    await send(start)
    for begin in range(0, len(content), rule.chunk):
        await anyio.sleep(rule.pause)
        piece = content[begin : begin + rule.chunk]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
