"""The trail that the operator's options ask for."""

import contextlib
import logging
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from okta_mcp.guard.audit.head import InUse
from okta_mcp.guard.audit.ledger import MEGABYTE, Chained, Ledger
from okta_mcp.guard.audit.sealing import Seal
from okta_mcp.guard.audit.trail import BrokenTrail, KeptTrail, NoTrail, Trail
from okta_mcp.settings import Settings, SettingsError

logger = logging.getLogger("okta_mcp.audit")

_MOST = 100
"""How many servers of one user may run at a time with no file named."""


def default_file() -> Path:
    """Return where the trail is kept when nobody says where: where a system keeps what programs have done.

    Source: XDG Base Directory Specification, `XDG_STATE_HOME`; Apple, File System Programming Guide; Microsoft,
    Known Folders.

    Raises:
        RuntimeError: the user has no home.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        state = Path(local) if local else Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        state = Path.home() / "Library" / "Application Support"
    else:
        given = os.environ.get("XDG_STATE_HOME", "")
        state = Path(given) if given.startswith("/") else Path.home() / ".local" / "state"
    return state / "okta-mcp" / "audit.jsonl"


def named_file(said: str) -> Path:
    """Return the path that the operator named."""
    return Path(said.replace("{host}", socket.gethostname())).expanduser()


@contextlib.contextmanager
def opened_trail(settings: Settings, org: str, *, stream: BinaryIO, sandbox: bool = False) -> Iterator[Trail]:
    """Open the trail, and close it at the end.

    Args:
        settings: every option.
        org: origin of the org.
        stream: where copies go: standard output, or standard error where the output belongs to the protocol.
        sandbox: whether the org is the built-in one, which leaves no trail unless a place is named.

    Raises:
        SettingsError: the file that the operator named cannot be used. Where none was named, no write will be done
            instead, so that everything can at least be read.
    """
    seal, kept = Seal(settings.audit_key), settings.audit_kept
    if kept == "off" or (kept == "default" and sandbox):
        if kept == "off":
            logger.warning("No audit trail is kept (OKTA_MCP_AUDIT_FILE=off)")
        yield NoTrail()
        return
    if kept == "stream":
        trail = KeptTrail(Chained(seal), stream=stream, needs_stream=True)
        trail.start(org, keyed=seal.keyed)
        yield trail
        return
    copy = stream if settings.audit_stream else None
    try:
        ledger = _ledger(settings, seal)
        try:
            trail = KeptTrail(ledger, stream=copy)
            trail.start(org, keyed=seal.keyed, found=ledger.found)
        except OSError:
            ledger.close()
            raise
    except (OSError, RuntimeError) as error:
        cause = _cause(error)
        if kept == "file":
            raise SettingsError([f"OKTA_MCP_AUDIT_FILE (--audit-file): {cause}"]) from None
        logger.error("No audit trail can be kept, so every write is refused: %s. Set OKTA_MCP_AUDIT_FILE", cause)  # noqa: TRY400
        yield BrokenTrail(f"{cause}; set OKTA_MCP_AUDIT_FILE")
        return
    _tell_doubts(ledger)
    try:
        yield trail
    finally:
        trail.close()


def _ledger(settings: Settings, seal: Seal) -> Ledger:
    rotate = settings.audit_rotate * MEGABYTE
    if settings.audit_file is not None:
        return Ledger(named_file(settings.audit_file), seal, rotate=rotate)
    path = default_file()
    for number in range(1, _MOST):
        # A desktop may run one server for each of its clients. Nobody has named a file, so each gets its own.
        own = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        with contextlib.suppress(InUse):
            return Ledger(own, seal, rotate=rotate)
    raise InUse(f"{path} and its {_MOST - 1} namesakes are all in use")


def _cause(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _tell_doubts(ledger: Ledger) -> None:
    for entry in ledger.found.in_doubt:
        on = ", ".join(str(one.get("id")) for one in entry.get("on", ())) or "somebody new"
        logger.warning(
            "It is not known what became of entry %s of the audit trail, %s on %s at %s: the server ended in the "
            "middle of it. `okta-mcp audit reconcile` asks Okta's System Log",
            entry["n"],
            entry.get("tool"),
            on,
            entry.get("at"),
        )
