"""The departments of the generated company: how many work there, and as what."""

from dataclasses import dataclass

__all__ = ["DIVISIONS", "Division"]


@dataclass(frozen=True, slots=True)
class Division:
    """One department.

    Args:
        name: `profile.department`.
        weight: how many work there, beside the other departments.
        head: title of who leads it.
        manager: title of those who lead a team.
        titles: titles of the others, the most frequent first.
        skills: what those people know.
    """

    name: str
    weight: int
    head: str
    manager: str
    titles: tuple[str, ...]
    skills: tuple[str, ...] = ()


def _division(name: str, weight: int, head: str, manager: str, titles: str, *, skills: str = "") -> Division:
    return Division(name, weight, head, manager, tuple(titles.split(", ")), tuple(skills.split()))


DIVISIONS = (
    _division(
        "Engineering",
        22,
        "VP Engineering",
        "Engineering Manager",
        "Software Engineer, Senior Software Engineer, Site Reliability Engineer, Quality Engineer, Data Engineer,"
        " Staff Engineer, Engineering Intern",
        skills="python go java typescript sql kubernetes rust security terraform",
    ),
    _division(
        "Sales",
        14,
        "VP Sales",
        "Sales Manager",
        "Account Executive, Sales Development Representative, Solutions Engineer, Sales Operations Analyst",
        skills="negotiation forecasting presentation",
    ),
    _division(
        "Support",
        16,
        "Head of Support",
        "Support Lead",
        "Support Engineer, Senior Support Engineer, Support Agent",
        skills="linux networking sql triage",
    ),
    _division(
        "Operations",
        15,
        "Chief Operating Officer",
        "Operations Manager",
        "Logistics Planner, Warehouse Associate, Facilities Coordinator, Fleet Dispatcher, Quality Inspector",
    ),
    _division("Manufacturing", 9, "VP Manufacturing", "Shift Supervisor", "Machine Operator, Technician, Planner"),
    _division(
        "Finance",
        5,
        "Chief Financial Officer",
        "Finance Manager",
        "Financial Analyst, Accountant, Payroll Specialist, Treasury Analyst",
        skills="modelling audit sql",
    ),
    _division(
        "IT",
        5,
        "Chief Information Officer",
        "IT Manager",
        "Help Desk Agent, Systems Administrator, Network Engineer, Identity Engineer",
        skills="linux windows networking okta python",
    ),
    _division("People", 3, "Chief People Officer", "HR Manager", "Recruiter, HR Business Partner, People Partner"),
    _division("Marketing", 4, "Chief Marketing Officer", "Marketing Manager", "Content Editor, Brand Manager, Analyst"),
    _division("Product", 3, "Chief Product Officer", "Group Product Manager", "Product Manager, Product Designer"),
    _division("Procurement", 2, "Head of Procurement", "Procurement Manager", "Buyer, Procurement Specialist"),
    _division("Legal", 1, "General Counsel", "Senior Counsel", "Counsel, Paralegal"),
    _division("Security", 1, "Chief Security Officer", "Security Manager", "Security Analyst, Guard"),
)
