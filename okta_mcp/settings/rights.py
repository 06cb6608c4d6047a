"""What a caller may do, in the words an operator writes."""

from typing import Self, get_args

from okta_mcp.records import record
from okta_mcp.settings.offer import Toolset

_TOOLSETS: frozenset[str] = frozenset(get_args(Toolset))
_ALL = "*"
_NONE = "nothing"


@record
class Rights:
    """What a caller may do at most. Whoever may write may read.

    Args:
        reads: toolsets of which the reading tools may be used.
        writes: toolsets of which every tool may be used.
    """

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `read`, `write`, or one toolset's, as `groups.write`; several joined by `+`; or `nothing`.

        Raises:
            ValueError: says what is allowed.
        """
        if text.strip() == _NONE:
            return cls()
        reads: set[str] = set()
        writes: set[str] = set()
        for word in text.split("+"):
            toolset, dot, effect = word.strip().rpartition(".")
            toolset = toolset if dot else _ALL
            if effect not in {"read", "write"} or toolset not in {*_TOOLSETS, _ALL} or (dot and toolset == _ALL):
                raise ValueError(
                    f"{word.strip()[:40]!r} is no right; there are read, write, and of one toolset alone "
                    f"{', '.join(sorted(f'{one}.read' for one in _TOOLSETS))} and the same with .write, joined by +; "
                    "or nothing"
                )
            named = _TOOLSETS if toolset == _ALL else {toolset}
            reads |= named
            if effect == "write":
                writes |= named
        return cls(frozenset(reads), frozenset(writes))

    def __or__(self, other: "Rights") -> "Rights":
        """Return what either allows."""
        return Rights(self.reads | other.reads, self.writes | other.writes)

    def __and__(self, other: "Rights") -> "Rights":
        """Return what both allow."""
        return Rights(self.reads & other.reads, self.writes & other.writes)

    def __bool__(self) -> bool:
        """Tell whether anything is allowed at all."""
        return bool(self.reads)

    def allow(self, toolset: str, *, writes: bool) -> bool:
        """Tell whether a tool may be used.

        Args:
            toolset: the one it belongs to.
            writes: whether it can change anything.
        """
        return toolset in (self.writes if writes else self.reads)

    def __str__(self) -> str:
        """Return the words that make these rights."""
        if not self.reads:
            return _NONE
        words = ["write" if self.writes == _TOOLSETS else "read"] if self.reads == _TOOLSETS else []
        whole = Rights.parse(words[0]) if words else Rights()
        words += [f"{one}.write" for one in sorted(self.writes - whole.writes)]
        words += [f"{one}.read" for one in sorted(self.reads - whole.reads - self.writes)]
        return "+".join(words)


EVERYTHING = Rights(_TOOLSETS, _TOOLSETS)
"""What a caller may do whom nothing narrows: all that the operator's policy allows."""

NOTHING = Rights()
"""What somebody may do whom nobody has given anything."""
