"""Users and groups as resources: what a client's picker lists and reads."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from okta_mcp.actions import UserDetail
from okta_mcp.directory import (
    LONGEST,
    GroupRow,
    Unresolved,
    UserRow,
    list_groups_page,
    list_users_page,
    resolve_group,
    resolve_user,
)
from okta_mcp.okta import OktaClient, OktaError

_JSON = "application/json"
_PAGE = 50


def attach(server: MCPServer[Any], okta: OktaClient) -> None:
    """Add the resources and their templates to a server."""

    async def users(q: str = "", limit: int = _PAGE, after: str = "") -> str:
        """People, a page at a time, by the beginning of a name, login or email."""
        return await _page("users", okta, q, limit, after)

    async def groups(q: str = "", limit: int = _PAGE, after: str = "") -> str:
        """Groups, a page at a time, by the beginning of the name."""
        return await _page("groups", okta, q, limit, after)

    async def first_users() -> str:
        """The first page of people."""
        return await _page("users", okta, "", _PAGE, "")

    async def first_groups() -> str:
        """The first page of groups."""
        return await _page("groups", okta, "", _PAGE, "")

    async def user(user: str) -> str:
        """One person by id, login, email or full name."""
        try:
            found = await resolve_user(okta, user[:LONGEST])
        except Unresolved as error:
            raise ResourceNotFoundError(error.explain()) from error
        except OktaError as error:
            raise ResourceError(error.message) from error
        return _json({**_labelled(UserRow.of(found)), **UserDetail.of(found).data()})

    async def group(group: str) -> str:
        """One group by id or name."""
        try:
            found = await resolve_group(okta, group[:LONGEST])
        except Unresolved as error:
            raise ResourceNotFoundError(error.explain()) from error
        except OktaError as error:
            raise ResourceError(error.message) from error
        return _json(_labelled(GroupRow.of(found)))

    for uri, read, title in (
        ("okta://users", first_users, "Users"),
        ("okta://groups", first_groups, "Groups"),
        ("okta://users{?q,limit,after}", users, "Users by name"),
        ("okta://groups{?q,limit,after}", groups, "Groups by name"),
        ("okta://users/{user}", user, "User"),
        ("okta://groups/{group}", group, "Group"),
    ):
        server.resource(uri, name=title.lower().replace(" ", "-"), title=title, mime_type=_JSON)(read)


async def _page(kind: str, okta: OktaClient, q: str, limit: int, after: str) -> str:
    limit = min(max(limit, 1), 200)
    rows: Iterable[UserRow | GroupRow]
    try:
        if kind == "users":
            users = await list_users_page(okta, q, limit=limit, after=after or None)
            rows, following = [UserRow.of(user) for user in users.items], users.next
        else:
            groups = await list_groups_page(okta, q, limit=limit, after=after or None)
            rows, following = [GroupRow.of(group) for group in groups.items], groups.next
    except OktaError as error:
        raise ResourceError(error.message) from error
    page: dict[str, Any] = {
        kind: [{"uri": f"okta://{kind}/{quote(row.id)}", **_labelled(row)} for row in rows]
    }
    if following is not None:
        given = {"q": q, "limit": limit, "after": following}
        page["next"] = f"okta://{kind}?{urlencode({k: v for k, v in given.items() if v})}"
    return _json(page)


def _labelled(row: UserRow | GroupRow) -> dict[str, Any]:
    label = f"{row.name} ({row.login})" if isinstance(row, UserRow) else row.name
    return {"label": label, **row.model_dump(by_alias=True, exclude_none=True)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
