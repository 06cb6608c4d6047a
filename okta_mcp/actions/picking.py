"""The person at the client: picks from a dropdown, and says yes or no.

When words name several people or groups, the person picks the one that is meant; before what cannot be undone, the
person is asked whether to go on.

Up to 2025-11-25 the question is a request of the server's in the middle of the call. From 2026-07-28 on the call
ends with the questions, all at once, and the client makes it again with the answers; what was asked and what was
answered before travels in the request state, which the SDK seals and binds to this very call.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import anyio
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from mcp.types.version import is_version_at_least
from pydantic import ValidationError

from okta_mcp.actions import confirmation
from okta_mcp.actions.choosing import Answered, Issue, Problems
from okta_mcp.directory import GROUP_KINDS, GroupRow, Row, Unresolved, UserMatch, UserRow
from okta_mcp.guard import Standing, caller_of, defused, neutral_text, quoted
from okta_mcp.records import record

MOST = 12
"""Longest list a person is asked to choose from."""

_IN_THE_RESULT = "2026-07-28"
"""The first protocol in which a question travels in the result. MCP, "Multi Round-Trip Requests"."""

_VERSION = 2
"""Of the request state. A replica of another version asks again what this one has asked."""

_BETWEEN = " · "
_LONGEST_FACT = 60


class NotPicked(Exception):
    """Nobody chose; nothing may be done.

    Args:
        question: what was asked.
        how: `decline` or `cancel` as the person did, `strange` for an answer that was not on offer.
    """

    def __init__(self, question: "Question", how: Literal["decline", "cancel", "strange"]) -> None:
        super().__init__(f"{how}: {question.said!r}")
        self.question = question
        self.how = how


class Pending(Exception):
    """The call cannot go on before these are answered.

    Args:
        result: what to answer to the client.
    """

    def __init__(self, result: InputRequiredResult) -> None:
        super().__init__("input required")
        self.result = result


@record
class Question:
    """Which one is meant by words in the place of one argument.

    Args:
        place: the argument, as `user` or `groups[1]`.
        kind: `user` or `group`.
        said: the words.
        exact: whether every candidate bears that very name; else they are the nearest.
        options: id and label of each candidate, best first.
    """

    place: str
    kind: str
    said: str
    exact: bool
    options: Mapping[str, str]

    @classmethod
    def of(cls, place: str, error: Unresolved) -> Self | None:
        """Return the question that settles this, or None when no list of a dozen would."""
        if not 1 <= len(error.candidates) <= MOST or error.more:
            return None
        return cls(place, error.kind, error.said, exact=error.matches > 0, options=_labels(error.candidates))

    def form(self, doing: str) -> ElicitRequestFormParams:
        """Return the form: one required single choice.

        Args:
            doing: title of what was asked for.
        """
        said, few = quoted(self.said), len(self.options)
        if self.exact:
            found = f"{said} names {few} {self.kind}s."
        else:
            found = f"No {self.kind} is called exactly {said}; {'this is' if few == 1 else 'these are'} the nearest."
        choice = {
            "type": "string",
            "title": self.kind.capitalize(),
            "description": f"The {self.kind} that is meant",
            "oneOf": [{"const": key, "title": label} for key, label in self.options.items()],
        }
        return ElicitRequestFormParams(
            message=defused(f"{doing}: {found} Which one is meant? Nothing is done before you choose."),
            requested_schema={"type": "object", "properties": {self.kind: choice}, "required": [self.kind]},
        )

    def answered(self, answer: object) -> str:
        """Return the id that was chosen.

        Raises:
            NotPicked: nobody chose, or what was chosen was not on offer.
        """
        if not isinstance(answer, ElicitResult):
            raise NotPicked(self, "strange")
        if answer.action != "accept":
            raise NotPicked(self, answer.action)
        chosen = (answer.content or {}).get(self.kind)
        if not isinstance(chosen, str) or chosen not in self.options:
            raise NotPicked(self, "strange")
        return chosen


@dataclass(slots=True)
class Picker:
    """The choices of one call, and its confirmation.

    Args:
        context: the SDK's context of the call.
        doing: title of what was asked for, for the person.
        chosen: id that was picked, by place.
        answered: the answer to whether the change may be made, from the round before.
    """

    context: Context[Any, Any]
    doing: str
    chosen: dict[str, str] = field(default_factory=dict)
    answered: Answered | None = None

    def __post_init__(self) -> None:
        if self.in_the_result:
            self._take_answers()

    @property
    def in_the_result(self) -> bool:
        """Whether questions end the call instead of interrupting it."""
        version = self.context.protocol_version
        return version is not None and is_version_at_least(version, _IN_THE_RESULT)

    @property
    def available(self) -> bool:
        """Whether the client says that its person can be asked."""
        if self.context.protocol_version is None:
            return False
        capabilities = self.context.client_capabilities
        elicitation = capabilities.elicitation if capabilities is not None else None
        # A bare `{}` is how clients declared forms before there were other modes.
        fills_forms = elicitation is not None and (elicitation.form is not None or elicitation.url is None)
        return fills_forms and (self.in_the_result or self.context.session.can_send_request)

    async def ask(self, problems: Problems, /) -> None:
        """Have the person choose, so that `chosen` holds an id for every place.

        Args:
            problems: what is unclear.

        Raises:
            Unresolved: the first that no choice can settle, or when nobody can be asked.
            NotPicked: the person did not choose.
            Pending: the client is to come back with the answers.
            Refused: the caller's token was withdrawn meanwhile.
        """
        questions: list[tuple[Question, Unresolved]] = []
        for place, error in problems:
            question = Question.of(place, error) if self.available and place not in self.chosen else None
            if question is None:
                raise error
            questions.append((question, error))
        if self.in_the_result:
            raise Pending(self._round([question for question, _ in questions]))
        for question, error in questions:
            self.chosen[question.place] = question.answered(await self._interrupt(question.form(self.doing), error))

    async def confirm(self, question: confirmation.Question, code: Issue, /) -> None:
        """Have the person agree to a change.

        Args:
            question: what will happen.
            code: makes what the answer is bound to, where it comes in a later round.

        Raises:
            CannotAsk: the client cannot be asked.
            Declined: the person did not agree.
            Pending: the client is to come back with the answer.
            Refused: the caller's token was withdrawn meanwhile.
        """
        if not self.available:
            raise confirmation.CannotAsk
        form = question.form()
        if self.in_the_result:
            raise Pending(self._result({confirmation.PLACE: form}, {"code": await code()}))
        confirmation.require_yes(await self._interrupt(form, confirmation.CannotAsk()))

    async def _interrupt(self, form: ElicitRequestFormParams, cannot: Exception) -> object:
        try:
            with _while_let_in(caller_of(self.context.request_context.request).standing):
                return await self.context.session.elicit_form(
                    form.message, form.requested_schema, related_request_id=self.context.request_id
                )
        except ValidationError:
            return None  # an answer, though none that means anything
        except MCPError:
            # A client that takes the question for an error is one that cannot be asked.
            raise cannot from None

    def _round(self, questions: Sequence[Question]) -> InputRequiredResult:
        asked = {one.place: (one.kind, one.said, list(one.options)) for one in questions}
        return self._result({one.place: one.form(self.doing) for one in questions}, {"asked": asked})

    def _result(self, forms: Mapping[str, ElicitRequestFormParams], state: Mapping[str, Any]) -> InputRequiredResult:
        return InputRequiredResult(
            input_requests={place: ElicitRequest(params=form) for place, form in forms.items()},
            request_state=json.dumps({"version": _VERSION, "chosen": self.chosen, **state}),
        )

    def _take_answers(self) -> None:
        sealed = self.context.request_state
        if not sealed:
            return
        # The SDK has seen to it that the state is one of ours, and of this very call.
        state = json.loads(sealed)
        if state.get("version") != _VERSION:
            return
        self.chosen.update(state["chosen"])
        answers = self.context.input_responses or {}
        if "code" in state and confirmation.PLACE in answers:
            self.answered = Answered(state["code"], answers[confirmation.PLACE])
        for place, (kind, said, options) in state.get("asked", {}).items():
            if place in answers:
                question = Question(place, kind, said, exact=True, options=dict.fromkeys(options, ""))
                self.chosen[place] = question.answered(answers[place])


@contextmanager
def _while_let_in(standing: Standing | None) -> Iterator[None]:
    """Wait for a person only as long as the caller is let in.

    Raises:
        Refused: the caller is not, any more.
    """
    if standing is None:
        yield
        return
    with anyio.CancelScope() as waiting, standing.until_ended(waiting.cancel):
        yield
    standing.require()


def _labels(rows: Iterable[Row]) -> dict[str, str]:
    """Return the label of each row by its id; labels that read the same end in the id."""
    labels = {row.id: _BETWEEN.join(_facts(row)) for row in rows if isinstance(row, UserRow | GroupRow)}
    told = list(labels.values())
    return {key: label if told.count(label) == 1 else f"{label}{_BETWEEN}{key}" for key, label in labels.items()}


def _facts(row: UserRow | GroupRow) -> list[str]:
    if isinstance(row, UserRow):
        manager = f"reports to {row.manager}" if isinstance(row, UserMatch) and row.manager else None
        facts = [row.name, row.title, row.department, manager, row.login, row.status]
    else:
        facts = [row.name, row.description, GROUP_KINDS.get(row.type, row.type), row.source_app]
    # What stands between facts is ours alone: a name must not bring facts of its own.
    clean = (neutral_text(fact, limit=_LONGEST_FACT).replace(_BETWEEN.strip(), "-").strip() for fact in facts if fact)
    return [fact for fact in clean if fact] or ["(no name)"]
