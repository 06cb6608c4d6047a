"""The trail beside Okta's own: the System Log holds an event for what was changed, with the id of the request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from okta_mcp.guard.audit.deeds import Deed, instant
from okta_mcp.okta import LogEvent

EVENTS: Mapping[str, frozenset[str]] = {
    "create_user": frozenset({"user.lifecycle.create"}),
    "update_user": frozenset({"user.account.update_profile", "user.account.update_password", "user.account.update"}),
    "activate_user": frozenset({"user.lifecycle.activate", "user.lifecycle.reactivate"}),
    "deactivate_user": frozenset({"user.lifecycle.deactivate"}),
    "suspend_user": frozenset({"user.lifecycle.suspend"}),
    "unsuspend_user": frozenset({"user.lifecycle.unsuspend"}),
    "expire_password": frozenset({"user.account.expire_password", "user.account.update_password"}),
    "reset_password": frozenset({"user.account.reset_password"}),
    "forgot_password": frozenset({"user.account.reset_password"}),
    "assign_user_to_group": frozenset({"group.user_membership.add"}),
    "remove_user_from_group": frozenset({"group.user_membership.remove"}),
}
"""The types of events that tell of a tool's change. Source: Okta, Event Types catalogue."""

WRITTEN = ("user.lifecycle.", "user.account.", "group.", "application.", "app.user_management.", "user.mfa.factor.")
"""What the types of events begin with that tell of changes such as this server makes."""

_WINDOW = timedelta(minutes=5)
"""How long after an intent its change may be in the log: a call has its time limit, and the log lags a little."""


@dataclass
class Reconciled:
    """What the comparison found.

    Args:
        agreed: how many writes are in both.
        unseen: writes that the trail calls done and the log knows nothing of.
        unknown: events of changes by this credential that the trail knows nothing of.
        done: writes in doubt that were done, each with its event.
        not_done: writes in doubt of which the log knows nothing.
        too_early: writes in doubt that are too young for the log to tell.
    """

    agreed: int = 0
    unseen: list[Deed] = field(default_factory=list)
    unknown: list[LogEvent] = field(default_factory=list)
    done: list[tuple[Deed, LogEvent]] = field(default_factory=list)
    not_done: list[Deed] = field(default_factory=list)
    too_early: list[Deed] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether both tell the same, and nothing is left open."""
        return not (self.unseen or self.unknown or self.too_early)


def reconcile(deeds: Iterable[Deed], events: Iterable[LogEvent], *, actor: str | None, now: datetime) -> Reconciled:
    """Compare a trail with the System Log of the same time.

    Args:
        deeds: of the trail.
        events: of the log, in its order.
        actor: id of whoever the credentials are, as the log names it; None where only the log can tell, by the
            events of writes that are in the trail.
        now: the time until which the log was read.
    """
    by_request: dict[str, list[LogEvent]] = {}
    for event in events:
        by_request.setdefault(request_of(event), []).append(event)
    found, known, doubtful = Reconciled(), set[str](), list[Deed]()
    for deed in deeds:
        requests = [str(one["id"]) for one in deed.requests if "id" in one]
        known.update(requests)
        if deed.result in {"in doubt", "unknown"}:
            doubtful.append(deed)
        elif deed.result in {"done", "partly"}:
            _compare(deed, [one for request in requests for one in by_request.get(request, ())], found)
    actors = {one.actor.get("id") for request in known for one in by_request.get(request, ())} | {actor}
    tokens = {token_of(one) for request in known for one in by_request.get(request, ())} - {None}
    ours = [
        one
        for request, events_of_one in by_request.items()
        for one in events_of_one
        if one.actor.get("id") in actors
        and (not tokens or token_of(one) in tokens)
        and one.event_type.startswith(WRITTEN)
        and one.outcome.get("result") == "SUCCESS"
    ]
    _settle(doubtful, ours, known, now, found)
    seen = set[str]()
    for event in ours:
        if request_of(event) not in known | seen:
            seen.add(request_of(event))
            found.unknown.append(event)
    return found


def _compare(deed: Deed, events: list[LogEvent], found: Reconciled) -> None:
    if any(event.outcome.get("result") == "SUCCESS" for event in events):
        found.agreed += 1
    elif deed.outcome.get("changes") or deed.tool == "create_user":
        found.unseen.append(deed)
    # Okta accepts what is so already, and writes no event of it.


def _settle(doubtful: list[Deed], ours: list[LogEvent], known: set[str], now: datetime, found: Reconciled) -> None:
    """Find for each write in doubt the event that tells of it, or find that there is none."""
    for deed in doubtful:
        requests = {str(one["id"]) for one in deed.requests if "id" in one}
        event = next(
            (one for one in ours if request_of(one) in requests or (request_of(one) not in known and _fits(one, deed))),
            None,
        )
        if event is not None:
            known.add(request_of(event))
            found.done.append((deed, event))
        elif deed.at + _WINDOW > now:
            found.too_early.append(deed)
        else:
            found.not_done.append(deed)


def _fits(event: LogEvent, deed: Deed) -> bool:
    """Tell whether an event tells of this write: what it is, whom it is for, and when."""
    types = EVENTS.get(deed.tool)
    if (types is not None and event.event_type not in types) or event.published is None:
        return False
    # The clocks of two machines are never quite the same.
    if not deed.at - timedelta(seconds=30) <= instant(event.published) <= deed.at + _WINDOW:
        return False
    targets = {str(one.get("id")) for one in event.targets} | {
        str(one.get("alternateId")).casefold() for one in event.targets
    }
    wanted = [str(one.get("id")) for one in deed.on]
    if not wanted:
        profile: Any = deed.entry.get("arguments", {}).get("profile", {})
        wanted = [str(profile.get("login") or profile.get("email")).casefold()]
    return all(one in targets for one in wanted)


def request_of(event: LogEvent) -> str:
    """Return the id of the request that an event tells of."""
    return str(event.transaction.get("id"))


def token_of(event: LogEvent) -> str | None:
    """Return the id of the API token that an event was caused with; None where there was none."""
    detail = event.transaction.get("detail")
    token = detail.get("requestApiTokenId") if isinstance(detail, Mapping) else None
    return None if token is None else str(token)
