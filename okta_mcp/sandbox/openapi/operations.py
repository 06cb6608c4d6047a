"""What each endpoint takes and gives: the part of the description that the route table does not hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okta_mcp.sandbox.openapi.schemas import list_of, ref

__all__ = ["OPERATIONS", "PARAMETERS", "Operation"]


@dataclass(frozen=True, slots=True)
class Operation:
    """What is known of an endpoint.

    Args:
        query: names of its query parameters, with spaces between.
        body: schema of the request's body; None for none.
        answer: schema of the answer's body; None for 204.
    """

    query: str = ""
    body: Mapping[str, Any] | None = None
    answer: Mapping[str, Any] | None = None


_FLAG = {"type": "boolean"}
_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "activate": _FLAG,
    "after": _TEXT,
    "expand": _TEXT,
    "fields": _TEXT,
    "filter": _TEXT,
    "limit": {"type": "integer", "minimum": 1},
    "nextLogin": {"type": "string", "enum": ["changePassword"]},
    "oauthTokens": _FLAG,
    "provider": _TEXT,
    "q": _TEXT,
    "revokeSessions": _FLAG,
    "search": _TEXT,
    "sendEmail": _FLAG,
    "since": _MOMENT,
    "sortBy": _TEXT,
    "sortOrder": {"type": "string", "enum": ["asc", "desc"]},
    "strict": _FLAG,
    "tempPassword": _FLAG,
    "until": _MOMENT,
}

_USER, _GROUP, _OBJECT, _CREDENTIALS = ref("User"), ref("Group"), ref("Object"), ref("Credentials")
_USER_PATH, _GROUP_PATH, _APP_PATH = "/users/{user}", "/groups/{group}", "/apps/{app}"

OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "/users"): Operation("search filter q after limit sortBy sortOrder fields", answer=list_of("User")),
    ("POST", "/users"): Operation("activate provider nextLogin", ref("NewUser"), _USER),
    ("GET", _USER_PATH): Operation("expand", answer=_USER),
    ("POST", _USER_PATH): Operation("strict", ref("UserChange"), _USER),
    ("PUT", _USER_PATH): Operation("strict", ref("NewUser"), _USER),
    ("DELETE", _USER_PATH): Operation("sendEmail"),
    ("POST", f"{_USER_PATH}/lifecycle/activate"): Operation("sendEmail", answer=_OBJECT),
    ("POST", f"{_USER_PATH}/lifecycle/reactivate"): Operation("sendEmail", answer=_OBJECT),
    ("POST", f"{_USER_PATH}/lifecycle/deactivate"): Operation("sendEmail", answer=_OBJECT),
    ("POST", f"{_USER_PATH}/lifecycle/reset_password"): Operation("sendEmail revokeSessions provider", answer=_OBJECT),
    ("POST", f"{_USER_PATH}/lifecycle/expire_password"): Operation("tempPassword", answer=_OBJECT),
    ("POST", f"{_USER_PATH}/lifecycle/expire_password_with_temp_password"): Operation("revokeSessions", answer=_OBJECT),
    **{
        ("POST", f"{_USER_PATH}/lifecycle/{name}"): Operation(answer=_OBJECT)
        for name in ("suspend", "unsuspend", "unlock", "reset_factors")
    },
    ("POST", f"{_USER_PATH}/credentials/forgot_password"): Operation("sendEmail", answer=_OBJECT),
    ("POST", f"{_USER_PATH}/credentials/change_password"): Operation("strict", ref("ChangePassword"), _CREDENTIALS),
    ("POST", f"{_USER_PATH}/credentials/change_recovery_question"): Operation("", ref("ChangeQuestion"), _CREDENTIALS),
    ("POST", f"{_USER_PATH}/credentials/forgot_password_recovery_question"): Operation(
        "sendEmail", ref("ChangeQuestion"), _CREDENTIALS
    ),
    ("GET", f"{_USER_PATH}/groups"): Operation(answer=list_of("Group")),
    ("GET", f"{_USER_PATH}/appLinks"): Operation(answer=list_of("AppLink")),
    ("GET", f"{_USER_PATH}/blocks"): Operation(answer=list_of("Object")),
    ("DELETE", f"{_USER_PATH}/sessions"): Operation("oauthTokens"),
    ("GET", "/groups"): Operation("search filter q after limit sortBy sortOrder expand", answer=list_of("Group")),
    ("POST", "/groups"): Operation("", ref("GroupChange"), _GROUP),
    ("GET", _GROUP_PATH): Operation("expand", answer=_GROUP),
    ("PUT", _GROUP_PATH): Operation("", ref("GroupChange"), _GROUP),
    ("DELETE", _GROUP_PATH): Operation(),
    ("GET", f"{_GROUP_PATH}/users"): Operation("after limit", answer=list_of("User")),
    ("PUT", f"{_GROUP_PATH}/users/{{user}}"): Operation(),
    ("DELETE", f"{_GROUP_PATH}/users/{{user}}"): Operation(),
    ("GET", f"{_GROUP_PATH}/apps"): Operation("after limit", answer=list_of("App")),
    ("GET", "/apps"): Operation("q filter after limit expand", answer=list_of("App")),
    ("GET", _APP_PATH): Operation("expand", answer=ref("App")),
    ("GET", f"{_APP_PATH}/users"): Operation("q after limit expand", answer=list_of("AppUser")),
    ("GET", f"{_APP_PATH}/users/{{user}}"): Operation("expand", answer=ref("AppUser")),
    ("GET", f"{_APP_PATH}/groups"): Operation("after limit", answer=list_of("Object")),
    ("GET", "/logs"): Operation("since until filter q after limit sortOrder", answer=list_of("LogEvent")),
}
