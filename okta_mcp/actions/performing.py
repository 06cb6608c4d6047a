"""How a call is performed: the one way that every call of every action takes, writes among them.

A call is first prepared (may it be done, are its arguments right, whom do they mean), then confirmed where the operator
wants that, and then carried out. A single call does all three at once; a run of many prepares them all, has them
confirmed together, and then carries them out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import CONFIRMATION, arguments_of
from okta_mcp.actions.auditing import Clerk, rule_of, warned
from okta_mcp.actions.confirmation import Declined, Plan, Unconfirmed
from okta_mcp.actions.consent import Consent
from okta_mcp.actions.foresight import Undone
from okta_mcp.actions.rehearsing import Rehearsal
from okta_mcp.actions.resolving import resolve
from okta_mcp.actions.results import Result
from okta_mcp.actions.sender import Sender, Within
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.stage import Prepared, Stage
from okta_mcp.actions.touched import Touched
from okta_mcp.actions.withholding import require_withheld
from okta_mcp.directory import Directory
from okta_mcp.guard import Owner, Policy, Protection, Reach, Refused, WritePace
from okta_mcp.guard.audit import NoTrail, Trail
from okta_mcp.okta import NotFound, OktaClient, OktaError, User
from okta_mcp.okta import users as okta_users

if TYPE_CHECKING:
    from okta_mcp.actions.bulk.journal import Runs

_DRY = "the operator can restart the server without OKTA_MCP_DRY_RUN."


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
        # Where nothing may be changed, no write could leave even if it came as far as the client.
        self._okta = okta.rehearsing() if policy.read_only or policy.dry_run else okta
        self._directory = directory
        self._policy = policy
        self._owner = owner
        self._protection = protection
        self._reach = reach
        self._clerk = Clerk(trail or NoTrail(), okta.address.origin, dry_run=policy.dry_run)
        self._stage = Stage(self._okta, directory, partial(Within, self))
        self._rehearsal = Rehearsal(self._stage, consent, self._protect)
        self._pace = WritePace(policy.limits, shared=okta.shared)

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
        if prepared.code is not None:
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
        self,
        action: Action,
        given: Mapping[str, Any],
        sender: Sender,
        named: dict[str, object] | None = None,
        *,
        examined: bool = False,
    ) -> Prepared:
        """Find out whether a call may be done, and whom it means. Changes nothing.

        Args:
            action: what to do.
            given: the arguments as the client sent them.
            sender: who sent it.
            named: where the objects go, and those that are known already; after a failure it holds those found.
            examined: whether its user was seen not to be protected a while ago. It is `refreshed` before it is carried
                out, which examines them again.

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
            return await self._prepare(action, given, sender, named, examined=examined)
        except Refused as error:
            if action.writes:
                await self._clerk.refused(action, given, named, sender, rule_of(error))
            raise

    async def _prepare(
        self, action: Action, given: Mapping[str, Any], sender: Sender, named: dict[str, object], *, examined: bool
    ) -> Prepared:
        self._policy.enforce(action, sender.caller)
        arguments = arguments_of(action)
        spelled = respell(dict(given), arguments)
        values = arguments.check(spelled)
        if self._policy.withhold_secrets:
            require_withheld(action, values)
        code = spelled.get(CONFIRMATION)
        await self._reach.enforce(action, values)
        directory = self._directory.observed(self._stage.in_turn(sender))
        await resolve(directory, arguments.references, values, sender.chooser, named, wholly=action.writes)
        if not examined:
            await self._protect(action, named)
        settled = await self._stage.settle(action, values, named, sender)
        if settled.arguments:
            values = arguments.check({**spelled, **settled.arguments})
        plain = {
            name: value for name, value in spelled.items() if name != CONFIRMATION and name not in arguments.references
        }
        return Prepared(action, values, named, plain, code, unexamined=examined, notes=settled.notes)

    async def admit(self, action: Action, given: Mapping[str, Any], values: Mapping[str, Any], sender: Sender) -> None:
        """Stop a call that `prepare` would stop whomever it names, before anybody is looked up.

        Args:
            action: what to do.
            given: the arguments as the client sent them.
            values: the same, checked, by parameter.
            sender: who sent it.

        Raises:
            Refused: the operator's policy does not allow it, or the credentials lack a scope for it. It is in the
                trail.
            OktaError: there is no access token to be had.
        """
        try:
            self._policy.enforce(action, sender.caller)
            await self._reach.enforce(action, values)
        except Refused as error:
            await self._clerk.refused(action, given, {}, sender, rule_of(error))
            raise

    def allow(self, action: Action, sender: Sender) -> None:
        """Stop what the operator does not allow this caller, whatever it is called with.

        Raises:
            Refused: naming the switch.
        """
        self._policy.enforce(action, sender.caller)

    def may_want_yes(self, action: Action) -> bool:
        """Tell whether somebody has to agree to some calls of an action before they are carried out."""
        return self._rehearsal.consent.confirming.may_want(action)

    async def refreshed(self, prepared: Prepared, sender: Sender) -> Prepared:
        """Return a prepared call with its user as they are now, protected by what holds now.

        Raises:
            Refused: the user may not be touched any more; it is in the trail.
            OktaError: the user cannot be read.
        """
        user = prepared.named.get("user")
        if not isinstance(user, User):
            return prepared
        now = await okta_users.get_user(self._stage.in_turn(sender), user.id)
        fresh = replace(prepared, named={**prepared.named, "user": now}, unexamined=False)
        try:
            await self._protect(prepared.action, fresh.named)
        except Refused as error:
            await self._clerk.not_done(fresh, sender, rule_of(error))
            raise
        if prepared.confirmation is None and self._rehearsal.wants_yes(fresh):
            return replace(fresh, confirmed=False)  # not what it was when nobody had to be asked
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
            Pending, OktaError: as in `prepare`.
        """
        if self.rehearses:  # where nothing is done, nothing has to be confirmed
            return [replace(one, confirmed=True) for one in calls]
        try:
            return await self._rehearsal.agreed(calls, sender, doing, whole=whole)
        except (Refused, Declined, Unconfirmed) as error:
            async with anyio.create_task_group() as tasks:  # of a long run, all in a few writes to the disk
                for one in calls:
                    tasks.start_soon(self._clerk.not_done, one, sender, rule_of(error))
            raise

    async def carry_out(self, prepared: Prepared, sender: Sender) -> Result:
        """Do what was prepared.

        Args:
            prepared: the call.
            sender: who sent it.

        Raises:
            OktaError: it was not done, or it is not known whether it was (`maybe_applied`).
        """
        action = prepared.action
        if prepared.doomed is not None:
            if isinstance(prepared.doomed, Refused):
                await self._clerk.not_done(prepared, sender, rule_of(prepared.doomed))
            raise prepared.doomed
        if not action.writes:
            return await self._read(prepared, sender)
        if not action.made_of_others:
            if self.rehearses:
                plan = await self.rehearse(prepared, sender)
                await self._clerk.not_done(prepared, sender, "dry run")
                return Undone.of(
                    action, plan.unsent, plan.named, f"Dry run, nothing was done. It would: {plan.story}", _DRY
                )
            try:
                await self._require_leave(prepared, sender)
            except Refused as error:
                await self._clerk.not_done(prepared, sender, rule_of(error))
                raise
        recording = self._clerk.recording(prepared, sender)
        result: Result | None = None
        failure: BaseException | None = None
        done, is_recorded = False, True
        try:
            result = await self._stage.run(prepared, sender, self._okta.witnessed(recording))
            done = True
        except BaseException as error:
            failure = error
            done = isinstance(error, OktaError) and error.maybe_applied
            raise
        finally:
            touched = Touched.of(prepared.named.values(), result)
            # One that failed may have been done all the same, or has shown that Okta no longer finds somebody.
            touched.forget(self._directory)
            is_recorded = await recording.conclude(result, failure)
            if done:
                await sender.on_write(touched)
        return result if is_recorded else warned(result)

    async def _read(self, prepared: Prepared, sender: Sender) -> Result:
        try:
            return await self._stage.run(prepared, sender, self._okta)
        except NotFound:
            # What Okta no longer finds is to be looked up anew.
            Touched.of(prepared.named.values(), None).forget(self._directory)
            raise

    async def _require_leave(self, prepared: Prepared, sender: Sender) -> None:
        """Stop a write that was not confirmed or examined, or that comes too soon after others."""
        action = prepared.action
        if prepared.unexamined:
            raise RuntimeError(f"{action.name} would be done without a look at who is protected")
        if not prepared.confirmed and self._rehearsal.wants_yes(prepared):
            raise Refused(
                f"{action.name} was not called: it was not confirmed; nothing was changed",
                "have it confirmed first.",
            )
        if sender.caller.standing is not None:
            sender.caller.standing.require()
        await self._pace.take(sender.caller)

    async def rehearse(self, prepared: Prepared, sender: Sender) -> Plan:
        """Go through a call up to its first write, and return that. Changes nothing.

        Raises:
            Foretold: Okta would refuse it, as far as that can be known.
            ArgumentError, OktaError: as in `carry_out`.
        """
        return await self._rehearsal.of(prepared, sender)
