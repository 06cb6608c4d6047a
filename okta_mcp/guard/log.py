"""What may stand in the log.

The libraries log whole messages when they are asked for DEBUG, and a message may carry a password. So DEBUG is
for this package alone.
"""

import logging
import traceback
from collections.abc import Iterator
from typing import TextIO

from pydantic import ValidationError

from okta_mcp.settings import LogLevel

_OWN = "okta_mcp"
_CHATTY = ("httpx2", "httpcore2")
"""These log whole URLs at INFO, queries included; our own client logs what may be known."""


def log_to(stream: TextIO, level: LogLevel) -> None:
    """Send the log of the process to a stream.

    Args:
        stream: standard error; standard output belongs to the protocol.
        level: of this package; the libraries' is `level_of_libraries`.
    """
    handler = logging.StreamHandler(stream)
    handler.addFilter(_without_input)
    # The SDK would put its own handler in place if there were none.
    logging.basicConfig(
        level=level_of_libraries(level), handlers=[handler], format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger(_OWN).setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def level_of_libraries(level: LogLevel) -> LogLevel:
    """Return the level of everything but this package: never DEBUG."""
    return "INFO" if level == "DEBUG" else level


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
