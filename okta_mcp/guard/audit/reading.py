"""Reading a trail's files as they are on disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from okta_mcp.records import record

_WINDOW = 1 << 16


@record
class Line:
    """A line of a file.

    Args:
        content: without the line break.
        end: where the next one begins, in bytes from the file's beginning.
        whole: whether the line break is there.
    """

    content: bytes
    end: int
    whole: bool


def lines_of(path: Path, start: int = 0) -> Iterator[Line]:
    """Yield the lines of a file.

    Args:
        path: of the file.
        start: where to begin, in bytes from the file's beginning.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        file.seek(start)
        end = start
        for content in file:
            end += len(content)
            yield Line(content.removesuffix(b"\n"), end, content.endswith(b"\n"))


def line_before(file: BinaryIO, end: int) -> bytes | None:
    """Return the line that ends at a place, without its line break; None where none ends there.

    Args:
        file: open for reading.
        end: the place, in bytes from the file's beginning.
    """
    start, tail = end, b""
    while start > 0 and b"\n" not in tail[:-1]:
        size = min(start, _WINDOW)
        start -= size
        file.seek(start)
        tail = file.read(size) + tail
    if not tail.endswith(b"\n") or len(tail) < 2:
        return None
    return tail[:-1].rpartition(b"\n")[2]
