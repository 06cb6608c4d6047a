"""Object ids as Okta writes them: 20 characters, a prefix that tells the type, in order of creation."""

import hashlib
import re

__all__ = ["IdSource", "is_id"]

# In code point order, so that ids compare as their numbers do.
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CELL = "5d7"
_BODY_LENGTH = 14
# Real ids begin somewhere in the middle of a long-running counter and leave gaps.
_FIRST = 1_897_406_315_702_884_651_739_402
_STRIDE = 62**6 + 1_943_557

_ID = re.compile(r"[A-Za-z0-9]{20}")


def is_id(text: str, prefix: str) -> bool:
    """Tell whether `text` has the shape of an id of the type with `prefix`."""
    return text.startswith(prefix) and _ID.fullmatch(text) is not None


class IdSource:
    """Hands out ids and secrets, the same ones in every run.

    Ids grow with every call, across all prefixes: order of ids is order of creation.
    """

    def __init__(self) -> None:
        self._issued = 0
        self._secrets = 0

    def new(self, prefix: str) -> str:
        """Return a new id that begins with `prefix`, such as `00u` for a user."""
        number = _FIRST + self._issued * _STRIDE
        self._issued += 1
        body = ""
        for _ in range(_BODY_LENGTH):
            number, digit = divmod(number, 62)
            body = _DIGITS[digit] + body
        return prefix + body + _CELL

    def secret(self, length: int, prefix: str = "") -> str:
        """Return a token of `length` letters and digits, `prefix` included."""
        self._secrets += 1
        digest = hashlib.sha512(f"sandbox secret {self._secrets}".encode()).digest()
        return prefix + "".join(_DIGITS[byte % 62] for byte in digest[: length - len(prefix)])

    def request_id(self) -> str:
        """Return an `x-okta-request-id`: 32 hexadecimal digits."""
        self._secrets += 1
        return hashlib.sha256(f"sandbox request {self._secrets}".encode()).hexdigest()[:32]

    def error_id(self) -> str:
        """Return an `errorId`."""
        return self.secret(25, "oae")
