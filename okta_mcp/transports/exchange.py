"""One HTTP request and its answer: a body that is read within bounds, a stream that can be ended in order."""

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Send

from okta_mcp.transports.bounds import Bounds


class TooMuch(Exception):
    """A request that is over a bound; the text says which to whoever sent it.

    Attributes:
        bound: its name.
        status: of the answer.
    """

    def __init__(self, bound: str, status: int, text: str) -> None:
        super().__init__(text)
        self.bound = bound
        self.status = status


class Answer:
    """The answer to a request, on its way out.

    Args:
        send: takes it to the client.
        request_id: is told to the client; None to tell none.

    Attributes:
        status: of the answer; 0 until there is one.
    """

    def __init__(self, send: Send, request_id: str | None = None) -> None:
        self._send = send
        self._request_id = request_id
        self._ended = anyio.Event()
        self._whole = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Take on a part of the answer."""
        if self._ended.is_set():
            return  # as if the client had left
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self._request_id is not None:
                MutableHeaders(scope=message)["X-Request-Id"] = self._request_id
        elif message["type"] == "http.response.body":
            self._whole = not message.get("more_body", False)
        await self._send(message)

    def end(self) -> None:
        """End a stream that would go on."""
        self._ended.set()

    async def complete(self) -> None:
        """Bring a stream that was ended to its end: the client is to see an end, not a break."""
        if self._ended.is_set() and self.status and not self._whole:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def until_ended(self, receive: Receive) -> Receive:
        """Return a receiver that says the client has left when the stream is to end: the doors then close in order."""

        async def received() -> Message:
            message: Message = {"type": "http.disconnect"}
            async with anyio.create_task_group() as tasks:

                async def end() -> None:
                    await self._ended.wait()
                    tasks.cancel_scope.cancel()

                tasks.start_soon(end)
                message = await receive()
                tasks.cancel_scope.cancel()
            return message

        return received


async def whole_body(headers: Headers, receive: Receive, bounds: Bounds) -> bytes | None:
    """Return the body of a request; None when the client left.

    Raises:
        TooMuch: it is too large, or does not arrive in time.
    """
    too_large = TooMuch("body_bytes", 413, f"The request is larger than {bounds.body_bytes} bytes")
    if (told := headers.get("content-length", "")).isdecimal() and int(told) > bounds.body_bytes:
        raise too_large
    body = bytearray()
    with anyio.move_on_after(bounds.body_seconds):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > bounds.body_bytes:
                raise too_large
            if not message.get("more_body", False):
                return bytes(body)
    raise TooMuch("body_seconds", 408, f"The request did not arrive in {bounds.body_seconds:g} seconds")


def again(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that gives the body in one piece, and then whatever comes."""
    given = False

    async def received() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return received
