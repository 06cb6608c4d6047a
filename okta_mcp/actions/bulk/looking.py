"""Whom the rows of a run mean: looked up together where that can be, and kept where it takes longer than a call.

Names cost more requests than logins, and thousands of them more time than a client waits for one call. What was found
until then is kept, so that the same rows, or most of them, sent again are looked up from there on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import anyio

from okta_mcp.actions.action import Action, Call
from okta_mcp.actions.arguments import ArgumentError, Arguments, arguments_of
from okta_mcp.actions.bulk.looks import Look, Looks
from okta_mcp.actions.bulk.refusing import Problems
from okta_mcp.actions.bulk.rows import Ready, Said, kept, login_of, manager_of, said
from okta_mcp.actions.choosing import Nobody
from okta_mcp.actions.managers import ARGUMENT
from okta_mcp.actions.performing import Performer
from okta_mcp.actions.profile import attribute_name, wire
from okta_mcp.actions.sender import Sender
from okta_mcp.directory import Unresolved
from okta_mcp.guard import Refused
from okta_mcp.okta import Group, OktaApiError, User
from okta_mcp.okta.together import together

AT_ONCE = 8
"""Rows that are looked up, and carried out, at the same time."""

GRACE = 10.0
"""Seconds that what is under way may take when the time of a call is up."""

_GRACE = 2.0
"""The same for what only looks."""

_PORTION, _PORTIONS = 50, 4
"""Rows that are looked up together, and how many such portions at the same time."""

_TOLD = 25
"""Rows after each of which it is told how far the check is."""

_SOUGHT = 50
"""Most rows with wrong arguments of which it is found out as well whether their users exist."""

_HOUR = 3600.0
"""How long words are taken to mean whom they meant; each write looks at its user again."""

_FRESH = 600.0
"""How long a check that goes on takes users to be as they were when it saw them."""

_WORTH = 5.0
"""Seconds of looking up from which on what was found is kept: less is as soon done again."""

_IDENTITY = ("login", "email", "firstName", "lastName", "displayName", "manager")


class Unfinished(Exception):
    """The time of the call is up, and not all rows are looked up.

    Args:
        done: rows that are.
        wrong: those of them that cannot be carried out.
    """

    def __init__(self, done: int, wrong: int) -> None:
        super().__init__(done)
        self.done = done
        self.wrong = wrong


@dataclass(slots=True)
class Looking:
    """Makes rows ready. Changes nothing.

    Args:
        call: the call of the run.
        performer: prepares each row.
        sender: who sent the run.
        action: what every row does.
        looks: what was found out before.
        until: when to begin no further portion, by the loop's clock.
        users: ids of users that are known, by the number of the row. They are not looked at: each is before its write.

    Attributes:
        ready: the rows that may be carried out, by their number.
        problems: what is wrong with the others.
        taken: what is wrong with rows of users that do not exist yet: their login is somebody's.
    """

    call: Call
    performer: Performer
    sender: Sender
    action: Action
    looks: Looks
    until: float
    users: Mapping[int, str] = field(default_factory=dict)
    ready: dict[int, Ready] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    taken: dict[int, str] = field(default_factory=dict)
    _total: int = 0
    _known: Mapping[str, Look] = field(default_factory=dict)
    _found: dict[str, Look] = field(default_factory=dict)
    _words: dict[str, Group | User | Unresolved] = field(default_factory=dict)
    _begun: float = 0.0
    _wrong_rows: int = 0
    _looked: int = 0

    async def rows(self, rows: Sequence[Said]) -> list[Ready]:
        """Look rows up; return those that may be carried out, in their order. What is wrong stands in `problems`.

        Raises:
            Unfinished: there was no time for all of them; what was found is kept.
            OktaError: Okta cannot be asked; what was found is kept.
            JournalError: what was found cannot be kept.
        """
        self._begun, self._total = anyio.current_time(), len(rows)
        self._known = await self.looks.known(self.call.okta.okta_time() - _HOUR)
        self._wrong_rows = sum(row.problem is not None for row in rows)
        seen = [row for row in rows if row.number in self.users or self._fresh(row)]
        numbers = {row.number for row in seen}
        left = [row for row in rows if row.number not in numbers]
        is_whole = False
        try:
            # What is under way is only looking: it ends sooner than a write, unless there was no time to begin with.
            with anyio.move_on_after(max(self.until + _GRACE - self._begun, GRACE)):
                await self._shared(rows)
                await self._portion(seen, anyio.CapacityLimiter(AT_ONCE))  # of these Okta is asked nothing
                is_whole = await self._portions(left)
        finally:
            with anyio.CancelScope(shield=True):
                await self._keep(is_whole=is_whole)
        if not is_whole:
            raise Unfinished(len(self.ready) + len(self.problems), len(self.problems))
        return [self.ready[number] for number in sorted(self.ready) if number not in self.problems]

    async def _keep(self, *, is_whole: bool) -> None:
        worth = not is_whole or self._known or anyio.current_time() - self._begun > _WORTH
        if worth and self._found:
            await self.looks.keep(list(self._found.values()), self.call.okta.okta_time() - _HOUR)
        if worth and is_whole:
            await self.looks.settle()

    def _fresh(self, row: Said) -> Mapping[str, Any]:
        """Return what the call before has seen of a row a moment ago; nothing where that was none or too long ago."""
        look = self._known.get(row.key)
        if look is None or look.fresh is None or look.fresh["at"] < self.call.okta.okta_time() - _FRESH:
            return {}
        fresh: Mapping[str, Any] = look.fresh
        return fresh

    async def _shared(self, rows: Sequence[Said]) -> None:
        """Look up each group and each manager once, however many rows name it."""
        arguments = arguments_of(self.action)
        groups: dict[str, None] = {}
        for row in rows:
            for name, reference in arguments.references.items():
                words = row.values.get(name) if reference.kind == "group" else None
                groups.update(dict.fromkeys(one for one in _listed(words) if isinstance(one, str)))
        managers = dict.fromkeys(manager for row in rows if (manager := manager_of(row.values)) is not None)
        if managers:
            keeping = await self.call.directory.managers_kept()
            managers = dict.fromkeys(one for one in managers if not keeping.to_the_letter(one))
        limiter = anyio.CapacityLimiter(AT_ONCE)

        async def one(kind: str, words: str) -> None:
            async with limiter:
                await self._word(kind, words)

        await together(
            *(partial(one, "group", words) for words in groups), *(partial(one, "manager", words) for words in managers)
        )

    async def _word(self, kind: str, words: str) -> None:
        key = f"{kind} {words}"
        look = self._known.get(key)
        by_id = look.found["id"] if look is not None and look.found else None
        try:
            if kind == "group":
                group = await self.call.directory.group(by_id or words, editable_first=True)
                self._words[key], found = group, group.id
            else:
                manager = await self.call.directory.user(by_id or words, include_deactivated=False)
                self._words[key], found = manager, manager.id
        except Unresolved as error:
            self._words[key] = error
        else:
            self._found[key] = Look(key, self._at(look), {"id": found})

    async def _portions(self, rows: Sequence[Said]) -> bool:
        """Look rows up portion by portion; tell whether it was all of them."""
        portions = [rows[place : place + _PORTION] for place in range(0, len(rows), _PORTION)][::-1]
        limiter = anyio.CapacityLimiter(AT_ONCE)
        done = 0

        async def some() -> None:
            nonlocal done
            while portions and (anyio.current_time() < self.until or not done):
                await self._portion(portions.pop(), limiter)
                done += 1

        await together(*(some for _ in range(min(_PORTIONS, len(portions)))))
        return not portions

    async def _portion(self, rows: Sequence[Said], limiter: anyio.CapacityLimiter) -> None:
        users, unseen = self._recalled(rows)
        logins = self._new_logins(unseen)
        wanted = {row.number: self._said_of(row) for row in unseen}
        keys = [words for words in [*wanted.values(), *logins.values()] if words]
        by_key = await self.call.directory.users_by_key(keys) if keys else {}
        names = dict.fromkeys(words for words in wanted.values() if words and words not in by_key)
        if len(names) > 1:
            by_key |= await self.call.directory.users_called(list(names))
        for number, words in wanted.items():
            if words in by_key:
                users[number] = by_key[words]
        for number, login in logins.items():
            if login in by_key and (number not in users or users[number].id != by_key[login].id):
                self.taken[number] = f"a user with the login {login} exists already ({by_key[login].status})"

        async def one(row: Said) -> None:
            async with limiter:
                await self._row(row, users.get(row.number))
            self._looked += 1
            if self._looked % _TOLD == 0:
                looked = f"checking the rows: {self._looked:,} of {self._total:,}"
                await self.sender.on_progress(0, self._total, looked)

        await together(*(partial(one, row) for row in rows))

    def _recalled(self, rows: Sequence[Said]) -> tuple[dict[int, User], list[Said]]:
        """Take over what the call before has seen a moment ago; return its users, and the rows that it has not."""
        users = {row.number: User(self.users[row.number], "") for row in rows if row.number in self.users}
        unseen = []
        for row in rows:
            fresh = self._fresh(row)
            if "user" in fresh:
                users[row.number] = User.from_json(fresh["user"])
            if fresh.get("taken"):
                self.taken[row.number] = fresh["taken"]
            if "problem" in fresh:
                self.problems.add(row.number, fresh["problem"])
            if not fresh and row.number not in self.users:
                unseen.append(row)
        return users, unseen

    def _new_logins(self, rows: Sequence[Said]) -> dict[int, str]:
        new = self.action.name == "create_user"
        logins = ((row.number, login_of(row.values, new=new)) for row in rows)
        return {number: login for number, login in logins if login is not None}

    def _said_of(self, row: Said) -> str | None:
        """Return the words for the user of a row, or the id that they were found to mean."""
        look, words = self._known.get(row.key), row.values.get("user")
        by_id = look.found.get("user") if look is not None and look.found else None
        return by_id or (words if isinstance(words, str) else None)

    async def _row(self, row: Said, user: User | None) -> None:
        arguments = arguments_of(self.action)
        named, unclear = self._named(arguments, row.values)
        if user is not None:
            named["user"] = user
        look = self._known.get(row.key)
        for error in unclear:
            self._wrong(row, said(error, self.action, named), look)
        if row.problem is not None:
            if user is None and "user" in row.values and self._wrong_rows <= _SOUGHT:
                await self._sought(row)
            self._wrong(row, row.problem, look)
        if row.number in self.problems:
            return
        is_known = row.number in self.users or (user is not None and look is not None and bool(look.found))
        try:
            manager = self._words.get(f"manager {manager_of(row.values)}")
            chooser = Nobody({ARGUMENT: manager.id} if isinstance(manager, User) else {})
            sender = replace(self.sender, chooser=chooser)
            made = await self.performer.prepare(self.action, row.given, sender, named, examined=is_known)
            one = kept(row, arguments, made)
        except (ArgumentError, Unresolved, Refused) as error:
            self._wrong(row, said(error, self.action, named), look)
        except OktaApiError as error:
            if error.status in (401, 429) or error.status >= 500:
                raise
            self._wrong(row, said(error, self.action, named), look)
        else:
            self.ready[row.number] = one
            self._remember(row, made.named.get("user"), look)

    def _named(self, arguments: Arguments, values: Mapping[str, Any]) -> tuple[dict[str, object], list[Unresolved]]:
        """Return the groups of a row, and what is unclear of its groups and its manager."""
        named: dict[str, object] = {}
        unclear: list[Unresolved] = []
        for name, reference in arguments.references.items():
            if reference.kind != "group" or not values.get(name):
                continue
            found = [self._words.get(f"group {words}") for words in _listed(values[name])]
            unclear += [one for one in found if isinstance(one, Unresolved)]
            groups = [one for one in found if isinstance(one, Group)]
            if len(groups) == len(found):
                named[name] = list({one.id: one for one in groups}.values()) if reference.many else groups[0]
        manager = self._words.get(f"manager {manager_of(values)}")
        return named, [*unclear, *([manager] if isinstance(manager, Unresolved) else [])]

    async def _sought(self, row: Said) -> None:
        """Look whether the user of a row that is wrong elsewhere can be found."""
        try:
            await self.call.directory.user(row.values["user"], fresh=False)
        except Unresolved as error:
            self.problems.add(row.number, said(error, self.action, {}))

    def _wrong(self, row: Said, problem: str, look: Look | None) -> None:
        self.problems.add(row.number, problem)
        if row.key and not self._fresh(row):
            fresh = {"at": self.call.okta.okta_time(), "problem": self.problems[row.number]}
            self._found[row.key] = Look(row.key, self._at(look), None, fresh)

    def _remember(self, row: Said, user: object, look: Look | None) -> None:
        if row.number in self.users or self._fresh(row):
            return
        fresh: dict[str, Any] = {"at": self.call.okta.okta_time(), "taken": self.taken.get(row.number)}
        if isinstance(user, User):
            fresh["user"] = _identity(user, row.values)
        found = {"user": user.id if isinstance(user, User) else None}
        self._found[row.key] = Look(row.key, self._at(look), found, fresh)

    def _at(self, look: Look | None) -> float:
        return self.call.okta.okta_time() if look is None else look.at


def _listed(words: Any) -> Sequence[Any]:
    return words if isinstance(words, list | tuple) else [words]


def _identity(user: User, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a user as far as a check and its question need it, as Okta writes one."""
    profile = values.get("profile")
    changed = wire(profile) if profile is not None else {}
    names = {*_IDENTITY, *changed, *map(attribute_name, values.get("clear") or ())}
    credentials = {name: user.credentials[name] for name in ("provider", "password") if name in user.credentials}
    return {
        "id": user.id,
        "status": user.status,
        "profile": {name: user.profile[name] for name in user.profile if name in names},
        "credentials": {**credentials, **({"password": {}} if "password" in credentials else {})},
        "statusChanged": user.status_changed,
        "lastUpdated": user.last_updated,
        "transitioningToStatus": user.transitioning_to,
        "type": {"id": user.type_id},
        "realmId": user.realm_id,
    }
