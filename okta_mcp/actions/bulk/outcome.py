"""What is told of a run."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from okta_mcp.actions.bounding import size
from okta_mcp.actions.bulk.journal import Row, Run, State
from okta_mcp.actions.fitting import ROOM
from okta_mcp.actions.results import Result, counted
from okta_mcp.directory import Row as Line
from okta_mcp.guard import Neutral

Count = Annotated[int, Field(ge=0)]

_NOTHING = ("Nothing was done", "Only checked", "Dry run")
"""How notes begin that nothing was done: readers who stop at the first line have to see that."""


class RowOutcome(Line):
    """One row, and what came of it."""

    row: int
    state: Neutral
    who: Neutral
    detail: Neutral | None = None
    request_id: str | None = None

    @classmethod
    def of(cls, row: Row) -> "RowOutcome":
        """Return what is told of a row."""
        return cls(
            row=row.number, state=row.state, who=row.subject, detail=row.detail or None, request_id=row.request_id
        )


class BulkRun(Result):
    """A run: how far it is, and what came of its rows."""

    run: str | None = None
    action: str
    begun: str | None = None
    total: Count
    done: Count
    failed: Count
    in_doubt: Count
    waiting: Count
    outcomes: tuple[RowOutcome, ...] = ()
    after: int | None = None
    complete: bool
    note: str | None = None
    next_step: str | None = None

    def text(self) -> str:
        """Return how far the run is, and one line for each row that is told of."""
        counts = {"done": self.done, "failed": self.failed, "in doubt": self.in_doubt, "waiting": self.waiting}
        told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        which = f"{self.run}: {self.action}" if self.run else self.action
        lines = [f"{which}, {counted(self.total, 'row')}: {told or 'nothing to do'}."]
        if self.note:
            lines.insert(0 if self.note.startswith(_NOTHING) else 1, self.note)
        if self.outcomes:
            lines.append("row\tstate\twho\twhat came of it")
            lines += [f"{one.row}\t{one.state}\t{one.who}\t{one.detail or ''}".rstrip() for one in self.outcomes]
        if self.next_step:
            lines.append(f"Next: {self.next_step}")
        return "\n".join(lines)


class RunLine(BaseModel):
    """A run in a list."""

    model_config = ConfigDict(defer_build=True)

    run: str
    action: str
    label: Neutral | None = None
    begun: str
    total: int
    ended: int


class BulkRuns(Result):
    """The runs of a caller, or one of them."""

    runs: tuple[RunLine, ...] = ()
    one: BulkRun | None = None

    def text(self) -> str:
        """Return the run, or one line for each."""
        if self.one is not None:
            return self.one.text()
        lines = [counted(len(self.runs), "run") + "."]
        lines += [
            f"{one.run}\t{one.action}\t{one.label or ''}\t{one.begun}\t{one.ended} of {one.total} ended"
            for one in self.runs
        ]
        return "\n".join(lines)


def told(
    run: Run,
    rows: Sequence[Row],
    *,
    note: str | None = None,
    next_step: str | None = None,
    more: bool = False,
) -> BulkRun:
    """Return what is told of a run.

    Args:
        run: with its counts as they are now; one without an id is not kept, and nobody can ask for it.
        rows: those to tell of, in their order; as many as fit are told of.
        note: what a reader has to know.
        next_step: what to do.
        more: whether there are further rows behind these.
    """
    kept: list[RowOutcome] = []
    room = ROOM
    for outcome in map(RowOutcome.of, rows):
        room -= size([outcome])
        if room < 0:
            more = True
            break
        kept.append(outcome)
    counts: Mapping[State, int] = run.counts
    return BulkRun(
        run=run.id or None,
        action=run.action,
        begun=run.begun or None,
        total=run.size,
        done=counts.get(State.DONE, 0),
        failed=counts.get(State.FAILED, 0),
        in_doubt=counts.get(State.IN_DOUBT, 0) + counts.get(State.BEGUN, 0),
        waiting=counts.get(State.WAITING, 0),
        outcomes=tuple(kept),
        after=kept[-1].row if more and kept else None,
        complete=not more,
        note=note,
        next_step=next_step,
    )


def run_line(run: Run) -> RunLine:
    """Return the line of a run in a list."""
    ended = run.counts.get(State.DONE, 0) + run.counts.get(State.FAILED, 0)
    return RunLine(run=run.id, action=run.action, label=run.label or None, begun=run.begun, total=run.size, ended=ended)
