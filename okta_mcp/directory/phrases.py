"""What somebody says of a person, taken apart: the name, and the words that tell which one of that name."""

import re
from dataclasses import replace
from typing import Literal

from okta_mcp.directory.names import attribute, fold, plain, spoken, tidy
from okta_mcp.okta import User
from okta_mcp.records import record

Relation = Literal["in", "is", "either", "perhaps"]
"""What the words after a name tell: where somebody works, what somebody is, one of the two, or perhaps nothing such:
what stands behind a comma may as well be a first name."""

_ADDRESS = re.compile(r"^(?P<name>.*?)\s*[(<\[](?:mailto:)?(?P<address>[^\s()<>\[\]@/]+@[^\s()<>\[\]@/]+)[)>\]]$")
_WHO = r"(?:who (?:is|works|sits) )?"
_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?P<name>[^()\[\]]+?) ?[(\[](?P<either>[^()\[\]]+)[)\]]"),
    re.compile(rf"(?P<name>.+?),? {_WHO}(?:(?:the|our|an|a) (?P<is>.+)|(?:in|from|at|of) (?P<in>.+))", re.IGNORECASE),
    re.compile(r"(?P<name>.+?) [-\u2013\u2014|·/] (?P<either>.+)"),
    re.compile(r"(?P<name>[^,]+ [^,]+), ?(?P<perhaps>[^,]+)"),
)
"""A name and what stands besides it, in a group that is called by its relation."""

_RELATIONS: tuple[Relation, ...] = ("in", "is", "either", "perhaps")
_TITLE = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|rev|herr|frau|mme|mlle|se\u00f1ora?|sra?)\.? (?=\S)",
    re.IGNORECASE,
)
_FILLERS = re.compile(r"^(?:the|our) | (?:team|department|dept\.?|division|unit|guy|person|one|people)$", re.IGNORECASE)
_NUMBER = re.compile(
    r"^(?:(?:employee|emp|staff|personnel)\.? ?(?:number|no|nr|num|id)?|number|no|nr)?[.:]? ?#? ?"
    r"(?P<number>[a-z]{0,4}-?[0-9][0-9a-z-]*)$",
    re.IGNORECASE,
)
_PLACES = ("department", "division", "title", "organization", "costCenter", "city", "userType")
_SHORTEST_STEM = 4


@record
class Phrase:
    """A person as somebody put it.

    Args:
        said: the whole of it, tidy.
        name: the name in it; the same as `said` when nothing else is in it.
        context: the words besides the name, such as a department or a title.
        relation: what these words tell.
        number: the employee number that it may be.
        address: the mail address beside a name.
        titled: the whole of it with the title that it began with, such as "Dr."; empty without one.
    """

    said: str
    name: str
    context: str = ""
    relation: Relation = "either"
    number: str = ""
    address: str = ""
    titled: str = ""

    @classmethod
    def read(cls, said: str) -> "Phrase":
        """Take what was said apart."""
        whole = tidy(said)
        if match := _TITLE.match(whole):
            # Whoever is called so with the title is meant as well as whoever is called so without.
            return replace(cls.read(whole[match.end() :]), titled=whole)
        number = match["number"] if (match := _NUMBER.fullmatch(whole)) else ""
        if match := _ADDRESS.fullmatch(whole):
            return cls(whole, match["name"].strip(' "') or match["address"], address=match["address"])
        for match in filter(None, (pattern.fullmatch(whole) for pattern in _PATTERNS)):
            name = "" if "@" in whole else match["name"].strip(" ,")
            for relation in _RELATIONS if name else ():
                context = _FILLERS.sub("", _FILLERS.sub("", match.groupdict().get(relation) or "")).strip()
                if context:
                    return cls(whole, name, context, relation, number)
        return cls(whole, whole, number=number)

    def names(self, user: User) -> str | None:
        """Return what of this user the whole phrase is, exactly; None when it is nothing."""
        forms = {
            fold(self.said),
            fold(self.titled or self.said),
            fold(", ".join(part.strip() for part in self.said.split(","))),
        }
        known = next((what for name, what in spoken(user) if name in forms), None)
        if known is None and self.number and fold(attribute(user, "employeeNumber")) == fold(self.number):
            return "employee number"
        return known

    def names_in_part(self, user: User) -> bool:
        """Tell whether all that the phrase is of this user is a first or a last name, without more."""
        return not self.has_context and self.names(user) in ("first name", "last name")

    def names_plainly(self, user: User) -> bool:
        """Tell whether the phrase is this user's whole name but for accents and hyphens."""
        said = plain(self.said)
        return any(plain(name) == said for name, what in spoken(user) if what in ("full name", "display name"))

    @property
    def has_context(self) -> bool:
        """Whether there are words besides the name that certainly are no part of it."""
        return bool(self.context) and self.relation != "perhaps"

    def names_but_for_context(self, user: User) -> str | None:
        """Return what of this user the name in the phrase is, exactly; None when it is nothing."""
        name = fold(self.name)
        return next((what for spelling, what in spoken(user) if spelling == name), None) if self.context else None

    def points_at(self, user: User) -> bool:
        """Tell whether the words besides the name are this user's department, or are in this user's title."""
        context = fold(self.context)
        if self.relation != "is" and context in {fold(attribute(user, name)) for name in ("department", "division")}:
            return True
        said = set(context.split())
        return self.relation != "in" and bool(said) and said <= set(fold(attribute(user, "title")).split())

    def hints_at(self, user: User) -> str | None:
        """Return what of this user the words besides the name have to do with, however remotely."""
        said = plain(self.context).split()
        for place in _PLACES:
            known = plain(attribute(user, place)).split()
            if any(_alike(word, other) for word in said for other in known):
                return attribute(user, place)
        return None


def _alike(word: str, other: str) -> bool:
    if word == other:
        return True
    stem = min(len(word), len(other), max(_SHORTEST_STEM, min(len(word), len(other)) - 2))
    return stem >= _SHORTEST_STEM and word[:stem] == other[:stem]
