"""Where bulk runs are kept: what each row is, and how far it got.

One SQLite file. A row is marked as begun before its first request leaves and as ended before it is reported, and
both marks are on the disk by then: whatever ends the process, the next one knows of every row whether it was never
begun, was ended, or has to be looked at. Secrets are not kept; a row that had one says so.
"""

import json
import os
import sqlite3
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import anyio
from anyio import to_thread

from okta_mcp.records import record

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, org TEXT NOT NULL, caller TEXT NOT NULL, action TEXT NOT NULL, label TEXT NOT NULL,
    begun TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rows (
    run TEXT NOT NULL, number INTEGER NOT NULL, subject TEXT NOT NULL, arguments TEXT NOT NULL, secret INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', detail TEXT NOT NULL DEFAULT '', request_id TEXT, seen TEXT,
    PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rows_by_state ON rows (run, state);
CREATE TABLE IF NOT EXISTS looks (
    whose TEXT NOT NULL, key TEXT NOT NULL, at REAL NOT NULL, found TEXT, fresh TEXT, PRIMARY KEY (whose, key)
) WITHOUT ROWID;
"""

_LATER = (("rows", "seen"), ("rows", "said"), ("runs", "said"))
"""Columns that journals of earlier versions lack."""


_ROWS = """
SELECT number, subject, arguments, secret, state, detail, request_id, seen, said FROM rows
WHERE run = ? AND number > ? AND state IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?
"""
_RUNS = """
SELECT id, org, caller, action, label, begun FROM runs
WHERE org = ? AND caller = ? AND id = coalesce(?, id) ORDER BY begun DESC, id LIMIT ?
"""
_COUNTS = "SELECT state, count(*) FROM rows WHERE run = ? GROUP BY state"


class State(StrEnum):
    """How far a row got.

    `IN_DOUBT` is a row that was sent and whose outcome nobody knows; `BEGUN` is one of a process that ended before
    it could say, or one under way.
    """

    WAITING = "waiting"
    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"
    IN_DOUBT = "in doubt"


class JournalError(Exception):
    """The journal cannot be read or written; the text says which file and why."""


class RunUnderWay(Exception):
    """Another call, here or in another process, is carrying out this run."""


@record
class Seen:
    """What was so just before a row was begun: what comes after is told from what was there.

    Args:
        at: epoch seconds, no later than it was at Okta.
        status: of the user, or the one they were on the way to; None where there is no user yet.
        since: when that status began, as Okta writes it.
    """

    at: float
    status: str | None = None
    since: str | None = None


@record
class Row:
    """One row of a run.

    Args:
        number: its place in the run, from 1 on.
        subject: whom it is about, for people.
        arguments: those of the action, people and groups by id, secrets left out.
        secret: whether a secret was left out, so that the row has to be sent again to be gone on with.
        state: how far it got.
        detail: what came of it.
        request_id: Okta's id of the request that did it.
        seen: what was so just before it was begun; None where that was not kept.
        said: what tells it from others by the words it came with; empty where that was not kept.
    """

    number: int
    subject: str
    arguments: Mapping[str, Any]
    secret: bool = False
    state: State = State.WAITING
    detail: str = ""
    request_id: str | None = None
    seen: Seen | None = None
    said: str = ""


@record
class Run:
    """A run.

    Args:
        id: its name, made from what it is to do: the same rows are the same run.
        org: origin of the org.
        caller: id of the caller it belongs to.
        action: the tool of every row.
        label: what its caller called it.
        begun: when, in ISO 8601.
        counts: rows by state.
        said: what tells it from others by the words of its rows.
    """

    id: str
    org: str
    caller: str
    action: str
    label: str
    begun: str
    counts: Mapping[State, int] = field(default_factory=dict)
    said: str = ""

    @property
    def size(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())


@dataclass(slots=True)
class _Mark:
    values: tuple[Any, ...]
    error: Exception | None = None
    kept: bool = False


@record
class Runs:
    """What runs are carried out with.

    Args:
        journal: where they are kept.
        seconds: how long one call may begin rows; the next call goes on.
    """

    journal: "Journal"
    seconds: float


class Journal:
    """The runs of one machine.

    Args:
        path: the file; None to keep them for the life of the process.

    Nothing is opened before the first run.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._database: sqlite3.Connection | None = None
        self._turn = anyio.Lock()
        self._marks: list[_Mark] = []
        self._held: set[str] = set()
        self._finished: set[str] = set()

    async def add(self, run: Run, rows: Sequence[Row]) -> None:
        """Keep a new run.

        Raises:
            JournalError: it could not be kept.
        """

        def insert(database: sqlite3.Connection) -> None:
            with database:
                database.execute(
                    "INSERT INTO runs (id, org, caller, action, label, begun, said) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (run.id, run.org, run.caller, run.action, run.label, run.begun, run.said),
                )
                database.executemany(
                    "INSERT INTO rows (run, number, subject, arguments, secret, said) VALUES (?, ?, ?, ?, ?, ?)",
                    [(run.id, row.number, row.subject, _text(row.arguments), row.secret, row.said) for row in rows],
                )

        await self.work(insert)

    async def run(self, run_id: str, org: str, caller: str) -> Run | None:
        """Return a run of this caller in this org, with its counts; None when there is none of this id."""
        runs = await self._runs(org, caller, run_id, 1)
        return runs[0] if runs else None

    async def run_said(self, said: str, org: str, caller: str) -> Run | None:
        """Return the run of this caller in this org that was begun with these words; None when there is none."""
        query = "SELECT id FROM runs WHERE org = ? AND caller = ? AND said = ?"
        found = await self.work(lambda database: database.execute(query, (org, caller, said)).fetchone())
        return await self.run(found[0], org, caller) if found is not None and said else None

    async def latest(self, org: str, caller: str, *, limit: int) -> list[Run]:
        """Return the runs of a caller, the latest first."""
        return await self._runs(org, caller, None, limit)

    async def rows(
        self, run_id: str, *, after: int = 0, limit: int = -1, states: Sequence[State] = tuple(State)
    ) -> list[Row]:
        """Return rows of a run in their order.

        Args:
            run_id: which run.
            after: number of the row to begin behind.
            limit: how many at most; -1 for all.
            states: only rows in one of these.
        """
        wanted = (run_id, after, json.dumps(states), limit)
        found = await self.work(lambda database: database.execute(_ROWS, wanted).fetchall())
        return [
            Row(
                number,
                subject,
                json.loads(arguments),
                bool(secret),
                State(state),
                detail,
                request_id,
                None if seen is None else Seen(*json.loads(seen)),
                told or "",
            )
            for number, subject, arguments, secret, state, detail, request_id, seen, told in found
        ]

    async def mark(
        self,
        run_id: str,
        number: int,
        state: State,
        detail: str = "",
        *,
        request_id: str | None = None,
        seen: Seen | None = None,
    ) -> None:
        """Set how far a row got. When this returns, it is on the disk; marks that come together share one write.

        What was seen before it was begun is kept until it is begun anew.

        Raises:
            JournalError: it could not be kept.
        """
        kept = None if seen is None else json.dumps([seen.at, seen.status, seen.since])
        mark = _Mark((state.value, detail, request_id, kept, run_id, number))
        self._marks.append(mark)
        async with self._turn:
            if not mark.kept and mark.error is None:
                await to_thread.run_sync(self._keep)
        if mark.error is not None:
            raise JournalError(f"{self.path or 'memory'}: {mark.error}") from mark.error

    @contextmanager
    def holding(self, run_id: str) -> Iterator[None]:
        """Carry out a run alone. The hold ends with the process, however that ends.

        What it is held by is taken away once `finished` has said that there is nothing left to do: before, somebody
        who waits for it could come to hold a file that others no longer see.

        Raises:
            RunUnderWay: somebody else does.
            JournalError: it cannot be found out.
        """
        if run_id in self._held:
            raise RunUnderWay(run_id)
        self._held.add(run_id)
        try:
            if self.path is None:
                yield
                return
            # SQLite's own lock, on a file of its own: the system takes it back from a process that was killed.
            file = Path(f"{self.path}.{run_id}.lock")
            lock = _locked(file, run_id)
            try:
                yield
                if run_id in self._finished:
                    self._finished.discard(run_id)
                    file.unlink(missing_ok=True)
            finally:
                lock.close()
        finally:
            self._held.discard(run_id)

    def finished(self, run_id: str) -> None:
        """Say that a run that is held has nothing left to do."""
        self._finished.add(run_id)

    async def _runs(self, org: str, caller: str, run_id: str | None, limit: int) -> list[Run]:
        def read(database: sqlite3.Connection) -> list[Run]:
            runs = [Run(*row) for row in database.execute(_RUNS, (org, caller, run_id, limit)).fetchall()]
            return [
                replace(run, counts={State(state): count for state, count in database.execute(_COUNTS, (run.id,))})
                for run in runs
            ]

        found: list[Run] = await self.work(read)
        return found

    async def work(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """Do something with the database, alone, in a thread.

        Raises:
            JournalError: it cannot be used.
        """

        def run() -> Any:
            try:
                return work(self._opened())
            except (sqlite3.Error, OSError) as error:
                raise JournalError(f"{self.path or 'memory'}: {error}") from error

        async with self._turn:
            return await to_thread.run_sync(run)

    def _keep(self) -> None:
        marks, self._marks = self._marks, []
        try:
            database = self._opened()
            with database:
                database.executemany(
                    "UPDATE rows SET state = ?, detail = ?, request_id = ?, seen = coalesce(?, seen) "
                    "WHERE run = ? AND number = ?",
                    [mark.values for mark in marks],
                )
        except Exception as error:  # noqa: BLE001 - nobody whose mark came with a broken one is to take it for kept
            for mark in marks:
                mark.error = error
        else:
            for mark in marks:
                mark.kept = True

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                # Names of people are in it: nobody else on the machine is to read them.
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            # One thread at a time comes here, but not always the same one.
            database = sqlite3.connect(self.path or ":memory:", check_same_thread=False, timeout=10)
            try:
                _prepare(database)
            except sqlite3.Error:
                # The next attempt opens another one.
                database.close()
                raise
            weakref.finalize(self, database.close)
            self._database = database
        return self._database


def _prepare(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.executescript(_SCHEMA)
    for table, added in _LATER:
        if added not in {column for _, column, *_ in database.execute(f"PRAGMA table_info({table})")}:
            database.execute(f"ALTER TABLE {table} ADD COLUMN {added} TEXT")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _locked(file: Path, run_id: str) -> sqlite3.Connection:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = sqlite3.connect(file, timeout=0, isolation_level=None)
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"{file}: {error}") from error
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if "locked" in str(error):
            raise RunUnderWay(run_id) from None
        raise JournalError(f"{file}: {error}") from error
    return lock
