"""What a server finds at its start of the trail that an earlier one has left."""

from pathlib import Path
from typing import Any

from okta_mcp.guard.audit.files import Files
from okta_mcp.guard.audit.head import Head
from okta_mcp.guard.audit.reading import line_before, lines_of
from okta_mcp.guard.audit.sealing import Place, Seal, Unsealed, taken_apart, unsealed
from okta_mcp.records import record


class Damaged(OSError):
    """The files of a trail are not what its head says they are: nothing may be added until somebody has looked."""


@record
class Found:
    """Where an earlier server has left the trail.

    Args:
        place: the last entry.
        file: the number of the file to go on in.
        size: of what is whole in it, in bytes.
        ahead: how many entries stand behind the one the head names: those of a server that was killed after writing
            them and before writing the head.
        cut: bytes of a last line that is not whole.
        in_doubt: intents without an outcome that no earlier start has told of.
    """

    place: Place
    file: int
    size: int
    ahead: int
    cut: int
    in_doubt: list[dict[str, Any]]


def find(files: Files, head: Head, seal: Seal) -> Found:
    """Return where a trail has come to. Only what stands behind the head is read, unless there may be doubt.

    Args:
        files: of the trail.
        head: as it was left.
        seal: what the trail is sealed with.

    Raises:
        Damaged: the files end before the head, or go on otherwise than a server leaves them.
        OSError: they cannot be read.
    """
    numbers = files.present()
    if not numbers and head.place.number == 0:
        return Found(head.place, 1, 0, 0, 0, [])
    _require_head(files, head, seal)
    behind = _Behind(head)
    for number in [one for one in numbers if one >= head.file]:
        behind.read(files.numbered(number), number, seal, is_last=number == numbers[-1])
    if head.place.number == 0 and behind.count > 1:
        raise Damaged(f"{files.head} does not say where the trail ends, which has {behind.count} entries. {_ADVICE}")
    try:
        in_doubt = [] if behind.open is None else _open_from(files, numbers, behind.open)
    except Unsealed as error:
        raise Damaged(f"The trail at {files.first} cannot be read: {error}. {_ADVICE}") from None
    return Found(behind.place, behind.file, behind.size, behind.count, behind.cut, in_doubt)


_ADVICE = "Look with `okta-mcp audit verify`; to go on in a new trail, move these files away."


class _Behind:
    """What stands behind the head.

    Args:
        head: where it begins.

    Attributes:
        place: the last entry.
        file: the number of its file.
        size: of what is whole in that, in bytes.
        count: of the entries behind the head.
        cut: bytes of a last line that is not whole.
        open: the first entry that may be an intent without an outcome.
    """

    def __init__(self, head: Head) -> None:
        self.place, self.file, self.size, self.open = head.place, head.file, head.size, head.open
        self.count = self.cut = 0

    def read(self, path: Path, number: int, seal: Seal, *, is_last: bool) -> None:
        """Read a file from where the head ends in it."""
        self.size = self.size if number == self.file else 0
        self.file = number
        for line in lines_of(path, self.size):
            if not line.whole:
                if not is_last:
                    raise Damaged(f"{path} breaks off in the middle of an entry. {_ADVICE}")
                self.cut = line.end - self.size
                return
            try:
                entry, here = unsealed(line.content, seal)
            except Unsealed as error:
                raise Damaged(f"{path} goes on wrongly behind entry {self.place.number}: {error}. {_ADVICE}") from None
            if here.number != self.place.number + 1 or entry["prev"] != self.place.hash:
                raise Damaged(f"{path} goes on wrongly behind entry {self.place.number}. {_ADVICE}")
            self.place, self.size, self.count = here, line.end, self.count + 1
            if self.open is None and entry.get("kind") == "intent":
                self.open = here.number


def _require_head(files: Files, head: Head, seal: Seal) -> None:
    """Make sure that the head's entry is where it says."""
    if head.place.number == 0:
        return
    path = files.numbered(head.file)
    try:
        with path.open("rb") as file:
            line = line_before(file, head.size)
    except FileNotFoundError:
        raise Damaged(f"{path} is gone, in which entry {head.place.number} was the last. {_ADVICE}") from None
    try:
        found = None if line is None else unsealed(line, seal)[1]
    except Unsealed:
        found = None
    if found != head.place:
        raise Damaged(f"{path} does not hold entry {head.place.number} where its head says. {_ADVICE}")


def _open_from(files: Files, numbers: list[int], first: int) -> list[dict[str, Any]]:
    """Return the intents from a number on that have no outcome and were named by no start."""
    found: dict[int, dict[str, Any]] = {}
    for number in _from(files, numbers, first):
        for line in lines_of(files.numbered(number)):
            if line.whole:
                entry, _, _ = taken_apart(line.content)
                if entry.get("kind") == "start":
                    found.clear()
                elif entry.get("kind") == "intent":
                    found[entry["n"]] = entry
                elif entry.get("kind") == "outcome":
                    found.pop(entry["of"], None)
    return list(found.values())


def _from(files: Files, numbers: list[int], first: int) -> list[int]:
    """Return the numbers of the files that hold an entry and all behind it."""
    taken: list[int] = []
    for number in reversed(numbers):
        taken.insert(0, number)
        line = next(lines_of(files.numbered(number)), None)
        if line is not None and line.whole and taken_apart(line.content)[1].number <= first:
            break
    return taken
