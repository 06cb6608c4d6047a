"""A user who is about to be created, told to whoever has to agree: who, with what, and what they will get by mail."""

from collections.abc import Mapping, Sequence
from typing import Any

from okta_mcp.actions.results import cell
from okta_mcp.guard import neutral, neutral_text, quoted
from okta_mcp.okta import Group, Unsent, User, inner

_NAME = frozenset({"firstName", "lastName", "displayName", "login"})
_FIRST = ("email", "secondEmail", "title", "department", "managerId", "manager", "userType", "employeeNumber")
"""The attributes that are told first: where mail goes, and what decides about rights in many orgs."""

_MOST = 12
_LONGEST = 80
_PASSWORDS = {
    "value": "A password is set (not shown)",
    "hash": "A password is set, as another system hashed it (not shown)",
    "hook": "The password is that of another system, which is asked at the first sign-in",
}
"""What is said of a password, by the kind of it."""


def newcomer(unsent: Unsent, named: Mapping[str, object], said: object = None) -> str:
    """Return who would be created and how, without secrets.

    Args:
        unsent: the request that creates the user.
        named: the objects of the call, by parameter.
        said: how the caller named the manager, if any.
    """
    body = unsent.body if isinstance(unsent.body, Mapping) else {}
    user = User("", "", profile=inner(body, "profile"))
    groups = named.get("groups")
    parts = [
        f"{quoted(user.name)} ({quoted(user.login)[1:-1]})",
        _attributes(user, said),
        _groups(groups if isinstance(groups, Sequence) else ()),
        *_sign_in(inner(body, "credentials")),
        f"Realm {quoted(str(body['realmId']))}" if "realmId" in body else "",
        f"User type {quoted(str(body['type']['id']))}" if "type" in body else "",
        _effect(unsent, inner(body, "credentials"), to=user.email or user.login),
    ]
    return ". ".join(filter(None, parts))


def _attributes(user: User, said: object) -> str:
    profile = user.profile
    names = [*(name for name in _FIRST if name in profile), *(name for name in profile if name not in _FIRST)]
    names = [name for name in names if name not in _NAME and not (name == "email" and user.email == user.login)]
    told = [f"{neutral_text(name, limit=60)}: {_value(profile[name])}" for name in names[:_MOST]]
    if "managerId" in names[:_MOST] and isinstance(said, str) and said != profile["managerId"]:
        place = names.index("managerId")
        told[place] = f"managerId: {quoted(said)} ({neutral_text(profile['managerId'], limit=40)})"
    if len(names) > _MOST:
        others = ", ".join(neutral_text(name, limit=40) for name in names[_MOST : 2 * _MOST])
        more = ", …" if len(names) > 2 * _MOST else ""
        told.append(f"and {len(names) - _MOST} more attributes ({others}{more})")
    return "; ".join(told)


def arrival(unsent: Unsent, named: Mapping[str, object]) -> list[str]:
    """Return what becomes of a user who would be created, without who it is: for many to be counted by."""
    body = unsent.body if isinstance(unsent.body, Mapping) else {}
    credentials, groups = inner(body, "credentials"), named.get("groups")
    joined = [one.name for one in groups if isinstance(one, Group)] if isinstance(groups, Sequence) else []
    return [
        f"new: {_effect(unsent, credentials)}",
        *_sign_in(credentials),
        *(f"joins the group {quoted(name, limit=60)}" for name in joined),
    ]


def _value(value: Any) -> str:
    return (
        quoted(value, limit=_LONGEST) if isinstance(value, str) else neutral_text(cell(neutral(value)), limit=_LONGEST)
    )


def _groups(groups: Sequence[object]) -> str:
    names = [quoted(one.name, limit=60) for one in groups if isinstance(one, Group)]
    return f"Groups: {', '.join(names)}" if names else ""


def _sign_in(credentials: Mapping[str, Any]) -> list[str]:
    told = [text for kind, text in _PASSWORDS.items() if kind in inner(credentials, "password")]
    if "recovery_question" in credentials:
        told.append("A recovery question is set, with its answer (not shown)")
    return told


def _effect(unsent: Unsent, credentials: Mapping[str, Any], *, to: str | None = None) -> str:
    """Say what becomes of the user at once, and who gets mail. Okta API, `POST /api/v1/users`."""
    provider = inner(credentials, "provider").get("type")
    if not unsent.params.get("activate"):
        return "Not activated: STAGED, cannot sign in yet; no mail"
    if provider in ("FEDERATION", "SOCIAL"):
        return f"ACTIVE at once, signs in by {provider}; no mail"
    if unsent.params.get("nextLogin"):
        return "Can sign in at once, and has to change the password then; no mail"
    if credentials.get("password"):
        return "ACTIVE at once, can sign in; no mail"
    return "Okta mails an activation link" + (f" to {quoted(to)}" if to else "")
