"""What a resource is: where it stands, what a client is shown of it, and the function that reads it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mcp.shared.uri_template import UriTemplate
from mcp.types import Annotations, Resource, ResourceTemplate

from okta_mcp.actions import ACTIONS
from okta_mcp.directory import Directory
from okta_mcp.guard import LOCAL, Caller, Policy
from okta_mcp.okta import OktaClient
from okta_mcp.records import record
from okta_mcp.resources.icons import Glyph, icon

MIME_TYPE = "application/json"


@record
class Sources:
    """What resources are read from.

    Args:
        okta: the org's client.
        directory: from words to objects.
        policy: what the operator allows.
        since: when this server was put together, as ISO 8601.
    """

    okta: OktaClient
    directory: Directory
    policy: Policy
    since: str


Read = Callable[..., Awaitable[Mapping[str, Any] | bytes]]
"""Reads a resource: the sources, then the template's variables by name; those of the query have defaults.

What it returns is shown as JSON, or as it is when it is bytes.
"""


@dataclass(frozen=True)
class Offer:
    """One resource, or a template for many.

    Args:
        uri: its address; RFC 6570 where it has variables.
        name: for programs.
        title: for people.
        description: one sentence.
        glyph: its icon.
        read: reads it.
        shown_by: the tools that show the same, of which one has to be on offer; none for what any server may tell.
        priority: how much a client's assistant needs it, from 0 to 1.
        for_people: whether a person would choose it from a list, or only a model reads it.
        fresh: seconds for which an answer may be kept.
        fixed: whether it stays the same as long as the server runs.
        mime_type: of what it reads.
    """

    uri: str
    name: str
    title: str
    description: str
    glyph: Glyph
    read: Read
    shown_by: tuple[str, ...] = ()
    priority: float = 0.5
    for_people: bool = True
    fresh: int = 10
    fixed: bool = False
    mime_type: str = MIME_TYPE

    @cached_property
    def template(self) -> UriTemplate:
        """The address, ready to be matched."""
        return UriTemplate.parse(self.uri)

    @property
    def variable(self) -> bool:
        """Whether this is a template."""
        return "{" in self.uri

    def allowed(self, policy: Policy, caller: Caller = LOCAL) -> bool:
        """Tell whether the operator lets this be shown, and to this caller."""
        tools = [one for one in ACTIONS if one.name in self.shown_by]
        return not self.shown_by or any(policy.offers(one, caller) for one in tools)

    def listed(self, since: str) -> Resource:
        """Return the resource as `resources/list` shows it."""
        return Resource(uri=self.uri, annotations=self._annotations(since), **self._shown())

    def listed_template(self) -> ResourceTemplate:
        """Return the template as `resources/templates/list` shows it."""
        return ResourceTemplate(uri_template=self.uri, annotations=self._annotations(None), **self._shown())

    def _shown(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "mime_type": self.mime_type,
            "icons": [icon(self.glyph)],
        }

    def _annotations(self, since: str | None) -> Annotations:
        return Annotations(
            audience=["user", "assistant"] if self.for_people else ["assistant"],
            priority=self.priority,
            last_modified=since if self.fixed else None,
        )
