"""Group rules. Source: Okta Group Rules API."""

from dataclasses import dataclass
from typing import Any

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.documents import rule_document
from okta_mcp.sandbox.errors import duplicate, error, not_found, validation_failed
from okta_mcp.sandbox.paging import invalid_cursor, links, page_by_id
from okta_mcp.sandbox.records import GroupType, Rule
from okta_mcp.sandbox.rule_language import RuleError
from okta_mcp.sandbox.rules import (
    MAX_EXCLUSIONS,
    activate_rule,
    check_expression,
    deactivate_rule,
    delete_rule,
    invalidate_rules,
)

__all__ = ["ROUTES"]

PAGE = 50
MAX_PAGE = 200
MAX_NAME = 50

_KEYS = ("type", "name", "conditions", "actions")
_READ_ONLY_KEYS = ("id", "status", "created", "lastUpdated", "allGroupsValid", "_embedded", "_links")
_EXPRESSION_TYPE = "urn:okta:expression:1.0"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a body says a rule shall be."""

    name: str
    expression: str
    excluded_users: list[str]
    excluded_groups: list[str]
    group_ids: list[str]


def index(call: Call) -> Answer:
    """GET /api/v1/groups/rules; `search` finds words of the name."""
    limit = call.limit(PAGE, MAX_PAGE)
    search = call.text("search")
    rules = list(call.org.rules.values())
    if search is not None:
        words = search.casefold().split()
        rules = [rule for rule in rules if all(word in rule.name.casefold() for word in words)]
    page = page_by_id(rules, call.text("after"), limit, "0pr", invalid_cursor)
    documents = [_shown(call, rule) for rule in page.items]
    return Answer(documents, headers=links(call, page, limit=limit, search=search))


def _shown(call: Call, rule: Rule) -> dict[str, Any]:
    return rule_document(call.org, rule, with_names=call.text("expand") == "groupIdToGroupNameMap")


def _rule_of(call: Call) -> Rule:
    rule_id = call.path_values["rule"]
    if rule_id not in call.org.rules:
        raise not_found(rule_id, "GroupRule")
    return call.org.rules[rule_id]


def read(call: Call) -> Answer:
    """GET /api/v1/groups/rules/{rule}."""
    return Answer(_shown(call, _rule_of(call)))


def create(call: Call) -> Answer:
    """POST /api/v1/groups/rules; the rule is INACTIVE."""
    wanted = _read(call, None)
    now = call.change().second
    rule = Rule(
        id=call.org.ids.new("0pr"),
        name=wanted.name,
        status="INACTIVE",
        expression=wanted.expression,
        group_ids=tuple(wanted.group_ids),
        excluded_users=wanted.excluded_users,
        excluded_groups=wanted.excluded_groups,
        created=now,
        last_updated=now,
    )
    call.org.rules[rule.id] = rule
    return Answer(rule_document(call.org, rule))


def replace(call: Call) -> Answer:
    """PUT /api/v1/groups/rules/{rule}: everything but the groups, of a rule that is not active."""
    rule = _rule_of(call)
    wanted = _read(call, rule)
    if rule.status == "ACTIVE":
        raise validation_failed("groupRule", "status: An active rule cannot be changed; deactivate it first")
    if set(wanted.group_ids) != set(rule.group_ids):
        raise validation_failed("actions", "actions: The groups of a rule cannot be changed")
    rule.name = wanted.name
    rule.expression = wanted.expression
    rule.excluded_users = wanted.excluded_users
    rule.excluded_groups = wanted.excluded_groups
    rule.status = "INACTIVE"
    rule.last_updated = call.change().second
    # One whose target has gone cannot be repaired by another expression.
    invalidate_rules(call.change())
    return Answer(rule_document(call.org, rule))


def activate(call: Call) -> Answer:
    """POST /api/v1/groups/rules/{rule}/lifecycle/activate."""
    rule = _rule_of(call)
    call.body(())
    activate_rule(call.change(), rule)
    return Answer.nothing()


def deactivate(call: Call) -> Answer:
    """POST /api/v1/groups/rules/{rule}/lifecycle/deactivate."""
    rule = _rule_of(call)
    call.body(())
    deactivate_rule(call.change(), rule)
    return Answer.nothing()


def delete(call: Call) -> Answer:
    """DELETE /api/v1/groups/rules/{rule}; `removeUsers` takes out those whom the rule has put into its groups."""
    rule = _rule_of(call)
    remove_users = call.flag("removeUsers", default=False)
    delete_rule(call.change(), rule, remove_users=remove_users)
    return Answer({}, status=202)


def _read(call: Call, own: Rule | None) -> _Wanted:
    body = call.body(_KEYS, ignored=_READ_ONLY_KEYS)
    if body.get("type", "group_rule") != "group_rule":
        raise validation_failed("type", "type: must be group_rule")
    conditions = object_at(body, "conditions")
    people = object_at(conditions, "people")
    excluded_users = _ids(object_at(people, "users"), "exclude")
    if len(excluded_users) > MAX_EXCLUSIONS:
        raise error("E0000093", "The number of excluded users is too large")
    return _Wanted(
        name=_name(call, body.get("name"), own),
        expression=_expression(call, object_at(conditions, "expression")),
        excluded_users=[call.org.user_by_id(user_id).id for user_id in excluded_users],
        excluded_groups=[call.org.group(group_id).id for group_id in _ids(object_at(people, "groups"), "exclude")],
        group_ids=_targets(call, object_at(object_at(body, "actions"), "assignUserToGroups"), own),
    )


def _name(call: Call, name: Any, own: Rule | None) -> str:
    if not isinstance(name, str) or not name.strip():
        raise validation_failed("name", "name: The field cannot be left blank")
    if len(name) > MAX_NAME:
        raise validation_failed("name", "name: The field is too long")
    if any(rule is not own and rule.name == name for rule in call.org.rules.values()):
        raise duplicate("name")
    return name


def _expression(call: Call, given: dict[str, Any]) -> str:
    value = given.get("value")
    if not isinstance(value, str) or not value.strip():
        raise validation_failed("groupRule", "conditions.expression.value: The field cannot be left blank")
    if given.get("type", _EXPRESSION_TYPE) != _EXPRESSION_TYPE:
        raise validation_failed("groupRule", f"conditions.expression.type: must be {_EXPRESSION_TYPE}")
    try:
        check_expression(call.org, value)
    except RuleError as failure:
        raise validation_failed("groupRule", f"conditions.expression.value: {failure}") from None
    return value


def _targets(call: Call, given: dict[str, Any], own: Rule | None) -> list[str]:
    group_ids = _ids(given, "groupIds")
    if not group_ids:
        raise validation_failed("groupRule", "actions.assignUserToGroups.groupIds: The field cannot be left blank")
    if own is not None:
        # Those of an invalid rule may be gone; they cannot be changed anyway.
        return group_ids
    for group_id in group_ids:
        if call.org.group(group_id).type is not GroupType.OKTA:
            raise validation_failed(
                "groupRule", f"actions.assignUserToGroups.groupIds: {group_id} is not a group of Okta's own"
            )
    return group_ids


def _ids(given: dict[str, Any], key: str) -> list[str]:
    """Return a list of ids, each once."""
    value = given.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise error("E0000003")
    return list(dict.fromkeys(value))


ROUTES: Routes = (
    ("GET", "/groups/rules", index),
    ("POST", "/groups/rules", create),
    ("GET", "/groups/rules/{rule}", read),
    ("PUT", "/groups/rules/{rule}", replace),
    ("DELETE", "/groups/rules/{rule}", delete),
    ("POST", "/groups/rules/{rule}/lifecycle/activate", activate),
    ("POST", "/groups/rules/{rule}/lifecycle/deactivate", deactivate),
)
