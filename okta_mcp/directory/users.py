"""From what a person says to the user that is meant."""

from okta_mcp.directory.matching import Unresolved, fold, is_id, written_forms
from okta_mcp.directory.rows import UserRow
from okta_mcp.expressions import quote
from okta_mcp.okta import NotFound, OktaClient, Page, UnsafePath, User
from okta_mcp.okta import users as okta_users

_MANY = 20
_MOST_WORDS = 6


async def resolve_user(okta: OktaClient, said: str) -> User:
    """Return the one user that `said` names, as Okta has them at this moment.

    Costs one Okta request for an id or a login, two for a name, three for an email that is not the login.

    Args:
        okta: the client of the org.
        said: an id, a login, an email, a full name in either order, or a first or last name that one user has.

    Raises:
        Unresolved: when no user or several are named; it carries the candidates.
        OktaError: when Okta cannot be asked.
    """
    said = said.strip()
    if not said.replace(",", " ").strip():
        raise Unresolved("user", said, (), 0)
    if is_id("user", said):
        return await _by_key(okta, said, said)
    if "@" in said and "/" not in said and " " not in said:
        try:
            return await okta_users.get_user(okta, said)
        except (NotFound, UnsafePath):
            pass  # not a login; it may still be an email
    page = await _search(okta, " or ".join(dict.fromkeys(map(_exactly, written_forms(said)))))
    matches = [user for user in page.items if not _spoken(said).isdisjoint(spoken_names(user))]
    more = page.next is not None
    if len(matches) == 1 and not more:
        # The search index trails the directory; what a write depends on is read from the user itself.
        user = await _by_key(okta, matches[0].id, said)
        if _spoken(said).isdisjoint(spoken_names(user)):
            raise Unresolved("user", said, [UserRow.of(user)], 0)  # renamed since it was indexed
        return user
    if matches:
        raise Unresolved("user", said, [UserRow.of(user) for user in matches], len(matches), more=more)
    nearest = await _search(okta, " or ".join(dict.fromkeys(map(beginning_with, written_forms(said)))))
    raise Unresolved("user", said, [UserRow.of(user) for user in nearest.items], 0)


async def list_users_page(okta: OktaClient, typed: str, *, limit: int, after: str | None = None) -> Page[User]:
    """Return a page of the users whose name, login or email begins with what was typed.

    With nothing typed, of everyone who is not deactivated. Costs one Okta request.
    """
    return await okta_users.list_users(
        okta, search=beginning_with(typed) if typed.strip() else None, limit=limit, after=after
    )


def spoken_names(user: User) -> set[str]:
    """Return everything that names this user exactly, folded for comparison."""
    first, last = str(user.profile.get("firstName") or ""), str(user.profile.get("lastName") or "")
    names = {user.login, user.login.split("@")[0], str(user.profile.get("email") or "")}
    names |= {str(user.profile.get("displayName") or ""), first, last}
    names |= {f"{first} {last}", f"{last} {first}", f"{last}, {first}"}
    return {fold(name) for name in names if name.strip()}


def beginning_with(said: str) -> str:
    """Return a `search` for users whose names, login or email begin with the words (each word, for several)."""
    words = said.replace(",", " ").split()[:_MOST_WORDS] or [said]
    if len(words) == 1:
        value = quote(words[0])
        attributes = ("firstName", "lastName", "login", "email", "displayName")
        return " or ".join(f"profile.{name} sw {value}" for name in attributes)
    starts = [f"(profile.firstName sw {quote(a)} and profile.lastName sw {quote(b)})" for a, b in _orders(words)]
    # Most logins are the plain letters of the name: they find whoever was written without the accents.
    login = f"profile.login sw {quote('.'.join(words))}"
    return " or ".join(
        [*starts, f"profile.displayName sw {quote(said)}", f"profile.lastName eq {quote(words[-1])}", login]
    )


def _exactly(said: str) -> str:
    words = said.replace(",", " ").split()[:_MOST_WORDS] or [said]
    value = quote(" ".join(said.split()))
    clauses = [f"profile.{name} eq {value}" for name in ("login", "email", "displayName")]
    clauses += [f"profile.firstName eq {value}", f"profile.lastName eq {value}"]
    if len(words) == 1:
        clauses.append(f"profile.login sw {quote(words[0] + '@')}")
    for one, other in _orders(words):
        clauses.append(f"(profile.firstName eq {quote(one)} and profile.lastName eq {quote(other)})")
    return " or ".join(clauses)


def _orders(words: list[str]) -> list[tuple[str, str]]:
    """Return each way to read the words as a first and a last name."""
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return [*cuts, *((last, first) for first, last in cuts)]


def _spoken(said: str) -> set[str]:
    """Return what was said, folded; with a comma also as `Last, First` is written."""
    return {fold(said), fold(", ".join(part.strip() for part in said.split(",")))}


async def _search(okta: OktaClient, expression: str) -> Page[User]:
    return await okta_users.list_users(okta, search=expression, limit=_MANY)


async def _by_key(okta: OktaClient, key: str, said: str) -> User:
    try:
        return await okta_users.get_user(okta, key)
    except NotFound as error:
        raise Unresolved("user", said, (), 0) from error
