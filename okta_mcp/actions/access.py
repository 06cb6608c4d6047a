"""Users: the groups and applications of one."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.fitting import fit, split_cursor
from okta_mcp.actions.references import KnownUser
from okta_mcp.actions.results import Table, counted
from okta_mcp.directory import GroupRow, Person
from okta_mcp.guard import Neutral, neutral, neutral_text
from okta_mcp.okta import Application, AppLink, Forbidden, User, inner
from okta_mcp.okta import applications as okta_applications
from okta_mcp.okta import users as okta_users


class UserGroups(Table):
    """The groups of a user."""

    user: Person
    groups: list[GroupRow]

    def rows(self) -> list[GroupRow]:
        """Return the groups."""
        return self.groups

    def heading(self) -> str:
        """Return whose and how many."""
        return f"{self.user.label} is in {counted(len(self.groups), 'group')}"


class ApplicationRow(BaseModel):
    """An application as assigned to a user."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

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
    rows, following = fit([GroupRow.of(group) for group in page.items], start=None, skipped=0, following=page.next)
    note = None
    if following is not None:
        note = f"Only the first {len(rows)} are shown; this list has no further pages."
    return UserGroups(user=Person.of(user), groups=rows, complete=following is None, note=note)


@action(
    title="List user's applications",
    effect=Effect.READ,
    idempotent=True,
    toolset="users",
    scopes=("okta.apps.read",),
)
async def list_user_applications(
    call: Call,
    *,
    user: KnownUser,
    after: Annotated[str | None, Field(description="Cursor from the last answer")] = None,
    limit: Annotated[int, Field(ge=1, le=200, description="Rows")] = 200,
) -> UserApplications:
    """List a user's applications. Source: `GET /api/v1/apps?filter=user.id eq "{id}"`."""
    cursor, skipped = split_cursor(after)
    try:
        page = await okta_applications.list_user_applications(call.okta, user.id, limit=limit, after=cursor)
    except Forbidden:
        if after is not None:
            raise
        return await _tiles(call, user)
    found = [ApplicationRow.of(application) for application in page.items]
    rows, following = fit(found, start=cursor, skipped=skipped, following=page.next)
    return UserApplications(user=Person.of(user), applications=rows, after=following, complete=following is None)


async def _tiles(call: Call, user: User) -> UserApplications:
    """List the dashboard tiles instead: they need no rights over applications."""
    links = await okta_users.list_app_links(call.okta, user.id)
    tiles = {link.app_id: ApplicationRow.of_link(link) for link in links}
    rows, _ = fit(list(tiles.values()), start=None, skipped=0, following=None)
    return UserApplications(
        user=Person.of(user),
        applications=rows,
        complete=False,
        note="These credentials may not read applications. Shown are the tiles of the user's dashboard: without "
        "status and settings, and without applications that are inactive or have no tile.",
    )


def _settings(settings: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the settings that tell what the application is; the rest is plumbing that is alike everywhere."""
    own = {name: value for name, value in inner(settings, "app").items() if value not in (None, "", [], {})}
    return neutral(own, limit=200) or None
