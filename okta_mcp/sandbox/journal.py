"""What was asked of the org, request by request, for tests to look at."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

__all__ = ["JournalEntry"]


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request to the Okta API and how it was answered.

    Args:
        method: HTTP method.
        path: decoded path, such as `/api/v1/users`.
        query: raw query string without `?`.
        status: HTTP status of the answer; 0 when the connection was dropped instead.
        request_id: the answer's `x-okta-request-id`.
        body: the request's parsed JSON body; None when it had none or it was not JSON.
        at: the org's time when the request was done with.
        fault: id of the fault it met; None for a request that met none.
    """

    method: str
    path: str
    query: str
    status: int
    request_id: str
    body: Any
    at: datetime | None = field(default=None, compare=False)
    fault: str | None = field(default=None, compare=False)
