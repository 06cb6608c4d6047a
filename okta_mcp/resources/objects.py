"""Single objects as resources: a user, a group, the org, the profile schema, and what this server may do."""

from collections.abc import Mapping
from typing import Any

from okta_mcp.actions import ACTIONS, Action, UserDetail
from okta_mcp.directory import LONGEST, GroupRow, UserRow
from okta_mcp.guard import asking, neutral
from okta_mcp.okta import inner
from okta_mcp.okta.org import get_org
from okta_mcp.okta.schemas import get_user_schema
from okta_mcp.resources.addresses import of_group, of_user
from okta_mcp.resources.lists import as_group, as_user
from okta_mcp.resources.offer import Sources

_LIMITS = ("format", "minLength", "maxLength", "minimum", "maximum", "pattern", "enum", "unique")


async def one_user(sources: Sources, user: str) -> Any:
    """Read one user, with everything in the profile."""
    found = await sources.directory.user(user[:LONGEST])
    row = as_user(UserRow.of(found).model_dump(by_alias=True, exclude_none=True))
    under = {name: of_user(found.id, name) for name in ("groups", "applications")}
    return {**row, **UserDetail.of(found).data(), "see": under}


async def one_group(sources: Sources, group: str) -> Any:
    """Read one group."""
    found = await sources.directory.group(group[:LONGEST])
    row = as_group(GroupRow.of(found).model_dump(by_alias=True, exclude_none=True))
    dates = {
        "created": found.created,
        "lastUpdated": found.last_updated,
        "lastMembershipUpdated": found.last_membership_updated,
    }
    known = {name: date for name, date in dates.items() if date is not None}
    return {**row, "membersEditable": found.editable, **known, "see": {"users": of_group(found.id, "users")}}


async def the_org(sources: Sources) -> Any:
    """Read the org's name, address and state."""
    org = await get_org(sources.okta)
    facts = {
        "label": org.company_name or org.subdomain or sources.okta.address.origin,
        "id": org.id,
        "url": sources.okta.address.origin,
        "subdomain": org.subdomain,
        "companyName": org.company_name,
        "status": org.status,
        "created": org.created,
        "lastUpdated": org.last_updated,
        "expiresAt": org.expires_at,
    }
    return neutral({name: value for name, value in facts.items() if value is not None})


async def user_schema(sources: Sources) -> Any:
    """Read the attributes a user profile may have, with their types and limits; the org's own are marked."""
    schema = await get_user_schema(sources.okta)
    definitions = inner(schema, "definitions")
    attributes = [
        _attribute(name, attribute, required=name in _names(part.get("required")), custom=which == "custom")
        for which in ("base", "custom")
        for part in [inner(definitions, which)]
        for name, attribute in inner(part, "properties").items()
        if isinstance(attribute, Mapping)
    ]
    answer = {"label": "User profile", "userType": schema.get("name"), "lastUpdated": schema.get("lastUpdated")}
    return neutral({**answer, "attributes": attributes})


async def the_policy(sources: Sources) -> Any:
    """Read what this server may do: whether it writes at all, and which tools are on offer."""
    return policy_facts(sources)


def policy_facts(sources: Sources) -> dict[str, Any]:
    """Return what this server may do for whoever asks. It is settled when the server starts."""
    policy, caller = sources.policy, asking()
    read_only = policy.read_only or not caller.rights.writes
    tools = [_tool(one) for one in ACTIONS if policy.offers(one, caller)]
    return {
        "label": "Read-only" if read_only else "Reads and writes",
        "org": sources.okta.address.origin,
        "readOnly": read_only,
        **{name: value for name, value in policy.facts().items() if value is not None},
        "tools": tools,
        "switchedOff": [one.name for one in ACTIONS if not policy.offers(one, caller)],
    }


def _tool(action: Action) -> dict[str, Any]:
    known = {"name": action.name, "title": action.title, "effect": action.effect, "toolset": action.toolset}
    further = {part.words: part.scopes for part in action.parts}
    return {**known, "scopes": action.scopes, **({"further": further} if further else {})}


def _attribute(name: str, attribute: Mapping[str, Any], *, required: bool, custom: bool) -> dict[str, Any]:
    known = {key: attribute[key] for key in _LIMITS if attribute.get(key) not in (None, "", [], "NOT_UNIQUE")}
    items = inner(attribute, "items").get("type")
    written: dict[str, Any] = {
        "name": name,
        "label": attribute.get("title") or name,
        "type": f"list of {items}" if attribute.get("type") == "array" and items else attribute.get("type"),
        "required": required,
        "custom": custom,
        **known,
    }
    if attribute.get("mutability") not in (None, "READ_WRITE"):
        written["mutability"] = attribute["mutability"]
    if attribute.get("description"):
        written["description"] = attribute["description"]
    choices = attribute.get("oneOf")
    if isinstance(choices, list):
        written["choices"] = [
            {"value": one.get("const"), "title": one.get("title")} for one in choices if isinstance(one, Mapping)
        ]
    return written


def _names(required: Any) -> list[Any]:
    return required if isinstance(required, list) else []
