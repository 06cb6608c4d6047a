"""The kinds of events that the sandbox writes, and what Okta calls them."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["EVENT_TYPES", "EventType", "event_type_named"]


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of Okta's event type catalogue.

    Args:
        message: `displayMessage` of its events.
        legacy: `legacyEventType` of its events; None where none is published.
        legacy_failure: the legacy type when the outcome is a failure, where it differs.
        severity: INFO, WARN or ERROR, when the outcome is a success.
    """

    message: str
    legacy: str | None = None
    legacy_failure: str | None = None
    severity: str = "INFO"


_USER = "core.user.config."

EVENT_TYPES: Mapping[str, EventType] = {
    "user.lifecycle.create": EventType(
        "Create Okta user", f"{_USER}user_creation.success", f"{_USER}user_creation.failure"
    ),
    "user.lifecycle.activate": EventType("Activate Okta user", f"{_USER}user_activated"),
    "user.lifecycle.reactivate": EventType("Reactivate Okta user"),
    "user.lifecycle.deactivate": EventType("Deactivate Okta user", f"{_USER}user_deactivated"),
    "user.lifecycle.suspend": EventType("Suspend Okta user", f"{_USER}user_status.suspended"),
    "user.lifecycle.unsuspend": EventType("Unsuspend Okta user"),
    "user.lifecycle.delete.initiated": EventType("Delete Okta user initiated"),
    "user.lifecycle.delete.completed": EventType("Delete Okta user completed"),
    "user.account.update_profile": EventType("Update user profile for Okta"),
    "user.account.update_password": EventType(
        "User update password for Okta", f"{_USER}password_update.success", f"{_USER}password_update.failure"
    ),
    "user.account.reset_password": EventType(
        "Fired when the user's Okta password is reset", f"{_USER}user_status.password_reset"
    ),
    "user.account.lock": EventType("Max sign in attempts exceeded", "core.user_auth.account_locked", severity="WARN"),
    "user.account.unlock": EventType("User unlock account for Okta"),
    "user.account.unlock_by_admin": EventType("Admin-initiated user unlock for Okta"),
    "user.account.expire_password": EventType("Expire user password for Okta"),
    "user.session.start": EventType(
        "User login to Okta", "core.user_auth.login_success", "core.user_auth.login_failed"
    ),
    "user.session.end": EventType("User logout from Okta", "core.user_auth.logout_success"),
    "user.session.clear": EventType("Clear user session"),
    "user.mfa.factor.reset_all": EventType("Reset all factors for user", "core.user.factor.reset_all"),
    "user.authentication.sso": EventType("User single sign on to app", "app.auth.sso"),
    "group.lifecycle.create": EventType("Create Okta group"),
    "group.lifecycle.delete": EventType("Delete Okta group"),
    "group.profile.update": EventType("Update Okta group profile"),
    "group.user_membership.add": EventType("Add user to group membership", "core.user_group_member.user_add"),
    "group.user_membership.remove": EventType(
        "Remove user from group membership", "core.user_group_member.user_remove"
    ),
    "group.user_membership.rule.add_exclusion": EventType("Add user to the exclusions of a group rule"),
    "application.lifecycle.create": EventType("Create application"),
    "application.lifecycle.update": EventType("Update application"),
    "application.lifecycle.activate": EventType("Activate application"),
    "application.lifecycle.deactivate": EventType("Deactivate application"),
    "application.lifecycle.delete": EventType("Delete application"),
    "application.user_membership.add": EventType("Add user to application membership"),
    "application.user_membership.remove": EventType("Remove user's application membership"),
    "app.oauth2.client.lifecycle.create": EventType("Create OAuth client"),
    "app.oauth2.token.grant.access_token": EventType("OAuth2 access token is granted"),
    "app.oauth2.token.revoke": EventType("Revoke OAuth2 token"),
    "system.org.rate_limit.warning": EventType("Rate limit warning", severity="WARN"),
    "system.org.rate_limit.violation": EventType("Rate limit violation", severity="WARN"),
    "system.org.rate_limit.burst": EventType("Rate limit burst", severity="WARN"),
    "core.concurrency.org.limit.violation": EventType("Concurrency limit violation", severity="WARN"),
}


def event_type_named(name: str) -> EventType:
    """Return the row of an event type.

    Raises:
        KeyError: the sandbox writes no such events.
    """
    return EVENT_TYPES[name]
