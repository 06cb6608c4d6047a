"""Carrying out the rows of a run: in order for each person, several people at a time, each outcome kept at once."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import anyio

from okta_mcp.actions.action import Call
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.bulk.holding import holds
from okta_mcp.actions.bulk.journal import Journal, Run, Seen, State
from okta_mcp.actions.bulk.looking import AT_ONCE, GRACE
from okta_mcp.actions.bulk.rows import Ready, said
from okta_mcp.actions.choosing import Nobody
from okta_mcp.actions.performing import Performer
from okta_mcp.actions.results import Result, Written
from okta_mcp.actions.sender import Sender
from okta_mcp.actions.stage import Prepared
from okta_mcp.actions.states import Foretold, so_already
from okta_mcp.actions.users import UserCreated
from okta_mcp.guard import Refused, neutral_text
from okta_mcp.okta import LimitReached, OktaError, OktaUnreachable, RateLimited, Unauthorized, User
from okta_mcp.okta.together import together

_LONGEST = 300
_TIME = "the time of one call is up"
_LOOKED = "a look showed that it was done"
_UNTOLD = "begun before an interruption; nothing tells whether it was done"
_STILL_AT_IT = "sent before, and Okta is still activating this user; look again in a few minutes"
_REFUSED_SINCE = "sent before, and refused when it was sent again; nothing tells whether it was done the first time"

_ACTIVATING = "E0000112"
_SENT = (State.BEGUN, State.IN_DOUBT)
"""The states of a row that may have reached Okta before."""

_FOR_ALL = (LimitReached, OktaUnreachable, RateLimited, Unauthorized)
"""What stands in the way of every further row as well, and not for ever."""


@dataclass(slots=True)
class Running:
    """One call's work on a run.

    Args:
        call: the call of the run.
        performer: carries out each row.
        sender: who sent the run.
        journal: keeps what came of each.
        run: the run.
        ended: how many rows had ended before.
        seconds: how long to begin rows.

    Attributes:
        stopped: why it ended before the last row; None when it did not.
    """

    call: Call
    performer: Performer
    sender: Sender
    journal: Journal
    run: Run
    ended: int
    seconds: float
    stopped: str | None = None
    _total: int = field(init=False)
    _chains: deque[list[Ready]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._total = self.run.size

    async def carry_out(self, rows: Sequence[Ready]) -> None:
        """Carry out rows until they or the time are used up, or until no further one can succeed.

        Raises:
            JournalError: what came of a row could not be kept; no further one was begun.
        """
        self._chains = deque(_by_person(rows))
        until = anyio.current_time() + self.seconds
        # A row that still waits for its turn then is left as begun: the next call looks whether it was done.
        with anyio.move_on_after(self.seconds + GRACE) as bound:
            await together(*(partial(self._work, until) for _ in range(AT_ONCE)))
        if bound.cancelled_caught:
            self.stopped = _TIME

    async def _work(self, until: float) -> None:
        while self._chains and self.stopped is None:
            if anyio.current_time() >= until:
                self.stopped = _TIME
                return
            for place, one in enumerate(self._chains.popleft()):
                if self.stopped is None and anyio.current_time() >= until:
                    self.stopped = _TIME
                if self.stopped is None:
                    await self._row(one, is_first=place == 0)

    async def _row(self, one: Ready, *, is_first: bool) -> None:
        row = one.row
        if row.state in _SENT and await self._settled(one):
            return
        # What is unclear was settled before; nobody is asked in the middle of a run.
        sender = replace(self.sender, chooser=Nobody(), batch=self.run.id)
        try:
            try:
                call = await self.performer.refreshed(one.call, sender)
            except Refused as error:
                await self._end(one, State.FAILED, said(error, one.call.action, one.call.named))
                return
            if is_first and _login(one.call) and _login(call) != _login(one.call):
                # Okta's search index trails the directory: whom a login meant there may bear another by now.
                await self._end(one, State.FAILED, f"{_login(one.call)} is no login of this person any more")
                return
            if (already := so_already(call.action, call.named)) is not None:
                await self._end(one, State.DONE, already)
                return
            one = replace(one, call=call)
            user = call.named.get("user")
            stood = (user.heading, user.status_changed) if isinstance(user, User) else (None, None)
            seen = Seen(self.call.okta.okta_time(), *stood)
            if row.state in _SENT and row.seen is not None:
                # The first sending may still show its effect, and only what was before that tells.
                seen = row.seen
            await self._mark(row.number, State.BEGUN, row.detail, seen=seen)
            one = replace(one, row=replace(row, seen=seen))
            result = await self.performer.carry_out(call, sender)
        except (Foretold, ArgumentError) as error:
            await self._end(one, State.FAILED, said(error, one.call.action, one.call.named))
        except Refused as error:
            await self._put_back(one)
            self.stopped = said(error, one.call.action, one.call.named)
        except OktaError as error:
            await self._failed(one, error)
        else:
            await self._end(one, State.DONE, _told(result), getattr(result, "request_id", None))

    async def _failed(self, one: Ready, error: OktaError) -> None:
        why, request_id = said(error, one.call.action, one.call.named), getattr(error, "request_id", None)
        if isinstance(error, _FOR_ALL):
            self.stopped = why
        if error.maybe_applied:
            if await self._looked(one) is True:
                await self._end(one, State.DONE, _LOOKED)
            else:
                # Okta may still be at it: that nothing is to be seen yet proves nothing.
                await self._end(one, State.IN_DOUBT, why)
        elif isinstance(error, _FOR_ALL):
            await self._put_back(one)
        elif one.row.state in _SENT:
            await self._refused_since(one, error, why, request_id)
        else:
            await self._end(one, State.FAILED, why, request_id)

    async def _refused_since(self, one: Ready, error: OktaError, why: str, request_id: str | None) -> None:
        """End a row whose repetition was refused: for its first sending, perhaps, which came in after the look."""
        if getattr(error, "code", None) == _ACTIVATING:
            await self._end(one, State.IN_DOUBT, _STILL_AT_IT, request_id)
            return
        looked = await self._looked(one)
        if looked:
            await self._end(one, State.DONE, _LOOKED)
        elif looked is None:
            await self._end(one, State.IN_DOUBT, _REFUSED_SINCE, request_id)
        else:
            await self._end(one, State.FAILED, why, request_id)

    async def _put_back(self, one: Ready) -> None:
        """Leave a row for a later call; one that was sent before stays one to be looked at first."""
        if one.row.state in _SENT:
            await self._mark(one.row.number, State.IN_DOUBT, one.row.detail or _UNTOLD)
        else:
            await self._mark(one.row.number, State.WAITING)

    async def _settled(self, one: Ready) -> bool:
        """Find out what became of a row that was begun before; True when there is nothing left to do."""
        done = await self._looked(one)
        if done:
            await self._end(one, State.DONE, _LOOKED)
        elif done is None:
            await self._end(one, State.IN_DOUBT, one.row.detail or _UNTOLD)
        return done is not False

    async def _looked(self, one: Ready) -> bool | None:
        try:
            return await holds(self.call.okta, one.call, one.row.seen)
        except OktaError:
            return None

    async def _end(self, one: Ready, state: State, detail: str, request_id: str | None = None) -> None:
        await self._mark(one.row.number, state, detail, request_id=request_id)
        self.ended += 1
        await self.sender.on_progress(self.ended, self._total, f"{one.row.subject}: {state}")

    async def _mark(
        self,
        number: int,
        state: State,
        detail: str = "",
        *,
        request_id: str | None = None,
        seen: Seen | None = None,
    ) -> None:
        # A cancelled call must not lose what Okta has done.
        with anyio.CancelScope(shield=True):
            await self.journal.mark(self.run.id, number, state, detail, request_id=request_id, seen=seen)


def _by_person(rows: Iterable[Ready]) -> Iterable[list[Ready]]:
    """Return the rows of each person together, in their order: what is said first of somebody is done first."""
    chains: defaultdict[str, list[Ready]] = defaultdict(list)
    for one in rows:
        user = one.call.named.get("user")
        chains[user.id if isinstance(user, User) else f"row {one.row.number}"].append(one)
    return chains.values()


def _login(call: Prepared) -> str:
    user = call.named.get("user")
    return user.login if isinstance(user, User) else ""


def _told(result: Result) -> str:
    if isinstance(result, UserCreated):
        return f"id {result.id}, {result.status}"
    changes = "; ".join(map(str, result.changes)) if isinstance(result, Written) else ""
    return neutral_text(changes or getattr(result, "summary", ""), limit=_LONGEST)
