"""A company's org as it stands today, laid down at once: for companies too large to be told from the beginning.

Users, groups and apps come out as if they had been told (the tests hold both against each other); the System Log
does not know how they came about, only active users have no activation link left, and `ETag`s count from the start.
"""

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from okta_mcp.sandbox.clock import Clock
from okta_mcp.sandbox.company import Company, Person
from okta_mcp.sandbox.founding import found
from okta_mcp.sandbox.lifecycle import TOKEN_LENGTH
from okta_mcp.sandbox.members import Members
from okta_mcp.sandbox.org import EVERYONE, Org
from okta_mcp.sandbox.passwords import plain_password
from okta_mcp.sandbox.records import App, Assignment, Group, Provider, RecoveryQuestion, Status, User

__all__ = ["standing_org"]

_SETTLING = timedelta(hours=1)
_BEFORE_THE_FIRST = timedelta(days=400)
_WITHOUT_PASSWORD = frozenset({"STAGED", "PROVISIONED", "DEPROVISIONED"})
_DIRECTORY = Provider("ACTIVE_DIRECTORY", "example.com")
_OKTA = Provider()


def standing_org(
    company: Company, clock: Clock, password: str, question: RecoveryQuestion, hours_since: Mapping[str, float]
) -> Org:
    """Lay down the org of a company.

    Args:
        company: whose org it is; managers come before those they lead.
        clock: returns the current time, aware.
        password: everybody's who has one.
        question: everybody's who has one.
        hours_since: since when somebody is in a status other than that of most, in hours.

    Raises:
        ValueError: when the company contradicts itself.
    """
    collecting = gc.isenabled()
    # Nothing is given up meanwhile, and to look for it among millions of objects takes as long as to make them.
    gc.disable()
    try:
        return _Census(company, clock, password, question, hours_since).taken()
    finally:
        if collecting:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Access:
    """An app that a group gives, and the group's place among those that give it."""

    app: int
    place: int
    group_id: str


class _Census:
    def __init__(
        self,
        company: Company,
        clock: Clock,
        password: str,
        question: RecoveryQuestion,
        hours_since: Mapping[str, float],
    ) -> None:
        self._company = company
        self._now = clock()
        self._password = plain_password(password)
        self._question = question
        self._hours_since = hours_since
        first = next((person.hired_days_ago for person in company.people), 0)
        founded = (self._now - timedelta(days=first) - _BEFORE_THE_FIRST).replace(microsecond=0)
        self._org = found(company, clock, founded)
        self._groups = {group.name: group for group in self._org.groups.values()}
        self._apps = list(self._org.apps.values())
        self._access: dict[str, list[_Access]] = {}
        for number, app in enumerate(self._apps):
            for place, group_id in enumerate(app.group_ids):
                self._access.setdefault(group_id, []).append(_Access(number, place, group_id))
        self._direct: dict[str, list[int]] = {}
        numbers = {app.label: number for number, app in enumerate(self._apps)}
        for spec in company.apps:
            for login in spec.users:
                self._direct.setdefault(login, []).append(numbers[spec.label])
        self._by_login: dict[str, User] = {}
        # People who came on the same day share its moments.
        self._days: dict[int, tuple[datetime, datetime]] = {}

    def taken(self) -> Org:
        everyone = self._group(EVERYONE, "the org")
        joined: dict[str, list[User]] = {group_id: [] for group_id in self._org.groups}
        for person in self._company.people:
            user = self._user(person)
            groups = [everyone, *(self._group(name, person.login) for name in person.groups)]
            self._org.add_user(user)
            self._by_login[person.login] = user
            for group in groups:
                joined[group.id].append(user)
            if user.status is not Status.DEPROVISIONED:
                hired, settled = self._moments(person)
                self._assign(user, groups, self._direct.get(person.login, ()), hired, settled)
        settled_on = dict(self._days.values())
        for group_id, users in joined.items():
            if users:
                group = self._org.groups[group_id]
                group.members = Members(user.id for user in users)
                # Whoever comes last was taken in last.
                group.last_membership_updated = (
                    users[-1].created if group is everyone else settled_on[users[-1].created]
                )
        return self._org

    def _group(self, name: str, who: str) -> Group:
        group = self._groups.get(name)
        if group is None:
            raise ValueError(f"{who} is in the group {name}, which does not exist")
        return group

    def _moments(self, person: Person) -> tuple[datetime, datetime]:
        known = self._days.get(person.hired_days_ago)
        if known is None:
            hired = self._now - timedelta(days=person.hired_days_ago)
            settled = min(self._now, hired + _SETTLING)
            known = hired.replace(microsecond=0), settled.replace(microsecond=0)
            self._days[person.hired_days_ago] = known
        return known

    def _user(self, person: Person) -> User:
        org = self._org
        hired, settled = self._moments(person)
        status = Status(person.status)
        turned = settled
        if person.status in self._hours_since:
            since = self._now - timedelta(hours=self._hours_since[person.status])
            turned = max(settled, since.replace(microsecond=0))
        elif status is Status.STAGED:
            turned = hired
        has_password = person.status not in _WITHOUT_PASSWORD
        realm = org.default_realm
        user = User(
            id=org.ids.new("00u"),
            status=status,
            created=hired,
            last_updated=turned,
            status_changed=turned,
            activated=None if status is Status.STAGED else settled,
            last_login=self._last_login(person),
            type_id=org.user_type_id,
            profile=self._profile(person),
            password=self._password if has_password else None,
            password_changed=hired if has_password else None,
            password_expired=status is Status.PASSWORD_EXPIRED,
            recovery=self._question if person.recovery_question else None,
            provider=_DIRECTORY if person.provider == "ACTIVE_DIRECTORY" else _OKTA,
            previous_status=Status.ACTIVE if status is Status.SUSPENDED else None,
            realm_id=realm.id if realm else None,
        )
        if user.last_login is not None and status is not Status.DEPROVISIONED:
            user.factors.append("signed_nonce")
        if status is Status.PROVISIONED:
            user.one_time_token = org.ids.secret(TOKEN_LENGTH)
        elif status is Status.RECOVERY:
            user.one_time_token = org.ids.secret(TOKEN_LENGTH, "drp")
        return user

    def _last_login(self, person: Person) -> datetime | None:
        if person.last_login_hours_ago is None:
            return None
        return (self._now - timedelta(hours=person.last_login_hours_ago)).replace(microsecond=0)

    def _profile(self, person: Person) -> dict[str, Any]:
        manager = None if person.manager is None else self._by_login.get(person.manager)
        if person.manager is not None and manager is None:
            raise ValueError(f"{person.login} is led by {person.manager}, who does not come before")
        given = {
            "firstName": person.first_name,
            "lastName": person.last_name,
            "login": person.login,
            "email": person.email,
            "title": person.title,
            "department": person.department,
            "managerId": person.manager,
            "manager": None if manager is None else manager.display_name,
            "employeeNumber": person.employee_number,
            "city": person.city,
            "state": person.state,
            "countryCode": person.country_code,
            "mobilePhone": person.mobile_phone,
            **person.profile,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _assign(
        self, user: User, groups: list[Group], direct: Sequence[int], hired: datetime, settled: datetime
    ) -> None:
        best: dict[int, _Access] = {}
        for group in groups:
            for access in self._access.get(group.id, ()):
                known = best.get(access.app)
                if known is None or access.place < known.place:
                    best[access.app] = access
        for number in sorted({*best, *direct}):
            app = self._apps[number]
            through = None if number in direct else best[number].group_id
            # Everyone, the first of the groups, is joined at once.
            since = hired if groups[0].id in app.group_ids else settled
            app.assignments[user.id] = self._assignment(app, user, through, since)

    def _assignment(self, app: App, user: User, group_id: str | None, now: datetime) -> Assignment:
        scope = "USER" if group_id is None else "GROUP"
        return Assignment(self._org.ids.new("0ua"), app.id, user.id, scope, now, now, group_id)
