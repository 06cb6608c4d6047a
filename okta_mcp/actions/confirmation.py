"""The question whether a change may be made, and what its answer is bound to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

from mcp.types import ElicitRequestFormParams, ElicitResult

from okta_mcp.actions.action import Action
from okta_mcp.actions.foresight import foresee
from okta_mcp.actions.newcomers import newcomer
from okta_mcp.directory import GroupName, Person
from okta_mcp.guard import Caller, neutral_text
from okta_mcp.okta import Group, Unsent, User, inner
from okta_mcp.records import record

PLACE = "confirmation"
"""Where the question stands among those of one round, and its answer."""

_CHECK = "confirm"
_CHANGES, _CHANGE = 20, 250
"""How many changes of one call are told, and how much of each."""


class Declined(Exception):
    """The person was asked and did not agree; nothing may be done.

    Args:
        how: `decline` or `cancel` as the person did, `strange` for an answer that says neither yes nor no.
    """

    def __init__(self, how: Literal["decline", "cancel", "strange"]) -> None:
        super().__init__(how)
        self.how = how


class CannotAsk(Exception):
    """There is nobody at the client who could be asked."""


class Unconfirmed(Exception):
    """The caller has to come back with a code; nothing was done.

    Args:
        question: what is to be confirmed.
        code: lets the same call through.
        plans: the requests that were not sent.
    """

    def __init__(self, question: "Question", code: str, plans: "Sequence[Plan]") -> None:
        super().__init__("confirmation required")
        self.question = question
        self.code = code
        self.plans = plans


@record
class Plan:
    """One call, up to the request that it would send.

    Args:
        action: what to do.
        named: the objects of the call, by parameter.
        unsent: the request.
        values: the arguments, checked, by parameter.
        losses: what is lost for good, in words.
        notes: what was noticed while it was prepared.
        said: the arguments as the caller has them, but for those that point at objects.
    """

    action: Action
    named: Mapping[str, object]
    unsent: Unsent
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    losses: str = ""
    notes: tuple[str, ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments with the objects in place of the words for them, by parameter."""
        return {**self.values, **self.named}

    @property
    def story(self) -> str:
        """What will happen, to whom, in one line."""
        user, group = self.named.get("user"), self.named.get("group")
        who = f"{Person.of(user).label}, {user.status}" if isinstance(user, User) else self._newcomer()
        where = f", group {GroupName.of(group).label}" if isinstance(group, Group) else ""
        new = not isinstance(user, User)
        changes = "" if new else _told(foresee(self.unsent, self.named))
        if self.unsent.idle:
            changes = "it is so already, nothing would change"
        facts = [f"{who}{where}", changes, self.losses, *self.notes]
        told = ". ".join(fact.rstrip(".") for fact in facts if fact)
        return f"{self.action.title}: {told}."

    @property
    def losses_by_kind(self) -> Sequence[str]:
        """What is lost for good, as far as the arguments tell, a sentence for each kind."""
        lost = self.action.irreversible
        return lost.losses(self.arguments) if lost is not None and lost.when(self.arguments) else ()

    def _newcomer(self) -> str:
        return newcomer(self.unsent, self.named, inner(self.said, "profile").get("managerId"))


@record
class Doing:
    """What was asked for, as a whole.

    Args:
        title: for people.
        rows: how many calls it is made of.
        refused: how many of them Okta would refuse.
        idle: in how many it is so already, and nothing would be sent.
    """

    title: str
    rows: int = 1
    refused: int = 0
    idle: int = 0


@record
class Question:
    """Whether these changes may be made.

    Args:
        message: what will happen, for a person to read.
        title: of the box to check.
    """

    message: str
    title: str

    def form(self) -> ElicitRequestFormParams:
        """Return the form: one box, which has to be checked."""
        box = {"type": "boolean", "title": self.title, "description": "Check to go on", "default": False}
        return ElicitRequestFormParams(
            message=f"{self.message}\nNothing is done before you confirm.",
            requested_schema={"type": "object", "properties": {_CHECK: box}, "required": [_CHECK]},
        )


def require_yes(answer: object) -> None:
    """Take an answer to the form.

    Raises:
        Declined: it is anything but yes.
    """
    if not isinstance(answer, ElicitResult):
        raise Declined("strange")
    if answer.action != "accept":
        raise Declined(answer.action)
    checked = (answer.content or {}).get(_CHECK)
    if checked is not True:
        raise Declined("decline" if checked is False else "strange")


def purpose_of(caller: Caller, calls: Sequence[tuple[Action, Mapping[str, Any], Mapping[str, object]]]) -> bytes:
    """Return everything that says which calls of whom these are.

    Args:
        caller: who makes them, and by which program.
        calls: of each the action, its plain arguments without those that name objects, and the named objects.
    """
    told = ([action.name, said, _ids(named)] for action, said, named in calls)
    return _bytes([caller.kind, caller.id, caller.client, *told])


def state_of(plans: Sequence[Plan]) -> bytes:
    """Return what the objects of the calls look like now, and what would be sent."""
    return _bytes(
        [
            [
                [
                    _seen(one)
                    for value in plan.named.values()
                    for one in (value if isinstance(value, list) else [value])
                ],
                [plan.unsent.method, plan.unsent.segments, dict(plan.unsent.params), plan.unsent.body],
            ]
            for plan in plans
        ]
    )


def _seen(one: object) -> Any:
    if isinstance(one, User):
        return [one.id, one.login, one.status, one.last_updated, one.status_changed]
    return [one.id, one.name] if isinstance(one, Group) else None


def _ids(named: Mapping[str, object]) -> dict[str, Any]:
    def ids(value: object) -> Any:
        return [ids(one) for one in value] if isinstance(value, list | tuple) else getattr(value, "id", None)

    return {name: ids(value) for name, value in named.items()}


def _bytes(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _told(changes: Sequence[object]) -> str:
    told = [neutral_text(str(one), limit=_CHANGE) for one in changes[:_CHANGES]]
    if len(changes) > len(told):
        told.append(f"and {len(changes) - len(told)} more changes")
    return "; ".join(told)
