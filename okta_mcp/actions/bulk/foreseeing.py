"""What Okta would refuse of the rows of a new run, as far as that can be known without a write: at few requests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any

import anyio
from pydantic import BaseModel

from okta_mcp.actions.action import Call
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.bulk.looking import AT_ONCE
from okta_mcp.actions.bulk.refusing import Problems
from okta_mcp.actions.bulk.rows import Ready, login_of, said
from okta_mcp.actions.choosing import Nobody
from okta_mcp.actions.performing import Performer
from okta_mcp.actions.picking import NotPicked
from okta_mcp.actions.profile import ATTRIBUTES, wire
from okta_mcp.actions.sender import Sender
from okta_mcp.actions.stage import Prepared
from okta_mcp.actions.states import foretold, so_already
from okta_mcp.directory import Attributes, Unresolved
from okta_mcp.guard import Refused
from okta_mcp.okta import Group, OktaApiError, Unsent, User
from okta_mcp.okta.together import together
from okta_mcp.records import record

_MEMBERSHIPS = {"assign_user_to_group": "PUT", "remove_user_from_group": "DELETE"}
_UNREAD = "The org's schema cannot be read with these credentials (HTTP {}), so attributes were not checked against it."


@record
class Foreseen:
    """What is known of rows beforehand.

    Args:
        problems: what is wrong with which.
        note: what could not be found out.
    """

    problems: Problems = field(default_factory=Problems)
    note: str | None = None


async def foreseen(call: Call, performer: Performer, sender: Sender, rows: Sequence[Ready]) -> Foreseen:
    """Go through rows up to their writes: status, groups, attributes, and what their tools say of the arguments.

    Costs no request for most tools; for attributes that not every org has, one or two for the schema.

    Raises:
        OktaError: Okta cannot be asked.
    """
    problems = Problems()
    try:
        schemas = await _schemas(call, [one.call for one in rows])
        note = None
    except OktaApiError as error:
        if error.status in (401, 429) or error.status >= 500:
            raise
        schemas, note = {}, _UNREAD.format(error.status)
    for one in rows:
        schema = schemas.get(_type(one.call))
        if schema is not None:
            new = "user" not in one.call.named
            for fault in schema.faults(_attributes(one.call.values), whole=new):
                problems.add(one.row.number, fault)
    _same_logins(rows, problems)
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def rehearsed(one: Ready) -> None:
        async with limiter:
            fault = await _fault(performer, sender, one.call)
        if fault is not None:
            problems.add(one.row.number, said(fault, one.call.action, one.call.named))

    await together(*(partial(rehearsed, one) for one in rows))
    return Foreseen(problems, note)


async def _fault(performer: Performer, sender: Sender, call: Prepared) -> Exception | None:
    method = _MEMBERSHIPS.get(call.action.name)
    user, group = call.named.get("user"), call.named.get("group")
    if method is not None and isinstance(user, User) and isinstance(group, Group):
        # To rehearse it would cost a request, for whether they are in the group already.
        return foretold(call.action, call.named, Unsent(method, ("groups", group.id, "users", user.id), {}, None))
    if so_already(call.action, call.named) is not None:
        return None
    try:
        await performer.rehearse(call, replace(sender, chooser=Nobody()))
    except (ArgumentError, Unresolved, NotPicked, Refused) as error:
        return error
    return None


def _same_logins(rows: Sequence[Ready], problems: Problems) -> None:
    first: dict[str, int] = {}
    for one in rows:
        login = login_of(one.call.values, new=False) if "user" in one.call.named else None
        if login is not None and login.casefold() in first:
            problems.add(one.row.number, f"row {first[login.casefold()]} gives the same login")
        elif login is not None:
            first[login.casefold()] = one.row.number


async def _schemas(call: Call, calls: Iterable[Prepared]) -> dict[str | None, Attributes | None]:
    """Read the schemas that rows have to meet, by the type of user; what every org has is checked without."""
    by_type: dict[str | None, str | None] = {}
    for one in calls:
        if _depends_on_org(one):
            user = one.named.get("user")
            schema_id = user.schema_id if isinstance(user, User) else None
            by_type[_type(one)] = schema_id or by_type.get(_type(one))
    attributes = call.directory.attributes
    return {kind: await attributes(schema_id=known, type_id=kind, anew=True) for kind, known in by_type.items()}


def _depends_on_org(call: Prepared) -> bool:
    return call.action.name == "create_user" or not _attributes(call.values).keys() <= ATTRIBUTES.keys()


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    profile = values.get("profile")
    attributes = wire(profile) if isinstance(profile, BaseModel) else {}
    if "email" in attributes and "clear" not in values:
        attributes.setdefault("login", attributes["email"])
    return {**attributes, **dict.fromkeys(values.get("clear") or ())}


def _type(call: Prepared) -> str | None:
    user = call.named.get("user")
    return user.type_id if isinstance(user, User) else call.values.get("user_type_id")
