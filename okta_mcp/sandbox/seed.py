"""From a company to the state of its org: what happened to each person, told again in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from okta_mcp.sandbox import credentials, lifecycle
from okta_mcp.sandbox.access import assign_user
from okta_mcp.sandbox.census import standing_org
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.clock import Clock
from okta_mcp.sandbox.company import Activity, Company, Person
from okta_mcp.sandbox.enrolment import Credentials, enrol
from okta_mcp.sandbox.founding import found
from okta_mcp.sandbox.memberships import place_member
from okta_mcp.sandbox.org import ADMINISTRATORS, Org
from okta_mcp.sandbox.records import Provider, RecoveryQuestion, Status, User

__all__ = ["ADMIN_LOGIN", "PASSWORD", "seeded_org"]

ADMIN_LOGIN = "admin@example.com"

# Everybody of a seeded company who has a password has this one.
PASSWORD = "Harbour-2026-Light"  # noqa: S105 - of fictitious people

# The System Log keeps 90 days; what is older need not be written.
_LOGGED = timedelta(days=90)
_BEFORE_THE_FIRST = timedelta(days=400)
_HOUR = timedelta(hours=1)
_WITHOUT_PASSWORD = frozenset({"STAGED", "PROVISIONED"})
_QUESTION = RecoveryQuestion("What was the name of your first school?", "Harbour School")

# When people came into the status they have now, in hours before now.
_HOURS_SINCE = {
    "RECOVERY": 20,
    "PASSWORD_EXPIRED": 30,
    "LOCKED_OUT": 2.3,
    "SUSPENDED": 150,
    "DEPROVISIONED": 290,
}
_ADMINISTRATOR = Person(
    first_name="Alex",
    last_name="Admin",
    login=ADMIN_LOGIN,
    email=ADMIN_LOGIN,
    title="IT Administrator",
    department="IT",
    manager=None,
    employee_number="1",
    city="London",
    state="England",
    country_code="GB",
    groups=(ADMINISTRATORS,),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that happened at a moment, and is told to the org by `tell`."""

    moment: datetime
    tell: Callable[[Change], None]


def seeded_org(company: Company, clock: Clock) -> Org:
    """Build the org of a company; `admin@example.com` is its administrator.

    Args:
        company: who works there, and what happened lately.
        clock: returns the current time, aware; the company's past is counted back from now.

    Raises:
        ValueError: when the company contradicts itself.
        ApiError: when a person's profile is not one Okta would take.
    """
    if company.as_it_stands:
        return _as_it_stands(company, clock)
    people = _with_administrator(tuple(company.people))
    now = clock()
    first = max(timedelta(days=person.hired_days_ago) for person in people)
    org = found(company, clock, (now - first - _BEFORE_THE_FIRST).replace(microsecond=0))
    names = {person.login: person.full_name for person in people}
    direct = _direct_apps(company)
    locked = {event.login for event in company.activity if event.event_type == "user.account.lock"}
    deeds: list[Deed] = []
    for person in people:
        deeds.extend(_life(person, names, direct.get(person.login, ()), now, locked))
    deeds.extend(_activity(event, now) for event in company.activity)
    deeds.sort(key=lambda deed: deed.moment)
    for deed in deeds:
        is_logged = now - deed.moment < _LOGGED
        deed.tell(Change(org, deed.moment, org.user_by_login(ADMIN_LOGIN), logged=is_logged))
    return org


def _as_it_stands(company: Company, clock: Clock) -> Org:
    org = standing_org(company, clock, PASSWORD, _QUESTION, _HOURS_SINCE)
    if org.user_by_login(ADMIN_LOGIN) is None:
        raise ValueError(f"a company that is laid down as it stands needs its own {ADMIN_LOGIN}")
    now = clock()
    for deed in (_activity(event, now) for event in company.activity):
        deed.tell(Change(org, deed.moment))
    return org


def _with_administrator(people: tuple[Person, ...]) -> tuple[Person, ...]:
    """Make sure that there is an `admin@example.com`, and that it may administer the org."""
    if not any(person.login == ADMIN_LOGIN for person in people):
        return (_ADMINISTRATOR, *people)
    return tuple(
        replace(person, groups=(*person.groups, ADMINISTRATORS))
        if person.login == ADMIN_LOGIN and ADMINISTRATORS not in person.groups
        else person
        for person in people
    )


def _direct_apps(company: Company) -> dict[str, list[str]]:
    direct: dict[str, list[str]] = {}
    for app in company.apps:
        for login in app.users:
            direct.setdefault(login, []).append(app.label)
    return direct


def _life(
    person: Person, names: dict[str, str], apps: list[str] | tuple[()], now: datetime, locked: set[str]
) -> Iterator[Deed]:
    """Tell how a person came to the org and to the status of today."""
    hired = now - timedelta(days=person.hired_days_ago)
    settled = min(now, hired + _HOUR)

    def join(change: Change) -> None:
        _enrol(change, person, names)

    def settle(change: Change) -> None:
        user = _user(change, person)
        if person.status != "STAGED":
            lifecycle.activate(change, user)
        for name in person.groups:
            group = change.org.group_by_name(name)
            if group is None:
                raise ValueError(f"{person.login} is in the group {name}, which does not exist")
            place_member(change, group, user)
        for label in apps:
            app = change.org.app_by_label(label)
            if app is not None:
                assign_user(change, app, user)

    yield Deed(hired, join)
    yield Deed(settled, settle)
    if person.status in _HOURS_SINCE:
        when = now - timedelta(hours=_HOURS_SINCE[person.status])
        turn = _turn(person, is_logged=person.login not in locked)
        yield Deed(max(settled, when), turn)
    yield Deed(now, lambda change: _remember_sign_in(_user(change, person), person, now))


def _enrol(change: Change, person: Person, names: dict[str, str]) -> None:
    given: dict[str, Any] = {
        "firstName": person.first_name,
        "lastName": person.last_name,
        "login": person.login,
        "email": person.email,
        "title": person.title,
        "department": person.department,
        "managerId": person.manager,
        "manager": names.get(person.manager or ""),
        "employeeNumber": person.employee_number,
        "city": person.city,
        "state": person.state,
        "countryCode": person.country_code,
        "mobilePhone": person.mobile_phone,
        **person.profile,
    }
    profile = change.org.schema.complete(given, person.login)
    directory = Provider("ACTIVE_DIRECTORY", "example.com")
    enrol(
        change,
        profile,
        Credentials(
            text=None if person.status in _WITHOUT_PASSWORD else PASSWORD,
            recovery=_QUESTION if person.recovery_question else None,
            provider=directory if person.provider == "ACTIVE_DIRECTORY" else None,
        ),
    )


def _turn(person: Person, *, is_logged: bool) -> Callable[[Change], None]:
    def turn(change: Change) -> None:
        user = _user(change, person)
        match person.status:
            case "RECOVERY":
                credentials.reset_password(change, user, revoke_sessions=False)
            case "PASSWORD_EXPIRED":
                credentials.expire_password(change, user)
            case "SUSPENDED":
                lifecycle.suspend(change, user)
            case "DEPROVISIONED":
                lifecycle.deactivate(change, user)
            case "LOCKED_OUT":
                lifecycle.lock(replace(change, actor=user, logged=change.logged and is_logged), user)
            case _:
                return

    return turn


def _remember_sign_in(user: User, person: Person, now: datetime) -> None:
    if person.last_login_hours_ago is None:
        return
    user.last_login = (now - timedelta(hours=person.last_login_hours_ago)).replace(microsecond=0)
    if user.status is not Status.DEPROVISIONED:
        # Whoever has signed in had to enrol a second factor.
        user.factors.append("signed_nonce")


def _activity(event: Activity, now: datetime) -> Deed:
    def tell(change: Change) -> None:
        user = change.org.user_by_login(event.login)
        if user is None:
            raise ValueError(f"{event.login} did something, and does not exist")
        app = change.org.app_by_label(event.app) if event.app else None
        client = {
            "userAgent": {"rawUserAgent": event.user_agent, "os": "Unknown", "browser": "UNKNOWN"},
            "ipAddress": event.ip,
            "geographicalContext": {
                "city": event.city,
                "state": None,
                "country": event.country,
                "postalCode": None,
                "geolocation": None,
            },
        }
        own = replace(change, actor=user, client=client, request_id=change.org.ids.request_id())
        targets = (user,) if app is None else (app, user)
        own.log(event.event_type, *targets, outcome=event.outcome, reason=event.reason)

    return Deed(now - timedelta(hours=event.hours_ago), tell)


def _user(change: Change, person: Person) -> User:
    user = change.org.user_by_login(person.login)
    if user is None:
        raise ValueError(f"{person.login} does not exist")
    return user
