"""Who asks: whose call this is, as far as the door it came through could tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import field
from typing import Literal

from okta_mcp.guard.standing import Standing
from okta_mcp.records import record
from okta_mcp.settings import EVERYTHING, NOTHING, Rights

SCOPE_KEY = "okta_mcp.caller"
"""Where a door that knows its callers leaves them in the ASGI scope of a request."""


@record
class Caller:
    """Whoever sent a request.

    Args:
        id: tells this caller from every other one of this server, and stays the same from call to call.
        name: for people to read, in the audit trail and the log.
        kind: how it was established: `local` for whoever started the process or reaches its loopback port,
            `token` for a fixed bearer token, `oauth` for an access token of an issuer.
        client: the program that acts for the caller, where the door was told.
        rights: what the caller may do at most; the operator's policy may allow less.
        reach: what the caller could have at most, with further scopes.
        scopes: those of the caller's token that mean something here.
        until: when the proof of all this ends, in seconds since 1970; None for never.
        standing: of a token that the operator may withdraw at any time; None of whoever needs none.
    """

    id: str
    name: str
    kind: Literal["local", "token", "oauth"]
    client: str | None = None
    rights: Rights = EVERYTHING
    reach: Rights = NOTHING
    scopes: tuple[str, ...] = ()
    until: float | None = None
    standing: Standing | None = field(default=None, compare=False, repr=False)


LOCAL = Caller("local", "local", "local")
"""Whoever uses this machine."""


def caller_of(request: object) -> Caller:
    """Return who sent a request.

    Args:
        request: the transport's request of an MCP message (`context.request_context.request`); None over stdio.
    """
    scope = getattr(request, "scope", None)
    caller = scope.get(SCOPE_KEY) if isinstance(scope, dict) else None
    return caller if isinstance(caller, Caller) else LOCAL


_ASKING: ContextVar[Caller] = ContextVar("asking", default=LOCAL)


def asking() -> Caller:
    """Return whose request is being answered, where the request itself is out of sight, as in lists."""
    return _ASKING.get()


@contextmanager
def asked_by(caller: Caller) -> Iterator[None]:
    """Answer a caller's request: `asking` returns who it is until then."""
    token = _ASKING.set(caller)
    try:
        yield
    finally:
        _ASKING.reset(token)
