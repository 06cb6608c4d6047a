"""Who sends a request: what it says about that, and what is made of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from okta_mcp.sandbox.oauth import Client
from okta_mcp.sandbox.records import User

__all__ = ["ANONYMOUS", "Credential", "Presented"]


@dataclass(frozen=True, slots=True)
class Presented:
    """The parts of a request that say who sends it.

    Args:
        method: HTTP method.
        origin: scheme and host the org is known by.
        path: decoded path.
        authorization: the `Authorization` header.
        proofs: the values of the `DPoP` headers.
    """

    method: str
    origin: str
    path: str
    authorization: str | None
    proofs: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Credential:
    """Who a request acts for, and what it came with.

    Args:
        id: what rate limits are counted by: the API token or the OAuth client.
        user: the user it acts for; None for a service app.
        client: the OAuth client; None with an API token.
        scopes: what the access token is good for; None with an API token, which is not limited.
        token_id: id of the API token.
        bound: whether the access token is bound to a key.
    """

    id: str
    user: User | None = None
    client: Client | None = None
    scopes: Collection[str] | None = None
    token_id: str | None = None
    bound: bool = False


# Who calls an endpoint that asks nobody who they are.
ANONYMOUS = Credential("anonymous")
