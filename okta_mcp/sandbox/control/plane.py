"""What can be ordered of a sandbox, order by order."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, RootModel

from okta_mcp.sandbox.control.orders import (
    ClockOrder,
    ClockState,
    Empty,
    FaultState,
    JournalQuery,
    Refusal,
    Request,
    ResetOrder,
    SnapshotOrder,
    SnapshotState,
    State,
    TokenOrder,
    TokenState,
)
from okta_mcp.sandbox.faults import Fault, FaultRule, Kind, rule_of
from okta_mcp.sandbox.openapi import document_of
from okta_mcp.sandbox.seed import ADMIN_LOGIN

if TYPE_CHECKING:
    from okta_mcp.sandbox.sandbox import Sandbox
    from okta_mcp.sandbox.snapshots import Snapshot

__all__ = ["ENDPOINTS", "Endpoint"]

Deed: TypeAlias = Callable[["Sandbox", Any, Any, dict[str, str]], "BaseModel | dict[str, Any] | None"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One order.

    Args:
        method: HTTP method.
        path: below `/sandbox`.
        carry_out: takes the sandbox, the body, the query and the parts of the path; None is answered with 204.
        order: what the body must be; an empty one gives the defaults.
        query: what the query may be.
        status: of the answer.
    """

    method: str
    path: str
    carry_out: Deed
    order: type[BaseModel] = Empty
    query: type[BaseModel] = Empty
    status: int = 200


class FaultOrder(RootModel[dict[str, Any]]):
    """A fault rule; `rule_of` reads it."""

    model_config = ConfigDict(title="FaultRule")
    root: dict[str, Any] = {}


def _state(sandbox: "Sandbox", _order: Empty, _query: Empty, _path: dict[str, str]) -> State:
    org = sandbox.org
    by_status = Counter(str(user.status) for user in org.users.values())
    return State(
        company=org.company_name,
        time=org.now(),
        speed=sandbox.clock.speed,
        users={"total": len(org.users), **dict(sorted(by_status.items()))},
        groups=len(org.groups),
        apps=len(org.apps),
        tokens=len(org.tokens),
        requests=len(sandbox.journal),
        faults=len(sandbox.faults),
        snapshots=[kept.name for kept in sandbox.snapshots],
    )


def _reset(sandbox: "Sandbox", order: ResetOrder, _query: Empty, _path: dict[str, str]) -> TokenState:
    sandbox.reset(order.time)
    return TokenState(login=ADMIN_LOGIN, token=sandbox.api_token)


# Snapshots


def _snapshots(sandbox: "Sandbox", _order: Empty, _query: Empty, _path: dict[str, str]) -> dict[str, Any]:
    return {"snapshots": [_kept(one).model_dump(mode="json") for one in sandbox.snapshots]}


def _take(sandbox: "Sandbox", order: SnapshotOrder, _query: Empty, _path: dict[str, str]) -> SnapshotState:
    return _kept(sandbox.snapshots.take(order.name))


def _restore(sandbox: "Sandbox", _order: Empty, _query: Empty, path: dict[str, str]) -> SnapshotState:
    try:
        return _kept(sandbox.snapshots.restore(path["name"]))
    except KeyError:
        raise _no_snapshot(sandbox, path["name"]) from None


def _drop(sandbox: "Sandbox", _order: Empty, _query: Empty, path: dict[str, str]) -> None:
    try:
        sandbox.snapshots.drop(path["name"])
    except KeyError:
        raise _no_snapshot(sandbox, path["name"]) from None


def _no_snapshot(sandbox: "Sandbox", name: str) -> Refusal:
    there = ", ".join(kept.name for kept in sandbox.snapshots) or "none"
    return Refusal(404, f"There is no snapshot {name!r}; there are: {there}.")


def _kept(snapshot: "Snapshot") -> SnapshotState:
    return SnapshotState(name=snapshot.name, time=snapshot.taken, bytes=len(snapshot.state))


# Faults


def _faults(sandbox: "Sandbox", _order: Empty, _query: Empty, _path: dict[str, str]) -> dict[str, Any]:
    return {"faults": [_in_force(fault).model_dump(mode="json") for fault in sandbox.faults]}


def _add_fault(sandbox: "Sandbox", order: FaultOrder, _query: Empty, _path: dict[str, str]) -> FaultState:
    return _in_force(sandbox.faults.add(rule_of(order.root)))


def _remove_faults(sandbox: "Sandbox", _order: Empty, _query: Empty, _path: dict[str, str]) -> None:
    sandbox.faults.clear()


def _remove_fault(sandbox: "Sandbox", _order: Empty, _query: Empty, path: dict[str, str]) -> None:
    try:
        sandbox.faults.remove(path["fault"])
    except KeyError:
        raise Refusal(404, f"There is no fault {path['fault']!r}; it may be used up.") from None


def _in_force(fault: Fault) -> FaultState:
    return FaultState(id=fault.id, rule=asdict(fault.rule), seen=fault.seen, met=fault.met)


# Clock


def _clock(sandbox: "Sandbox", _order: Empty, _query: Empty, _path: dict[str, str]) -> ClockState:
    return ClockState(time=sandbox.clock(), speed=sandbox.clock.speed)


def _move(sandbox: "Sandbox", order: ClockOrder, _query: Empty, _path: dict[str, str]) -> ClockState:
    if order.advance is not None and order.set is not None:
        raise Refusal(400, "Give advance or set, not both.")
    if not order.model_fields_set:
        raise Refusal(400, "Give advance (seconds), set (a moment) or speed (a factor).")
    # The move first of all, as it is what can be refused.
    if order.advance is not None:
        sandbox.clock.advance(timedelta(seconds=order.advance))
    if order.set is not None:
        sandbox.clock.set(order.set)
    if order.speed is not None:
        sandbox.clock.speed = order.speed
    return ClockState(time=sandbox.clock(), speed=sandbox.clock.speed)


# Journal and tokens


def _journal(sandbox: "Sandbox", _order: Empty, query: JournalQuery, _path: dict[str, str]) -> dict[str, Any]:
    place = FaultRule(kind=Kind.HTML, method=query.method or "*", path=query.path or "**")
    found = [
        Request(
            method=entry.method,
            path=entry.path,
            query=entry.query,
            status=entry.status,
            request_id=entry.request_id,
            body=entry.body,
            time=entry.at,
            fault=entry.fault,
        )
        for entry in sandbox.journal
        if place.matches(entry.method, entry.path)
        and query.status in (None, entry.status)
        and query.fault in (None, entry.fault)
    ]
    shown = [request.model_dump(mode="json") for request in found[-query.limit :]]
    return {"requests": shown, "total": len(found)}


def _empty_journal(sandbox: "Sandbox", _order: Empty, _query: Empty, _path: dict[str, str]) -> None:
    sandbox.journal.clear()


def _issue(sandbox: "Sandbox", order: TokenOrder, _query: Empty, _path: dict[str, str]) -> TokenState:
    return TokenState(login=order.login, token=sandbox.issue_token(order.login))


def _openapi(_sandbox: "Sandbox", _order: Empty, _query: Empty, _path: dict[str, str]) -> dict[str, Any]:
    return document_of()


ENDPOINTS = (
    Endpoint("GET", "/state", _state),
    Endpoint("POST", "/reset", _reset, ResetOrder),
    Endpoint("GET", "/snapshots", _snapshots),
    Endpoint("POST", "/snapshots", _take, SnapshotOrder, status=201),
    Endpoint("POST", "/snapshots/{name}/restore", _restore),
    Endpoint("DELETE", "/snapshots/{name}", _drop),
    Endpoint("GET", "/faults", _faults),
    Endpoint("POST", "/faults", _add_fault, FaultOrder, status=201),
    Endpoint("DELETE", "/faults", _remove_faults),
    Endpoint("DELETE", "/faults/{fault}", _remove_fault),
    Endpoint("GET", "/clock", _clock),
    Endpoint("POST", "/clock", _move, ClockOrder),
    Endpoint("GET", "/journal", _journal, query=JournalQuery),
    Endpoint("DELETE", "/journal", _empty_journal),
    Endpoint("POST", "/tokens", _issue, TokenOrder, status=201),
    Endpoint("GET", "/openapi.json", _openapi),
)
