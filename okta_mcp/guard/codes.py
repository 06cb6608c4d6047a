"""Confirmation codes: they let one call through, once, for a few minutes.

A code is no secret put away somewhere: it holds a serial number, its end, and two seals over what it is for. So any
server with the same keys can check it, and only the serial numbers of codes that were used have to be remembered,
until their end.
"""

import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING

from okta_mcp.okta.shared import Shared

if TYPE_CHECKING:
    from redis.asyncio import Redis

LIFETIME = 300
"""Seconds for which a code may be used."""

_SERIAL, _END, _PURPOSE, _STATE = 9, 4, 16, 7
_WHOLE = _SERIAL + _END + _PURPOSE + _STATE

Spend = Callable[[str, float], Awaitable[bool]]
"""Marks a serial number as used until an instant in epoch seconds; False when it was used before."""


class Verdict(Enum):
    """What became of a code."""

    GOOD = "good"
    FOREIGN = "it is none of this server's for this very call"
    EXPIRED = "it has expired"
    USED = "it was used before"
    CHANGED = "what it was for has changed since"


class UsedCodes:
    """The serial numbers of this process.

    Args:
        clock: epoch seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    async def spend(self, serial: str, until: float) -> bool:
        """Mark a serial number as used; see `Spend`."""
        now = self._clock()
        self._until = {one: end for one, end in self._until.items() if end > now}
        if serial in self._until:
            return False
        self._until[serial] = until
        return True


class SharedCodes:
    """The serial numbers of all servers of one org, in Redis; those of this process where there is none.

    Args:
        shared: what the servers have in common.
        clock: epoch seconds.
    """

    def __init__(self, shared: Shared, clock: Callable[[], float] = time.time) -> None:
        self._shared = shared
        self._clock = clock
        self._here = UsedCodes(clock)

    async def spend(self, serial: str, until: float) -> bool:
        """Mark a serial number as used; see `Spend`.

        While Redis is away a code is good once at each server; what it was for has then changed for all of them.
        """
        if not await self._here.spend(serial, until):
            return False
        key, left = self._shared.key("code", serial), max(1, round(until - self._clock()))
        first = await self._shared.ask(lambda redis: _set_once(redis, key, left))
        return first is not False


async def _set_once(redis: "Redis", key: str, seconds: int) -> bool:
    return bool(await redis.set(key, "used", nx=True, ex=seconds))


class Codes:
    """Issues codes and takes them back.

    Args:
        keys: at least 32 random bytes each; the first seals, all of them open. A key of this process when empty.
        spend: remembers which were used; in this process when None.
        clock: epoch seconds.
    """

    def __init__(
        self, keys: Sequence[bytes] = (), spend: Spend | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = [sha256(b"okta-mcp confirmation 1\0" + key).digest() for key in keys or [secrets.token_bytes(32)]]
        self._spend = spend or UsedCodes(clock).spend
        self._clock = clock

    def issue(self, purpose: bytes, state: bytes) -> str:
        """Return a new code.

        Args:
            purpose: everything that says which call it is for.
            state: what the objects of the call looked like.
        """
        head = secrets.token_bytes(_SERIAL) + int(self._clock() + LIFETIME).to_bytes(_END, "big")
        return urlsafe_b64encode(head + self._seals(self._keys[0], head, purpose, state)).decode()

    async def take(self, code: str, purpose: bytes, state: bytes) -> Verdict:
        """Use a code up, or say why it cannot be used. Only a good one is used up."""
        raw = _decoded(code)
        if raw is None:
            return Verdict.FOREIGN
        head, purposed, stated = raw[: _SERIAL + _END], raw[_SERIAL + _END : -_STATE], raw[-_STATE:]
        seals = [self._seals(key, head, purpose, state) for key in self._keys]
        seal = next((one for one in seals if hmac.compare_digest(one[:_PURPOSE], purposed)), None)
        if seal is None:
            return Verdict.FOREIGN
        end = int.from_bytes(head[_SERIAL:], "big")
        if end <= self._clock():
            return Verdict.EXPIRED
        if not hmac.compare_digest(seal[_PURPOSE:], stated):
            return Verdict.CHANGED
        return Verdict.GOOD if await self._spend(head[:_SERIAL].hex(), float(end)) else Verdict.USED

    @staticmethod
    def _seals(key: bytes, head: bytes, purpose: bytes, state: bytes) -> bytes:
        first = hmac.digest(key, b"purpose" + head + purpose, "sha256")[:_PURPOSE]
        return first + hmac.digest(key, b"state" + head + sha256(purpose).digest() + state, "sha256")[:_STATE]


def _decoded(code: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(code.strip())
    except ValueError:
        return None
    return raw if len(raw) == _WHOLE else None
