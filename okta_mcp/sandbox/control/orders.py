"""What the control plane is sent and what it answers."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

__all__ = [
    "ClockOrder",
    "ClockState",
    "Empty",
    "FaultState",
    "JournalQuery",
    "Refusal",
    "Request",
    "ResetOrder",
    "SnapshotOrder",
    "SnapshotState",
    "State",
    "TokenOrder",
    "TokenState",
]


_CENTURY = 100 * 366 * 86_400.0


class Refusal(Exception):
    """An order that cannot be carried out.

    Args:
        status: HTTP status.
        sentence: why, for the reader.
    """

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Order(BaseModel):
    """A body or a query; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class Empty(Order):
    """Nothing to say."""


class ResetOrder(Order):
    """When the org begins anew; by the clock's source when left out."""

    time: AwareDatetime | None = None


class SnapshotOrder(Order):
    """The name of a snapshot to take."""

    name: str = Field(min_length=1, max_length=100)


class ClockOrder(Order):
    """How to move the clock; its speed is changed after the move."""

    advance: float | None = Field(default=None, ge=0, le=_CENTURY, description="seconds to move forward")
    set: AwareDatetime | None = Field(default=None, description="moment to move forward to")
    speed: float | None = Field(default=None, ge=0, description="seconds that pass in one second of real time")


class TokenOrder(Order):
    """Whom a new API token is for."""

    login: str = Field(min_length=1)


class JournalQuery(Order):
    """Which requests to show; all that are given must fit."""

    method: str | None = None
    path: str | None = Field(default=None, description="a path; * and {name} for a segment, ** for anything")
    status: int | None = None
    fault: str | None = Field(default=None, description="id of the fault that was met")
    limit: int = Field(default=100, ge=1, le=10_000, description="of those, only so many of the latest")


class ClockState(BaseModel):
    """What the clock shows."""

    time: datetime
    speed: float


class SnapshotState(BaseModel):
    """A snapshot that was kept."""

    name: str
    time: datetime
    bytes: int


class TokenState(BaseModel):
    """A new API token."""

    login: str
    token: str


class FaultState(BaseModel):
    """A fault in force, as it was ordered, and what came of it."""

    id: str
    rule: dict[str, Any]
    seen: int
    met: int


class Request(BaseModel):
    """A request to the Okta API."""

    method: str
    path: str
    query: str
    status: int
    request_id: str
    body: Any
    time: datetime | None
    fault: str | None


class State(BaseModel):
    """What there is."""

    company: str
    time: datetime
    speed: float
    users: dict[str, int]
    groups: int
    apps: int
    tokens: int
    requests: int
    faults: int
    snapshots: list[str]
