"""How a request is delivered: sent when its turn has come, repeated where that is harmless, and told when it fails."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

import anyio
import httpx2

from okta_mcp.okta.credentials import Credentials
from okta_mcp.okta.errors import (
    ConnectionLost,
    OktaError,
    OktaTimeout,
    OktaUnreachable,
    PoolBusy,
    RateLimited,
    ServerFault,
)
from okta_mcp.okta.limits import Wait, wait_for
from okta_mcp.okta.pacing import Pacing, Spent
from okta_mcp.okta.reply import Asked, Reply, error_of, read
from okta_mcp.okta.schedule import Party, Priority
from okta_mcp.okta.watching import Attempt, Watcher, watched
from okta_mcp.okta.wire import Timeouts, Wire
from okta_mcp.okta.witness import Witness
from okta_mcp.records import record

log = logging.getLogger("okta_mcp.okta")

OnWait = Callable[[Wait], Awaitable[None]]

_TRIES = 3
_BACKOFF = 0.5
_READMISSIONS = 2
"""How often one request may be sent again because it was turned away: for a new token, and for a new nonce."""


@record
class View:
    """How a client is looked at: what holds for some of its requests alone.

    Attributes:
        on_wait: hears of every wait before it begins.
        witness: sees every changing request.
        party: takes turns with those of other views; None for a party of its own for each request.
        rehearses: whether a write is raised instead of sent.
    """

    on_wait: OnWait | None = None
    witness: Witness | None = None
    party: Party | None = None
    rehearses: bool = False


@record
class Request:
    """What is to be delivered.

    Attributes:
        asked: what its answer has to be read with.
        url: the whole of it.
        headers: its own, beside those of every request.
        content: the body.
        repeatable: whether sending it twice does no more than sending it once.
    """

    asked: Asked
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    repeatable: bool


@dataclass(slots=True)
class _Errand:
    """One request, through all its attempts."""

    request: Request
    view: View
    spent: Spent
    in_doubt: bool = False
    readmitted: int = 0
    first_request_id: str | None = None


class Delivery:
    """Delivers the requests of one client.

    Args:
        wire: the way to the org.
        credentials: what proves each request.
        pacing: gives them their turns.
        timeouts: bounds in seconds.
        sleep: pauses for a number of seconds.
        clock: epoch seconds.
        jitter: seconds added to a wait for a rate limit.

    Attributes:
        watchers: told of every attempt when it is over.
    """

    def __init__(
        self,
        wire: Wire,
        credentials: Credentials,
        pacing: Pacing,
        timeouts: Timeouts,
        *,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
        jitter: Callable[[], float],
    ) -> None:
        self._wire = wire
        self._host = wire.origin.partition("://")[2]
        self._credentials = credentials
        self._pacing = pacing
        self._total = timeouts.total
        self.watchers: list[Watcher] = []
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter

    async def send(self, request: Request, view: View) -> Reply:
        """Send a request, as often as it takes and as it may be sent.

        Args:
            request: what to send.
            view: who hears of it.

        Raises:
            OktaError: see `okta_mcp.okta.errors`.
        """
        with anyio.CancelScope() as bound:
            errand = _Errand(request, view, self._pacing.began(bound, view.party or Party()))
            return await self._attempts(errand)
        what = f"{request.asked.method} {request.asked.path}"
        if not errand.spent.tries:
            raise PoolBusy(f"{what} got no turn within {self._total:g} seconds; it was not sent.")
        raise OktaTimeout(f"{what} was not done within {self._total:g} seconds.", maybe_applied=errand.in_doubt)

    async def _attempts(self, errand: _Errand) -> Reply:
        while True:
            try:
                return await self._attempt(errand)
            except OktaError as error:
                wait = self._wait_after(error, errand)
                if wait is None:
                    error.maybe_applied = error.maybe_applied or errand.in_doubt
                    raise
            await _report(errand, wait)
            await self._sleep(wait.seconds)

    async def _attempt(self, errand: _Errand) -> Reply:
        request, spent = errand.request, errand.spent

        async def report(seconds: float) -> None:
            await _report(errand, Wait("Okta's rate limit", seconds, spent.tries))

        headers = dict(request.headers)
        if spent.tries:
            headers["X-Okta-Retry-Count"] = str(spent.tries)
            if errand.first_request_id:
                headers["X-Okta-Retry-For"] = errand.first_request_id
        async with self._pacing.turn(request.asked.method, request.asked.path, spent, report) as sending:
            spent.tries += 1
            authorization = await self._credentials.authorize(request.asked.method, request.url, self._wire)
            asked = replace(request.asked, secrets=authorization.secrets)
            headers |= authorization.headers
            witness = errand.view.witness if asked.writes else None
            if witness is not None:
                await witness.before(asked.method, asked.path)
            doubt_before = errand.in_doubt
            errand.in_doubt = doubt_before or asked.writes
            sending.sent = True
            try:
                with watched(Attempt(asked.method, asked.path, spent.tries), self._host, self.watchers) as attempt:
                    response = sending.response = await self._sent(asked, request, headers, witness)
                    request_id = asked.request_id(response)
                    attempt.answered(response.status_code, request_id)
            except OktaError as error:
                sending.sent = error.sent
                if not error.sent:
                    errand.in_doubt = doubt_before
                    if doubt_before:
                        raise ConnectionLost(f"{error} But it was sent before.", maybe_applied=True) from error
                raise
        errand.first_request_id = errand.first_request_id or request_id
        errand.in_doubt = doubt_before
        turned_away = self._credentials.heard(authorization, response, self._wire)
        if not response.is_error:
            # An answer that cannot be read may still be that of a change that was made.
            errand.in_doubt = doubt_before or asked.writes
            return read(response, asked)
        wait = wait_for(response, attempt=spent.tries, clock=self._clock)
        error_met = error_of(response, asked, wait_seconds=wait)
        errand.in_doubt = doubt_before or error_met.maybe_applied
        if turned_away and errand.readmitted < _READMISSIONS:
            errand.readmitted += 1
            spent.tries -= 1
            return await self._attempt(errand)
        raise error_met

    async def _sent(
        self, asked: Asked, request: Request, headers: Mapping[str, str], witness: Witness | None
    ) -> httpx2.Response:
        try:
            response = await self._wire.send(asked.method, request.url, headers=headers, content=request.content)
        except OktaError as error:
            if witness is not None:
                witness.after(asked.method, asked.path, None, None) if error.sent else witness.unsent()
            raise
        if witness is not None:
            witness.after(asked.method, asked.path, response.status_code, asked.request_id(response))
        return response

    def _wait_after(self, error: OktaError, errand: _Errand) -> Wait | None:
        spent, repeatable = errand.spent, errand.request.repeatable
        is_bulk = spent.party.priority is Priority.BULK
        if spent.tries >= _TRIES and not (is_bulk and isinstance(error, RateLimited)):
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
            case ServerFault(status=503 | 504) if repeatable or not error.sent:
                seconds = _BACKOFF * spent.tries
                reason = f"Okta is not available ({error.status})"
            case ConnectionLost() if repeatable or not error.sent:
                seconds = _BACKOFF * spent.tries
                reason = "the connection was lost"
            case OktaUnreachable(permanent=False):
                seconds = _BACKOFF * spent.tries
                reason = "there is no connection to Okta"
            case _:
                return None
        return Wait(reason, seconds, spent.tries) if seconds <= left else None


async def _report(errand: _Errand, wait: Wait) -> None:
    asked = errand.request.asked
    log.debug("%s %s: %s, %.1f s", asked.method, asked.path, wait.reason, wait.seconds)
    if errand.view.on_wait is not None:
        await errand.view.on_wait(wait)
