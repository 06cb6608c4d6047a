"""What each endpoint of the API asks of its caller: a scope of OAuth tokens, a permission of everybody.

Source: the scopes are those of Okta's API reference; the permissions are this sandbox's reading of the roles.
"""

import re
from dataclasses import dataclass

from okta_mcp.sandbox.oauth.roles import Permission

__all__ = ["Demand", "demand_of", "is_open", "is_unlimited"]


@dataclass(frozen=True, slots=True)
class Demand:
    """What a request needs.

    Args:
        scope: an OAuth scope; None when none will do.
        permission: what a role has to allow; None when only super administrators get there.
    """

    scope: str | None
    permission: Permission | None


_HELP = (
    r"lifecycle/(?:unlock|reset_password|reset_factors|expire_password|expire_password_with_temp_password)"
    r"|credentials/.*|sessions"
)
_READ, _CHANGE = "GET HEAD", "POST PUT DELETE PATCH"
_ANY = f"{_READ} {_CHANGE}"

# Methods, path, scope, permission; the first that fits decides.
_TABLE = tuple(
    (frozenset(methods.split()), re.compile(path), Demand(scope, permission))
    for methods, path, scope, permission in (
        (_READ, r"/api/v1/users/[^/]+/factors(?:/.*)?", "okta.factors.read", Permission.READ_USERS),
        (_CHANGE, r"/api/v1/users/[^/]+/factors(?:/.*)?", "okta.factors.manage", Permission.HELP_USERS),
        (_READ, r"/api/v1/users/[^/]+/roles(?:/.*)?", "okta.roles.read", Permission.READ_CLIENTS),
        (_CHANGE, r"/api/v1/users/[^/]+/roles(?:/.*)?", "okta.roles.manage", Permission.MANAGE_CLIENTS),
        (_READ, r"/api/v1/users(?:/.*)?", "okta.users.read", Permission.READ_USERS),
        (_CHANGE, rf"/api/v1/users/[^/]+/(?:{_HELP})", "okta.users.manage", Permission.HELP_USERS),
        (_CHANGE, r"/api/v1/users(?:/.*)?", "okta.users.manage", Permission.MANAGE_USERS),
        (_READ, r"/api/v1/groups(?:/.*)?", "okta.groups.read", Permission.READ_GROUPS),
        (_CHANGE, r"/api/v1/groups/[^/]+/users/[^/]+", "okta.groups.manage", Permission.MANAGE_MEMBERS),
        (_CHANGE, r"/api/v1/groups(?:/.*)?", "okta.groups.manage", Permission.MANAGE_GROUPS),
        (_READ, r"/api/v1/apps/[^/]+/grants(?:/.*)?", "okta.appGrants.read", Permission.READ_CLIENTS),
        (_CHANGE, r"/api/v1/apps/[^/]+/grants(?:/.*)?", "okta.appGrants.manage", Permission.MANAGE_CLIENTS),
        (_READ, r"/api/v1/apps(?:/.*)?", "okta.apps.read", Permission.READ_APPS),
        (_CHANGE, r"/api/v1/apps(?:/.*)?", "okta.apps.manage", Permission.MANAGE_APPS),
        (_ANY, r"/api/v1/logs", "okta.logs.read", Permission.READ_LOGS),
        (_READ, r"/api/v1/org(?:/.*)?", "okta.orgs.read", Permission.READ_ORG),
        (_CHANGE, r"/api/v1/org(?:/.*)?", "okta.orgs.manage", Permission.MANAGE_ORG),
        (_READ, r"/api/v1/realms(?:/.*)?", "okta.realms.read", Permission.READ_ORG),
        (_CHANGE, r"/api/v1/realms(?:/.*)?", "okta.realms.manage", Permission.MANAGE_ORG),
        (_READ, r"/api/v1/realm-assignments(?:/.*)?", "okta.realmAssignments.read", Permission.READ_ORG),
        (_CHANGE, r"/api/v1/realm-assignments(?:/.*)?", "okta.realmAssignments.manage", Permission.MANAGE_ORG),
        (_READ, r"/api/v1/meta/types/user(?:/.*)?", "okta.userTypes.read", Permission.READ_ORG),
        (_CHANGE, r"/api/v1/meta/types/user(?:/.*)?", "okta.userTypes.manage", Permission.MANAGE_ORG),
        (_READ, r"/api/v1/meta/schemas/.*", "okta.schemas.read", Permission.READ_ORG),
        (_CHANGE, r"/api/v1/meta/schemas/.*", "okta.schemas.manage", Permission.MANAGE_ORG),
        (_READ, r"/oauth2/v1/clients/[^/]+/roles(?:/.*)?", "okta.roles.read", Permission.READ_CLIENTS),
        (_CHANGE, r"/oauth2/v1/clients/[^/]+/roles(?:/.*)?", "okta.roles.manage", Permission.MANAGE_CLIENTS),
        (_READ, r"/oauth2/v1/clients(?:/.*)?", "okta.clients.read", Permission.READ_CLIENTS),
        (_CHANGE, r"/oauth2/v1/clients(?:/.*)?", "okta.clients.manage", Permission.MANAGE_CLIENTS),
    )
)
_NOTHING_KNOWN = Demand(None, None)

_GUARDED = ("/api/v1/", "/oauth2/v1/clients")
_SIGN_IN = ("/api/v1/authn", "/api/v1/authn/credentials/change_password")
_UNLIMITED = ("/oauth2/v1/keys", "/.well-known/")


def is_open(path: str) -> bool:
    """Tell whether nobody is asked for a token there: who signs in or asks for a token says so in the body."""
    return path in _SIGN_IN or not path.startswith(_GUARDED)


def is_unlimited(path: str) -> bool:
    """Tell whether requests to a path are not counted."""
    return path.startswith(_UNLIMITED)


def demand_of(method: str, path: str) -> Demand:
    """Return what a request needs."""
    for methods, pattern, demand in _TABLE:
        if method in methods and pattern.fullmatch(path):
            return demand
    return _NOTHING_KNOWN
