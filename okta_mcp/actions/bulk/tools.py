"""Bulk: one call that does the same to many, and what came of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, Secret, WithJsonSchema

from okta_mcp.actions.action import Action, Call, Effect, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.bulk.journal import JournalError, Row, Run, RunUnderWay, State
from okta_mcp.actions.bulk.outcome import BulkRun, BulkRuns, run_line, told
from okta_mcp.actions.bulk.rows import Ready, key_of, merged, owner_of, prepared, ready, refuse, run_id, said, taken
from okta_mcp.actions.bulk.running import Running
from okta_mcp.actions.choosing import Nobody
from okta_mcp.actions.confirmation import Plan, Unconfirmed
from okta_mcp.actions.groups import assign_user_to_group, remove_user_from_group
from okta_mcp.actions.lifecycle import activate_user, deactivate_user, suspend_user, unsuspend_user
from okta_mcp.actions.passwords import expire_password, forgot_password, reset_password
from okta_mcp.actions.picking import NotPicked
from okta_mcp.actions.questions import tally
from okta_mcp.actions.sender import Within, unheard
from okta_mcp.actions.updating import update_user
from okta_mcp.actions.users import create_user
from okta_mcp.directory import Unresolved
from okta_mcp.guard import Part, Refused
from okta_mcp.okta import OktaError

MOST = 5_000
"""Rows of one run."""

_FEW = 50
"""Rows that are told of one by one although all went well."""

_PAGE = 200
_ENDED = (
    "All rows had ended before this call; nothing was done now. To do the same once more, or with other passwords, "
    "give another `label`."
)
_CHECKED = "Only checked: nothing was done."
_DRY = "Dry run: nothing was done, and no run was begun."
_TITLE = "Run for many"
_LATEST = 20

OPEN = (State.WAITING, State.BEGUN, State.IN_DOUBT)
"""The states of rows that there is still something to do about."""

_SHOWN: Mapping[str, Sequence[State]] = {
    **{state.value: (state,) for state in State},
    # Where no call is at it, a row that was begun is one in doubt, and is counted so.
    State.IN_DOUBT.value: (State.IN_DOUBT, State.BEGUN),
}

WRITES: tuple[Action, ...] = (
    create_user,
    update_user,
    activate_user,
    deactivate_user,
    suspend_user,
    unsuspend_user,
    expire_password,
    reset_password,
    forgot_password,
    assign_user_to_group,
    remove_user_from_group,
)
"""What can be done to many."""

_BY_NAME = {one.name: one for one in WRITES}


def _writes_to(toolset: str) -> Part:
    """Return what it takes to do to many what a toolset does to one; a row may need more, and is checked by itself."""
    these = [one for one in WRITES if one.toolset == toolset]
    scopes, names = dict.fromkeys(scope for one in these for scope in one.scopes), {one.name for one in these}
    return Part(f"for a `tool` of {toolset}", tuple(scopes), lambda arguments: arguments["tool"] in names)


Tool = Annotated[
    Literal[
        "create_user",
        "update_user",
        "activate_user",
        "deactivate_user",
        "suspend_user",
        "unsuspend_user",
        "expire_password",
        "reset_password",
        "forgot_password",
        "assign_user_to_group",
        "remove_user_from_group",
    ],
    Field(description="What to do with each row"),
]

Rows = Annotated[
    # A row may hold a password, and what it holds is known only when it is checked by its tool.
    Secret[Annotated[list[dict[str, Any]], Field(max_length=MOST)]],
    WithJsonSchema(
        {
            "type": "array",
            "maxItems": MOST,
            "description": "The arguments of that tool, once for each",
            "items": {
                "type": "object",
                "additionalProperties": True,
                # Some vendors refuse an object without properties.
                "properties": {"user": {"type": "string", "description": "As in that tool"}},
            },
        }
    ),
]

Shared = Annotated[
    Secret[dict[str, Any]],
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": True,
            "description": "Arguments that all rows share",
            "properties": {"group": {"type": "string", "description": "As in that tool"}},
        }
    ),
]


@action(
    title=_TITLE,
    effect=Effect.DESTRUCTIVE,
    idempotent=True,
    toolset="bulk",
    scopes=(),
    parts=(_writes_to("users"), _writes_to("groups")),
    made_of_others=True,
)
async def run_bulk(
    call: Call,
    *,
    tool: Tool | None = None,
    rows: Rows | None = None,
    shared: Shared | None = None,
    label: Annotated[
        str, Field(max_length=100, description="Another label makes the same rows another run, to be done again")
    ] = "",
    run: Annotated[str | None, Field(max_length=40, description="Go on with this run")] = None,
    check_only: Annotated[bool, Field(description="Check the rows; do nothing")] = False,
) -> BulkRun:
    """Carry out one write for many rows. Source: that of each write."""
    call = _unhurried(call)
    within = _within(call)
    try:
        if run is not None:
            if tool is not None or rows is not None or shared is not None or label or check_only:
                raise ArgumentError("`run` goes on with what it was begun with; leave out the other arguments")
            return await _go_on(call, within, run)
        given = [] if rows is None else rows.get_secret_value()
        if tool is None or not given:
            raise ArgumentError("give `tool` and `rows`, or `run` to go on with one")
        await within.sender.on_progress(0, len(given), "checking the rows")
        chosen = _BY_NAME[tool]
        common = {} if shared is None else shared.get_secret_value()
        made = await ready(call, within.performer, within.sender, chosen, [merged(common, row) for row in given])
        return await _begin(call, within, chosen, label, made, check_only=check_only)
    except RunUnderWay:
        raise Refused(
            "this run is being carried out by another call; nothing was begun by this one",
            "get_bulk_run shows how far it is.",
        ) from None
    except JournalError as error:
        raise _unusable(error) from error


@action(title="Get a run's outcome", effect=Effect.READ, idempotent=True, toolset="bulk", scopes=())
async def get_bulk_run(
    call: Call,
    *,
    run: Annotated[str | None, Field(max_length=40, description="Which run; the latest are listed without it")] = None,
    state: Annotated[
        Literal["waiting", "begun", "done", "failed", "in doubt"] | None, Field(description="Only rows in it")
    ] = None,
    after: Annotated[int, Field(ge=0, description="Row to begin behind")] = 0,
    limit: Annotated[int, Field(ge=1, le=_PAGE, description="Rows")] = _PAGE,
) -> BulkRuns:
    """Tell how far a run is. Source: the journal of this server."""
    within = _within(call)
    journal = within.performer.runs.journal
    try:
        if run is None:
            runs = await journal.latest(call.okta.address.origin, owner_of(within.sender.caller), limit=_LATEST)
            return BulkRuns(runs=tuple(map(run_line, runs)))
        known = await _run(call, run)
        states = tuple(State) if state is None else _SHOWN[state]
        rows = await journal.rows(known.id, after=after, limit=limit + 1, states=states)
        open_rows = await journal.rows(known.id, states=OPEN)
    except JournalError as error:
        raise _unusable(error) from error
    return BulkRuns(one=told(known, rows[:limit], next_step=_next_step(known, open_rows), more=len(rows) > limit))


async def _begin(
    call: Call, within: Within, chosen: Action, label: str, made: list[Ready], *, check_only: bool
) -> BulkRun:
    journal, new = within.performer.runs.journal, _new_run(call, within, chosen, label, [one.row for one in made])
    known = await journal.run(new.id, new.org, new.caller)
    if known is None and chosen is create_user:
        refuse(chosen, await taken(call, made), len(made))
    if check_only:
        waiting = replace(known or new, counts=known.counts if known else {State.WAITING: len(made)})
        return told(waiting, [one.row for one in made][:_FEW], note=_CHECKED, more=len(made) > _FEW)
    if within.performer.rehearses:
        rows, plans = await _rehearsed(within, made)
        return told(replace(new, counts=_counts(rows)), rows, note="\n".join([_DRY, *tally(plans)]))
    with journal.holding(new.id):
        # A twin of this call may have begun it in between.
        known = await journal.run(new.id, new.org, new.caller)
        by_key = {key_of(one.row): one.call for one in made}
        kept = None if known is None else await journal.rows(new.id, states=OPEN)
        left = made if kept is None else [Ready(row, by_key[key_of(row)]) for row in kept]
        try:
            left = await _confirmed(within, left)
        except Unconfirmed as pending:
            if known is None:
                journal.finished(new.id)  # nothing was kept of it
            return _preview(pending, known or replace(new, counts=_counts([one.row for one in made])), left)
        if known is None:
            await journal.add(new, [one.row for one in made])
        return await _carried_out(call, within, await _run(call, new.id), left)


async def _go_on(call: Call, within: Within, name: str) -> BulkRun:
    journal, run = within.performer.runs.journal, await _run(call, name)
    chosen = _BY_NAME[run.action]
    if within.performer.rehearses:
        raise Refused(
            "run_bulk was not called: this server only rehearses writes; nothing was changed", "begin it anew."
        )
    with journal.holding(run.id):
        rows = {row.number: row for row in await journal.rows(run.id, states=OPEN)}
        if any(row.secret for row in rows.values()):
            raise ArgumentError(
                "rows of this run had passwords, which are not kept; send the same `tool` and `rows` again, and only "
                "what is left is done"
            )
        # By their ids: policy and people may have changed since.
        given = {number: row.arguments for number, row in rows.items()}
        within.performer.allow(chosen, within.sender)
        made, problems = await prepared(call, within.performer, within.sender, chosen, given)
        for number, problem in problems.items():
            begun = rows[number].state is not State.WAITING
            await journal.mark(run.id, number, State.IN_DOUBT if begun else State.FAILED, problem)
        left = [Ready(rows[one.row.number], one.call) for one in made]
        try:
            left = await _confirmed(within, left)
        except Unconfirmed as pending:
            return _preview(pending, await _run(call, run.id), left)
        return await _carried_out(call, within, await _run(call, run.id), left)


async def _carried_out(call: Call, within: Within, run: Run, rows: Sequence[Ready]) -> BulkRun:
    journal = within.performer.runs.journal
    before = run.counts.get(State.DONE, 0) + run.counts.get(State.FAILED, 0)
    running = Running(
        call, within.performer, within.sender, journal, run, ended=before, seconds=within.performer.runs.seconds
    )
    await running.carry_out(rows)
    now = await _run(call, run.id)
    left = sum(now.counts.get(state, 0) for state in OPEN)
    if not left:
        journal.finished(run.id)
    open_before = sum(run.counts.get(state, 0) for state in OPEN)
    notes = [
        f"{before} rows had ended before this call." if before and open_before else None,
        _ENDED if not open_before else None,
        f"Stopped: {running.stopped}." if running.stopped is not None and left else None,
        None if journal.path is not None else "This run is lost when the server ends: it keeps no journal.",
    ]
    few = now.size <= _FEW
    states = tuple(State) if few else (State.FAILED, State.IN_DOUBT, State.BEGUN)
    told_of = await journal.rows(now.id, states=states)
    open_rows = await journal.rows(now.id, states=OPEN)
    return told(now, told_of, note=" ".join(filter(None, notes)) or None, next_step=_next_step(now, open_rows))


async def _confirmed(within: Within, rows: Sequence[Ready]) -> list[Ready]:
    """Have the rows confirmed, all by one yes.

    Raises:
        Declined, Unconfirmed, Pending, Refused: as in `Performer.confirm`.
    """
    calls = await within.performer.confirm([one.call for one in rows], within.sender, _TITLE, whole=True)
    return [replace(one, call=made) for one, made in zip(rows, calls, strict=True)]


def _preview(pending: Unconfirmed, run: Run, rows: Sequence[Ready]) -> BulkRun:
    return told(
        run,
        [one.row for one in rows][:_FEW],
        note=f"Nothing was done yet; this has to be confirmed. {pending.question.message}",
        next_step="tell the requester; when they agree, call run_bulk again with the same arguments and "
        f'confirmation "{pending.code}" (good once, for 5 minutes).',
        more=len(rows) > _FEW,
    )


async def _rehearsed(within: Within, rows: Sequence[Ready]) -> tuple[list[Row], list[Plan]]:
    rehearsed, plans = [], []
    for one in rows:
        try:
            plan = await within.performer.rehearse(one.call, replace(within.sender, chooser=Nobody()))
        except (Refused, ArgumentError, Unresolved, NotPicked, OktaError) as error:
            rehearsed.append(replace(one.row, state=State.FAILED, detail=said(error, one.call.action, one.call.named)))
        else:
            rehearsed.append(replace(one.row, detail=f"would: {plan.story}"))
            plans.append(plan)
    return rehearsed, plans


def _counts(rows: Sequence[Row]) -> dict[State, int]:
    return dict(Counter(row.state for row in rows))


def _new_run(call: Call, within: Within, chosen: Action, label: str, rows: Sequence[Row]) -> Run:
    org, caller = call.okta.address.origin, owner_of(within.sender.caller)
    begun = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Run(run_id(org, caller, chosen, label, rows), org, caller, chosen.name, label, begun)


async def _run(call: Call, name: str) -> Run:
    within = _within(call)
    run = await within.performer.runs.journal.run(name, call.okta.address.origin, owner_of(within.sender.caller))
    if run is None:
        raise ArgumentError(f"there is no run {name[:40]!r} of yours; get_bulk_run without arguments lists them")
    return run


def _next_step(run: Run, left: Sequence[Row]) -> str | None:
    if any(row.secret for row in left):
        return "send the same `tool` and `rows` again: passwords are not kept, and only what is left is done."
    if run.counts.get(State.WAITING, 0) or run.counts.get(State.BEGUN, 0):
        return f'run_bulk with run="{run.id}" goes on with the rows that are left.'
    if run.counts.get(State.IN_DOUBT, 0):
        return f'look at the rows in doubt, or run_bulk with run="{run.id}" to settle them.'
    if run.counts.get(State.FAILED, 0):
        return "mend what the failed rows name and send only those, with another `label`."
    return None


def _unhurried(call: Call) -> Call:
    """Return the call as its rows are performed: together they are one party, which takes what others leave."""
    within = _within(call)
    okta = call.okta.bulk()
    # Progress counts rows; a wait in between would count as one.
    sender = replace(within.sender, okta=okta, on_wait=unheard)
    return replace(call, okta=okta, directory=call.directory.observed(okta), within=Within(within.performer, sender))


def _unusable(error: JournalError) -> Refused:
    return Refused(
        f"the journal of runs cannot be used, so no further row was begun ({error})",
        "the operator looks at OKTA_MCP_BULK_JOURNAL; what was done is kept, and run_bulk goes on from there.",
    )


def _within(call: Call) -> Within:
    if call.within is None:
        raise ArgumentError("a run is begun by calling the tool")
    return call.within
