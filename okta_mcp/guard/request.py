"""Which request this is: one id for a client's call, its requests to Okta, the log and the audit trail."""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

REQUEST_KEY = "okta_mcp.request_id"
"""Where the HTTP doors leave it in the ASGI scope of a request."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")

_current: ContextVar[str | None] = ContextVar("okta_mcp_request_id", default=None)


def request_id() -> str | None:
    """Return the id of the request that is being answered; None outside of one."""
    return _current.get()


@contextmanager
def request(identity: str | None = None) -> Iterator[str]:
    """Answer a request under this id, or a new one."""
    identity = identity or new_request_id()
    token = _current.set(identity)
    try:
        yield identity
    finally:
        _current.reset(token)


def new_request_id() -> str:
    """Return an id that there was not before."""
    return secrets.token_hex(8)


def told_request_id(headers: Mapping[str, str]) -> str | None:
    """Return the id that whoever sent an HTTP request gave it; None when there is none that is well-formed.

    Args:
        headers: by lower-case name. `X-Request-Id` is taken before the trace id of `traceparent` (W3C Trace Context).
    """
    if _ID.fullmatch(told := headers.get("x-request-id", "")):
        return told
    trace = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return trace[1] if trace else None
