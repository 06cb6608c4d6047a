"""The status machine of a user, as data.

Source: Okta Users API, "User status" and the lifecycle operations.
"""

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from types import MappingProxyType

from okta_mcp.sandbox.errors import ApiError, error, not_found, validation_failed
from okta_mcp.sandbox.records import Status, User

__all__ = ["TRANSITIONS", "Move", "Operation", "next_status"]


class Operation(StrEnum):
    """What can be done to a user's status or credentials."""

    ACTIVATE = "activate"
    REACTIVATE = "reactivate"
    DEACTIVATE = "deactivate"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    UNLOCK = "unlock"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - the name of an operation
    EXPIRE_PASSWORD = "expire_password"  # noqa: S105 - the name of an operation
    FORGOT_PASSWORD = "forgot_password"  # noqa: S105 - the name of an operation
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - the name of an operation
    CHANGE_RECOVERY_QUESTION = "change_recovery_question"
    RESET_FACTORS = "reset_factors"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of an operation
    UPDATE = "update"
    DELETE = "delete"


class Move(Enum):
    """A result that depends on the user."""

    STAY = "status does not change"
    READY = "ACTIVE with a password or another provider, else PROVISIONED"
    BACK = "the status before the suspension"
    UNLOCKED = "PASSWORD_EXPIRED if the password has expired, else ACTIVE"
    UNBLOCK = "stays, if there is a block to remove"
    GONE = "removed from the org"


Refusal = Callable[[User], ApiError]


def _refused(code: str, *causes: str) -> Refusal:
    return lambda _user: error(code, *causes)


_ALREADY_ACTIVE = _refused("E0000016")
_WRONG_STATUS = _refused("E0000038")
_NOT_LOCKED = _refused("E0000032", "The user is not locked out.")
_NO_RESET = _refused("E0000017", "Password reset is not allowed in the user's current status")
_NO_FORGOT = _refused("E0000034", "Recovery credential not set.")
_NO_CHANGE = _refused("E0000035")
_NO_QUESTION = _refused("E0000036")


def _not_active(_user: User) -> ApiError:
    return validation_failed("suspendUser", "Cannot suspend a user that is not active")


def _not_suspended(_user: User) -> ApiError:
    return validation_failed("unsuspendUser", "Cannot unsuspend a user that is not suspended")


def _already_deactivated(user: User) -> ApiError:
    return not_found(user.id, "User")


Result = Status | Move | Refusal

_STAGED, _PROVISIONED, _ACTIVE, _RECOVERY, _EXPIRED, _LOCKED, _SUSPENDED, _DEPROVISIONED = Status


def _row(*results: Result) -> Mapping[Status, Result]:
    return MappingProxyType(dict(zip(Status, results, strict=True)))


_STAY = Move.STAY

# Columns: STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED, DEPROVISIONED.
# fmt: off
TRANSITIONS: Mapping[Operation, Mapping[Status, Result]] = MappingProxyType({
    Operation.ACTIVATE: _row(
        Move.READY, _ALREADY_ACTIVE, _ALREADY_ACTIVE, _WRONG_STATUS,
        _WRONG_STATUS, _WRONG_STATUS, _WRONG_STATUS, Move.READY),
    Operation.REACTIVATE: _row(
        _WRONG_STATUS, _STAY, _WRONG_STATUS, _STAY,
        _WRONG_STATUS, _WRONG_STATUS, _WRONG_STATUS, _WRONG_STATUS),
    Operation.DEACTIVATE: _row(
        _DEPROVISIONED, _DEPROVISIONED, _DEPROVISIONED, _DEPROVISIONED,
        _DEPROVISIONED, _DEPROVISIONED, _DEPROVISIONED, _already_deactivated),
    Operation.SUSPEND: _row(
        _not_active, _SUSPENDED, _SUSPENDED, _not_active,
        _SUSPENDED, _not_active, _not_active, _not_active),
    Operation.UNSUSPEND: _row(
        _not_suspended, _not_suspended, _not_suspended, _not_suspended,
        _not_suspended, _not_suspended, Move.BACK, _not_suspended),
    Operation.UNLOCK: _row(
        _NOT_LOCKED, _NOT_LOCKED, Move.UNBLOCK, _NOT_LOCKED,
        _NOT_LOCKED, Move.UNLOCKED, _NOT_LOCKED, _NOT_LOCKED),
    Operation.RESET_PASSWORD: _row(
        _NO_RESET, _RECOVERY, _RECOVERY, _STAY,
        _RECOVERY, _RECOVERY, _NO_RESET, _NO_RESET),
    Operation.EXPIRE_PASSWORD: _row(
        _WRONG_STATUS, _WRONG_STATUS, _EXPIRED, _WRONG_STATUS,
        _STAY, _EXPIRED, _WRONG_STATUS, _WRONG_STATUS),
    Operation.FORGOT_PASSWORD: _row(
        _NO_FORGOT, _NO_FORGOT, _STAY, _NO_FORGOT,
        _NO_FORGOT, _NO_FORGOT, _NO_FORGOT, _NO_FORGOT),
    Operation.CHANGE_PASSWORD: _row(
        _STAY, _NO_CHANGE, _STAY, _ACTIVE,
        _ACTIVE, _NO_CHANGE, _NO_CHANGE, _NO_CHANGE),
    Operation.CHANGE_RECOVERY_QUESTION: _row(
        _STAY, _NO_QUESTION, _STAY, _STAY,
        _NO_QUESTION, _NO_QUESTION, _NO_QUESTION, _NO_QUESTION),
    Operation.RESET_FACTORS: _row(
        _STAY, _STAY, _STAY, _STAY,
        _STAY, _STAY, _STAY, _WRONG_STATUS),
    Operation.SET_PASSWORD: _row(
        _STAY, _ACTIVE, _STAY, _ACTIVE,
        _ACTIVE, _ACTIVE, _WRONG_STATUS, _WRONG_STATUS),
    Operation.UPDATE: _row(
        _STAY, _STAY, _STAY, _STAY,
        _STAY, _STAY, _STAY, _WRONG_STATUS),
    Operation.DELETE: _row(
        _DEPROVISIONED, _DEPROVISIONED, _DEPROVISIONED, _DEPROVISIONED,
        _DEPROVISIONED, _DEPROVISIONED, _DEPROVISIONED, Move.GONE),
})
# fmt: on


def next_status(user: User, operation: Operation) -> Status | None:
    """Return the status that `operation` leads to; None when the user is removed.

    Raises:
        ApiError: when the operation is not allowed in the user's status, or while the user is on the way to another:
            409 E0000112 when that is an activation.
    """
    if user.transitioning_to is not None:
        raise error("E0000038" if user.transitioning_to is Status.DEPROVISIONED else "E0000112")
    result = TRANSITIONS[operation][user.status]
    if isinstance(result, Status):
        return result
    if isinstance(result, Move):
        return _MOVES[result](user)
    raise result(user)


def _ready(user: User) -> Status:
    may_sign_in = user.password is not None or user.provider.type in ("FEDERATION", "SOCIAL")
    return Status.ACTIVE if may_sign_in else Status.PROVISIONED


def _unblocked(user: User) -> Status:
    if not user.device_blocked:
        raise _NOT_LOCKED(user)
    return user.status


_MOVES: Mapping[Move, Callable[[User], Status | None]] = {
    Move.STAY: lambda user: user.status,
    Move.READY: _ready,
    Move.BACK: lambda user: user.previous_status or Status.ACTIVE,
    Move.UNLOCKED: lambda user: Status.PASSWORD_EXPIRED if user.password_expired else Status.ACTIVE,
    Move.UNBLOCK: _unblocked,
    Move.GONE: lambda _user: None,
}
