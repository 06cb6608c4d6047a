"""The status of a user after a write."""

from dataclasses import dataclass

from okta_mcp.directory import Person
from okta_mcp.okta import OktaClient, OktaError, User
from okta_mcp.okta import users as okta_users

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Status:
    """A user as seen after a write.

    Args:
        row: the user, with the new status, or `UNKNOWN` when it could not be read.
        changed: when the status last changed.
        doubt: what to do when the status could not be read.
    """

    row: Person
    changed: str | None = None
    doubt: str | None = None


async def status_now(okta: OktaClient, before: User) -> Status:
    """Read the user again after a write that Okta accepted.

    Okta answers lifecycle calls with an empty object, so only the user tells the new status. When this reading
    fails the write still stands: it is reported as done, and the status as unknown.
    """
    try:
        user = await okta_users.get_user(okta, before.id)
    except OktaError:
        row = Person.of(before).model_copy(update={"status": UNKNOWN})
        return Status(row, doubt="Okta accepted the change, but the new status could not be read; get_user shows it.")
    return Status(Person.of(user), user.status_changed)
