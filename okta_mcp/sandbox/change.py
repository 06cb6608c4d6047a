"""Who changes the org, and the System Log entries that a change leaves behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from okta_mcp.sandbox.oauth import Client
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import App, Assignment, Group, Rule, User

__all__ = ["Change", "target"]

Target = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One deed: an API request of an administrator, or something the org does by itself.

    Args:
        org: what is changed.
        now: the moment of the deed, with its milliseconds.
        actor: the user that acts, or the OAuth client; None for the org itself.
        client: the log entry's `client` fields that are known, such as `ipAddress`.
        request_id: becomes `transaction.id`.
        request_uri: path of the request.
        token_id: id of the API token that was used.
        logged: whether the System Log hears of it.
    """

    org: Org
    now: datetime
    actor: User | Client | None = None
    client: Mapping[str, Any] = field(default_factory=dict)
    request_id: str | None = None
    request_uri: str | None = None
    token_id: str | None = None
    logged: bool = True

    @property
    def second(self) -> datetime:
        """The moment as objects keep it: without milliseconds."""
        return self.now.replace(microsecond=0)

    def log(
        self,
        event_type: str,
        *targets: User | Group | App | Assignment | Rule | Client,
        outcome: str = "SUCCESS",
        reason: str | None = None,
        details: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Write an event about `targets` to the System Log; `details` are the first one's `changeDetails`."""
        if not self.logged:
            return
        if self.actor is None:
            actor: Target = {
                "id": self.org.system_principal_id,
                "type": "SystemPrincipal",
                "alternateId": "system@okta.com",
                "displayName": "Okta System",
                "detailEntry": None,
            }
        else:
            actor = target(self.org, self.actor)
        named = [target(self.org, thing) for thing in targets]
        if details is not None:
            named[0]["changeDetails"] = details
        self.org.log.record(
            event_type,
            published=self.now,
            actor=actor,
            targets=named,
            outcome=outcome,
            reason=reason,
            client=self.client or None,
            transaction_id=self.request_id,
            request_uri=self.request_uri,
            request_api_token_id=self.token_id,
        )


def target(org: Org, thing: User | Group | App | Assignment | Rule | Client) -> dict[str, Any]:
    """Name an object as the System Log does, among targets or as actor."""
    if isinstance(thing, User):
        kind, alternate, name = "User", thing.login, thing.display_name
    elif isinstance(thing, Group):
        kind, alternate, name = "UserGroup", "unknown", thing.name
    elif isinstance(thing, Rule):
        kind, alternate, name = "GroupRule", "unknown", thing.name
    elif isinstance(thing, Client):
        kind, alternate, name = "PublicClientApp", thing.id, thing.name
    elif isinstance(thing, App):
        kind, alternate, name = "AppInstance", thing.label, thing.label
    else:
        user = org.users[thing.user_id]
        kind, alternate, name = "AppUser", user.login, user.display_name
    return {
        "id": thing.id,
        "type": kind,
        "alternateId": alternate,
        "displayName": name,
        "detailEntry": None,
    }
