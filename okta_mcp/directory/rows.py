"""How an object of the directory is shown: the few facts that tell it from the next one."""

from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from okta_mcp.guard import Neutral, neutral_text, quoted
from okta_mcp.okta import Group, User, inner

GROUP_KINDS = {
    "OKTA_GROUP": "Okta group",
    "APP_GROUP": "group imported from a directory or app, not editable here",
    "BUILT_IN": "built-in group, not editable",
}


class Row(BaseModel):
    """One line of a list: typed for programs, short for people."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, defer_build=True)


class Person(Row):
    """A user by the facts that identify one."""

    id: str
    login: Neutral
    name: Neutral
    status: Neutral

    @property
    def label(self) -> str:
        """A name a person recognises, quoted, with the login behind it."""
        return f"{quoted(self.name)} ({quoted(self.login)[1:-1]})"

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the identity of a user as Okta answered it."""
        return cls(id=user.id, login=user.login, name=user.name, status=user.status)


class UserRow(Person):
    """A user, as a help desk tells people apart."""

    title: Neutral | None = None
    department: Neutral | None = None
    last_login: str | None = None

    @classmethod
    def of(cls, user: User) -> Self:
        """Return the row of a user as Okta answered it."""
        return cls(
            id=user.id,
            login=user.login,
            name=user.name,
            status=user.status,
            title=user.title,
            department=user.department,
            last_login=user.last_login,
        )

    def __str__(self) -> str:
        # The id stands first, and what people may write of themselves in quotes: a title can pretend to be an id.
        facts = [quoted(fact, limit=60) for fact in (self.title, self.department) if fact]
        return ", ".join([f"{self.id}: {self.label}", self.status, *facts])


class GroupName(Row):
    """A group by the facts that identify one."""

    id: str
    name: Neutral
    type: Neutral

    @property
    def label(self) -> str:
        """The group's name, quoted."""
        return quoted(self.name)

    @classmethod
    def of(cls, group: Group) -> Self:
        """Return the identity of a group as Okta answered it."""
        return cls(id=group.id, name=group.name, type=group.type)


class GroupRow(GroupName):
    """A group, with what decides whether its members can be changed here."""

    description: Neutral | None = None
    users_count: int | None = None
    apps_count: int | None = None
    source_app: Neutral | None = None

    @classmethod
    def of(cls, group: Group) -> Self:
        """Return the row of a group as Okta answered it, with its statistics where they were asked for."""
        stats, source = inner(group.embedded, "stats"), inner(group.embedded, "app")
        return cls(
            id=group.id,
            name=group.name,
            type=group.type,
            description=group.description or None,
            users_count=_number(stats.get("usersCount")),
            apps_count=_number(stats.get("appsCount")),
            source_app=neutral_text(source.get("label") or group.source_id) or None,
        )

    def __str__(self) -> str:
        facts = [f"{self.id}: {self.label}", GROUP_KINDS.get(self.type, self.type)]
        if self.description:
            facts.append(quoted(self.description, limit=60))
        return ", ".join(facts)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
