"""Group rules: whom they put into groups, and what makes them invalid.

Source: Okta Group Rules API. Rules are gone through once, in the order they were made; what one rule does, those
after it see.
"""

from collections.abc import Iterable
from dataclasses import replace

from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import error, validation_failed
from okta_mcp.sandbox.joining import place_member, take_member
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import Group, Rule, Status, User
from okta_mcp.sandbox.rule_language import Facts, RuleError, attributes_in, groups_in, holds, parse_rule

__all__ = [
    "MAX_EXCLUSIONS",
    "activate_rule",
    "apply_rules",
    "check_expression",
    "deactivate_rule",
    "delete_rule",
    "exclude",
    "invalidate_rules",
]

MAX_EXCLUSIONS = 100


def apply_rules(change: Change, user: User) -> None:
    """Hold every active rule against a user; a deactivated one stays where they are."""
    if user.status is not Status.DEPROVISIONED:
        for rule in change.org.rules.values():
            _apply(change, rule, (user,))


def _apply(change: Change, rule: Rule, users: Iterable[User]) -> None:
    if rule.status != "ACTIVE":
        return
    by_org = replace(change, actor=None, token_id=None)
    groups = [change.org.groups[group_id] for group_id in rule.group_ids]
    for user in users:
        wanted = _describes(change.org, rule, user)
        for group in groups:
            if wanted:
                _let_in(by_org, rule, group, user)
            else:
                _let_go(by_org, rule, group, user)


def _describes(org: Org, rule: Rule, user: User) -> bool:
    if user.id in rule.excluded_users:
        return False
    groups = {}
    if rule.excluded_groups or "isMemberOf" in rule.expression:
        # Not looked up for the many rules that ask for attributes only.
        groups = {group.id: group.name for group in org.groups_of(user)}
    if any(group_id in groups for group_id in rule.excluded_groups):
        return False
    return holds(parse_rule(rule.expression), Facts(user.profile, groups))


def _let_in(change: Change, rule: Rule, group: Group, user: User) -> None:
    if user.id not in group.members:
        group.by_rule[user.id] = [rule.id]
        place_member(change, group, user)
    elif user.id in group.by_rule and rule.id not in group.by_rule[user.id]:
        group.by_rule[user.id].append(rule.id)


def _let_go(change: Change, rule: Rule, group: Group, user: User) -> None:
    holders = group.by_rule.get(user.id, [])
    if rule.id not in holders:
        return
    holders.remove(rule.id)
    if not holders:
        take_member(change, group, user)


def exclude(change: Change, group: Group, user: User) -> None:
    """Let the rules that hold a member in a group, or would bring the user back, leave the user alone from now on.

    Raises:
        ApiError: 400 E0000093 when one of them has no room for another exclusion; nothing is changed then.
    """
    holders = group.by_rule.get(user.id, ())
    rules = [
        rule
        for rule in change.org.rules.values()
        if rule.id in holders
        or (rule.status == "ACTIVE" and group.id in rule.group_ids and _describes(change.org, rule, user))
    ]
    if any(len(rule.excluded_users) >= MAX_EXCLUSIONS for rule in rules):
        raise error("E0000093", "The number of excluded users is too large")
    for rule in rules:
        rule.excluded_users.append(user.id)
        rule.last_updated = change.second
        change.log("group.user_membership.rule.add_exclusion", rule, user)


def activate_rule(change: Change, rule: Rule) -> None:
    """Let a rule work, beginning with everybody there is; an active one stays active.

    Raises:
        ApiError: 400 E0000001 when what the rule names is no longer there.
    """
    if rule.status == "INVALID":
        raise validation_failed("groupRule", "groupRule: The rule is invalid and cannot be activated")
    if rule.status == "ACTIVE":
        return
    rule.status = "ACTIVE"
    rule.last_updated = change.second
    _apply(change, rule, [user for user in change.org.users.values() if user.status is not Status.DEPROVISIONED])


def deactivate_rule(change: Change, rule: Rule) -> None:
    """Let a rule rest; whom it has put into groups stays there."""
    if rule.status == "ACTIVE":
        rule.status = "INACTIVE"
        rule.last_updated = change.second


def delete_rule(change: Change, rule: Rule, *, remove_users: bool) -> None:
    """Remove a rule; whom it alone has put into groups goes with it, or stays as if added by hand."""
    for group in list(change.org.groups.values()):
        for user_id in [user_id for user_id, holders in group.by_rule.items() if rule.id in holders]:
            if remove_users:
                _let_go(change, rule, group, change.org.users[user_id])
            else:
                group.by_rule[user_id].remove(rule.id)
                if not group.by_rule[user_id]:
                    del group.by_rule[user_id]
    del change.org.rules[rule.id]


def check_expression(org: Org, text: str) -> None:
    """Refuse an expression that means nothing in this org.

    Raises:
        RuleError: for broken syntax, an unknown function, attribute or group.
    """
    tree = parse_rule(text)
    for name in sorted(attributes_in(tree)):
        if not org.knows_attribute(name):
            raise RuleError(f"Invalid property {name} in expression {text}")
    for group_id in sorted(groups_in(tree)):
        if group_id not in org.groups:
            raise RuleError(f"Invalid group {group_id} in expression {text}")


def invalidate_rules(change: Change) -> None:
    """Mark the rules whose targets, or whatever their expressions name, are no longer there."""
    for rule in change.org.rules.values():
        if rule.status != "INVALID" and not _is_sound(change.org, rule):
            rule.status = "INVALID"
            rule.last_updated = change.second


def _is_sound(org: Org, rule: Rule) -> bool:
    if any(group_id not in org.groups for group_id in rule.group_ids):
        return False
    try:
        check_expression(org, rule.expression)
    except RuleError:
        return False
    return True
