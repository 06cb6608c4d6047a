"""Credential operations. Source: Okta User Credentials API."""

from typing import Any

from okta_mcp.sandbox import credentials
from okta_mcp.sandbox.api.route import Routes, user_of
from okta_mcp.sandbox.call import Answer, Call, object_at
from okta_mcp.sandbox.documents import credentials_document
from okta_mcp.sandbox.errors import error, validation_failed

__all__ = ["ROUTES"]


def forgot_password(call: Call) -> Answer:
    """POST .../credentials/forgot_password; the status does not change."""
    user = user_of(call)
    by_mail = call.flag("sendEmail", default=True)
    call.body(())
    token = credentials.forgot_password(call.change(), user)
    return Answer({} if by_mail else {"resetPasswordUrl": f"{call.origin}/signin/reset-password/{token}"})


def change_password(call: Call) -> Answer:
    """POST .../credentials/change_password."""
    user = user_of(call)
    strict = call.flag("strict", default=False)
    body = call.body(("oldPassword", "newPassword", "revokeSessions"))
    old, new = _password(body, "oldPassword"), _password(body, "newPassword")
    revoke = body.get("revokeSessions") is True
    credentials.change_password(call.change(), user, old, new, strict=strict, revoke=revoke)
    return Answer(credentials_document(user))


def change_recovery_question(call: Call) -> Answer:
    """POST .../credentials/change_recovery_question."""
    user = user_of(call)
    body = call.body(("password", "recovery_question"))
    password = _password(body, "password")
    question = object_at(body, "recovery_question")
    recovery = credentials.check_question(question.get("question"), question.get("answer"))
    credentials.change_recovery_question(call.change(), user, password, recovery)
    return Answer(credentials_document(user))


def recover_with_answer(call: Call) -> Answer:
    """POST .../credentials/forgot_password_recovery_question."""
    user = user_of(call)
    call.flag("sendEmail", default=True)
    body = call.body(("password", "recovery_question"))
    password = _password(body, "password")
    answer = object_at(body, "recovery_question").get("answer")
    if not isinstance(answer, str) or not answer:
        raise validation_failed("recovery_question", "answer: The field cannot be left blank")
    credentials.recover_with_answer(call.change(), user, answer, password)
    return Answer(credentials_document(user))


def _password(body: dict[str, Any], key: str) -> str:
    value = object_at(body, key).get("value")
    if value is not None and not isinstance(value, str):
        raise error("E0000003")
    if not value:
        raise validation_failed(key, f"{key}: The field cannot be left blank")
    return value


ROUTES: Routes = tuple(
    ("POST", f"/users/{{user}}/credentials/{name}", handler)
    for name, handler in (
        ("forgot_password", forgot_password),
        ("change_password", change_password),
        ("change_recovery_question", change_recovery_question),
        ("forgot_password_recovery_question", recover_with_answer),
    )
)
