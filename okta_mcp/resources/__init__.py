"""People, groups and the org as resources: what a client's picker lists and reads."""

from okta_mcp.resources.addresses import GROUPS, ORG, POLICY, SCHEMA, USERS
from okta_mcp.resources.changes import Subscribers, announce, serve_subscriptions
from okta_mcp.resources.lists import (
    PAGE,
    applications_of_user,
    group_list,
    groups_of_user,
    member_list,
    user_list,
)
from okta_mcp.resources.objects import one_group, one_user, the_org, the_policy, user_schema
from okta_mcp.resources.offer import MIME_TYPE, Offer
from okta_mcp.resources.shelf import Shelf

OFFERS: tuple[Offer, ...] = (
    Offer(USERS, "users", "Users", f"The first {PAGE} users.", "user", user_list, ("list_users",), priority=0.8),
    Offer(GROUPS, "groups", "Groups", f"The first {PAGE} groups.", "group", group_list, ("list_groups",), priority=0.8),
    Offer(
        SCHEMA,
        "user-schema",
        "User attributes",
        "The attributes of a user profile, the org's own included: type, limits, whether required.",
        "schema",
        user_schema,
        ("get_user", "create_user", "update_user"),
        priority=0.6,
        for_people=False,
        fresh=300,
    ),
    Offer(ORG, "org", "Org", "The org this server works on: name, address, state.", "org", the_org, fresh=300),
    Offer(
        POLICY,
        "policy",
        "What this server may do",
        "Whether it may change anything, and which tools the operator has switched on.",
        "policy",
        the_policy,
        fresh=3600,
        fixed=True,
    ),
    Offer(
        f"{USERS}{{?q,search,limit,after}}",
        "users-by-name",
        "Users by name",
        "Users whose name, login or email begins with `q`, or whom `search` finds (Okta's search expressions, such as "
        'profile.department eq "Sales"), a page at a time.',
        "user",
        user_list,
        ("list_users",),
        priority=0.8,
    ),
    Offer(
        f"{GROUPS}{{?q,search,limit,after}}",
        "groups-by-name",
        "Groups by name",
        "Groups whose name begins with `q`, or which `search` finds (Okta's search expressions, such as "
        'type eq "OKTA_GROUP"), a page at a time.',
        "group",
        group_list,
        ("list_groups",),
        priority=0.8,
    ),
    Offer(
        f"{USERS}/{{user}}",
        "user",
        "User",
        "One person: by id, login, email or full name.",
        "user",
        one_user,
        ("get_user",),
        priority=0.9,
    ),
    Offer(
        f"{USERS}/{{user}}/groups",
        "user-groups",
        "User's groups",
        "The groups of one person.",
        "group",
        groups_of_user,
        ("list_user_groups",),
    ),
    Offer(
        f"{USERS}/{{user}}/applications{{?limit,after}}",
        "user-applications",
        "User's applications",
        "The applications assigned to one person, and through what.",
        "application",
        applications_of_user,
        ("list_user_applications",),
    ),
    Offer(
        f"{GROUPS}/{{group}}",
        "group",
        "Group",
        "One group: by id or name.",
        "group",
        one_group,
        ("list_groups",),
        priority=0.9,
    ),
    Offer(
        f"{GROUPS}/{{group}}/users{{?limit,after}}",
        "group-users",
        "Group's members",
        "The members of one group in every status, a page at a time.",
        "user",
        member_list,
        ("list_group_users",),
    ),
)
"""Every resource and template there is."""

__all__ = ["MIME_TYPE", "OFFERS", "Offer", "Shelf", "Subscribers", "announce", "serve_subscriptions"]
