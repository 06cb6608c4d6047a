"""Which of the org's attributes the names in a profile mean, and whether its schema allows what they hold and lack.

Okta's schema is asked only where the names alone do not tell: a name that is none of Okta's own, a name or an email
that is missing. Where it was, values are held against it; those of a run always are (`bulk/foreseeing.py`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from okta_mcp.actions.action import Call, Settled
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.managers import name_manager
from okta_mcp.actions.profile import ATTRIBUTES, attribute_name, wire
from okta_mcp.directory import Attributes
from okta_mcp.guard import neutral_text
from okta_mcp.okta import Forbidden, NotFound, User

_USUALLY = ("login", "email", "firstName", "lastName")
"""What Okta's default schema requires."""

_OPTIONAL_SOMEWHERE = frozenset({"firstName", "lastName"})
_LISTED = 40


async def settle_profile(call: Call, values: Mapping[str, Any], named: Mapping[str, object]) -> Settled:
    """Bring the names in `profile` and `clear` to those of the org's schema; see `Settle`.

    Raises:
        ArgumentError: an attribute that the org does not have, or lacks in a new profile, or cannot be emptied, or
            cannot hold this value.
        OktaError: Okta cannot be asked.
    """
    profile, user = values.get("profile"), named.get("user")
    if isinstance(user, User) and not user.profile:
        return Settled()  # of a run that is gone on with only the ids are known; its rows were settled when it began
    given: dict[str, Any] = wire(profile) if profile is not None else {}
    emptied = tuple(values.get("clear", ()))
    schema = await _schema(call, values, user if isinstance(user, User) else None, given, emptied)
    attributes, clear = _spelled(given, schema), tuple(_spelled(dict.fromkeys(emptied), schema))
    faults: list[str] = []
    if isinstance(user, User):
        _require_clearable(attributes, clear, schema)
    else:
        faults += _missing(attributes, schema)
    if schema is not None and not call.okta.is_bulk:  # rows of a run are judged together, by one reading
        faults += await _value_faults(call, values, user if isinstance(user, User) else None, attributes, schema)
    if faults:
        raise ArgumentError("; ".join(faults))
    notes = await name_manager(call, attributes, user if isinstance(user, User) else None, clear)
    changed: dict[str, Any] = {}
    if attributes != given:
        changed["profile"] = attributes
    if clear != emptied:
        changed["clear"] = clear
    return Settled(changed, notes)


async def _schema(
    call: Call, values: Mapping[str, Any], user: User | None, given: Mapping[str, Any], emptied: Iterable[str]
) -> Attributes | None:
    """Return the attributes of the user's type, where they matter; None where they do not, or are not to be had."""
    strange = [name for name in (*given, *emptied) if name not in ATTRIBUTES]
    if user is None:
        asked = bool(strange) or any(name not in given for name in _USUALLY[1:])
    else:
        asked = bool(strange) or not _OPTIONAL_SOMEWHERE.isdisjoint(emptied)
    if not asked:
        return None
    known = await _read(call, values, user)
    if known is not None and any(known.meant(name) is None for name in strange):
        # It may have been added a moment ago.
        known = await _read(call, values, user, anew=True)
    if known is not None and (unknown := [name for name in strange if known.meant(name) is None]):
        raise ArgumentError(_no_such(unknown, known))
    return known


async def _read(call: Call, values: Mapping[str, Any], user: User | None, *, anew: bool = False) -> Attributes | None:
    schema_id, type_id = (None, values.get("user_type_id")) if user is None else (user.schema_id, user.type_id)
    try:
        return await call.directory.attributes(schema_id=schema_id, type_id=type_id, anew=anew)
    except (Forbidden, NotFound):
        return None


async def _value_faults(
    call: Call, values: Mapping[str, Any], user: User | None, attributes: Mapping[str, Any], schema: Attributes
) -> list[str]:
    # What a base attribute may hold is the same everywhere, and checked as an argument.
    own = {name: value for name, value in attributes.items() if name not in ATTRIBUTES}
    if not schema.faults(own, whole=False):
        return []
    # A choice may have been added, or a limit raised, a moment ago.
    latest = await _read(call, values, user, anew=True)
    return latest.faults(own, whole=False) if latest is not None else []


def _spelled(given: Mapping[str, Any], schema: Attributes | None) -> dict[str, Any]:
    spelled: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for name, value in given.items():
        meant = (schema.meant(name) if schema is not None else None) or attribute_name(name)
        if meant in spelled and spelled[meant] != value:
            raise ArgumentError(
                f"`{name[:60]}` and `{origin[meant][:60]}` both stand for `{meant}` and differ; send one"
            )
        spelled[meant], origin[meant] = value, name
    return spelled


def _missing(attributes: Mapping[str, Any], schema: Attributes | None) -> list[str]:
    required = {"email": None, **dict.fromkeys(schema.required if schema is not None else ())}
    required.pop("login", None)  # the email is taken for one that is not given
    order = list(ATTRIBUTES)
    missing = sorted(
        (name for name in required if name not in attributes),
        key=lambda name: order.index(name) if name in ATTRIBUTES else len(order),
    )
    kinds = {name: schema.kind(name) for name in schema.custom} if schema is not None else {}
    return [f"`profile.{name}` is required" + (f" ({kinds[name]})" if name in kinds else "") for name in missing]


def _require_clearable(attributes: Mapping[str, Any], clear: Iterable[str], schema: Attributes | None) -> None:
    both = sorted(set(attributes) & set(clear))
    if both:
        raise ArgumentError(f"{_listed(both)} cannot be both set and cleared")
    required = sorted(set(clear) & {"login", "email", *(schema.required if schema is not None else _USUALLY)})
    if required:
        raise ArgumentError(f"{_listed(required)} cannot be empty; set another value instead")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _no_such(names: list[str], schema: Attributes) -> str:
    """Say which names are none of the org's, which may be meant, and which the org has besides Okta's own."""
    told = []
    for name in names:
        near = schema.near(name, most=2)
        hint = f" (near: {_listed(near)})" if near else ""
        told.append(f"`{neutral_text(name, limit=60)}`{hint}")
    own = [f"{neutral_text(one, limit=60)} ({schema.kind(one)})" for one in schema.nearest_first(names)]
    if not own:
        there = "it has Okta's base attributes only"
    elif len(own) <= _LISTED:
        there = f"besides Okta's base attributes it has {', '.join(own)}"
    else:
        there = (
            f"of {len(own)} besides Okta's base attributes the nearest are {', '.join(own[:_LISTED])}; a part of a "
            "name brings those with it"
        )
    return f"the org's schema has no attribute {', '.join(told)}; {there}"
