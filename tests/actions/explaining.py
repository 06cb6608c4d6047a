"""Errors as Okta answers them, whom they concern, and the words they are explained in."""

from okta_mcp.actions import ACTIONS
from okta_mcp.actions.failures import explain
from okta_mcp.okta import Group, InvalidRequest, User

BY_NAME = {action.name: action for action in ACTIONS}
UNCHANGED = "Nothing was changed."


def ada(status="ACTIVE"):
    return User(
        id="00u0000000000000ADA1",
        status=status,
        profile={"firstName": "Ada", "lastName": "Byrne", "login": "ada.byrne@example.com"},
    )


def group(kind="OKTA_GROUP", name="Sales"):
    return Group(id="00g0000000000000SALE", type=kind, name=name)


def answered(kind, status, code, summary="Said by Okta", *causes, path="/api/v1/users/{id}", **more):
    return kind(
        status=status,
        code=code,
        summary=summary,
        causes=causes,
        error_id="oae1",
        request_id="req1",
        method="POST",
        path=path,
        **more,
    )


def refused_suspension(summary="Api validation failed: anything"):
    """Return Okta's answer to a call that takes no values, and is refused all the same."""
    path = "/api/v1/users/{id}/lifecycle/suspend"
    return answered(InvalidRequest, 400, "E0000001", summary, path=path)


def told(error, action="suspend_user", given=None, **named):
    """Return the lines of an explanation."""
    return explain(error, BY_NAME[action], named, given).splitlines()
