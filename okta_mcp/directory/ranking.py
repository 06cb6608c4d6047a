"""How near a user or a group is to what was said, and why: for offering, never for choosing."""

from okta_mcp.directory.answers import GroupMatch, UserMatch
from okta_mcp.directory.names import attribute, distance, fold, plain, spoken
from okta_mcp.directory.phrases import Phrase
from okta_mcp.directory.rows import GroupRow, UserRow
from okta_mcp.okta import Group, User
from okta_mcp.records import record

DEACTIVATED = "DEPROVISIONED"

_LETTERS_A_SLIP = 4
"""One slip is forgiven for so many letters."""
_MOST_SLIPS = 3
_EXACT, _BARE, _BEGINS, _NEAR = range(4)


@record
class _Nearness:
    """How near something is: the smaller, the nearer."""

    step: int
    slips: int
    why: str


def rank_users(
    users: list[User], phrase: Phrase, *, deactivated_last: bool = False, strict: bool = True
) -> list[UserMatch]:
    """Return the users whom a phrase may mean, best first.

    Args:
        users: whoever was found.
        phrase: what was said.
        deactivated_last: put whoever is deactivated behind everybody else.
        strict: leave out whoever is not near.
    """
    ranked: list[tuple[tuple[object, ...], UserMatch]] = []
    for user in users:
        near = _user(user, phrase)
        if near is None:
            if strict:
                continue
            near = _Nearness(_NEAR + 1, 0, "found by Okta's search")
        row = UserRow.of(user)
        hint = phrase.hints_at(user) if phrase.context else None
        gone = user.status == DEACTIVATED
        place = (
            gone and deactivated_last,
            near.step,
            not (phrase.context and phrase.points_at(user)),
            hint is None,
            near.slips,
            gone,
            fold(row.name),
            row.login,
        )
        why = f"{near.why}, {hint}" if hint else near.why
        ranked.append((place, UserMatch(**row.model_dump(), manager=_manager(user), why=why)))
    return [row for _, row in sorted(ranked, key=lambda one: one[0])]


def rank_groups(groups: list[Group], said: str, *, editable_first: bool = False) -> list[GroupMatch]:
    """Return the groups that words may mean, best first.

    Args:
        groups: whatever was found.
        said: the words.
        editable_first: of groups that are as near, put those first whose members can be changed.
    """
    ranked: list[tuple[tuple[object, ...], GroupMatch]] = []
    for group in groups:
        near = _group(group, said)
        if near is not None:
            row = GroupRow.of(group)
            place = (
                near.step,
                editable_first and not group.editable,
                near.slips,
                len(row.name),
                fold(row.name),
                row.id,
            )
            ranked.append((place, GroupMatch(**row.model_dump(), why=near.why)))
    return [row for _, row in sorted(ranked, key=lambda one: one[0])]


def _user(user: User, phrase: Phrase) -> _Nearness | None:
    if what := phrase.names(user) or phrase.names_but_for_context(user):
        return _Nearness(_EXACT, 0, what)
    said = plain(phrase.name)
    if not said:
        return None
    for name, what in spoken(user):
        bare = plain(name)
        if bare == said or bare.replace(" ", "") == said.replace(" ", ""):
            return _Nearness(_BARE, 0, f"{what}, without accents and signs")
    known = [attribute(user, name) for name in ("firstName", "middleName", "lastName", "displayName", "nickName")]
    words = plain(" ".join(known)).split()
    slips = _slips(said.split(), words)
    login, email = plain(user.login), plain(attribute(user, "email"))
    dotted = ".".join(said.split())
    if slips == 0 or login.startswith((said, dotted)) or email.startswith(said):
        return _Nearness(_BEGINS, 0, "begins so")
    if slips is None and any(
        distance(said.replace(" ", ""), local.split("@")[0].replace(" ", ""), _allowed(said)) <= _allowed(said)
        for local in (login, email)
    ):
        return _Nearness(_NEAR, 1, "login spelled nearly so")
    return None if slips is None else _Nearness(_NEAR, slips, "spelled nearly so")


def _group(group: Group, said: str) -> _Nearness | None:
    if fold(group.name) == fold(said):
        return _Nearness(_EXACT, 0, "name")
    bare, words = plain(said), plain(group.name)
    if not bare:
        return None
    if words.replace(" ", "") == bare.replace(" ", ""):
        return _Nearness(_BARE, 0, "name, without accents and signs")
    if words.startswith(bare):
        return _Nearness(_BEGINS, 0, "name begins so")
    if bare in words:
        return _Nearness(_BEGINS, 1, "in the name")
    slips = _slips(bare.split(), words.split())
    if slips == 0:
        return _Nearness(_BEGINS, 2, "words of the name")
    shared = [word for word in bare.split() if word in words.split()]
    if slips is not None or shared:
        return _Nearness(_NEAR, 9 - len(shared) if slips is None else slips, "name nearly so")
    return _Nearness(_NEAR, 9, "in the description") if bare in plain(group.description or "") else None


def _slips(said: list[str], known: list[str]) -> int | None:
    """Return with how many slips each word said begins a word of its own among those known; None when too many."""
    most = _allowed(" ".join(said))
    left, total = list(known), 0
    for word in sorted(said, key=len, reverse=True):
        costs = [(_cost(word, other, most), place) for place, other in enumerate(left)]
        cost, place = min(costs, default=(most + 1, 0))
        total += cost
        if total > most:
            return None
        del left[place]
    return total


def _cost(word: str, other: str, most: int) -> int:
    return 0 if other.startswith(word) else distance(word, other, most)


def _allowed(said: str) -> int:
    return min(_MOST_SLIPS, len(said.replace(" ", "")) // _LETTERS_A_SLIP)


def _manager(user: User) -> str | None:
    named = attribute(user, "manager") or attribute(user, "managerId")
    # An id tells a person nothing.
    return None if named.startswith("00u") else named or None
