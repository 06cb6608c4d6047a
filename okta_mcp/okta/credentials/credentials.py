"""What the client asks of whatever proves it to Okta."""

from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

import httpx2

from okta_mcp.okta.wire import Wire
from okta_mcp.records import record


@record
class Authorization:
    """What one request carries to be let in. It is good for a single attempt.

    Args:
        headers: to be added to the request's own.
        secrets: texts that may be shown nowhere, should an answer repeat them.
    """

    headers: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


class Credentials(Protocol):
    """Proves each request to Okta. One object serves any number of calls at a time."""

    @property
    def personal(self) -> bool:
        """Whether a user of the org stands behind it, with whom it falls."""

    @property
    def fingerprint(self) -> str:
        """A word by which servers find out that they use the same credentials; it tells nothing of them."""

    async def authorize(self, method: str, url: str, wire: Wire) -> Authorization:
        """Return what an attempt of a request has to carry.

        Args:
            method: HTTP method of the request.
            url: its whole URL.
            wire: the way to the org, for an access token that has to be asked for first.

        Raises:
            OktaError: there is no access token to be had; the request was not sent.
        """

    def heard(self, authorization: Authorization, response: httpx2.Response, wire: Wire) -> bool:
        """Learn from an answer of Okta's, whatever its status.

        Args:
            authorization: what the request carried.
            response: the answer.
            wire: the way it came.

        Returns:
            whether the request was turned away for something that the next authorization will have put right, so
            that it may be sent once more. A request that was turned away did nothing.
        """

    @property
    def scoped(self) -> bool:
        """Whether OAuth scopes bound it; for an API token roles alone decide."""

    def facts(self, wire: Wire) -> Mapping[str, str]:
        """Return what an operator may want to know of it, by heading; no secret.

        Args:
            wire: the way to the org.
        """

    async def scopes(self, wire: Wire, *, renewed: bool) -> frozenset[str] | None:
        """Return the OAuth scopes it holds; None where there are none.

        Args:
            wire: the way to the org.
            renewed: whether a new token is wanted, unless the one there is was got within the last minute.

        Raises:
            OktaError: there is no access token to be had.
        """
