"""The rows of a run: as they were said, as they may be carried out, and as the journal keeps them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import ArgumentError, Arguments, arguments_of
from okta_mcp.actions.bulk.journal import Row
from okta_mcp.actions.failures import explain
from okta_mcp.actions.profile import wire
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.stage import Prepared
from okta_mcp.actions.withholding import HANDED_OUT
from okta_mcp.directory import Unresolved
from okta_mcp.guard import Caller, neutral_text
from okta_mcp.okta import Group, User
from okta_mcp.records import record

_LONGEST = 300


@record
class Said:
    """A row as its caller said it.

    Args:
        number: its place in the run, from 1 on.
        given: the arguments as they came.
        values: the arguments, checked, by parameter; of a row that is wrong only the words for people and groups.
        key: what tells it from other rows, whatever its words mean; empty for one that is wrong. Secrets are not in it.
        problem: what is wrong with it.
    """

    number: int
    given: Any = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    key: str = ""
    problem: str | None = None


@record
class Ready:
    """A row that may be carried out.

    Args:
        row: as the journal keeps it.
        call: as the performer prepared it.
    """

    row: Row
    call: Prepared


def said(error: Exception, action: Action, named: Mapping[str, object]) -> str:
    """Return in one line why a row failed; of words that mean nobody or several, with the ids of whom they may mean."""
    if isinstance(error, Unresolved):
        references = arguments_of(action).references.items()
        return error.brief(next((to_camel(name) for name, one in references if one.kind == error.kind), None))
    return neutral_text(explain(error, action, named).removeprefix(f"{action.name} was not called: "), limit=_LONGEST)


def read(action: Action, given: Mapping[int, Any]) -> list[Said]:
    """Check the arguments of rows, by themselves.

    Args:
        action: what every row does.
        given: the arguments of each row, by its number.
    """
    arguments = arguments_of(action)
    rows = []
    for number, one in given.items():
        try:
            values = _checked(action, arguments, one)
        except ArgumentError as error:
            rows.append(Said(number, one, _words(arguments, one), problem=str(error)))
        else:
            rows.append(Said(number, one, values, _digest([action.name, *_plain(arguments, values, {})])))
    return rows


def call_key(action: Action, label: str, rows: Iterable[Said]) -> str:
    """Return what tells a call from others by what was said, in whatever order; empty where a row is wrong."""
    keys = [row.key for row in rows]
    return _digest([action.name, label, *sorted(keys)]) if all(keys) else ""


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


def kept(one: Said, arguments: Arguments, prepared: Prepared) -> Ready:
    """Return a row as the journal keeps it: what it means in ids, what is secret left out.

    Args:
        one: the row as it was said.
        arguments: of its action.
        prepared: the call.
    """
    plain, secret = _plain(arguments, prepared.values, prepared.named)
    return Ready(Row(one.number, _subject(prepared), plain, secret, said=one.key), prepared)


def manager_of(values: Mapping[str, Any]) -> str | None:
    """Return how a row names a manager; None where it names none."""
    profile = values.get("profile")
    said = wire(profile).get("managerId") if isinstance(profile, BaseModel) else None
    return said if isinstance(said, str) else None


def login_of(values: Mapping[str, Any], *, new: bool) -> str | None:
    """Return the login that a row gives somebody; None where it gives none.

    Args:
        values: its arguments.
        new: whether it makes a user, whose login is the email where none is said.
    """
    profile = values.get("profile")
    attributes = wire(profile) if isinstance(profile, BaseModel) else {}
    login = attributes.get("login") or (attributes.get("email") if new else None)
    return str(login) if login else None


def doubled(rows: Sequence[Ready]) -> dict[int, str]:
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


def _words(arguments: Arguments, given: Any) -> dict[str, Any]:
    """Return whom a row that is wrong elsewhere names, so that all its faults are told at once."""
    if not isinstance(given, dict):
        return {}
    told = {name: given.get(to_camel(name), given.get(name)) for name in arguments.references}
    return {name: words for name, words in told.items() if isinstance(words, str) and words.strip()}


def _plain(arguments: Arguments, values: Mapping[str, Any], named: Mapping[str, object]) -> tuple[dict[str, Any], bool]:
    """Return arguments as JSON data, objects by their ids, and whether secrets were left out."""
    plain: dict[str, Any] = {}
    secret = False
    for name, value in values.items():
        key = arguments.model.model_fields[name].alias or name
        if name in named:
            plain[key] = _ids(named[name])
        elif value != arguments.model.model_fields[name].default:
            plain[key], hidden = _without_secrets(value)
            secret = secret or hidden
    return plain, secret


def _digest(told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:24]


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
    who = user.login if isinstance(user, User) else str(login_of(prepared.values, new=True))
    where = f", {group.name}" if isinstance(group, Group) else ""
    return neutral_text(f"{who}{where}", limit=_LONGEST)
