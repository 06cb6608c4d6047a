"""OAuth scopes: which there are, and what each includes. Source: Okta "OAuth 2.0 scopes"."""

from collections.abc import Collection

from okta_mcp.sandbox.oauth.errors import OAuthError, invalid_scope
from okta_mcp.sandbox.oauth.records import Client

__all__ = ["OIDC_SCOPES", "OKTA_SCOPES", "granted", "is_covered"]

OIDC_SCOPES = ("openid", "profile", "email", "offline_access")

_RESOURCES = (
    "agentPools",
    "apiTokens",
    "appGrants",
    "apps",
    "authenticators",
    "authorizationServers",
    "behaviors",
    "brands",
    "captchas",
    "clients",
    "deviceAssurance",
    "devices",
    "domains",
    "emailDomains",
    "eventHooks",
    "factors",
    "features",
    "groups",
    "identitySources",
    "idps",
    "inlineHooks",
    "linkedObjects",
    "logStreams",
    "networkZones",
    "orgs",
    "policies",
    "principalRateLimits",
    "profileMappings",
    "pushProviders",
    "rateLimits",
    "realmAssignments",
    "realms",
    "roles",
    "schemas",
    "sessions",
    "templates",
    "threatInsights",
    "trustedOrigins",
    "uischemas",
    "userTypes",
    "users",
)

OKTA_SCOPES = frozenset(
    {f"okta.{resource}.{what}" for resource in _RESOURCES for what in ("read", "manage")}
    | {"okta.logs.read", "okta.users.read.self", "okta.users.manage.self"}
)


def is_covered(scope: str, held: Collection[str]) -> bool:
    """Tell whether one who holds the scopes `held` has `scope`; to manage includes to read."""
    area, _, what = scope.rpartition(".")
    return scope in held or (what == "read" and f"{area}.manage" in held)


def granted(client: Client, requested: str | None) -> tuple[str, ...]:
    """Return those of the requested scopes that a client gets, in the order it named them.

    Args:
        client: who asks.
        requested: scopes separated by spaces.

    Raises:
        OAuthError: 400 when none are named, one does not exist, or the client was granted none of them.
    """
    names = tuple(dict.fromkeys((requested or "").split()))
    if not names:
        raise invalid_scope("No scopes were requested.")
    acts_alone = client.application_type == "service"
    known = OKTA_SCOPES if acts_alone else OKTA_SCOPES.union(OIDC_SCOPES)
    if not known.issuperset(names):
        raise invalid_scope("One or more scopes are not configured for the authorization server resource.")
    if acts_alone and any(name.endswith(".self") for name in names):
        raise OAuthError(
            "client_credentials_self_scope_requested",
            "The 'client_credentials' grant type may not request .self scopes.",
        )
    allowed = tuple(name for name in names if name in client.scopes or name in OIDC_SCOPES)
    if not allowed:
        raise OAuthError("consent_required", "You are not allowed any of the requested scopes.")
    return allowed
