"""When what was said names an object, and what to answer when it does not."""

import re
from collections.abc import Sequence
from typing import Literal

from okta_mcp.directory.rows import GroupRow, UserRow
from okta_mcp.guard import quoted

Kind = Literal["user", "group"]
LONGEST = 256
"""Longest name, login or id taken, in characters: no Okta login is longer than 100, no group name than 255."""

_SHORTLIST = 12
_FEW = 3
"""Candidates in one line."""

_IDS = {"user": re.compile(r"00u[A-Za-z0-9]{14,21}"), "group": re.compile(r"00g[A-Za-z0-9]{14,21}")}


class Unresolved(Exception):
    """What was said does not name exactly one object; nothing may be done with it.

    Args:
        kind: `user` or `group`.
        said: the words of the caller.
        candidates: what may have been meant, best first.
        matches: how many objects the words name exactly: 0, or 2 and more.
        more: whether there may be further ones.
        argument: the argument that carried the words, where it is not the one of the kind.
        key: what of an object to call again with.
    """

    def __init__(
        self,
        kind: Kind,
        said: str,
        candidates: Sequence[UserRow | GroupRow],
        matches: int,
        *,
        more: bool = False,
        argument: str | None = None,
        key: str = "id",
    ) -> None:
        super().__init__(f"{matches} {kind}s match {said!r}")
        self.kind = kind
        self.said = said
        self.candidates = tuple(candidates)
        self.matches = matches
        self.more = more
        self.argument = argument
        self.key = key

    def again(self, said: str, *, argument: str | None = None, key: str | None = None) -> "Unresolved":
        """Return the same for another raising of it."""
        return Unresolved(
            self.kind,
            said,
            self.candidates,
            self.matches,
            more=self.more,
            argument=argument or self.argument,
            key=key or self.key,
        )

    def explain(self, argument: str | None = None) -> str:
        """Say what was looked for, what was found instead, and how to go on.

        Args:
            argument: the one that carried the words; the kind's own name when None.
        """
        argument = self.argument or argument or self.kind
        said = quoted(self.said)
        shown = self.candidates[:_SHORTLIST]
        if self.matches:
            problem = f"{said} names {self.matches}{' or more' if self.more else ''} {self.kind}s."
            found = f"Nothing was done. Ask which one is meant, then call again with its {self.key} as `{argument}`:"
        elif shown:
            problem = f"No {self.kind} is called exactly {said}."
            found = f"Nothing was done. Nearest; if one is meant, call again with its {self.key} as `{argument}`:"
        else:
            forms = "id, login, email or full name" if self.kind == "user" else "id or name"
            tool = "find_user" if self.kind == "user" else "find_group"
            return (
                f"No {self.kind} matches {said}. Nothing was done.\n"
                f"Next: check the spelling ({forms}), or look with {tool} for a part of the name."
            )
        lines = [problem, found, *(f"- {row}" for row in shown)]
        if len(self.candidates) > len(shown):
            lines.append(f"and more; ask for something that narrows it down, such as the {self.narrower}.")
        return "\n".join(lines)

    def brief(self, argument: str | None = None) -> str:
        """Say the same in one line, with the ids of the first candidates: for one row among many.

        Args:
            argument: the one that carried the words; the kind's own name when None.
        """
        argument = self.argument or argument or self.kind
        shown = "; ".join(map(_one, self.candidates[:_FEW]))
        left = len(self.candidates) - _FEW
        further = f"; and {left}{' or more' if self.more else ''} more" if left > 0 else ""
        if self.matches:
            number = f"{self.matches}{' or more' if self.more else ''}"
            return f"{quoted(self.said)} names {number} {self.kind}s; send the id as `{argument}`: {shown}{further}"
        if shown:
            return f"No {self.kind} is called exactly {quoted(self.said)}; nearest, by id: {shown}{further}"
        return f"No {self.kind} matches {quoted(self.said)}"

    @property
    def narrower(self) -> str:
        """What tells objects of this kind apart."""
        return "login" if self.kind == "user" else "exact name"


def _one(candidate: UserRow | GroupRow) -> str:
    if isinstance(candidate, UserRow):
        return f"{candidate.id} ({quoted(candidate.login)[1:-1]}, {candidate.status})"
    return f"{candidate.id} ({candidate.label}, {candidate.type})"


def is_id(kind: Kind, said: str) -> bool:
    """Tell whether the words have the shape of an Okta id of this kind."""
    return _IDS[kind].fullmatch(said) is not None
