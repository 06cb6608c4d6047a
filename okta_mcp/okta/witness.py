"""Whoever sees the changing requests of a client, before and after."""

from typing import Protocol


class Witness(Protocol):
    """Sees every request of a client that may change something, each repetition too."""

    async def before(self, method: str, path: str, /) -> None:
        """See a request that is about to be sent. What this raises keeps it from being sent.

        Args:
            method: HTTP method.
            path: path template.
        """

    def after(self, method: str, path: str, status: int | None, request_id: str | None, /) -> None:
        """See what came of it.

        Args:
            method: HTTP method.
            path: path template.
            status: HTTP status; None where no answer came.
            request_id: `X-Okta-Request-Id`.
        """

    def unsent(self) -> None:
        """See that it was not sent after all."""
