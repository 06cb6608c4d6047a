"""What the org has begun and will finish later, as Okta does in the background."""

import bisect
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from okta_mcp.sandbox.change import Change

__all__ = ["Deed", "Pending", "postpone"]


class Deed(StrEnum):
    """What is left to do for a user."""

    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    DELETE = "delete"
    EXPIRE_PASSWORD = "expire_password"  # noqa: S105 - the name of a deed
    ASSIGN_APPS = "assign_apps"


@dataclass(frozen=True, slots=True)
class Pending:
    """A deed that is due at a moment, in the name of whoever began it."""

    due: datetime
    deed: Deed
    user_id: str
    change: "Change"


def postpone(change: "Change", deed: Deed, user_id: str) -> bool:
    """Put a deed off if the org takes its time; returns whether it did.

    Deeds for one moment are done in the order they were put off.
    """
    org = change.org
    if org.delay is None:
        return False
    pending = Pending(change.now + org.delay, deed, user_id, change)
    bisect.insort_right(org.pending, pending, key=lambda one: one.due)
    return True
