"""The file: a snapshot of the state, and the requests that have changed it since. SQLite, in WAL mode.

Secrets in it are test data; see the package.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from okta_mcp.sandbox.state.turn import Entry, Turn

__all__ = ["FORMAT", "StateError", "StateFile"]

FORMAT = 1
_APPLICATION = 0x6F6B7461  # "okta", in SQLite's header
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL);
CREATE TABLE log (
    number INTEGER PRIMARY KEY, moment TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, query BLOB NOT NULL,
    headers TEXT NOT NULL, body BLOB NOT NULL, scheme TEXT NOT NULL, ends TEXT NOT NULL, request_id TEXT,
    issued INTEGER NOT NULL, secrets INTEGER NOT NULL, status INTEGER NOT NULL
);
"""


class StateError(OSError):
    """A state file that cannot be used; the message says why, and what to do."""


class StateFile:
    """An open state file, which no other process can open meanwhile.

    Args:
        path: for messages.
        connection: in autocommit mode.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["StateFile"]:
        """Open a file, or begin a new one where none is.

        Raises:
            StateError: it is no state file, is of another version, or is in use.
        """
        try:
            connection = sqlite3.connect(path, timeout=0, isolation_level=None)
        except sqlite3.Error as failure:
            raise StateError(f"{path} cannot be opened: {failure}") from None
        file = cls(path, connection)
        try:
            file._take_possession()
            yield file
        finally:
            connection.close()

    def _take_possession(self) -> None:
        run = self._connection.execute
        try:
            run("PRAGMA locking_mode = EXCLUSIVE")
            run("BEGIN EXCLUSIVE")
            is_new = run("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
            if not is_new:
                self._check_kind()
            run("COMMIT")
            run("PRAGMA journal_mode = WAL")
            # A change that has been answered must survive the loss of power as well.
            run("PRAGMA synchronous = FULL")
            if is_new:
                self._connection.executescript(
                    f"BEGIN; PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {FORMAT}; {_TABLES} COMMIT;"
                )
            # The first write takes the lock that is kept until the end.
            run("BEGIN IMMEDIATE")
            run("COMMIT")
        except sqlite3.OperationalError as failure:
            if "locked" in str(failure):
                raise StateError(f"{self._path} is in use by another process; stop that one first") from None
            raise StateError(f"{self._path} cannot be used: {failure}") from None
        except sqlite3.DatabaseError:
            raise self._foreign() from None

    def _check_kind(self) -> None:
        run = self._connection.execute
        if run("PRAGMA application_id").fetchone()[0] != _APPLICATION:
            raise self._foreign()
        version = run("PRAGMA user_version").fetchone()[0]
        if version != FORMAT:
            age = "a newer" if version > FORMAT else "an older"
            raise StateError(
                f"{self._path} has format {version} and was written by {age} version of okta-mcp; this one reads "
                f"format {FORMAT}. Use that version, or begin anew with another file"
            )

    def _foreign(self) -> StateError:
        return StateError(f"{self._path} is no state file of okta-mcp; it has been left as it is")

    # What the file says of itself

    def begun_with(self, size: tuple[int, int, int] | None) -> tuple[int, int, int] | None:
        """Return users, groups and seed of the company the file was begun with, None for the sample company.

        Args:
            size: what is asked for; written down in a new file.

        Raises:
            StateError: the file was begun with something else than what is asked for.
        """
        written = self.meta("size")
        if written is None:
            self.set_meta("size", json.dumps(size))
            return size
        known = json.loads(written)
        begun = None if known is None else (int(known[0]), int(known[1]), int(known[2]))
        if size is not None and size != begun:
            what = "the sample company" if begun is None else "{:,} users, {:,} groups and seed {}".format(*begun)
            raise StateError(f"{self._path} was begun with {what}; leave the sizes out, or use another file")
        return begun

    def meta(self, name: str) -> str | None:
        """Return something the file says of itself."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, name: str, value: str) -> None:
        """Let the file say something of itself."""
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # The state

    def snapshot(self) -> bytes | None:
        """Return the state as it was last written whole; None in a new file."""
        row = self._connection.execute("SELECT state FROM snapshot").fetchone()
        return None if row is None else zlib.decompress(row[0])

    def replace_snapshot(self, state: bytes, *, shape: str, is_clean: bool) -> None:
        """Write the whole state, and forget the requests that led to it, at one stroke.

        Args:
            state: the state.
            shape: what the objects in it consist of.
            is_clean: whether nothing will happen any more.
        """
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        try:
            run("INSERT OR REPLACE INTO snapshot VALUES (1, ?)", (zlib.compress(state, 1),))
            run("DELETE FROM log")
            self.set_meta("shape", shape)
            self.set_meta("clean", str(int(is_clean)))
            run("COMMIT")
        except BaseException:
            run("ROLLBACK")
            raise
        run("PRAGMA wal_checkpoint(TRUNCATE)")

    def append(self, entry: Entry) -> None:
        """Write a request down; it is on disk when this returns."""
        turn = entry.turn
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in turn.headers]
        self._connection.execute(
            "INSERT INTO log (moment, method, path, query, headers, body, scheme, ends, request_id, issued, secrets,"
            " status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                turn.moment.isoformat(),
                turn.method,
                turn.path,
                turn.query,
                json.dumps(headers),
                turn.body,
                turn.scheme,
                json.dumps([turn.client, turn.server]),
                entry.request_id,
                entry.issued,
                entry.secrets,
                entry.status,
            ),
        )

    def entries(self) -> Iterator[Entry]:
        """Yield the requests since the snapshot, in the order they were handled."""
        rows = self._connection.execute(
            "SELECT moment, method, path, query, headers, body, scheme, ends, request_id, issued, secrets, status"
            " FROM log ORDER BY number"
        )
        for moment, method, path, query, headers, body, scheme, ends, request_id, issued, secrets, status in rows:
            client, server = (None if end is None else tuple(end) for end in json.loads(ends))
            turn = Turn(
                moment=datetime.fromisoformat(moment),
                method=method,
                path=path,
                query=bytes(query),
                headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in json.loads(headers)],
                body=bytes(body),
                scheme=scheme,
                client=client,
                server=server,
            )
            yield Entry(turn, request_id, issued, secrets, status)
