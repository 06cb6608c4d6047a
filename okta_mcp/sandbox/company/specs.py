"""What a company consists of before an org is made of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

UserStatus = Literal[
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "RECOVERY",
    "PASSWORD_EXPIRED",
    "LOCKED_OUT",
    "SUSPENDED",
    "DEPROVISIONED",
]
Provider = Literal["OKTA", "ACTIVE_DIRECTORY"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an Okta user.

    Args:
        first_name: `profile.firstName`.
        last_name: `profile.lastName`.
        login: `profile.login`.
        email: `profile.email`, usually the login.
        title: `profile.title`.
        department: `profile.department`.
        manager: login of the manager; None for the head of the company.
        employee_number: `profile.employeeNumber`.
        city: `profile.city`.
        state: `profile.state`.
        country_code: `profile.countryCode`, ISO 3166-1 alpha-2.
        mobile_phone: `profile.mobilePhone`.
        status: user status.
        groups: names of the groups they are in, Everyone not named.
        provider: which directory masters the user.
        hired_days_ago: age of the user object in days.
        last_login_hours_ago: time since the last sign-in in hours; None if there was none.
        profile: further profile attributes by name, custom ones among them.
        recovery_question: whether a recovery question is set.
    """

    first_name: str
    last_name: str
    login: str
    email: str
    title: str
    department: str
    manager: str | None
    employee_number: str
    city: str
    state: str
    country_code: str
    mobile_phone: str | None = None
    status: UserStatus = "ACTIVE"
    groups: tuple[str, ...] = ()
    provider: Provider = "OKTA"
    hired_days_ago: int = 365
    last_login_hours_ago: float | None = None
    profile: Mapping[str, object] = field(default_factory=dict)
    recovery_question: bool = False

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A group.

    Args:
        name: `profile.name`.
        description: `profile.description`.
        type: group type.
        source_app: label of the app an APP_GROUP is imported from.
        profile: further profile attributes, such as those of Active Directory.
    """

    name: str
    description: str | None = None
    type: Literal["OKTA_GROUP", "APP_GROUP", "BUILT_IN"] = "OKTA_GROUP"
    source_app: str | None = None
    profile: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AppSpec:
    """An application instance.

    Args:
        label: display name.
        name: key in the catalogue of apps.
        sign_on_mode: such as SAML_2_0 or BOOKMARK.
        status: ACTIVE or INACTIVE.
        settings: the application's `settings`, in Okta's shape.
        groups: names of the groups it is assigned to.
        users: logins of the users it is assigned to directly.
    """

    label: str
    name: str
    sign_on_mode: str
    status: Literal["ACTIVE", "INACTIVE"] = "ACTIVE"
    settings: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """Something a person did that stands in the System Log.

    Args:
        hours_ago: time since, in hours.
        event_type: such as `user.session.start`.
        login: of the person.
        outcome: SUCCESS or FAILURE.
        reason: why it failed.
        ip: address it came from.
        city: where that address is.
        country: name of the country where it is.
        user_agent: of the browser.
        app: label of the app that was opened.
    """

    hours_ago: float
    event_type: str
    login: str
    outcome: str = "SUCCESS"
    reason: str | None = None
    ip: str = "192.0.2.10"
    city: str = "London"
    country: str = "United Kingdom"
    user_agent: str = ""
    app: str | None = None


@dataclass(frozen=True, slots=True)
class CustomAttribute:
    """An attribute that the company added to the user profile.

    Args:
        name: variable name.
        title: display name.
        type: JSON type: string, boolean, number, integer or array.
        extra: further keys of its schema, such as `items` or `description`.
    """

    name: str
    title: str
    type: str
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Company:
    """A whole company.

    Args:
        name: of the company.
        subdomain: of its org.
        people: everybody, in the order they were taken in.
        groups: all groups.
        apps: all apps.
        activity: what happened, oldest first.
        custom_attributes: what the user profile has beyond Okta's own attributes.
        as_it_stands: whether the org is laid down as it is today, without log entries of how it came about; then
            managers come before those they lead, and whoever was taken in first comes first.
    """

    name: str
    subdomain: str
    people: Collection[Person]
    groups: tuple[GroupSpec, ...]
    apps: tuple[AppSpec, ...]
    activity: tuple[Activity, ...]
    custom_attributes: tuple[CustomAttribute, ...]
    as_it_stands: bool = False
