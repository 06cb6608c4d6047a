"""Users: the groups and applications of one."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.bounding import short, size
from okta_mcp.actions.fitting import ROOM, Place, fit, split_cursor
from okta_mcp.actions.references import KnownUser
from okta_mcp.actions.results import Table, counted
from okta_mcp.directory import GroupRow, Person
from okta_mcp.guard import Neutral, Part, neutral, neutral_text
from okta_mcp.okta import Application, AppLink, Forbidden, InvalidRequest, User, inner
from okta_mcp.okta import applications as okta_applications
from okta_mcp.okta import users as okta_users

_SECRET = re.compile(r"secret|passw|pwd|token|credential|key|cert", re.IGNORECASE)
"""Names of application settings that hold what nobody asked to see."""


_NOT_ALLOWED = "These credentials may not read applications (scope okta.apps.read, and an admin role for them)."
_NOT_KNOWN = "This org does not list applications by user."
_INSTEAD = {
    "E0000006": _NOT_ALLOWED,
    "insufficient_scope": _NOT_ALLOWED,
    "E0000031": _NOT_KNOWN,
    "E0000094": _NOT_KNOWN,
}
"""The errors after which the user's dashboard tells something of the applications all the same, and why it is asked.

Okta's documentation names the filter by user in one place and leaves it out in another.
"""


class UserGroups(Table):
    """The groups of a user: as rows, or where those are too many by name, under the type of group."""

    user: Person
    groups: list[GroupRow]
    names_by_type: dict[str, list[str]] | None = None

    def rows(self) -> list[GroupRow]:
        """Return the groups."""
        return self.groups

    def heading(self) -> str:
        """Return whose and how many."""
        return f"{self.user.label} is in {counted(len(self.groups) + self._names, 'group')}"

    def text(self) -> str:
        """Return the rows, and below them one name a line."""
        lines = [super().text()]
        for kind, names in (self.names_by_type or {}).items():
            lines += [f"{kind}, by name:", *names]
        return "\n".join(lines)

    @property
    def _names(self) -> int:
        return sum(map(len, (self.names_by_type or {}).values()))


class ApplicationRow(BaseModel):
    """An application as assigned to a user."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, hide_input_in_errors=True, defer_build=True
    )

    id: str
    label: Neutral
    name: Neutral
    status: Neutral | None = None
    sign_on_mode: Neutral | None = None
    assigned_through: Neutral | None = None
    settings: dict[str, Any] | None = None

    @classmethod
    def of(cls, application: Application) -> "ApplicationRow":
        """Return the row of an application, with the settings of its own kind."""
        scope = neutral_text(inner(application.embedded, "user").get("scope"))
        return cls(
            id=application.id,
            label=application.label,
            name=application.name,
            status=application.status,
            sign_on_mode=application.sign_on_mode,
            assigned_through={"USER": "direct", "GROUP": "group"}.get(scope),
            settings=_settings(application.settings),
        )

    @classmethod
    def of_link(cls, link: AppLink) -> "ApplicationRow":
        """Return the row of a dashboard tile, which is all that some credentials may see."""
        return cls(id=link.app_id, label=link.label, name=link.app_name or "")


class UserApplications(Table):
    """The applications of a user."""

    user: Person
    applications: list[ApplicationRow]

    def rows(self) -> list[ApplicationRow]:
        """Return the applications."""
        return self.applications

    def heading(self) -> str:
        """Return whose and how many."""
        return f"{self.user.label} has {counted(len(self.applications), 'application')}"


@action(
    title="List user's groups",
    effect=Effect.READ,
    idempotent=True,
    toolset="users",
    scopes=("okta.users.read",),
)
async def list_user_groups(call: Call, *, user: KnownUser) -> UserGroups:
    """List a user's groups. Source: `GET /api/v1/users/{id}/groups`."""
    page = await okta_users.list_user_groups(call.okta, user.id)
    return _all_groups(
        Person.of(user), [short(GroupRow.of(group)) for group in page.items], unread=page.next is not None
    )


@action(
    title="List user's applications",
    effect=Effect.READ,
    idempotent=True,
    toolset="users",
    scopes=("okta.users.read",),
    parts=(Part("for status, settings and what has no tile", ("okta.apps.read",)),),
)
async def list_user_applications(
    call: Call,
    *,
    user: KnownUser,
    after: Annotated[str | None, Field(description="Cursor from the last answer")] = None,
    limit: Annotated[int, Field(ge=1, le=200, description="Rows")] = 200,
) -> UserApplications:
    """List a user's applications. Source: `GET /api/v1/apps?filter=user.id eq "{id}"`."""
    cursor, place = split_cursor(after)
    try:
        page = await okta_applications.list_user_applications(call.okta, user.id, limit=limit, after=cursor)
    except (Forbidden, InvalidRequest) as error:
        why = _INSTEAD.get(error.code)
        if why is None or after is not None:
            raise
        return await _tiles(call, user, limit, why)
    found = [ApplicationRow.of(application) for application in page.items]
    fitted = fit(found, start=cursor, place=place, following=page.next)
    return UserApplications(
        user=Person.of(user),
        applications=fitted.rows,
        after=fitted.after,
        complete=fitted.after is None,
        note=fitted.note,
    )


def _all_groups(user: Person, rows: list[GroupRow], *, unread: bool) -> UserGroups:
    """Return all groups in one answer, as this list has no pages: the more there are, the less is told of each."""
    shown, names, less = _condensed(rows)
    number = len(shown) + sum(map(len, names.values()))
    cut = number < len(rows)
    notes = [
        f"Shown are {number} of {len(rows)} groups." if cut else None,
        "There are further groups that were not read." if unread else None,
        less,
        "To learn of any other group ask list_group_users." if cut or unread else None,
    ]
    return UserGroups(
        user=user,
        groups=shown,
        names_by_type=names or None,
        complete=not (cut or unread),
        note=" ".join(filter(None, notes)) or None,
    )


def _condensed(rows: list[GroupRow]) -> tuple[list[GroupRow], dict[str, list[str]], str | None]:
    """Return what is told of each group: rows, names under their type, and what is left out."""
    if size(rows) <= ROOM:
        return rows, {}, None
    bare = [GroupRow(id=row.id, name=row.name, type=row.type) for row in rows]
    if size(bare) <= ROOM:
        return bare, {}, "There are so many that descriptions are left out."
    # A tool takes a name for an id, so a name is enough for every next step.
    own = [row for row in bare if row.type == "OKTA_GROUP"]
    others = [row for row in bare if row.type != "OKTA_GROUP"]
    room = ROOM - size(own)
    named = _first_names(others, room)
    if room >= 0 and sum(map(len, named.values())) == len(others):
        return own, named, "There are so many that those which cannot be changed here are shown by name only."
    return [], _first_names([*own, *others], ROOM), "There are so many that they are shown by name only."


def _first_names(rows: list[GroupRow], room: int) -> dict[str, list[str]]:
    """Return the names of as many groups as fit, by type."""
    names: dict[str, list[str]] = {}
    for row in rows:
        # Quotation marks and comma, as JSON; a type is named once.
        room -= len(json.dumps(row.name, ensure_ascii=False)) + 1 + (0 if row.type in names else len(row.type) + 8)
        if room < 0:
            break
        names.setdefault(row.type, []).append(row.name)
    return names


async def _tiles(call: Call, user: User, limit: int, why: str) -> UserApplications:
    """List the dashboard tiles instead: they need no rights over applications."""
    links = await okta_users.list_app_links(call.okta, user.id)
    tiles = {link.app_id: ApplicationRow.of_link(link) for link in links}
    shown = fit(list(tiles.values())[:limit], start=None, place=Place(), following=None).rows
    cut = f" The first {len(shown)} of {len(tiles)} are shown." if len(shown) < len(tiles) else ""
    return UserApplications(
        user=Person.of(user),
        applications=shown,
        complete=False,
        note=f"{why} Shown are the tiles of the user's dashboard: without "
        "status and settings, and without applications that are inactive or have no tile." + cut,
    )


def _settings(settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the settings that tell what the application is, without those that let somebody in.

    The rest of Okta's settings is plumbing that is alike everywhere.
    """
    own = {
        name: value
        for name, value in inner(settings, "app").items()
        if value not in (None, "", [], {}) and not _SECRET.search(name)
    }
    return neutral(own, limit=200) or None
