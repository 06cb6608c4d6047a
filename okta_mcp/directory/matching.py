"""When what was said names an object, and what to answer when it does not."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from okta_mcp.directory.rows import GroupRow, UserRow
from okta_mcp.guard import quoted

Kind = Literal["user", "group"]
LONGEST = 256
"""Longest name, login or id taken, in characters: no Okta login is longer than 100, no group name than 255."""

_SHORTLIST = 12
_CURLED = "\u2019"
_IDS = {"user": re.compile(r"00u[A-Za-z0-9]{14,21}"), "group": re.compile(r"00g[A-Za-z0-9]{14,21}")}


class Unresolved(Exception):
    """What was said does not name exactly one object; nothing may be done with it.

    Args:
        kind: `user` or `group`.
        said: the words of the caller.
        candidates: what may have been meant, best first.
        matches: how many objects the words name exactly: 0, or 2 and more.
        more: whether there may be further ones.
    """

    def __init__(
        self,
        kind: Kind,
        said: str,
        candidates: Sequence[UserRow] | Sequence[GroupRow],
        matches: int,
        *,
        more: bool = False,
    ) -> None:
        super().__init__(f"{matches} {kind}s match {said!r}")
        self.kind = kind
        self.said = said
        self.candidates = tuple(candidates)
        self.matches = matches
        self.more = more

    def explain(self, argument: str | None = None) -> str:
        """Say what was looked for, what was found instead, and how to go on.

        Args:
            argument: the one that carried the words; the kind's own name when None.
        """
        argument = argument or self.kind
        said = quoted(self.said)
        shown = self.candidates[:_SHORTLIST]
        if self.matches:
            number = f"{self.matches}{' or more' if self.more else ''}"
            problem = f"{said} names {number} {self.kind}s."
            found = f"Nothing was done. Ask which one is meant, then call again with its id as `{argument}`:"
        elif shown:
            problem = f"No {self.kind} is called exactly {said}."
            found = f"Nothing was done. Nearest; if one is meant, call again with its id as `{argument}`:"
        else:
            forms = "id, login, email or full name" if self.kind == "user" else "id or name"
            tool = "list_users" if self.kind == "user" else "list_groups"
            return (
                f"No {self.kind} matches {said}. Nothing was done.\n"
                f"Next: check the spelling ({forms}), or look with {tool} and its `search` argument."
            )
        lines = [problem, found, *(f"- {row}" for row in shown)]
        if len(self.candidates) > len(shown):
            lines.append(f"and more; ask for something that narrows it down, such as the {self.narrower}.")
        return "\n".join(lines)

    @property
    def narrower(self) -> str:
        """What tells objects of this kind apart."""
        return "login" if self.kind == "user" else "exact name"


def is_id(kind: Kind, said: str) -> bool:
    """Tell whether the words have the shape of an Okta id of this kind."""
    return _IDS[kind].fullmatch(said) is not None


def fold(text: str) -> str:
    """Return text with case, spacing and the form of its apostrophes and accents taken out of the comparison.

    Accents themselves count, as in Okta's search.
    """
    return " ".join(unicodedata.normalize("NFC", text).replace(_CURLED, "'").casefold().split())


def written_forms(text: str) -> list[str]:
    """Return the ways a directory may have stored what was said: apostrophes plain or curled, accents joined or not."""
    plain = unicodedata.normalize("NFC", " ".join(text.split())).replace(_CURLED, "'")
    forms = [plain, plain.replace("'", _CURLED)]
    return list(dict.fromkeys([*forms, *(unicodedata.normalize("NFD", form) for form in forms)]))
