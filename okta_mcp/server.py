"""The MCP server, put together."""

import json
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import Any

from mcp.server import CacheHint, MCPServer
from mcp.server._otel import OpenTelemetryMiddleware
from mcp.server.caching import CacheableMethod
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context
from mcp.server.request_state import RequestStateSecurity
from mcp.server.subscriptions import ToolsListChanged
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, CallToolResult, GetPromptResult, InputRequiredResult, Resource, ResourceTemplate
from mcp.types import Prompt as ListedPrompt
from mcp.types import Tool as ListedTool
from pydantic import AnyUrl

from okta_mcp import __version__, completions
from okta_mcp.actions import ACTIONS, Action, ActionTool, Consent, Performer
from okta_mcp.actions.bulk.journal import Journal, Runs
from okta_mcp.contents import CONNECTOR, Contents
from okta_mcp.directory import Directory
from okta_mcp.guard import (
    Codes,
    Confirming,
    Limits,
    Owner,
    Policy,
    Protection,
    Reach,
    Rules,
    asked_by,
    asking,
    caller_of,
    level_of_libraries,
)
from okta_mcp.guard.audit import NoTrail, Tally, Trail
from okta_mcp.guard.code_ledger import code_ledger
from okta_mcp.instructions import instructions_of
from okta_mcp.notices import Notices
from okta_mcp.okta import OktaClient
from okta_mcp.resources import Shelf, Subscribers, announce, serve_subscriptions
from okta_mcp.settings import Rights, Settings, SettingsError, journal_file
from okta_mcp.transports.calls import Calls

ORG_SCOPE = "okta.orgs.read"
"""What it takes to read the org's name; nothing depends on it."""

_LISTS = CacheHint(ttl_ms=300_000, scope="private")
_SOON_OTHERS = CacheHint(ttl_ms=10_000, scope="private")
"""For a server that finds out only after its start what its credentials serve."""
_LISTED: tuple[CacheableMethod, ...] = ("tools/list", "resources/list", "resources/templates/list", "prompts/list")


def create_server(
    settings: Settings,
    okta: OktaClient,
    trail: Trail | None = None,
    contents: Contents = CONNECTOR,
    *,
    clock: Callable[[], float] = time.time,
) -> "OktaServer":
    """Return the server of one org.

    Args:
        settings: every option.
        okta: the org's client; whoever made it closes it.
        trail: is told of every write; `guard.audit.opened_trail` opens the one that the settings ask for. None to
            keep none.
        contents: what it holds.
        clock: epoch seconds, for what a confirmation code is good for.
    """
    policy, directory, tally = policy_of(settings), Directory(okta), Tally(trail or NoTrail())
    owner, reach, protection = Owner(okta), Reach(okta), protection_of(policy, okta)
    runs = Runs(Journal(journal_file(settings.bulk_journal)), settings.bulk_seconds)
    codes = Codes([key.encode() for key in settings.state_key_ring], code_ledger(okta.shared, clock), clock)
    performer = Performer(
        okta,
        directory,
        policy,
        owner,
        protection=protection,
        consent=Consent(policy.confirming, codes),
        reach=reach,
        runs=runs,
        trail=tally,
    )
    shelf, subscribers = Shelf(contents.offers, okta, directory, policy), Subscribers(okta.shared, directory.forget)
    notices = Notices()
    server = OktaServer(
        "okta-mcp",
        title="Okta",
        version=__version__,
        instructions=instructions_of(policy),
        policy=policy,
        owner=owner,
        protection=protection,
        reach=reach,
        shelf=shelf,
        contents=contents,
        subscribers=subscribers,
        tally=tally,
        lists_reachable=settings.auth_list_reachable,
        calls=Calls(
            (*(one.name for one in contents.actions), *(one.name for one in contents.tools)),
            seconds=settings.call_seconds,
            writing=(one.name for one in contents.actions if one.writes),
        ),
        tools=[
            *(
                ActionTool.of(
                    one,
                    performer,
                    output_schema=settings.output_schemas,
                    confirming=policy.confirming,
                    on_write=announce,
                    on_notice=notices.tell,
                )
                for one in contents.actions
            ),
            *contents.tools,
        ],
        log_level=level_of_libraries(settings.log_level),
        cache_hints=dict.fromkeys(_LISTED, _SOON_OTHERS if reach.changeable else _LISTS),
        request_state_security=RequestStateSecurity(
            keys=settings.state_key_ring or [secrets.token_bytes(32)], bind_principal=_whose
        ),
        middleware=[
            _knowing_who_asks,
            shelf.listening,
            shelf.freshness,
            *([subscribers.listing] if reach.changeable else []),
        ],
    )
    serve_subscriptions(server, subscribers, shelf.shows)
    reach.on_change = partial(subscribers.publish, ToolsListChanged())
    notices.serve(server)
    for prompt in contents.prompts:
        if prompt.of_use(server.offered):
            server.add_prompt(prompt.listed(lambda: server.hidden))
    completions.attach(server, directory, lambda: server.offered, contents)
    return server


def _whose(context: ServerRequestContext[Any, Any]) -> str:
    """Return what the state of a call that goes back and forth is bound to: the caller and the program together."""
    caller = caller_of(context.request)
    return json.dumps([caller.id, caller.client])


async def _knowing_who_asks(context: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Let everything that answers a message know whose it is."""
    with asked_by(caller_of(context.request)):
        return await call_next(context)


def policy_of(settings: Settings) -> Policy:
    """Return what the operator allows."""
    return Policy(
        read_only=settings.read_only,
        toolsets=settings.toolsets,
        tools=settings.tools,
        exclude_tools=settings.exclude_tools,
        dry_run=settings.dry_run,
        # Where nothing can be done, nothing has to be confirmed.
        confirming=Confirming("never" if settings.dry_run else settings.confirm, settings.confirm_by),
        rules=Rules(
            users=settings.protect_users,
            members_of=settings.protect_members_of,
            where=settings.protect_where,
            admins=settings.protect_admins,
            groups=settings.protect_groups,
            never_grant=settings.never_grant,
            never_grant_admin=settings.never_grant_admin,
        ),
        limits=Limits(settings.writes_per_minute, settings.writes_per_caller),
        withhold_secrets=settings.withhold_secrets,
    )


def protection_of(policy: Policy, okta: OktaClient) -> Protection:
    """Return what keeps writes away from whom the operator protects.

    Raises:
        SettingsError: the expression of OKTA_MCP_PROTECT_WHERE cannot be read.
    """
    try:
        return Protection(okta, policy.rules)
    except ValueError as error:
        raise SettingsError([f"OKTA_MCP_PROTECT_WHERE (--protect-where): {error}"]) from error


def scopes_of(settings: Settings) -> frozenset[str]:
    """Return the OAuth scopes that the tools on offer, their protection, and the org's own name need."""
    policy = policy_of(settings)
    tools = {scope for one in ACTIONS if policy.offers(one) for scope in one.all_scopes}
    return frozenset(tools | policy.rules.scopes | {ORG_SCOPE})


class OktaServer(MCPServer[Any]):
    """The SDK's server, listing only what the operator allows, the credentials can serve, and the caller may use.

    A tool that is not on offer stays callable so that the call is answered with the reason, not with "unknown".

    Args:
        name: of the server.
        policy: what the operator allows.
        owner: the user behind the credentials.
        protection: keeps writes away from whom the operator protects.
        reach: what the credentials can serve.
        shelf: the resources.
        contents: what it holds.
        subscribers: who hears of changes.
        calls: what every message passes first.
        tally: counts the writes.
        lists_reachable: whether tools are listed to a caller that only further scopes would give.
        options: the SDK's.

    Attributes:
        subscribers: who hears of changes.
        calls: the calls under way.
        tally: the writes so far.
        owner: the user behind the credentials; whoever checks these at the start tells it.
        protection: keeps writes away from whom the operator protects; whoever starts the server has it looked up.
        reach: what the credentials can serve; it is found out at the start, too.
    """

    def __init__(
        self,
        name: str,
        *,
        policy: Policy,
        owner: Owner,
        protection: Protection,
        reach: Reach,
        shelf: Shelf,
        contents: Contents,
        subscribers: Subscribers,
        calls: Calls,
        tally: Tally,
        lists_reachable: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(name, subscriptions=subscribers, **options)
        self.subscribers = subscribers
        # In place of the SDK's own tracing, whose spans quote what clients send and errors say.
        self.middleware[:] = [calls, *(one for one in self.middleware if not isinstance(one, OpenTelemetryMiddleware))]
        self.calls = calls
        self.tally = tally
        self.owner = owner
        self.protection = protection
        self.reach = reach
        self._shelf = shelf
        self._actions = contents.actions
        self._prompts = {one.name: one for one in contents.prompts}
        self._policy = policy
        self._lists_reachable = lists_reachable
        self._allowed: dict[Rights, tuple[Action, ...]] = {}

    @property
    def offered(self) -> frozenset[str]:
        """The names of the tools on offer to whoever asks, as far as it is known that they can be served."""
        return self._offered_within(asking().rights)

    def _offered_within(self, rights: Rights) -> frozenset[str]:
        if rights not in self._allowed:
            caller = replace(asking(), rights=rights)
            self._allowed[rights] = tuple(one for one in self._actions if self._policy.offers(one, caller))
        return frozenset(one.name for one in self._allowed[rights] if self.reach.serves(one))

    @property
    def hidden(self) -> frozenset[str]:
        """The names of the tools that whoever asks is not offered."""
        return frozenset(one.name for one in self._actions) - self.offered

    async def list_tools(self) -> list[ListedTool]:
        """List the tools on offer; where the operator says so, also those that further scopes would give."""
        caller = asking()
        rights = caller.rights | caller.reach if self._lists_reachable else caller.rights
        hidden = {one.name for one in self._actions} - self._offered_within(rights)
        return [tool for tool in await super().list_tools() if tool.name not in hidden]

    async def list_prompts(self) -> list[ListedPrompt]:
        """List the prompts of which some step can be done."""
        offered = self.offered
        of_no_use = {name for name, one in self._prompts.items() if not one.of_use(offered)}
        return [prompt for prompt in await super().list_prompts() if prompt.name not in of_no_use]

    async def list_resources(self) -> list[Resource]:
        """List the resources."""
        return self._shelf.listed

    async def list_resource_templates(self) -> list[ResourceTemplate]:
        """List the templates of resources."""
        return self._shelf.templates

    async def read_resource(
        self,
        uri: AnyUrl | str,
        context: Context[Any, Any] | None = None,  # noqa: ARG002 - the SDK's signature
    ) -> Iterable[ReadResourceContents]:
        """Read a resource.

        Raises:
            ResourceNotFoundError: there is none of this address, or what it names is not one object.
            ResourceError: Okta cannot be asked.
            MCPError: -32602, the query is wrong.
        """
        return [await self._shelf.read(str(uri))]

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Any, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Get a prompt.

        Raises:
            MCPError: -32602 for a prompt that does not exist, and for arguments that are missing or unknown (MCP,
                Prompts, "Error handling").
        """
        if name not in {one.name for one in await self.list_prompts()}:
            raise MCPError(code=INVALID_PARAMS, message=f"Unknown prompt {name[:60]!r}")
        if name in self._prompts:
            self._prompts[name].check(arguments or {})
        return await super().get_prompt(name, arguments, context)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        Raises:
            MCPError: -32602 for a tool that does not exist (MCP, Tools, "Error handling").
        """
        if self._tool_input_schema(name) is None:
            offered = [tool.name for tool in await self.list_tools()]
            near = get_close_matches(name, offered, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(offered)}."
            raise MCPError(code=INVALID_PARAMS, message=f"Unknown tool {name[:60]!r}; {hint}")
        return await super().call_tool(name, arguments, context)
