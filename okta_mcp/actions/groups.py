"""Groups: list them and their members, assign and remove users."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from okta_mcp.actions.action import Call, Effect, action
from okta_mcp.actions.conditions import (
    require_apart,
    require_filled,
    require_first_page,
    require_pages,
    require_possible,
    require_sortable,
)
from okta_mcp.actions.counting import GROUPS, USERS, CountBy, CountGroupsBy, count
from okta_mcp.actions.fitting import fit, split_cursor
from okta_mcp.actions.references import TheGroup, TheMembership, TheUser, TheUserHere
from okta_mcp.actions.results import Change, CountableTable, Membership, counted
from okta_mcp.directory import GroupName, GroupRow, Person, UserRow
from okta_mcp.expressions import GROUPS_FILTER, GROUPS_SEARCH
from okta_mcp.okta import Group, OktaClient, Page, Unsent, User
from okta_mcp.okta import groups as okta_groups
from okta_mcp.okta import users as okta_users

_READ = ("okta.groups.read",)
_MANAGE = ("okta.groups.manage", "okta.users.read")

# Which memberships a rule has made, Okta does not tell.
_EXCLUDED = " If a group rule had put them in, Okta now leaves them out of that rule for good."


class GroupPage(CountableTable):
    """A page of groups."""

    groups: list[GroupRow]

    def rows(self) -> list[GroupRow]:
        """Return the groups."""
        return self.groups

    def heading(self) -> str:
        """Return how many."""
        return counted(self.number, "group")


class GroupMembers(CountableTable):
    """A page of a group's members."""

    group: GroupName
    users: list[UserRow]

    def rows(self) -> list[UserRow]:
        """Return the members."""
        return self.users

    def heading(self) -> str:
        """Return whose and how many."""
        return f"{self.group.label}: {counted(self.number, 'member')}"


@action(title="List groups", effect=Effect.READ, idempotent=True, toolset="groups", scopes=_READ)
async def list_groups(
    call: Call,
    *,
    q: Annotated[str | None, Field(description="Start of the name; not paged")] = None,
    search: Annotated[str | None, Field(description='e.g. profile.name sw "Sales"')] = None,
    filter: Annotated[  # noqa: A002 - Okta's name
        str | None, Field(description="Like search, over id, type, lastUpdated, lastMembershipUpdated")
    ] = None,
    expand: Annotated[
        tuple[Literal["stats", "app"], ...],
        Field(max_length=2, description="stats: counts; app: source"),
    ] = (),
    sort_by: Annotated[str | None, Field(description="With search: e.g. profile.name")] = None,
    sort_order: Annotated[Literal["asc", "desc"] | None, Field(description="With sortBy")] = None,
    after: Annotated[str | None, Field(description="Cursor from the last answer")] = None,
    limit: Annotated[int, Field(ge=1, le=200, description="Rows")] = 200,
    count_by: CountGroupsBy = None,
) -> GroupPage:
    """List groups, or count them. Source: `GET /api/v1/groups`."""
    require_filled(q=q, search=search, filter=filter, sortBy=sort_by)
    # Okta takes `q` and `filter` together.
    require_apart({"search": search, "q": q})
    require_apart({"search": search, "filter": filter})
    require_sortable(sort_by, sort_order, search, everything='created gt "2000-01-01T00:00:00.000Z"')
    require_first_page(q, after)
    unknown = require_possible("search", search, GROUPS_SEARCH) or require_possible("filter", filter, GROUPS_FILTER)
    if count_by is not None:
        require_pages(q)

        async def read(okta: OktaClient, following: str | None) -> Page[Group]:
            return await okta_groups.list_groups(okta, search=search, filter=filter, limit=200, after=following)

        counted_groups = await count(call, GROUPS, count_by, read, after=after)
        return GroupPage(groups=[], **counted_groups.told(count_by, unknown))
    cursor, place = split_cursor(after)
    page = await okta_groups.list_groups(
        call.okta,
        q=q,
        search=search,
        filter=filter,
        expand=",".join(expand) or None,
        sort_by=sort_by,
        sort_order=sort_order,
        limit=limit,
        after=cursor,
    )
    found = [GroupRow.of(group) for group in page.items]
    fitted = fit(found, start=cursor, place=place, following=page.next)
    capped = q is not None and len(page.items) >= limit
    note = "q shows the first matches only; use search with sw for all." if capped else unknown
    complete = fitted.after is None and not capped
    return GroupPage(groups=fitted.rows, after=fitted.after, complete=complete, note=fitted.noted(note))


@action(title="List group's users", effect=Effect.READ, idempotent=True, toolset="groups", scopes=_READ)
async def list_group_users(
    call: Call,
    *,
    group: TheGroup,
    after: Annotated[str | None, Field(description="Cursor from the last answer")] = None,
    limit: Annotated[int, Field(ge=1, le=200, description="Rows")] = 200,
    count_by: CountBy = None,
) -> GroupMembers:
    """List a group's members, in every status, or count them. Source: `GET /api/v1/groups/{groupId}/users`."""
    if count_by is not None:

        async def read(okta: OktaClient, following: str | None) -> Page[User]:
            return await okta_groups.list_group_users(okta, group.id, limit=200, after=following)

        members = await count(call, USERS, count_by, read, after=after)
        return GroupMembers(group=GroupName.of(group), users=[], **members.told(count_by))
    cursor, place = split_cursor(after)
    page = await okta_groups.list_group_users(call.okta, group.id, limit=limit, after=cursor)
    found = [UserRow.of(user) for user in page.items]
    fitted = fit(found, start=cursor, place=place, following=page.next)
    return GroupMembers(
        group=GroupName.of(group),
        users=fitted.rows,
        after=fitted.after,
        complete=fitted.after is None,
        note=fitted.note,
    )


@action(
    title="Assign user to group", effect=Effect.WRITE, idempotent=True, toolset="groups", scopes=_MANAGE, grants=True
)
async def assign_user_to_group(call: Call, *, user: TheUserHere, group: TheMembership) -> Membership:
    """Add a user to a group. Source: `PUT /api/v1/groups/{groupId}/users/{userId}`."""
    was_member = await _is_member(call, user, group)
    try:
        written = await okta_groups.add_user_to_group(call.okta, group.id, user.id)
    except Unsent as unsent:
        raise replace(unsent, idle=was_member is True) from None
    return _membership("Added", "to", user, group, written.request_id, before=was_member, after=True)


@action(
    title="Remove user from group",
    effect=Effect.DESTRUCTIVE,
    idempotent=True,
    toolset="groups",
    scopes=_MANAGE,
)
async def remove_user_from_group(call: Call, *, user: TheUser, group: TheMembership) -> Membership:
    """Take a user out of a group. Source: `DELETE /api/v1/groups/{groupId}/users/{userId}`."""
    was_member = await _is_member(call, user, group)
    try:
        written = await okta_groups.remove_user_from_group(call.okta, group.id, user.id)
    except Unsent as unsent:
        raise replace(unsent, idle=was_member is False) from None
    return _membership("Removed", "from", user, group, written.request_id, before=was_member, after=False)


async def _is_member(call: Call, user: User, group: Group) -> bool | None:
    """Tell whether the user is in the group; None when there are too many groups to tell.

    Okta answers 204 whether it changed anything or not, so what a write changed can only be known beforehand.
    """
    page = await okta_users.list_user_groups(call.okta, user.id)
    if any(one.id == group.id for one in page.items):
        return True
    return None if page.next is not None else False


def _membership(
    verb: str,
    preposition: str,
    user: User,
    group: Group,
    request_id: str | None,
    *,
    before: bool | None,
    after: bool,
) -> Membership:
    who, what = Person.of(user), GroupName.of(group)
    if before == after:
        summary = f"{who.label} was {'already' if after else 'not'} in {what.label}; nothing changed."
    else:
        summary = f"{verb} {who.label} {preposition} {what.label}.{'' if after else _EXCLUDED}"
    changes = [] if before == after else [Change(field="member", before=before, after=after)]
    return Membership(summary=summary, user=who, group=what, changes=changes, request_id=request_id)
