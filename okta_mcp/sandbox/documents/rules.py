"""Group rules as JSON."""

from typing import Any

from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import Rule

__all__ = ["rule_document"]


def rule_document(org: Org, rule: Rule, *, with_names: bool = False) -> dict[str, Any]:
    """Write a group rule; `with_names` adds the names of its groups."""
    document: dict[str, Any] = {
        "type": "group_rule",
        "id": rule.id,
        "status": rule.status,
        "name": rule.name,
        "created": stamp(rule.created),
        "lastUpdated": stamp(rule.last_updated),
        "conditions": {
            "people": {
                "users": {"exclude": list(rule.excluded_users)},
                "groups": {"exclude": list(rule.excluded_groups)},
            },
            "expression": {"value": rule.expression, "type": "urn:okta:expression:1.0"},
        },
        "actions": {"assignUserToGroups": {"groupIds": list(rule.group_ids)}},
    }
    if with_names:
        names = {group_id: org.groups[group_id].name for group_id in rule.group_ids if group_id in org.groups}
        document["_embedded"] = {"groupIdToGroupNameMap": names}
    return document
