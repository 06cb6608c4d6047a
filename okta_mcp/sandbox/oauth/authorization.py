"""Whether a caller may do what it asks for: the scopes of its access token, and its admin roles.

Both have to allow it. API tokens have no scopes: they may do what their owner may.
"""

from okta_mcp.sandbox.call import Call
from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.oauth.demands import demand_of, is_open
from okta_mcp.sandbox.oauth.errors import OAuthError
from okta_mcp.sandbox.oauth.resource import challenge
from okta_mcp.sandbox.oauth.roles import Role, permissions_of
from okta_mcp.sandbox.oauth.scopes import is_covered
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import User

__all__ = ["authorize", "roles_of"]

_USERS = "/api/v1/users/"
_MANAGE_SELF = "okta.users.manage.self"


def authorize(call: Call) -> None:
    """Make sure that a caller may do what it asks for, where it has to say who it is.

    Everybody may read their own user, and change it with the scope for that. Nobody changes a user who may do
    more than they may.

    Raises:
        Challenge: 403 without a body, when its access token is not good for it.
        ApiError: 403 E0000006, when its roles do not allow it.
    """
    if not is_open(call.path):
        _check_scope(call)
        _check_role(call)


def _check_scope(call: Call) -> None:
    held = call.credential.scopes
    if held is None:
        return
    scope = demand_of(call.method, call.path).scope
    if scope is not None and (is_covered(scope, held) or _is_covered_for_self(call, scope)):
        return
    refusal = OAuthError(
        "insufficient_scope", "The access token provided does not contain the required scopes.", status=403
    )
    raise challenge(call.origin, call.method, call.path, refusal, bound=call.credential.bound)


def _check_role(call: Call) -> None:
    roles = _roles(call)
    if Role.SUPER_ADMIN in roles or _is_own_business(call):
        return
    allowed = permissions_of(roles)
    if demand_of(call.method, call.path).permission not in allowed:
        raise error("E0000006")
    target = _changed_user(call)
    if target is not None and not permissions_of(roles_of(call.org, target)) <= allowed:
        raise error("E0000006")


def roles_of(org: Org, user: User) -> frozenset[Role]:
    """Return a user's admin roles: those it was given, or else all there are for the administrators' group."""
    if user.id in org.roles:
        return org.roles[user.id]
    return frozenset({Role.SUPER_ADMIN}) if org.is_admin(user) else frozenset()


def _roles(call: Call) -> frozenset[Role]:
    user, client = call.credential.user, call.credential.client
    if user is not None:
        return roles_of(call.org, user)
    return frozenset(client.roles) if client is not None else frozenset()


def _is_own_business(call: Call) -> bool:
    if not _is_own_user(call):
        return False
    return call.method in ("GET", "HEAD") or (call.method == "POST" and _MANAGE_SELF in (call.credential.scopes or ()))


def _is_covered_for_self(call: Call, scope: str) -> bool:
    """Tell whether a `.self` scope is enough: to read one's own user, or to change its profile."""
    if not _is_own_user(call) or call.method not in ("GET", "HEAD", "POST"):
        return False
    held = call.credential.scopes or ()
    return f"{scope}.self" in held or (scope == "okta.users.read" and _MANAGE_SELF in held)


def _is_own_user(call: Call) -> bool:
    user = call.caller
    return user is not None and call.path in {f"{_USERS}{key}" for key in ("me", user.id, user.login)}


def _changed_user(call: Call) -> User | None:
    """Return the user that a request is about to change; None when it changes none, or none that exists."""
    key = call.path_values.get("user")
    if key is None or call.method in ("GET", "HEAD") or not call.path.startswith(_USERS):
        return None
    try:
        return call.caller if key == "me" else call.org.user(key)
    except ApiError:
        return None
