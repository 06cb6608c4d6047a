"""Where a person's sign-in is kept: in the system's keyring, or as long as the process lives. Never in a file."""

import importlib
import importlib.util
from typing import Any, Protocol

import anyio.to_thread

__all__ = ["InKeyring", "InMemory", "Keeping", "keeping"]

_SERVICE = "okta-mcp"


class Keeping(Protocol):
    """Keeps one refresh token for each org and app."""

    place: str
    """Where, in words."""
    outlasts: bool
    """Whether it is still there when the process has ended."""

    async def load(self, origin: str, client_id: str) -> str | None:
        """Return what is kept; None for nothing."""

    async def save(self, origin: str, client_id: str, token: str) -> None:
        """Keep a token in place of the one before."""

    async def forget(self, origin: str, client_id: str) -> None:
        """Keep nothing any more."""


class InMemory:
    """Keeps for as long as the process lives."""

    place = "for this process only: there is no keyring"
    outlasts = False

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], str] = {}

    async def load(self, origin: str, client_id: str) -> str | None:
        """Return what is kept; None for nothing."""
        return self._kept.get((origin, client_id))

    async def save(self, origin: str, client_id: str, token: str) -> None:
        """Keep a token in place of the one before."""
        self._kept[origin, client_id] = token

    async def forget(self, origin: str, client_id: str) -> None:
        """Keep nothing any more."""
        self._kept.pop((origin, client_id), None)


class InKeyring(InMemory):
    """Keeps in the system's keyring; if that fails in the middle, for as long as the process lives.

    Args:
        keyring: the library, already known to have somewhere to keep things.
    """

    place = "kept in the keyring"
    outlasts = True

    def __init__(self, keyring: Any) -> None:
        super().__init__()
        self._keyring = keyring

    async def load(self, origin: str, client_id: str) -> str | None:
        """Return what is kept; None for nothing."""
        try:
            found = await anyio.to_thread.run_sync(self._keyring.get_password, _SERVICE, f"{client_id} {origin}")
        except self._keyring.errors.KeyringError:
            found = None
        return found if isinstance(found, str) else await super().load(origin, client_id)

    async def save(self, origin: str, client_id: str, token: str) -> None:
        """Keep a token in place of the one before."""
        try:
            await anyio.to_thread.run_sync(self._keyring.set_password, _SERVICE, f"{client_id} {origin}", token)
        except self._keyring.errors.KeyringError:
            # The one in the keyring is used up, so it is not to be found there again.
            self.place = "for this process only: the keyring could not be written"
            await self.forget(origin, client_id)
            await super().save(origin, client_id, token)

    async def forget(self, origin: str, client_id: str) -> None:
        """Keep nothing any more."""
        await super().forget(origin, client_id)
        try:
            await anyio.to_thread.run_sync(self._keyring.delete_password, _SERVICE, f"{client_id} {origin}")
        except self._keyring.errors.KeyringError:
            return  # there was nothing to delete, or nowhere to delete it from


def keeping() -> Keeping:
    """Return the keyring if this machine has one that is safe, and else the memory of the process."""
    if importlib.util.find_spec("keyring") is None:
        return InMemory()
    keyring = importlib.import_module("keyring")
    importlib.import_module("keyring.errors")
    # Backends of priority below 1 keep nothing, or keep it in the clear.
    return InKeyring(keyring) if keyring.get_keyring().priority >= 1 else InMemory()
