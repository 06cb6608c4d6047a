"""Who asks."""

import pytest
from starlette.requests import Request

from okta_mcp.guard import LOCAL, SCOPE_KEY, Caller, caller_of

ADA = Caller("oauth:https://issuer.example.com/00u1", "ada.byrne@example.com", "oauth", client="0oa1")


@pytest.mark.parametrize(
    ("request_", "caller"),
    [
        (None, LOCAL),
        (Request({"type": "http"}), LOCAL),
        (Request({"type": "http", SCOPE_KEY: "somebody"}), LOCAL),
        (Request({"type": "http", SCOPE_KEY: ADA}), ADA),
    ],
)
def test_a_caller_is_whom_the_door_put_into_the_scope_and_local_otherwise(request_, caller):
    assert caller_of(request_) is caller
