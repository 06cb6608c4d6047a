"""What the operator allows: which tools exist here, and whether anything may be changed."""

from collections.abc import Collection
from dataclasses import field
from typing import Any, Protocol

from okta_mcp.guard.caller import LOCAL, Caller
from okta_mcp.guard.confirming import Confirming
from okta_mcp.guard.pace import Limits
from okta_mcp.guard.protection import Rules
from okta_mcp.guard.refused import Refused
from okta_mcp.records import record


class Ruled(Protocol):
    """What the policy needs to know of an action."""

    @property
    def name(self) -> str:
        """The tool's name."""

    @property
    def toolset(self) -> str:
        """The part of the connector it belongs to."""

    @property
    def writes(self) -> bool:
        """Whether it can change anything in the org."""


@record
class Policy:
    """The operator's switches.

    Args:
        read_only: refuse every write, whatever else is allowed.
        toolsets: the toolsets on offer; empty means all.
        tools: single tools on offer besides those toolsets; with `toolsets` empty, the only ones.
        exclude_tools: tools that are never on offer; wins over both.
        dry_run: answer every write with what it would do, and do nothing.
        withhold_secrets: refuse what would be answered with a one-time link or a temporary password.
        confirming: what is confirmed before it is done, and by whom.
        rules: whom and what no write may touch.
        limits: how many writes there may be in a while.
    """

    read_only: bool = False
    toolsets: Collection[str] = ()
    tools: Collection[str] = ()
    exclude_tools: Collection[str] = ()
    dry_run: bool = False
    withhold_secrets: bool = False
    confirming: Confirming = field(default_factory=Confirming)
    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)

    def facts(self) -> dict[str, Any]:
        """Return the switches that stand before a write, for a client or an operator to read."""
        rules, limits = self.rules, self.limits
        protected = {
            "users": [*rules.users],
            "membersOf": [*rules.members_of],
            "where": rules.where,
            "admins": rules.admins,
            "groups": [*rules.groups],
            "neverGrant": [*rules.never_grant],
            "neverGrantAdmin": rules.never_grant_admin,
        }
        return {
            "dryRun": self.dry_run,
            "confirm": self.confirming.what,
            "confirmBy": self.confirming.by,
            "withholdSecrets": self.withhold_secrets or None,
            "protected": {name: value for name, value in protected.items() if value},
            "writesPerMinute": limits.per_minute or None,
            "writesPerCallerAndHour": limits.per_caller or None,
        }

    def offers(self, action: Ruled, caller: Caller = LOCAL) -> bool:
        """Tell whether the tool is listed at all, to this caller."""
        return self._offered(action) and caller.rights.allow(action.toolset, writes=action.writes)

    def _offered(self, action: Ruled) -> bool:
        if action.name in self.exclude_tools or (self.read_only and action.writes):
            return False
        if not self.toolsets and not self.tools:
            return True
        return action.toolset in self.toolsets or action.name in self.tools

    def enforce(self, action: Ruled, caller: Caller = LOCAL) -> None:
        """Stop a call that the policy does not allow, or that is beyond the caller's rights.

        Every call passes here, listed or not: a hidden tool is not yet a forbidden one.

        Raises:
            Refused: with the reason and what to do instead.
        """
        if self.offers(action, caller):
            return
        if self._offered(action):
            verb = "changes the org, and" if action.writes else "was not called:"
            raise Refused(
                f"{action.name} {verb} you may not use it; nothing was changed",
                f"your rights on this server are {caller.rights}; the operator gives them.",
            )
        if self.read_only and action.writes:
            raise Refused(
                f"{action.name} changes the org, and this server runs read-only; nothing was changed",
                "the operator can restart the server without OKTA_MCP_READ_ONLY.",
            )
        raise Refused(
            f"{action.name} is switched off on this server",
            "the operator chooses the tools with OKTA_MCP_TOOLSETS, OKTA_MCP_TOOLS and OKTA_MCP_EXCLUDE_TOOLS.",
        )
