"""A company of any size, the same for a seed.

All persons are put together from stocks of common names, all addresses are of example.com and of documentation
networks.
"""

from collections.abc import Iterator
from itertools import islice

from okta_mcp.sandbox.company.catalogue import custom_attributes
from okta_mcp.sandbox.company.directory import Directory
from okta_mcp.sandbox.company.draws import Draws
from okta_mcp.sandbox.company.offices import OFFICES
from okta_mcp.sandbox.company.specs import Activity, Company, Person
from okta_mcp.sandbox.company.staff import Staff

__all__ = ["MOST_USERS", "generated_company"]

MOST_USERS = 1_000_000
_MOST_EVENTS = 4_000
_DAY = 24.0
_COUNTRIES = {office.city: office.country for office in OFFICES}
_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


def generated_company(users: int = 100_000, groups: int = 2_000, seed: int = 1) -> Company:
    """Return a company of a given size, whose org is laid down as it stands rather than told from the beginning.

    It has 13 departments in 30 offices of 16 countries, a tree of managers, contractors, shared mailboxes, people
    who came back, and about 60 apps.

    Args:
        users: how many people, `admin@example.com` among them; from 1 to 1,000,000.
        groups: how many groups, the two built-in ones among them; from 2 up.
        seed: what everything follows from.

    Raises:
        ValueError: for a size out of range.
    """
    if not 1 <= users <= MOST_USERS:
        raise ValueError(f"a company has from 1 to {MOST_USERS:,} users, not {users:,}")
    if groups < 2:
        raise ValueError(f"an org has at least the 2 groups that are built in, not {groups:,}")
    directory = Directory(groups, seed)
    staff = Staff(users, seed, directory)
    return Company(
        name="Meridian Freight",
        subdomain="meridianfreight",
        people=staff,
        groups=directory.groups,
        apps=directory.apps(),
        activity=tuple(sorted(_activity(staff, seed), key=lambda event: -event.hours_ago)),
        custom_attributes=custom_attributes(),
        as_it_stands=True,
    )


def _activity(staff: Staff, seed: int) -> Iterator[Activity]:
    """Tell of those who came first, so that nobody else has to be made for it."""
    draws = Draws(seed, "activity")
    for person in islice(staff, _MOST_EVENTS):
        if person.status == "ACTIVE" and person.last_login_hours_ago is not None:
            yield _sign_in(person, draws)
        elif person.status == "LOCKED_OUT":
            for attempt in range(10):
                yield _event(person, draws, 2.5 - attempt / 60, "user.session.start", reason="INVALID_CREDENTIALS")
            yield _event(person, draws, 2.3, "user.account.lock", reason="LOCKED_OUT")


def _sign_in(person: Person, draws: Draws) -> Activity:
    hours = person.last_login_hours_ago or 0.0
    if draws.chance(0.05):
        return _event(person, draws, 1 + draws.number(160), "user.session.start", reason="INVALID_CREDENTIALS")
    if hours < 7 * _DAY and draws.chance(0.3):
        return _event(person, draws, hours, "user.authentication.sso", app="Mail Suite")
    return _event(person, draws, hours, "user.session.start")


def _event(
    person: Person, draws: Draws, hours: float, kind: str, *, reason: str | None = None, app: str | None = None
) -> Activity:
    return Activity(
        hours_ago=round(hours, 4),
        event_type=kind,
        login=person.login,
        outcome="SUCCESS" if reason is None else "FAILURE",
        reason=reason,
        ip=f"{draws.one_of(('192.0.2', '198.51.100', '203.0.113'))}.{1 + draws.number(254)}",
        city=person.city,
        country=_COUNTRIES[person.city],
        user_agent=_BROWSER,
        app=app,
    )
