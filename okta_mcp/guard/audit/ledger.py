"""The file that a trail is written to: one process, one thread at a time, on disk when a call returns."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from okta_mcp.guard.audit.files import Files
from okta_mcp.guard.audit.head import Head, HeadFile
from okta_mcp.guard.audit.recovery import Found, find
from okta_mcp.guard.audit.sealing import Place, Seal, sealed
from okta_mcp.records import record

MEGABYTE = 1 << 20
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@record
class Written:
    """An entry that is on disk.

    Args:
        number: its place in the trail.
        line: as it stands in the file, with its line break.
    """

    number: int
    line: bytes


class Record(Protocol):
    """Where entries go."""

    def append(self, entries: Sequence[Mapping[str, Any]], /) -> list[Written]:
        """Write entries; none of them, where it raises."""

    def close(self) -> None:
        """Let go of whatever is open."""


class Ledger:
    """The files of one trail, open for writing.

    Args:
        path: of the first file.
        seal: makes the hashes.
        rotate: size in bytes at which the next file is begun.

    Raises:
        Damaged: the files are not what the head says.
        InUse: another process writes them.
        OSError: they cannot be opened.

    Attributes:
        found: what was found at the start.
    """

    def __init__(self, path: Path, seal: Seal, *, rotate: int = 64 * MEGABYTE) -> None:
        self._files, self._seal, self._rotate = Files(path), seal, rotate
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        head = HeadFile(self._files.head, seal)
        try:
            self.found: Found = find(self._files, head.begun, seal)
            self._file = os.open(self._files.numbered(self.found.file), _FLAGS, 0o600)
            os.ftruncate(self._file, self.found.size)
            os.fsync(self._file)
            _sync_directory(path.parent)
        except BaseException:
            head.close()
            raise
        self._head = head
        self._open = {entry["n"] for entry in self.found.in_doubt}
        self._at = Head(self.found.place, self.found.file, self.found.size, min(self._open, default=None))
        self._clean = True

    def append(self, entries: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Write entries behind one another; they are on disk, and the head with them, when this returns.

        Raises:
            OSError: they are not, and the trail is as it was before.
        """
        self._require_untouched()
        place, lines, still_open = self._at.place, list[Written](), set(self._open)
        for facts in entries:
            line, place = sealed(facts, place, self._seal)
            lines.append(Written(place.number, line))
            if facts["kind"] == "start":
                still_open.clear()  # it names those that are in doubt
            elif facts["kind"] == "intent":
                still_open.add(place.number)
            elif facts["kind"] == "outcome":
                still_open.discard(facts["of"])
        content = b"".join(one.line for one in lines)
        file, size = self._at.file, self._at.size
        try:
            self._clean = False
            if size and size + len(content) > self._rotate:
                file, size = file + 1, 0
                self._begin(file)
            _write(self._file, content)
            os.fsync(self._file)
            head = Head(place, file, size + len(content), min(still_open, default=None))
            self._head.write(head)
        except OSError:
            with contextlib.suppress(OSError):
                self._take_back()
            raise
        self._at, self._open, self._clean = head, still_open, True
        return lines

    def close(self) -> None:
        """Let go of the files."""
        os.close(self._file)
        self._head.close()

    def _begin(self, number: int) -> None:
        path = self._files.numbered(number)
        file = os.open(path, _FLAGS, 0o600)
        os.close(self._file)
        self._file = file
        os.ftruncate(file, 0)
        _sync_directory(path.parent)

    def _require_untouched(self) -> None:
        """Make sure that the file is still the one of this name, and as long as it was left."""
        if not self._clean:
            self._take_back()
        path = self._files.numbered(self._at.file)
        ours, there = os.fstat(self._file), path.stat()
        if (ours.st_dev, ours.st_ino) != (there.st_dev, there.st_ino):
            raise OSError(f"{path} was put in the place of the file that this server writes")
        if ours.st_size != self._at.size:
            raise OSError(f"{path} was changed by somebody else")

    def _take_back(self) -> None:
        """Undo what a failed `append` may have written."""
        path = self._files.numbered(self._at.file)
        if not os.path.samestat(os.fstat(self._file), path.stat()):
            os.ftruncate(self._file, 0)  # the next file, which was only just begun
            os.close(self._file)
            self._file = os.open(path, _FLAGS, 0o600)
        os.ftruncate(self._file, self._at.size)
        os.fsync(self._file)
        self._head.write(self._at)
        self._clean = True


class Chained:
    """Entries that are chained and kept nowhere: whoever collects them keeps them.

    Args:
        seal: makes the hashes.
    """

    def __init__(self, seal: Seal) -> None:
        self._seal, self._place = seal, Place()

    def append(self, entries: Sequence[Mapping[str, Any]]) -> list[Written]:
        """Make lines of entries."""
        lines = []
        for facts in entries:
            line, self._place = sealed(facts, self._place, self._seal)
            lines.append(Written(self._place.number, line))
        return lines

    def close(self) -> None:
        """Do nothing: nothing is open."""


def _write(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def _sync_directory(path: Path) -> None:
    if os.name == "nt":
        return  # Windows has no such call, and keeps the names of files by itself
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
