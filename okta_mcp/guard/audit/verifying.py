"""Whether a trail is as it was written, and where it is not."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from okta_mcp.guard.audit.files import Files
from okta_mcp.guard.audit.head import Head, newest, read_heads
from okta_mcp.guard.audit.reading import Line, lines_of
from okta_mcp.guard.audit.sealing import NOTHING, START, Place, Seal, Unsealed, taken_apart, unsealed
from okta_mcp.records import record


@record
class Fault:
    """Something that is not as it was written.

    Args:
        where: the file, and the line in it from 1; the line is None where it is not about one.
        what: in words.
    """

    where: tuple[Path, int | None]
    what: str

    def __str__(self) -> str:
        path, line = self.where
        return f"{path}{f', line {line}' if line else ''}: {self.what}"


@dataclass
class Findings:
    """What a verification found.

    Args:
        faults: what is wrong, in the order of the trail.
        notes: what is not wrong, and worth knowing.
        in_doubt: intents without an outcome.
        entries: how many entries were read.
        files: how many files.
        last: the place of the last entry.
        begun: when the first entry was written.
        ended: when the last.
    """

    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    in_doubt: list[dict[str, Any]] = field(default_factory=list)
    entries: int = 0
    files: int = 0
    last: Place = field(default_factory=Place)
    begun: str | None = None
    ended: str | None = None


def verify(path: Path, seal: Seal, *, first: int = 1, expect: Place | None = None, patience: float = 1.0) -> Findings:
    """Read a whole trail, and say whether it is as it was written.

    Args:
        path: of its first file.
        seal: what it is sealed with.
        first: the entry that the oldest file begins with, where the ones before it were put away.
        expect: an entry that was noted elsewhere; the trail must hold it, with this hash.
        patience: seconds that a server at work may take from writing an entry to writing the head.

    Raises:
        OSError: a file cannot be read.
    """
    return _Reading(Files(path), seal, first, expect, patience).done()


class _Reading:
    """One verification.

    Args:
        files: of the trail.
        seal: what it is sealed with.
        first: the entry that it should begin with.
        expect: an entry that it must hold.
        patience: seconds to wait for the head.
    """

    def __init__(self, files: Files, seal: Seal, first: int, expect: Place | None, patience: float) -> None:
        self._files, self._seal, self._first, self._expect = files, seal, first, expect
        self._patience = patience
        self._found = Findings()
        self._open: dict[int, dict[str, Any]] = {}
        self._before = Place(first - 1, NOTHING) if first == 1 else None
        self._expected_met = expect is None
        self._head: Head | None = None
        self._heads: list[Head | None] = []
        self._at_heads = {START}
        self._broken: Fault | None = None

    def done(self) -> Findings:
        """Return what was found."""
        numbers = self._files.present()
        head_path = self._files.head
        if not numbers and not head_path.exists():
            raise FileNotFoundError(2, "there is no audit trail", str(self._files.first))
        self._check_numbers(numbers)
        if head_path.exists():
            self._heads = read_heads(head_path, self._seal)
            self._head = newest(self._heads)
        for number in numbers:
            self._read(number, is_last=number == numbers[-1])
        found = self._found
        found.files = len(numbers)
        if self._broken is not None and self._head_now(found.last.number + 1) <= found.last.number:
            found.faults.append(self._broken)
        self._check_head(numbers)
        if not self._expected_met and self._expect is not None:
            self._fault(self._files.first, None, f"entry {self._expect.number} with the hash you noted is not here")
        found.in_doubt = list(self._open.values())
        return found

    def _fault(self, path: Path, line: int | None, what: str) -> None:
        self._found.faults.append(Fault((path, line), what))

    def _check_numbers(self, numbers: list[int]) -> None:
        from_number = 1 if self._first == 1 else min(numbers, default=1)
        for number in range(from_number, max(numbers, default=0) + 1):
            if number not in numbers:
                self._fault(self._files.numbered(number), None, "the file is gone")

    def _read(self, number: int, *, is_last: bool) -> None:
        path = self._files.numbered(number)
        for row, line in enumerate(lines_of(path), 1):
            if not line.whole:
                broken = Fault((path, row), "it breaks off: the power went while it was written, or somebody cut it")
                if is_last:
                    self._broken = broken
                else:
                    self._found.faults.append(broken)
                break
            self._take(path, row, line)

    def _take(self, path: Path, row: int, line: Line) -> None:
        entry: dict[str, Any] | None
        try:
            entry, place = unsealed(line.content, self._seal)
        except Unsealed as error:
            self._fault(path, row, f"it was changed: {error}")
            try:
                entry, place, _ = taken_apart(line.content)
            except Unsealed:
                # The entry that stood here is missed at the next line, so it is counted here.
                if self._before is not None:
                    self._before = Place(self._before.number + 1, "")
                return
        else:
            self._check_order(path, row, entry, place)
            self._note(entry)
        self._before = place
        if any(head is not None and head.place == place for head in self._heads):
            self._at_heads.add(place)
        found = self._found
        found.entries += 1
        found.last = place
        found.begun, found.ended = found.begun or entry.get("at"), entry.get("at")

    def _check_order(self, path: Path, row: int, entry: dict[str, Any], place: Place) -> None:
        if self._expect is not None and place == self._expect:
            self._expected_met = True
        before = self._before
        if before is None:
            if place.number != self._first:
                self._fault(path, row, f"it is entry {place.number}; {self._first} was to be the first")
        elif place.number <= before.number:
            self._fault(path, row, f"entry {place.number} stands behind entry {before.number}: moved, or there twice")
        elif place.number > before.number + 1:
            self._fault(path, row, f"before it, {_entries(before.number + 1, place.number - 1)} gone")
        elif before.hash and entry["prev"] != before.hash:
            self._fault(path, row, f"entry {place.number} does not follow on entry {before.number} as it stands here")

    def _note(self, entry: dict[str, Any]) -> None:
        kind, number = entry.get("kind"), entry["n"]
        if kind == "intent":
            self._open[number] = entry
        elif kind == "outcome":
            self._open.pop(entry.get("of", 0), None)
        elif kind == "start":
            if "headWas" in entry:
                self._found.notes.append(
                    f"Entry {number}, a start: the head stood at {entry['headWas']}, behind the entries. A server that "
                    "is killed leaves that behind; so does somebody who puts an old head back."
                )
            if "cut" in entry:
                self._found.notes.append(
                    f"Entry {number}, a start: {entry['cut']} bytes of an unfinished entry were cut off. A server that "
                    "loses its power leaves that behind; so does somebody who cuts the file."
                )

    def _check_head(self, numbers: list[int]) -> None:
        """Compare the files with the head as it was before they were read: a server may be at work meanwhile."""
        path, last, head = self._files.head, self._found.last, self._head
        if None in self._heads and head is not None:
            self._fault(path, None, "one of its two halves was changed, or the power went while it was written")
        if head is None:
            if last.number or self._broken is not None:
                what = "was changed" if path.exists() else "is gone"
                self._fault(path, None, f"the head {what}: it cannot be told whether the end was cut off")
            return
        if head.place.number > last.number:
            if max(numbers, default=0) < head.file:
                self._fault(self._files.numbered(head.file), None, "the file is gone")
            gone = f"{_entries(last.number + 1, head.place.number)} gone from the end"
            self._fault(self._files.numbered(max(numbers, default=1)), None, gone)
        elif wrong := [one for one in self._heads if one is not None and one.place not in self._at_heads]:
            self._fault(path, None, f"entry {wrong[0].place.number} is not the one that it names")
        elif self._head_now(last.number) < last.number:
            self._fault(
                path,
                None,
                f"it stands at entry {head.place.number}, the files go on to {last.number}: a server was killed just "
                "then and not started since, or an old head was put back",
            )

    def _head_now(self, number: int) -> int:
        """Return the entry that the head names, waiting a moment for a server that is just writing it."""
        until = time.monotonic() + self._patience
        while True:
            head = newest(read_heads(self._files.head, self._seal)) if self._files.head.exists() else None
            at = 0 if head is None else head.place.number
            if at >= number or time.monotonic() > until:
                return at
            time.sleep(0.02)


def _entries(first: int, last: int) -> str:
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"
