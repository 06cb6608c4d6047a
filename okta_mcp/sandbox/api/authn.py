"""Signing in. Source: Okta Authentication API, "Primary authentication"."""

from typing import Any

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.errors import error, validation_failed
from okta_mcp.sandbox.records import User
from okta_mcp.sandbox.signing_in import STATE_LIFETIME, choose_new_password, sign_in

__all__ = ["ROUTES"]

_KEYS = ("username", "password", "options", "context", "relayState", "audience", "token", "stateToken")
_CHANGE_PASSWORD = "/authn/credentials/change_password"  # noqa: S105 - a path
_SHOWN = ("login", "firstName", "lastName", "locale", "timeZone")


def authenticate(call: Call) -> Answer:
    """POST /api/v1/authn, which needs no token."""
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
    answer = {"expiresAt": stamp(call.org.now() + STATE_LIFETIME), "status": status}
    if isinstance(body.get("relayState"), str):
        answer["relayState"] = body["relayState"]
    if status == "SUCCESS" or user.state_token is None:
        return _signed_in(call, user, answer)
    link = {
        "name": "changePassword",
        "href": f"{call.origin}/api/v1{_CHANGE_PASSWORD}",
        "hints": {"allow": ["POST"]},
    }
    waiting = {"stateToken": user.state_token[0], "_embedded": {"user": _shown(user)}, "_links": {"next": link}}
    return Answer({**answer, **waiting})


def change_password(call: Call) -> Answer:
    """POST /api/v1/authn/credentials/change_password, which the answer to an expired password leads to."""
    body = call.body(("stateToken", "oldPassword", "newPassword"))
    given = [body.get(name) for name in ("stateToken", "oldPassword", "newPassword")]
    if not all(isinstance(value, str | None) for value in given):
        raise error("E0000003")
    token, old, new = (value or "" for value in given)
    user = choose_new_password(call.change(), token, old, new)
    return _signed_in(call, user, {"expiresAt": stamp(call.org.now() + STATE_LIFETIME), "status": "SUCCESS"})


def _signed_in(call: Call, user: User, answer: dict[str, Any]) -> Answer:
    return Answer({**answer, "sessionToken": call.org.ids.secret(42, "20111"), "_embedded": {"user": _shown(user)}})


def _shown(user: User) -> dict[str, Any]:
    known = {**user.profile, "timeZone": user.profile.get("timezone", "America/Los_Angeles")}
    return {
        "id": user.id,
        "passwordChanged": stamp(user.password_changed),
        "profile": {name: known.get(name, "en_US" if name == "locale" else None) for name in _SHOWN},
    }


ROUTES: Routes = (("POST", "/authn", authenticate), ("POST", _CHANGE_PASSWORD, change_password))
