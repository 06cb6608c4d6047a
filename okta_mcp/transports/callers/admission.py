"""How the HTTP doors are guarded, as the operator said."""

import ipaddress
from dataclasses import field
from typing import Self
from urllib.parse import urlsplit

from okta_mcp.guard import Policy
from okta_mcp.records import record
from okta_mcp.settings import Settings, SettingsError, TokenEntry
from okta_mcp.transports.callers.grants import Grants
from okta_mcp.transports.callers.tokens import FixedTokens
from okta_mcp.transports.callers.tokens_file import TokensFile


@record
class Trust:
    """An issuer whose access tokens let callers in.

    Args:
        issuer: its name.
        audience: whom a token must be for; None for the address of a door.
        grants: what scopes and groups allow.
        groups_claim: names the caller's groups.
    """

    issuer: str
    audience: str | None
    grants: Grants
    groups_claim: str


@record
class Admission:
    """Who is let in.

    Args:
        fixed: the holders of bearer tokens; None when there are no such tokens.
        file: keeps these as a file says; None when there is none.
        trust: the issuer whose access tokens are; None for nobody's.
        public_url: address that clients use; None when it is the one listened on.
        cors_origins: whose pages may reach it from a browser.
        unguarded: whether everybody is who can reach the address, wherever that is.
        policy: what the operator allows; no token makes it more.
    """

    fixed: FixedTokens | None = None
    file: TokensFile | None = None
    trust: Trust | None = None
    public_url: str | None = None
    cors_origins: tuple[str, ...] = ()
    unguarded: bool = False
    policy: Policy = field(default_factory=Policy)

    @classmethod
    def of(cls, settings: Settings, policy: Policy | None = None) -> Self:
        """Return what the operator said.

        Raises:
            SettingsError: the file of tokens cannot be used.
        """
        try:
            entries = settings.token_entries
        except ValueError as error:
            raise SettingsError([f"OKTA_MCP_AUTH_TOKENS_FILE (--auth-tokens-file): {error}"]) from None
        path = settings.auth_tokens_file
        # A file that names nobody yet lets nobody in; it does not let in everybody.
        fixed = FixedTokens(entries) if entries or path is not None else None
        file = TokensFile(path, fixed, settings.entries_with) if path is not None and fixed is not None else None
        trust = None
        if settings.auth_issuer is not None:
            grants = Grants(settings.scope_rights, settings.group_rights)
            trust = Trust(settings.auth_issuer, settings.auth_audience, grants, settings.auth_groups_claim)
        return cls(
            fixed,
            file,
            trust,
            settings.public_url,
            settings.cors_origins,
            settings.dangerously_unauthenticated,
            policy or Policy(),
        )

    @property
    def tokens(self) -> tuple[TokenEntry, ...]:
        """The bearer tokens that are let in now."""
        return tuple(self.fixed.known) if self.fixed is not None else ()

    @property
    def guarded(self) -> bool:
        """Whether callers have to say who they are."""
        return self.fixed is not None or self.trust is not None

    def require_guarded(self, host: str) -> None:
        """Refuse to listen where other machines, or their pages, can come in and nobody asks who they are.

        Raises:
            SettingsError: naming the options.
        """
        page = next((one for one in self.cors_origins if not on_this_machine(urlsplit(one).hostname or "")), None)
        if page is not None and not self.guarded and not self.unguarded:
            problem = (
                f"OKTA_MCP_CORS_ORIGINS (--cors-origins): {page} is not on this machine, and nobody would be asked who "
                "they are: whatever runs in its pages would administer the org. Let callers prove it with "
                "OKTA_MCP_AUTH_TOKENS (`okta-mcp token NAME` makes one) or OKTA_MCP_AUTH_ISSUER"
            )
            raise SettingsError([problem])
        if on_this_machine(host):
            return
        if not self.guarded and not self.unguarded:
            problem = (
                f"OKTA_MCP_HOST (--host): {host!r} is not on this machine, and nobody would be asked who they are. "
                "Let callers prove it with OKTA_MCP_AUTH_ISSUER or OKTA_MCP_AUTH_TOKENS (`okta-mcp token NAME` makes "
                "one), or listen on 127.0.0.1. To serve everybody all the same: --dangerously-unauthenticated"
            )
            raise SettingsError([problem])
        if self.trust is not None and self.public_url is None:
            problem = (
                "OKTA_MCP_PUBLIC_URL (--public-url): it is missing. Clients get tokens for the address that they "
                "use, and which of this machine's that is cannot be told. A right value: https://mcp.example.com"
            )
            raise SettingsError([problem])


UNASKED = Admission()
"""Nobody is asked; fit for this machine alone."""


def on_this_machine(host: str) -> bool:
    """Tell whether only this machine can reach an address. A name may be anyone's."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
