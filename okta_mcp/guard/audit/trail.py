"""The audit trail: what every write passes, before its first request leaves and before its answer does.

Two entries a write: the intent and the outcome. An intent without an outcome is a write in doubt: the server was
killed in the middle of it.
"""

import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Protocol

import anyio
import anyio.to_thread

from okta_mcp import __version__
from okta_mcp.guard.audit.facts import Attempt, Outcome
from okta_mcp.guard.audit.ledger import Record
from okta_mcp.guard.audit.recovery import Found
from okta_mcp.guard.refused import Refused

logger = logging.getLogger("okta_mcp.audit")


class Unrecorded(Refused):
    """An entry cannot be written: a write that cannot be recorded is not done.

    Args:
        tool: the tool's name.
        cause: why not, in a few words.
    """

    def __init__(self, tool: str, cause: str) -> None:
        super().__init__(
            f"{tool} was not called: the audit trail cannot be written ({cause}); nothing was changed",
            "the operator finds the cause in the server's log; every write is refused until it is mended.",
        )


class Trail(Protocol):
    """What every write passes."""

    async def intend(self, attempt: Attempt) -> int:
        """Write down what is about to be done; it is on disk when this returns.

        Returns:
            the number of the entry.

        Raises:
            Unrecorded: it cannot be written; the write may not be done.
        """

    async def conclude(self, number: int, tool: str, outcome: Outcome) -> bool:
        """Write down what became of it; tell whether it is on disk. Where not, the write stays in doubt."""

    async def refuse(self, attempt: Attempt, rule: str) -> None:
        """Write down a write that is not done.

        Args:
            attempt: what was asked for.
            rule: by what it is refused.
        """


class NoTrail:
    """No trail is kept."""

    async def intend(self, attempt: Attempt) -> int:  # noqa: ARG002 - the protocol's signature
        """Let the write pass."""
        return 0

    async def conclude(self, number: int, tool: str, outcome: Outcome) -> bool:  # noqa: ARG002 - the protocol's
        """Forget what became of it."""
        return True

    async def refuse(self, attempt: Attempt, rule: str) -> None:
        """Forget that it was refused."""


class BrokenTrail:
    """A trail that could not be opened: everything can be read, and nothing be written.

    Args:
        cause: why not.
    """

    def __init__(self, cause: str) -> None:
        self._cause = cause

    async def intend(self, attempt: Attempt) -> int:
        """Let no write pass."""
        raise Unrecorded(attempt.tool, self._cause)

    async def conclude(self, number: int, tool: str, outcome: Outcome) -> bool:  # noqa: ARG002 - the protocol's
        """Say that it is not written."""
        return False

    async def refuse(self, attempt: Attempt, rule: str) -> None:
        """Leave it to the log."""
        logger.warning("%s was refused (%s), and the audit trail cannot hold it: %s", attempt.tool, rule, self._cause)


@dataclass(eq=False)
class _Waiting:
    facts: Mapping[str, Any]
    number: int = 0
    error: Exception | None = None

    @property
    def settled(self) -> bool:
        """Whether it is known what became of it."""
        return self.number > 0 or self.error is not None


class KeptTrail:
    """A trail that is kept in a file, or given to whoever collects it.

    Writers that wait at the same time share one write to the disk. The event loop is never held up.

    Args:
        record: where the entries go.
        stream: gets a copy of every line; None for no copy.
        needs_stream: whether the copy is all there is, so that its failure is the trail's.
    """

    def __init__(self, record: Record, *, stream: BinaryIO | None = None, needs_stream: bool = False) -> None:
        self._record, self._stream, self._needs_stream = record, stream, needs_stream
        self._queue: list[_Waiting] = []
        self._turn = anyio.Lock()
        self._thread = anyio.CapacityLimiter(1)

    def start(self, org: str | None, *, keyed: bool, found: Found | None = None) -> None:
        """Write that a server has started, and in what state it found the trail.

        Args:
            org: origin of the org.
            keyed: whether the hashes need a key.
            found: what an earlier server has left.

        Raises:
            OSError: it cannot be written.
        """
        left: dict[str, Any] = {}
        if found is not None:
            doubtful = [entry["n"] for entry in found.in_doubt]
            left = {"inDoubt": doubtful, "headWas": found.place.number - found.ahead, "cut": found.cut}
            if not found.ahead:
                del left["headWas"]
        facts = {"version": __version__, "org": org, "keyed": keyed, "host": socket.gethostname(), "pid": os.getpid()}
        left = {name: one for name, one in left.items() if one}
        self._write([_Waiting({"at": _now(), "kind": "start", **facts, **left})])

    async def intend(self, attempt: Attempt) -> int:
        """Write down what is about to be done; see `Trail`."""
        try:
            return await self._append({"kind": "intent", **attempt.facts()})
        except Exception as error:  # noqa: BLE001 - whatever keeps the entry from the disk keeps the write from Okta
            logger.error("The audit trail cannot be written: %s. %s is refused", _words(error), attempt.tool)  # noqa: TRY400
            raise Unrecorded(attempt.tool, getattr(error, "strerror", None) or _words(error)) from None

    async def conclude(self, number: int, tool: str, outcome: Outcome) -> bool:
        """Write down what became of it; see `Trail`."""
        try:
            await self._append({"kind": "outcome", "of": number, "tool": tool, **outcome.facts()})
        except Exception as error:  # noqa: BLE001 - the write is done, and its answer has to say so
            words = _words(error)
            logger.error("The audit trail does not hold what became of entry %d (%s): %s", number, tool, words)  # noqa: TRY400
            return False
        return True

    async def refuse(self, attempt: Attempt, rule: str) -> None:
        """Write down a write that is not done; see `Trail`."""
        try:
            await self._append({"kind": "refused", "rule": rule, **attempt.facts()})
        except Exception as error:  # noqa: BLE001 - the caller is to hear why the write is refused, not this
            words = _words(error)
            logger.error("The audit trail does not hold that %s was refused (%s): %s", attempt.tool, rule, words)  # noqa: TRY400

    def close(self) -> None:
        """Let go of the file."""
        self._record.close()

    async def _append(self, facts: Mapping[str, Any]) -> int:
        waiting = _Waiting({"at": _now(), **facts})
        self._queue.append(waiting)
        # A call that is cancelled has its entry all the same: somebody else may be writing it just now.
        with anyio.CancelScope(shield=True):
            async with self._turn:
                if not waiting.settled:
                    batch, self._queue = self._queue, []
                    await self._settle(batch)
        if waiting.error is not None:
            raise waiting.error
        return waiting.number

    async def _settle(self, batch: list[_Waiting]) -> None:
        try:
            await anyio.to_thread.run_sync(self._write, batch, limiter=self._thread)
        except BaseException as error:
            # Nobody else will write these, and who waits for one must not take silence for success.
            for one in batch:
                one.error = error if isinstance(error, Exception) else OSError("the writing was broken off")
            if not isinstance(error, Exception):
                raise

    def _write(self, batch: list[_Waiting]) -> None:
        written = self._record.append([one.facts for one in batch])
        self._ship(b"".join(one.line for one in written))
        for one, entry in zip(batch, written, strict=True):
            one.number = entry.number

    def _ship(self, lines: bytes) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(lines)
            self._stream.flush()
        except (OSError, ValueError) as error:
            if self._needs_stream:
                raise OSError(f"the stream it is written to is closed: {error}") from None
            logger.error("The audit trail is in its file, but its copy could not be written: %s", error)  # noqa: TRY400


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
