"""What to ask Okta for words: expressions of its `search`, with every word a literal that stays in its place."""

from okta_mcp.directory.names import plain, spellings
from okta_mcp.directory.phrases import Phrase
from okta_mcp.expressions import quote

_MOST_WORDS = 6
_MOST_SPELLED_WORDS = 12
_SHORTEST_TAIL = 3


def exactly_user(phrase: Phrase) -> str:
    """Return a `search` for everybody whom the phrase, or the name in it, names exactly."""
    names = dict.fromkeys(filter(None, (phrase.said, phrase.name if phrase.has_context else "", phrase.titled)))
    clauses = [clause for name in names for clause in _named(name)]
    if phrase.number:
        clauses.append(f"profile.employeeNumber eq {quote(phrase.number)}")
    return " or ".join(dict.fromkeys(clauses))


def near_user(phrase: Phrase) -> str:
    """Return a `search` for everybody whom the name may mean who mistypes a letter or leaves out accents.

    One wrong letter leaves the beginning or the end of a word intact: one of the two is asked for.
    """
    words = words_of(phrase.name)
    bare = [word for word in plain(phrase.name).split() if word][:_MOST_WORDS]
    logins = [".".join(words), ".".join(bare), "".join(bare)]
    if len(words) == 1:
        word = words[0]
        clauses = [f"profile.{name} sw {quote(word)}" for name in ("firstName", "lastName", "email", "displayName")]
        clauses += [_piece(name, word, shortest=_SHORTEST_TAIL) for name in ("firstName", "lastName")]
        if len(bare) > 1:
            clauses += _pairs(bare)
    else:
        clauses = [*_pairs(words), f"profile.displayName sw {quote(' '.join(words))}"]
        if len(bare) > 1:
            logins += [f"{bare[0][0]}{bare[-1]}", f"{bare[-1]}.{bare[0]}"]
            clauses.append(f"(profile.lastName eq {quote(words[-1])} and profile.firstName sw {quote(words[0][0])})")
            clauses.append(f"(profile.firstName eq {quote(words[0])} and profile.lastName sw {quote(words[-1][0])})")
    clauses += [f"profile.login sw {quote(login)}" for login in dict.fromkeys(logins) if login]
    return " or ".join(dict.fromkeys(clauses))


def narrowed(phrase: Phrase) -> str:
    """Return a `search` for those of the name whose department or title begins with the words besides it."""
    context = quote(phrase.context)
    where = " or ".join(f"profile.{name} sw {context}" for name in ("department", "title", "division"))
    return f"({' or '.join(_named(phrase.name))}) and ({where})"


def exactly_group(said: str, tidied: str) -> list[str]:
    """Return the clauses of a `search` for the groups of exactly this name."""
    return [f"profile.name eq {quote(name)}" for name in dict.fromkeys((said, *spellings(tidied)))]


def near_group(said: str) -> str:
    """Return a `search` for groups whose name or description contains the words, or most of their letters."""
    words = words_of(said)
    whole = quote(" ".join(words))
    clauses = [f"profile.name co {whole}", f"profile.description co {whole}"]
    for word in words:
        if len(word) >= _SHORTEST_TAIL or len(words) == 1:
            clauses.append(f"profile.name co {quote(word)}")
        cut = len(word) // 2
        pieces = (piece for piece in (word[:cut], word[cut:]) if len(piece) >= _SHORTEST_TAIL)
        clauses += [f"profile.name co {quote(piece)}" for piece in pieces]
    return " or ".join(dict.fromkeys(clauses))


def _named(said: str) -> list[str]:
    words = words_of(said)
    clauses: list[str] = []
    # A URL holds only so many clauses: the longer the name, the fewer ways to write it are asked for.
    for way in spellings(said)[: _MOST_SPELLED_WORDS // len(words)]:
        value = quote(way)
        clauses += [f"profile.{name} eq {value}" for name in ("login", "email", "displayName", "firstName", "lastName")]
        for one, other in orders(words_of(way)):
            clauses.append(f"(profile.firstName eq {quote(one)} and profile.lastName eq {quote(other)})")
    if len(words) == 1:
        clauses.append(f"profile.login sw {quote(words[0] + '@')}")
        if any(letter.isdigit() for letter in said):
            clauses.append(f"profile.employeeNumber eq {quote(said)}")
    return clauses


def _pairs(words: list[str]) -> list[str]:
    return [f"({_piece('firstName', one)} and {_piece('lastName', other)})" for one, other in orders(words)]


def _piece(name: str, words: str, *, shortest: int = 2) -> str:
    """Return a clause for an attribute that has the first or the last half of a word, whichever was typed right.

    Args:
        name: the attribute.
        words: the word, or the words of one half of a name.
        shortest: fewest letters of a last half that is worth asking for.
    """
    cut = max(2, len(words) // 2)
    head, tail = words[:cut], words[cut:]
    if len(tail) < shortest:
        return f"profile.{name} sw {quote(head)}"
    return f"(profile.{name} sw {quote(head)} or profile.{name} co {quote(tail)})"


def orders(words: list[str]) -> list[tuple[str, str]]:
    """Return each way to read the words as a first and a last name."""
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return [*cuts, *((last, first) for first, last in cuts)]


def words_of(said: str) -> list[str]:
    """Return the words of a name, as many as are worth a clause each, without the comma of `Last, First`."""
    return said.replace(",", " ").split()[:_MOST_WORDS] or [said]
