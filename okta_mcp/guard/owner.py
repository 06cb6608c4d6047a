"""The user who owns this server's credential, and who must not be locked out by it."""

from collections.abc import Iterable
from typing import Protocol

import anyio

from okta_mcp.guard.neutral import quoted
from okta_mcp.guard.policy import Refused
from okta_mcp.okta import Forbidden, Group, NotFound, OktaClient, User
from okta_mcp.okta.groups import list_groups
from okta_mcp.okta.org import get_me


class Risky(Protocol):
    """What this protection needs to know of an action."""

    @property
    def name(self) -> str:
        """The tool's name."""

    @property
    def locks_out(self) -> bool:
        """Whether it can take the sign-in or the admin rights from the user it is called for."""


class Owner:
    """The user whose credentials the server uses. Okta takes those together with their owner.

    Args:
        okta: the org's client.
    """

    def __init__(self, okta: OktaClient) -> None:
        self._okta = okta
        self._asking = anyio.Lock()
        self._user: User | None = None
        self._nobody = not okta.credentials.personal

    def learn(self, user: User | None) -> None:
        """Take over who it is from somebody who has just asked Okta."""
        if user is not None and user.id:
            self._user = user

    async def user(self) -> User | None:
        """Return the owner; None when no user stands behind the credential. Okta is asked once at most.

        Raises:
            OktaError: it cannot be found out now.

        Source: `GET /api/v1/users/me`.
        """
        async with self._asking:
            if self._user is None and not self._nobody:
                try:
                    self.learn(await get_me(self._okta))
                except (Forbidden, NotFound):
                    self._nobody = True  # an application's credential: nobody's account is behind it
        return self._user

    async def protect(self, action: Risky, named: Iterable[object]) -> None:
        """Stop a call that would lock the server out.

        Args:
            action: what is about to run.
            named: the objects its arguments point at.

        Raises:
            Refused: it is for the owner; of the groups only one that gives admin rights counts.
            OktaError: it cannot be found out who the owner is.
        """
        if not action.locks_out:
            return
        owner, targets = await self.user(), tuple(named)
        if owner is None or all(one.id != owner.id for one in targets if isinstance(one, User)):
            return
        groups = [one for one in targets if isinstance(one, Group)]
        if groups and not [group for group in groups if await self._may_give_rights(group)]:
            return
        raise Refused(
            f"{action.name} was not called: {quoted(owner.login)} owns this server's credentials, and the server would "
            "lock itself out; nothing was changed",
            "somebody else does it in the Admin Console, after the operator has given the server other credentials.",
        )

    async def _may_give_rights(self, group: Group) -> bool:
        """Ask whether a group gives admin rights; where Okta does not say, it may.

        Source: `GET /api/v1/groups?expand=stats`, `hasAdminPrivlege` (Okta's spelling).
        """
        page = await list_groups(self._okta, filter=f'id eq "{group.id}"', expand="stats", limit=1)
        stats = page.items[0].embedded.get("stats") if page.items else None
        return not (isinstance(stats, dict) and stats.get("hasAdminPrivlege") is False)
