"""Passwords: the org's policy, imported hashes, and checking a password that was given."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okta_mcp.sandbox.errors import ApiError, error, validation_failed

__all__ = ["Password", "PasswordPolicy", "imported_password", "plain_password"]

MAX_LENGTH = 72

_DIGESTS = {"SHA-512": "sha512", "SHA-256": "sha256", "SHA-1": "sha1", "MD5": "md5"}
_HMACS = {"SHA256_HMAC": "sha256", "SHA512_HMAC": "sha512"}
_RADIX64 = re.compile(r"[./A-Za-z0-9]+")
_PLAIN_SALT = b"okta-mcp sandbox"


@dataclass(frozen=True, slots=True)
class Password:
    """A stored password: a digest of ours, a hash from elsewhere, or a hook to be asked at sign-in.

    Args:
        algorithm: `PLAIN` for a digest of ours, `HOOK`, or the algorithm of an imported hash.
        digest: the digest's bytes; empty for a hook.
        salt: bytes put before or after the password, as `salt_order` says.
        rounds: iterations, for PBKDF2.
    """

    algorithm: str
    digest: bytes = b""
    salt: bytes = b""
    salt_order: str = "PREFIX"
    rounds: int = 1
    hmac_digest: str = ""

    def matches(self, text: str) -> bool:
        """Tell whether `text` is this password; a hook is not called, so that nothing matches it.

        Raises:
            ApiError: 501 E0000060 for a BCRYPT hash where the package that computes them is not installed.
        """
        given = text.encode()
        if self.algorithm == "BCRYPT":
            return _bcrypt_matches(given, self)
        if self.algorithm == "PLAIN":
            computed = hashlib.sha256(self.salt + given).digest()
        elif self.algorithm in _DIGESTS:
            salted = self.salt + given if self.salt_order == "PREFIX" else given + self.salt
            computed = hashlib.new(_DIGESTS[self.algorithm], salted).digest()
        elif self.algorithm == "PBKDF2":
            computed = hashlib.pbkdf2_hmac(self.hmac_digest, given, self.salt, self.rounds, dklen=len(self.digest))
        else:
            return False
        return hmac.compare_digest(computed, self.digest)


def _bcrypt_matches(given: bytes, password: Password) -> bool:
    try:
        import bcrypt  # noqa: PLC0415 - an optional package
    except ImportError:
        raise error("E0000060", "The sandbox checks BCRYPT hashes only with the Python package bcrypt") from None
    # The library refuses what the algorithm has always cut off.
    whole = b"$2b$%02d$%b%b" % (password.rounds, password.salt, password.digest)
    try:
        return bcrypt.checkpw(given[:MAX_LENGTH], whole)
    except ValueError:
        return False


def plain_password(text: str) -> Password:
    """Store a password that was given in plain text."""
    return Password("PLAIN", hashlib.sha256(_PLAIN_SALT + text.encode()).digest(), _PLAIN_SALT)


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What the org asks of a password. The defaults are those of Okta's system "Default Policy".

    Args:
        history_count: how many former passwords, the present one among them, cannot be chosen again.
        min_age_minutes: how long a password is kept at least.
        max_age_days: how long it may be kept; 0 for ever.
        max_attempts: wrong passwords in a row that lock a user out; 0 for never.
        auto_unlock_minutes: after which a user who is locked out may try again; 0 for never.
    """

    min_length: int = 8
    min_lower: int = 1
    min_upper: int = 1
    min_number: int = 1
    min_symbol: int = 0
    exclude_username: bool = True
    history_count: int = 4
    min_age_minutes: int = 0
    max_age_days: int = 0
    max_attempts: int = 10
    auto_unlock_minutes: int = 0

    def requirements(self) -> str:
        """Say what a password must have, in the words of Okta's error."""
        wanted = [f"at least {self.min_length} characters"]
        for count, what in (
            (self.min_lower, "a lowercase letter"),
            (self.min_upper, "an uppercase letter"),
            (self.min_number, "a number"),
            (self.min_symbol, "a symbol"),
        ):
            if count:
                wanted.append(what)
        if self.exclude_username:
            wanted.append("no parts of your username")
        return ", ".join(wanted)

    def accepts(self, text: str, login: str) -> bool:
        """Tell whether `text` may be the password of the user with `login`."""
        symbols = sum(not character.isalnum() and not character.isspace() for character in text)
        enough = (
            self.min_length <= len(text) <= MAX_LENGTH
            and sum(map(str.islower, text)) >= self.min_lower
            and sum(map(str.isupper, text)) >= self.min_upper
            and sum(map(str.isdigit, text)) >= self.min_number
            and symbols >= self.min_symbol
        )
        if not enough or not self.exclude_username:
            return enough
        return not any(part in text.casefold() for part in _login_parts(login))

    def weak_password(self) -> ApiError:
        """400 for a password that an administrator sets and the policy refuses."""
        return validation_failed("password", f"password: {self._refusal()}")

    def weak_new_password(self) -> ApiError:
        """403 for a password that a user chooses and the policy refuses."""
        return ApiError(
            403,
            "E0000014",
            # The missing "not" is Okta's.
            "The password does meet the complexity requirements of the current password policy.",
            [f"Passwords must have {self.requirements()}"],
        )

    def remembers(self, text: str, former: Sequence[Password]) -> bool:
        """Tell whether `text` is among the last passwords, newest last in `former`."""
        recent = former[-self.history_count :] if self.history_count else ()
        return any(password.matches(text) for password in recent)

    def _refusal(self) -> str:
        history = (
            f" Your password cannot be any of your last {self.history_count} passwords." if self.history_count else ""
        )
        return f"Password requirements were not met. Password requirements: {self.requirements()}.{history}"


def imported_password(fields: Mapping[str, Any]) -> Password:
    """Read `credentials.password.hash` of a user that comes from another system.

    Raises:
        ApiError: 400 E0000001 when a field is missing, has the wrong shape or is out of range.

    Source: Okta Users API, "Password hash object".
    """
    algorithm = fields.get("algorithm")
    if algorithm == "BCRYPT":
        return _bcrypt(fields)
    if algorithm == "PBKDF2":
        return _pbkdf2(fields)
    if isinstance(algorithm, str) and algorithm in _DIGESTS:
        return _digest(algorithm, fields)
    known = ", ".join(["BCRYPT", *_DIGESTS, "PBKDF2"])
    raise _bad("algorithm", f"must be one of {known}")


def _bcrypt(fields: Mapping[str, Any]) -> Password:
    _refuse_unknown(fields, {"algorithm", "value", "salt", "workFactor"})
    value = _radix64(fields, "value", 31)
    salt = _radix64(fields, "salt", 22)
    rounds = _integer(fields, "workFactor", 1, 20)
    return Password("BCRYPT", value, salt, rounds=rounds)


def _pbkdf2(fields: Mapping[str, Any]) -> Password:
    _refuse_unknown(fields, {"algorithm", "value", "salt", "iterationCount", "keySize", "digestAlgorithm", "saltOrder"})
    digest = _base64(fields, "value")
    salt = _base64(fields, "salt")
    rounds = _integer(fields, "iterationCount", 4096, 10_000_000)
    key_size = _integer(fields, "keySize", 1, 1024)
    if key_size != len(digest):
        raise _bad("keySize", "must be the number of bytes of the value")
    hmac_name = fields.get("digestAlgorithm")
    if hmac_name not in _HMACS:
        raise _bad("digestAlgorithm", f"must be one of {', '.join(_HMACS)}")
    return Password("PBKDF2", digest, salt, rounds=rounds, hmac_digest=_HMACS[hmac_name])


def _digest(algorithm: str, fields: Mapping[str, Any]) -> Password:
    _refuse_unknown(fields, {"algorithm", "value", "salt", "saltOrder"})
    digest = _base64(fields, "value")
    if len(digest) != hashlib.new(_DIGESTS[algorithm]).digest_size:
        raise _bad("value", f"is not a {algorithm} digest")
    if fields.get("salt") is None:
        return Password(algorithm, digest)
    order = fields.get("saltOrder")
    if order not in ("PREFIX", "POSTFIX"):
        raise _bad("saltOrder", "must be PREFIX or POSTFIX")
    return Password(algorithm, digest, _base64(fields, "salt"), order)


def _refuse_unknown(fields: Mapping[str, Any], known: set[str]) -> None:
    if not fields.keys() <= known:
        raise error("E0000003")


def _radix64(fields: Mapping[str, Any], name: str, length: int) -> bytes:
    text = fields.get(name)
    if not isinstance(text, str) or len(text) != length or not _RADIX64.fullmatch(text):
        raise _bad(name, f"must be {length} characters of radix-64")
    return text.encode()


def _base64(fields: Mapping[str, Any], name: str) -> bytes:
    text = fields.get(name)
    if isinstance(text, str) and text:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise _bad(name, "must be Base64") from None
    raise _bad(name, "must be Base64")


def _integer(fields: Mapping[str, Any], name: str, least: int, most: int) -> int:
    number = fields.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise _bad(name, f"must be a number from {least} to {most}")
    return number


def _bad(name: str, what: str) -> ApiError:
    return validation_failed("password", f"password.hash.{name}: {what}")


def _login_parts(login: str) -> list[str]:
    local = login.partition("@")[0]
    return [part for part in re.split(r"[,._#\-]", local.casefold()) if len(part) >= 4]
