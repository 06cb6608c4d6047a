"""What an org is made of: users, groups, apps, assignments and API tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from okta_mcp.sandbox.members import Members
from okta_mcp.sandbox.passwords import Password
from okta_mcp.sandbox.profile import ProfileSchema

__all__ = [
    "App",
    "Assignment",
    "Group",
    "GroupType",
    "Provider",
    "Realm",
    "RecoveryQuestion",
    "Rule",
    "Status",
    "Token",
    "User",
    "UserType",
]


class Status(StrEnum):
    """The status of a user. Source: Okta Users API, "User status"."""

    STAGED = "STAGED"
    PROVISIONED = "PROVISIONED"
    ACTIVE = "ACTIVE"
    RECOVERY = "RECOVERY"
    PASSWORD_EXPIRED = "PASSWORD_EXPIRED"  # noqa: S105 - the name of a status
    LOCKED_OUT = "LOCKED_OUT"
    SUSPENDED = "SUSPENDED"
    DEPROVISIONED = "DEPROVISIONED"


class GroupType(StrEnum):
    """Where a group comes from, which decides who may change it."""

    OKTA = "OKTA_GROUP"
    APP = "APP_GROUP"
    BUILT_IN = "BUILT_IN"


@dataclass(frozen=True, slots=True)
class Provider:
    """Who checks the user's password."""

    type: str = "OKTA"
    name: str = "OKTA"

    @property
    def is_directory(self) -> bool:
        """Tell whether a directory outside Okta masters the user."""
        return self.type in ("ACTIVE_DIRECTORY", "LDAP")

    @property
    def is_external(self) -> bool:
        """Tell whether the password is kept outside Okta."""
        return self.is_directory or self.type in ("FEDERATION", "SOCIAL")


@dataclass(frozen=True, slots=True)
class RecoveryQuestion:
    """What a user is asked who forgot the password."""

    question: str
    answer: str


class Watcher(Protocol):
    """Whoever has to know when a user becomes another to those who search or sort."""

    def changed(self, user: "User") -> None:
        """Hear that an attribute was set."""


_WATCHED = frozenset(
    {
        "status",
        "profile",
        "type_id",
        "realm_id",
        "created",
        "activated",
        "status_changed",
        "last_login",
        "last_updated",
        "password_changed",
    }
)


@dataclass(slots=True)
class User:
    """A person in the org; `profile` holds only attributes that have a value."""

    id: str
    status: Status
    created: datetime
    last_updated: datetime
    type_id: str
    profile: dict[str, Any]
    status_changed: datetime | None = None
    activated: datetime | None = None
    last_login: datetime | None = None
    password_changed: datetime | None = None
    password: Password | None = None
    former_passwords: list[Password] = field(default_factory=list)
    password_expired: bool = False
    recovery: RecoveryQuestion | None = None
    provider: Provider = Provider()
    factors: list[str] = field(default_factory=list)
    previous_status: Status | None = None
    device_blocked: bool = False
    sessions: int = 0
    one_time_token: str | None = None
    revision: int = 0
    realm_id: str | None = None
    transitioning_to: Status | None = None
    failed_sign_ins: int = 0
    state_token: tuple[str, datetime] | None = None
    watcher: "Watcher | None" = field(default=None, repr=False, compare=False)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name in _WATCHED:
            # A user in the making has no watcher yet, not even none.
            watcher = getattr(self, "watcher", None)
            if watcher is not None:
                watcher.changed(self)

    def __getstate__(self) -> list[Any]:
        return [getattr(self, name) for name in _USER_STATE]

    def __setstate__(self, state: Sequence[Any]) -> None:
        for name, value in zip(_USER_STATE, state, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "watcher", None)

    @property
    def login(self) -> str:
        """The unique name the user signs in with."""
        return str(self.profile["login"])

    @property
    def display_name(self) -> str:
        """The name the System Log and the console show."""
        names = (self.profile.get("firstName"), self.profile.get("lastName"))
        return " ".join(name for name in names if name) or self.login


_USER_STATE = tuple(part.name for part in fields(User) if part.name != "watcher")


@dataclass(slots=True)
class Group:
    """A group with its members' ids; `by_rule` tells which rules hold those that were not added by hand."""

    id: str
    type: GroupType
    profile: dict[str, Any]
    created: datetime
    last_updated: datetime
    last_membership_updated: datetime
    object_class: str = "okta:user_group"
    source_id: str | None = None
    members: Members = field(default_factory=Members)
    by_rule: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The group's name; unique among groups made in Okta only."""
        return str(self.profile["name"])


@dataclass(slots=True)
class Rule:
    """A group rule: whoever its expression describes is put into its groups."""

    id: str
    name: str
    status: str
    expression: str
    group_ids: Sequence[str]
    excluded_users: list[str]
    excluded_groups: list[str]
    created: datetime
    last_updated: datetime


@dataclass(slots=True)
class Realm:
    """A part of the org's users that is administered on its own."""

    id: str
    profile: dict[str, Any]
    is_default: bool
    created: datetime
    last_updated: datetime

    @property
    def name(self) -> str:
        """The realm's name, unique in the org."""
        return str(self.profile["name"])


@dataclass(slots=True)
class UserType:
    """A kind of users, with a profile schema of its own."""

    id: str
    schema_id: str
    name: str
    display_name: str
    description: str | None
    schema: ProfileSchema
    is_default: bool
    created: datetime
    created_by: str
    last_updated: datetime
    last_updated_by: str
    schema_updated: datetime


@dataclass(slots=True)
class Assignment:
    """A user's access to an app: given to the user (`USER`) or through a group (`GROUP`)."""

    id: str
    app_id: str
    user_id: str
    scope: str
    created: datetime
    last_updated: datetime
    group_id: str | None = None
    user_name: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class App:
    """An application instance; `group_ids` are the groups it is assigned to."""

    id: str
    name: str
    label: str
    status: str
    sign_on_mode: str
    created: datetime
    last_updated: datetime
    settings: Mapping[str, Any]
    number: int
    group_ids: dict[str, datetime] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    credentials: Mapping[str, Any] = field(default_factory=dict)
    group_profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    visibility: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_directory(self) -> bool:
        """Tell whether the app is where users and groups come from, rather than where they go."""
        return self.name == "active_directory"

    @property
    def has_tile(self) -> bool:
        """Tell whether the app stands on the dashboard of those who may use it."""
        return self.status == "ACTIVE" and not self.is_directory


@dataclass(slots=True)
class Token:
    """An API token; it may do what its owner may."""

    id: str
    secret: str
    owner_id: str
    created: datetime
    last_used: datetime
