"""The head of a trail: a small file beside it that says where it has come to.

A chain alone does not show that its last entries were cut off. The head does: it is written after the entries, and
nothing is answered before both are on disk. It has two slots of one disk sector, written in turn, so that a loss of
power in the middle of writing one leaves the other.
"""

import hmac
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from okta_mcp.guard.audit.sealing import START, Place, Seal
from okta_mcp.records import record

_SLOT = 512


@record
class Head:
    """What a head says.

    Args:
        place: the last entry.
        file: the number of the file it is in, from 1.
        size: of that file in bytes, with that entry.
        open: the first entry that may be an intent without an outcome; None where there is none.
    """

    place: Place = START
    file: int = 1
    size: int = 0
    open: int | None = None


class InUse(OSError):
    """Another process writes this trail."""


class HeadFile:
    """The head file, open and held by this process alone.

    Args:
        path: of the head; made where there is none.
        seal: what the heads are sealed with.

    Raises:
        InUse: another process has it.
        OSError: it cannot be opened.

    Attributes:
        begun: what it said when it was opened; an empty trail where it said nothing.
    """

    def __init__(self, path: Path, seal: Seal) -> None:
        self._seal = seal
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            _hold(self._file)
        except OSError:
            os.close(self._file)
            raise InUse(f"{path} is in use by another process; each server needs an audit file of its own") from None
        slots = _slots(os.read(self._file, 2 * _SLOT), seal)
        self.begun = newest(slots) or Head()
        self._turn = 1 if slots and slots[0] == self.begun else 0

    def write(self, head: Head) -> None:
        """Write the head; it is on disk when this returns.

        Raises:
            OSError: it is not.
        """
        os.lseek(self._file, self._turn * _SLOT, os.SEEK_SET)
        if os.write(self._file, _written(head, self._seal)) != _SLOT:
            raise OSError("the head was written in part only")
        os.fsync(self._file)
        self._turn = 1 - self._turn

    def close(self) -> None:
        """Let go of it."""
        os.close(self._file)


def read_heads(path: Path, seal: Seal) -> list[Head | None]:
    """Return what stands in the slots: at most two heads, None for one that is not as it was written.

    Args:
        path: of the head.
        seal: what the heads were sealed with.

    Raises:
        OSError: it cannot be read; FileNotFoundError where there is none.
    """
    return _slots(path.read_bytes(), seal)


def newest(heads: Iterable[Head | None]) -> Head | None:
    """Return the head that was written last; None where there is none."""
    return max((one for one in heads if one is not None), key=lambda head: head.place.number, default=None)


def _written(head: Head, seal: Seal) -> bytes:
    said = [head.place.number, head.place.hash, head.file, head.size, head.open]
    content = json.dumps(said, separators=(",", ":")).encode()
    line = content + b" " + seal.of(content, purpose="head").encode()
    return line.ljust(_SLOT - 1) + b"\n"


def _slots(content: bytes, seal: Seal) -> list[Head | None]:
    return [_read(content[start : start + _SLOT], seal) for start in range(0, len(content), _SLOT)]


def _read(slot: bytes, seal: Seal) -> Head | None:
    try:
        number, last, file, size, first_open = json.loads(slot.rpartition(b"]")[0] + b"]")
        head = Head(Place(number, last), file, size, first_open)
        return head if hmac.compare_digest(_written(head, seal), slot) else None
    except (ValueError, TypeError):
        return None


if sys.platform == "win32":
    import msvcrt

    def _hold(file: int) -> None:
        # Behind the slots: Windows would otherwise keep readers from what is held.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _hold(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
