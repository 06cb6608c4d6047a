"""What a client offers while a person types the name of a user or a group."""

from typing import Any

from mcp.server import MCPServer
from mcp.types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from okta_mcp.directory import LONGEST, list_groups_page, list_users_page
from okta_mcp.guard import neutral
from okta_mcp.okta import OktaClient, OktaError

MOST = 100
"""Longest list of completions. MCP, Completion."""


_LISTED_BY = {"user": "list_users", "group": "list_groups"}
"""The arguments that are completed, and the tool that shows the same."""


def attach(server: MCPServer[Any], okta: OktaClient, offered: frozenset[str]) -> None:
    """Add completions for every `user` and `group` of the templates to a server.

    Args:
        server: the server.
        okta: the org's client.
        offered: the tools on offer; what they do not list is not completed either.
    """
    completed = {name for name, tool in _LISTED_BY.items() if tool in offered}
    if not completed:
        return

    async def complete(
        reference: PromptReference | ResourceTemplateReference,  # noqa: ARG001 - the names mean the same everywhere
        argument: CompletionArgument,
        context: CompletionContext | None,  # noqa: ARG001 - no argument depends on another
    ) -> Completion | None:
        if argument.name not in completed:
            return None
        typed = argument.value[:LONGEST]
        try:
            values, more = await _values(okta, argument.name, typed)
        except OktaError:
            # A person who is typing is helped by an empty list, not by an error in the middle of a word.
            return Completion(values=[], total=0, has_more=False)
        return Completion(values=values, total=None if more else len(values), has_more=more)

    server.completion()(complete)  # type: ignore[no-untyped-call]


async def _values(okta: OktaClient, name: str, typed: str) -> tuple[list[str], bool]:
    if name == "user":
        users = await list_users_page(okta, typed, limit=MOST)
        return [neutral(user.login) for user in users.items], users.next is not None
    groups = await list_groups_page(okta, typed, limit=MOST)
    return [neutral(group.name) for group in groups.items], groups.next is not None
