"""Lists as resources: users, groups, members, and what one user has. Each entry has an address and a label."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from okta_mcp.actions import Call, access, groups, users
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.directory import LONGEST, searching_groups, searching_users
from okta_mcp.resources.addresses import GROUPS, USERS, of_group, of_user, with_query
from okta_mcp.resources.offer import Sources

PAGE = 50
"""Rows of a page when a client does not say."""

_LARGEST_PAGE = 200

Entry = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Makes the address and the label of a row."""


async def user_list(sources: Sources, q: str = "", search: str = "", limit: str = str(PAGE), after: str = "") -> Any:
    """Read a page of users."""
    size = _size(limit)
    wanted = _both(searching_users(q[:LONGEST]) if q.strip() else "", search)
    page = await users.list_users.run(_call(sources), search=wanted, limit=size, after=after or None)
    return _listed(page.data(), "users", as_user, USERS, q=q, search=search, limit=size)


async def group_list(sources: Sources, q: str = "", search: str = "", limit: str = str(PAGE), after: str = "") -> Any:
    """Read a page of groups."""
    size = _size(limit)
    wanted = _both(searching_groups(q[:LONGEST]) if q.strip() else "", search)
    page = await groups.list_groups.run(_call(sources), search=wanted, limit=size, after=after or None)
    return _listed(page.data(), "groups", as_group, GROUPS, q=q, search=search, limit=size)


async def member_list(sources: Sources, group: str, limit: str = str(PAGE), after: str = "") -> Any:
    """Read a page of a group's members."""
    size = _size(limit)
    found = await sources.directory.group(group[:LONGEST])
    page = await groups.list_group_users.run(_call(sources), group=found, limit=size, after=after or None)
    return _listed(page.data(), "users", as_user, of_group(found.id, "users"), limit=size)


async def groups_of_user(sources: Sources, user: str) -> Any:
    """Read the groups of one user, all of them."""
    found = await sources.directory.user(user[:LONGEST])
    page = await access.list_user_groups.run(_call(sources), user=found)
    return _listed(page.data(), "groups", as_group, of_user(found.id, "groups"))


async def applications_of_user(sources: Sources, user: str, limit: str = str(_LARGEST_PAGE), after: str = "") -> Any:
    """Read a page of the applications of one user."""
    size = _size(limit)
    found = await sources.directory.user(user[:LONGEST])
    page = await access.list_user_applications.run(_call(sources), user=found, limit=size, after=after or None)
    return _listed(page.data(), "applications", dict, of_user(found.id, "applications"), limit=size)


def as_user(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a user's row with its address and label in front."""
    return {"uri": of_user(row["id"]), "label": f"{row['name']} ({row['login']})", **row}


def as_group(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group's row with its address and label in front."""
    return {"uri": of_group(row["id"]), "label": row["name"], **row}


def _listed(answer: dict[str, Any], rows: str, entry: Entry, uri: str, **given: str | int) -> dict[str, Any]:
    following = answer.pop("after", None)
    answer[rows] = [entry(row) for row in answer[rows]]
    if following is not None:
        answer["next"] = with_query(uri, **given, after=following)
    return answer


def _size(limit: str) -> int:
    whole = limit.isascii() and limit.isdecimal() and len(limit) <= len(str(_LARGEST_PAGE))
    size = int(limit) if whole else 0
    if not 1 <= size <= _LARGEST_PAGE:
        raise ArgumentError(f"`limit` is a whole number from 1 to {_LARGEST_PAGE}")
    return size


def _both(*expressions: str) -> str | None:
    given: Sequence[str] = [one for one in expressions if one.strip()]
    return " and ".join(f"({one})" for one in given) if len(given) > 1 else next(iter(given), None)


def _call(sources: Sources) -> Call:
    return Call(okta=sources.okta, directory=sources.directory)
