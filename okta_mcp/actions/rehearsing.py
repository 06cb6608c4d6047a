"""What comes before a write: the call is gone through up to it, and somebody says yes where one is needed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import anyio

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import ArgumentError
from okta_mcp.actions.confirmation import Doing, Plan, purpose_of
from okta_mcp.actions.consent import Consent, Ways
from okta_mcp.actions.questions import SHOWN
from okta_mcp.actions.sender import Sender
from okta_mcp.actions.stage import Prepared, Stage
from okta_mcp.actions.states import foretold, so_already
from okta_mcp.guard import Refused
from okta_mcp.guard.audit import Confirmation
from okta_mcp.okta import OktaError, Unsent, User
from okta_mcp.okta import users as okta_users
from okta_mcp.okta.together import together
from okta_mcp.records import record

_AT_ONCE = 8
"""Calls of a run that are looked at at the same time."""

Protect = Callable[[Action, Mapping[str, object]], Awaitable[None]]
"""Stops a write to whom or what is protected."""


@record
class Rehearsal:
    """Goes through calls without their writes, and has them agreed to.

    Args:
        stage: where their actions run.
        consent: gets the yes that a change needs.
        protect: keeps writes away from whom nobody may touch.
    """

    stage: Stage
    consent: Consent
    protect: Protect

    def wants_yes(self, prepared: Prepared) -> bool:
        """Tell whether somebody has to agree to a call before it is carried out."""
        return self.consent.confirming.wants(prepared.action, prepared.arguments)

    async def of(self, prepared: Prepared, sender: Sender) -> Plan:
        """Go through a call up to its first write, and return that. Changes nothing.

        Raises:
            Foretold: Okta would refuse it, as far as that can be known.
            ArgumentError, OktaError: as in `Performer.carry_out`.
        """
        try:
            await self.stage.run(prepared, sender, self.stage.okta.rehearsing())
        except Unsent as unsent:
            would_fail = foretold(prepared.action, prepared.named, unsent)
            if would_fail is not None:
                raise would_fail from None
            return Plan(
                prepared.action, prepared.named, unsent, prepared.values, notes=prepared.notes, said=prepared.said
            )
        raise RuntimeError(f"{prepared.action.name} is said to write and sent nothing")

    async def agreed(self, calls: Sequence[Prepared], sender: Sender, doing: str, *, whole: bool) -> list[Prepared]:
        """Return the calls with the yes of whoever has to agree; see `Performer.confirm`."""
        wanting = [(place, one) for place, one in enumerate(calls) if self.wants_yes(one)]
        if not wanting:
            return [replace(one, confirmed=True) for one in calls]
        plans: dict[int, Plan] = {}
        settled = list(calls)
        limiter = anyio.CapacityLimiter(_AT_ONCE)

        async def rehearsed(place: int, one: Prepared) -> None:
            try:
                async with limiter:
                    plans[place] = await self.of(one, sender)
            except (ArgumentError, Refused, OktaError) as error:
                if not whole:
                    raise
                settled[place] = replace(one, doomed=error)

        await together(*(partial(rehearsed, place, one) for place, one in wanting))
        if plans:
            places = sorted(plans)

            async def told(plans: Sequence[Plan]) -> Sequence[Plan]:
                few = plans[:SHOWN]  # to count what is lost may cost a request each
                return [*await together(*(partial(self._told, one, sender) for one in few)), *plans[len(few) :]]

            async def anew(plans: Sequence[Plan]) -> Sequence[Plan]:
                seen = zip(places, plans, strict=True)
                known = await self._users(plans, sender) if len(plans) > SHOWN else {}

                async def again(place: int, one: Plan) -> Plan:
                    async with limiter:
                        return await self._anew(settled[place], one, sender, known)

                return await together(*(partial(again, place, one) for place, one in seen))

            purpose = purpose_of(sender.caller, [(one.action, one.said, one.named) for one in calls])
            doomed = [one for one in settled if one.doomed is not None]
            idle = sum(so_already(one.action, one.named) is not None for one in doomed)
            whole_of_it = Doing(doing, rows=len(calls), refused=len(doomed) - idle, idle=idle)
            agreed = await self.consent.obtain(
                whole_of_it, purpose, [plans[place] for place in places], sender, Ways(told, anew)
            )
            given = Confirmation(agreed.how, sender.caller.name)
            for place, plan in zip(places, agreed.plans, strict=True):
                settled[place] = replace(settled[place], named=plan.named, confirmation=given)
        return [replace(one, confirmed=True) for one in settled]

    async def _told(self, plan: Plan, sender: Sender) -> Plan:
        lost, by_kind = plan.action.irreversible, plan.losses_by_kind
        if lost is None or not by_kind or lost.counted is None:
            return replace(plan, losses=" ".join(by_kind))
        call = self.stage.call(sender, self.stage.okta.rehearsing())
        return replace(plan, losses=await lost.counted(call, plan.arguments))

    async def _users(self, plans: Sequence[Plan], sender: Sender) -> Mapping[str, User]:
        """Return the users of many plans as they are, up to a second old, fifty in a request."""
        directory = self.stage.directory.observed(self.stage.in_turn(sender))
        return await directory.users_by_key(
            [user.id for one in plans if isinstance(user := one.named.get("user"), User)]
        )

    async def _anew(self, prepared: Prepared, plan: Plan, sender: Sender, known: Mapping[str, User]) -> Plan:
        user = plan.named.get("user")
        named = dict(plan.named)
        if isinstance(user, User):
            named["user"] = known.get(user.id) or await okta_users.get_user(self.stage.in_turn(sender), user.id)
        await self.protect(prepared.action, named)
        return await self.of(replace(prepared, named=named), sender)
