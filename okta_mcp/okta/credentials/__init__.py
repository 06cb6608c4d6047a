"""How the server proves itself to Okta: an API token, or an app with a key of its own."""

from typing import TYPE_CHECKING

from okta_mcp.deferral import deferred
from okta_mcp.okta.credentials.api_token import ApiToken
from okta_mcp.okta.credentials.credentials import Authorization, Credentials
from okta_mcp.okta.credentials.invitation import Invitation, SignInNeeded
from okta_mcp.okta.credentials.keeping import InKeyring, InMemory, Keeping, keeping

if TYPE_CHECKING:
    from okta_mcp.okta.credentials.keys import KeyUnusable, SigningKey
    from okta_mcp.okta.credentials.person import Person
    from okta_mcp.okta.credentials.service_app import ServiceApp

__getattr__ = deferred(
    __name__,
    {
        "keys": ("KeyUnusable", "SigningKey"),
        "person": ("Person",),
        "service_app": ("ServiceApp",),
    },
)

__all__ = [
    "ApiToken",
    "Authorization",
    "Credentials",
    "InKeyring",
    "InMemory",
    "Invitation",
    "Keeping",
    "KeyUnusable",
    "Person",
    "ServiceApp",
    "SignInNeeded",
    "SigningKey",
    "keeping",
]
