"""What may stand in the log.

The libraries log whole messages when they are asked for DEBUG, and a message may carry a password. So DEBUG is
for this package alone.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TextIO

from pydantic import ValidationError

from okta_mcp.guard.request import request_id
from okta_mcp.settings import LogFormat, LogLevel

_OWN = "okta_mcp"
_CHATTY = ("httpx2", "httpcore2")
"""These log whole URLs at INFO, queries included; our own client logs what may be known."""


_SESSION = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b")
"""Whoever knows the id of a session of the older protocol can speak in it; the SDK logs them."""


def log_to(stream: TextIO, level: LogLevel, form: LogFormat = "text") -> None:
    """Send the log of the process to a stream.

    Args:
        stream: standard error; standard output belongs to the protocol.
        level: of this package; the libraries' is `level_of_libraries`.
        form: text, or a JSON object a line.
    """
    handler = logging.StreamHandler(stream)
    handler.addFilter(_without_input)
    handler.addFilter(_without_sessions)
    handler.setFormatter(_Json() if form == "json" else _Text("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    # The SDK would put its own handler in place if there were none.
    logging.basicConfig(level=level_of_libraries(level), handlers=[handler])
    logging.getLogger(_OWN).setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def level_of_libraries(level: LogLevel) -> LogLevel:
    """Return the level of everything but this package: never DEBUG."""
    return "INFO" if level == "DEBUG" else level


class _Text(logging.Formatter):
    """A line for people, with the id of the request that it belongs to at its end."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is given
        """Return the line, without a traceback."""
        line, identity = super().formatMessage(record), request_id()
        return f"{line} [{identity}]" if identity else line


class _Json(logging.Formatter):
    """An object a line: when, how grave, who says it, what, of which request, and the facts one by one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if identity := request_id():
            entry["request_id"] = identity
        if isinstance(facts := getattr(record, "facts", None), dict):
            entry |= facts
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            entry["traceback"] = record.exc_text
        return json.dumps(entry, ensure_ascii=False, default=str)


def _without_sessions(record: logging.LogRecord) -> bool:
    """Keep the ids of sessions out of what the SDK says."""
    if record.name.partition(".")[0] in {"mcp", "root"}:
        record.msg, record.args = _SESSION.sub("…", record.getMessage()), ()
    return True


def _without_input(record: logging.LogRecord) -> bool:
    """Keep out of a traceback what did not validate: the text of such an error repeats its input."""
    error = record.exc_info[1] if record.exc_info else None
    invalid = next((one for one in _causes(error) if isinstance(one, ValidationError)), None)
    if error is not None and invalid is not None:
        kinds = ", ".join(sorted({one["type"] for one in invalid.errors(include_input=False, include_context=False)}))
        frames = "".join(traceback.format_tb(error.__traceback__))
        record.exc_text = f"Traceback (most recent call last):\n{frames}{type(error).__name__} over input: {kinds}"
    return True


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
