"""What a client offers while a person fills in a template or a prompt."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mcp.server import MCPServer
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from okta_mcp.contents import Contents
from okta_mcp.directory import LONGEST, MOST, Completed, Directory
from okta_mcp.okta import OktaError
from okta_mcp.prompts import Source

_FILTERS: Mapping[str, tuple[str, ...]] = {
    "users": (
        'status eq "ACTIVE"',
        'status eq "SUSPENDED"',
        'status eq "LOCKED_OUT"',
        'status eq "STAGED"',
        'status eq "PROVISIONED"',
        'status eq "PASSWORD_EXPIRED"',
        'status eq "RECOVERY"',
        'status eq "DEPROVISIONED"',
        'profile.department eq "',
        'profile.title sw "',
        'profile.managerId eq "',
        'lastUpdated gt "',
    ),
    "groups": ('type eq "OKTA_GROUP"', 'type eq "APP_GROUP"', 'type eq "BUILT_IN"', 'profile.name sw "'),
}
"""Beginnings of Okta search expressions, by what they search."""

_LIMITS = ("10", "20", "50", "100", "200")


_LISTED_BY: Mapping[Source, frozenset[str]] = {
    "user": frozenset({"list_users", "find_user"}),
    "group": frozenset({"list_groups", "find_group"}),
    "groups": frozenset({"list_groups", "find_group"}),
}
"""The tools that show the same as what is completed; one of them has to be on offer."""


def attach(
    server: MCPServer[Any], directory: Directory, offered: Callable[[], frozenset[str]], contents: Contents
) -> None:
    """Add completions for the variables of the templates and the arguments of the prompts to a server.

    Args:
        server: the server.
        directory: knows the names.
        offered: returns the tools on offer to whoever asks; what they do not list is not completed either.
        contents: the templates and prompts.
    """
    if not any(tools & offered() for tools in _LISTED_BY.values()):
        return
    templates = {one.uri for one in contents.offers if one.variable}
    prompts = {one.name: one for one in contents.prompts}

    async def complete(
        reference: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion | None:
        if isinstance(reference, PromptReference):
            prompt = prompts.get(reference.name)
            source = prompt.source_of(argument.name) if prompt is not None else None
        elif reference.uri in templates:
            source = _variable(reference.uri, argument.name)
        else:
            source = None
        if source is None or (source in _LISTED_BY and not _LISTED_BY[source] & offered()):
            return None
        others = (context.arguments or {}) if context is not None else {}
        try:
            return await _offered(directory, source, argument.value, others.values())
        except OktaError:
            # A person who is typing is helped by an empty list, not by an error in the middle of a word.
            return Completion(values=[], total=0, has_more=False)

    server.completion()(complete)  # type: ignore[no-untyped-call]


def _variable(uri: str, name: str) -> Source | None:
    """Return what stands behind a variable of a template; behind a cursor there is nothing anyone could type."""
    kind = "users" if uri.startswith("okta://users") else "groups"
    match name:
        case "user" | "group":
            return name
        case "q":
            return "user" if kind == "users" else "group"
        case "search":
            return _FILTERS[kind]
        case "limit":
            return _LIMITS
        case _:
            return None


async def _offered(directory: Directory, source: Source, typed: str, others: Collection[str]) -> Completion:
    if isinstance(source, tuple):
        values = [value for value in source if value.casefold().startswith(typed.strip().casefold())]
        return Completion(values=values, total=len(values), has_more=False)
    before = ""
    if source == "groups":
        before, typed = _last(typed)
        others = [*others, *(name.strip() for name in before.split(","))]
    typed = typed[:LONGEST]
    found = await (directory.complete_users(typed) if source == "user" else directory.complete_groups(typed))
    return _completion(found, before, set(others))


def _last(typed: str) -> tuple[str, str]:
    """Split a list of names, parted by commas, into what is finished and what is being typed."""
    head, comma, tail = typed.rpartition(",")
    return (f"{head}{comma} " if comma else ""), tail.lstrip()


def _completion(found: Completed, before: str, others: Collection[str]) -> Completion:
    """Return what was found, without what the form holds already: nobody is their own manager."""
    values = [before + value for value in found.values[:MOST] if value not in others]
    left_out = len(found.values[:MOST]) - len(values)
    total = found.total - left_out if found.total is not None else None
    return Completion(values=values, total=total, has_more=found.more)
