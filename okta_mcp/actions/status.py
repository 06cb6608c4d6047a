"""A user after a write."""

from okta_mcp.actions.results import Change
from okta_mcp.directory import Person
from okta_mcp.guard import neutral_text
from okta_mcp.okta import OktaClient, OktaError, User, inner
from okta_mcp.okta import users as okta_users
from okta_mcp.records import record

UNKNOWN = "UNKNOWN"
LOOK_AGAIN = "look again with get_user; no transitioningToStatus means that Okta has finished."


def still_at_it(user: User | None) -> str:
    """Return the sentence, with a space before it, that Okta has not finished with a user; empty when it has."""
    if user is None or user.transitioning_to is None:
        return ""
    return f" Okta is still at it (→ {neutral_text(user.transitioning_to)})."


def provider_of(user: User) -> str | None:
    """Return the type of what checks a user's password, such as `OKTA` or `FEDERATION`; None when not told."""
    return neutral_text(inner(user.credentials, "provider").get("type")) or None


@record
class Status:
    """A user as seen after a write.

    Args:
        before: the user before it.
        user: the user after it; None when that could not be read.
    """

    before: User
    user: User | None

    @property
    def row(self) -> Person:
        """The user, with the status `UNKNOWN` when it could not be read."""
        if self.user is not None:
            return Person.of(self.user)
        return Person.of(self.before).model_copy(update={"status": UNKNOWN})

    @property
    def changes(self) -> list[Change]:
        """The change of the status, where there was one and it is known."""
        if self.user is None:
            return []
        return Change.between({"status": self.before.status}, {"status": self.user.status}, ["status"])

    @property
    def change_of_provider(self) -> list[Change]:
        """The change of what checks the password, where there was one and it is known."""
        before, after = provider_of(self.before), provider_of(self.user) if self.user is not None else None
        if before is None or after is None:
            return []
        return Change.between({"provider": before}, {"provider": after}, ["provider"])

    @property
    def since(self) -> str | None:
        """When the status last changed."""
        return self.user.status_changed if self.user is not None else None

    @property
    def doubt(self) -> str | None:
        """What to do when the user could not be read, or Okta has not finished."""
        if self.user is not None:
            return LOOK_AGAIN if self.user.transitioning_to is not None else None
        return "Okta accepted the change, but the user could not be read afterwards; get_user shows the new state."


async def status_now(okta: OktaClient, before: User, answered: User | None = None) -> Status:
    """Return the user after a write that Okta accepted, read again unless Okta's answer holds it.

    Okta answers lifecycle calls with an empty object, so only the user tells the new status. When this reading
    fails the write still stands: it is reported as done, and the status as unknown.

    Args:
        okta: the client of the org.
        before: the user as resolved before the write.
        answered: the user as the write was answered with.
    """
    if answered is not None:
        return Status(before, answered)
    try:
        return Status(before, await okta_users.get_user(okta, before.id))
    except OktaError:
        return Status(before, None)
