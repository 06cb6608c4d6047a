"""One entry as a line of the file: sealed, and chained to the one before it."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from okta_mcp.records import record

NOTHING = "0" * 64
"""What the first entry of a trail names as its predecessor's hash."""

_TAIL = re.compile(rb'(\{.*),"hash":"([0-9a-f]{64})"\}', re.DOTALL)


class Unsealed(ValueError):
    """A line that is not what was written; the text says why."""


@record
class Place:
    """Where a trail has come to.

    Args:
        number: of the last entry; 0 where there is none.
        hash: of the last entry.
    """

    number: int = 0
    hash: str = NOTHING

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


START = Place()
"""Where a new trail stands."""


class Seal:
    """What the hashes of a trail are made with.

    Args:
        key: without one a hash is SHA-256 and anybody can make it; with one it is HMAC-SHA-256, and whoever can write
            the file but does not know the key cannot make it.
    """

    def __init__(self, key: SecretStr | None = None) -> None:
        self._key = key.get_secret_value().encode() if key is not None else None

    @property
    def keyed(self) -> bool:
        """Whether there is a key."""
        return self._key is not None

    def of(self, content: bytes, *, purpose: str) -> str:
        """Return the hash of some bytes, as 64 hexadecimal digits.

        Args:
            content: what is sealed.
            purpose: keeps the seal of one kind of thing from passing for that of another.
        """
        message = purpose.encode() + b"\0" + content
        if self._key is None:
            return hashlib.sha256(message).hexdigest()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


def sealed(facts: Mapping[str, Any], after: Place, seal: Seal) -> tuple[bytes, Place]:
    """Return an entry as a line that ends in a line break, and the place behind it.

    Args:
        facts: what the entry says; JSON data.
        after: the place before it.
        seal: makes the hash.
    """
    number = after.number + 1
    body = json.dumps({"n": number, "prev": after.hash, **facts}, allow_nan=False, separators=(",", ":")).encode()[:-1]
    digest = seal.of(body, purpose="entry")
    return body + b',"hash":"' + digest.encode() + b'"}\n', Place(number, digest)


def unsealed(line: bytes, seal: Seal) -> tuple[dict[str, Any], Place]:
    """Return what a line says, and the place behind it, having checked its seal.

    Args:
        line: without its line break.
        seal: what it was made with.

    Raises:
        Unsealed: it is not a line as this package writes them, or its hash does not fit it.
    """
    entry, place, body = taken_apart(line)
    if not hmac.compare_digest(seal.of(body, purpose="entry"), place.hash):
        raise Unsealed("its hash does not fit what it says")
    return entry, place


def taken_apart(line: bytes) -> tuple[dict[str, Any], Place, bytes]:
    """Return what a line says, the place it claims to be, and the bytes that its hash is of; nothing is checked.

    Raises:
        Unsealed: it has not the form of an entry.
    """
    parts = _TAIL.fullmatch(line)
    if parts is None:
        raise Unsealed("it has not the form of an entry")
    try:
        entry = json.loads(line)
        number = entry["n"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unsealed("it has not the form of an entry") from None
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(entry.get("prev"), str):
        raise Unsealed("it has not the form of an entry")
    return entry, Place(number, parts[2].decode()), parts[1]
