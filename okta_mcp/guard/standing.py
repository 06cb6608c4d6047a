"""Whether a caller is still let in: what was begun with a token outlasts the request that showed it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import anyio

from okta_mcp.guard.refused import Refused

_LAST_WORDS = 10.0
"""Seconds in which a write that is with Okta already may tell its caller what came of it."""

_FLUSH = 0.1
"""Seconds for an answer to leave the process: it goes out on a stream, a moment after its call."""


class Standing:
    """How one token stands. It ends once, when the operator withdraws the token.

    Attributes:
        ended: whether it was withdrawn.
    """

    def __init__(self) -> None:
        self.ended = False
        self._ends: set[Callable[[], None]] = set()
        self._over = anyio.Event()
        self._writes = 0
        self._at_rest = anyio.Event()

    def end(self) -> None:
        """Let nothing new begin, and end at once what waits or only reads."""
        self.ended = True
        self._over.set()
        for end in list(self._ends):
            end()

    def require(self) -> None:
        """Stop a write of a caller who is no longer let in.

        Raises:
            Refused: the token was withdrawn.
        """
        if self.ended:
            raise Refused(_WITHDRAWN, "ask the operator for a token that is let in.")

    @contextmanager
    def until_ended(self, end: Callable[[], None]) -> Iterator[None]:
        """Call `end` when the standing ends in between, or has ended already."""
        if self.ended:
            end()
        self._ends.add(end)
        try:
            yield
        finally:
            self._ends.discard(end)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Have the end wait, for a while, for what may be in the middle of a change: cut off, nobody knew of it."""
        self._writes += 1
        try:
            yield
        finally:
            self._writes -= 1
            if not self._writes:
                self._at_rest.set()

    async def left(self) -> None:
        """Wait until the standing has ended, and until writes have told what came of them, or had their time."""
        await self._over.wait()
        with anyio.move_on_after(_LAST_WORDS):
            while self._writes:
                self._at_rest = anyio.Event()
                await self._at_rest.wait()
        await anyio.sleep(_FLUSH)


_WITHDRAWN = "It was not done: the token of this caller is not let in any more; nothing was changed"
