"""The rows of a run, made ready: checked, resolved and told apart, all of them before the first is carried out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import anyio
from pydantic import BaseModel, SecretStr

from okta_mcp.actions.action import Action, Call
from okta_mcp.actions.arguments import ArgumentError, Arguments, arguments_of
from okta_mcp.actions.bulk.journal import Row
from okta_mcp.actions.choosing import Nobody
from okta_mcp.actions.failures import explain
from okta_mcp.actions.managers import name_manager
from okta_mcp.actions.performing import Performer
from okta_mcp.actions.profile import wire
from okta_mcp.actions.sender import Sender
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.stage import Prepared
from okta_mcp.actions.withholding import HANDED_OUT
from okta_mcp.directory import Unresolved
from okta_mcp.guard import Caller, Refused, neutral_text
from okta_mcp.okta import Group, OktaApiError, User
from okta_mcp.okta.together import together
from okta_mcp.records import record

AT_ONCE = 8
"""Rows that are looked up, and carried out, at the same time."""

_SHOWN = 30
_LONGEST = 300


@record
class Ready:
    """A row that may be carried out.

    Args:
        row: as the journal keeps it.
        call: as the performer prepared it.
    """

    row: Row
    call: Prepared


class RowsRefused(ArgumentError):
    """Rows that cannot be carried out; nothing of the run was begun."""


def said(error: Exception, action: Action, named: Mapping[str, object]) -> str:
    """Return in one line why a row failed."""
    return neutral_text(explain(error, action, named).removeprefix(f"{action.name} was not called: "), limit=_LONGEST)


async def ready(call: Call, performer: Performer, sender: Sender, action: Action, given: Sequence[Any]) -> list[Ready]:
    """Make rows ready. Changes nothing.

    Args:
        call: the call of the run.
        performer: prepares each.
        sender: who sent the run.
        action: what every row does.
        given: the arguments of each row.

    Raises:
        RowsRefused: naming the rows that are wrong, and what is wrong with each.
        OktaError: Okta cannot be asked.
    """
    numbered = dict(enumerate(given, 1))
    rows, problems = await prepared(call, performer, sender, action, numbered)
    problems |= _doubled(rows)
    refuse(action, problems, len(given))
    return rows


async def prepared(
    call: Call, performer: Performer, sender: Sender, action: Action, given: Mapping[int, Any]
) -> tuple[list[Ready], dict[int, str]]:
    """Return the rows that can be carried out, and what is wrong with the others.

    Args:
        call: the call of the run.
        performer: prepares each.
        sender: who sent the run.
        action: what every row does.
        given: the arguments of each row, by its number.

    Raises:
        OktaError: Okta cannot be asked.
    """
    arguments = arguments_of(action)
    problems: dict[int, str] = {}
    checked: dict[int, dict[str, Any]] = {}
    for number, one in given.items():
        try:
            checked[number] = _checked(action, arguments, one)
        except ArgumentError as error:
            problems[number] = str(error)
    for number, values in checked.items():
        try:
            await performer.admit(action, given[number], values, sender)
        except Refused as error:
            problems[number] = said(error, action, {})
    if problems:
        return [], problems  # seen without a single request; Okta is not asked about the others

    known = await _known(call, arguments, tuple(checked.values()))
    found: dict[int, Ready] = {}
    limiter = anyio.CapacityLimiter(AT_ONCE)

    async def one_row(number: int) -> None:
        named = known.of(arguments, checked[number])
        async with limiter:
            try:
                made = await performer.prepare(action, given[number], replace(sender, chooser=Nobody()), named)
                found[number] = _kept(number, arguments, made, known)
            except (ArgumentError, Unresolved, Refused) as error:
                problems[number] = said(error, action, named)
            except OktaApiError as error:
                if error.status in (401, 429) or error.status >= 500:
                    raise
                problems[number] = said(error, action, named)

    await together(*(partial(one_row, number) for number in checked))
    return [found[number] for number in sorted(found)], problems


def merged(shared: Mapping[str, Any], row: Any) -> Any:
    """Return a row with what all rows share, inside objects such as `profile` too.

    Args:
        shared: arguments that all rows have in common.
        row: those of one row.

    Raises:
        ArgumentError: both name an argument, and differ.
    """
    if not isinstance(row, dict):
        return row
    whole = {**shared, **row}
    for name in shared.keys() & row.keys():
        if isinstance(shared[name], dict) and isinstance(row[name], dict):
            whole[name] = merged(shared[name], row[name])
        elif shared[name] != row[name]:
            raise ArgumentError(f"`{name[:60]}` is in `shared` and in a row, and differs; leave it out of one")
    return whole


def key_of(row: Row) -> str:
    """Return what tells a row of a run from the others: what it is to do."""
    return json.dumps(row.arguments, sort_keys=True, ensure_ascii=False)


def owner_of(caller: Caller) -> str:
    """Return whose a run is: one person's with one program."""
    return json.dumps([caller.id, caller.client]) if caller.client else caller.id


def run_id(org: str, caller: str, action: Action, label: str, rows: Iterable[Row]) -> str:
    """Return the name of a run, made from what it is to do. Secrets are not in it."""
    # In whatever order they come, the same rows are the same run.
    told = json.dumps(
        [org, caller, action.name, label, sorted(map(key_of, rows))],
        ensure_ascii=False,
    )
    return f"run-{hashlib.sha256(told.encode()).hexdigest()[:20]}"


def _checked(action: Action, arguments: Arguments, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ArgumentError("a row is an object with the arguments of the tool")
    values = arguments.check(respell(given, arguments))
    for name, asked in ((name, value) for (tool, name), value in HANDED_OUT.items() if tool == action.name):
        if values.get(name) is asked:
            raise ArgumentError(
                f"a run hands out no links and no passwords; leave `{name}` at its default, or call {action.name} "
                "for this user alone"
                if name != "send_email"
                else f"a run hands out no links; send `sendEmail` true, or call {action.name} for this user alone"
            )
    return values


@record
class _Known:
    """What many rows say, looked up once."""

    users: Mapping[str, User]
    groups: Mapping[str, Group]
    managers: Mapping[str, str | Unresolved]

    def of(self, arguments: Arguments, values: Mapping[str, Any]) -> dict[str, object]:
        """Return the objects of a row that are known already."""
        named: dict[str, object] = {}
        for name, reference in arguments.references.items():
            words = values.get(name)
            table: Mapping[str, object] = self.users if reference.kind == "user" else self.groups
            if not reference.many and isinstance(words, str) and words in table:
                named[name] = table[words]
            elif reference.many and words and all(one in table for one in words):
                named[name] = list({found.id: found for found in (self.groups[one] for one in words)}.values())
        return named


async def _known(call: Call, arguments: Arguments, rows: Sequence[Mapping[str, Any]]) -> _Known:
    """Look up together what can be: users by the fifty, and once a group or a manager that many rows name."""
    words: dict[str, dict[str, None]] = {"user": {}, "group": {}}
    for values in rows:
        for name, reference in arguments.references.items():
            given = values.get(name)
            for one in given if isinstance(given, list | tuple) else [given]:
                if isinstance(one, str):
                    words[reference.kind][one] = None
    groups: dict[str, Group] = {}
    managers: dict[str, str | Unresolved] = {}

    async def manager(name: str) -> None:
        attributes = {"managerId": name}
        try:
            await name_manager(call, attributes)
        except Unresolved as error:
            managers[name] = error
        else:
            managers[name] = attributes["managerId"]

    async def group(name: str) -> None:
        try:
            groups[name] = await call.directory.group(name, editable_first=True)
        except Unresolved:
            return  # said of the row it stands in

    said_of = dict.fromkeys(name for values in rows if isinstance(name := _manager(values), str))
    users, *_ = await together(
        partial(call.directory.users_by_key, tuple(words["user"])),
        *(partial(group, name) for name in words["group"]),
        *(partial(manager, name) for name in said_of),
    )
    return _Known(users, groups, managers)


def _manager(values: Mapping[str, Any]) -> Any:
    profile = values.get("profile")
    return wire(profile).get("managerId") if isinstance(profile, BaseModel) else None


def _kept(number: int, arguments: Arguments, prepared: Prepared, known: _Known) -> Ready:
    """Return a row as the journal keeps it: what it means in ids, what is secret left out."""
    plain: dict[str, Any] = {}
    secret = False
    values = dict(prepared.values)
    profile = values.get("profile")
    manager = known.managers.get(_manager(values) or "")
    if isinstance(manager, Unresolved):
        # A manager nobody knows stops the run, not the row.
        raise manager
    if isinstance(profile, BaseModel) and manager is not None:
        attributes = {**wire(profile), "managerId": manager}
        again = arguments.check({**_wired(values, prepared), "profile": attributes})
        prepared = replace(prepared, values=again)
    for name, value in prepared.values.items():
        key = arguments.model.model_fields[name].alias or name
        if name in prepared.named:
            plain[key] = _ids(prepared.named[name])
        elif value != arguments.model.model_fields[name].default:
            plain[key], hidden = _without_secrets(value)
            secret = secret or hidden
    return Ready(Row(number, _subject(prepared), plain, secret), prepared)


def _wired(values: Mapping[str, Any], prepared: Prepared) -> dict[str, Any]:
    """Return checked values so that they can be checked again."""
    return {
        name: value.model_dump(by_alias=True, exclude_unset=True) if isinstance(value, BaseModel) else value
        for name, value in values.items()
        if value is not None and (name not in prepared.named or isinstance(value, str | list | tuple))
    }


def _ids(named: object) -> Any:
    if isinstance(named, list | tuple):
        return [_ids(one) for one in named]
    return named.id if isinstance(named, User | Group) else None


def _without_secrets(value: Any) -> tuple[Any, bool]:
    """Return a value as JSON data, and whether secrets were left out of it."""
    if isinstance(value, SecretStr):
        return None, True
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True, exclude_unset=True)
    if isinstance(value, dict):
        parts = {key: _without_secrets(item) for key, item in value.items()}
        return {key: item for key, (item, _) in parts.items() if item is not None}, any(s for _, s in parts.values())
    if isinstance(value, list | tuple):
        items = [_without_secrets(item) for item in value]
        return [item for item, _ in items], any(hidden for _, hidden in items)
    return value, False


def _subject(prepared: Prepared) -> str:
    """Return whom a row is about: the login, and the group where there is one."""
    user, group = prepared.named.get("user"), prepared.named.get("group")
    profile = prepared.values.get("profile")
    if isinstance(user, User):
        who = user.login
    else:
        attributes = wire(profile) if isinstance(profile, BaseModel) else {}
        who = str(attributes.get("login") or attributes.get("email"))
    where = f", {group.name}" if isinstance(group, Group) else ""
    return neutral_text(f"{who}{where}", limit=_LONGEST)


def _doubled(rows: Sequence[Ready]) -> dict[int, str]:
    """Name the rows that say again what one before them says."""
    first: dict[str, int] = {}
    problems: dict[int, str] = {}
    for one in rows:
        if one.call.action.name == "create_user":
            key = one.row.subject.casefold()
        else:
            key = json.dumps({**one.row.arguments, "secret": one.row.secret}, sort_keys=True)
        if key in first:
            problems[one.row.number] = f"row {first[key]} says the same"
        first.setdefault(key, one.row.number)
    return problems


async def taken(call: Call, rows: Sequence[Ready]) -> dict[int, str]:
    """Name the new users whose login somebody has.

    Args:
        call: the call of the run.
        rows: those of `create_user`.
    """
    users = await call.directory.users_by_key([one.row.subject for one in rows])
    return {
        one.row.number: f"a user with the login {one.row.subject} exists already ({users[one.row.subject].status})"
        for one in rows
        if one.row.subject in users
    }


def refuse(action: Action, problems: Mapping[int, str], rows: int) -> None:
    """Refuse a run of so many rows for the problems of some; nothing where there are none.

    Raises:
        RowsRefused: naming them.
    """
    if not problems:
        return
    lines = [f"row {number}: {problems[number]}" for number in sorted(problems)[:_SHOWN]]
    if len(problems) > _SHOWN:
        lines.append(f"and {len(problems) - _SHOWN} more rows")
    raise RowsRefused(
        f"{len(problems)} of {rows} rows for {action.name} cannot be carried out, so none was.\n"
        + "\n".join(lines).removesuffix(".")
    )
