"""A write that is prepared to the last and not sent: what a dry run shows, and what a person is asked to confirm."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okta_mcp.okta.paths import QueryValue


@dataclass(frozen=True)
class Unsent(Exception):
    """A rehearsing client was about to send this, and did not.

    Attributes:
        method: of the request.
        segments: parts of the path under `/api/v1`, unencoded.
        params: the query.
        body: the body, secrets in the clear; None for a request without one.
        idle: whether what it would bring about is so already, as far as that was asked.
    """

    method: str
    segments: tuple[str, ...]
    params: Mapping[str, QueryValue]
    body: Any
    idle: bool = False

    def __repr__(self) -> str:
        # The path may hold a name, and the body a password; neither belongs into a traceback.
        return f"Unsent({self.method!r})"

    __str__ = __repr__
