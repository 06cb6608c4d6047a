"""Keeping the org: requests that change it are written down before they are answered, and handled again at the start.

A request is handled at one moment, that of its arrival, so that handling it again gives the same timestamps; the
ids and secrets it takes follow from how many were taken before. Handlers do not await between reading and changing,
so requests are written down in the order they took effect.

Reads are written down as well when they change the org: when they take an id, write to the System Log, or use an API
token that no request written down has used for an hour (unused tokens expire after 30 days). What is due in the
background is not: it is done as of the moment it was due, whichever request comes next. When something was changed
through the sandbox's own methods instead of by a request, the whole state is written before the next request.
"""

import sqlite3
from datetime import datetime, timedelta
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request

from okta_mcp.sandbox.clock import Clock
from okta_mcp.sandbox.gate import CALL
from okta_mcp.sandbox.state.file import StateError, StateFile
from okta_mcp.sandbox.state.turn import TURN, Entry, Turn
from okta_mcp.sandbox.state.whole import Whole, read_whole, shape_of_state, written_whole

if TYPE_CHECKING:
    from collections.abc import Coroutine, MutableMapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from okta_mcp.sandbox.call import Call
    from okta_mcp.sandbox.sandbox import Sandbox

__all__ = ["ENTRIES_BEFORE_SNAPSHOT", "Keeper"]

ENTRIES_BEFORE_SNAPSHOT = 5_000

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_CONTROL = "/sandbox/"
# Orders about what is not kept.
_PASSING = ("/sandbox/faults", "/sandbox/journal")
_USE = timedelta(hours=1)
# Reads took secrets, such as their request ids, that nobody wrote down; they must not be handed out again.
_GAP = 1_000_000


class Keeper:
    """Keeps the state of one sandbox in a file.

    Args:
        file: the file.
        clock: the wall clock.
        entries_before_snapshot: after how many entries the whole state is written.

    Raises:
        StateError: the file holds objects of another shape, or none of ours.
    """

    def __init__(self, file: StateFile, clock: Clock, entries_before_snapshot: int) -> None:
        self._file = file
        self._source = clock
        self._most = entries_before_snapshot
        self._entries = 0
        self._uses: dict[str, datetime] = {}
        self._replayed: Entry | None = None
        self._failure: Exception | None = None
        self._known: tuple[object, ...] = ()
        self._sandbox: Sandbox | None = None
        self._shape = shape_of_state()
        self.whole: Whole | None = self._read()

    def clock(self) -> datetime:
        """Return the moment of the request that is being handled; the time outside of requests."""
        turn = TURN.get()
        return self._source() if turn is None else turn.moment

    def _read(self) -> Whole | None:
        state = self._file.snapshot()
        if state is None:
            return None
        refusal = StateError(
            "the state file was written by another version of okta-mcp, whose objects consist of other parts; "
            "use that version, or begin anew with another file"
        )
        if self._file.meta("shape") != self._shape:
            raise refusal
        try:
            return read_whole(state)
        except (UnpicklingError, AttributeError, ValueError, EOFError, IndexError, TypeError):
            raise refusal from None

    # Beginning and end

    def start(self, sandbox: "Sandbox") -> None:
        """Bring the sandbox to where it was, or write its first state.

        Raises:
            StateError: handling the requests again does not lead where it led.
        """
        self._sandbox = sandbox
        if self.whole is None:
            self._save(is_clean=False)
            return
        self.whole = None
        with sandbox.unhindered():
            for entry in list(self._file.entries()):
                self._replay(entry)
                self._entries += 1
        sandbox.journal.clear()
        if self._file.meta("clean") != "1":
            issued, secrets = sandbox.org.ids.mark()
            sandbox.org.ids.go_on_from((issued, secrets + _GAP))
        self._file.set_meta("clean", "0")
        self._known = self._mark()

    def finish(self) -> None:
        """Write the whole state at the end."""
        if self._failure is None:
            self._save(is_clean=True)

    def _save(self, *, is_clean: bool) -> None:
        sandbox = self._kept
        whole = Whole(sandbox.org, sandbox.clock, {kept.name: kept for kept in sandbox.snapshots}, sandbox.api_token)
        self._file.replace_snapshot(written_whole(whole), shape=self._shape, is_clean=is_clean)
        self._entries = 0
        self._known = self._mark()

    @property
    def _kept(self) -> "Sandbox":
        if self._sandbox is None:
            raise RuntimeError("the keeper has not been started")
        return self._sandbox

    # Around the application

    def outer(self, app: "ASGIApp") -> "ASGIApp":
        """Give each request its moment. Goes around everything."""
        steering = self.inner(app)

        async def dated(scope: "Scope", receive: "Receive", send: "Send") -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            if self._failure is not None:
                raise self._failure
            if TURN.get() is not None:
                turn = TURN.get()
            else:
                try:
                    body = await Request(scope, receive).body()
                except ClientDisconnect:
                    return
                turn = _turn(scope, body, self._source())
                receive = _again(body, receive)
                if self._mark() != self._known:
                    self._save(is_clean=False)
            token = TURN.set(turn)
            try:
                is_order = scope["path"].startswith(_CONTROL) and not scope["path"].startswith(_PASSING)
                await (steering if is_order else app)(scope, receive, send)
            finally:
                TURN.reset(token)
                self._known = self._mark()

        return dated

    def _mark(self) -> tuple[object, ...]:
        """Tell by what a change outside of requests would be seen."""
        org = self._kept.org
        return org.ids.mark(), len(org.log), len(org.tokens), len(org.oauth.clients)

    def inner(self, app: "ASGIApp") -> "ASGIApp":
        """Write requests down that change the org. Goes around what requests reach that are let in."""

        async def watched(scope: "Scope", receive: "Receive", send: "Send") -> None:
            turn = TURN.get()
            if turn is None:
                await app(scope, receive, send)
                return
            replayed = self._replayed
            if replayed is not None:
                self._line_up(replayed)
            call: Call | None = scope.get(CALL)
            org = self._kept.org
            issued, secrets = org.ids.mark()
            logged = len(org.log)
            is_done = replayed is not None

            def write(status: int) -> None:
                nonlocal is_done
                if is_done:
                    return
                is_done = True
                taken, _ = org.ids.mark()
                changed = taken != issued or len(org.log) != logged
                if turn.method not in _READS or changed or self._is_use(call, turn.moment):
                    self._write(Entry(turn, None if call is None else call.request_id, issued, secrets, status))

            async def sending(message: "Message") -> None:
                if message["type"] == "http.response.start":
                    write(message["status"])
                    if replayed is not None and replayed.status != message["status"]:
                        raise _astray(replayed)
                await send(message)

            try:
                await app(scope, receive, sending)
            finally:
                write(0)

        return watched

    def _is_use(self, call: "Call | None", moment: datetime) -> bool:
        """Tell whether a read uses an API token that has not been used for a while."""
        if call is None:
            return False
        known = self._uses.get(call.credential.id)
        if known is not None and timedelta(0) <= moment - known < _USE:
            return False
        self._uses[call.credential.id] = moment
        return True

    def _write(self, entry: Entry) -> None:
        try:
            self._file.append(entry)
            self._entries += 1
            if self._entries >= self._most:
                self._save(is_clean=False)
        except sqlite3.Error as failure:
            # The org is ahead of the file now, and nothing more may be promised.
            self._failure = StateError(f"a change could not be written down: {failure}")
            raise self._failure from failure

    # Handling requests again

    def _replay(self, entry: Entry) -> None:
        sandbox = self._kept
        self._replayed = entry
        if entry.request_id is not None:
            sandbox.org.ids.repeat_request_id(entry.request_id)
        turn = entry.turn
        scope: MutableMapping[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": turn.method,
            "path": turn.path,
            "raw_path": turn.path.encode(),
            "root_path": "",
            "query_string": turn.query,
            "headers": list(turn.headers),
            "scheme": turn.scheme,
            "client": turn.client,
            "server": turn.server,
        }
        token = TURN.set(turn)
        try:
            _finished(sandbox.app(scope, _again(turn.body, _nothing), _discard))
        finally:
            TURN.reset(token)
        if self._replayed is not None:
            raise _astray(entry)

    def _line_up(self, entry: Entry) -> None:
        ids = self._kept.org.ids
        if ids.mark()[0] != entry.issued:
            raise _astray(entry)
        ids.go_on_from((entry.issued, entry.secrets))
        self._replayed = None


def _turn(scope: "Scope", body: bytes, moment: datetime) -> Turn:
    return Turn(
        moment=moment,
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"],
        headers=tuple((bytes(name), bytes(value)) for name, value in scope["headers"]),
        body=body,
        scheme=scope.get("scheme", "http"),
        client=scope.get("client"),
        server=scope.get("server"),
    )


def _again(body: bytes, receive: "Receive") -> "Receive":
    """Give out a body that has been read already, then whatever else comes."""
    is_given = False

    async def receiving() -> "Message":
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


async def _nothing() -> "Message":
    return {"type": "http.disconnect"}


async def _discard(_message: "Message") -> None:
    """Take a message that nobody waits for."""


def _finished(handling: Any) -> None:
    """Run what does not wait for anything to its end, with or without an event loop."""
    handled: Coroutine[Any, Any, None] = handling
    try:
        handled.send(None)
    except StopIteration:
        return
    handled.close()
    raise StateError("a request in the state file waits for something and cannot be handled again")


def _astray(entry: Entry) -> StateError:
    turn = entry.turn
    return StateError(
        f"the state file does not lead where it led before: {turn.method} {turn.path} of {turn.moment.isoformat()}; "
        "it was written by another version of okta-mcp, or begun with other options"
    )
