"""The endpoints of the Okta API, one module for each section of its reference."""

from okta_mcp.sandbox.api import (
    app_assignments,
    app_lifecycle,
    apps,
    authn,
    group_members,
    group_rules,
    groups,
    logs,
    meta,
    realms,
    user_credentials,
    user_lifecycle,
    user_relations,
    users,
)
from okta_mcp.sandbox.api.route import Handler, Routes

__all__ = ["ROUTES", "Handler"]

ROUTES: Routes = (
    *users.ROUTES,
    *user_lifecycle.ROUTES,
    *user_credentials.ROUTES,
    *user_relations.ROUTES,
    *group_rules.ROUTES,  # before the groups, whose routes take `rules` for an id
    *groups.ROUTES,
    *group_members.ROUTES,
    *apps.ROUTES,
    *app_lifecycle.ROUTES,
    *app_assignments.ROUTES,
    *logs.ROUTES,
    *meta.ROUTES,
    *authn.ROUTES,
    *realms.ROUTES,
)
