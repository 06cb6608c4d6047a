"""What one call does about a run: its rows are checked, agreed to, kept and carried out, or gone on with."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import anyio

from okta_mcp.actions.action import Action, Call
from okta_mcp.actions.arguments import ArgumentError, arguments_of
from okta_mcp.actions.bulk.foreseeing import foreseen
from okta_mcp.actions.bulk.journal import Journal, Row, Run, State
from okta_mcp.actions.bulk.looking import AT_ONCE, Looking, Unfinished
from okta_mcp.actions.bulk.looks import Looks
from okta_mcp.actions.bulk.outcome import BulkRun, told
from okta_mcp.actions.bulk.refusing import Problems
from okta_mcp.actions.bulk.rows import Ready, Said, call_key, doubled, key_of, owner_of, read, run_id, said
from okta_mcp.actions.bulk.running import Running
from okta_mcp.actions.bulk.writes import BY_NAME
from okta_mcp.actions.choosing import Nobody
from okta_mcp.actions.confirmation import Plan, Unconfirmed
from okta_mcp.actions.picking import NotPicked
from okta_mcp.actions.questions import tally
from okta_mcp.actions.sender import Within
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.states import so_already
from okta_mcp.directory import Unresolved
from okta_mcp.guard import Refused
from okta_mcp.okta import OktaError
from okta_mcp.okta.together import together
from okta_mcp.records import record

FEW = 50
"""Rows that are told of one by one although all went well."""

TITLE = "Run for many"

OPEN = (State.WAITING, State.BEGUN, State.IN_DOUBT)
"""The states of rows that there is still something to do about."""

_ENDED = (
    "Nothing was done now: all rows of this run had ended before this call. To do the same once more, or with other "
    "passwords, give another `label`."
)
_CHECKED = "Only checked: nothing was done."
_DRY = "Dry run: nothing was done, and no run was begun."
_STALLED = "the time of one call is up"


@record
class Proceeding:
    """One call's work on a run.

    Args:
        call: the call of the run, as its rows are performed.
        within: performs the rows.
        until: when to begin no further row, by the loop's clock.
    """

    call: Call
    within: Within
    until: float

    @property
    def _journal(self) -> Journal:
        return self.within.performer.runs.journal

    @property
    def _owner(self) -> tuple[str, str]:
        return self.call.okta.address.origin, owner_of(self.within.sender.caller)

    async def begin(self, action: Action, label: str, given: Sequence[Any], *, check_only: bool) -> BulkRun:
        """Begin a run of rows, or go on with the one that they were begun as.

        Args:
            action: what every row does.
            label: tells it from another run of the same rows.
            given: the arguments of each row.
            check_only: whether to stop before the first row.

        Raises:
            RowsRefused: naming the rows that are wrong, and what is wrong with each.
            RunUnderWay, JournalError, Declined, Pending, Refused, OktaError: nothing was begun by this call.
        """
        rows = read(action, dict(enumerate(given, 1)))
        await self._admit(action, rows)
        said_key = call_key(action, label, rows)
        begun = await self._journal.run_said(said_key, *self._owner)
        if begun is not None and check_only:
            open_rows = await self._journal.rows(begun.id, states=OPEN)
            shown = await self._journal.rows(begun.id, limit=FEW)
            earlier = f"{_CHECKED} These rows are a run that was begun before."
            return told(begun, shown, note=earlier, next_step=next_step(begun, open_rows), more=begun.size > FEW)
        if begun is not None and not self.within.performer.rehearses:
            return await self.go_on(begun, {row.key: row for row in rows})
        try:
            looking, made = await self._looked_up(action, rows)
        except Unfinished as unfinished:
            return self._unfinished(action, rows, unfinished)
        problems = Problems.of(doubled(made))
        problems.merge(looking.problems)
        new = replace(self._new_run(action, label, [one.row for one in made]), said=said_key)
        known = begun or (None if problems else await self._journal.run(new.id, *self._owner))
        note = None
        if known is None:
            problems.merge(looking.taken)
            beforehand = await foreseen(self.call, self.within.performer, self.within.sender, made)
            problems.merge(beforehand.problems)
            note = beforehand.note
        problems.refuse(action, len(rows), note)
        return await self._agreed(new, known, made, note, check_only=check_only)

    async def _agreed(
        self, new: Run, known: Run | None, made: list[Ready], note: str | None, *, check_only: bool
    ) -> BulkRun:
        none = replace(new, id="", begun="", counts={State.WAITING: len(made)})  # nothing is kept of it so far
        rows = [one.row for one in made]
        if check_only:
            return told(known or none, rows[:FEW], note=" ".join(filter(None, [_CHECKED, note])), more=len(made) > FEW)
        if self.within.performer.rehearses:
            tried, plans = await self._rehearsed(made)
            notes = [" ".join(filter(None, [_DRY, note])), *tally(plans)]
            return told(replace(none, counts=dict(Counter(row.state for row in tried))), tried, note="\n".join(notes))
        with self._journal.holding(new.id):
            # A twin of this call may have begun it in between.
            known = await self._journal.run(new.id, *self._owner)
            by_key = {key_of(one.row): one.call for one in made}
            kept = None if known is None else await self._journal.rows(new.id, states=OPEN)
            left = made if kept is None else [Ready(row, by_key[key_of(row)]) for row in kept]
            try:
                left = await self._confirmed(left)
            except Unconfirmed as pending:
                if known is None:
                    self._journal.finished(new.id)  # nothing was kept of it
                return _preview(pending, known or none, left, note)
            if known is None:
                await self._journal.add(new, rows)
            return await self._carried_out(await self.run(new.id), left)

    async def go_on(self, run: Run, given: Mapping[str, Said] | None = None) -> BulkRun:
        """Go on with a run.

        Args:
            run: which.
            given: its rows as they were sent again, with their secrets; None where only the run was named.

        Raises:
            ArgumentError: rows had secrets, and were not sent again.
            RunUnderWay, JournalError, Declined, Pending, Refused, OktaError: as in `begin`.
        """
        action = BY_NAME[run.action]
        if self.within.performer.rehearses:
            raise Refused(
                "run_bulk was not called: this server only rehearses writes; nothing was changed", "begin it anew."
            )
        with self._journal.holding(run.id):
            rows = {row.number: row for row in await self._journal.rows(run.id, states=OPEN)}
            if given is None and any(row.secret for row in rows.values()):
                raise ArgumentError(
                    "rows of this run had passwords, which are not kept; send the same `tool` and `rows` again, and "
                    "only what is left is done"
                )
            # By their ids: policy and people may have changed since.
            arguments = {number: _again(action, row, given) for number, row in rows.items()}
            self.within.performer.allow(action, self.within.sender)
            again = read(action, arguments)
            try:
                ready, problems = await self._ready_again(action, again, rows)
            except Unfinished as unfinished:
                return self._unfinished(action, again, unfinished, run)
            for number in problems:
                begun = rows[number].state is not State.WAITING
                await self._journal.mark(run.id, number, State.IN_DOUBT if begun else State.FAILED, problems[number])
            left = [Ready(rows[one.row.number], one.call) for one in ready]
            try:
                left = await self._confirmed(left)
            except Unconfirmed as pending:
                return _preview(pending, await self.run(run.id), left, None)
            return await self._carried_out(await self.run(run.id), left)

    async def run(self, name: str) -> Run:
        """Return a run of the caller.

        Raises:
            ArgumentError: there is none of this name.
        """
        run = await self._journal.run(name, *self._owner)
        if run is None:
            raise ArgumentError(f"there is no run {name[:40]!r} of yours; get_bulk_run without arguments lists them")
        return run

    async def _admit(self, action: Action, rows: Sequence[Said]) -> None:
        """Refuse what is refused whomever the rows name: Okta is asked about none of them.

        Raises:
            RowsRefused: the policy or the scopes do not allow some, or all are wrong by themselves, as by a word in
                `shared` that the tool does not know.
        """
        problems = Problems.of({row.number: row.problem for row in rows if row.problem is not None})
        stops = len(problems) == len(rows)
        for row in rows:
            if row.problem is None:
                try:
                    await self.within.performer.admit(action, row.given, row.values, self.within.sender)
                except Refused as error:
                    problems.add(row.number, said(error, action, {}))
                    stops = True
        if stops:
            problems.refuse(action, len(rows))

    async def _looked_up(
        self, action: Action, rows: Sequence[Said], users: Mapping[int, str] | None = None
    ) -> tuple[Looking, list[Ready]]:
        whose = hashlib.sha256(json.dumps(self._owner).encode()).hexdigest()[:20]
        looking = Looking(
            self.call,
            self.within.performer,
            self.within.sender,
            action,
            Looks(self._journal, whose),
            self.until,
            users or {},
        )
        return looking, await looking.rows(rows)

    async def _ready_again(
        self, action: Action, rows: Sequence[Said], kept: Mapping[int, Row]
    ) -> tuple[list[Ready], Problems]:
        """Make rows of a run ready that were checked when it was begun; each is looked at just before it is done."""
        users: dict[int, str] = {}
        if not self.within.performer.may_want_yes(action):  # where it may, whoever agrees has to see how they are now
            users = {number: user for number, row in kept.items() if isinstance(user := row.arguments.get("user"), str)}
        looking, made = await self._looked_up(action, rows, users)
        return made, looking.problems

    def _unfinished(
        self, action: Action, rows: Sequence[Said], unfinished: Unfinished, run: Run | None = None
    ) -> BulkRun:
        wrong = f", and {unfinished.wrong:,} of them have problems" if unfinished.wrong else ""
        return told(
            run or replace(self._new_run(action, "", []), id="", begun="", counts={State.WAITING: len(rows)}),
            [],
            note=f"Nothing was done yet: {unfinished.done:,} of {len(rows):,} rows are checked so far{wrong}.",
            next_step="call run_bulk again with the same arguments; it goes on with the checking. Logins and ids are "
            "checked many times faster than names.",
            more=True,
        )

    async def _carried_out(self, run: Run, rows: Sequence[Ready]) -> BulkRun:
        before = run.counts.get(State.DONE, 0) + run.counts.get(State.FAILED, 0)
        within = self.within
        running = Running(
            self.call,
            within.performer,
            within.sender,
            self._journal,
            run,
            ended=before,
            seconds=max(0.0, self.until - anyio.current_time()),
        )
        await running.carry_out(rows)
        now = await self.run(run.id)
        left = sum(now.counts.get(state, 0) for state in OPEN)
        if not left:
            self._journal.finished(run.id)
        open_before = sum(run.counts.get(state, 0) for state in OPEN)
        notes = [
            _ENDED if not open_before else None,
            f"{before} rows had ended before this call." if before and open_before else None,
            f"Stopped: {running.stopped}." if running.stopped is not None and left else None,
            None if self._journal.path is not None else "This run is lost when the server ends: it keeps no journal.",
        ]
        states = tuple(State) if now.size <= FEW else (State.FAILED, State.IN_DOUBT, State.BEGUN)
        told_of = await self._journal.rows(now.id, states=states)
        open_rows = await self._journal.rows(now.id, states=OPEN)
        return told(now, told_of, note=" ".join(filter(None, notes)) or None, next_step=next_step(now, open_rows))

    async def _confirmed(self, rows: Sequence[Ready]) -> list[Ready]:
        """Have the rows confirmed, all by one yes.

        Raises:
            Declined, Unconfirmed, Pending, Refused: as in `Performer.confirm`.
        """
        within = self.within
        calls = await within.performer.confirm([one.call for one in rows], within.sender, TITLE, whole=True)
        return [replace(one, call=made) for one, made in zip(rows, calls, strict=True)]

    async def _rehearsed(self, rows: Sequence[Ready]) -> tuple[list[Row], list[Plan]]:
        sender = replace(self.within.sender, chooser=Nobody())
        limiter = anyio.CapacityLimiter(AT_ONCE)

        async def one(ready: Ready) -> tuple[Row, Plan | None]:
            if so_already(ready.call.action, ready.call.named) is not None:
                return replace(ready.row, detail="would: nothing, it is so already"), None
            try:
                async with limiter:
                    if anyio.current_time() >= self.until and len(rows) > FEW:
                        return replace(ready.row, detail=f"not rehearsed: {_STALLED}"), None
                    plan = await self.within.performer.rehearse(ready.call, sender)
            except (Refused, ArgumentError, Unresolved, NotPicked, OktaError) as error:
                why = said(error, ready.call.action, ready.call.named)
                return replace(ready.row, state=State.FAILED, detail=why), None
            return replace(ready.row, detail=f"would: {plan.story}"), plan

        tried = await together(*(partial(one, ready) for ready in rows))
        return [row for row, _ in tried], [plan for _, plan in tried if plan is not None]

    def _new_run(self, action: Action, label: str, rows: Sequence[Row]) -> Run:
        org, caller = self._owner
        begun = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Run(run_id(org, caller, action, label, rows), org, caller, action.name, label, begun)


def next_step(run: Run, left: Sequence[Row]) -> str | None:
    """Return what to do about a run.

    Args:
        run: with its counts.
        left: its rows that have not ended.
    """
    if any(row.secret for row in left):
        return "send the same `tool` and `rows` again: passwords are not kept, and only what is left is done."
    if run.counts.get(State.WAITING, 0) or run.counts.get(State.BEGUN, 0):
        return f'run_bulk with run="{run.id}" goes on with the rows that are left.'
    if run.counts.get(State.IN_DOUBT, 0):
        return f'look at the rows in doubt, or run_bulk with run="{run.id}" to settle them.'
    if run.counts.get(State.FAILED, 0):
        return "mend what the failed rows name and send only those, with another `label`."
    return None


def _again(action: Action, row: Row, given: Mapping[str, Said] | None) -> dict[str, Any]:
    """Return the arguments of a row as they were kept, with the secrets of the same row sent again."""
    if given is None or not row.secret:
        return dict(row.arguments)
    arguments = arguments_of(action)
    spelled = respell(dict(given[row.said].given), arguments)
    kept = {name: row.arguments[name] for name in ("profile", *arguments.references) if name in row.arguments}
    return {**spelled, **kept}


def _preview(pending: Unconfirmed, run: Run, rows: Sequence[Ready], note: str | None) -> BulkRun:
    message = f"Nothing was done yet; this has to be confirmed. {pending.question.message}"
    return told(
        run,
        [one.row for one in rows][:FEW],
        note="\n".join(filter(None, [message, note])),
        next_step="tell the requester; when they agree, call run_bulk again with the same arguments and "
        f'confirmation "{pending.code}" (good once, for 5 minutes).',
        more=len(rows) > FEW,
    )
