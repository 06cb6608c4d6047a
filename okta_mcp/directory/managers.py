"""What an org keeps of a manager in a profile: learned from the profiles that it has."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from itertools import groupby

import anyio

from okta_mcp.directory.matching import is_id
from okta_mcp.directory.memory import Memory
from okta_mcp.directory.names import attribute
from okta_mcp.expressions import quote
from okta_mcp.okta import InvalidRequest, OktaClient, User
from okta_mcp.okta import users as okta_users
from okta_mcp.records import record

ID = "Okta id"
FORMS: Mapping[str, Callable[[User], str]] = {
    ID: lambda user: user.id,
    "login": lambda user: user.login,
    "email": lambda user: attribute(user, "email"),
    "employee number": lambda user: attribute(user, "employeeNumber"),
    "login before the @": lambda user: user.login.partition("@")[0],
    "display name": lambda user: user.name,
    "first and last name": lambda user: f"{attribute(user, 'firstName')} {attribute(user, 'lastName')}".strip(),
    "last and first name": lambda user: f"{attribute(user, 'lastName')}, {attribute(user, 'firstName')}".strip(", "),
}
"""What may stand for a manager, and how it is made. Of two that fit equally well the first is taken."""

_SECONDS = 600.0
_SAMPLE = 100
_LOOKED_UP = 8
_LONGEST = 100
_MOST = 200
_ENOUGH = 0.75
"""Part of the profiles that have to agree before a further one is written like them."""


@record
class Kept:
    """What stands in `managerId` and `manager` of the people of an org.

    Args:
        shares: part of the profiles that have each form in `managerId`; they may add up to more than one.
        text: the form of `manager`, where the org keeps it beside `managerId`; None where it does not.
        others: some values of `managerId` that are none of these forms.
    """

    shares: Mapping[str, float] = field(default_factory=dict)
    text: str | None = None
    others: tuple[str, ...] = ()

    @property
    def form(self) -> str | None:
        """What the org keeps in `managerId`: Okta's own proposal where nobody has a manager; None where unclear."""
        if not self.shares and not self.others:
            return ID
        return _agreed(self.shares)

    def to_the_letter(self, said: str) -> bool:
        """Tell whether words are no name of anybody, but what is to stand in `managerId`."""
        return is_id("user", said) or self.is_value(said)

    def is_value(self, said: str, manager: User | None = None) -> bool:
        """Tell whether words are a value of `managerId` to the letter, in an org where they are not of one form.

        Args:
            said: the words.
            manager: whom they name, where that is known.
        """
        if self.form is not None:
            return False
        known = [FORMS[form](manager) for form in self.shares] if manager is not None else []
        return said in known or _shape(said) in map(_shape, self.others)


class Managers:
    """What the org kept of managers a moment ago.

    Args:
        clock: seconds, from wherever.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._known: Memory[str, Kept] = Memory(entries=1, seconds=_SECONDS, clock=clock)
        self._asking = anyio.Lock()

    async def kept(self, okta: OktaClient) -> Kept:
        """Return it; see `Directory.managers_kept`."""
        async with self._asking:
            known = self._known.get("")
            if known is None:
                known = await _learned(okta)
                self._known.put("", known)
            return known


async def _learned(okta: OktaClient) -> Kept:
    """Look at who was written last of those who have a manager, and at who the managers are."""
    sample = await okta_users.list_users(
        okta,
        search="profile.managerId pr",
        sort_by="lastUpdated",
        sort_order="desc",
        limit=_SAMPLE,
        fields="id,profile:(managerId,manager)",
    )
    counts = Counter(value for user in sample.items if (value := attribute(user, "managerId")))
    common = [value for value, _ in counts.most_common(_LOOKED_UP)]
    clauses = [clause for value in common if len(value) <= _LONGEST for clause in _clauses(value)]
    people = await _people(okta, clauses)
    forms = {value: _forms(value, people) for value in common}
    alike = {_shape(value) for value, found in forms.items() if found}
    # Whose manager was deleted may still have the usual value of one.
    others = [value for value in common if not forms[value] and _shape(value) not in alike]
    total = sum(counts[value] for value in common if forms[value] or value in others)
    shares = Counter[str]()
    for value, found in forms.items():
        shares.update(dict.fromkeys(found, counts[value]))
    return Kept(
        {form: shares[form] / total for form in FORMS if shares[form]}, _text(sample.items, people), tuple(others)
    )


async def _people(okta: OktaClient, clauses: Sequence[str]) -> Sequence[User]:
    if not clauses:
        return ()
    try:
        return (await okta_users.list_users(okta, search=" or ".join(clauses), limit=_MOST)).items
    except InvalidRequest:
        return ()  # whatever somebody wrote there, it is none of the forms that can be asked for


def _text(sample: Iterable[User], people: Iterable[User]) -> str | None:
    """Return the form of `manager` that goes with `managerId`; None where there is none that most have."""
    managers = {value: user for user in people for form in FORMS.values() if (value := form(user))}
    rows = [(one, managers[value]) for one in sample if (value := attribute(one, "managerId")) in managers]
    kept = Counter[str]()
    for one, manager in rows:
        kept.update(_forms(attribute(one, "manager"), [manager]))
    return _agreed({form: kept[form] / len(rows) for form in FORMS if kept[form]})


def _agreed(shares: Mapping[str, float]) -> str | None:
    best = max(shares, key=lambda form: shares[form], default=None)
    return best if best is not None and shares[best] >= _ENOUGH else None


def _forms(value: str, people: Iterable[User]) -> set[str]:
    """Return of which forms a value is for anybody of some people; an id needs nobody."""
    said = value.casefold()
    found = {form for user in people for form, made in FORMS.items() if said and made(user).casefold() == said}
    return {*found, ID} if is_id("user", value) else found


def _clauses(value: str) -> list[str]:
    if is_id("user", value):
        return [f"id eq {quote(value)}"]
    if "," in value or " " in value:
        first, _, last = value.partition(" ")
        if "," in value:
            last, _, first = value.partition(",")
        named = f"(profile.firstName eq {quote(first.strip())} and profile.lastName eq {quote(last.strip())})"
        shown = f"profile.displayName eq {quote(value)}"
        return [shown, named] if first.strip() and last.strip() else [shown]
    clauses = [f"profile.{name} eq {quote(value)}" for name in ("login", "email", "employeeNumber", "displayName")]
    return clauses if "@" in value else [*clauses, f"profile.login sw {quote(value + '@')}"]


def _shape(value: str) -> str:
    """Return what values of one kind share: runs of letters and digits by their kind, all else as it is."""
    kinds = ["a" if letter.isalpha() else "9" if letter.isdigit() else letter for letter in value]
    return "".join(kind if kind in ("a", "9") else "".join(run) for kind, run in groupby(kinds))
