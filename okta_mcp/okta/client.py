"""A client for one Okta org: its verbs, and the views that each part of a call takes of it."""

import copy
import json as _json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Self

import anyio
import httpx2
from pydantic import SecretStr

from okta_mcp import __version__
from okta_mcp.okta.address import OrgAddress
from okta_mcp.okta.credentials import ApiToken, Credentials
from okta_mcp.okta.delivery import Delivery, OnWait, Request, View
from okta_mcp.okta.limits import RateLimit, Wait
from okta_mcp.okta.pacing import Pacing
from okta_mcp.okta.paths import QueryValue, path, query, template
from okta_mcp.okta.rehearsal import Unsent
from okta_mcp.okta.reply import Asked, Reply
from okta_mcp.okta.schedule import Ledger, LocalLedger, Party, Priority, Schedule, SharedLedger, Standing
from okta_mcp.okta.shared import Shared
from okta_mcp.okta.steady import steady_time
from okta_mcp.okta.wire import Timeouts, Wire
from okta_mcp.okta.witness import Witness

__all__ = ["OktaClient", "RateLimit", "Reply", "Timeouts", "Wait"]


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
        clock: epoch seconds. It may be wrong, for Okta's `Date` is what counts, but should not be set meanwhile.
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
        clock: Callable[[], float] = steady_time,
        jitter: Callable[[], float] = random.random,
        shared: Shared | None = None,
    ) -> None:
        self.credentials = ApiToken(credentials) if isinstance(credentials, SecretStr) else credentials
        self.address = address
        self.shared = shared or Shared(None, address.origin)
        self._sleep = sleep
        self._wire = Wire(address, timeouts, user_agent, transport, clock)
        self._view = View()
        self._pacing = Pacing(
            Schedule(sleep=sleep, clock=self._wire.clock, ledger=self._ledger(share)),
            total=timeouts.total,
            max_wait=max_wait,
            bulk_max_wait=bulk_max_wait,
            clock=clock,
        )
        self._delivery = Delivery(
            self._wire,
            self.credentials,
            self._pacing,
            timeouts,
            sleep=sleep,
            clock=clock,
            jitter=jitter,
        )
        self.watchers = self._delivery.watchers
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
        return self._viewed(replace(self._view, on_wait=on_wait, party=Party()))

    def bulk(self) -> "OktaClient":
        """Make a view for work that goes on for minutes.

        Its requests take what others leave of the limits and of the connections, and each may wait for its turn as
        long as `bulk_max_wait`. As many tasks as one likes may send through one view at the same time: they are one
        party, and go out at the pace that Okta allows.
        """
        return self._viewed(replace(self._view, party=Party(Priority.BULK)))

    def beside(self, other: "OktaClient") -> "OktaClient":
        """Make a view that takes turns together with another view, as one party.

        Args:
            other: the view of the whole, as `bulk` makes one, that this is a part of.
        """
        return self._viewed(replace(self._view, party=other._view.party))  # noqa: SLF001 - its own class

    def witnessed(self, witness: Witness) -> "OktaClient":
        """Make a view on the same pool that shows every changing request before it is sent, and what came of it.

        Args:
            witness: sees them. What it raises before one keeps it from being sent.
        """
        return self._viewed(replace(self._view, witness=witness))

    def rehearsing(self) -> "OktaClient":
        """Make a view on the same pool that reads, and at a write raises `Unsent` instead of sending it."""
        return self._viewed(replace(self._view, rehearses=True))

    def _viewed(self, view: View) -> "OktaClient":
        client = copy.copy(self)
        client._view = view  # noqa: SLF001 - its own class
        return client

    def okta_time(self) -> float:
        """Return the time at Okta as far as its answers tell, epoch seconds: it is that or a little later."""
        return self._wire.clock.now().earliest

    async def pause(self, seconds: float, reason: str) -> None:
        """Wait, and say so to whoever hears of waits.

        Args:
            seconds: how long.
            reason: what for, as in "Okta is not available".
        """
        if self._view.on_wait is not None:
            await self._view.on_wait(Wait(reason, seconds, 1))
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
        return self._view.party is not None and self._view.party.priority is Priority.BULK

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
        if self._view.rehearses and method != "GET":
            raise Unsent(method, segments, params or {}, json)
        content = None
        sent_headers = dict(headers or {})
        if json is not None:
            content = _json.dumps(json, allow_nan=False, separators=(",", ":")).encode()
            sent_headers["Content-Type"] = "application/json"
        request = Request(
            asked=Asked(method, template(*segments), self.address.origin),
            url=self.address.origin + path(*segments) + query(params),
            headers=sent_headers,
            content=content,
            repeatable=repeatable,
        )
        return await self._delivery.send(request, self._view)
