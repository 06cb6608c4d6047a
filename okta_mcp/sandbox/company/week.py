"""What the people did in the last seven days.

Derived by plain arithmetic from each person's place in the list, so that every run tells the same story.
"""

from collections.abc import Iterable, Iterator, Sequence

from okta_mcp.sandbox.company.people import PLACES
from okta_mcp.sandbox.company.specs import Activity, AppSpec, Person

DAYS = 7

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_BROWSERS = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/140.0.0.0 Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0",
)
# Statuses of people who could sign in during the week; of these only the active still do today.
_SIGNING_IN = {"ACTIVE", "LOCKED_OUT", "RECOVERY", "PASSWORD_EXPIRED"}
_FAILURES_BEFORE_LOCK = 10


def week(people: Sequence[Person], apps: Sequence[AppSpec]) -> tuple[Activity, ...]:
    """Return the activity of `people`, oldest first."""
    events: list[Activity] = []
    for number, person in enumerate(people):
        if person.status not in _SIGNING_IN:
            continue
        usable = [app.label for app in apps if app.status == "ACTIVE" and _assigned(app, person)]
        for day in range(DAYS):
            if (number * 5 + day) % 6 == 0 and (day > 0 or person.status == "ACTIVE"):
                events.extend(_visit(number, day, person, usable))
        if person.status == "LOCKED_OUT":
            events.extend(_lockout(person))
        elif person.status == "ACTIVE" and number % 11 == 4:
            events.append(_slip(number, person))
    return tuple(sorted(events, key=lambda event: (-event.hours_ago, event.login, event.event_type)))


def last_sign_in(person: Person, number: int, activity: Iterable[Activity]) -> float | None:
    """Return the hours since `person` last signed in: as the week says, else some time before it."""
    if person.status in {"STAGED", "PROVISIONED"}:
        return None
    times = [
        event.hours_ago
        for event in activity
        if event.login == person.login and event.event_type == "user.session.start" and event.outcome == "SUCCESS"
    ]
    return min(times, default=24.0 * DAYS + 6 + (number * 53) % 900)


def _assigned(app: AppSpec, person: Person) -> bool:
    through = {"Everyone", *person.groups}
    return person.login in app.users or not through.isdisjoint(app.groups)


def _visit(number: int, day: int, person: Person, usable: Sequence[str]) -> Iterator[Activity]:
    began = 24.0 * day + 3 + ((number * 37 + day * 11) % 160) / 10
    yield _event(began, "user.session.start", person, number)
    if (number + day) % 3:
        app = usable[(number + day) % len(usable)]
        yield _event(began - 0.05, "user.authentication.sso", person, number, app=app)
    if (number + day) % 4 == 0:
        yield _event(began - 2, "user.session.end", person, number)


def _slip(number: int, person: Person) -> Activity:
    hours = 30 + (number * 13) % 100
    return _event(hours, "user.session.start", person, number, reason="INVALID_CREDENTIALS")


def _lockout(person: Person) -> Iterator[Activity]:
    for attempt in range(_FAILURES_BEFORE_LOCK):
        yield _event(2.5 - attempt / 60, "user.session.start", person, None, reason="INVALID_CREDENTIALS")
    locked = 2.5 - _FAILURES_BEFORE_LOCK / 60
    yield _event(locked, "user.account.lock", person, None, reason="LOCKED_OUT")


def _event(
    hours_ago: float,
    event_type: str,
    person: Person,
    number: int | None,
    *,
    reason: str | None = None,
    app: str | None = None,
) -> Activity:
    place = PLACES[person.city]
    # Who is at no desk, as the one who guesses passwords, comes from a network of its own.
    address = "203.0.113.77" if number is None else f"{place.network}.{10 + number}"
    return Activity(
        hours_ago=round(hours_ago, 4),
        event_type=event_type,
        login=person.login,
        outcome="SUCCESS" if reason is None else "FAILURE",
        reason=reason,
        ip=address,
        city=person.city,
        country=place.country,
        user_agent=_BROWSERS[(number or 0) % len(_BROWSERS)],
        app=app,
    )
