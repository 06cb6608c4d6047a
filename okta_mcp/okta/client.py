"""A client for one Okta org: it sends, waits, repeats what may be repeated, and says what went wrong."""

import copy
import json as _json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import anyio
import httpx2
from pydantic import SecretStr

from okta_mcp import __version__
from okta_mcp.okta.address import OrgAddress
from okta_mcp.okta.credentials import ApiToken, Credentials
from okta_mcp.okta.errors import (
    ConnectionLost,
    OktaError,
    OktaTimeout,
    OktaUnreachable,
    PoolBusy,
    RateLimited,
    ServerFault,
)
from okta_mcp.okta.limits import RateLimit, Wait, wait_for
from okta_mcp.okta.pacing import Pacing, Spent
from okta_mcp.okta.paths import QueryValue, path, query, template
from okta_mcp.okta.rehearsal import Unsent
from okta_mcp.okta.reply import Asked, Reply, error_of, read
from okta_mcp.okta.schedule import Ledger, LocalLedger, Party, Priority, Schedule, SharedLedger, Standing
from okta_mcp.okta.shared import Shared
from okta_mcp.okta.watching import Attempt, Watcher, watched
from okta_mcp.okta.wire import Timeouts, Wire
from okta_mcp.okta.witness import Witness

__all__ = ["OktaClient", "RateLimit", "Reply", "Timeouts", "Wait"]

log = logging.getLogger("okta_mcp.okta")

OnWait = Callable[[Wait], Awaitable[None]]

_TRIES = 3
_BACKOFF = 0.5
_READMISSIONS = 2
"""How often one call may be sent again because it was turned away: for a new token, and for a new nonce."""


@dataclass
class _Call:
    """One call, through all its attempts."""

    asked: Asked
    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    repeatable: bool
    spent: Spent
    in_doubt: bool = False
    readmitted: int = 0
    first_request_id: str | None = None


class OktaClient:
    """The Okta Management API of one org, over one pool of connections.

    Every request waits for its turn by the limits that Okta's answers have reported, so that Okta has no reason to
    refuse it; see `okta_mcp.okta.schedule`. A 429 is waited for all the same (it means that nothing was done), in
    three attempts, in bulk work as often as it has to be; all waiting for limits together is at most `max_wait`
    seconds. A 503, a 504 and a lost connection are tried again, up to twice, only where a repetition is harmless: GET,
    PUT, DELETE, and a POST said to be idempotent. A connection that never came about is tried again for every method.

    Args:
        address: the org.
        credentials: what proves each request; a text stands for an API token, without `SSWS`.
        transport: takes the place of the network, for an org in the same process.
        timeouts: bounds in seconds.
        max_wait: how many seconds one call may wait for a rate limit in all.
        bulk_max_wait: the same for one request of bulk work, which `timeouts.total` does not count.
        share: the part of every rate limit that may be used, above 0 and up to 1.
        user_agent: the `User-Agent` header.
        sleep: pauses for a number of seconds.
        clock: epoch seconds. It may be wrong: Okta's `Date` is what counts.
        jitter: seconds added to a wait for a rate limit, so that callers do not all come back at once.
        shared: what the servers of this org hold in common; nothing when left out. Closed with the client.

    Raises:
        ValueError: the token holds characters that cannot be sent.

    Attributes:
        credentials: what proves each request.
        rate_limits: the limits last reported, by method and path template (`GET /api/v1/users/{id}`).
        watchers: told of every request when it is over.
    """

    def __init__(
        self,
        address: OrgAddress,
        credentials: Credentials | SecretStr,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        max_wait: float = 30.0,
        bulk_max_wait: float = 3600.0,
        share: float = 1.0,
        user_agent: str = f"okta-mcp/{__version__}",
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        clock: Callable[[], float] = time.time,
        jitter: Callable[[], float] = random.random,
        shared: Shared | None = None,
    ) -> None:
        self.credentials = ApiToken(credentials) if isinstance(credentials, SecretStr) else credentials
        self.address = address
        self.shared = shared or Shared(None, address.origin)
        self.watchers: list[Watcher] = []
        self._host = address.origin.partition("://")[2]
        self._timeouts = timeouts
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._wire = Wire(address, timeouts, user_agent, transport)
        self._on_wait: OnWait | None = None
        self._rehearses = False
        self._witness: Witness | None = None
        self._party: Party | None = None
        self._pacing = Pacing(
            Schedule(sleep=sleep, clock=clock, ledger=self._ledger(share)),
            total=timeouts.total,
            max_wait=max_wait,
            bulk_max_wait=bulk_max_wait,
            clock=clock,
        )
        self.rate_limits: Mapping[str, RateLimit] = self._pacing.limits

    def _ledger(self, share: float) -> Ledger:
        if not self.shared.configured:
            return LocalLedger(share)
        return SharedLedger(self.shared, self.credentials.fingerprint, share)

    def __repr__(self) -> str:
        return f"OktaClient({self.address.origin!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the pool, for this client and every view of it."""
        await self._wire.aclose()
        await self.shared.aclose()

    def observed(self, on_wait: OnWait) -> "OktaClient":
        """Make a view on the same pool that reports every wait before it begins.

        All requests of the view take turns with those of other views as one party.

        Args:
            on_wait: called with each wait. What it raises ends the call.
        """
        view = copy.copy(self)
        view._on_wait = on_wait  # noqa: SLF001 - its own class
        view._party = Party()  # noqa: SLF001
        return view

    def bulk(self) -> "OktaClient":
        """Make a view for work that goes on for minutes.

        Its requests take what others leave of the limits and of the connections, and each may wait for its turn as
        long as `bulk_max_wait`. As many tasks as one likes may send through one view at the same time: they are one
        party, and go out at the pace that Okta allows.
        """
        view = copy.copy(self)
        view._party = Party(Priority.BULK)  # noqa: SLF001 - its own class
        return view

    def beside(self, other: "OktaClient") -> "OktaClient":
        """Make a view that takes turns together with another view, as one party.

        Args:
            other: the view of the whole, as `bulk` makes one, that this is a part of.
        """
        view = copy.copy(self)
        view._party = other._party  # noqa: SLF001 - its own class
        return view

    def witnessed(self, witness: Witness) -> "OktaClient":
        """Make a view on the same pool that shows every changing request before it is sent, and what came of it.

        Args:
            witness: sees them. What it raises before one keeps it from being sent.
        """
        view = copy.copy(self)
        view._witness = witness  # noqa: SLF001 - its own class
        return view

    def rehearsing(self) -> "OktaClient":
        """Make a view on the same pool that reads, and at a write raises `Unsent` instead of sending it."""
        view = copy.copy(self)
        view._rehearses = True  # noqa: SLF001 - its own class
        return view

    def okta_time(self) -> float:
        """Return the time at Okta as far as its answers tell, epoch seconds: it is that or a little later."""
        return self._pacing.schedule.clock.now().earliest

    async def pause(self, seconds: float, reason: str) -> None:
        """Wait, and say so to whoever hears of waits.

        Args:
            seconds: how long.
            reason: what for, as in "Okta is not available".
        """
        if self._on_wait is not None:
            await self._on_wait(Wait(reason, seconds, 1))
        await self._sleep(seconds)

    def shares_credentials_with(self, other: "OktaClient") -> bool:
        """Tell whether two clients are views of one: the same org, asked in the same name."""
        return self._wire is other._wire and self.credentials is other.credentials  # noqa: SLF001 - its own class

    @property
    def wire(self) -> Wire:
        """The way to the org, for requests that its credentials make themselves."""
        return self._wire

    def facts(self) -> Mapping[str, str]:
        """Return what an operator may want to know of the credentials, by heading; no secret."""
        return self.credentials.facts(self._wire)

    def standings(self) -> list[Standing]:
        """Tell what is left of every rate limit that is known."""
        return self._pacing.schedule.standings()

    @property
    def at_once(self) -> tuple[int, int]:
        """How many requests are under way, and how many may be."""
        return self._pacing.schedule.gate.under_way, self._pacing.schedule.gate.bound

    @property
    def is_bulk(self) -> bool:
        """Whether this is a view for work that goes on for minutes."""
        return self._party is not None and self._party.priority is Priority.BULK

    async def scopes(self, *, renewed: bool = False) -> frozenset[str] | None:
        """Return the OAuth scopes the credentials hold; None where roles alone decide.

        Args:
            renewed: whether a new token is wanted, unless the one there is was got within the last minute.

        Raises:
            OktaError: there is no access token to be had.
        """
        return await self.credentials.scopes(self._wire, renewed=renewed)

    async def get(
        self,
        *segments: str,
        params: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a GET.

        Args:
            segments: parts of the path under `/api/v1`, unencoded.
            params: the query; None values are left out.
            headers: further headers.

        Raises:
            OktaError: see `okta_mcp.okta.errors`.
        """
        return await self._call("GET", segments, params, headers=headers, repeatable=True)

    async def post(
        self,
        *segments: str,
        params: Mapping[str, QueryValue] | None = None,
        json: Any | None = None,
        idempotent: bool = False,
    ) -> Reply:
        """Send a POST.

        Args:
            segments: parts of the path under `/api/v1`, unencoded.
            params: the query; None values are left out.
            json: the body; None for a request without one.
            idempotent: whether sending it twice does no more than sending it once.

        Raises:
            OktaError: see `okta_mcp.okta.errors`.
        """
        return await self._call("POST", segments, params, json=json, repeatable=idempotent)

    async def put(
        self,
        *segments: str,
        params: Mapping[str, QueryValue] | None = None,
        json: Any | None = None,
    ) -> Reply:
        """Send a PUT; arguments and errors are those of `post`."""
        return await self._call("PUT", segments, params, json=json, repeatable=True)

    async def delete(
        self,
        *segments: str,
        params: Mapping[str, QueryValue] | None = None,
        idempotent: bool = True,
    ) -> Reply:
        """Send a DELETE.

        Args:
            segments: parts of the path under `/api/v1`, unencoded.
            params: the query; None values are left out.
            idempotent: False where the second DELETE does more than the first, as for a user.

        Raises:
            OktaError: see `okta_mcp.okta.errors`.
        """
        return await self._call("DELETE", segments, params, repeatable=idempotent)

    async def _call(
        self,
        method: str,
        segments: tuple[str, ...],
        params: Mapping[str, QueryValue] | None,
        *,
        json: Any | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool,
    ) -> Reply:
        if self._rehearses and method != "GET":
            raise Unsent(method, segments, params or {}, json)
        content = None
        sent_headers = dict(headers or {})
        if json is not None:
            content = _json.dumps(json, allow_nan=False, separators=(",", ":")).encode()
            sent_headers["Content-Type"] = "application/json"
        with anyio.CancelScope() as bound:
            call = _Call(
                asked=Asked(method, template(*segments), self.address.origin),
                url=self.address.origin + path(*segments) + query(params),
                headers=sent_headers,
                content=content,
                repeatable=repeatable,
                spent=self._pacing.began(bound, self._party or Party()),
            )
            return await self._attempts(call)
        what, total = f"{method} {call.asked.path}", self._timeouts.total
        if not call.spent.tries:
            raise PoolBusy(f"{what} got no turn within {total:g} seconds; it was not sent.")
        raise OktaTimeout(f"{what} was not done within {total:g} seconds.", maybe_applied=call.in_doubt)

    async def _attempts(self, call: _Call) -> Reply:
        while True:
            try:
                return await self._attempt(call)
            except OktaError as error:
                wait = self._wait_after(error, call)
                if wait is None:
                    error.maybe_applied = error.maybe_applied or call.in_doubt
                    raise
            await self._report(call, wait)
            await self._sleep(wait.seconds)

    async def _report(self, call: _Call, wait: Wait) -> None:
        log.debug("%s %s: %s, %.1f s", call.asked.method, call.asked.path, wait.reason, wait.seconds)
        if self._on_wait is not None:
            await self._on_wait(wait)

    async def _attempt(self, call: _Call) -> Reply:
        spent = call.spent

        async def report(seconds: float) -> None:
            await self._report(call, Wait("Okta's rate limit", seconds, spent.tries))

        if spent.tries:
            call.headers["X-Okta-Retry-Count"] = str(spent.tries)
            if call.first_request_id:
                call.headers["X-Okta-Retry-For"] = call.first_request_id
        async with self._pacing.turn(call.asked.method, call.asked.path, spent, report) as sending:
            spent.tries += 1
            authorization = await self.credentials.authorize(call.asked.method, call.url, self._wire)
            asked = replace(call.asked, secrets=authorization.secrets)
            headers = {**call.headers, **authorization.headers}
            await self._announce(asked)
            doubt_before = call.in_doubt
            call.in_doubt = doubt_before or asked.writes
            sending.sent = True
            try:
                with watched(Attempt(asked.method, asked.path, spent.tries), self._host, self.watchers) as attempt:
                    response = sending.response = await self._send(asked, call, headers)
                    request_id = asked.request_id(response)
                    attempt.answered(response.status_code, request_id)
            except OktaError as error:
                sending.sent = error.sent
                if not error.sent:
                    call.in_doubt = doubt_before
                    if doubt_before:
                        raise ConnectionLost(f"{error} But it was sent before.", maybe_applied=True) from error
                raise
        call.first_request_id = call.first_request_id or request_id
        call.in_doubt = doubt_before
        turned_away = self.credentials.heard(authorization, response, self._wire)
        if not response.is_error:
            # An answer that cannot be read may still be that of a change that was made.
            call.in_doubt = doubt_before or asked.writes
            return read(response, asked)
        wait = wait_for(response, attempt=spent.tries, clock=self._clock)
        error_met = error_of(response, asked, wait_seconds=wait)
        call.in_doubt = doubt_before or error_met.maybe_applied
        if turned_away and call.readmitted < _READMISSIONS:
            call.readmitted += 1
            spent.tries -= 1
            return await self._attempt(call)
        raise error_met

    async def _announce(self, asked: Asked) -> None:
        if self._witness is not None and asked.writes:
            await self._witness.before(asked.method, asked.path)

    async def _send(self, asked: Asked, call: _Call, headers: Mapping[str, str]) -> httpx2.Response:
        witness = self._witness if asked.writes else None
        try:
            response = await self._wire.send(asked.method, call.url, headers=headers, content=call.content)
        except OktaError as error:
            if witness is not None:
                witness.after(asked.method, asked.path, None, None) if error.sent else witness.unsent()
            raise
        if witness is not None:
            witness.after(asked.method, asked.path, response.status_code, asked.request_id(response))
        return response

    def _wait_after(self, error: OktaError, call: _Call) -> Wait | None:
        spent = call.spent
        if spent.tries >= _TRIES and not (self.is_bulk and isinstance(error, RateLimited)):
            return None
        left = spent.left
        match error:
            case RateLimited():
                left = self._pacing.patience(spent)
                if error.wait_seconds > left:
                    return None
                seconds = min(error.wait_seconds + self._jitter(), left)
                spent.waited += seconds
                reason = "Okta's limit on simultaneous requests" if error.concurrency else "Okta's rate limit"
            case ServerFault(status=503 | 504) if call.repeatable or not error.sent:
                seconds = _BACKOFF * spent.tries
                reason = f"Okta is not available ({error.status})"
            case ConnectionLost() if call.repeatable or not error.sent:
                seconds = _BACKOFF * spent.tries
                reason = "the connection was lost"
            case OktaUnreachable(permanent=False):
                seconds = _BACKOFF * spent.tries
                reason = "there is no connection to Okta"
            case _:
                return None
        return Wait(reason, seconds, spent.tries) if seconds <= left else None
