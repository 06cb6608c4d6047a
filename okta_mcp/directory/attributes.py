"""The attributes that the org's own schema gives to people, and which of them a name means."""

from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any, Self

import anyio

from okta_mcp.directory.memory import Memory
from okta_mcp.okta import Forbidden, NotFound, OktaClient, inner
from okta_mcp.okta.objects import Json
from okta_mcp.okta.schemas import get_user_schema, list_schemas_of_types
from okta_mcp.records import record

_SECONDS = 300.0
_LATELY = 10.0
_TYPES = 20
_ALIKE = 0.6
_SHORTEST_PART = 3
DEFAULT = "default"


@record
class Attributes:
    """The profile attributes of a user type.

    Args:
        base: name and kind of each that Okta has.
        custom: name and kind of each that the org added.
        required: names of those that no user may lack.
    """

    base: Mapping[str, str]
    custom: Mapping[str, str]
    required: tuple[str, ...] = ()

    @classmethod
    def of(cls, schema: Json) -> Self | None:
        """Read a schema; None when it is none."""
        definitions = inner(schema, "definitions")
        base, custom = inner(definitions, "base"), inner(definitions, "custom")
        required = [name for part in (base, custom) for name in _required(part)]
        found = cls(_kinds(base), _kinds(custom), tuple(dict.fromkeys(required)))
        return found if found.base else None

    def __contains__(self, name: str) -> bool:
        return name in self.base or name in self.custom

    def meant(self, name: str) -> str | None:
        """Return the attribute of this name, else the only one that differs in case and joiners alone."""
        return name if name in self else only_spelling(name, [*self.base, *self.custom])

    def kind(self, name: str) -> str:
        """Return of what kind the values of an attribute are."""
        return self.custom.get(name) or self.base.get(name) or "text"

    def near(self, name: str, *, most: int) -> list[str]:
        """Return the attributes that a name may mean, best first."""
        said = bare(name)
        liked = {one: _likeness(said, bare(one)) for one in (*self.custom, *self.base)}
        return sorted((one for one in liked if liked[one] >= _ALIKE), key=lambda one: -liked[one])[:most]

    def nearest_first(self, names: Iterable[str]) -> list[str]:
        """Return the names of the org's own attributes, those that some names may mean before the others."""
        said = [bare(name) for name in names]
        return sorted(self.custom, key=lambda one: (-max(_likeness(name, bare(one)) for name in said), one))


class Schemas:
    """What the schemas of the org were a moment ago.

    Args:
        clock: seconds, from wherever.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._known: Memory[str, tuple[Attributes | None]] = Memory(entries=_TYPES, seconds=_SECONDS, clock=clock)
        self._lately: Memory[str, str] = Memory(entries=_TYPES, seconds=_LATELY, clock=clock)
        self._asking = anyio.Lock()

    async def attributes(
        self, okta: OktaClient, schema_id: str | None, type_id: str | None, *, anew: bool
    ) -> Attributes | None:
        """Return the attributes of a user type; see `Directory.attributes`."""
        key = schema_id or type_id or DEFAULT
        async with self._asking:
            known = self._known.get(key)
            if known is not None and not (anew and self._lately.get(key) is None):
                return known[0]
            try:
                if schema_id is None:
                    schema_id = DEFAULT if type_id is None else (await list_schemas_of_types(okta)).get(type_id)
                read = None if not schema_id else Attributes.of(await get_user_schema(okta, schema_id))
            except (Forbidden, NotFound):
                read = None
            self._known.put(key, (read,))
            self._lately.put(key, key)
            return read


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


def _kinds(part: Json) -> dict[str, str]:
    return {name: _kind(rules) for name, rules in inner(part, "properties").items() if isinstance(rules, Mapping)}


def _kind(rules: Mapping[str, Any]) -> str:
    kind, items = rules.get("type"), inner(rules, "items").get("type")
    return f"list of {items}" if kind == "array" and items else str(kind or "string")


def _required(part: Json) -> list[str]:
    listed = part.get("required")
    marked = [
        name
        for name, rules in inner(part, "properties").items()
        if isinstance(rules, Mapping) and rules.get("required")
    ]
    return [*(name for name in listed if isinstance(name, str)), *marked] if isinstance(listed, list) else marked
