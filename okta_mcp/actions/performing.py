"""How a call is performed: the one way that every call of every action takes, writes among them.

A call is first prepared (may it be done, are its arguments right, whom do they mean), then confirmed where the operator
wants that, and then carried out. A single call does all three at once; a run of many prepares them all, has them
confirmed together, and then carries them out.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from okta_mcp.actions.action import Action, Call
from okta_mcp.actions.arguments import CONFIRMATION, ArgumentError, arguments_of
from okta_mcp.actions.auditing import Recording, rule_of, said, targets, told, warned
from okta_mcp.actions.choosing import Chooser, Nobody
from okta_mcp.actions.confirmation import Declined, Plan, Unconfirmed, purpose_of
from okta_mcp.actions.consent import Consent, Ways
from okta_mcp.actions.failures import foretold
from okta_mcp.actions.foresight import Undone
from okta_mcp.actions.picking import NotPicked
from okta_mcp.actions.resolving import resolve
from okta_mcp.actions.results import Result
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.touched import Touched
from okta_mcp.actions.withholding import require_withheld
from okta_mcp.directory import Directory, Unresolved
from okta_mcp.guard import Caller, Owner, Policy, Protection, Reach, Refused, WritePace, request_id
from okta_mcp.guard.audit import Attempt, Confirmation, NoTrail, Trail
from okta_mcp.okta import OktaClient, OktaError, Unsent, User
from okta_mcp.okta import users as okta_users
from okta_mcp.okta.client import OnWait
from okta_mcp.okta.together import together

_AT_ONCE = 8
"""Calls of a run that are looked at at the same time."""

_LOSSES_TOLD = 5
"""Longest run of which is said what each call loses for good; that may cost a request each."""

_DRY = "the operator can restart the server without OKTA_MCP_DRY_RUN."

if TYPE_CHECKING:
    from okta_mcp.actions.bulk.journal import Runs


async def unheard(_: object) -> None:
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
        okta: the view of the org's client that all calls of a batch take turns with, as one party; None for a call
            that is its own.
        code: the code of an earlier preview, where the call came with one.
    """

    caller: Caller
    chooser: Chooser = field(default_factory=Nobody)
    on_wait: OnWait = unheard
    on_progress: Callable[[int, int, str], Awaitable[None]] = _not_shown
    on_write: Callable[[Touched], Awaitable[None]] = unheard
    client: str | None = None
    request: str | None = None
    batch: str | None = None
    okta: OktaClient | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
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
    """

    action: Action
    values: Mapping[str, Any] = field(repr=False)
    named: Mapping[str, object]
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    code: str | None = field(default=None, repr=False)
    confirmed: bool = False
    doomed: Exception | None = None
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
        protection: keeps writes away from whom the operator protects.
        consent: gets the yes that a change needs.
        reach: what the credentials can serve.
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
        protection: Protection,
        consent: Consent,
        reach: Reach,
        runs: "Runs",
        trail: Trail | None = None,
    ) -> None:
        self.runs = runs
        self._trail = trail or NoTrail()
        # Where nothing may be changed, no write could leave even if it came as far as the client.
        self._okta = okta.rehearsing() if policy.read_only or policy.dry_run else okta
        self._directory = directory
        self._policy = policy
        self._owner = owner
        self._protection = protection
        self._consent = consent
        self._reach = reach
        self._pace = WritePace(policy.limits)

    @property
    def addresses(self) -> str:
        """What every address of the org begins with."""
        return f"{self._okta.address.origin}/"

    @property
    def rehearses(self) -> bool:
        """Whether every write is only rehearsed: the operator's dry run."""
        return self._policy.dry_run

    async def perform(
        self, action: Action, given: Mapping[str, Any], sender: Sender, named: dict[str, object] | None = None
    ) -> Result:
        """Prepare a call, have it confirmed and carry it out.

        Arguments and errors are those of `prepare`, `confirm` and `carry_out`, but for `Unconfirmed`: that is answered
        with what would be done and how to go on.
        """
        prepared = await self.prepare(action, given, sender, named)
        sender = replace(sender, code=prepared.code)
        try:
            (confirmed,) = await self.confirm([prepared], sender, action.title)
        except Unconfirmed as pending:
            (plan,) = pending.plans
            return Undone.of(
                action,
                plan.unsent,
                plan.named,
                f"Nothing was done yet; this has to be confirmed. {pending.question.message}",
                f"tell the requester; when they agree, call {action.name} again with the same arguments and "
                f'{CONFIRMATION} "{pending.code}" (good once, for 5 minutes).',
            )
        return await self.carry_out(confirmed, sender)

    @property
    def scarcity(self) -> str | None:
        """A line that says which of Okta's rate limits are nearly used up; None when none is."""
        scarce = [str(standing) for standing in self._okta.standings() if standing.is_scarce]
        return f"Okta's rate limit is nearly used up. {'; '.join(scarce)}." if scarce else None

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
            Refused: the operator's policy does not allow it, or the credentials lack a scope for it.
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
                await self._trail.refuse(self._attempt(action, said(action, given), named, sender), rule_of(error))
            raise

    async def _prepare(
        self, action: Action, given: Mapping[str, Any], sender: Sender, named: dict[str, object]
    ) -> Prepared:
        self._policy.enforce(action, sender.caller)
        arguments = arguments_of(action)
        spelled = respell(dict(given), arguments)
        values = arguments.check(spelled)
        if self._policy.withhold_secrets:
            require_withheld(action, values)
        code = spelled.get(CONFIRMATION)
        await self._reach.enforce(action)
        directory = self._directory.observed(_in_turn(self._okta, sender))
        await resolve(directory, arguments.references, values, sender.chooser, named)
        await self._protect(action, named)
        plain = {
            name: value for name, value in spelled.items() if name != CONFIRMATION and name not in arguments.references
        }
        return Prepared(action, values, named, plain, code)

    def allow(self, action: Action, sender: Sender) -> None:
        """Stop what the operator does not allow this caller, whatever it is called with.

        Raises:
            Refused: naming the switch.
        """
        self._policy.enforce(action, sender.caller)

    async def refreshed(self, prepared: Prepared, sender: Sender) -> Prepared:
        """Return a prepared call with its user as they are now, protected by what holds now.

        Raises:
            Refused: the user may not be touched any more; it is in the trail.
            OktaError: the user cannot be read.
        """
        user = prepared.named.get("user")
        if not isinstance(user, User):
            return prepared
        now = await okta_users.get_user(_in_turn(self._okta, sender), user.id)
        fresh = replace(prepared, named={**prepared.named, "user": now})
        try:
            await self._protect(prepared.action, fresh.named)
        except Refused as error:
            await self._not_done(fresh, sender, rule_of(error))
            raise
        return fresh

    async def _protect(self, action: Action, named: Mapping[str, object]) -> None:
        await self._owner.protect(action, named.values())
        await self._protection.check(action, named)

    async def confirm(
        self, calls: Sequence[Prepared], sender: Sender, doing: str, *, whole: bool = False
    ) -> list[Prepared]:
        """Have calls confirmed, all of them by one yes, where any of them needs it. Changes nothing.

        Args:
            calls: what was prepared.
            sender: who sent them, with the code they came with.
            doing: title of the whole, for the person.
            whole: whether one that is bound to fail does not hold up the others: it comes back with the reason, which
                `carry_out` raises.

        Raises:
            Declined: the person did not agree.
            Unconfirmed: nobody can be asked, and the caller is to come back with a code.
            Refused: the code does not hold, or the call would be refused by Okta.
            Unresolved, NotPicked, Pending, OktaError: as in `prepare`.
        """
        try:
            return await self._confirm(calls, sender, doing, whole=whole)
        except (Refused, Declined, Unconfirmed) as error:
            async with anyio.create_task_group() as tasks:  # of a long run, all in a few writes to the disk
                for one in calls:
                    tasks.start_soon(self._not_done, one, sender, rule_of(error))
            raise

    async def _confirm(self, calls: Sequence[Prepared], sender: Sender, doing: str, *, whole: bool) -> list[Prepared]:
        plans: dict[int, Plan] = {}
        settled = list(calls)
        limiter = anyio.CapacityLimiter(_AT_ONCE)

        async def rehearsed(place: int, one: Prepared) -> None:
            try:
                async with limiter:
                    plans[place] = await self.rehearse(one, sender)
            except (ArgumentError, Unresolved, NotPicked, Refused, OktaError) as error:
                if not whole:
                    raise
                settled[place] = replace(one, doomed=error)

        wanting = [
            (place, one)
            for place, one in enumerate(calls)
            if not self._policy.dry_run and self._consent.confirming.wants(one.action, one.values)
        ]
        await together(*(partial(rehearsed, place, one) for place, one in wanting))
        if plans:
            places = sorted(plans)

            async def told(plans: Sequence[Plan]) -> Sequence[Plan]:
                few = plans if len(plans) <= _LOSSES_TOLD else ()
                return [*await together(*(partial(self._told, one, sender) for one in few)), *plans[len(few) :]]

            async def anew(plans: Sequence[Plan]) -> Sequence[Plan]:
                seen = zip(places, plans, strict=True)

                async def again(place: int, one: Plan) -> Plan:
                    async with limiter:
                        return await self._anew(settled[place], one, sender)

                return await together(*(partial(again, place, one) for place, one in seen))

            purpose = purpose_of(sender.caller, [(one.action, one.said, one.named) for one in calls])
            agreed = await self._consent.obtain(
                doing, purpose, [plans[place] for place in places], sender, Ways(told, anew)
            )
            given = Confirmation(agreed.how, sender.caller.name)
            for place, plan in zip(places, agreed.plans, strict=True):
                settled[place] = replace(settled[place], named=plan.named, confirmation=given)
        return [replace(one, confirmed=True) for one in settled]

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
        if prepared.doomed is not None:
            if isinstance(prepared.doomed, Refused):
                await self._not_done(prepared, sender, rule_of(prepared.doomed))
            raise prepared.doomed
        if action.writes and not action.made_of_others:
            if self.rehearses:
                plan = await self.rehearse(prepared, sender)
                await self._not_done(prepared, sender, "dry run")
                return Undone.of(
                    action, plan.unsent, plan.named, f"Dry run, nothing was done. It would: {plan.story}", _DRY
                )
            try:
                self._require_leave(prepared, sender)
            except Refused as error:
                await self._not_done(prepared, sender, rule_of(error))
                raise
        okta = self._okta
        recording = Recording(self._trail, self._attempt_of(prepared, sender))
        if action.writes:
            okta = okta.witnessed(recording)
        result: Result | None = None
        failure: BaseException | None = None
        done, is_recorded = False, True
        try:
            result = await self._run(prepared, sender, okta)
            done = action.writes
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

    def _require_leave(self, prepared: Prepared, sender: Sender) -> None:
        """Stop a write that was not confirmed, or that comes too soon after others."""
        action = prepared.action
        if not prepared.confirmed and self._consent.confirming.wants(action, prepared.values):
            raise Refused(
                f"{action.name} was not called: it was not confirmed; nothing was changed",
                "have it confirmed first.",
            )
        self._pace.take(sender.caller)

    async def _not_done(self, prepared: Prepared, sender: Sender, rule: str) -> None:
        if prepared.action.writes:
            await self._trail.refuse(self._attempt_of(prepared, sender), rule)

    def _attempt_of(self, prepared: Prepared, sender: Sender) -> Attempt:
        return self._attempt(
            prepared.action, told(prepared.values), prepared.named, sender, confirmation=prepared.confirmation
        )

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
            request=sender.request or request_id(),
            dry_run=self.rehearses,
            batch=sender.batch,
        )

    async def _run(self, prepared: Prepared, sender: Sender, okta: OktaClient) -> Result:
        call = self._call(sender, okta)
        while True:
            try:
                return await prepared.action.run(call, **{**prepared.values, **prepared.named})
            except Unresolved as error:
                # Words inside an argument are looked up by the action, before it changes anything.
                await sender.chooser.ask([(error.argument or error.kind, error)])

    def _call(self, sender: Sender, okta: OktaClient) -> Call:
        okta = _in_turn(okta, sender)
        return Call(
            okta=okta,
            directory=self._directory.observed(okta),
            picked=sender.chooser.chosen,
            within=Within(self, sender),
        )

    async def rehearse(self, prepared: Prepared, sender: Sender) -> Plan:
        """Go through a call up to its first write, and return that. Changes nothing.

        Raises:
            Foretold: Okta would refuse it, as far as that can be known.
            ArgumentError, Unresolved, NotPicked, Pending, OktaError: as in `carry_out`.
        """
        try:
            await self._run(prepared, sender, self._okta.rehearsing())
        except Unsent as unsent:
            would_fail = foretold(prepared.action, prepared.named, unsent)
            if would_fail is not None:
                raise would_fail from None
            return Plan(prepared.action, prepared.named, unsent, prepared.values)
        raise RuntimeError(f"{prepared.action.name} is said to write and sent nothing")

    async def _told(self, plan: Plan, sender: Sender) -> Plan:
        lost = plan.action.irreversible
        if lost is None or not lost.when(plan.values):
            return plan
        arguments = {**plan.values, **plan.named}
        return replace(plan, losses=await lost.losses(self._call(sender, self._okta.rehearsing()), arguments))

    async def _anew(self, prepared: Prepared, plan: Plan, sender: Sender) -> Plan:
        user = plan.named.get("user")
        okta = _in_turn(self._okta, sender)
        fresh = {"user": await okta_users.get_user(okta, user.id)} if isinstance(user, User) else {}
        named = {**plan.named, **fresh}
        await self._protect(prepared.action, named)
        return await self.rehearse(replace(prepared, named=named), sender)


def _in_turn(okta: OktaClient, sender: Sender) -> OktaClient:
    view = okta.observed(sender.on_wait)
    return view if sender.okta is None else view.beside(sender.okta)
