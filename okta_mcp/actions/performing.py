"""How a call is performed: the one way that every call of every action takes, writes among them.

A call is first prepared (may it be done, are its arguments right, whom do they mean) and then carried out. A single
call does both at once; a run of many prepares them all before it carries out the first.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from okta_mcp.actions.action import Action, Call
from okta_mcp.actions.arguments import arguments_of
from okta_mcp.actions.auditing import Recording, said, targets, told, warned
from okta_mcp.actions.choosing import Chooser, Nobody
from okta_mcp.actions.resolving import resolve
from okta_mcp.actions.results import Result
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.touched import Touched
from okta_mcp.directory import Directory, Unresolved
from okta_mcp.guard import Caller, Owner, Policy, Refused
from okta_mcp.guard.audit import Attempt, Confirmation, NoTrail, Trail
from okta_mcp.okta import OktaClient, OktaError
from okta_mcp.okta.client import OnWait

if TYPE_CHECKING:
    from okta_mcp.actions.bulk.journal import Runs


async def _unheard(_: object) -> None:
    """Hear of something that nobody waits for."""


async def _not_shown(*_: object) -> None:
    """Show progress to nobody."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever sent a call, and how to reach them while it is performed.

    Args:
        caller: who it is.
        chooser: settles what is unclear.
        on_wait: hears of every wait for Okta before it begins.
        on_progress: hears how much of a long call is done: how many, of how many, and words.
        on_write: hears of every write, with what it may have changed.
        client: name and version of the MCP client.
        request: this server's own id of the request, as it stands in the log.
        batch: what the call is one of many of.
    """

    caller: Caller
    chooser: Chooser = field(default_factory=Nobody)
    on_wait: OnWait = _unheard
    on_progress: Callable[[int, int, str], Awaitable[None]] = _not_shown
    on_write: Callable[[Touched], Awaitable[None]] = _unheard
    client: str | None = None
    request: str | None = None
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call that may be carried out.

    Args:
        action: what to do.
        values: the arguments, checked, by parameter.
        named: the objects that they point at, by parameter.
        confirmation: who has agreed to it; None where nobody was asked.
    """

    action: Action
    values: Mapping[str, Any]
    named: Mapping[str, object]
    confirmation: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """What an action that is made of others performs them with.

    Args:
        performer: performs them.
        sender: who sent the whole.
    """

    performer: "Performer"
    sender: Sender


class Performer:
    """Performs calls of actions on one org.

    Args:
        okta: the org's client.
        directory: finds whom the arguments name.
        policy: what the operator allows; enforced at every call.
        owner: the user behind the credentials, protected from being locked out.
        trail: is told of every write and of every write that is refused.
        runs: where runs of many calls are kept, and how long one call may work on them.
    """

    def __init__(
        self,
        okta: OktaClient,
        directory: Directory,
        policy: Policy,
        owner: Owner,
        *,
        runs: "Runs",
        trail: Trail | None = None,
    ) -> None:
        self.runs = runs
        self._trail = trail or NoTrail()
        self._okta = okta
        self._directory = directory
        self._policy = policy
        self._owner = owner

    async def perform(
        self, action: Action, given: Mapping[str, Any], sender: Sender, named: dict[str, object] | None = None
    ) -> Result:
        """Prepare a call and carry it out; arguments and errors are those of `prepare` and `carry_out`."""
        return await self.carry_out(await self.prepare(action, given, sender, named), sender)

    async def prepare(
        self, action: Action, given: Mapping[str, Any], sender: Sender, named: dict[str, object] | None = None
    ) -> Prepared:
        """Find out whether a call may be done, and whom it means. Changes nothing.

        Args:
            action: what to do.
            given: the arguments as the client sent them.
            sender: who sent it.
            named: where the objects go, and those that are known already; after a failure it holds those found.

        Raises:
            Refused: the operator's policy does not allow it.
            ArgumentError: an argument is wrong.
            Unresolved: words that name nobody, or several, and nobody can be asked.
            NotPicked: the person did not choose.
            Pending: the client is to come back with the answers.
            OktaError: Okta cannot be asked.
        """
        named = {} if named is None else named
        try:
            return await self._prepare(action, given, sender, named)
        except Refused as error:
            if action.writes:
                await self._trail.refuse(self._attempt(action, said(action, given), named, sender), error.reason)
            raise

    async def _prepare(
        self, action: Action, given: Mapping[str, Any], sender: Sender, named: dict[str, object]
    ) -> Prepared:
        self._policy.enforce(action, sender.caller)
        arguments = arguments_of(action)
        values = arguments.check(respell(dict(given), arguments))
        directory = self._directory.observed(self._okta.observed(sender.on_wait))
        await resolve(directory, arguments.references, values, sender.chooser, named)
        await self._owner.protect(action, named.values())
        return Prepared(action, values, named)

    async def carry_out(self, prepared: Prepared, sender: Sender) -> Result:
        """Do what was prepared.

        Args:
            prepared: the call.
            sender: who sent it.

        Raises:
            Unresolved, NotPicked, Pending: as in `prepare`, for words inside an argument; nothing was changed.
            OktaError: it was not done, or it is not known whether it was (`maybe_applied`).
        """
        action = prepared.action
        okta = self._okta.observed(sender.on_wait)
        attempt = self._attempt(action, told(prepared.values), prepared.named, sender, prepared.confirmation)
        recording = Recording(self._trail, attempt)
        if action.writes:
            okta = okta.witnessed(recording)
        call = Call(
            okta=okta,
            directory=self._directory.observed(okta),
            picked=sender.chooser.chosen,
            within=Within(self, sender),
        )
        result: Result | None = None
        failure: BaseException | None = None
        done, is_recorded = False, True
        try:
            while result is None:
                try:
                    result = await action.run(call, **{**prepared.values, **prepared.named})
                    done = action.writes
                except Unresolved as error:
                    # Words inside an argument are looked up by the action, before it changes anything.
                    await sender.chooser.ask([(error.argument or error.kind, error)])
        except BaseException as error:
            failure = error
            done = action.writes and isinstance(error, OktaError) and error.maybe_applied
            raise
        finally:
            if action.writes:
                is_recorded = await recording.conclude(result, failure)
                # One that failed may have been done all the same.
                touched = Touched.of(prepared.named.values(), result)
                touched.forget(self._directory)
                if done:
                    await sender.on_write(touched)
        return result if is_recorded else warned(result)

    def _attempt(
        self,
        action: Action,
        arguments: Mapping[str, Any],
        named: Mapping[str, object],
        sender: Sender,
        confirmation: Confirmation | None = None,
    ) -> Attempt:
        return Attempt(
            tool=action.name,
            arguments=arguments,
            effect=action.effect.value,
            caller=sender.caller,
            client=sender.client,
            org=self._okta.address.origin,
            targets=targets(named),
            confirmation=confirmation,
            request=sender.request,
            batch=sender.batch,
        )
