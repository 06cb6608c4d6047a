"""Streams end with the proof of whoever opened them.

A token that has expired, or was withdrawn, opens nothing and holds nothing open.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import anyio
from starlette.types import ASGIApp, Receive, Scope, Send

from okta_mcp.guard import Caller
from okta_mcp.settings import Rights
from okta_mcp.transports.exchange import Answer

_LISTENING = (b"mcp-method", b"subscriptions/listen")


@dataclass(slots=True, eq=False)
class _Proof:
    """What an open stream stands on.

    Args:
        rights: with which it was opened; it may show what others do not allow.
        until: when the last token ends that allows as much, in seconds since 1970.
    """

    rights: Rights
    until: float


class Streams:
    """The streams that callers hold open.

    A newer token of the same caller and program keeps those open that it could have opened itself. It ends none:
    until the older one has expired, that one could open them again.

    Args:
        clock: seconds since 1970.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._proofs: dict[tuple[str, str | None], set[_Proof]] = {}

    async def answer(self, app: ASGIApp, caller: Caller, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a caller's request answered; a stream only for as long as the caller is known."""
        if caller.until is None:
            if caller.standing is not None and _is_stream(scope):
                await _held(caller.standing.left, app, scope, receive, send)
            else:
                await app(scope, receive, send)
            return
        key = (caller.id, caller.client)
        for proof in self._proofs.get(key, ()):
            if proof.rights & caller.rights == proof.rights:
                proof.until = max(proof.until, caller.until)
        if not _is_stream(scope):
            await app(scope, receive, send)
            return
        proof = _Proof(caller.rights, caller.until)
        self._proofs.setdefault(key, set()).add(proof)
        try:
            await _held(partial(self._expired, proof), app, scope, receive, send)
        finally:
            self._proofs[key].discard(proof)
            if not self._proofs[key]:
                del self._proofs[key]

    async def _expired(self, proof: _Proof) -> None:
        left = proof.until - self._clock()
        while left > 0:  # a newer token may have come meanwhile
            await anyio.sleep(left)
            left = proof.until - self._clock()


def _is_stream(scope: Scope) -> bool:
    return scope["method"] == "GET" or _LISTENING in scope["headers"]


async def _held(until: Callable[[], Awaitable[None]], app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    answer = Answer(send)

    async def end() -> None:
        await until()
        answer.end()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(end)
        await app(scope, answer.until_ended(receive), answer)
        tasks.cancel_scope.cancel()
    await answer.complete()
