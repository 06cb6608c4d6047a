"""What is wrong with the rows of a run, told all at once and as briefly as it can be acted upon."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.results import counted

_KINDS = 40
_ROOM = 6_500
"""Of all problems, in characters: errors are cut in their middle beyond 8,000."""

_RANGES = 12


class RowsRefused(ArgumentError):
    """Rows that cannot be carried out; nothing of the run was begun."""


class Problems:
    """What is wrong with which rows."""

    def __init__(self) -> None:
        self._by_row: dict[int, dict[str, None]] = {}

    @classmethod
    def of(cls, problems: Mapping[int, str]) -> Self:
        """Return what is wrong by the number of the row."""
        made = cls()
        made.merge(problems)
        return made

    def __len__(self) -> int:
        return len(self._by_row)

    def __contains__(self, number: int) -> bool:
        return number in self._by_row

    def __getitem__(self, number: int) -> str:
        return "; ".join(self._by_row[number])

    def __iter__(self) -> Iterator[int]:
        return iter(self._by_row)

    def add(self, number: int, problem: str) -> None:
        """Say that something is wrong with a row; it may have several faults."""
        self._by_row.setdefault(number, {})[problem.removesuffix(".")] = None

    def merge(self, others: "Problems | Mapping[int, str]") -> None:
        """Take over what else is wrong."""
        for number in others:
            self.add(number, others[number])

    def refuse(self, action: Action, rows: int, note: str | None = None) -> None:
        """Refuse a run of so many rows for the problems of some; nothing where there are none.

        Raises:
            RowsRefused: naming the rows, those that have the same problem together.
        """
        if not self._by_row:
            return
        alike: dict[str, list[int]] = {}
        for number in sorted(self._by_row):
            alike.setdefault(self[number], []).append(number)
        lines: list[str] = []
        room, told = _ROOM, 0
        for problem, numbers in alike.items():
            line = f"{_named(numbers)}: {problem}"
            room -= len(line) + 1
            if len(lines) == _KINDS or (room < 0 and lines):
                break
            lines.append(line)
            told += len(numbers)
        if told < len(self._by_row):
            lines.append(f"and {counted(len(self._by_row) - told, 'more row')}; mend these, then check again")
        head = f"{len(self)} of {rows} rows for {action.name} cannot be carried out, so none was."
        raise RowsRefused("\n".join(filter(None, [head, note, *lines])).removesuffix("."))


def _named(numbers: Sequence[int]) -> str:
    """Return `row 3`, or `rows 3, 5-9 and 12 more`."""
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges[:_RANGES])
    left = sum(b - a + 1 for a, b in ranges[_RANGES:])
    return f"rows {shown}" + (f" and {left} more" if left else "")
