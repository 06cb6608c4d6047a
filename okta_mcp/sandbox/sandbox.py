"""The sandbox as its users hold it: an org, the ASGI application in front of it, and what a test may ask."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from okta_mcp.sandbox.app import routes_app
from okta_mcp.sandbox.clock import Clock, utc_now
from okta_mcp.sandbox.company import Company, sample_company
from okta_mcp.sandbox.errors import not_found
from okta_mcp.sandbox.gate import Gate
from okta_mcp.sandbox.limits import RateLimits
from okta_mcp.sandbox.seed import ADMIN_LOGIN, seeded_org
from okta_mcp.sandbox.trouble import Disconnect, Trouble, Troubles

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from okta_mcp.sandbox.journal import JournalEntry

__all__ = ["Sandbox"]


class Sandbox:
    """An Okta org in this process, reached over HTTP at `app`.

    Ids and tokens are the same in every run; moments are counted from the clock's time now.

    Args:
        company: whom the org begins with; the sample company when None.
        clock: returns the current time, aware.
        origin: scheme and host that links begin with; those of each request when None.
        rate_limits: requests per minute by bucket name, instead of the defaults.

    Raises:
        ValueError: for the name of a bucket that does not exist.
    """

    def __init__(
        self,
        company: Company | None = None,
        *,
        clock: Clock = utc_now,
        origin: str | None = None,
        rate_limits: Mapping[str, int] | None = None,
    ) -> None:
        self.org = seeded_org(company or sample_company(), clock)
        self.journal: list[JournalEntry] = []
        self._troubles = Troubles()
        self.api_token: str = self.issue_token(ADMIN_LOGIN)
        self.app: ASGIApp = Gate(
            routes_app(),
            org=self.org,
            origin=origin.rstrip("/") if origin else None,
            limits=RateLimits(rate_limits),
            troubles=self._troubles,
            journal=self.journal,
        )

    def issue_token(self, login: str) -> str:
        """Return a new API token of the user with this login.

        Raises:
            ApiError: 404 when there is no such user.
        """
        owner = self.org.user_by_login(login)
        if owner is None:
            raise not_found(login, "User")
        return self.org.issue_token(owner).secret

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
        disconnect: Disconnect | None = None,
        concurrency: bool = False,
        html: bool = False,
        times: int = 1,
    ) -> None:
        """Let the next requests that match meet trouble.

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
        """
        self._troubles.add(
            Trouble(
                method=method.upper(),
                path_prefix=path_prefix,
                status=status,
                error_code=error_code,
                delay=delay,
                disconnect=disconnect,
                concurrency=concurrency,
                html=html,
                times=times,
            )
        )
