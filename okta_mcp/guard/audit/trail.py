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
    error: OSError | None = None
    done: bool = False


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
        start = _Waiting({"at": _now(), "kind": "start", **facts, **{name: one for name, one in left.items() if one}})
        self._write([start])
        if start.error is not None:
            raise start.error

    async def intend(self, attempt: Attempt) -> int:
        """Write down what is about to be done; see `Trail`."""
        try:
            return await self._append({"kind": "intent", **attempt.facts()})
        except OSError as error:
            logger.error("The audit trail cannot be written: %s. %s is refused", error, attempt.tool)  # noqa: TRY400
            raise Unrecorded(attempt.tool, error.strerror or str(error)) from None

    async def conclude(self, number: int, tool: str, outcome: Outcome) -> bool:
        """Write down what became of it; see `Trail`."""
        try:
            await self._append({"kind": "outcome", "of": number, "tool": tool, **outcome.facts()})
        except OSError as error:
            logger.error("The audit trail does not hold what became of entry %d (%s): %s", number, tool, error)  # noqa: TRY400
            return False
        return True

    async def refuse(self, attempt: Attempt, rule: str) -> None:
        """Write down a write that is not done; see `Trail`."""
        try:
            await self._append({"kind": "refused", "rule": rule, **attempt.facts()})
        except OSError as error:
            logger.error("The audit trail does not hold that %s was refused (%s): %s", attempt.tool, rule, error)  # noqa: TRY400

    def close(self) -> None:
        """Let go of the file."""
        self._record.close()

    async def _append(self, facts: Mapping[str, Any]) -> int:
        waiting = _Waiting({"at": _now(), **facts})
        self._queue.append(waiting)
        # A call that is cancelled has its entry all the same: somebody else may be writing it just now.
        with anyio.CancelScope(shield=True):
            async with self._turn:
                if not waiting.done:
                    batch, self._queue = self._queue, []
                    await anyio.to_thread.run_sync(self._write, batch, limiter=self._thread)
        if waiting.error is not None:
            raise waiting.error
        return waiting.number

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            written = self._record.append([one.facts for one in batch])
            self._ship(b"".join(one.line for one in written))
        except OSError as error:
            for one in batch:
                one.error, one.done = error, True
            return
        for one, entry in zip(batch, written, strict=True):
            one.number, one.done = entry.number, True

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
