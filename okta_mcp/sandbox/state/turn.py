"""The request that is being handled, as far as the file has to know it."""

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

__all__ = ["TURN", "Entry", "Turn"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One request with the one moment at which all of it happens.

    Args:
        moment: what the wall clock shows.
        method: HTTP method.
        path: decoded path, as it came.
        query: raw query string.
        headers: names and values, as they came.
        body: the whole body.
        scheme: of the URL.
        client: address and port it came from.
        server: address and port it came to.
    """

    moment: datetime
    method: str
    path: str
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    scheme: str
    client: tuple[str, int] | None
    server: tuple[str, int | None] | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A request that has been answered, with what is needed to handle it again to the same effect.

    Args:
        turn: the request.
        request_id: the `x-okta-request-id` it was given; None for one to the control plane.
        issued: how many ids the org had handed out before.
        secrets: how many secrets.
        status: HTTP status of the answer.
    """

    turn: Turn
    request_id: str | None
    issued: int
    secrets: int
    status: int


TURN: ContextVar[Turn | None] = ContextVar("okta_mcp_sandbox_turn", default=None)
