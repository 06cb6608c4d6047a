"""Text for people and models, in which nothing from the directory becomes a link, an image, a tag or a block.

Many clients render the text of an answer as Markdown. A group called `![](https://…)` would then fetch an address,
and `[reset here](https://…)` would be a link that looks like ours. A backslash before the sign that makes it one, as
CommonMark has it, leaves every letter in its place. Typed data is not touched: programs compare it.
"""

import re
from collections.abc import Iterable

_MAKES = re.compile(
    r"(?P<image>!)\[(?=[^\n])"  # ![ of an image
    r"|(?P<link>\])(?=[(:\[])"  # ]( of a link, ][ and ]: of a reference
    r"|(?P<tag>(?<!\\)(?:\\\\)*<)(?=[A-Za-z/!?|])"  # a tag, an autolink, a mark of a model; not an escaped one
    r"|(?P<host>\b[Ww]{3})(?=\.)"
    r"|(?P<script>\b(?:javascript|data|vbscript))(?=:)"
    # https:// is made a link by itself. A scheme may hold dots, but none of the two above.
    r"|(?P<scheme>\b[A-Za-z](?:(?!\b(?:[Ww]{3}\.|(?:javascript|data|vbscript):))[A-Za-z0-9+.-]){1,20}:)(?=//)"
    r"|(?P<fence>`{3,}|~{3,})"
    r"|(?P<heading>^[ ]{0,3})(?=#{1,6}\s)",
    re.MULTILINE,
)
_TRACES = ("![", "](", "][", "]:", "<", "://", "```", "~~~", "#", "javascript:", "data:", "vbscript:")
"""One of these, or `www.` in any case, stands in whatever `_MAKES` finds; most answers hold none of them."""

_UNMAKES = re.compile(r"\\(?=[\[(:<`~#./])")


def defused(text: str, *, keep: Iterable[str] = ()) -> str:
    """Return text that means the same to a reader, and in which Markdown finds nothing.

    Args:
        text: for a person or a model.
        keep: what stands in it and is to stay as it is: the beginning of the org's addresses, and what was asked for
            and has to be right to the letter, as a temporary password.
    """
    if "www." not in text.lower() and not any(trace in text for trace in _TRACES):
        return text
    kept = [re.escape(one) for one in keep if one]
    if not kept:
        return _MAKES.sub(_with_backslash, text)
    pattern = re.compile(f"(?P<kept>{'|'.join(kept)})|{_MAKES.pattern}", re.MULTILINE)
    return pattern.sub(lambda found: found[0] if found["kept"] else _with_backslash(found), text)


def as_written(text: str) -> str:
    """Return text that was said after `defused` showed it, as the directory has it.

    A backslash that `defused` would not have put there is somebody's own, and stays.
    """
    if "\\" not in text:
        return text
    plain = _UNMAKES.sub("", text)
    return plain if defused(plain) == text else text


def _with_backslash(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "image":
            return "!\\["
        case "tag":
            return f"{found[0][:-1]}\\<"
        case "fence":
            return "".join(f"\\{sign}" for sign in found[0])
    return f"{found[0]}\\"
