"""From a company to the state of its org."""

from typing import Any

from okta_mcp.sandbox import lifecycle
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.clock import Clock
from okta_mcp.sandbox.enrolment import Credentials, enrol
from okta_mcp.sandbox.founding import appoint, found
from okta_mcp.sandbox.org import Org

__all__ = ["seeded_org"]


def seeded_org(company: Any, clock: Clock) -> Org:
    """Build the org of a company."""
    org = found(clock, "Example Inc.")
    change = Change(org, org.now())
    for first, last in (("Ada", "Admin"), ("Ana", "Silva"), ("Ben", "Okafor")):
        login = "admin@example.com" if last == "Admin" else f"{first}.{last}@example.com".lower()
        user = enrol(
            change,
            {"firstName": first, "lastName": last, "login": login, "email": login},
            Credentials(text="Corr3ct-horse"),
        )
        lifecycle.activate(change, user)
        if last == "Admin":
            appoint(change, user)
    return org
