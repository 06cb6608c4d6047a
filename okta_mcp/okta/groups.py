"""Groups and their members: `/api/v1/groups`."""

from okta_mcp.okta.client import OktaClient
from okta_mcp.okta.objects import Group, Page, User, Written


async def get_group(okta: OktaClient, group_id: str) -> Group:
    """Get one group.

    Raises:
        NotFound: there is no such group.

    Source: `GET /api/v1/groups/{groupId}`.
    """
    reply = await okta.get("groups", group_id)
    return Group.from_json(reply.object())


async def list_groups(
    okta: OktaClient,
    *,
    q: str | None = None,
    search: str | None = None,
    filter: str | None = None,  # noqa: A002 - Okta's name
    expand: str | None = None,
    sort_by: str | None = None,
    sort_order: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page[Group]:
    """List groups, one page.

    Args:
        okta: the org.
        q: start of a name; at most 300 results, no paging.
        search: expression over any attribute; may lag behind writes.
        filter: expression over id, type, lastUpdated and lastMembershipUpdated.
        expand: `stats` counts members and applications, `app` adds the source application.
        sort_by: attribute such as `profile.name`; only with `search`.
        sort_order: `asc` or `desc`; only with `sort_by`.
        limit: groups on a page; Okta recommends at most 200 and defaults to 10,000.
        after: cursor of an earlier page's `next`.

    Raises:
        InvalidRequest: Okta refuses the expression.

    Source: `GET /api/v1/groups`.
    """
    reply = await okta.get(
        "groups",
        params={
            "after": after,
            "limit": limit,
            "q": q,
            "sortBy": sort_by,
            "sortOrder": sort_order,
            "filter": filter,
            "search": search,
            "expand": expand,
        },
    )
    return reply.page(Group.from_json)


async def list_group_users(
    okta: OktaClient, group_id: str, *, limit: int | None = None, after: str | None = None
) -> Page[User]:
    """List the members of a group in any status, one page.

    Args:
        okta: the org.
        group_id: id of the group.
        limit: users on a page; Okta recommends at most 200 and defaults to 1,000.
        after: cursor of an earlier page's `next`.

    Raises:
        NotFound: there is no such group.

    Source: `GET /api/v1/groups/{groupId}/users`.
    """
    reply = await okta.get("groups", group_id, "users", params={"after": after, "limit": limit})
    return reply.page(User.from_json)


async def add_user_to_group(okta: OktaClient, group_id: str, user_id: str) -> Written[None]:
    """Make a user a member; one who is a member already stays one.

    Args:
        okta: the org.
        group_id: id of the group.
        user_id: id of the user; a login will not do.

    Raises:
        Forbidden: E0000006, the group is imported or out of reach.
        ServerFault: 501 E0000060, the group is built-in.
        NotFound: there is no such group or no such user.

    Source: `PUT /api/v1/groups/{groupId}/users/{userId}`.
    """
    reply = await okta.put("groups", group_id, "users", user_id)
    return Written(None, reply.request_id)


async def remove_user_from_group(okta: OktaClient, group_id: str, user_id: str) -> Written[None]:
    """End a user's membership.

    Args:
        okta: the org.
        group_id: id of the group.
        user_id: id of the user; a login will not do.

    Raises:
        Forbidden: E0000006, the group is imported or out of reach.
        ServerFault: 501 E0000060, the group is built-in.
        NotFound: there is no such group or no such user.

    Source: `DELETE /api/v1/groups/{groupId}/users/{userId}`.
    """
    reply = await okta.delete("groups", group_id, "users", user_id)
    return Written(None, reply.request_id)
