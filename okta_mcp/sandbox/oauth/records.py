"""What the authorization server keeps: clients, their tokens, nonces, device grants, ids that were used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from okta_mcp.sandbox.oauth.replays import Replays
from okta_mcp.sandbox.oauth.roles import Role

__all__ = ["AccessToken", "Client", "DeviceGrant", "Nonce", "OAuthState", "RefreshToken"]


@dataclass(slots=True)
class Client:
    """An app that may ask for tokens.

    Args:
        id: client id, which is the id of its app as well.
        name: what people call it.
        application_type: `service` acts for itself, `native` for the person who signs in.
        created: when it was registered.
        keys: its public keys, as JWKs; none for a native app, which proves nothing.
        scopes: the scopes an administrator has granted it.
        roles: the admin roles of a service app.
        dpop: whether its tokens have to be bound to a key.
    """

    id: str
    name: str
    application_type: Literal["service", "native"]
    created: datetime
    keys: tuple[Mapping[str, Any], ...] = ()
    scopes: set[str] = field(default_factory=set)
    roles: set[Role] = field(default_factory=set)
    dpop: bool = False

    @property
    def grant_types(self) -> tuple[str, ...]:
        """The grants it may use."""
        if self.application_type == "service":
            return ("client_credentials",)
        return ("urn:ietf:params:oauth:grant-type:device_code", "refresh_token")


@dataclass(slots=True)
class AccessToken:
    """A token that was issued; its text is not kept.

    Args:
        id: its claim `jti`.
        client_id: the client it was issued to.
        user_id: the user it acts for; None when the client acts for itself.
        scopes: what it is good for.
        issued: when it was issued, without milliseconds.
        expires: when it stops working.
        thumbprint: of the key it is bound to; None for a bearer token.
        revoked: whether it was revoked.
    """

    id: str
    client_id: str
    user_id: str | None
    scopes: tuple[str, ...]
    issued: datetime
    expires: datetime
    thumbprint: str | None = None
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Nonce:
    """A text that proofs for the token endpoint have to repeat."""

    value: str
    issued: datetime


@dataclass(slots=True)
class DeviceGrant:
    """A device that waits for a person to approve it elsewhere.

    Args:
        device_code: what the device asks with.
        user_code: what the person types.
        client_id: the device's client.
        scopes: what was asked for.
        expires: when both codes stop working.
        interval: seconds the device has to wait between two questions.
        asked: when it asked last.
        user_id: who approved it.
        denied: whether somebody refused it.
    """

    device_code: str
    user_code: str
    client_id: str
    scopes: tuple[str, ...]
    expires: datetime
    interval: int
    asked: datetime | None = None
    user_id: str | None = None
    denied: bool = False


@dataclass(slots=True)
class RefreshToken:
    """A token that gets the next access token of a sign-in, once.

    Args:
        client_id: the client it was issued to.
        user_id: who signed in.
        scopes: what was granted then.
        family: the sign-in it belongs to, with all its predecessors and successors.
        used: when it was used.
        revoked: whether it was taken back.
    """

    client_id: str
    user_id: str
    scopes: tuple[str, ...]
    family: str
    used: datetime | None = None
    revoked: bool = False


@dataclass(slots=True)
class OAuthState:
    """Everything the authorization server remembers; part of the org.

    Tokens are kept by `jti`, in the order they were issued. Assertions live for an hour at most, and proofs are
    taken for five minutes around now: longer than that nothing needs to be remembered.
    """

    clients: dict[str, Client] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    devices: dict[str, DeviceGrant] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    nonces: list[Nonce] = field(default_factory=list)
    assertions: Replays = field(default_factory=lambda: Replays(timedelta(hours=1)))
    proofs: Replays = field(default_factory=lambda: Replays(timedelta(minutes=10)))
