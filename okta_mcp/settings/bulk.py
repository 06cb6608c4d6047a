"""Runs of many writes."""

import os
import sys
from pathlib import Path

from pydantic import Field

from okta_mcp.settings.section import Section

IN_MEMORY = "memory"


class BulkOptions(Section):
    """Where runs are kept, and how long one call works on them."""

    bulk_journal: str = Field(
        "",
        validation_alias="OKTA_MCP_BULK_JOURNAL",
        description="File that keeps bulk runs, so that they can be gone on with after a restart; `memory` to keep "
        "them for the life of the process. By default a file among the user's own state.",
        examples=["/var/lib/okta-mcp/runs.sqlite"],
    )
    bulk_seconds: float = Field(
        45.0,
        validation_alias="OKTA_MCP_BULK_SECONDS",
        description="Seconds for which one call of run_bulk begins rows; the next call goes on. Clients give up on "
        "calls that take too long, most of them after a minute.",
        gt=0,
        le=86_400,
        allow_inf_nan=False,
        examples=["45"],
    )


def journal_file(given: str) -> Path | None:
    """Return the file of the journal; None for memory.

    Args:
        given: the option.
    """
    if given == IN_MEMORY:
        return None
    return Path(given).expanduser() if given else state_folder() / "runs.sqlite"


def state_folder() -> Path:
    """Return where this user's programs keep what has to outlive them.

    Source: XDG Base Directory Specification, `XDG_STATE_HOME`; the counterparts of macOS and Windows.
    """
    # The home is looked up last: in a container there may be none.
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "okta-mcp"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "okta-mcp"
    given = os.environ.get("XDG_STATE_HOME", "")
    return (Path(given) if Path(given).is_absolute() else Path.home() / ".local" / "state") / "okta-mcp"
