"""What was found out about the words of rows: a check of thousands goes on where the call before it ended."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from okta_mcp.actions.bulk.journal import Journal
from okta_mcp.records import record


@record
class Look:
    """What was found out about words before a run was begun.

    Args:
        key: which words, in which row.
        at: epoch seconds.
        found: whom they mean, as JSON data of ids; None where they mean nobody or several.
        fresh: what only holds for the check under way, as JSON data: how the user is, what is wrong with the row.
    """

    key: str
    at: float
    found: Any = None
    fresh: Any = None


@record
class Looks:
    """What was found out for one caller of one org.

    Args:
        journal: keeps it.
        whose: the caller and the org, as one text.
    """

    journal: Journal
    whose: str

    async def known(self, since: float) -> dict[str, Look]:
        """Return what was found out here, by its key.

        Args:
            since: epoch seconds; what is older is left out.
        """
        query = "SELECT key, at, found, fresh FROM looks WHERE whose = ? AND at >= ?"
        rows = await self.journal.work(lambda database: database.execute(query, (self.whose, since)).fetchall())
        return {
            key: Look(
                key, at, None if found is None else json.loads(found), None if fresh is None else json.loads(fresh)
            )
            for key, at, found, fresh in rows
        }

    async def keep(self, looks: Sequence[Look], before: float) -> None:
        """Keep what was found out, in the place of what was known before.

        Args:
            looks: what was found out.
            before: epoch seconds; of everybody, what is older is forgotten.
        """
        values = [
            (self.whose, one.key, one.at, *(None if part is None else _json(part) for part in (one.found, one.fresh)))
            for one in looks
        ]

        def insert(database: sqlite3.Connection) -> None:
            with database:
                database.execute("DELETE FROM looks WHERE at < ?", (before,))
                database.executemany("INSERT OR REPLACE INTO looks VALUES (?, ?, ?, ?, ?)", values)

        await self.journal.work(insert)

    async def settle(self) -> None:
        """Forget what only holds for a check that has ended now."""

        def settle(database: sqlite3.Connection) -> None:
            with database:
                database.execute("DELETE FROM looks WHERE whose = ? AND found IS NULL", (self.whose,))
                database.execute("UPDATE looks SET fresh = NULL WHERE whose = ? AND fresh IS NOT NULL", (self.whose,))

        await self.journal.work(settle)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
