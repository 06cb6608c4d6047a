"""A file of tokens whose changes hold while the server runs: who is added comes in, who is taken away is out."""

import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
from anyio.abc import TaskStatus

from okta_mcp.guard import Caller
from okta_mcp.settings import TokenEntry, read_tokens
from okta_mcp.transports.callers.tokens import FixedTokens

logger = logging.getLogger("okta_mcp.callers")

_EVERY = 2.0
"""Seconds between two looks."""
_SETTLED = 0.25
"""Seconds for which a change has to stay as it is: an editor may still be writing."""
_REMINDED = 600.0
"""Seconds after which the log says again that the file is broken."""

Content = bytes | str
"""What the file holds, or why it cannot be read."""


class TokensFile:
    """Keeps the tokens that are let in as the file says; while it is broken, as it last said.

    It is read whole at every look, for that is cheap, and holds for every way in which a file is changed: written in
    place, moved there, or as Kubernetes does, behind a symbolic link.

    Args:
        path: of the file.
        tokens: those that are let in.
        entries: reads what a file holds; raises ValueError with what is wrong.
        every: seconds between two looks.
        settled: seconds for which a change has to stay as it is.

    Attributes:
        trouble: what is wrong with the file; None when nothing is.
        parting: told of each caller whose token was withdrawn, once their calls have ended.
    """

    def __init__(
        self,
        path: Path,
        tokens: FixedTokens,
        entries: Callable[[bytes], tuple[TokenEntry, ...]],
        *,
        every: float = _EVERY,
        settled: float = _SETTLED,
    ) -> None:
        self._path = path
        self._tokens = tokens
        self._entries = entries
        self._every = every
        self._settled = settled
        self._taken: Content | None = None
        self._said = float("-inf")
        self._told = anyio.Event()
        self.trouble: str | None = None
        self.parting: list[Callable[[Caller], Awaitable[None]]] = []

    @property
    def held(self) -> int:
        """How many tokens are let in, with those that are not from the file."""
        return len(self._tokens.known)

    async def watch(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Look at the file now and then, and at SIGHUP where there is such a signal, until cancelled.

        Args:
            task_status: is told when the signal is heard; before that it ends the process.
        """
        async with anyio.create_task_group() as tasks:
            await tasks.start(self._hear_signals)
            task_status.started()
            while True:
                for caller in await self.look():
                    tasks.start_soon(self._see_out, caller)
                with anyio.move_on_after(self._every):
                    await self._told.wait()
                    self._told = anyio.Event()

    async def look(self) -> list[Caller]:
        """Look at the file once, and let in whom it names.

        Returns:
            the callers who are let in no more.
        """
        content = await anyio.to_thread.run_sync(self._read)
        while content != self._taken:
            await anyio.sleep(self._settled)
            before, content = content, await anyio.to_thread.run_sync(self._read)
            if content == before:
                return self._take(content)
        self._remind()
        return []

    def _read(self) -> Content:
        try:
            return read_tokens(self._path)
        except ValueError as error:
            return str(error)

    def _take(self, content: Content) -> list[Caller]:
        self._taken = content
        try:
            if isinstance(content, str):
                raise ValueError(content)  # noqa: TRY004, TRY301 - it cannot be read, or what it holds is wrong: all one
            entries = self._entries(content)
        except ValueError as error:
            self.trouble = str(error)
            self._said = float("-inf")
            self._remind()
            return []
        if self.trouble is not None:
            logger.warning("The file of tokens can be used again")
        self.trouble = None
        before = {one.name for one in self._tokens.known}
        gone = self._tokens.replace(entries)
        self._say(before, {caller.name for caller in gone})
        return gone

    def _say(self, before: set[str], gone: set[str]) -> None:
        now = {one.name for one in self._tokens.known}
        told = (("added", now - before), ("changed", gone & now), ("withdrawn", gone - now))
        words = "; ".join(f"{what}: {', '.join(sorted(names))}" for what, names in told if names)
        if words:
            logger.warning("The file of tokens has changed. %s", words)
        if not now:
            logger.error("The file of tokens names nobody: no fixed token is let in")

    def _remind(self) -> None:
        if self.trouble is not None and anyio.current_time() - self._said >= _REMINDED:
            self._said = anyio.current_time()
            logger.error("THE FILE OF TOKENS IS BROKEN, and who was let in before still is: %s", self.trouble)

    async def _see_out(self, caller: Caller) -> None:
        if caller.standing is not None:
            await caller.standing.left()
        for told in self.parting:
            await told(caller)

    async def _hear_signals(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        if sys.platform == "win32":
            task_status.started()  # no such signal; the next look is soon
            return
        with anyio.open_signal_receiver(signal.SIGHUP) as signals:
            task_status.started()
            async for _ in signals:
                logger.info("SIGHUP: the file of tokens is read again")
                self._told.set()
