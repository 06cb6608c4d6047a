"""Admin roles, and what each of them may do.

The standard roles of Okta, reduced to the areas this org has; none is limited to some groups or apps.
Source: Okta "Standard administrator roles and permissions".
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

__all__ = ["ROLES", "Permission", "Role", "permissions_of", "roles_named"]


class Permission(StrEnum):
    """An area of the API that a role opens."""

    READ_USERS = "read users"
    HELP_USERS = "unlock users, reset their passwords, factors and sessions"
    MANAGE_USERS = "create, change and delete users"
    READ_GROUPS = "read groups"
    MANAGE_MEMBERS = "add and remove members of groups"
    MANAGE_GROUPS = "create, change and delete groups and rules"
    READ_APPS = "read apps"
    MANAGE_APPS = "change apps and who has them"
    READ_LOGS = "read the System Log"
    READ_ORG = "read the org's settings, schemas, types and realms"
    MANAGE_ORG = "change the org's settings, schemas, types and realms"
    READ_CLIENTS = "read OAuth clients, their scopes and their roles"
    MANAGE_CLIENTS = "register OAuth clients, grant them scopes and roles"


class Role(StrEnum):
    """A standard admin role, by Okta's name of its type."""

    SUPER_ADMIN = "SUPER_ADMIN"
    ORG_ADMIN = "ORG_ADMIN"
    READ_ONLY_ADMIN = "READ_ONLY_ADMIN"
    USER_ADMIN = "USER_ADMIN"  # what the console calls group administrator
    GROUP_MEMBERSHIP_ADMIN = "GROUP_MEMBERSHIP_ADMIN"
    HELP_DESK_ADMIN = "HELP_DESK_ADMIN"
    APP_ADMIN = "APP_ADMIN"
    REPORT_ADMIN = "REPORT_ADMIN"


_DIRECTORY = frozenset({Permission.READ_USERS, Permission.READ_GROUPS, Permission.READ_ORG})
_READ = _DIRECTORY | {Permission.READ_APPS, Permission.READ_LOGS, Permission.READ_CLIENTS}

ROLES: Mapping[Role, frozenset[Permission]] = {
    Role.SUPER_ADMIN: frozenset(Permission),
    Role.ORG_ADMIN: frozenset(Permission) - {Permission.MANAGE_APPS, Permission.MANAGE_CLIENTS},
    Role.READ_ONLY_ADMIN: _READ,
    Role.USER_ADMIN: _DIRECTORY
    | {Permission.HELP_USERS, Permission.MANAGE_USERS, Permission.MANAGE_MEMBERS, Permission.MANAGE_GROUPS},
    Role.GROUP_MEMBERSHIP_ADMIN: _DIRECTORY | {Permission.MANAGE_MEMBERS},
    Role.HELP_DESK_ADMIN: _DIRECTORY | {Permission.HELP_USERS},
    Role.APP_ADMIN: _DIRECTORY | {Permission.READ_APPS, Permission.MANAGE_APPS},
    Role.REPORT_ADMIN: frozenset({Permission.READ_LOGS, Permission.READ_ORG}),
}


def roles_named(names: Collection[str]) -> set[Role]:
    """Return the roles with these names.

    Raises:
        ValueError: for a role that does not exist.
    """
    known = {role.value for role in Role}
    unknown = sorted(set(names) - known)
    if unknown:
        raise ValueError(f"unknown role {', '.join(unknown)}; there are: {', '.join(Role)}")
    return {Role(name) for name in names}


def permissions_of(roles: Collection[Role]) -> frozenset[Permission]:
    """Return what the roles may do together."""
    return frozenset().union(*(ROLES[role] for role in roles))
