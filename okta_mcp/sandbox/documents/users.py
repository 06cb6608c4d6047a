"""Users as JSON: key order, credentials, and the links that fit the user's status."""

import hashlib
from collections.abc import Collection
from typing import Any

from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.profile import ALWAYS_SHOWN
from okta_mcp.sandbox.records import Status, User

__all__ = ["block_documents", "credentials_document", "user_document", "user_etag", "user_list_document"]

# What each link leads to, below the user's own address.
_TARGETS = {
    "activate": "lifecycle/activate",
    "reactivate": "lifecycle/reactivate",
    "deactivate": "lifecycle/deactivate",
    "suspend": "lifecycle/suspend",
    "unsuspend": "lifecycle/unsuspend",
    "unlock": "lifecycle/unlock",
    "resetPassword": "lifecycle/reset_password",
    "expirePassword": "lifecycle/expire_password",
    "resetFactors": "lifecycle/reset_factors",
    "forgotPassword": "credentials/forgot_password",
    "changePassword": "credentials/change_password",
    "changeRecoveryQuestion": "credentials/change_recovery_question",
}

_SIGNED_UP = (
    "suspend schema resetPassword forgotPassword expirePassword changeRecoveryQuestion self "
    "resetFactors type changePassword deactivate"
)
_LINKS = {
    Status.STAGED: "schema activate self resetFactors type",
    Status.PROVISIONED: "suspend schema resetPassword reactivate self resetFactors type deactivate",
    Status.ACTIVE: _SIGNED_UP,
    Status.PASSWORD_EXPIRED: _SIGNED_UP,
    Status.LOCKED_OUT: f"{_SIGNED_UP} unlock",
    Status.RECOVERY: "schema self type deactivate reactivate resetPassword",
    Status.SUSPENDED: "schema unsuspend self resetFactors type deactivate",
    Status.DEPROVISIONED: "schema activate self resetFactors type delete",
}


def user_document(user: User, origin: str, schema_id: str) -> dict[str, Any]:
    """Write a user as `GET /api/v1/users/{id}` does, with the links its status allows."""
    return {**_facts(user), "_links": _links(user, origin, schema_id)}


def user_list_document(user: User, origin: str, omitted: Collection[str] = ()) -> dict[str, Any]:
    """Write a user as collections do, with no link but `self`.

    Args:
        user: who is shown.
        origin: scheme and host of the link.
        omitted: what the request's `okta-response` parameter leaves out, such as `omitCredentials`.
    """
    document = _facts(user)
    if "omitTransitioningToStatus" in omitted:
        document.pop("transitioningToStatus", None)
    if "omitCredentials" in omitted:
        del document["credentials"]
    document["_links"] = {"self": {"href": f"{origin}/api/v1/users/{user.id}"}}
    return document


def credentials_document(user: User) -> dict[str, Any]:
    """Write a user's credentials; neither password nor answer is ever shown."""
    document: dict[str, Any] = {}
    if user.password is not None:
        document["password"] = {}
    if user.recovery is not None:
        document["recovery_question"] = {"question": user.recovery.question}
    document["provider"] = {"type": user.provider.type, "name": user.provider.name}
    return document


def block_documents(user: User) -> list[dict[str, str]]:
    """Write what keeps a user out."""
    if user.device_blocked:
        return [{"type": "DEVICE_BASED", "appliesTo": "UNKNOWN_DEVICES"}]
    if user.status is Status.LOCKED_OUT:
        return [{"type": "DEVICE_BASED", "appliesTo": "ANY_DEVICES"}]
    return []


def user_etag(user: User) -> str:
    """Return the `ETag` of the user's present state."""
    digest = hashlib.sha256(f"{user.id} {user.revision}".encode()).hexdigest()
    return f'W/"{digest}"'


def _facts(user: User) -> dict[str, Any]:
    profile = {name: user.profile.get(name) for name in ALWAYS_SHOWN}
    profile.update({name: value for name, value in user.profile.items() if name not in profile})
    facts: dict[str, Any] = {"id": user.id, "status": user.status.value}
    if user.transitioning_to is not None:
        facts["transitioningToStatus"] = user.transitioning_to.value
    facts |= {
        "created": stamp(user.created),
        "activated": stamp(user.activated),
        "statusChanged": stamp(user.status_changed),
        "lastLogin": stamp(user.last_login),
        "lastUpdated": stamp(user.last_updated),
        "passwordChanged": stamp(user.password_changed),
    }
    if user.realm_id is not None:
        facts["realmId"] = user.realm_id
    return {
        **facts,
        "type": {"id": user.type_id},
        "profile": profile,
        "credentials": credentials_document(user),
    }


def _links(user: User, origin: str, schema_id: str) -> dict[str, dict[str, str]]:
    address = f"{origin}/api/v1/users/{user.id}"
    written: dict[str, dict[str, str]] = {}
    for name in _LINKS[user.status].split():
        if name == "self":
            written[name] = {"href": address}
        elif name == "schema":
            written[name] = {"href": f"{origin}/api/v1/meta/schemas/user/{schema_id}"}
        elif name == "type":
            written[name] = {"href": f"{origin}/api/v1/meta/types/user/{user.type_id}"}
        elif name == "delete":
            written[name] = {"href": address, "method": "DELETE"}
        elif _is_possible(user, name):
            written[name] = {"href": f"{address}/{_TARGETS[name]}", "method": "POST"}
    return written


def _is_possible(user: User, link: str) -> bool:
    if link == "resetFactors":
        return bool(user.factors)
    if link == "forgotPassword":
        return user.recovery is not None
    return True
