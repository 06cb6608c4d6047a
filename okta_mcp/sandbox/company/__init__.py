"""The seeded company: who works there, in which groups, with which apps, and what they did last week.

Pure data. All persons are fictitious, all addresses are of example.com and of documentation networks.
"""

from okta_mcp.sandbox.company.generated import generated_company
from okta_mcp.sandbox.company.sample import sample_company
from okta_mcp.sandbox.company.specs import (
    Activity,
    AppSpec,
    Company,
    CustomAttribute,
    GroupSpec,
    Person,
)

__all__ = [
    "Activity",
    "AppSpec",
    "Company",
    "CustomAttribute",
    "GroupSpec",
    "Person",
    "generated_company",
    "sample_company",
]
