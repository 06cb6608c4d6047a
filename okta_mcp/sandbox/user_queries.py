"""Users as collections ask for them: by index where there is one, and never further than the page asked for.

Source: Okta Users API, listUsers.
"""

import bisect
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from heapq import nsmallest
from itertools import chain, islice

from okta_mcp.expressions import And, Comparison, Expression, Grammar, Or, compiled
from okta_mcp.expressions.evaluation import instant
from okta_mcp.sandbox.indexing import Users
from okta_mcp.sandbox.paging import Page, begin_after, invalid_cursor
from okta_mcp.sandbox.queries import sort_key, user_reader
from okta_mcp.sandbox.records import Status, User

__all__ = ["described", "named", "plain", "sorted_users"]

# A plain list comes in these buckets, and by id within each.
BUCKETS = (
    Status.STAGED,
    Status.PROVISIONED,
    Status.ACTIVE,
    Status.RECOVERY,
    Status.PASSWORD_EXPIRED,
    Status.LOCKED_OUT,
    Status.SUSPENDED,
)
_NAMED_BY_Q = ("firstName", "lastName", "email")
# Sorting so many ids costs as much as looking at a page of users one by one.
_MANY = 5_000
_ORDERS_KEPT = 4
_MOMENTS: dict[str, Callable[[User], datetime | None]] = {
    "created": lambda user: _whole(user.created),
    "activated": lambda user: _whole(user.activated),
    "statusChanged": lambda user: _whole(user.status_changed),
    "lastUpdated": lambda user: _whole(user.last_updated),
}


def plain(users: Users, place: tuple[int, str] | None, limit: int) -> Page[User]:
    """Take the page of all present users that follows a place: status bucket and id; from the start when None."""
    first, after = place or (0, "")
    ids = chain.from_iterable(
        islice(members, bisect.bisect_right(members, after) if bucket == first else 0, None)
        for bucket, members in enumerate(map(users.with_status, BUCKETS))
        if bucket >= first
    )
    return _page(users.each(ids), limit, lambda user: f"{BUCKETS.index(user.status)}{user.id}")


def named(users: Users, q: str, limit: int) -> list[User]:
    """Find the first `limit` present users whose first name, last name or email begins with `q`."""
    found = [users.beginning(f"profile.{name}", q, _MANY) for name in _NAMED_BY_Q]
    ids = [user_ids for one in found if one is not None for user_ids in one]
    if None in found or sum(map(len, ids)) > _MANY:
        prefix = q.casefold()
        every = users.each(users.in_order)
        return list(islice((user for user in every if _is_present(user) and _begins(user, prefix)), limit))
    present = (user_id for user_id in set(chain.from_iterable(ids)) if _is_present(users[user_id]))
    return list(users.each(nsmallest(limit, present)))


def described(users: Users, expression: Expression, grammar: Grammar, after: str | None, limit: int) -> Page[User]:
    """Take the page of the users whom an expression describes that follows the id `after`, in order of ids.

    Raises:
        ApiError: 400 E0000031 for a bad cursor.
    """
    matches = _predicate(expression, grammar)
    ids = _candidates(users, expression)
    ids = users.in_order if ids is None else ids
    start = begin_after(ids, after, "00u", invalid_cursor)
    return _page(filter(matches, users.each(islice(ids, start, None))), limit, lambda user: user.id)


def sorted_users(
    users: Users,
    expression: Expression,
    grammar: Grammar,
    sort_by: str,
    *,
    descending: bool,
    after: str | None,
    limit: int,
) -> Page[User]:
    """Take the page that follows the user `after`, in order of one property and then of ids.

    The cursor's user may no longer match the query; its place in the order still counts. The order is kept for the
    next page, until a user changes.

    Raises:
        ApiError: 400 E0000031 for a bad cursor.
    """
    # As text, for 1 and true are the same to a dictionary.
    question = (repr(expression), grammar.name, sort_by, descending)
    ordered: list[tuple[tuple[object, ...], str]] | None = users.kept.get(question)
    if ordered is None:
        matches = _predicate(expression, grammar)
        ids = _candidates(users, expression)
        found = filter(matches, users.each(users.in_order if ids is None else ids))
        read = user_reader(sort_by)
        ordered = [(sort_key(read(user)), user.id) for user in found]
        # Stable, so that equal ones stay in order of ids, be it downward.
        ordered.sort(key=lambda pair: pair[0], reverse=descending)
        if len(users.kept) >= _ORDERS_KEPT:
            del users.kept[next(iter(users.kept))]
        users.kept[question] = ordered
    start = 0 if after is None else _place(users, ordered, sort_by, after, descending=descending)
    chosen = ordered[start : start + limit]
    more = start + limit < len(ordered)
    return Page(list(users.each(user_id for _, user_id in chosen)), chosen[-1][1] if more else None)


def _place(
    users: Users, ordered: Sequence[tuple[tuple[object, ...], str]], sort_by: str, after: str, *, descending: bool
) -> int:
    last = users.get(after)
    if last is None:
        raise invalid_cursor()
    key = sort_key(user_reader(sort_by)(last))

    def follows(pair: tuple[tuple[object, ...], str]) -> bool:
        if pair[0] == key:
            return pair[1] > last.id
        return pair[0] < key if descending else pair[0] > key  # type: ignore[operator,no-any-return,unused-ignore]

    return bisect.bisect_left(ordered, True, key=follows)  # noqa: FBT003 - what `follows` becomes


def _page(found: Iterator[User], limit: int, cursor_of: Callable[[User], str]) -> Page[User]:
    chosen = list(islice(found, limit + 1))
    shown = chosen[:limit]
    return Page(shown, cursor_of(shown[-1]) if len(chosen) > limit else None)


def _is_present(user: User) -> bool:
    return user.status is not Status.DEPROVISIONED


def _begins(user: User, prefix: str) -> bool:
    return any(str(user.profile.get(name, "")).casefold().startswith(prefix) for name in _NAMED_BY_Q)


def _predicate(expression: Expression, grammar: Grammar) -> Callable[[User], bool]:
    return compiled(
        expression,
        user_reader,
        case_sensitive=grammar.case_sensitive,
        moments=_MOMENTS.get,
    )


def _whole(moment: datetime | None) -> datetime | None:
    # What is shown has no milliseconds, and what is shown is what is compared.
    return moment if moment is None or not moment.microsecond else moment.replace(microsecond=0)


def _candidates(users: Users, expression: Expression) -> Sequence[str] | None:
    """Return the ids of all users who can match, in order; None when they have to be looked at one by one."""
    found = _sets(users, expression)
    if found is None:
        return None
    if len(found) == 1:
        return found[0]
    if sum(map(len, found)) > _MANY:
        return None
    return sorted(set(chain.from_iterable(found)))


def _sets(users: Users, expression: Expression) -> list[Sequence[str]] | None:
    match expression:
        case And(operands=operands):
            known = [found for found in (_sets(users, operand) for operand in operands) if found is not None]
            return min(known, key=lambda found: sum(map(len, found)), default=None)
        case Or(operands=operands):
            every = [_sets(users, operand) for operand in operands]
            return None if None in every else [ids for found in every if found is not None for ids in found]
        # Two texts that differ can be the same instant.
        case Comparison(attribute=path, operator="eq", value=str(text)) if instant(text) is None:
            ids = users.having(path, text)
            return None if ids is None else [ids]
        case Comparison(attribute=path, operator="sw", value=str(text)):
            return users.beginning(path, text, _MANY)
        case _:
            return None
