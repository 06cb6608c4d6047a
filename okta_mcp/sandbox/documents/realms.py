"""Realms as JSON."""

from typing import Any

from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.records import Realm

__all__ = ["realm_document"]


def realm_document(realm: Realm, origin: str) -> dict[str, Any]:
    """Write a realm."""
    return {
        "id": realm.id,
        "created": stamp(realm.created),
        "lastUpdated": stamp(realm.last_updated),
        "profile": dict(realm.profile),
        "isDefault": realm.is_default,
        "_links": {"self": {"rel": "self", "href": f"{origin}/api/v1/realms/{realm.id}", "method": "GET"}},
    }
