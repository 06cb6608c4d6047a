"""What a scripted model says, in place of a language model: find somebody by name, suspend whoever it is, report."""

import os
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_ID = re.compile(r"\b00u\w{17}\b")

HEADERS = {"Authorization": f"Bearer {os.environ['TOKEN']}"} if "TOKEN" in os.environ else None
"""What a server that asks who calls wants to see."""

CHOICE = os.environ.get("CHOICE")
"""The login of whoever the person chooses, when there is one to be asked."""

Step = tuple[str, dict[str, str]]
"""A tool to call, and its arguments."""


def next_step(name: str, tools: Collection[str], results: Sequence[str]) -> Step | str:
    """Return the next call, or the final words when there is nothing more to do.

    Args:
        name: who is to be suspended.
        tools: the names of the tools that the model was offered.
        results: what the calls so far were answered, as text.
    """
    if not results:
        missing = {"find_user", "suspend_user"}.difference(tools)
        return f"There is no tool {', '.join(missing)}." if missing else ("find_user", {"query": name})
    if len(results) == 1:
        found = list(dict.fromkeys(_ID.findall(results[0])))
        if len(found) == 1 or CHOICE:
            return "suspend_user", {"user": name if CHOICE else found[0]}
        return f"Who is meant? {results[0]}"
    return results[1]


def chosen(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return what a person fills into the form of a dropdown: the entry with the login of `CHOICE`."""
    ((field, choice),) = schema["properties"].items()
    return {field: next(one["const"] for one in choice["oneOf"] if f" · {CHOICE} · " in one["title"])}
