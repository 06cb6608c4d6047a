"""Where the windows are kept."""

from collections.abc import Sequence
from typing import Protocol

from okta_mcp.okta.clock import Moment
from okta_mcp.okta.schedule.window import Grant, Settled, Window
from okta_mcp.records import record

__all__ = ["Exchange", "Ledger", "LocalLedger", "asked"]


@record
class Exchange:
    """What a ledger answers.

    Attributes:
        grants: leave for as many requests as may go out now.
        until: when to ask again for the others, by Okta's clock; None when an answer has to come first.
        is_certain: whether no answer to a request under way can change that.
        replicas: how many servers use the same credentials.
        time: what Okta's clock has certainly reached, for who does not know it: nothing was granted, ask again.
    """

    grants: tuple[Grant, ...]
    until: float | None = None
    is_certain: bool = False
    replicas: int = 1
    time: float | None = None


class Ledger(Protocol):
    """Keeps one window for each bucket.

    Attributes:
        batch: how many turns to ask for at once, at most.
        replica: what the names of requests begin with.
    """

    batch: int
    replica: str

    async def exchange(
        self, bucket: str, done: Sequence[Settled], names: Sequence[str], now: Moment, *, bulk: bool
    ) -> Exchange:
        """Tell what became of requests, and ask for more.

        Args:
            bucket: which.
            done: what was answered since.
            names: a new name for each request that waits.
            now: the time at Okta.
            bulk: whether they can wait.
        """
        ...

    def window(self, bucket: str, now: Moment) -> Window:
        """Return a bucket's window as it was last seen."""
        ...


class LocalLedger:
    """The windows of one process.

    Args:
        share: the part of every limit that may be used.
    """

    def __init__(self, share: float = 1.0) -> None:
        self.batch = 1
        self.replica = ""
        self._share = share
        self.windows: dict[str, Window] = {}

    async def exchange(
        self, bucket: str, done: Sequence[Settled], names: Sequence[str], now: Moment, *, bulk: bool
    ) -> Exchange:
        """See `Ledger.exchange`."""
        return asked(self.window(bucket, now), done, names, now, bulk=bulk)

    def window(self, bucket: str, now: Moment) -> Window:  # noqa: ARG002 - the protocol's
        """See `Ledger.window`."""
        return self.windows.setdefault(bucket, Window(self._share))


def asked(window: Window, done: Sequence[Settled], names: Sequence[str], now: Moment, *, bulk: bool) -> Exchange:
    """Settle and take in one window; see `Ledger.exchange`."""
    for settled in done:
        window.settle(settled)
    fitting = names[: max(0, window.room(now, bulk=bulk))]
    grants = tuple(window.take(name, now) for name in fitting)
    until = window.until(now, bulk=bulk) if len(grants) < len(names) else None
    return Exchange(grants, until, is_certain=until is not None and not window.in_flight)
