"""All resources of one server: listed, found by address, and read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError
from mcp.server.mcpserver.resources import ResourceSecurity
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, Resource, ResourceTemplate

from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.directory import Directory, Unresolved
from okta_mcp.guard import Policy, asking
from okta_mcp.okta import InvalidRequest, OktaClient, OktaError
from okta_mcp.resources.objects import policy_facts
from okta_mcp.resources.offer import Offer, Sources

_SAFE = ResourceSecurity()


class Shelf:
    """The resources of one server: what no tool on offer may show is no resource either.

    Args:
        offers: the records.
        okta: the org's client.
        directory: from words to objects.
        policy: what the operator allows.
    """

    def __init__(self, offers: Sequence[Offer], okta: OktaClient, directory: Directory, policy: Policy) -> None:
        self._policy = policy
        self._all = tuple(one for one in offers if one.allowed(policy))
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self._sources = Sources(okta, directory, policy, since)

    @property
    def _offers(self) -> tuple[Offer, ...]:
        caller = asking()
        return tuple(one for one in self._all if one.allowed(self._policy, caller))

    def shows(self, uri: str) -> bool:
        """Tell whether there is a resource of this address for whoever asks."""
        return self._find(uri) is not None

    @property
    def listed(self) -> list[Resource]:
        """What `resources/list` shows to whoever asks."""
        sizes = {one.uri: len(_json(policy_facts(self._sources)).encode()) for one in self._offers if one.fixed}
        listed = [one.listed(self._sources.since) for one in self._offers if not one.variable]
        return [one.model_copy(update={"size": sizes.get(one.uri)}) for one in listed]

    @property
    def templates(self) -> list[ResourceTemplate]:
        """What `resources/templates/list` shows to whoever asks."""
        return [one.listed_template() for one in self._offers if one.variable]

    async def listening(self, context: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Let nobody listen for news of what they may not read: middleware, for the SDK serves that itself."""
        params = context.params or {}
        wanted = params.get("notifications")
        if context.method == "subscriptions/listen" and isinstance(wanted, Mapping):
            uris = wanted.get("resourceSubscriptions")
            if isinstance(uris, list):
                shown = [uri for uri in uris if not isinstance(uri, str) or self.shows(uri)]
                params = {**params, "notifications": {**wanted, "resourceSubscriptions": shown}}
                context = replace(context, params=params)
        return await call_next(context)

    async def freshness(self, context: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Say with each answer how long it may be kept: middleware, for the SDK has one figure for all resources."""
        result = await call_next(context)
        if context.method != "resources/read" or not isinstance(result, dict) or "ttlMs" not in result:
            return result
        found = self._find(str((context.params or {}).get("uri")))
        return {**result, "ttlMs": found[0].fresh * 1000} if found is not None else result

    async def read(self, uri: str) -> ReadResourceContents:
        """Return what stands at an address.

        Raises:
            ResourceNotFoundError: no resource has this address, or what it names is not one object.
            ResourceError: Okta cannot be asked.
            MCPError: -32602, a value in the query is wrong.
        """
        found = self._find(uri)
        if found is None:
            raise ResourceNotFoundError(f"Unknown resource: {uri}")
        offer, values = found
        try:
            _check_query(offer, uri)
            found_there = await offer.read(self._sources, **values)
        except Unresolved as error:
            raise ResourceNotFoundError(error.explain()) from error
        except ArgumentError as error:
            raise MCPError(code=INVALID_PARAMS, message=f"{error}.", data={"uri": uri}) from error
        except InvalidRequest as error:
            raise MCPError(code=INVALID_PARAMS, message=error.message, data={"uri": uri}) from error
        except OktaError as error:
            raise ResourceError(error.message) from error
        content = found_there if isinstance(found_there, bytes) else _json(found_there)
        return ReadResourceContents(content=content, mime_type=offer.mime_type)

    def _find(self, uri: str) -> tuple[Offer, dict[str, Any]] | None:
        for offer in self._offers:
            if not offer.variable:
                if uri == offer.uri:
                    return offer, {}
                continue
            values = offer.template.match(uri)
            if values is not None:
                # Nothing here is a file, but no name of a person or a group looks like a way to one either.
                return None if _SAFE.validate(values) else (offer, values)
        return None


def _check_query(offer: Offer, uri: str) -> None:
    """Refuse by name what the template does not have: a misspelt filter would list the whole org."""
    known = [name for name in offer.template.variable_names if name in offer.template.query_variable_names]
    given = [pair.partition("=")[0] for pair in uri.partition("#")[0].partition("?")[2].split("&") if pair]
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.75)
            hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known) or 'none'}."
            raise ResourceNotFoundError(f"Unknown query {name[:60]!r}; {hint}")
        if given.count(name) > 1:
            raise ResourceNotFoundError(f"`{name}` is given twice.")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
