"""The sandbox as its users hold it: an org, the ASGI application in front of it, and what a test may ask."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from okta_mcp.sandbox.app import routes_app
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.clock import Clock, MovableClock, utc_now
from okta_mcp.sandbox.company import Company, sample_company
from okta_mcp.sandbox.errors import not_found
from okta_mcp.sandbox.faults import FaultRule, Faults, Hindsight, Kind, When
from okta_mcp.sandbox.gate import Gate
from okta_mcp.sandbox.limits import RateLimits
from okta_mcp.sandbox.oauth import clients
from okta_mcp.sandbox.oauth.devices import waiting_grant
from okta_mcp.sandbox.oauth.roles import roles_named
from okta_mcp.sandbox.passwords import PasswordPolicy
from okta_mcp.sandbox.realms import enable_realms
from okta_mcp.sandbox.seed import ADMIN_LOGIN, seeded_org
from okta_mcp.sandbox.snapshots import Snapshots

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from okta_mcp.sandbox.journal import JournalEntry
    from okta_mcp.sandbox.oauth import Client
    from okta_mcp.sandbox.org import Org
    from okta_mcp.sandbox.state.keeper import Keeper

__all__ = ["Sandbox"]


class Sandbox:
    """An Okta org in this process, reached over HTTP at `app`.

    Ids and tokens are the same in every run; moments are counted from the clock's time now.

    Args:
        company: whom the org begins with; the sample company when None.
        clock: returns the current time, aware; `Sandbox.clock` follows it until it is moved.
        origin: scheme and host that links begin with; those of each request when None.
        rate_limits: requests per minute by bucket name, instead of the defaults.
        plan: whose rate limits hold: `integrator`, `one-app`, `enterprise` or `workforce`; see `RateLimits`.
        token_share: the part of every rate limit that one token may use; half of it with a plan.
        at_once: requests that may be under way at the same moment; the plan's when None.
        faults: rules in force from the beginning.
        realms: whether the org has the feature of realms.
        asynchronous: seconds that activations, deactivations in the background and apps of groups take; None for no
            time at all.
        password_policy: what is asked of passwords and of who signs in; Okta's default policy when None.
        control: whether the sandbox can be looked into and steered over HTTP, at `/sandbox/`.
        keeper: what keeps the org in a file; see `okta_mcp.sandbox.state`.

    Attributes:
        org: the state.
        clock: the time; it can be moved forward, and go faster.
        journal: every request, in order.
        faults: the rules by which requests fail.
        snapshots: states of the org to come back to.
        api_token: a token of the administrator.
        app: the ASGI application.

    Raises:
        ValueError: for the name of a bucket or a plan that does not exist, or a limit that makes no sense.
    """

    def __init__(
        self,
        company: Company | None = None,
        *,
        clock: Clock = utc_now,
        origin: str | None = None,
        rate_limits: Mapping[str, int] | None = None,
        plan: str | None = None,
        token_share: float | None = None,
        at_once: int | None = None,
        faults: Iterable[FaultRule] = (),
        realms: bool = False,
        asynchronous: float | None = None,
        password_policy: PasswordPolicy | None = None,
        control: bool = False,
        keeper: "Keeper | None" = None,
    ) -> None:
        self._company = company or sample_company()
        self._rules = tuple(faults)
        self._limits = RateLimits(rate_limits, plan=plan, token_share=token_share, at_once=at_once)
        self._has_realms = realms
        if asynchronous is not None and not 0 <= asynchronous < timedelta.max.total_seconds():
            raise ValueError(f"an org takes 0 seconds or more for what it does later, not {asynchronous}")
        self._delay = None if asynchronous is None else timedelta(seconds=asynchronous)
        self._password_policy = password_policy or PasswordPolicy()
        kept = None if keeper is None else keeper.whole
        self.clock = MovableClock(clock) if kept is None else kept.clock
        self.clock.follow(clock)
        self.org = self._founded() if kept is None else kept.org
        self.org.run_by(self.clock)
        self.journal: list[JournalEntry] = []
        self.faults = Faults(self._rules)
        self._hindsight = Hindsight(self.org)
        self.snapshots = Snapshots(self.org, self._hindsight.forget)
        if kept is not None:
            self.snapshots.adopt(kept.snapshots)
        self.api_token: str = self.issue_token(ADMIN_LOGIN) if kept is None else kept.api_token
        self.app: ASGIApp = Gate(
            routes_app() if keeper is None else keeper.inner(routes_app()),
            org=self.org,
            origin=origin.rstrip("/") if origin else None,
            limits=self._limits,
            faults=self.faults,
            hindsight=self._hindsight,
            journal=self.journal,
        )
        if control:
            from okta_mcp.sandbox.control import controlled  # noqa: PLC0415 - most sandboxes do without

            self.app = controlled(self, self.app)
        if keeper is not None:
            self.app = keeper.outer(self.app)

    def reset(self, moment: datetime | None = None) -> None:
        """Begin anew: the first state with the first token, no journal, the first faults, whole rate limits.

        Snapshots are kept. The org's objects that were taken out before belong to the state that is left.

        Args:
            moment: what the clock shows then, be it past or future; the time of its source when None.

        Raises:
            ValueError: for a moment without a time zone.
        """
        self.clock.restart(moment)
        self.snapshots.replace(self._first_state())
        self.journal.clear()
        self.faults.clear()
        for rule in self._rules:
            self.faults.add(rule)
        self._limits.forget()

    @contextmanager
    def unhindered(self) -> Iterator[None]:
        """Let no request meet a rate limit or a fault meanwhile."""
        self._limits.lifted = self.faults.lifted = True
        try:
            yield
        finally:
            self._limits.lifted = self.faults.lifted = False

    def _founded(self) -> "Org":
        org = seeded_org(self._company, self.clock)
        if self._has_realms:
            enable_realms(org)
        org.delay = self._delay
        org.password_policy = self._password_policy
        return org

    def _first_state(self) -> "Org":
        org = self._founded()
        owner = org.user_by_login(ADMIN_LOGIN)
        if owner is not None:
            self.api_token = org.issue_token(owner).secret
        return org

    def issue_token(self, login: str, roles: Collection[str] | None = None) -> str:
        """Return a new API token of the user with this login.

        Args:
            login: whose token it is.
            roles: admin roles that the user has from now on, such as `HELP_DESK_ADMIN`; as before when None.

        Raises:
            ApiError: 404 when there is no such user.
            ValueError: for a role that does not exist.
        """
        owner = self.org.user_by_login(login)
        if owner is None:
            raise not_found(login, "User")
        if roles is not None:
            self.org.roles[owner.id] = frozenset(roles_named(roles))
        return self.org.issue_token(owner).secret

    def register_service_app(
        self,
        name: str,
        *,
        jwks: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        scopes: Collection[str] = (),
        roles: Collection[str] = (),
        dpop: bool = False,
    ) -> "Client":
        """Register an OAuth client that acts for itself and proves who it is with a private key.

        Args:
            name: what people call it.
            jwks: its public keys: a JWK set, a list of JWKs, or one JWK.
            scopes: the scopes it is granted, such as `okta.users.read`.
            roles: its admin roles, such as `SUPER_ADMIN`.
            dpop: whether its tokens have to be bound to a key.

        Raises:
            ValueError: for a key that is not a public RSA or EC key, or an unknown scope or role.
        """
        change = Change(self.org, self.org.now())
        return clients.register_service_app(change, name, jwks=jwks, scopes=scopes, roles=roles, dpop=dpop)

    def register_native_app(self, name: str, *, scopes: Collection[str] = (), dpop: bool = False) -> "Client":
        """Register an OAuth client that acts for the person who approves its device.

        Args:
            name: what people call it.
            scopes: the scopes it is granted.
            dpop: whether its tokens have to be bound to a key.

        Raises:
            ValueError: for an unknown scope.
        """
        change = Change(self.org, self.org.now())
        return clients.register_native_app(change, name, scopes=scopes, dpop=dpop)

    def approve_device(self, user_code: str, login: str) -> None:
        """Sign in as the user with this login and approve the device that shows a code.

        Raises:
            KeyError: no device shows it, or its time is up.
            ApiError: 404 when there is no such user.
        """
        user = self.org.user_by_login(login)
        if user is None:
            raise not_found(login, "User")
        waiting_grant(self.org, user_code).user_id = user.id

    def deny_device(self, user_code: str) -> None:
        """Refuse the device that shows a code.

        Raises:
            KeyError: no device shows it, or its time is up.
        """
        waiting_grant(self.org, user_code).denied = True

    def revoke_token(self, token: str) -> None:
        """Make an API token stop working.

        Raises:
            KeyError: for a text that is no API token of this org.
        """
        del self.org.tokens[token]

    def fail(
        self,
        method: str,
        path_prefix: str,
        *,
        status: int | None = None,
        error_code: str | None = None,
        delay: float | None = None,
        disconnect: Literal["before", "after"] | None = None,
        concurrency: bool = False,
        html: bool = False,
        times: int = 1,
    ) -> None:
        """Let the next requests that match meet trouble; `faults.add(FaultRule(...))` can do more.

        Args:
            method: HTTP method; `*` for any.
            path_prefix: beginning of the path, such as `/api/v1/users`.
            status: HTTP status answered, with Okta's error body; for 429 with the headers of an empty bucket.
            error_code: Okta's error code for it; the usual one for `status` when None.
            delay: seconds to wait before the request is handled.
            disconnect: drop the connection `before` or `after` the request is carried out.
            concurrency: make the 429 that of too many concurrent requests.
            html: answer a page of HTML, 503 unless `status` says otherwise.
            times: how many requests meet it.

        Raises:
            ValueError: when nothing is said to go wrong.
        """
        if disconnect is not None:
            kind = Kind.CUT
        elif html:
            kind = Kind.HTML
        elif status == 429:
            kind = Kind.CONCURRENCY_LIMIT if concurrency else Kind.RATE_LIMIT
        else:
            kind = Kind.LATENCY if status is None else Kind.ERROR
        self.faults.add(
            FaultRule(
                kind=kind,
                method=method,
                path=f"{path_prefix}**",
                status=status if kind in (Kind.ERROR, Kind.HTML) else None,
                code=error_code,
                delay=delay or 0.0,
                when=When(disconnect or When.BEFORE),
                times=times,
            )
        )
