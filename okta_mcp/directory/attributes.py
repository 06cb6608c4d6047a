"""The attributes that the org's own schema gives to people: which of them a name means, and what they may hold."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any, Self

from okta_mcp.directory.values import value_faults
from okta_mcp.guard import neutral_text
from okta_mcp.okta import inner
from okta_mcp.okta.objects import Json
from okta_mcp.records import record

_ALIKE = 0.6
_SHORTEST_PART = 3


@record
class Attributes:
    """The profile attributes of a user type.

    Args:
        base: the JSON Schema of each that Okta has, by its name.
        custom: that of each that the org added.
        required: names of those that no user may lack.
    """

    base: Mapping[str, Json]
    custom: Mapping[str, Json]
    required: tuple[str, ...] = ()

    @classmethod
    def of(cls, schema: Json) -> Self | None:
        """Read a schema as Okta answers it; None when it is none.

        Okta API, `GET /api/v1/meta/schemas/user/{schemaId}`.
        """
        definitions = inner(schema, "definitions")
        base, custom = inner(definitions, "base"), inner(definitions, "custom")
        required = [name for part in (base, custom) for name in _required(part)]
        found = cls(_properties(base), _properties(custom), tuple(dict.fromkeys(required)))
        return found if found.base else None

    def __contains__(self, name: str) -> bool:
        return name in self.base or name in self.custom

    def meant(self, name: str) -> str | None:
        """Return the attribute of this name, else the only one that differs in case and joiners alone."""
        return name if name in self else only_spelling(name, [*self.base, *self.custom])

    def kind(self, name: str) -> str:
        """Return of what kind the values of an attribute are."""
        rules = self._rules(name) or {}
        kind, items = rules.get("type"), inner(rules, "items").get("type")
        return f"list of {items}" if kind == "array" and items else str(kind or "string")

    def near(self, name: str, *, most: int) -> list[str]:
        """Return the attributes that a name may mean, best first."""
        said = bare(name)
        liked = {one: _likeness(said, bare(one)) for one in (*self.custom, *self.base)}
        return sorted((one for one in liked if liked[one] >= _ALIKE), key=lambda one: -liked[one])[:most]

    def nearest_first(self, names: Iterable[str]) -> list[str]:
        """Return the names of the org's own attributes, those that some names may mean before the others."""
        said = [bare(name) for name in names]
        return sorted(self.custom, key=lambda one: (-max(_likeness(name, bare(one)) for name in said), one))

    def faults(self, profile: Mapping[str, Any], *, whole: bool) -> list[str]:
        """Say what is wrong with attributes, a clause for each fault.

        Args:
            profile: values by Okta's names; None empties an attribute.
            whole: whether it is all that a new user gets, so that what is required has to be there.
        """
        told = [fault for name, value in profile.items() for fault in self._faults(name, value)]
        missing = sorted(name for name in self.required if whole and profile.get(name) in (None, ""))
        return [*told, *(f"the org requires `{neutral_text(name, limit=60)}`" for name in missing)]

    def _faults(self, name: str, value: Any) -> list[str]:
        shown, rules = f"`{neutral_text(name, limit=60)}`", self._rules(name)
        if rules is None:
            near = self.near(name, most=1)
            return [f"the org's schema has no attribute {shown}" + (f" (near: `{near[0]}`)" if near else "")]
        if value is None:
            return [f"{shown} cannot be empty"] if name in self.required else []
        return [f"{shown} {fault}" for fault in value_faults(rules, value)]

    def _rules(self, name: str) -> Json | None:
        return self.custom[name] if name in self.custom else self.base.get(name)


def bare(name: str) -> str:
    """Return what two spellings of an attribute share: neither case nor what joins its words counts."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def only_spelling(name: str, names: Iterable[str]) -> str | None:
    """Return the only one of some names that another is a spelling of; None when it is of none or of several."""
    spelled = [one for one in names if bare(one) == bare(name)]
    return spelled[0] if len(spelled) == 1 else None


def _likeness(said: str, name: str) -> float:
    shorter, longer = sorted((said, name), key=len)
    if len(shorter) >= _SHORTEST_PART and shorter in longer:
        return 1.0
    return SequenceMatcher(None, said, name).ratio()


def _properties(part: Json) -> dict[str, Json]:
    return {name: rules for name, rules in inner(part, "properties").items() if isinstance(rules, Mapping)}


def _required(part: Json) -> list[str]:
    listed = part.get("required")
    marked = [name for name, rules in _properties(part).items() if rules.get("required") is True]
    return [*(name for name in listed if isinstance(name, str)), *marked] if isinstance(listed, list) else marked
