"""A sandbox in the hand of a test: where it is, what it was asked, and what a test may do to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from okta_mcp.sandbox.clock import MovableClock
from okta_mcp.sandbox.faults import Faults
from okta_mcp.sandbox.journal import JournalEntry
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    import httpx2

__all__ = ["HeldSandbox"]

T = TypeVar("T")


@dataclass(frozen=True)
class HeldSandbox:
    """A sandbox and its address.

    Args:
        sandbox: the sandbox itself, which can do all the rest.
        url: base URL of the org.
        at_rest: does something while no request is being handled; returns what that returns.
    """

    sandbox: Sandbox
    url: str
    at_rest: Callable[[Callable[[], object]], object]

    @property
    def token(self) -> str:
        """An API token of the administrator."""
        return self.sandbox.api_token

    @property
    def org(self) -> Org:
        """The state, to be looked into."""
        return self.sandbox.org

    @property
    def journal(self) -> list[JournalEntry]:
        """Every request since the test began, in order."""
        return self.sandbox.journal

    @property
    def faults(self) -> Faults:
        """The rules by which requests fail."""
        return self.sandbox.faults

    @property
    def clock(self) -> MovableClock:
        """The org's time."""
        return self.sandbox.clock

    def reset(self, moment: datetime | None = None) -> None:
        """Begin anew; see `Sandbox.reset`."""
        self.at_rest(lambda: self.sandbox.reset(moment))

    def snapshot(self, name: str) -> None:
        """Keep the present state under a name."""
        self.at_rest(lambda: self.sandbox.snapshots.take(name))

    def restore(self, name: str) -> None:
        """Bring a state back.

        Raises:
            KeyError: when there is none of this name.
        """
        self.at_rest(lambda: self.sandbox.snapshots.restore(name))

    def issue_token(self, login: str) -> str:
        """Return a new API token of the user with this login.

        Raises:
            ApiError: 404 when there is no such user.
        """
        return str(self.at_rest(lambda: self.sandbox.issue_token(login)))

    def transport(self) -> "httpx2.ASGITransport":
        """Return a transport that leads to the org without a socket; it wants an event loop."""
        import httpx2  # noqa: PLC0415 - only for those who use it

        return httpx2.ASGITransport(app=self.sandbox.app)

    def client(self) -> "httpx2.AsyncClient":
        """Return an HTTP client of the administrator, without a socket; close it after use."""
        import httpx2  # noqa: PLC0415 - only for those who use it

        headers = {"Authorization": f"SSWS {self.token}"}
        return httpx2.AsyncClient(transport=self.transport(), base_url=self.url, headers=headers)
