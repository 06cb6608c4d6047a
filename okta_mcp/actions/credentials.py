"""Passwords, recovery questions and providers as arguments, and the `credentials` object Okta takes.

Source: Okta API, `POST /api/v1/users`, `credentials`.
"""

import base64
import re
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel

from okta_mcp.actions.arguments import ArgumentError

_STRING = {"type": "string"}


class _Input(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", hide_input_in_errors=True, defer_build=True
    )


Password = Annotated[
    SecretStr,
    Field(min_length=1, max_length=72),
    WithJsonSchema({**_STRING, "maxLength": 72, "description": "Plain text"}),
]

Digest = Annotated[
    SecretStr,
    Field(min_length=1, max_length=1024),
    WithJsonSchema({**_STRING, "description": "Base64, radix-64"}),
]
Salt = Annotated[SecretStr, Field(min_length=1, max_length=1024), WithJsonSchema({**_STRING, "description": "Salt"})]
Answer = Annotated[
    SecretStr,
    Field(min_length=1, max_length=100),
    WithJsonSchema({**_STRING, "maxLength": 100, "description": "Answer"}),
]

PasswordHook = Annotated[Literal["default"], Field(description="Hook")]

_FIELDS_BY_ALGORITHM: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    # required, allowed besides
    "BCRYPT": (frozenset({"salt", "work_factor"}), frozenset()),
    "PBKDF2": (frozenset({"salt", "iteration_count", "key_size", "digest_algorithm"}), frozenset()),
}
_DIGEST = (frozenset[str](), frozenset({"salt", "salt_order"}))
_DIGEST_BYTES = {"SHA-512": 64, "SHA-256": 32, "SHA-1": 20, "MD5": 16}
_BCRYPT_LENGTHS = {"value": 31, "salt": 22}
_RADIX64 = re.compile(r"[./A-Za-z0-9]+")


class PasswordHash(_Input):
    """A password that another system hashed."""

    algorithm: Literal["BCRYPT", "SHA-512", "SHA-256", "SHA-1", "MD5", "PBKDF2"] = Field(description="Kind")
    value: Digest
    salt: Salt | None = None
    salt_order: Literal["PREFIX", "POSTFIX"] | None = Field(None, description="Order")
    work_factor: int | None = Field(None, ge=1, le=20, description="BCRYPT")
    iteration_count: int | None = Field(None, ge=4096, description="PBKDF2")
    key_size: int | None = Field(None, ge=1, description="PBKDF2, bytes")
    digest_algorithm: Literal["SHA256_HMAC", "SHA512_HMAC"] | None = Field(None, description="PBKDF2")

    @model_validator(mode="after")
    def _fields_of_the_algorithm(self) -> Self:
        required, allowed = _FIELDS_BY_ALGORITHM.get(self.algorithm, _DIGEST)
        given = {name for name in type(self).model_fields if name not in {"algorithm", "value"} and getattr(self, name)}
        missing, surplus = required - given, given - required - allowed
        if missing:
            raise ValueError(f"needs {_names(missing)} for {self.algorithm}")
        if surplus:
            raise ValueError(f"does not take {_names(surplus)} with {self.algorithm}")
        if self.salt is not None and not required and self.salt_order is None:
            raise ValueError("needs `saltOrder` when there is a salt")
        self._check_form()
        return self

    def _check_form(self) -> None:
        """Refuse what Okta cannot read, above all a hash as other programs print it: whole, or in hexadecimal."""
        secrets = {name: one.get_secret_value() for name in ("value", "salt") if (one := getattr(self, name))}
        if self.algorithm == "BCRYPT":
            for name, length in _BCRYPT_LENGTHS.items():
                if len(secrets[name]) != length or not _RADIX64.fullmatch(secrets[name]):
                    raise ValueError(
                        f"needs {length} characters of radix-64 in `{name}`; of $2a$10$…, the 22 behind the cost are "
                        "the salt, and the last 31 the value"
                    )
            return
        sizes = {name: _base64_bytes(text) for name, text in secrets.items()}
        unread = [name for name, size in sizes.items() if size is None]
        if unread:
            raise ValueError(f"needs Base64 in {_names(unread)}")
        size = self.key_size or _DIGEST_BYTES.get(self.algorithm)
        if sizes["value"] != size:
            raise ValueError(f"needs the Base64 of {size} bytes in `value` (not hexadecimal)")

    def wire(self) -> dict[str, Any]:
        """Return the object as Okta takes it, secrets in the clear."""
        given = self.model_dump(by_alias=True, exclude_none=True)
        return {k: v.get_secret_value() if isinstance(v, SecretStr) else v for k, v in given.items()}


def _base64_bytes(text: str) -> int | None:
    try:
        return len(base64.b64decode(text, validate=True))
    except ValueError:
        return None


_ALGORITHMS = list(get_args(PasswordHash.model_fields["algorithm"].annotation))


def _described(description: str, **algorithm: Any) -> dict[str, Any]:
    kind, value = {**_STRING, "description": "Kind", **algorithm}, {**_STRING, "description": "Base64, radix-64"}
    return {"type": "object", "description": description, "properties": {"algorithm": kind, "value": value}}


ImportedHash = Annotated[
    PasswordHash,
    WithJsonSchema(
        _described(
            "BCRYPT: salt, workFactor; PBKDF2: salt, iterationCount, keySize, digestAlgorithm; else salt, saltOrder",
            enum=_ALGORITHMS,
        )
    ),
]
"""A `PasswordHash`, whose rarer fields are named in one line: all eight take a fifth of the room of a tool."""

StagedHash = Annotated[PasswordHash, WithJsonSchema(_described("See create_user; only while STAGED"))]


class RecoveryQuestion(_Input):
    """Question that proves a person's identity, and its answer."""

    question: Annotated[
        str,
        Field(min_length=1, max_length=100),
        WithJsonSchema({**_STRING, "maxLength": 100, "description": "Question"}),
    ]
    answer: Answer


class Provider(_Input):
    """Where a user's password is checked."""

    type: Literal["ACTIVE_DIRECTORY", "FEDERATION", "IMPORT", "LDAP", "OKTA", "SOCIAL"] = Field(description="Kind")
    name: str | None = Field(None, description="AD, LDAP: domain")


def credentials(
    *,
    password: SecretStr | None,
    password_hash: PasswordHash | None,
    password_hook: str | None,
    recovery_question: RecoveryQuestion | None,
    provider: Provider | None = None,
) -> dict[str, Any]:
    """Return the `credentials` object of a user; empty when nothing of it is given.

    Raises:
        ArgumentError: when more than one kind of password is given, or one that the provider excludes.
    """
    given = {"password": password, "passwordHash": password_hash, "passwordHook": password_hook}
    named = [name for name, value in given.items() if value is not None]
    if len(named) > 1:
        raise ArgumentError(f"{_names(named)} exclude each other; send one")
    elsewhere = provider is not None and provider.type in {"FEDERATION", "SOCIAL"}
    if provider is not None and elsewhere and (named or recovery_question):
        raise ArgumentError(
            f"a {provider.type} user signs in elsewhere; leave out the password and the recovery question"
        )
    imported = password_hash is not None or password_hook is not None
    if provider is not None and imported and provider.type not in {"OKTA", "IMPORT"}:
        raise ArgumentError(
            f"{_names(named)} is for a password that Okta will check, and {provider.type} checks its own; leave one out"
        )
    if provider is not None and provider.type in {"ACTIVE_DIRECTORY", "LDAP"} and not provider.name:
        raise ArgumentError(
            f"`provider.name` is required with {provider.type}: the directory as Okta names it, for AD its domain"
        )
    body: dict[str, Any] = {}
    if password is not None:
        body["password"] = {"value": password.get_secret_value()}
    elif password_hash is not None:
        body["password"] = {"hash": password_hash.wire()}
    elif password_hook is not None:
        body["password"] = {"hook": {"type": password_hook}}
    if recovery_question is not None:
        answer = recovery_question.answer.get_secret_value()
        body["recovery_question"] = {"question": recovery_question.question, "answer": answer}
    if provider is not None:
        body["provider"] = {"type": provider.type, "name": provider.name or provider.type}
    return body


def _names(names: list[str] | set[str] | frozenset[str]) -> str:
    return " and ".join(f"`{to_camel(name)}`" for name in sorted(names))
