"""How the HTTP doors are guarded, as the operator said."""

import ipaddress
from dataclasses import dataclass
from typing import Self

from okta_mcp.settings import Settings, SettingsError, TokenEntry


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is let in.

    Args:
        tokens: bearer tokens that are.
        public_url: address that clients use; None when it is the one listened on.
        unguarded: whether everybody is who can reach the address, wherever that is.
    """

    tokens: tuple[TokenEntry, ...] = ()
    public_url: str | None = None
    unguarded: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the operator said.

        Raises:
            SettingsError: the file of tokens cannot be used.
        """
        try:
            tokens = settings.token_entries
        except ValueError as error:
            raise SettingsError([f"OKTA_MCP_AUTH_TOKENS_FILE (--auth-tokens-file): {error}"]) from None
        return cls(tokens, settings.public_url, settings.dangerously_unauthenticated)

    @property
    def guarded(self) -> bool:
        """Whether callers have to say who they are."""
        return bool(self.tokens)

    def require_guarded(self, host: str) -> None:
        """Refuse to listen where other machines can come in and nobody asks who they are.

        Raises:
            SettingsError: naming the options.
        """
        if self.guarded or self.unguarded or on_this_machine(host):
            return
        problem = (
            f"OKTA_MCP_HOST (--host): {host!r} is not on this machine, and nobody would be asked who they are. "
            "Let callers prove it with OKTA_MCP_AUTH_TOKENS (`okta-mcp token NAME` makes one), or listen on 127.0.0.1. "
            "To serve everybody all the same: --dangerously-unauthenticated"
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
