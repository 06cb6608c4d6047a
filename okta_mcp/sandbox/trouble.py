"""Trouble on order: requests that fail the way a network or a busy org makes them fail."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Trouble", "Troubles"]

Disconnect = Literal["before", "after"]


@dataclass(slots=True)
class Trouble:
    """What the next `times` requests with this method and path prefix meet.

    Args:
        status: HTTP status answered instead of a result.
        error_code: Okta's error code for that answer; one that fits `status` when None.
        delay: seconds to wait before the request is handled.
        disconnect: drop the connection before or after the change is applied.
        concurrency: make a 429 that of too many concurrent requests, whose limit is 0.
        html: answer a page of HTML where JSON is due.
    """

    method: str
    path_prefix: str
    status: int | None = None
    error_code: str | None = None
    delay: float | None = None
    disconnect: Disconnect | None = None
    concurrency: bool = False
    html: bool = False
    times: int = 1


class Troubles:
    """The troubles that wait for requests to meet them, in the order they were made."""

    def __init__(self) -> None:
        self._waiting: list[Trouble] = []

    def add(self, trouble: Trouble) -> None:
        """Let a trouble wait."""
        self._waiting.append(trouble)

    def take(self, method: str, path: str) -> Trouble | None:
        """Return the trouble this request meets, using it up once."""
        for trouble in self._waiting:
            if trouble.method in (method, "*") and path.startswith(trouble.path_prefix):
                trouble.times -= 1
                if trouble.times <= 0:
                    self._waiting.remove(trouble)
                return trouble
        return None
