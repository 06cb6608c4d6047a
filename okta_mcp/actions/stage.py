"""Where actions run: a call that is ready for it, and what its function is given besides its arguments."""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any

from okta_mcp.actions.action import Action, Call, Settled
from okta_mcp.actions.results import Result
from okta_mcp.actions.sender import Sender, Within
from okta_mcp.directory import Directory, Unresolved
from okta_mcp.guard.audit import Confirmation
from okta_mcp.okta import OktaClient
from okta_mcp.records import record


@record
class Prepared:
    """A call that may be carried out, once it is confirmed where it has to be.

    Args:
        action: what to do.
        values: the arguments, checked, by parameter.
        named: the objects that they point at, by parameter.
        said: the arguments as plain data, without those that point at objects.
        code: the code of an earlier preview, where the call came with one.
        confirmed: whether it has gone through `Performer.confirm`.
        confirmation: who has agreed to it; None where nobody was asked.
        doomed: why it would fail, where that showed on the way.
        unexamined: whether it is still to be seen whether its user is protected: it cannot be carried out before.
        notes: what was noticed while it was prepared and belongs into the answer.
    """

    action: Action
    values: Mapping[str, Any] = field(repr=False)
    named: Mapping[str, object]
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    code: str | None = field(default=None, repr=False)
    confirmed: bool = False
    doomed: Exception | None = None
    confirmation: Confirmation | None = None
    unexamined: bool = False
    notes: tuple[str, ...] = ()

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments with the objects in place of the words for them, by parameter."""
        return {**self.values, **self.named}


@record
class Stage:
    """What the actions of one org run with.

    Args:
        okta: the org's client.
        directory: finds whom words mean.
        within: what an action that is made of others performs them with, for each sender.
    """

    okta: OktaClient
    directory: Directory
    within: Callable[[Sender], Within]

    def in_turn(self, sender: Sender, okta: OktaClient | None = None) -> OktaClient:
        """Return a view of the client that tells a sender of its waits, and takes turns with the rest of a batch.

        Args:
            sender: who it is for.
            okta: another view of the client to begin with.
        """
        view = (okta or self.okta).observed(sender.on_wait)
        return view if sender.okta is None else view.beside(sender.okta)

    def call(self, sender: Sender, okta: OktaClient) -> Call:
        """Return what an action's function is given first.

        Args:
            sender: who sent the call.
            okta: a view of the org's client.
        """
        okta, within = self.in_turn(sender, okta), self.within(sender)
        return Call(
            okta=okta,
            directory=self.directory.observed(okta),
            picked=sender.chooser.chosen,
            within=within,
            on_progress=sender.on_progress,
            seconds=within.performer.runs.seconds,
        )

    async def settle(
        self, action: Action, values: Mapping[str, Any], named: Mapping[str, object], sender: Sender
    ) -> Settled:
        """Return what the org makes of the arguments of a call. Changes nothing.

        Raises:
            Unresolved, NotPicked, Pending: for words inside an argument.
            ArgumentError: an argument means nothing in this org.
            OktaError: Okta cannot be asked.
        """
        if action.settle is None:
            return Settled()
        call = self.call(sender, self.okta)
        while True:
            try:
                return await action.settle(call, values, named)
            except Unresolved as error:
                await sender.chooser.ask([(error.argument or error.kind, error)])

    async def run(self, prepared: Prepared, sender: Sender, okta: OktaClient) -> Result:
        """Run the function of an action.

        Args:
            prepared: the call.
            sender: who sent it.
            okta: a view of the org's client.

        Raises:
            ArgumentError, OktaError: as the action does.
        """
        call = replace(self.call(sender, okta), notes=prepared.notes)
        return await prepared.action.run(call, **prepared.arguments)
