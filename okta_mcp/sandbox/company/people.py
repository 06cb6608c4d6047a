"""From the lines of the roster to whole persons."""

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from okta_mcp.sandbox.company.roster import CEO, ROSTER, Line
from okta_mcp.sandbox.company.specs import Person

DOMAIN = "example.com"
ADMIN = f"admin@{DOMAIN}"

# The custom attribute startDate is a plain date, counted back from this day whatever the org's clock says.
_FIRST_DAY = date(2026, 1, 5)
_FIRST_EMPLOYEE_NUMBER = 1001
_DEPARTMENTS_WITH_A_GROUP = ("Engineering", "Sales", "Finance", "Support", "IT")
_DEPARTMENTS_ON_VPN = ("Engineering", "IT", "Support")
_COST_CENTERS = {name: f"CC-{100 + 10 * row}" for row, name in enumerate(ROSTER)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where people of the company work.

    Args:
        state: region of the city.
        country_code: ISO 3166-1 alpha-2.
        country: English name.
        timezone: IANA name.
        locale: of most people there.
        phone: prefix of mobile numbers that are reserved for fiction; None where no such numbers exist.
        network: first three parts of the office's address, of a documentation network.
    """

    state: str
    country_code: str
    country: str
    timezone: str
    locale: str
    phone: str | None
    network: str


PLACES = {
    "London": Place("England", "GB", "United Kingdom", "Europe/London", "en_GB", "+44 7700 9000", "192.0.2"),
    "Austin": Place("Texas", "US", "United States", "America/Chicago", "en_US", "+1 512 555 01", "198.51.100"),
    "Berlin": Place("Berlin", "DE", "Germany", "Europe/Berlin", "de_DE", None, "192.0.2"),
    "Lyon": Place("Auvergne-Rhône-Alpes", "FR", "France", "Europe/Paris", "fr_FR", "+33 6 39 98 00 ", "192.0.2"),
    "Dublin": Place("Leinster", "IE", "Ireland", "Europe/Dublin", "en_IE", None, "192.0.2"),
    "São Paulo": Place("São Paulo", "BR", "Brazil", "America/Sao_Paulo", "pt_BR", None, "198.51.100"),
}


def people() -> tuple[Person, ...]:
    """Return everybody, department by department, without a last sign-in."""
    lines = [(department, line) for department, rows in ROSTER.items() for line in rows]
    managers = {line.manager for _, line in lines}
    return tuple(_person(number, department, line, managers) for number, (department, line) in enumerate(lines))


def _person(number: int, department: str, line: Line, managers: set[str | None]) -> Person:
    first, last = line.name.split(" ", 1)
    key = line.key or _ascii(f"{first}.{last}")
    place = PLACES[line.city]
    hired = line.hired if line.hired is not None else 120 + (number * 97) % 1800
    employee = str(_FIRST_EMPLOYEE_NUMBER + number)
    return Person(
        first_name=first,
        last_name=last,
        login=f"{key}@{DOMAIN}",
        email=f"{line.mailbox or key}@{DOMAIN}",
        title=line.title,
        department=department,
        manager=None if line.manager is None else f"{line.manager}@{DOMAIN}",
        employee_number=employee,
        city=line.city,
        state=place.state,
        country_code=place.country_code,
        mobile_phone=None if place.phone is None else f"{place.phone}{number:02}",
        status=line.status,
        groups=_groups(department, line, is_manager=key in managers, is_admin=key in {"admin", "victor.lindqvist"}),
        provider=line.provider,
        hired_days_ago=hired,
        profile={
            "displayName": line.name,
            "organization": "Harbourlight",
            "costCenter": _COST_CENTERS[department],
            "userType": "Contractor" if line.contractor else "Employee",
            "locale": place.locale,
            "timezone": place.timezone,
            "startDate": (_FIRST_DAY - timedelta(days=hired)).isoformat(),
            "badgeNumber": int(employee) + 4000,
            "remote": number % 3 == 1,
            **({"skills": list(line.skills)} if line.skills else {}),
        },
        recovery_question=line.status not in {"STAGED", "PROVISIONED", "DEPROVISIONED"} and number % 4 != 3,
    )


def _groups(department: str, line: Line, *, is_manager: bool, is_admin: bool) -> tuple[str, ...]:
    european = line.city not in {"Austin", "São Paulo"}
    memberships = {
        "Okta Administrators": is_admin,
        department: department in _DEPARTMENTS_WITH_A_GROUP,
        "Sales EU": department == "Sales" and european,
        "Sales-EU": department == "Sales" and european and is_manager,
        "VPN Users": department in _DEPARTMENTS_ON_VPN and line.status not in {"STAGED", "DEPROVISIONED"},
        "All Managers": is_manager or line.manager in {None, CEO},
        "Contractors": line.contractor,
        "Domain Users": line.provider == "ACTIVE_DIRECTORY",
    }
    return tuple(name for name, member in memberships.items() if member)


def _ascii(text: str) -> str:
    # Letters such as ø have no decomposition.
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ø", "o"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
