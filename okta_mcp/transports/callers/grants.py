"""What the scopes of a token and the groups of a caller allow."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field

from okta_mcp.records import record
from okta_mcp.settings import EVERYTHING, Rights


@record
class Grants:
    """The operator's mapping. Scopes bound the client, groups bound the person: a call needs both.

    Args:
        scopes: what each scope allows, first the one to begin with.
        groups: what each group allows; empty when groups do not matter.
    """

    scopes: Mapping[str, Rights]
    groups: Mapping[str, Rights] = field(default_factory=dict)

    @property
    def first(self) -> tuple[str, ...]:
        """What a client asks for to begin with."""
        return tuple(self.scopes)[:1]

    def known(self, scopes: Collection[str]) -> tuple[str, ...]:
        """Return those scopes that mean something here, in the operator's order."""
        return tuple(one for one in self.scopes if one in scopes)

    def rights(self, scopes: Collection[str], groups: Collection[str]) -> Rights:
        """Return what a caller may do."""
        return _either(self.scopes[one] for one in self.known(scopes)) & self.ceiling(groups)

    def ceiling(self, groups: Collection[str]) -> Rights:
        """Return what a caller may do at most, by the groups alone."""
        return _either(self.groups[one] for one in self.groups if one in groups) if self.groups else EVERYTHING

    def reach(self, groups: Collection[str]) -> Rights:
        """Return what a caller could have with every scope."""
        return _either(self.scopes.values()) & self.ceiling(groups)

    def needed(self, held: Collection[str], toolset: str, *, writes: bool) -> tuple[str, ...]:
        """Return every scope that a token for this tool has, those it has already among them.

        Args:
            held: the scopes of the token at hand.
            toolset: of the tool.
            writes: whether the tool can change anything.

        Returns:
            nothing when no scope would help.
        """
        enough = [one for one, rights in self.scopes.items() if rights.allow(toolset, writes=writes)]
        if not enough:
            return ()
        least = min(enough, key=lambda one: (len(self.scopes[one].writes), len(self.scopes[one].reads)))
        return self.known({*held, least})


def _either(rights: Iterable[Rights]) -> Rights:
    whole = Rights()
    for one in rights:
        whole = whole | one
    return whole
