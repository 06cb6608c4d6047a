"""The endpoints of the Okta API, one module for each section of its reference."""

from okta_mcp.sandbox.api import (
    apps,
    group_members,
    groups,
    logs,
    meta,
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
    *groups.ROUTES,
    *group_members.ROUTES,
    *apps.ROUTES,
    *logs.ROUTES,
    *meta.ROUTES,
)
