"""The question whether a change may be made, and what its answer is bound to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mcp.types import ElicitRequestFormParams, ElicitResult

from okta_mcp.actions.action import Action
from okta_mcp.actions.foresight import foresee
from okta_mcp.actions.newcomers import newcomer
from okta_mcp.directory import GroupName, Person
from okta_mcp.guard import Caller, defused, neutral_text
from okta_mcp.okta import Group, Unsent, User

PLACE = "confirmation"
"""Where the question stands among those of one round, and its answer."""

_CHECK = "confirm"
_LONGEST = 4_000


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


@dataclass(frozen=True, slots=True)
class Plan:
    """One call, up to the request that it would send.

    Args:
        action: what to do.
        named: the objects of the call, by parameter.
        unsent: the request.
        values: the arguments, checked, by parameter.
        losses: what is lost for good, in words.
    """

    action: Action
    named: Mapping[str, object]
    unsent: Unsent
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    losses: str = ""

    @property
    def story(self) -> str:
        """What will happen, to whom, in one line."""
        user, group = self.named.get("user"), self.named.get("group")
        who = f"{Person.of(user).label}, {user.status}" if isinstance(user, User) else self._newcomer()
        where = f", group {GroupName.of(group).label}" if isinstance(group, Group) else ""
        new = not isinstance(user, User)
        changes = "" if new else "; ".join(map(str, foresee(self.unsent, self.named)))
        if self.unsent.idle:
            changes = "it is so already, nothing would change"
        told = ". ".join(filter(None, [f"{who}{where}", changes, self.losses])).rstrip(".")
        return f"{self.action.title}: {told}."

    def _newcomer(self) -> str:
        profile = self.values.get("profile")
        return newcomer(self.unsent, self.named, getattr(profile, "manager_id", None))


@dataclass(frozen=True, slots=True)
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


def question_of(doing: str, plans: Sequence[Plan], note: str) -> Question:
    """Return the question for one call or many.

    Args:
        doing: title of what was asked for.
        plans: the calls.
        note: why it is asked again; empty the first time.
    """
    stories = [plan.story for plan in plans]
    told = stories[0] if len(stories) == 1 else "\n".join([f"{doing}: {len(stories)} changes.", *stories])
    return Question(message=neutral_lines(f"{note} {told}".strip()), title=doing)


def neutral_lines(text: str) -> str:
    """Return text of several lines, each without invisible characters, and not endless."""
    kept = "\n".join(defused(neutral_text(line)) for line in text.split("\n"))
    return kept if len(kept) <= _LONGEST else f"{kept[: _LONGEST - 1]}…"


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
