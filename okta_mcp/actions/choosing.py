"""Who settles what words mean, where they name several, and who says yes to a change."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol

from okta_mcp.actions.confirmation import CannotAsk, Question
from okta_mcp.directory import Unresolved
from okta_mcp.records import record

Problems = Iterable[tuple[str, Unresolved]]
"""Each place that is unclear, and what makes it so."""

Issue = Callable[[], Awaitable[str]]
"""Makes the code that an answer is bound to, where it comes in a later round."""


@record
class Answered:
    """The answer to a question that ended an earlier round of this call.

    Args:
        code: what the question was bound to; none but this server can make one.
        answer: what the client sent.
    """

    code: str
    answer: object


class Chooser(Protocol):
    """Settles what words mean where they name several, as a person picks from a list.

    Attributes:
        chosen: id that was picked, by place.
        answered: the answer to whether the change may be made; None when that was not asked yet.
    """

    @property
    def chosen(self) -> dict[str, str]:
        """The choices so far."""

    @property
    def available(self) -> bool:
        """Whether there is somebody to be asked."""

    @property
    def answered(self) -> Answered | None:
        """The answer of an earlier round."""

    async def ask(self, problems: Problems, /) -> None:
        """Have somebody choose, so that `chosen` holds an id for every place; see `Picker.ask`."""

    async def confirm(self, question: Question, code: Issue, /) -> None:
        """Have somebody say yes; see `Picker.confirm`."""


class Nobody:
    """A chooser for calls behind which nobody sits: what is unclear stays so.

    Args:
        chosen: what was found for words before, by place.
    """

    available = False

    def __init__(self, chosen: Mapping[str, str] | None = None) -> None:
        self.chosen: dict[str, str] = dict(chosen or {})
        self.answered: Answered | None = None

    async def ask(self, problems: Problems, /) -> None:
        """Raise what is unclear first."""
        for _, error in problems:
            raise error

    async def confirm(self, _question: Question, _code: Issue, /) -> None:
        """Raise `CannotAsk`."""
        raise CannotAsk
