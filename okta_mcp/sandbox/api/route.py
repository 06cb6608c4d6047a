"""What an endpoint module offers: methods, paths below `/api/v1`, and their handlers."""

from collections.abc import Callable
from typing import TypeAlias

from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.errors import not_found
from okta_mcp.sandbox.records import User

__all__ = ["Handler", "Routes", "user_of"]

Handler: TypeAlias = Callable[[Call], Answer]
Routes: TypeAlias = tuple[tuple[str, str, Handler], ...]


def user_of(call: Call) -> User:
    """Find the user of a path `/users/{user}`: an id, a login, a shortname, or `me`.

    Raises:
        ApiError: 404 E0000007.
    """
    key = call.path_values["user"]
    if key != "me":
        return call.org.user(key)
    if call.caller is None:
        raise not_found(key, "User")
    return call.caller
