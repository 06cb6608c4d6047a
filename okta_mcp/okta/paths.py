"""Paths and queries of Okta URLs, encoded so that no value can leave its place."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from okta_mcp.okta.errors import UnsafePath

API_ROOT = "/api/v1"

QueryValue = str | int | bool | None

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

# The words of Okta's own paths. Whatever else stands in a path identifies an object, and is not shown.
_WORDS = frozenset(
    {
        "activate",
        "appLinks",
        "apps",
        "blocks",
        "change_password",
        "change_recovery_question",
        "credentials",
        "deactivate",
        "default",
        "expire_password",
        "expire_password_with_temp_password",
        "factors",
        "forgot_password",
        "groups",
        "lifecycle",
        "logs",
        "me",
        "meta",
        "org",
        "reactivate",
        "realms",
        "reset_factors",
        "reset_password",
        "rules",
        "schemas",
        "sessions",
        "suspend",
        "types",
        "unlock",
        "unsuspend",
        "user",
        "users",
    }
)


def path(*segments: str) -> str:
    """Join segments to a path under the API root, each percent-encoded completely.

    Args:
        segments: the parts between the slashes, unencoded.

    Returns:
        such as `/api/v1/users/ada%40example.com`.

    Raises:
        UnsafePath: a segment is empty, `.` or `..` (also behind a slash or backslash inside it, in case
            something on the way decodes before it routes), or holds control characters.
    """
    return "/".join((API_ROOT, *map(_encoded, segments)))


def template(*segments: str) -> str:
    """Render the same path with `{id}` in place of everything that identifies an object."""
    return "/".join((API_ROOT, *(segment if segment in _WORDS else "{id}" for segment in segments)))


def query(params: Mapping[str, QueryValue] | None) -> str:
    """Encode a query, with its `?`; None values are left out, booleans are `true` and `false`.

    A space becomes `%20` and a plus sign `%2B`, so that no reader can take one for the other.

    Raises:
        UnsafePath: a value holds half of a surrogate pair.
    """
    pairs = ((name, _word(value)) for name, value in (params or {}).items() if value is not None)
    text = "&".join(f"{quote(name, safe='')}={_percent(value)}" for name, value in pairs)
    return f"?{text}" if text else ""


def _encoded(segment: str) -> str:
    if not segment:
        raise UnsafePath("An identifier is empty.")
    if _CONTROL.search(segment):
        raise UnsafePath("An identifier holds control characters; give an id, a login or a name.")
    if any(part in {".", ".."} for part in re.split(r"[/\\]", segment)):
        raise UnsafePath("An identifier holds '.' or '..' as a path; give an id, a login or a name.")
    return _percent(segment)


def _percent(text: str) -> str:
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise UnsafePath("A value holds half of a character (an unpaired surrogate).") from None


def _word(value: str | int) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
