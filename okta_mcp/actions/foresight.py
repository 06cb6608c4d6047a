"""What a write would do, told from the request that was about to be sent."""

from collections.abc import Mapping, Sequence
from typing import Any, Self, get_type_hints

from okta_mcp.actions.action import Action
from okta_mcp.actions.results import Change, Done, Membership, Result, Written
from okta_mcp.actions.status import provider_of
from okta_mcp.directory import GroupName, Person
from okta_mcp.guard import Neutral, neutral
from okta_mcp.okta import Group, Unsent, User

_BECOMES = {
    "deactivate": "DEPROVISIONED",
    "suspend": "SUSPENDED",
    "unsuspend": "the status before the suspension",
    "expire_password": "PASSWORD_EXPIRED",
    "expire_password_with_temp_password": "PASSWORD_EXPIRED",
    "reset_password": "RECOVERY",
}
"""The status after a lifecycle call. Okta API, user lifecycle."""

_REPLACED = {"expire_password_with_temp_password": "password", "reactivate": "activationLink"}
"""What a lifecycle call puts in the place of a former one, without showing it."""

_SECRETS = {"password": "password", "recovery_question": "recoveryQuestion", "provider": "provider"}


def foresee(unsent: Unsent, named: Mapping[str, object]) -> list[Change]:
    """Return what a request would change, before → after.

    Args:
        unsent: the request.
        named: the objects of the call, by parameter.
    """
    user = named.get("user")
    match (unsent.method, unsent.segments):
        case ("PUT" | "DELETE", ("groups", _, "users", _)):
            joins = unsent.method == "PUT"
            return [] if unsent.idle else [Change(field="member", before=not joins, after=joins)]
        case ("POST", ("users", _, "lifecycle", step)) if isinstance(user, User):
            after = _activated(user) if step == "activate" else _BECOMES.get(step)
            changed = Change.between({"status": user.status}, {"status": after or user.status}, ["status"])
            converted = step == "reset_password" and provider_of(user) == "FEDERATION"
            provider = [Change(field="provider", before="FEDERATION", after="OKTA")] if converted else []
            secrets = [_secret(_REPLACED[step])] if step in _REPLACED else []
            return [*changed, *provider, *secrets]
        case ("POST", ("users", _)) if isinstance(user, User):
            return _update(user, unsent.body)
        case ("POST", ("users",)):
            profile = neutral(unsent.body.get("profile", {}))
            return [Change(field=name, after=value) for name, value in profile.items()]
    return []


def _activated(user: User) -> str:
    signs_in_elsewhere = provider_of(user) in ("FEDERATION", "SOCIAL")
    has_password = "password" in user.credentials and user.status == "STAGED"
    return "ACTIVE" if signs_in_elsewhere or has_password else "PROVISIONED"


def _update(user: User, body: Mapping[str, Any]) -> list[Change]:
    profile = body.get("profile", {})
    changes = Change.between({**user.profile}, {**user.profile, **profile}, profile)
    if "realmId" in body:
        changes += Change.between({"realmId": user.realm_id}, {"realmId": body["realmId"]}, ["realmId"])
    return [*changes, *(_secret(_SECRETS.get(name, name)) for name in body.get("credentials", {}))]


def _secret(name: str) -> Change:
    return Change(field=name, before="(not shown)", after="(set, not shown)")


class Undone(Result):
    """The answer of a write that was rehearsed and not done. It has the shape of the answer of the write itself."""

    summary: Neutral
    user: Person | None = None
    group: GroupName | None = None
    profile: dict[str, Any] | None = None
    changes: tuple[Change, ...] = ()
    groups: tuple[Neutral, ...] = ()
    next_step: str | None = None
    done: Done = False

    @classmethod
    def of(
        cls, action: Action, unsent: Unsent, named: Mapping[str, object], summary: str, next_step: str | None = None
    ) -> Self:
        """Return the answer of a rehearsed call.

        Args:
            action: what was rehearsed.
            unsent: the request that was not sent.
            named: the objects of the call, by parameter.
            summary: says first that nothing was done.
            next_step: what to do so that it is done.
        """
        answer = get_type_hints(action.run)["return"]
        user, group, groups = named.get("user"), named.get("group"), named.get("groups")
        creates = not issubclass(answer, Written)
        return cls(
            summary=summary,
            user=Person.of(user) if isinstance(user, User) else None,
            group=GroupName.of(group) if issubclass(answer, Membership) and isinstance(group, Group) else None,
            profile=neutral(dict(unsent.body["profile"])) if creates and unsent.body else None,
            changes=() if creates else tuple(foresee(unsent, named)),
            groups=tuple(one.name for one in groups) if isinstance(groups, Sequence) else (),
            next_step=next_step,
        )

    def data(self) -> dict[str, Any]:
        """Return the answer as JSON data; what is not known, and what the write has no word for, is left out."""
        data = super().data()
        return {name: value for name, value in data.items() if value != [] or (name == "changes" and self.user)}

    def text(self) -> str:
        """Return the summary, what would change, and what to do next. Of a new user the summary tells all."""
        lines = [self.summary, *(f"- {change}" for change in self.changes)]
        if self.user is not None:
            lines.append(f"User id {self.user.id}, status {self.user.status}.")
        if self.next_step:
            lines.append(f"Next: {self.next_step}")
        return "\n".join(lines)
