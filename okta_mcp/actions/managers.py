"""The manager in a profile: said as a person would say it, written as the org keeps it in the profiles it has."""

from collections.abc import Container
from typing import Any

from okta_mcp.actions.action import Call
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.directory import FORMS, ID, Kept, Person, Unresolved, is_id
from okta_mcp.guard import quoted
from okta_mcp.okta import User

_ATTRIBUTE = "managerId"
ARGUMENT = f"profile.{_ATTRIBUTE}"
_TEXT = "manager"


async def name_manager(
    call: Call, attributes: dict[str, Any], user: User | None, cleared: Container[str]
) -> tuple[str, ...]:
    """Put what the org keeps of the user that `managerId` names in its place, and `manager` beside it where kept.

    An id, and a value of the org's own kind, are written to the letter, unless the person picked it from a list.

    Args:
        call: looks the manager up, as any user who is named, and what the org keeps.
        attributes: a profile under Okta's names; changed in place.
        user: whose profile; None for a new user.
        cleared: names of the attributes that are emptied.

    Returns:
        what the reader of the answer has to know of it.

    Raises:
        Unresolved: no user or several are named so.
        ArgumentError: the manager is deactivated or the person themselves, or the org keeps no one thing of managers.
    """
    said = attributes.get(_ATTRIBUTE)
    if not isinstance(said, str):
        return _left_behind(None, attributes, user, cleared) if _ATTRIBUTE in cleared else ()
    kept = await call.directory.managers_kept()
    picked = call.picked.get(ARGUMENT)
    to_the_letter = picked is None and kept.to_the_letter(said)
    manager = await _manager(call, picked or said, to_the_letter=to_the_letter)
    notes: list[str] = []
    if manager is not None:
        _require_fit(manager, user)
        if manager.heading == "SUSPENDED":
            notes.append(f"The manager {Person.of(manager).label} is SUSPENDED.")
        if not to_the_letter:
            attributes[_ATTRIBUTE] = _value(kept, manager, said)
        elif kept.form not in (ID, None):
            notes.append(
                f"`{_ATTRIBUTE}` is as it was given; other people here have the {kept.form}, which would be "
                f"{quoted(FORMS[kept.form](manager))}."
            )
        if kept.text and _TEXT not in attributes and _TEXT not in cleared:
            attributes[_TEXT] = FORMS[kept.text](manager)
    elif is_id("user", said):
        notes.append(f"Nobody has the id in `{_ATTRIBUTE}`.")
    return (*notes, *_left_behind(manager, attributes, user, cleared))


async def _manager(call: Call, said: str, *, to_the_letter: bool) -> User | None:
    """Return who is meant; of a value that is written to the letter None where it does not tell."""
    if to_the_letter and not is_id("user", said):
        return None
    try:
        # What all rows of a run say was looked at when the run was prepared.
        return await call.directory.user(said, include_deactivated=False, fresh=not call.okta.is_bulk, wholly=True)
    except Unresolved as error:
        if to_the_letter:
            return None
        # An id would be written to the letter.
        raise error.again(said, argument=ARGUMENT, key="login") from None


def _require_fit(manager: User, user: User | None) -> None:
    label = Person.of(manager).label
    if user is not None and manager.id == user.id:
        raise ArgumentError(f"{label} cannot be their own manager; name somebody else in `{ARGUMENT}`")
    if manager.heading == "DEPROVISIONED":
        raise ArgumentError(f"{label} is deactivated and can be nobody's manager; name somebody else in `{ARGUMENT}`")


def _value(kept: Kept, manager: User, said: str) -> str:
    label = Person.of(manager).label
    if kept.form is not None:
        value = FORMS[kept.form](manager)
        if not value:
            raise ArgumentError(f"this org keeps the {kept.form} in `{_ATTRIBUTE}`, and {label} has none")
        return value
    if kept.is_value(said, manager):
        return said
    shares = [f"{share:.0%} the {form}" for form, share in kept.shares.items()]
    examples = [f"such as {', '.join(quoted(one, limit=60) for one in kept.others[:3])}"] if kept.others else []
    raise ArgumentError(
        f"what this org keeps in `{_ATTRIBUTE}` is not clear ({', '.join([*shares, *examples])}), so it was not "
        f"guessed for {label}; send in `{ARGUMENT}` the value that is to stand there"
    )


def _left_behind(
    manager: User | None, attributes: dict[str, Any], user: User | None, cleared: Container[str]
) -> tuple[str, ...]:
    """Say that `manager` names somebody else than `managerId`, where nobody has said what is to become of it."""
    text = user.profile.get(_TEXT) if user is not None else None
    if not text or _TEXT in attributes or _TEXT in cleared:
        return ()
    if manager is not None and text in [made(manager) for made in FORMS.values()]:
        return ()
    return (f"`{_TEXT}` still says {quoted(str(text), limit=100)}; set or clear it too.",)
