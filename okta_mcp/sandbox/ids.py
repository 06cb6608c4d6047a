"""Object ids as Okta writes them: 20 characters, a prefix that tells the type, in order of creation."""

import hashlib
import re
from functools import lru_cache

__all__ = ["IdSource", "is_id"]

# In code point order, so that ids compare as their numbers do.
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CELL = "5d7"
# An id's body is two halves of seven digits.
_HALF = 62**7
_PAIRS = [one + other for one in _DIGITS for other in _DIGITS]
# Real ids begin somewhere in the middle of a long-running counter and leave gaps.
_FIRST = 1_897_406_315_702_884_651_739_402
_STRIDE = 62**6 + 1_943_557

_ID = re.compile(r"[A-Za-z0-9]{20}")


def is_id(text: str, prefix: str) -> bool:
    """Tell whether `text` has the shape of an id of the type with `prefix`."""
    return text.startswith(prefix) and _ID.fullmatch(text) is not None


def _written(number: int) -> str:
    number, last = divmod(number, 62)
    number, third = divmod(number, 3844)
    first, second = divmod(number, 3844)
    return f"{_PAIRS[first]}{_PAIRS[second]}{_PAIRS[third]}{_DIGITS[last]}"


# The upper half is the same for dozens of ids on end.
_half = lru_cache(maxsize=8)(_written)


class IdSource:
    """Hands out ids and secrets, the same ones in every run.

    Ids grow with every call, across all prefixes: order of ids is order of creation.
    """

    def __init__(self) -> None:
        self._issued = 0
        self._secrets = 0
        self._repeated: str | None = None

    def new(self, prefix: str) -> str:
        """Return a new id that begins with `prefix`, such as `00u` for a user."""
        upper, lower = divmod(_FIRST + self._issued * _STRIDE, _HALF)
        self._issued += 1
        return f"{prefix}{_half(upper)}{_written(lower)}{_CELL}"

    def mark(self) -> tuple[int, int]:
        """Say how many ids and how many secrets have been handed out."""
        return self._issued, self._secrets

    def go_on_from(self, mark: tuple[int, int]) -> None:
        """Hand out next what came next at another time."""
        self._issued, self._secrets = mark

    def secret(self, length: int, prefix: str = "") -> str:
        """Return a token of `length` letters and digits, `prefix` included."""
        self._secrets += 1
        digest = hashlib.sha512(f"sandbox secret {self._secrets}".encode()).digest()
        return prefix + "".join(_DIGITS[byte % 62] for byte in digest[: length - len(prefix)])

    def repeat_request_id(self, request_id: str) -> None:
        """Hand out this request id next, as another time before."""
        self._repeated = request_id

    def request_id(self) -> str:
        """Return an `x-okta-request-id`: 32 hexadecimal digits."""
        if self._repeated is not None:
            repeated, self._repeated = self._repeated, None
            return repeated
        self._secrets += 1
        return hashlib.sha256(f"sandbox request {self._secrets}".encode()).hexdigest()[:32]

    def error_id(self) -> str:
        """Return an `errorId`."""
        return self.secret(25, "oae")
