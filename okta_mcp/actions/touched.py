"""What a write may have changed: the objects it was tried on, and what it answered."""

from collections.abc import Iterable
from dataclasses import field
from typing import Self

from okta_mcp.actions.results import Result
from okta_mcp.directory import Directory
from okta_mcp.okta import Group, User
from okta_mcp.records import record


@record
class Touched:
    """The users and groups of one write.

    Args:
        users: every login, old and new, by the id of the user.
        groups: the name by the id of the group.
    """

    users: dict[str, list[str]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[object], result: Result | None) -> Self:
        """Return what a call has touched.

        Args:
            named: the objects of its arguments; lists of them too.
            result: what it answered; None when it failed, which may be after the change.
        """
        touched = cls()
        for one in named:
            for item in one if isinstance(one, list) else [one]:
                if isinstance(item, User):
                    touched.users.setdefault(item.id, []).append(item.login)
                elif isinstance(item, Group):
                    touched.groups[item.id] = item.name
        person = result.touched if result is not None else None
        if person is not None:
            user_id, login = person
            touched.users.setdefault(user_id, []).append(login)
        return touched

    def forget(self, directory: Directory) -> None:
        """Let the directory forget what may no longer be so."""
        for user_id in self.users:
            directory.forget_user(user_id)
        for group_id in self.groups:
            directory.forget_group(group_id)
