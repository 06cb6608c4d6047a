"""Finishing what was begun: activations, deactivations and apps of groups whose moment has come."""

from dataclasses import replace

from okta_mcp.sandbox import credentials, lifecycle
from okta_mcp.sandbox.access import assign_through_groups
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.pending import Deed, Pending

__all__ = ["settle"]


def settle(org: Org) -> None:
    """Do everything that is due by now, each deed as of the moment it was due."""
    now = org.now()
    while org.pending and org.pending[0].due <= now:
        _finish(org, org.pending.pop(0))


def _finish(org: Org, pending: Pending) -> None:
    user = org.users.get(pending.user_id)
    if user is None:
        return
    change = replace(pending.change, now=pending.due)
    match pending.deed:
        case Deed.ACTIVATE:
            lifecycle.finish_activation(change, user)
        case Deed.DEACTIVATE:
            lifecycle.finish_deactivation(change, user)
        case Deed.DELETE:
            lifecycle.finish_deletion(change, user)
        case Deed.EXPIRE_PASSWORD:
            credentials.expire_password(change, user)
        case Deed.ASSIGN_APPS:
            assign_through_groups(change, user)
