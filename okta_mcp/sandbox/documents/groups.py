"""Groups as JSON."""

from collections.abc import Collection
from typing import Any

from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.org import ADMINISTRATORS, Org
from okta_mcp.sandbox.records import Group, GroupType

__all__ = ["group_document"]


def group_document(org: Org, group: Group, origin: str, expand: Collection[str] = ()) -> dict[str, Any]:
    """Write a group; `expand` may name `stats` and `app`."""
    address = f"{origin}/api/v1/groups/{group.id}"
    document: dict[str, Any] = {
        "id": group.id,
        "created": stamp(group.created),
        "lastUpdated": stamp(group.last_updated),
        "lastMembershipUpdated": stamp(group.last_membership_updated),
        "objectClass": [group.object_class],
        "type": group.type.value,
        "profile": {"name": group.name, "description": group.profile.get("description"), **group.profile},
    }
    links: dict[str, Any] = {
        "logo": [
            {
                "name": size,
                "href": f"{origin}/assets/img/logos/groups/{_logo(group)}-{size}.png",
                "type": "image/png",
            }
            for size in ("medium", "large")
        ]
    }
    if group.source_id is not None:
        document["source"] = {"id": group.source_id}
        links["source"] = {"href": f"{origin}/api/v1/apps/{group.source_id}"}
    links["users"] = {"href": f"{address}/users"}
    links["apps"] = {"href": f"{address}/apps"}
    embedded = _embedded(org, group, origin, expand)
    if embedded:
        document["_embedded"] = embedded
    document["_links"] = links
    return document


def _logo(group: Group) -> str:
    return "active_directory" if group.object_class == "okta:windows_security_principal" else "odyssey/okta"


def _embedded(org: Org, group: Group, origin: str, expand: Collection[str]) -> dict[str, Any]:
    embedded: dict[str, Any] = {}
    if "stats" in expand:
        address = f"{origin}/api/v1/groups/{group.id}"
        embedded["stats"] = {
            "usersCount": len(group.members),
            "appsCount": len(org.apps_of_group(group)),
            "groupPushMappingsCount": 0,
            "hasAdminPrivlege": group.type is GroupType.BUILT_IN and group.name == ADMINISTRATORS,
            "_links": {"users": {"href": f"{address}/users"}, "apps": {"href": f"{address}/apps"}},
        }
    if "app" in expand and group.source_id is not None:
        app = org.apps[group.source_id]
        embedded["app"] = {
            "id": app.id,
            "name": app.name,
            "label": app.label,
            "status": app.status,
            "lastUpdated": stamp(app.last_updated),
            "created": stamp(app.created),
            "signOnMode": app.sign_on_mode,
        }
    return embedded
