"""Signing in. Source: Okta Authentication API, "Primary authentication"."""

from datetime import timedelta
from typing import Any

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.errors import error, validation_failed
from okta_mcp.sandbox.records import User
from okta_mcp.sandbox.signing_in import sign_in

__all__ = ["ROUTES"]

_KEYS = ("username", "password", "options", "context", "relayState", "audience", "token", "stateToken")
_LIFETIME = timedelta(minutes=5)
_SHOWN = ("login", "firstName", "lastName", "locale", "timeZone")


def authenticate(call: Call) -> Answer:
    """POST /api/v1/authn: the only request beside those for tokens that needs none."""
    body = call.body(_KEYS)
    object_at(body, "options")
    name, password = body.get("username"), body.get("password")
    for value in (name, password):
        if not isinstance(value, str | None):
            raise error("E0000003")
    if not name or not password:
        raise validation_failed("authRequest", "The 'username' and 'password' attributes are required in this context.")
    status, user = sign_in(call.change(), str(name), str(password))
    if status == "LOCKED_OUT":
        return Answer({"status": status, "_embedded": {}})
    answer: dict[str, Any] = {"expiresAt": stamp(call.org.now() + _LIFETIME), "status": status}
    kind = "sessionToken" if status == "SUCCESS" else "stateToken"
    relay = {"relayState": body["relayState"]} if isinstance(body.get("relayState"), str) else {}
    return Answer({**answer, **relay, kind: call.org.ids.secret(42, "20111"), "_embedded": {"user": _shown(user)}})


def _shown(user: User) -> dict[str, Any]:
    known = {**user.profile, "timeZone": user.profile.get("timezone", "America/Los_Angeles")}
    return {
        "id": user.id,
        "passwordChanged": stamp(user.password_changed),
        "profile": {name: known.get(name, "en_US" if name == "locale" else None) for name in _SHOWN},
    }


ROUTES: Routes = (("POST", "/authn", authenticate),)
