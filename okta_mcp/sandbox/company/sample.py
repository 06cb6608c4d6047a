"""The company that a sandbox org starts with."""

from dataclasses import replace

from okta_mcp.sandbox.company.catalogue import apps, custom_attributes, groups
from okta_mcp.sandbox.company.people import people
from okta_mcp.sandbox.company.specs import Company
from okta_mcp.sandbox.company.week import last_sign_in, week


def sample_company() -> Company:
    """Return Harbourlight, a fictitious firm of some sixty people, always the same and always a new copy."""
    staff = people()
    catalogue = apps(staff)
    activity = week(staff, catalogue)
    return Company(
        name="Harbourlight",
        subdomain="harbourlight",
        people=tuple(
            replace(person, last_login_hours_ago=last_sign_in(person, number, activity))
            for number, person in enumerate(staff)
        ),
        groups=groups(),
        apps=catalogue,
        activity=activity,
        custom_attributes=custom_attributes(),
    )
