"""Names as people write them: when two spellings are the same name, and when they are only near."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from okta_mcp.guard import as_written, neutral_text
from okta_mcp.okta import User

APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u02b9\u00b4\u0060\uff07\u2032", "'"))
"""Signs that stand for an apostrophe in names."""

_JOINERS = str.maketrans(dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2212._,;/", " "))
# Letters that are no letter with an accent, and how they are written without them.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "\u0131": "i", "'": ""}
)


def tidy(text: str) -> str:
    """Return text with composed accents, plain apostrophes and single spaces; its letters are kept as they are."""
    return " ".join(unicodedata.normalize("NFC", text).translate(APOSTROPHES).split())


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text that two spellings of one name share.

    Case, spacing, the form of an apostrophe and what nobody sees do not count.

    Accents and hyphens do count: they tell people apart.
    """
    # What is shown of a name is without what nobody sees, and may be said back so.
    return tidy(unicodedata.normalize("NFC", neutral_text(as_written(text))).casefold())


def plain(text: str) -> str:
    """Return text without accents, apostrophes and hyphens: what is left of a name in a hurry."""
    bare = unicodedata.normalize("NFKD", fold(text))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(letters.translate(_LETTERS).translate(_JOINERS).split())


def spellings(text: str) -> list[str]:
    """Return the ways in which a directory may have stored a tidy text that `fold` takes for the same.

    Okta compares letter by letter but for case, so each way has to be asked for.
    """
    ways = [text]
    if "'" in text:
        ways.append(text.replace("'", "\u2019"))
    return list(dict.fromkeys([*ways, *(unicodedata.normalize("NFD", way) for way in ways)]))


def attribute(user: User, name: str) -> str:
    """Return an attribute of the profile as text; empty when there is none."""
    value = user.profile.get(name)
    return "" if value is None or isinstance(value, dict | list) else str(value)


def spoken(user: User) -> Iterator[tuple[str, str]]:
    """Yield everything that names this user exactly, folded, each with what it is."""
    first, last = attribute(user, "firstName"), attribute(user, "lastName")
    named = [
        ("login", user.login),
        ("email", attribute(user, "email")),
        ("employee number", attribute(user, "employeeNumber")),
        ("display name", attribute(user, "displayName")),
        ("login", user.login.split("@")[0]),
    ]
    if first.strip() and last.strip():
        named += [("full name", name) for name in (f"{first} {last}", f"{last} {first}", f"{last}, {first}")]
    named += [("first name", first), ("last name", last)]
    for what, name in named:
        if folded := fold(name):
            yield folded, what


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters are wrong, missing, too many or swapped; `most + 1` for anything above `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, another in enumerate(other, 1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (letter != another))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == another:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return min(last[-1], most + 1)
