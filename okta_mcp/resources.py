"""Users and groups as resources: what a client's picker lists and reads."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches
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
from okta_mcp.okta import OktaClient, OktaError, Page

_JSON = "application/json"
_PAGE = 50
_LARGEST_PAGE = 200
_QUERY = ("q", "limit", "after")


@dataclass(frozen=True, slots=True)
class Collection:
    """One kind of object, and how it is listed and found.

    Args:
        name: plural, as in its URI.
        page: lists those whose name begins with a text.
        row: makes a row of an object.
        one: finds the object that a text names, as data.
    """

    name: str
    page: Callable[..., Awaitable[Page[Any]]]
    row: Callable[[Any], UserRow | GroupRow]
    one: Callable[[OktaClient, str], Awaitable[dict[str, Any]]]


async def _user(okta: OktaClient, said: str) -> dict[str, Any]:
    user = await resolve_user(okta, said)
    return {**_labelled(UserRow.of(user)), **UserDetail.of(user).data()}


async def _group(okta: OktaClient, said: str) -> dict[str, Any]:
    return _labelled(GroupRow.of(await resolve_group(okta, said)))


USERS = Collection("users", list_users_page, UserRow.of, _user)
GROUPS = Collection("groups", list_groups_page, GroupRow.of, _group)


def attach(server: MCPServer[Any], okta: OktaClient, offered: frozenset[str]) -> None:
    """Add the resources and their templates to a server.

    Args:
        server: the server.
        okta: the org's client.
        offered: the tools on offer; what they do not show is no resource either.
    """

    async def user(user: str) -> str:
        """Read one person: by id, login, email or full name."""
        return await _one(USERS, okta, user)

    async def group(group: str) -> str:
        """Read one group: by id or name."""
        return await _one(GROUPS, okta, group)

    for collection, title, lists, shows, one in (
        (USERS, "User", "list_users", "get_user", user),
        (GROUPS, "Group", "list_groups", "list_groups", group),
    ):
        if shows in offered:
            uri = f"okta://{collection.name}/{{{title.lower()}}}"
            server.resource(uri, name=title.lower(), title=title, mime_type=_JSON)(one)
        if lists not in offered:
            continue
        page = _page_of(collection, okta)
        server.resource(
            f"okta://{collection.name}",
            name=collection.name,
            title=f"{title}s",
            description=f"The first {_PAGE} {collection.name}.",
            mime_type=_JSON,
        )(_first(page))
        server.resource(
            f"okta://{collection.name}{{?q,limit,after}}",
            name=f"{collection.name}-by-name",
            title=f"{title}s by name",
            description=f"{title}s whose name begins with `q`, a page at a time.",
            mime_type=_JSON,
        )(page)


def require_known_query(uri: str) -> None:
    """Refuse a query that a list would ignore: a misspelt filter must not show everybody.

    Raises:
        ResourceNotFoundError: naming what is wrong in it.
    """
    path, _, query = uri.partition("#")[0].partition("?")
    if path not in {f"okta://{one.name}" for one in (USERS, GROUPS)}:
        return
    given = [pair.partition("=")[0] for pair in query.split("&") if pair]
    for name in given:
        if name not in _QUERY:
            near = get_close_matches(name, _QUERY, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(_QUERY)}."
            raise ResourceNotFoundError(f"Unknown query {name[:60]!r}; {hint}")
        if given.count(name) > 1:
            raise ResourceNotFoundError(f"`{name}` is given twice.")


def _page_of(collection: Collection, okta: OktaClient) -> Callable[..., Awaitable[str]]:
    async def page(q: str = "", limit: str = str(_PAGE), after: str = "") -> str:
        whole = limit.isascii() and limit.isdecimal() and len(limit) <= len(str(_LARGEST_PAGE))
        size = int(limit) if whole else 0
        if not 1 <= size <= _LARGEST_PAGE:
            raise ResourceNotFoundError(f"`limit` is a whole number from 1 to {_LARGEST_PAGE}.")
        try:
            found = await collection.page(okta, q[:LONGEST], limit=size, after=after or None)
        except OktaError as error:
            raise ResourceError(error.message) from error
        rows = [collection.row(item) for item in found.items]
        answer: dict[str, Any] = {
            collection.name: [{"uri": f"okta://{collection.name}/{quote(row.id)}", **_labelled(row)} for row in rows]
        }
        if found.next is not None:
            given = {"q": q, "limit": size, "after": found.next}
            # A template's reader takes a plus sign for a plus sign, so a space must not be written as one.
            query = urlencode({k: v for k, v in given.items() if v}, quote_via=quote)
            answer["next"] = f"okta://{collection.name}?{query}"
        return _json(answer)

    return page


def _first(page: Callable[..., Awaitable[str]]) -> Callable[[], Awaitable[str]]:
    async def first() -> str:
        return await page()

    return first


async def _one(collection: Collection, okta: OktaClient, said: str) -> str:
    try:
        return _json(await collection.one(okta, said[:LONGEST]))
    except Unresolved as error:
        raise ResourceNotFoundError(error.explain()) from error
    except OktaError as error:
        raise ResourceError(error.message) from error


def _labelled(row: UserRow | GroupRow) -> dict[str, Any]:
    label = f"{row.name} ({row.login})" if isinstance(row, UserRow) else row.name
    return {"label": label, **row.model_dump(by_alias=True, exclude_none=True)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
