"""A sandbox whose org outlasts the process: every change is on disk before its answer leaves.

The file holds what the sandbox itself would tell anybody who may use it, secrets included: API tokens, digests of
passwords and the requests as they came, with their `Authorization` headers and passwords in plain text. They are
test data of a made-up company; keep anything else out of a sandbox.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from okta_mcp.sandbox.clock import Clock, utc_now
from okta_mcp.sandbox.company import generated_company, sample_company
from okta_mcp.sandbox.sandbox import Sandbox
from okta_mcp.sandbox.state.file import StateError, StateFile
from okta_mcp.sandbox.state.keeper import ENTRIES_BEFORE_SNAPSHOT, Keeper

__all__ = ["StateError", "kept_sandbox"]


@contextmanager
def kept_sandbox(
    path: Path,
    *,
    size: tuple[int, int, int] | None = None,
    clock: Clock = utc_now,
    entries_before_snapshot: int = ENTRIES_BEFORE_SNAPSHOT,
    **options: Any,
) -> Iterator[Sandbox]:
    """Open the sandbox that a file keeps, or begin a new one in a file that does not exist.

    What has been answered is kept, however the process ends: changes are replayed from the requests that made them.
    Of what the org does not consist of, the journal, the faults and the counts of rate limits are not kept, nor what a
    refused request leaves in the System Log when the process is killed.

    Args:
        path: the file; SQLite keeps two more beside it while it is open.
        size: users, groups and seed of a generated company; what the file was begun with when None, and the sample
            company in a new file.
        clock: returns the current time, aware.
        entries_before_snapshot: after how many changes the whole state is written anew.
        options: further arguments of `Sandbox`; those that shape the org count in a new file only.

    Raises:
        StateError: the file is no state file, is of another version, is in use, or was begun with another size.
    """
    with StateFile.opened(path) as file:
        begun = file.begun_with(size)
        company = sample_company() if begun is None else generated_company(*begun)
        keeper = Keeper(file, clock, entries_before_snapshot)
        sandbox = Sandbox(company, clock=keeper.clock, keeper=keeper, **options)
        keeper.start(sandbox)
        yield sandbox
        keeper.finish()
