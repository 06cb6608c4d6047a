"""The addresses of resources: how each is written, and which change when an object does."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlencode

ORG = "okta://org"
POLICY = "okta://policy"
SCHEMA = "okta://schema/user"
USERS = "okta://users"
GROUPS = "okta://groups"


def of_user(key: str, *under: str) -> str:
    """Return the address of a user by id or login, or of what lies `under` it."""
    return "/".join([USERS, quote(key, safe="@"), *under])


def of_group(key: str, *under: str) -> str:
    """Return the address of a group by id or name, or of what lies `under` it."""
    return "/".join([GROUPS, quote(key, safe="@"), *under])


def with_query(uri: str, **given: str | int | None) -> str:
    """Return an address with the query that holds what was given."""
    # A template's reader takes a plus sign for a plus sign, so a space must not be written as one.
    query = urlencode({name: value for name, value in given.items() if value}, quote_via=quote)
    return f"{uri}?{query}" if query else uri


def touched_by_user(user_id: str, *logins: str) -> Iterator[str]:
    """Return every address that shows this user: a subscription is matched letter by letter, so each spelling."""
    for key in _spellings(user_id, *logins):
        yield f"{USERS}/{key}"
        yield f"{USERS}/{key}/groups"
        yield f"{USERS}/{key}/applications"
    yield USERS


def touched_by_group(group_id: str, name: str) -> Iterator[str]:
    """Return every address that shows this group."""
    for key in _spellings(group_id, name):
        yield f"{GROUPS}/{key}"
        yield f"{GROUPS}/{key}/users"
    yield GROUPS


def _spellings(*keys: str) -> Iterable[str]:
    return dict.fromkeys(quote(key, safe=safe) for key in keys for safe in ("@", ""))
