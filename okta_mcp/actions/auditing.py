"""What the audit trail is told of a call."""

from collections.abc import Mapping
from typing import Any

import anyio
import anyio.lowlevel
from pydantic.alias_generators import to_camel

from okta_mcp.actions.action import Action
from okta_mcp.actions.arguments import ArgumentError, arguments_of
from okta_mcp.actions.confirmation import Declined, Unconfirmed
from okta_mcp.actions.results import Result
from okta_mcp.actions.sender import Sender
from okta_mcp.actions.spelling import respell
from okta_mcp.actions.stage import Prepared
from okta_mcp.guard import Refused, request_id
from okta_mcp.guard.audit import HIDDEN, Attempt, Confirmation, Outcome, Sent, Target, Trail, recorded
from okta_mcp.okta import Group, OktaError, User

_UNRECORDED = "The audit trail could not be written, so no further write is done: tell the operator."


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return checked arguments as they may be written down: those that say something, without secrets."""
    return {to_camel(name): recorded(value) for name, value in values.items() if value not in (None, (), [])}


def said(action: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call that may not have been checked, as they may be written down.

    Args:
        action: what was called.
        given: the arguments as the client sent them. Where they are wrong their names are kept alone: only a value
            of the right type is known to be no secret.
    """
    arguments = arguments_of(action)
    try:
        return told(arguments.check(respell(dict(given), arguments)))
    except ArgumentError:
        known = {name: HIDDEN for name in given if name in arguments.names}
        return {**known, **({"(unknown)": len(given) - len(known)} if len(given) > len(known) else {})}


def rule_of(error: Refused | Declined | Unconfirmed) -> str:
    """Return in words by what a write is not done."""
    if isinstance(error, Declined):
        return f"the person did not agree ({error.how})"
    return error.reason if isinstance(error, Refused) else "to be confirmed with a code first"


def targets(named: Mapping[str, object]) -> list[Target]:
    """Return on whom a call is, of the objects that its arguments point at."""
    found = []
    for value in named.values():
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, User):
                found.append(Target("user", one.id, one.login))
            elif isinstance(one, Group):
                found.append(Target("group", one.id, one.name))
    return found


def warned(result: Result) -> Result:
    """Return the answer of a write that was done, saying that the trail does not hold what became of it."""
    if "next_step" not in type(result).model_fields:
        return result
    next_step = getattr(result, "next_step", None)
    return result.model_copy(update={"next_step": f"{next_step} {_UNRECORDED}" if next_step else _UNRECORDED})


class Recording:
    """The entries of one write: the intent before its first changing request, the outcome before its answer.

    A call that changes nothing, because an argument is wrong or words are unclear, makes no entry.

    Args:
        trail: gets the entries.
        attempt: what is attempted.
    """

    def __init__(self, trail: Trail, attempt: Attempt) -> None:
        self._trail, self._attempt = trail, attempt
        self._number: int | None = None
        self._intending = anyio.Lock()
        self._sent: list[Sent] = []
        self._under_way: list[Sent] = []

    async def before(self, method: str, path: str) -> None:
        """Write the intent before the first request; see `okta.Witness`."""
        async with self._intending:
            if self._number is None:
                self._number = await self._trail.intend(self._attempt)
        # The entry is written however long that takes: a call that was cancelled meanwhile is not sent any more.
        await anyio.lowlevel.checkpoint_if_cancelled()
        self._under_way.append(Sent(method, path))

    def after(self, method: str, path: str, status: int | None, request_id: str | None) -> None:
        """Keep what came of a request; see `okta.Witness`."""
        self.unsent()
        self._sent.append(Sent(method, path, status, request_id))

    def unsent(self) -> None:
        """Forget a request that was not sent; see `okta.Witness`."""
        self._under_way.pop()

    async def conclude(self, result: Result | None, error: BaseException | None) -> bool:
        """Write the outcome, where there was an intent; tell whether all is written that should be.

        Args:
            result: what the call answers; None where it fails.
            error: why it fails.
        """
        if self._number is None:
            return True
        outcome = Outcome(
            self._became(result, error),
            changes=[] if result is None else [one.model_dump(mode="json") for one in getattr(result, "changes", ())],
            sent=[*self._sent, *self._under_way],
            targets=self._new_target(result),
            error=None if error is None else _words(error),
        )
        return await self._trail.conclude(self._number, self._attempt.tool, outcome)

    def _became(self, result: Result | None, error: BaseException | None) -> Any:
        if result is not None:
            return "done"
        if self._under_way or (isinstance(error, OktaError) and error.maybe_applied):
            return "unknown"
        carried_out = [one for one in self._sent if one.status is not None and one.status < 300]
        if not carried_out:
            # What went unanswered and was then sent again and refused is in the error as `maybe_applied`.
            unanswered = any(one.status is None for one in self._sent) and not isinstance(error, OktaError)
            return "unknown" if unanswered else "failed"
        return "done" if self._sent[-1] in carried_out else "partly"

    def _new_target(self, result: Result | None) -> list[Target]:
        touched = None if result is None else result.touched
        if touched is None or any(one.id == touched[0] for one in self._attempt.targets):
            return []
        return [Target("user", *touched)]


def _words(error: BaseException) -> str:
    # Only ours are known to hold no secret.
    return f"{type(error).__name__}: {error}" if isinstance(error, OktaError) else type(error).__name__


class Clerk:
    """Tells the audit trail of the calls of one server.

    Args:
        trail: is told.
        org: origin of the org that they are about.
        dry_run: whether nothing is done at all.
    """

    def __init__(self, trail: Trail, org: str, *, dry_run: bool) -> None:
        self._trail, self._org, self._dry_run = trail, org, dry_run

    def recording(self, prepared: Prepared, sender: Sender) -> Recording:
        """Begin the entries of a call that is carried out."""
        return Recording(self._trail, self._attempt_of(prepared, sender))

    async def refused(
        self, action: Action, given: Mapping[str, Any], named: Mapping[str, object], sender: Sender, rule: str
    ) -> None:
        """Enter a write that was refused before it was prepared.

        Args:
            action: what was called.
            given: the arguments as the client sent them.
            named: the objects found so far, by parameter.
            sender: who sent it.
            rule: by what it is refused, in words.
        """
        await self._trail.refuse(self._attempt(action, said(action, given), named, sender), rule)

    async def not_done(self, prepared: Prepared, sender: Sender, rule: str) -> None:
        """Enter a write that was prepared and is not done; no entry for what only reads."""
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
            org=self._org,
            targets=targets(named),
            confirmation=confirmation,
            request=sender.request or request_id(),
            dry_run=self._dry_run,
            batch=sender.batch,
        )
