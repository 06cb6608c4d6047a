"""What an entry of the trail says of a write."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

from okta_mcp.guard.caller import LOCAL, Caller
from okta_mcp.records import record

Result = Literal["done", "partly", "failed", "unknown"]
"""How a write ended: carried out; the first of its requests were; not carried out, and nothing was changed; nobody
knows."""

_LONGEST_TEXT = 1_000
_LONGEST_LIST = 200


@record
class Target:
    """Whom or what a write is for.

    Args:
        kind: `user`, `group` or another word for what it is.
        id: Okta's.
        name: the login or the name.
    """

    kind: str
    id: str
    name: str


@record
class Confirmation:
    """That somebody has agreed to a write.

    Args:
        how: the way of asking, such as `elicitation`.
        by: who agreed, as the caller is named.
        reference: what the agreement can be found by elsewhere, as a ticket's number.
    """

    how: str
    by: str | None = None
    reference: str | None = None


@record
class Attempt:
    """A write that somebody asks for.

    Args:
        tool: the tool's name.
        arguments: as they were checked, without secrets (`recorded`).
        effect: `write` or `destructive`.
        caller: who asks.
        client: the MCP client's name and version.
        org: origin of the org.
        targets: on whom.
        confirmation: who has agreed; None where nobody was asked.
        dry_run: whether it is only looked at what would happen.
        request: this server's own id of the request, as it stands in the log.
        batch: what a write among many is part of.
    """

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    effect: str = "write"
    caller: Caller = LOCAL
    client: str | None = None
    org: str | None = None
    targets: Sequence[Target] = ()
    confirmation: Confirmation | None = None
    dry_run: bool = False
    request: str | None = None
    batch: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return it as JSON data."""
        who, agreed = self.caller, self.confirmation
        return _known(
            tool=self.tool,
            effect=self.effect,
            arguments=_bounded(self.arguments),
            who=_known(id=who.id, name=who.name, kind=who.kind, client=who.client),
            client=self.client,
            org=self.org,
            on=[_known(kind=one.kind, id=one.id, name=one.name) for one in self.targets[:_LONGEST_LIST]],
            confirmation=_known(how=agreed.how, by=agreed.by, reference=agreed.reference) if agreed else None,
            dryRun=self.dry_run or None,
            request=self.request,
            batch=self.batch,
        )


@record
class Sent:
    """A changing request to Okta, and what came of it.

    Args:
        method: HTTP method.
        path: with `{id}` in place of identifiers.
        status: HTTP status; None where no answer came.
        id: `X-Okta-Request-Id`, the `transaction.id` of the System Log.
    """

    method: str
    path: str
    status: int | None = None
    id: str | None = None


@record
class Outcome:
    """What became of a write.

    Args:
        result: how it ended.
        changes: before and after, field by field; JSON data without secrets.
        sent: the changing requests, in their order.
        targets: on whom, where this is only known now, as for a user who was created.
        error: why it failed, in words without secrets.
    """

    result: Result
    changes: Sequence[Mapping[str, Any]] = ()
    sent: Sequence[Sent] = ()
    targets: Sequence[Target] = ()
    error: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return _known(
            result=self.result,
            changes=_bounded(list(self.changes)),
            okta=[_known(method=one.method, path=one.path, status=one.status, id=one.id) for one in self.sent],
            on=[_known(kind=one.kind, id=one.id, name=one.name) for one in self.targets[:_LONGEST_LIST]],
            error=_bounded(self.error),
        )


def _known(**facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, [], {})}


def _bounded(value: Any) -> Any:
    """Return JSON data of which no text and no list is of any length; what was cut is said."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[:_LONGEST_TEXT]}… ({len(value)} characters)"
    if isinstance(value, Mapping):
        return {str(name)[:_LONGEST_TEXT]: _bounded(one) for name, one in list(value.items())[:_LONGEST_LIST]}
    if isinstance(value, list | tuple):
        rest = [f"… ({len(value)} in all)"] if len(value) > _LONGEST_LIST else []
        return [_bounded(one) for one in value[:_LONGEST_LIST]] + rest
    return value
