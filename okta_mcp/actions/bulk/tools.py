"""Bulk: one call that does the same to many, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import anyio
from pydantic import Field, Secret, WithJsonSchema

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.bulk.journal import JournalError, RunUnderWay, State
from okta_mcp.actions.bulk.outcome import BulkRun, BulkRuns, run_line, told
from okta_mcp.actions.bulk.proceeding import OPEN, TITLE, Proceeding, next_step
from okta_mcp.actions.bulk.rows import merged, owner_of
from okta_mcp.actions.bulk.writes import BY_NAME, WRITES
from okta_mcp.actions.sender import Within, unheard
from okta_mcp.guard import Part, Refused

MOST = 5_000
"""Rows of one run."""

_PAGE = 200
_LATEST = 20

_SHOWN: Mapping[str, Sequence[State]] = {
    **{state.value: (state,) for state in State},
    # Where no call is at it, a row that was begun is one in doubt, and is counted so.
    State.IN_DOUBT.value: (State.IN_DOUBT, State.BEGUN),
}


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
    title=TITLE,
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
    proceeding = Proceeding(call, within, anyio.current_time() + within.performer.runs.seconds)
    try:
        if run is not None:
            if tool is not None or rows is not None or shared is not None or label or check_only:
                raise ArgumentError("`run` goes on with what it was begun with; leave out the other arguments")
            return await proceeding.go_on(await proceeding.run(run))
        given = [] if rows is None else rows.get_secret_value()
        if tool is None or not given:
            raise ArgumentError("give `tool` and `rows`, or `run` to go on with one")
        await within.sender.on_progress(0, len(given), "checking the rows")
        common = {} if shared is None else shared.get_secret_value()
        whole = [merged(common, row) for row in given]
        return await proceeding.begin(BY_NAME[tool], label, whole, check_only=check_only)
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
        known = await Proceeding(call, within, 0.0).run(run)
        states = tuple(State) if state is None else _SHOWN[state]
        rows = await journal.rows(known.id, after=after, limit=limit + 1, states=states)
        open_rows = await journal.rows(known.id, states=OPEN)
    except JournalError as error:
        raise _unusable(error) from error
    return BulkRuns(one=told(known, rows[:limit], next_step=next_step(known, open_rows), more=len(rows) > limit))


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
