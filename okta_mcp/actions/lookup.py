"""Lookup: who or what may be meant by a name, for clients that know only tools."""

from typing import Annotated, Self

from pydantic import Field

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.results import Table, counted
from okta_mcp.directory import LONGEST, GroupMatch, Row, UserMatch
from okta_mcp.guard import Neutral

_MOST = 25
_NO_USER = (
    "Nobody is called nearly so. Try the last name alone, its first letters or the email, or ask the person for the "
    "login; list_users with search profile.department or profile.title shows who is somewhere."
)
_NO_GROUP = "No group is called nearly so. Try one word of the name; list_groups shows all."

Query = Annotated[str, Field(max_length=LONGEST, description="What the person said")]
Limit = Annotated[int, Field(ge=1, le=_MOST, description="Rows")]


class UserCandidate(Row):
    """A user who may be meant."""

    id: str
    label: Neutral
    status: Neutral
    title: Neutral | None = None
    department: Neutral | None = None
    manager: Neutral | None = None
    why: Neutral

    @classmethod
    def of(cls, match: UserMatch) -> Self:
        """Return the line of a match."""
        return cls(
            id=match.id,
            label=f"{match.name} ({match.login})",
            status=match.status,
            title=match.title,
            department=match.department,
            manager=match.manager,
            why=match.why,
        )


class UserCandidates(Table):
    """The users who may be meant, best first."""

    users: list[UserCandidate]

    def rows(self) -> list[UserCandidate]:
        """Return the users."""
        return self.users

    def heading(self) -> str:
        """Return how many."""
        return counted(len(self.users), "candidate")


class GroupCandidate(Row):
    """A group that may be meant."""

    id: str
    label: Neutral
    type: Neutral
    description: Neutral | None = None
    why: Neutral

    @classmethod
    def of(cls, match: GroupMatch) -> Self:
        """Return the line of a match."""
        return cls(id=match.id, label=match.name, type=match.type, description=match.description, why=match.why)


class GroupCandidates(Table):
    """The groups that may be meant, best first."""

    groups: list[GroupCandidate]

    def rows(self) -> list[GroupCandidate]:
        """Return the groups."""
        return self.groups

    def heading(self) -> str:
        """Return how many."""
        return counted(len(self.groups), "candidate")


@action(title="Find user", effect=Effect.READ, idempotent=True, toolset="users", scopes=("okta.users.read",))
async def find_user(call: Call, *, query: Query, limit: Limit = 10) -> UserCandidates:
    """Find the users whom words may mean. Source: `GET /api/v1/users?search=`."""
    found = await call.directory.find_users(_words(query), limit=limit)
    users = [UserCandidate.of(match) for match in found.items]
    note = _note(found.complete, "department or the login") if users or not found.complete else _NO_USER
    return UserCandidates(users=users, complete=found.complete, note=note)


@action(title="Find group", effect=Effect.READ, idempotent=True, toolset="groups", scopes=("okta.groups.read",))
async def find_group(call: Call, *, query: Query, limit: Limit = 10) -> GroupCandidates:
    """Find the groups that words may mean. Source: `GET /api/v1/groups?search=`."""
    found = await call.directory.find_groups(_words(query), limit=limit)
    groups = [GroupCandidate.of(match) for match in found.items]
    note = _note(found.complete, "rest of the name") if groups or not found.complete else _NO_GROUP
    return GroupCandidates(groups=groups, complete=found.complete, note=note)


def _words(query: str) -> str:
    if not query.replace(",", " ").strip():
        raise ArgumentError("`query` is empty; send a name or the beginning of one")
    return query


def _note(complete: bool, narrower: str) -> str | None:  # noqa: FBT001 - as the answer has it
    return None if complete else f"There may be more; add the {narrower} to the query."
