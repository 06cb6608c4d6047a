"""What the present state of a user or group does not allow: known before Okta is asked, and told when it refuses."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from okta_mcp.actions.action import Action
from okta_mcp.actions.status import provider_of
from okta_mcp.directory import GroupName, Person
from okta_mcp.guard import Refused, quoted
from okta_mcp.okta import Group, Unsent, User, inner
from okta_mcp.records import record

Named = Mapping[str, object]
"""The objects that the arguments of a call named, by parameter."""


@record
class Failed:
    """A call that failed.

    Args:
        action: what was asked for.
        named: the objects that its arguments named, as far as they were found.
        given: its arguments under their published names; empty where they are not at hand.
    """

    action: Action
    named: Named
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)


@record
class Explanation:
    """What a reader needs to know of a failure.

    Args:
        happened: one sentence.
        next_step: what to do instead.
    """

    happened: str
    next_step: str


@record
class Works:
    """The statuses in which an action works.

    Args:
        words: for the reader.
        statuses: the statuses themselves.
    """

    words: str
    statuses: frozenset[str]


_EVERY = frozenset(
    {"STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"}
)
_LIVING = Works("any status but DEPROVISIONED", _EVERY - {"DEPROVISIONED"})
STATES = {
    "activate_user": Works(
        "STAGED, PROVISIONED or DEPROVISIONED", frozenset({"STAGED", "PROVISIONED", "DEPROVISIONED"})
    ),
    "deactivate_user": _LIVING,
    # Documented is ACTIVE alone, but Okta suspends the PASSWORD_EXPIRED, and offers it for the PROVISIONED.
    "suspend_user": Works("ACTIVE or PASSWORD_EXPIRED", frozenset({"ACTIVE", "PASSWORD_EXPIRED"})),
    "unsuspend_user": Works("SUSPENDED", frozenset({"SUSPENDED"})),
    "expire_password": Works("ACTIVE or PASSWORD_EXPIRED", frozenset({"ACTIVE", "PASSWORD_EXPIRED"})),
    "reset_password": Works(
        "ACTIVE, PASSWORD_EXPIRED, LOCKED_OUT, RECOVERY or PROVISIONED",
        frozenset({"ACTIVE", "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY", "PROVISIONED"}),
    ),
    "forgot_password": Works("ACTIVE, with a way to recover", frozenset({"ACTIVE"})),
    "update_user": Works(
        "any status but DEPROVISIONED (a password also not in SUSPENDED)", _EVERY - {"DEPROVISIONED", "SUSPENDED"}
    ),
    "assign_user_to_group": _LIVING,
}
"""The statuses in which an action works. Okta API, user lifecycle."""

_WAYS_OUT = {
    "STAGED": "the user was never activated; activate_user comes first.",
    "PROVISIONED": "the user has yet to use the activation link, of which activate_user sends a new one; until then "
    "there is no password to work with.",
    "ACTIVE": "the user is ACTIVE already; there may be nothing to do.",
    "RECOVERY": "a password reset is under way; the user completes it by the link, or reset_password sends a new one.",
    "PASSWORD_EXPIRED": "the user chooses a new password at the next sign-in; reset_password sends a link instead.",
    "LOCKED_OUT": "too many failed sign-ins; reset_password lets the user back in.",
    "SUSPENDED": "unsuspend_user restores the former status first.",
    "DEPROVISIONED": "the user is deactivated; activate_user would bring the account back, without its old password.",
}

_SUSPENDED_ENOUGH = {
    "STAGED": "nothing; a user who was never activated cannot sign in.",
    "RECOVERY": "nobody can sign in until the reset is completed; deactivate_user takes the access for good.",
    "LOCKED_OUT": "a locked-out user cannot sign in; deactivate_user takes the access for good.",
    "SUSPENDED": "nothing; the user is suspended already.",
    "DEPROVISIONED": "nothing; a deactivated user cannot sign in.",
}
"""What to tell whoever wants to suspend: the ways out of a status lead to sign-in, which is not what is wanted."""


_DIRECTORIES = {"ACTIVE_DIRECTORY": "Active Directory", "LDAP": "an LDAP directory"}
"""Providers that are directories. Okta API, `credentials.provider`."""

_ABOUT_PASSWORDS = {
    "expire_password": "there is nothing to expire; reset_password sends a link to choose one.",
    "reset_password": "update_user sets a `password`.",
    "forgot_password": "reset_password sends a link to choose one.",
}
"""What works on a password, and what to do where there is none."""


_AIMS = {
    "activate_user": "ACTIVE",
    "deactivate_user": "DEPROVISIONED",
    "suspend_user": "SUSPENDED",
    "unsuspend_user": "ACTIVE",
}
"""The status that an action is to bring about."""


def so_already(action: Action, named: Named) -> str | None:
    """Return the status of a user, in words, where it is and stays what an action would bring about; else None."""
    user = named.get("user")
    if not isinstance(user, User) or {user.status, user.heading} != {_AIMS.get(action.name)}:
        return None
    return f"{user.status} already; nothing was sent"


class Foretold(Refused):
    """Okta would refuse this call, as far as that can be known without asking it."""


def foretold(action: Action, named: Named, unsent: Unsent) -> Foretold | None:
    """Return the refusal that Okta would answer a request with, where the present status tells; else None.

    Args:
        action: what was asked for.
        named: the objects of the call.
        unsent: the request.
    """
    user = named.get("user")
    told: Explanation | None = None
    if unsent.segments[0] == "groups" or "groupIds" in (unsent.body or {}):
        told = uneditable(named)
    if told is None and isinstance(user, User) and user.status in _hopeless(action, unsent):
        told = gone(user) if action.name == "deactivate_user" else wrong_state(Failed(action, named))
    if told is None:
        return None
    return Foretold(f"{told.happened} Okta was not asked, and nothing was changed", told.next_step)


def _hopeless(action: Action, unsent: Unsent) -> frozenset[str]:
    """Return the statuses in which Okta surely refuses; of the PROVISIONED it is not known whether it suspends them."""
    if action.name == "suspend_user":
        return frozenset(_SUSPENDED_ENOUGH)
    if action.name == "update_user" and "password" not in (unsent.body or {}).get("credentials", {}):
        return frozenset({"DEPROVISIONED"})
    return _EVERY - STATES[action.name].statuses if action.name in STATES else frozenset()


def gone(user: User) -> Explanation:
    """Say that a user is deactivated already."""
    return Explanation(f"{Person.of(user).label} is already deactivated.", "nothing; the user is DEPROVISIONED.")


def wrong_state(failed: Failed) -> Explanation:
    """Say that the status of the user does not allow an action, and what leads out of it."""
    action, user = failed.action, failed.named.get("user")
    allowed = STATES.get(action.name, Works("another status", frozenset()))
    if not isinstance(user, User):
        return Explanation(f"The user's status does not allow this; it works in {allowed.words}.", "get_user shows it.")
    if user.status in allowed.statuses:
        return Explanation(
            f"{Person.of(user).label} was {user.status} a moment ago, and Okta does not allow this now.",
            "look with get_user at the present status first.",
        )
    ways_out = {**_WAYS_OUT, **(_SUSPENDED_ENOUGH if action.name == "suspend_user" else {})}
    return Explanation(
        f"{Person.of(user).label} is {user.status}; {action.name} works in {allowed.words}.",
        ways_out.get(user.status, "get_user shows the user as it is now."),
    )


def no_recovery(failed: Failed) -> Explanation:
    """Say that the user has no way to recover the password."""
    user = failed.named.get("user")
    if isinstance(user, User) and user.status != "ACTIVE":
        return wrong_state(failed)
    return not_at_okta(failed) or Explanation(
        "The user has no recovery question or other way to recover the password.",
        "reset_password sends a link all the same; update_user sets a `recoveryQuestion`.",
    )


def not_at_okta(failed: Failed) -> Explanation | None:
    """Say that Okta has no password of the user that could be worked with; None when it may be something else.

    Of a user whose status does not allow the action, it is the status that is told.
    """
    action, user = failed.action, failed.named.get("user")
    if action.name not in _ABOUT_PASSWORDS or not isinstance(user, User):
        return None
    if user.status not in STATES[action.name].statuses:
        return None
    if (elsewhere := password_elsewhere(failed)) is not None:
        return elsewhere
    if "password" in user.credentials or provider_of(user) != "OKTA":
        return None
    return Explanation(f"{Person.of(user).label} has no password at Okta.", _ABOUT_PASSWORDS[action.name])


def password_elsewhere(failed: Failed) -> Explanation | None:
    """Say where the user's password is, and what can be done about it; None when it is at Okta or not the matter."""
    action, user = failed.action, failed.named.get("user")
    if not isinstance(user, User) or not (action.name in _ABOUT_PASSWORDS or failed.given.get("password")):
        return None
    kind = provider_of(user)
    name = inner(user.credentials, "provider").get("name")
    called = f" {quoted(name, limit=60)}" if isinstance(name, str) and name and name != kind else ""
    if kind in _DIRECTORIES:
        return Explanation(
            f"The password of {Person.of(user).label} is kept in {_DIRECTORIES[kind]}{called}, not at Okta.",
            "have it changed in that directory.",
        )
    if kind in ("FEDERATION", "SOCIAL"):
        moved = "" if action.name == "reset_password" else "; reset_password makes it a sign-in by a password at Okta"
        return Explanation(
            f"{Person.of(user).label} signs in through another identity provider ({kind}{called}) and has no password "
            "at Okta.",
            f"have the password changed at that provider{moved}.",
        )
    return None


def uneditable(named: Named) -> Explanation | None:
    """Say which group of a call nobody can edit; None when there is none."""
    groups = named.get("groups")
    pointed_at = [named.get("group"), *(groups if isinstance(groups, list) else [])]
    group = next((one for one in pointed_at if isinstance(one, Group) and not one.editable), None)
    if group is None:
        return None
    row = GroupName.of(group)
    if group.type == "BUILT_IN":
        return Explanation(
            f"{row.label} is built into Okta; its members cannot be changed.",
            "choose a group of type OKTA_GROUP.",
        )
    return Explanation(
        f"{row.label} is imported from another directory; its members cannot be changed in Okta.",
        "change them in the directory or app it comes from, or choose a group of type OKTA_GROUP.",
    )
