"""Getting a yes to changes: from the person where the client can ask, by a code where it cannot."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from okta_mcp.actions.confirmation import CannotAsk, Doing, Plan, Unconfirmed, require_yes, state_of
from okta_mcp.actions.questions import question_of
from okta_mcp.guard import Codes, Confirming, Refused, Verdict
from okta_mcp.records import record

if TYPE_CHECKING:
    from okta_mcp.actions.sender import Sender

_TRIES = 3
"""How often in a row a person is asked again because something changed while they were thinking."""


Look = Callable[[Sequence[Plan]], Awaitable[Sequence[Plan]]]


@record
class Ways:
    """How to find out more about plans.

    Args:
        told: adds what is lost for good.
        anew: reads their objects once more, and rehearses them.
    """

    told: Look
    anew: Look


ELICITED = "elicitation"


@record
class Agreed:
    """What was agreed to.

    Args:
        plans: as they are after the yes, in their order.
        how: `elicitation` for the yes of a person whom the client asked, `code` for that of whoever had the code.
    """

    plans: Sequence[Plan]
    how: str


@record
class Consent:
    """Gets the yes that calls need.

    Args:
        confirming: what is confirmed, and by whom.
        codes: issues and takes the codes.
    """

    confirming: Confirming
    codes: Codes

    async def obtain(
        self, doing: Doing, purpose: bytes, plans: Sequence[Plan], sender: "Sender", ways: "Ways"
    ) -> Agreed:
        """Return the plans as they were agreed to, all together.

        Args:
            doing: what was asked for.
            purpose: everything that says which calls of whom these are.
            plans: what would be done.
            sender: who asks for it.
            ways: to find out more about the plans.

        Raises:
            Declined: the person did not agree.
            Pending: the client is to come back with the person's answer.
            Unconfirmed: the caller is to come back with a code.
            Refused: nobody can be asked, or what came back was not for this call.
            OktaError: Okta cannot be asked.
        """
        note = await self._earlier(sender, purpose, plans)
        if note is None:
            return Agreed(plans, ELICITED)
        if not sender.chooser.available:
            return await self._by_code(doing, purpose, plans, sender, ways)
        for _ in range(_TRIES):
            question = question_of(doing, await ways.told(plans), note)
            seen = state_of(plans)
            try:
                await sender.chooser.confirm(question, partial(self.codes.issue, purpose, seen))
            except CannotAsk:
                return await self._by_code(doing, purpose, plans, sender, ways)
            # The person has taken a while.
            plans = await ways.anew(plans)
            if state_of(plans) == seen:
                return Agreed(plans, ELICITED)
            note = _AGAIN[Verdict.CHANGED]
        raise Refused(
            "It was not done: what it is about keeps changing while the person is asked; nothing was changed",
            "look what else is at work on it, then call again.",
        )

    async def _earlier(self, sender: "Sender", purpose: bytes, plans: Sequence[Plan]) -> str | None:
        """Take the answer of an earlier round; return why to ask again, or None when all is agreed."""
        earlier = sender.chooser.answered
        if earlier is None:
            return ""
        require_yes(earlier.answer)
        return self._again(await self.codes.take(earlier.code, purpose, state_of(plans)))

    async def _by_code(
        self, doing: Doing, purpose: bytes, plans: Sequence[Plan], sender: "Sender", ways: "Ways"
    ) -> Agreed:
        if self.confirming.by == "person":
            raise Refused(
                f"It was not done: {doing.title} needs the yes of a person, and this client cannot ask one; "
                "nothing was changed",
                "use a client that shows the server's questions (MCP elicitation); the operator set "
                "OKTA_MCP_CONFIRM_BY=person.",
            )
        note: str | None = ""
        if sender.code is not None:
            note = self._again(await self.codes.take(sender.code, purpose, state_of(plans)))
        if note is None:
            return Agreed(plans, "code")
        question = question_of(doing, await ways.told(plans), note)
        raise Unconfirmed(question, await self.codes.issue(purpose, state_of(plans)), plans)

    @staticmethod
    def _again(verdict: Verdict) -> str | None:
        if verdict is Verdict.GOOD:
            return None
        if verdict in _AGAIN:
            return _AGAIN[verdict]
        raise Refused(
            f"It was not done: the confirmation does not hold, for {verdict.value}; nothing was changed",
            "look whether it is done already; if not, call once more without `confirmation` to see what would be done "
            "and to get a new code."
            if verdict in (Verdict.USED, Verdict.UNTOLD)
            else "call once more without `confirmation` to see what would be done and to get a new code.",
        )


_AGAIN = {
    Verdict.CHANGED: "It has changed since it was shown, so this is asked again.",
    Verdict.EXPIRED: "The confirmation came too late, so this is asked again.",
}
