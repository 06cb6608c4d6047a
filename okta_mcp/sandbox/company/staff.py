"""The people of the generated company, made one after the other, oldest first."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from math import ceil
from sys import intern

from okta_mcp.sandbox.company.directory import Directory
from okta_mcp.sandbox.company.divisions import DIVISIONS, Division
from okta_mcp.sandbox.company.draws import Draws, sums_of
from okta_mcp.sandbox.company.names import STOCKS, Stock
from okta_mcp.sandbox.company.offices import OFFICES, Office
from okta_mcp.sandbox.company.specs import Person, UserStatus

__all__ = ["ADMIN", "DOMAIN", "Staff"]

DOMAIN = "example.com"
ADMIN = f"admin@{DOMAIN}"

# The custom attribute startDate is a plain date, counted back from this day whatever the org's clock says.
_FIRST_DAY = date(2026, 1, 5)
_LONGEST_STAY = 3_650
_TEAM = 8
_STATUSES: tuple[tuple[UserStatus, float], ...] = (
    ("ACTIVE", 86.5),
    ("DEPROVISIONED", 7.5),
    ("PROVISIONED", 1.4),
    ("STAGED", 1.2),
    ("SUSPENDED", 1.2),
    ("PASSWORD_EXPIRED", 1.2),
    ("LOCKED_OUT", 0.6),
    ("RECOVERY", 0.4),
)
_MAILBOXES = (
    "Facilities",
    "Reception",
    "Payroll",
    "Press",
    "Orders",
    "Invoices",
    "Jobs",
    "Events",
    "Travel",
    "Returns",
)
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "æ": "ae", "þ": "th", "'": "", " ": ""})


class Staff(Collection[Person]):
    """Everybody, made anew and the same each time they are gone through: a large company need not be kept.

    Args:
        size: how many there are.
        seed: what they follow from.
        directory: the groups they can be in.
    """

    def __init__(self, size: int, seed: int, directory: Directory) -> None:
        self._size = size
        self._seed = seed
        self._directory = directory

    def __len__(self) -> int:
        return self._size

    def __contains__(self, person: object) -> bool:
        return any(person == one for one in self)

    def __iter__(self) -> Iterator[Person]:
        hiring = _Hiring(self._size, self._seed, self._directory)
        return (hiring.person(number) for number in range(self._size))


@dataclass(slots=True)
class _Team:
    """A department while it grows: who leads, and how many more each can lead."""

    division: Division
    managers_wanted: int
    staff: int = 0
    leading: int = 0
    leaders: list[str] = field(default_factory=list)
    led: int = 0

    def leader(self, ceo: str) -> str:
        """Return the login of whoever leads the next who comes."""
        if not self.leaders:
            return ceo
        place = self.led // _TEAM
        self.led += 1
        # When the department has more people than was planned for, all teams grow.
        return self.leaders[place if place < len(self.leaders) else self.led % len(self.leaders)]


@dataclass(frozen=True, slots=True)
class _Name:
    first: str
    last: str
    shown: str


class _Hiring:
    """What has to be remembered from one person to the next."""

    def __init__(self, size: int, seed: int, directory: Directory) -> None:
        self._size = size
        self._directory = directory
        self._draws = Draws(seed, "staff")
        self._places = sums_of([office.weight for office in OFFICES])
        weights = [division.weight for division in DIVISIONS]
        self._departments = sums_of(weights)
        self._statuses = sums_of([weight for _, weight in _STATUSES])
        self._teams = [_Team(one, ceil(size * one.weight / sum(weights) / _TEAM)) for one in DIVISIONS]
        self._taken: Counter[str] = Counter()
        self._returning: list[tuple[_Name, Office]] = []
        self._dates: dict[int, str] = {}
        self._ceo = ADMIN

    def person(self, number: int) -> Person:
        """Make the next person."""
        hired = _LONGEST_STAY * (self._size - number) // (self._size + 1)
        if number == 0:
            return self._administrator(hired)
        if number > 20 and self._draws.chance(0.006):
            return self._mailbox(number, hired)
        return self._employee(number, hired)

    def _employee(self, number: int, hired: int) -> Person:
        draws = self._draws
        team = self._teams[draws.weighted(self._departments)]
        status = self._status(number, hired)
        office = OFFICES[draws.weighted(self._places)]
        contractor = number > 20 and draws.chance(0.12)
        if self._returning and draws.chance(0.08):
            # Somebody comes back, whose former user stays deactivated.
            name, office = self._returning.pop(0)
        else:
            name = self._name(office)
            if status == "DEPROVISIONED" and draws.chance(0.2):
                self._returning.append((name, office))
        domain = f"contractors.{DOMAIN}" if contractor else DOMAIN
        login = self._login(f"{_plain(name.first)}.{_plain(name.last)}", domain)
        manager = None if number == 1 else team.leader(self._ceo)
        leads = status == "ACTIVE" and not contractor and team.leading < team.managers_wanted
        title = self._title(team, number, leads=leads)
        if leads:
            team.leading += 1
            if number != 1:
                team.leaders.append(login)
        if number == 1:
            self._ceo = login
        team.staff += 1
        from_directory = not contractor and draws.chance(0.3)
        remote = draws.chance(0.3)
        division = team.division
        return Person(
            first_name=name.first,
            last_name=name.last,
            login=login,
            # Some kept the address they had before they changed their name.
            email=login if not draws.chance(0.01) else f"{_plain(name.first)}.{number}@mail.{DOMAIN}",
            title=title,
            department=division.name,
            manager=manager,
            employee_number=str(10_000 + number),
            city=office.city,
            state=office.state,
            country_code=office.country_code,
            mobile_phone=self._phone(office),
            status=status,
            groups=self._directory.groups_of(
                draws,
                department=division.name,
                office=office,
                leads=leads,
                contractor=contractor,
                remote=remote,
                from_directory=from_directory,
            ),
            provider="ACTIVE_DIRECTORY" if from_directory else "OKTA",
            hired_days_ago=hired,
            last_login_hours_ago=self._last_sign_in(status, hired),
            profile={
                "displayName": name.shown,
                "userType": "Contractor" if contractor else "Employee",
                "locale": office.locale,
                "timezone": office.timezone,
                "startDate": self._date(hired),
                "badgeNumber": 40_000 + number,
                "remote": remote,
                **({"skills": self._skills(division)} if division.skills and draws.chance(0.4) else {}),
            },
            recovery_question=status not in {"STAGED", "PROVISIONED", "DEPROVISIONED"} and draws.chance(0.7),
        )

    def _status(self, number: int, hired: int) -> UserStatus:
        # The first ones lead the departments; and nobody waits for years to be let in.
        status = "ACTIVE" if number <= 20 else _STATUSES[self._draws.weighted(self._statuses)][0]
        if status in {"STAGED", "PROVISIONED"} and hired > 1_000:
            return "ACTIVE"
        return status

    def _name(self, office: Office) -> _Name:
        draws = self._draws
        stock = STOCKS[office.country_code]
        # In every office some come from elsewhere, or have one parent who does.
        given = stock if draws.chance(0.75) else STOCKS[draws.one_of(OFFICES).country_code]
        family = given if draws.chance(0.75) else STOCKS[draws.one_of(OFFICES).country_code]
        first = draws.one_of(given.given, skew=1.3)
        if draws.chance(0.4):
            second = draws.one_of(given.given)
            if second != first:
                first = f"{first}{'-' if given.joined else ' '}{second}"
        last = draws.one_of(family.family, skew=1.3)
        if family.two_families or draws.chance(0.2):
            other = draws.one_of(family.family)
            if other != last:
                last = f"{last}{' ' if family.two_families else '-'}{other}"
        return _Name(intern(first), intern(last), _shown(given, first, last))

    def _login(self, local: str, domain: str) -> str:
        local = local[:80]
        self._taken[local] += 1
        count = self._taken[local]
        return f"{local}{count if count > 1 else ''}@{domain}"

    def _title(self, team: _Team, number: int, *, leads: bool) -> str:
        if number == 1:
            return "Chief Executive Officer"
        if leads:
            return team.division.manager if team.leaders else team.division.head
        return self._draws.one_of(team.division.titles, skew=1.6)

    def _phone(self, office: Office) -> str | None:
        if office.phone is None or not self._draws.chance(0.8):
            return None
        digits = {"US": 2, "GB": 3, "FR": 4, "SE": 2}[office.country_code]
        return f"{office.phone}{self._draws.number(10**digits):0{digits}}"

    def _last_sign_in(self, status: UserStatus, hired: int) -> float | None:
        if status in {"STAGED", "PROVISIONED"} or self._draws.chance(0.03):
            return None
        longest = max(1.0, 24.0 * hired)
        if status == "DEPROVISIONED":
            return longest
        return round(self._draws.hours(0.2, min(longest, 2_000.0)), 2)

    def _skills(self, division: Division) -> list[str]:
        chosen = {self._draws.one_of(division.skills, skew=1.4) for _ in range(1 + self._draws.number(3))}
        return sorted(chosen)

    def _date(self, hired: int) -> str:
        if hired not in self._dates:
            self._dates[hired] = (_FIRST_DAY - timedelta(days=hired)).isoformat()
        return self._dates[hired]

    def _administrator(self, hired: int) -> Person:
        office = OFFICES[0]
        self._taken["admin"] = 1
        return Person(
            first_name="Alex",
            last_name="Admin",
            login=ADMIN,
            email=ADMIN,
            title="IT Administrator",
            department="IT",
            manager=None,
            employee_number="10000",
            city=office.city,
            state=office.state,
            country_code=office.country_code,
            groups=self._directory.of_administrator,
            hired_days_ago=hired,
            last_login_hours_ago=1.0,
            profile={"displayName": "Alex Admin", "userType": "Employee", "startDate": self._date(hired)},
        )

    def _mailbox(self, number: int, hired: int) -> Person:
        office = OFFICES[self._draws.weighted(self._places)]
        name = self._draws.one_of(_MAILBOXES)
        login = self._login(f"{name.lower()}.{_plain(office.city)}", f"shared.{DOMAIN}")
        return Person(
            first_name=name,
            last_name=office.city,
            login=login,
            email=login,
            title="Shared mailbox",
            department="Operations",
            manager=None,
            employee_number=str(10_000 + number),
            city=office.city,
            state=office.state,
            country_code=office.country_code,
            groups=self._directory.of_mailboxes,
            hired_days_ago=hired,
            profile={"displayName": f"{name} {office.city}", "userType": "Shared mailbox"},
        )


def _shown(stock: Stock, first: str, last: str) -> str:
    return f"{last} {first}" if stock.family_first else f"{first} {last}"


@cache
def _plain(name: str) -> str:
    """Write a name as logins do: small letters of ASCII, hyphens kept."""
    if name.isascii():
        return name.lower().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return "".join(letter for letter in decomposed if letter.isascii())
