"""A client's file, changed so that it is never lost and never half written."""

import os
import shutil
import tempfile
from pathlib import Path

from okta_mcp.installing.entry import Contribution
from okta_mcp.installing.formats import NotMergedError, merged
from okta_mcp.records import record


@record
class Written:
    """What was done.

    Attributes:
        path: the file.
        backup: what it was before; None where there was nothing before, or nothing changed.
        changed: whether anything changed.
    """

    path: Path
    backup: Path | None
    changed: bool


def put(path: Path, contribution: Contribution, form: str) -> Written:
    """Put an entry into a client's file; make the file where there is none.

    A file that is there keeps its permissions, and a copy of it stays beside it. A link is followed: it is what
    people have whose settings live elsewhere.

    Args:
        path: the file.
        contribution: what to put in.
        form: of the file: json, toml or yaml.

    Raises:
        NotMergedError: the file cannot be read, or there is no safe place for the entry. Nothing was changed.
        OSError: the file or its folder cannot be written. Nothing was changed.
    """
    path = path.resolve()
    before = _text(path)
    after = merged(before or "", contribution, form)
    if after == before:
        return Written(path, None, changed=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    backup = None
    if before is not None:
        backup = _free(path)
        shutil.copy2(path, backup)
    _replace(path, after)
    return Written(path, backup, changed=True)


def _text(path: Path) -> str | None:
    try:
        # Not as text: line breaks have to stay as they are.
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise NotMergedError("it is not UTF-8 text") from None


def _free(path: Path) -> Path:
    """Return a name for the copy that overwrites no earlier one."""
    names = (path.with_name(f"{path.name}.bak{number or ''}") for number in range(1000))
    return next(name for name in names if not name.exists())


def _replace(path: Path, text: str) -> None:
    """Write beside the file and then take its place; whoever reads it sees the old or the new."""
    # mkstemp: for nobody else to read, which is right for a new file; one that was there keeps what it had.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
