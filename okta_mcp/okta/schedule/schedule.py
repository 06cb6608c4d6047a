"""When each request goes out."""

import itertools
from collections.abc import Awaitable, Callable

import anyio

from okta_mcp.okta.clock import OktaClock
from okta_mcp.okta.limits import RateLimit
from okta_mcp.okta.schedule.buckets import Buckets
from okta_mcp.okta.schedule.gate import Gate
from okta_mcp.okta.schedule.lane import Lane, Waiter
from okta_mcp.okta.schedule.ledger import Ledger
from okta_mcp.okta.schedule.parties import Party, Priority
from okta_mcp.okta.schedule.standing import Standing
from okta_mcp.okta.schedule.window import Grant, Settled, Window
from okta_mcp.records import record

__all__ = ["Report", "Schedule", "Turn", "TurnTooLate"]

Report = Callable[[float], Awaitable[None]]
"""Hears how many seconds a request is going to wait."""

_WORTH_TELLING = 1.0
_SHORTEST_NAP = 0.001


class TurnTooLate(Exception):
    """A request's turn would come later than it can wait.

    Attributes:
        seconds: how much later than now.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.0f} s")
        self.seconds = seconds


@record
class Turn:
    """Leave to send one request; it has to be given back to `Schedule.done`.

    Attributes:
        method, path: what is asked.
        bucket: in which it is counted.
        grant: the leave.
        number: at the gate.
        sent: when it was given, by our clock.
        waited: seconds that it took.
    """

    method: str
    path: str
    bucket: str
    grant: Grant
    number: int
    sent: float
    waited: float


class Schedule:
    """Lets the requests of one credential go out so that Okta has no reason to refuse one.

    Args:
        sleep: pauses for a number of seconds.
        clock: Okta's time.
        ledger: where the windows are kept.
    """

    def __init__(
        self,
        *,
        sleep: Callable[[float], Awaitable[None]],
        clock: OktaClock,
        ledger: Ledger,
    ) -> None:
        self.clock = clock
        self.gate = Gate()
        self._ledger = ledger
        self._buckets = Buckets()
        self._sleep = sleep
        self._lanes: dict[str, Lane] = {}
        self._numbers = itertools.count()
        self._asking = anyio.Lock(fast_acquire=True)

    async def turn(
        self, method: str, path: str, party: Party, *, patience: float, report: Report | None = None
    ) -> Turn:
        """Wait until a request may be sent.

        Args:
            method: HTTP method.
            path: path template.
            party: whose request it is.
            patience: seconds that it may wait.
            report: called before a wait of a second or more whose length is known.

        Raises:
            TurnTooLate: its turn would come later.
        """
        came = self.clock.ours()
        lane = self._lane(self._buckets.of(method, path))
        waiter = Waiter(party, method, path, came + patience, lane)
        lane.queue.push(waiter)
        told: float | None = None
        try:
            await self._serve(lane)
            while waiter.grant is None:
                until, seconds = waiter.certainly_waits_until, self._certain_wait(waiter)
                if report is not None and until != told and seconds >= _WORTH_TELLING:
                    told = until
                    await report(seconds)
                else:
                    await self._idle(waiter)
        except BaseException:
            await self._abandon(waiter)
            raise
        ours = self.clock.ours()
        return Turn(method, path, waiter.lane.bucket, waiter.grant, waiter.number, ours, max(0.0, ours - came))

    async def done(
        self,
        turn: Turn,
        *,
        limit: RateLimit | None = None,
        sent: bool = True,
        pause: float = 0.0,
    ) -> None:
        """Give a turn back, with what the answer told.

        Args:
            turn: as `turn` returned it.
            limit: the `X-Rate-Limit-*` headers; None without.
            sent: False when it is certain that the request never went out.
            pause: seconds for which Okta wants no more requests of this kind, when it does not say until when.
        """
        crowded = limit is not None and limit.concurrency
        self.gate.leave(turn.number, refused=crowded)
        lane, now = self._lanes[turn.bucket], self.clock.now()
        if limit is None or crowded:
            lane.done.append(Settled(turn.grant, now, sent=sent, pause=0.0 if crowded else pause))
        else:
            told = Settled(turn.grant, now, limit)
            bucket = self._buckets.learn(turn.method, turn.path, limit.limit)
            if bucket != turn.bucket:
                lane.done.append(Settled(turn.grant, now, sent=False))
                await self._serve(lane)
                lane = self._moved(lane, self._lane(bucket))
            lane.done.append(told)
        await self._serve(lane)
        await self._serve_the_gate()

    def standings(self) -> list[Standing]:
        """Tell what is left of every bucket whose limit is known."""
        return [self._standing(lane) for lane in self._lanes.values() if self._window(lane).limit is not None]

    def _window(self, lane: Lane) -> Window:
        return self._ledger.window(lane.bucket, self.clock.now())

    def _standing(self, lane: Lane) -> Standing:
        window, now = self._window(lane), self.clock.now()
        return Standing(
            bucket=lane.bucket,
            limit=window.limit or 0,
            left=window.left(now),
            usable=window.usable,
            ends_in=max(0.0, window.ends - now.earliest),
            under_way=window.in_flight,
            people=lane.queue.waiting(Priority.INTERACTIVE),
            bulk=lane.queue.waiting(Priority.BULK),
        )

    def _lane(self, bucket: str) -> Lane:
        lane = self._lanes.get(bucket)
        if lane is None:
            lane = self._lanes[bucket] = Lane(bucket)
        return lane

    def _moved(self, old: Lane, new: Lane) -> Lane:
        """Bring those who wait in a bucket that is not theirs to their own."""
        for waiter in [one for one in old.queue if self._buckets.of(one.method, one.path) == new.bucket]:
            old.queue.remove(waiter)
            waiter.lane = new
            new.queue.push(waiter)
            waiter.wake()
        return new

    async def _serve(self, lane: Lane) -> None:
        """Let go out what may. Whoever comes while this is under way is served by it."""
        lane.is_changed = True
        if lane.is_served:
            return
        lane.is_served = True
        try:
            with anyio.CancelScope(shield=True):
                while lane.is_changed:
                    lane.is_changed = False
                    await self._round(lane)
        finally:
            lane.is_served = False
        lane.appoint()

    async def _round(self, lane: Lane) -> None:
        # One bucket after the other: the places that one holds while the ledger is asked, and then gives back, must not
        # look taken to another, which would wait for an answer to free them.
        async with self._asking:
            lane.until, lane.is_certain, lane.is_at_gate = {}, False, False
            for priority in lane.queue.order():
                wanted = min(self._ledger.batch, self.gate.free(priority), lane.queue.waiting(priority))
                if not wanted:
                    lane.is_at_gate = True
                elif await self._grant(lane, priority, wanted):
                    self._look_again(lane)
                    return
        if lane.done:
            done, lane.done = lane.done, []
            answer = await self._ledger.exchange(lane.bucket, done, (), self.clock.now(), bulk=False)
            if answer.time is not None:
                self.clock.guess(answer.time)
                lane.done = [*done, *lane.done]
            self._look_again(lane)
        else:
            lane.warn(self.clock.ours())

    def _look_again(self, lane: Lane) -> None:
        """Have the lane served once more, unless that would find nobody and nothing."""
        if lane.queue or lane.done:
            lane.is_changed = True
        elif not lane.is_changed:
            lane.warn(self.clock.ours())

    async def _grant(self, lane: Lane, priority: Priority, wanted: int) -> bool:
        """Ask for turns for the first who wait; return whether all of them were granted."""
        numbers = [self.gate.enter() for _ in range(wanted)]
        names = tuple(f"{self._ledger.replica}-{number}" for number in itertools.islice(self._numbers, wanted))
        done, lane.done = lane.done, []
        bulk = priority is Priority.BULK
        now = self.clock.now()
        answer = await self._ledger.exchange(lane.bucket, done, names, now, bulk=bulk)
        if answer.time is not None:
            self.clock.guess(answer.time)
            lane.done = [*done, *lane.done]
        for grant in answer.grants:
            if lane.queue.waiting(priority):
                lane.queue.pop(priority).go(grant, numbers.pop())
            else:
                # Whoever it was asked for has gone meanwhile.
                lane.done.append(Settled(grant, self.clock.now(), sent=False))
        for _ in numbers:
            self.gate.turn_back()
        if answer.until is not None:
            # Kept by our own clock, which does not jump when Okta's becomes known.
            lane.until[priority] = self.clock.ours() + answer.until - now.earliest
        lane.is_certain = answer.is_certain
        self.gate.divide(answer.replicas)
        return len(answer.grants) == wanted or answer.time is not None

    async def _serve_the_gate(self) -> None:
        """Serve the lanes that wait for a place among the requests under way, those of people first."""
        waiting = [lane for lane in self._lanes.values() if lane.is_at_gate]
        for lane in sorted(waiting, key=lambda lane: min(lane.queue.order(), default=Priority.BULK)):
            await self._serve(lane)

    def _certain_wait(self, waiter: Waiter) -> float:
        """Return the seconds that a request has to wait at least.

        Raises:
            TurnTooLate: they are too many.
        """
        until, now = waiter.certainly_waits_until, self.clock.ours()
        if until is not None and until > waiter.patience:
            raise TurnTooLate(until - now)
        if waiter.gives_up <= now:
            raise TurnTooLate(max(0.0, (waiter.lane.next or now) - now))
        return 0.0 if until is None else until - now

    async def _idle(self, waiter: Waiter) -> None:
        """Wait until something has changed; one of those who wait keeps the time for all."""
        lane = waiter.lane
        until = lane.next
        if until is None or lane.keeper is not None:
            await waiter.woken.wait()
            waiter.woken = anyio.Event()
            return
        lane.keeper, lane.kept_until = waiter, until
        try:
            with anyio.CancelScope() as waiter.nap:
                await self._sleep(max(until - self.clock.ours(), _SHORTEST_NAP))
        finally:
            waiter.nap, lane.keeper = None, None
            waiter.woken = anyio.Event()
        await self._serve(lane)

    async def _abandon(self, waiter: Waiter) -> None:
        lane = waiter.lane
        lane.queue.remove(waiter)
        if waiter.grant is not None:
            self.gate.turn_back()
            lane.done.append(Settled(waiter.grant, self.clock.now(), sent=False))
            await self._serve(lane)
            await self._serve_the_gate()
        lane.appoint()
