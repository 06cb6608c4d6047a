"""Confirmation codes: they let one call through, once, for a few minutes.

A code is no secret put away somewhere: it holds a serial number, its end, and two seals over what it is for. So any
server with the same keys can check it, and only serial numbers have to be remembered, until their end
(`code_ledger.py`).
"""

import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from enum import Enum
from hashlib import sha256

from okta_mcp.guard.code_ledger import CodeLedger, Use, UsedCodes

LIFETIME = 300
"""Seconds for which a code may be used."""

_SERIAL, _END, _PURPOSE, _STATE = 9, 4, 16, 7
_WHOLE = _SERIAL + _END + _PURPOSE + _STATE


class Verdict(Enum):
    """What became of a code."""

    GOOD = "good"
    FOREIGN = "it is none of this server's for this very call"
    EXPIRED = "it has expired"
    USED = "it was used before"
    UNTOLD = (
        "whether it was used before cannot be told: Redis, which keeps that for all servers, does not answer or was "
        "started anew"
    )
    CHANGED = "what it was for has changed since"


_VERDICTS = {Use.FIRST: Verdict.GOOD, Use.AGAIN: Verdict.USED, Use.UNTOLD: Verdict.UNTOLD}


class Codes:
    """Issues codes and takes them back.

    Args:
        keys: at least 32 random bytes each; the first seals, all of them open. A key of this process when empty.
        ledger: remembers which may be used; that of this process when None.
        clock: epoch seconds.
    """

    def __init__(
        self, keys: Sequence[bytes] = (), ledger: CodeLedger | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._keys = [sha256(b"okta-mcp confirmation 1\0" + key).digest() for key in keys or [secrets.token_bytes(32)]]
        self._ledger = ledger or UsedCodes(clock)
        self._clock = clock

    async def issue(self, purpose: bytes, state: bytes) -> str:
        """Return a new code.

        Args:
            purpose: everything that says which call it is for.
            state: what the objects of the call looked like.
        """
        serial, end = secrets.token_bytes(_SERIAL), int(self._clock() + LIFETIME)
        head = serial + end.to_bytes(_END, "big")
        await self._ledger.opened(serial.hex(), float(end))
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
        return _VERDICTS[await self._ledger.spend(head[:_SERIAL].hex(), float(end))]

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
