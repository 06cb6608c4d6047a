"""What may stand in the log: our own words at any level, no message of a client."""

import io
import logging
from contextlib import contextmanager

import pytest
from mcp.types import jsonrpc_message_adapter
from pydantic import ValidationError

from okta_mcp.guard import log_to

CANARY = "Canary-Passw0rd-31c7"
MESSAGE = f'{{"jsonrpc":"2.0","id":1,"method":5,"params":{{"password":"{CANARY}"}}}}'
LIBRARIES = ["mcp", "mcp.server.sse", "sse_starlette.sse", "uvicorn.error", "asyncio", "anyio", "httpx2", "httpcore2"]


@contextmanager
def logged(level):
    """Send the log of this process to a text, and put everything back."""
    root = logging.getLogger()
    loggers = [root, *map(logging.getLogger, ["okta_mcp", *LIBRARIES])]
    handlers, levels = root.handlers[:], [one.level for one in loggers]
    root.handlers.clear()
    written = io.StringIO()
    try:
        log_to(written, level)
        yield written
    finally:
        root.handlers[:] = handlers
        for one, was in zip(loggers, levels, strict=True):
            one.setLevel(was)


@pytest.mark.parametrize("name", LIBRARIES)
def test_no_library_writes_its_details(name):
    with logged("DEBUG") as log:
        logging.getLogger(name).debug("Received JSON: %s", MESSAGE)
        logging.getLogger("okta_mcp.okta").debug("GET /api/v1/users/me 200")
    assert log.getvalue().endswith("DEBUG okta_mcp.okta: GET /api/v1/users/me 200\n")
    assert CANARY not in log.getvalue()


@pytest.mark.parametrize(
    ("level", "own", "libraries", "http"),
    [
        ("DEBUG", "DEBUG", "INFO", "WARNING"),
        ("INFO", "INFO", "INFO", "WARNING"),
        ("WARNING", "WARNING", "WARNING", "WARNING"),
        ("ERROR", "ERROR", "ERROR", "ERROR"),
    ],
)
def test_the_level_holds_for_our_own_log_and_never_opens_that_of_others(level, own, libraries, http):
    with logged(level):
        found = [logging.getLogger(name).getEffectiveLevel() for name in ("okta_mcp.okta", "mcp.server.sse", "httpx2")]
    assert [logging.getLevelName(one) for one in found] == [own, libraries, http]


def parse():
    """Meet a message that is none."""
    jsonrpc_message_adapter.validate_json(MESSAGE)


def parse_and_say_so():
    """Meet it, and repeat it in an error of another kind."""
    try:
        parse()
    except ValidationError as error:
        raise RuntimeError(f"cannot parse {MESSAGE}") from error


def told(act, name):
    """Let something go wrong, and log it as the library of that name would; returns the error and the log."""
    with logged("INFO") as log:
        try:
            act()
        except Exception as error:
            logging.getLogger(name).exception("Failed")
            return error, log.getvalue()
    return None, ""


@pytest.mark.parametrize("act", [parse, parse_and_say_so])
def test_a_message_that_does_not_parse_is_not_repeated_in_its_traceback(act):
    error, written = told(act, "mcp.server.sse")
    assert CANARY[-4:] in str(error)
    assert "ERROR mcp.server.sse: Failed\nTraceback" in written
    assert f"in {act.__name__}\n" in written
    assert f"{type(error).__name__} over input: " in written
    assert CANARY[-4:] not in written


def test_any_other_traceback_is_written_whole():
    error, written = told(lambda: {}["no such thing"], "okta_mcp")
    assert isinstance(error, KeyError)
    assert written.endswith("KeyError: 'no such thing'\n")
