"""The user who owns this server's credential, whom no write of it may touch."""

from collections.abc import Iterable
from typing import Protocol

import anyio

from okta_mcp.guard.neutral import quoted
from okta_mcp.guard.refused import Refused
from okta_mcp.okta import Forbidden, NotFound, OktaClient, User
from okta_mcp.okta.org import get_me


class Risky(Protocol):
    """What this protection needs to know of an action."""

    @property
    def name(self) -> str:
        """The tool's name."""

    @property
    def writes(self) -> bool:
        """Whether it can change anything in the org."""


class Owner:
    """The user whose credentials the server uses. Okta takes those together with their owner.

    Args:
        okta: the org's client.
    """

    def __init__(self, okta: OktaClient) -> None:
        self._okta = okta
        self._asking = anyio.Lock()
        self._user: User | None = None

    def learn(self, user: User | None) -> None:
        """Take over who it is from somebody who has just asked Okta."""
        if user is not None and user.id:
            self._user = user

    async def user(self) -> User | None:
        """Return the owner; None for the credential of an app, which is nobody's. Okta is asked until it has told.

        Raises:
            OktaError: it cannot be found out now.

        Source: `GET /api/v1/users/me`.
        """
        async with self._asking:
            if self._user is None and self._okta.credentials.personal:
                self.learn(await get_me(self._okta))
        return self._user

    async def protect(self, action: Risky, named: Iterable[object]) -> None:
        """Stop a write to the owner: it could lock the server out, or hand its rights to somebody else.

        Args:
            action: what is about to run.
            named: the objects its arguments point at.

        Raises:
            Refused: it is about the owner, or Okta does not tell who that is.
            OktaError: it cannot be found out who the owner is.
        """
        targets = [one for one in named if isinstance(one, User)] if action.writes else []
        if not targets:
            return
        try:
            owner = await self.user()
        except (Forbidden, NotFound) as error:
            raise Refused(
                f"{action.name} was not called: Okta does not tell who owns this server's credentials "
                f"(HTTP {error.status}), and no write of this server may touch their owner; nothing was changed",
                "the operator lets the credentials read their own account (GET /api/v1/users/me), or gives the server "
                "a service app's, which are nobody's.",
            ) from None
        if owner is None or all(one.id != owner.id for one in targets):
            return
        raise Refused(
            f"{action.name} was not called: {quoted(owner.login)} owns this server's credentials, and no write of this "
            "server may touch their owner; nothing was changed",
            "somebody else does it in the Admin Console, after the operator has given the server other credentials.",
        )
