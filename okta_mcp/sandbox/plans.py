"""What Okta's plans allow: requests per minute of each kind, and requests at the same moment.

Source: Okta "Rate limits", the tables last published in May 2025; concurrency as of the present page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["PLANS", "Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The limits of one org.

    Args:
        per_minute: requests per minute by bucket name.
        at_once: requests that may be under way at the same moment.
    """

    per_minute: Mapping[str, int]
    at_once: int


_BUCKETS = ("users", "user", "user changes", "groups", "group", "apps", "app", "logs", "clients", "token", "other")


def _plan(at_once: int, *per_minute: int) -> Plan:
    return Plan(dict(zip(_BUCKETS, per_minute, strict=True)), at_once)


PLANS: Mapping[str, Plan] = {
    "integrator": _plan(35, 100, 100, 100, 100, 100, 20, 100, 20, 25, 300, 100),
    "one-app": _plan(75, 600, 1000, 600, 600, 600, 100, 600, 50, 100, 1200, 600),
    "enterprise": _plan(75, 600, 1000, 600, 600, 600, 100, 600, 50, 100, 1200, 600),
    "workforce": _plan(75, 600, 2000, 600, 500, 1000, 100, 500, 120, 100, 2000, 1200),
}
