"""The jobs the actions were made for, as prompts that a person starts from a menu."""

from okta_mcp.prompts.prompt import Blank, Prompt, Source

_WHO = "Login, email or name of the person"

PROMPTS: tuple[Prompt, ...] = (
    Prompt(
        "onboard_new_hire",
        "Onboard a new hire",
        "Create the account of somebody who joins, with the groups of the role.",
        (
            Blank("name", "First and last name", required=True),
            Blank("email", "Email address, which becomes the login", required=True),
            Blank("title", "Job title"),
            Blank("department", "Department"),
            Blank("manager", "Login, email or name of the manager", "user"),
            Blank("groups", "Groups to join, parted by commas", "groups"),
            Blank("colleague", "Somebody in the same role, whose groups are a model", "user"),
        ),
    ),
    Prompt(
        "offboard_leaver",
        "Offboard a leaver",
        "Record what somebody who leaves has, then end the access.",
        (
            Blank("user", _WHO, "user", required=True),
            Blank("when", "When the access ends", ("now", "at the end of today", "on the last working day")),
            Blank("handover", "Login, email or name of whoever takes over", "user"),
        ),
    ),
    Prompt(
        "change_of_role",
        "Change of role",
        "Update the profile and swap the groups of somebody who changes jobs inside the company.",
        (
            Blank("user", _WHO, "user", required=True),
            Blank("title", "New job title"),
            Blank("department", "New department"),
            Blank("manager", "Login, email or name of the new manager", "user"),
            Blank("join", "Groups to join, parted by commas", "groups"),
            Blank("leave", "Groups to leave, parted by commas", "groups"),
        ),
    ),
    Prompt(
        "leave_of_absence",
        "Leave of absence, and return",
        "Suspend somebody for a leave, or let them back in afterwards.",
        (
            Blank("user", _WHO, "user", required=True),
            Blank("step", "Whether the leave begins or ends", ("begins", "ends"), required=True),
            Blank("until", "Last day of the leave"),
        ),
    ),
    Prompt(
        "locked_out",
        "Locked out",
        "Find out why somebody cannot sign in, and let the right person back in.",
        (
            Blank("user", _WHO, "user", required=True),
            Blank(
                "problem",
                "What the person reports",
                ("locked out", "forgot the password", "password expired", "activation link expired", "cannot sign in"),
            ),
        ),
    ),
    Prompt(
        "review_user_access",
        "Access review of a user",
        "Show what one person can reach, through what, and what looks out of place.",
        (
            Blank("user", _WHO, "user", required=True),
            Blank("colleague", "Somebody in the same role to compare with", "user"),
        ),
    ),
    Prompt(
        "review_group_access",
        "Access review of a group",
        "Go through the members of one group and settle who should stay.",
        (
            Blank("group", "Name of the group", "group", required=True),
            Blank("purpose", "What the group is for, or who should be in it"),
        ),
    ),
    Prompt(
        "investigate_incident",
        "Incident investigation",
        "Establish what happened around an account, and contain it if need be.",
        (
            Blank("user", _WHO, "user", required=True),
            Blank("since", "How far back to look", ("1 hour", "24 hours", "7 days", "30 days", "90 days")),
            Blank("suspicion", "What gave rise to it"),
        ),
    ),
    Prompt(
        "audit_report",
        "Audit report",
        "Report who changed what in a period, from the audit trail.",
        (
            Blank("period", "The period", ("24 hours", "7 days", "30 days", "90 days"), required=True),
            Blank(
                "subject",
                "What to report on",
                (
                    "all changes",
                    "accounts created and deactivated",
                    "group membership",
                    "password resets",
                    "failed sign-ins",
                    "administrator roles",
                ),
            ),
            Blank("user", "Only what was done by or to this person", "user"),
            Blank("group", "Only what was done to this group", "group"),
        ),
    ),
)
"""Every prompt there is."""

__all__ = ["PROMPTS", "Blank", "Prompt", "Source"]
