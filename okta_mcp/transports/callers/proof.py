"""What a request brings to prove who sends it."""

import re
from typing import Literal, Protocol

from starlette.types import Scope

from okta_mcp.guard import Caller

_BEARER = re.compile(rb"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
_LONGEST = 16_384
"""Bytes of a token; one with a hundred groups has some five thousand."""

Fault = Literal["invalid_request", "invalid_token", "insufficient_scope"]
"""RFC 6750, 3.1."""


class Unproven(Exception):
    """The request does not show who sends it.

    Args:
        reason: one sentence, without anything of what was brought.
        fault: what the client is told; None when it brought nothing, for then it is told no fault. RFC 6750, 3.1.
        scopes: what a token needs, when it is known.
    """

    def __init__(self, reason: str, fault: Fault | None = "invalid_token", scopes: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fault = fault
        self.scopes = scopes


class Unreachable(Exception):
    """Nobody's token can be checked now; that is not the caller's fault."""


class Verifier(Protocol):
    """Tells whose a token is."""

    async def caller(self, token: str) -> Caller:
        """Return whose it is.

        Raises:
            Unproven: it is nobody's.
            Unreachable: whoever would know cannot be asked.
        """


def bearer_token(scope: Scope) -> str:
    """Return the bearer token of a request. RFC 6750, 2.1; tokens in the query or the body are not looked for.

    Raises:
        Unproven: there is none, or more than one.
    """
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if not given:
        raise Unproven("No token was sent", None)
    if len(given) > 1:
        raise Unproven("There is more than one Authorization header", "invalid_request")
    found = _BEARER.fullmatch(given[0].strip())
    if found is None:
        scheme = given[0].strip().split(b" ", 1)[0].lower()
        if scheme != b"bearer":
            raise Unproven("Another scheme than Bearer was used", None)
        raise Unproven("The Authorization header is not of the form `Bearer TOKEN`", "invalid_request")
    if len(found[1]) > _LONGEST:
        raise Unproven("The token is too long")
    return found[1].decode("ascii")
