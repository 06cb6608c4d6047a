"""Changing a user: which attributes are set and which cleared, what is lost by it, and what Okta made of it."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import field
from typing import Annotated, Any

from pydantic import Field
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Call, Effect, Irreversible, action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.credentials import (
    Password,
    PasswordHook,
    RecoveryQuestion,
    StagedHash,
    credentials,
)
from okta_mcp.actions.named_attributes import settle_profile
from okta_mcp.actions.profile import ProfileChanges, wire
from okta_mcp.actions.references import TheUserHere
from okta_mcp.actions.results import Change, Written, told
from okta_mcp.actions.status import status_now
from okta_mcp.actions.users import RealmId
from okta_mcp.directory import Person
from okta_mcp.guard import neutral, neutral_text, quoted
from okta_mcp.okta import User
from okta_mcp.okta import users as okta_users
from okta_mcp.records import record

_ADDRESSES = frozenset({"login", "email", "secondEmail"})
_NAMES = ("firstName", "lastName")
_SHOWN_AS = ("{firstName} {lastName}", "{lastName}, {firstName}", "{lastName} {firstName}")
"""The ways to make a display name of first and last name."""

_SIGN_IN = ("password", "password_hash", "password_hook", "recovery_question")


def _changes_sign_in(arguments: Mapping[str, Any]) -> bool:
    """Tell whether an update changes what the user signs in with, or where links to a new password go."""
    profile = arguments.get("profile")
    addresses = profile is not None and not _ADDRESSES.isdisjoint(wire(profile))
    return (
        addresses
        or not _ADDRESSES.isdisjoint(arguments.get("clear", ()))
        or any(arguments.get(name) is not None for name in _SIGN_IN)
    )


def _lost_by_update(arguments: Mapping[str, Any]) -> Sequence[str]:
    credentials = [name for name in _SIGN_IN if arguments.get(name) is not None]
    lost = []
    changed = wire(profile) if (profile := arguments.get("profile")) is not None else {}
    if "login" in changed:
        lost.append("The old login no longer works.")
    if "email" in changed or "secondEmail" in changed:
        lost.append("Links to a new password go to the new address.")
    if any(name != "recovery_question" for name in credentials):
        lost.append("The present password is overwritten for good; whoever knows the new one can sign in.")
    if "recovery_question" in credentials:
        lost.append(
            "The present recovery question is overwritten; whoever knows the new answer can reset the password."
        )
    return lost


@action(
    title="Update user",
    effect=Effect.DESTRUCTIVE,
    idempotent=True,
    toolset="users",
    scopes=("okta.users.manage",),
    irreversible=Irreversible(_lost_by_update, _changes_sign_in),
    settle=settle_profile,
)
async def update_user(
    call: Call,
    *,
    user: TheUserHere,
    profile: ProfileChanges | None = None,
    clear: Annotated[tuple[str, ...], Field(max_length=100, description="Attributes to empty")] = (),
    password: Password | None = None,
    password_hash: StagedHash | None = None,
    password_hook: PasswordHook | None = None,
    recovery_question: Annotated[RecoveryQuestion | None, Field(description="Recovery")] = None,
    strict: Annotated[bool, Field(description="New password must meet minimum age and history")] = True,
    realm_id: RealmId | None = None,
) -> Written:
    """Update a user. Source: `POST /api/v1/users/{id}`."""
    changes: dict[str, Any] = wire(profile) if profile is not None else {}
    shown = _shown(user, changes, clear)
    changes |= shown.changes
    signs_in = credentials(
        password=password,
        password_hash=password_hash,
        password_hook=password_hook,
        recovery_question=recovery_question,
    )
    if (password_hash or password_hook) and user.status != "STAGED":
        raise ArgumentError(
            f"Okta imports a password only while a user is STAGED, and {Person.of(user).label} is "
            f"{neutral_text(user.status)}; set a `password`, or send a link with reset_password"
        )
    body: dict[str, Any] = {}
    if changes or clear:
        body["profile"] = {**changes, **dict.fromkeys(clear)}
    if signs_in:
        body["credentials"] = signs_in
    if realm_id:
        body["realmId"] = realm_id
    if not body:
        raise ArgumentError("nothing to change: give `profile`, `clear`, a password, `recoveryQuestion` or `realmId`")
    if not strict and "password" not in signs_in:
        raise ArgumentError("`strict` false goes with a new password only; leave it out")
    written = await okta_users.update_user(call.okta, user.id, body, strict=strict if "password" in signs_in else None)
    call.directory.forget_user(user.id, written.value)
    now = await status_now(call.okta, user, written.value)
    secrets = [Change(field=to_camel(name), before="(not shown)", after="(set, not shown)") for name in signs_in]
    if now.user is None:
        done, changed = f"Updated {now.row.label}; the new values could not be read.", secrets
    else:
        asked = {**changes, **dict.fromkeys(clear), **({"realmId": realm_id} if realm_id else {})}
        changed = Change.between(_values(user, realm_id), _values(now.user, realm_id), asked)
        changed += [*now.changes, *secrets]
        kept = _kept(user, now.user, asked, realm_id)
        if not changed and not kept:
            done = f"{now.row.label} already had these values; nothing changed."
        elif not kept:
            done = f"Updated {now.row.label}."
        else:
            verb = "Updated" if changed else "Okta accepted the request, but nothing changed for"
            done = f"{verb} {now.row.label}. Okta kept {', '.join(kept)}."
    return Written(
        summary=done,
        user=now.row,
        changes=changed,
        request_id=written.request_id,
        next_step=" ".join(filter(None, [now.doubt, *call.notes, shown.note])) or None,
    )


@record
class _Shown:
    """What becomes of `displayName`.

    Args:
        changes: its new value, where it follows a new name.
        note: what to say of it, where it does not although it holds the former name.
    """

    changes: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def _shown(user: User, changes: Mapping[str, Any], clear: Container[str]) -> _Shown:
    """Let `displayName` follow a new name where it is nothing but the former one.

    Where it holds more, such as a second name, what becomes of it is not ours to say.
    """
    shown = user.profile.get("displayName")
    former = {name: str(user.profile.get(name) or "") for name in _NAMES}
    new = {name: "" if name in clear else str(changes.get(name, former[name])) for name in _NAMES}
    if not shown or new == former or "displayName" in changes or "displayName" in clear:
        return _Shown()
    for form in _SHOWN_AS:
        if shown == form.format(**former).strip():
            return _Shown({"displayName": form.format(**new).strip(" ,")})
    gone = [former[name] for name in _NAMES if former[name] and new[name] != former[name]]
    if not any(name.casefold() in str(shown).casefold() for name in gone):
        return _Shown()
    return _Shown(note=f"`displayName` still is {quoted(str(shown), limit=100)}; set it too if it is to follow.")


def _values(user: User, realm_id: str | None) -> dict[str, Any]:
    """Return what an update can change and show; the realm only where it was asked for."""
    return {**user.profile, **({"realmId": user.realm_id} if realm_id else {})}


def _kept(before: User, after: User, asked: Mapping[str, Any], realm_id: str | None) -> list[str]:
    """Return the values that Okta left as they were although it accepted the request for others."""
    had, has = _values(before, realm_id), _values(after, realm_id)
    return [
        f"{neutral_text(name, limit=100)}: {told(neutral(has.get(name), limit=200))}"
        for name, wanted in asked.items()
        if has.get(name) == had.get(name) and not _alike(has.get(name), wanted)
    ]


def _alike(one: Any, other: Any) -> bool:
    # Okta stores what is empty as missing, and some numbers as texts.
    return one == other or (one in (None, "", []) and other in (None, "", [])) or str(one) == str(other)
