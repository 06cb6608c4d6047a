"""The requests that wait for one bucket."""

from dataclasses import dataclass, field

import anyio

from okta_mcp.okta.schedule.parties import FairQueue, Party, Priority
from okta_mcp.okta.schedule.window import Grant, Settled

__all__ = ["Lane", "Waiter"]

_GRACE = 5.0
"""Seconds beyond its patience that a request waits for answers under way, which may bring its turn any moment."""


@dataclass(eq=False)
class Waiter:
    """A request that waits for its turn.

    Attributes:
        party: whose it is.
        method, path: what is asked.
        patience: until when it may wait. All times here are our own clock's.
        lane: where it waits.
        grant: its leave to be sent, once it has one.
        number: its number at the gate, then.
        woken: set when there is something for it to look at.
        nap: its sleep, while it keeps the time for the others.
    """

    party: Party
    method: str
    path: str
    patience: float
    lane: "Lane"
    grant: Grant | None = None
    number: int = 0
    woken: anyio.Event = field(default_factory=anyio.Event)
    nap: anyio.CancelScope | None = None

    @property
    def gives_up(self) -> float:
        """When it waits no longer even for answers that are under way."""
        return self.patience + _GRACE

    @property
    def certainly_waits_until(self) -> float | None:
        """The time before which no answer can bring its turn; None while one may."""
        return self.lane.until.get(self.party.priority) if self.lane.is_certain else None

    def go(self, grant: Grant, number: int) -> None:
        """Let it be sent."""
        self.grant, self.number = grant, number
        self.wake()

    def wake(self) -> None:
        """Let it look at what has changed."""
        self.woken.set()
        if self.nap is not None:
            self.nap.cancel()


@dataclass(eq=False)
class Lane:
    """The requests that wait for one bucket, and what the ledger has not heard of it yet.

    Attributes:
        bucket: its name.
        queue: who waits.
        done: what became of requests since the ledger was asked.
        until: when to ask it again for those of each priority.
        is_certain: whether no answer can change that.
        keeper: who keeps the time for all.
        kept_until: to which moment.
        warned: of which `until` those who wait have been told.
        is_served: whether somebody is asking the ledger.
        is_changed: whether it has to be asked once more.
        is_at_gate: whether somebody waits for a place among the requests under way.
    """

    bucket: str
    queue: FairQueue[Waiter] = field(default_factory=FairQueue)
    done: list[Settled] = field(default_factory=list)
    until: dict[Priority, float] = field(default_factory=dict)
    is_certain: bool = False
    keeper: Waiter | None = None
    kept_until: float = 0.0
    warned: dict[Priority, float] = field(default_factory=dict)
    is_served: bool = False
    is_changed: bool = False
    is_at_gate: bool = False

    @property
    def next(self) -> float | None:
        """When something is to be done if no answer comes before; None when nobody waits for a time."""
        people = (waiter.gives_up for waiter in self.queue.waiters(Priority.INTERACTIVE))
        return min((*self.until.values(), *people), default=None)

    def appoint(self) -> None:
        """See to it that somebody keeps the time, and not for too long."""
        if (until := self.next) is None:
            return
        if self.keeper is None:
            if (waiter := next(iter(self.queue), None)) is not None:
                waiter.wake()
        elif until < self.kept_until:
            self.keeper.wake()

    def warn(self, now: float) -> None:
        """Wake those who cannot wait until their turn, and the people, who are told how long it takes."""
        for waiter in self.queue.waiters(Priority.INTERACTIVE):
            if waiter.certainly_waits_until is not None or waiter.gives_up <= now:
                waiter.wake()
        if self.until != self.warned:
            self.warned = self.until
            for waiter in self.queue.waiters(Priority.BULK):
                if (until := waiter.certainly_waits_until) is not None and until > waiter.patience:
                    waiter.wake()
