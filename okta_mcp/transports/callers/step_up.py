"""Looking ahead at what a message asks for, so that a client can be sent for a token that is good for it.

The policy refuses what a caller may not do in any case; but only an HTTP status makes a client step up. MCP,
Authorization, "Scope Challenge Handling".
"""

import json
from collections import deque

from starlette.types import Message, Receive

from okta_mcp.actions import ACTIONS, Action

_BY_NAME = {one.name: one for one in ACTIONS}


async def called_action(receive: Receive, limit: int) -> tuple[Action | None, Receive]:
    """Return the action that a message calls, and the message as if nobody had read it.

    What counts is the body, for that is what is carried out; headers that say otherwise are refused behind the door.

    Args:
        receive: the ASGI request.
        limit: bytes to read at most; a larger message is left to the door, which refuses it.
    """
    read: deque[Message] = deque()
    body, whole = b"", False
    while not whole and len(body) <= limit:
        message = await receive()
        read.append(message)
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        whole = not message.get("more_body", False)

    async def again() -> Message:
        return read.popleft() if read else await receive()

    return (_action(body) if whole and len(body) <= limit else None), again


def _action(body: bytes) -> Action | None:
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict) or message.get("method") != "tools/call":
        return None
    params = message.get("params")
    name = params.get("name") if isinstance(params, dict) else None
    return _BY_NAME.get(name) if isinstance(name, str) else None
