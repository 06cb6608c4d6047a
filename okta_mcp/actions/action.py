"""What an action is: a typed function, and the facts that stand beside it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from okta_mcp.actions.results import Result
from okta_mcp.directory import Directory
from okta_mcp.guard import Part
from okta_mcp.okta import OktaClient
from okta_mcp.records import record

if TYPE_CHECKING:
    from okta_mcp.actions.sender import Within

Toolset = Literal["users", "groups", "logs", "bulk"]


class Effect(StrEnum):
    """What a call does to the org.

    `DESTRUCTIVE` is a write that takes away or overwrites (an access, a password, a value), even where another
    tool can give it back; `WRITE` only adds or restores. MCP, Tools, `destructiveHint`.
    """

    READ = "read"
    WRITE = "write"
    DESTRUCTIVE = "destructive"


OnProgress = Callable[[int, int | None, str], Awaitable[None]]


async def not_shown(_done: int, _of: int | None, _words: str) -> None:
    """Show progress to nobody."""


@record
class Call:
    """One call of an action.

    Args:
        okta: the org's client, reporting the waits of this call to whoever asked.
        directory: finds people and groups through that client.
        picked: ids that the person chose for words inside an argument, by their place, as `profile.managerId`.
        within: performs further calls of the same sender, for an action that is made of some; None where a resource is
            read.
        on_progress: hears how much of a long call is done: how many, of how many where that is known, and words.
        seconds: how long a call that is made of many requests goes on before it answers with what it has.
        notes: what was noticed while it was prepared and belongs into the answer.
    """

    okta: OktaClient
    directory: Directory
    picked: Mapping[str, str] = field(default_factory=dict)
    within: "Within | None" = None
    on_progress: OnProgress = not_shown
    seconds: float = 45.0
    notes: tuple[str, ...] = ()


@record
class Settled:
    """What the org makes of arguments.

    Args:
        arguments: those that it changes, by their published names.
        notes: what the reader of the answer has to know of it, each a sentence.
    """

    arguments: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


Settle = Callable[[Call, Mapping[str, Any], Mapping[str, object]], Awaitable[Settled]]
"""Asks the org what arguments mean there: given the call, the checked arguments and the objects they point at, by
parameter. Reads only."""

Body = Callable[..., Awaitable[Result]]


def _always(_arguments: Mapping[str, Any]) -> bool:
    return True


@record
class Irreversible:
    """What of an action no further call brings back, or opens an account; it is confirmed before it is done.

    Args:
        losses: says, by the arguments and the objects they point at, what is lost for good or opened, a sentence for
            each kind.
        when: tells by the same whether this call is such a one.
        counted: says the same more exactly after asking Okta. Reads only, and takes it lightly when Okta cannot be
            asked; None where there is nothing to ask.
    """

    losses: Callable[[Mapping[str, Any]], Sequence[str]]
    when: Callable[[Mapping[str, Any]], bool] = _always
    counted: Callable[[Call, Mapping[str, Any]], Awaitable[str]] | None = None


@record
class Action:
    """One action of the connector, from which everything about its tool is generated.

    Args:
        run: the typed function; its parameters are the input schema, its return type the output schema.
        name: the tool's name.
        title: the tool's name for people.
        effect: what it does to the org.
        idempotent: whether a repeat with the same arguments changes nothing more.
        toolset: the section of the connector it belongs to.
        scopes: the Okta OAuth scopes its requests need in any case.
        grants: whether it puts somebody into the groups it names.
        description: what a model reads of it; None for `tool_descriptions/<name>.md`.
        irreversible: what of it no further call brings back; None when everything can be undone.
        made_of_others: whether it only performs other actions, which are confirmed, limited and rehearsed themselves.
        parts: what of it needs further scopes.
        settle: brings arguments to what they mean in this org before anything is confirmed or done; None where they
            mean the same everywhere.
    """

    run: Body
    name: str
    title: str
    effect: Effect
    idempotent: bool
    toolset: Toolset
    scopes: tuple[str, ...]
    grants: bool = False
    description: str | None = None
    irreversible: Irreversible | None = None
    made_of_others: bool = False
    parts: tuple[Part, ...] = ()
    settle: Settle | None = None

    @property
    def all_scopes(self) -> frozenset[str]:
        """The scopes for all of it; the actions that it is made of ask for theirs."""
        further = () if self.made_of_others else self.parts
        return frozenset({*self.scopes, *(scope for one in further for scope in one.scopes)})

    @property
    def needs(self) -> str:
        """The scopes in words: those for any call, and those for its parts."""
        further = [f"{one.words}: {', '.join(one.scopes)}" for one in self.parts]
        return "; ".join(filter(None, [", ".join(self.scopes), *further])) or "none"

    @property
    def writes(self) -> bool:
        """Whether it can change anything in the org."""
        return self.effect is not Effect.READ

    @property
    def may_be_irreversible(self) -> bool:
        """Whether some call of it does what no further call brings back."""
        return self.irreversible is not None

    def irreversible_with(self, arguments: Mapping[str, Any]) -> bool:
        """Tell whether a call with these arguments and objects, by parameter, is one that is confirmed."""
        return self.irreversible is not None and self.irreversible.when(arguments)

    async def __call__(self, call: Call, **arguments: Any) -> Result:
        """Run the action."""
        return await self.run(call, **arguments)


def action(
    *,
    title: str,
    effect: Effect,
    toolset: Toolset,
    scopes: tuple[str, ...],
    idempotent: bool,
    grants: bool = False,
    description: str | None = None,
    irreversible: Irreversible | None = None,
    made_of_others: bool = False,
    parts: tuple[Part, ...] = (),
    settle: Settle | None = None,
) -> Callable[[Body], Action]:
    """Make an action of a typed function. Nothing is registered; the registry lists the records."""

    def record(run: Body) -> Action:
        return Action(
            run=run,
            name=run.__name__,
            title=title,
            effect=effect,
            idempotent=idempotent,
            toolset=toolset,
            scopes=scopes,
            grants=grants,
            description=description,
            irreversible=irreversible,
            made_of_others=made_of_others,
            parts=parts,
            settle=settle,
        )

    return record
