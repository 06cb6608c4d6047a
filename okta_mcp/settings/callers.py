"""Who may come in through the HTTP doors."""

import re
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from okta_mcp.records import record
from okta_mcp.settings.names import names
from okta_mcp.settings.rights import EVERYTHING, Rights
from okta_mcp.settings.section import Section

_ENTRY = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._@-]{0,63})=sha256:(?P<digest>[0-9a-fA-F]{64})(?::(?P<rights>.+))?"
)

_LARGEST = 1_048_576
"""Bytes of a file of tokens: ten thousand entries."""


@record
class TokenEntry:
    """A bearer token that is let in, known by its hash.

    Args:
        name: of whoever holds it.
        digest: SHA-256 of the token, as 64 lower-case hexadecimal digits.
        rights: what the holder may do at most.
    """

    name: str
    digest: str
    rights: Rights = EVERYTHING

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `NAME=sha256:HEX`, with `:RIGHTS` behind it where they are fewer than all.

        Raises:
            ValueError: says what is wrong, and repeats nothing: the text may be a token.
        """
        found = _ENTRY.fullmatch(text.strip())
        if found is None:
            raise ValueError("an entry is not of the form NAME=sha256:HEX or NAME=sha256:HEX:RIGHTS")
        rights = found["rights"]
        return cls(found["name"], found["digest"].lower(), EVERYTHING if rights is None else Rights.parse(rights))


class CallerOptions(Section):
    """Who may come in through the HTTP doors."""

    public_url: str | None = Field(
        None,
        validation_alias="OKTA_MCP_PUBLIC_URL",
        description="Address under which clients reach the HTTP transports, without /mcp, when it is not the one "
        "listened on.",
        examples=["https://mcp.example.com"],
    )
    cors_origins: tuple[str, ...] = Field(
        (),
        validation_alias="OKTA_MCP_CORS_ORIGINS",
        description="Origins whose pages may reach the HTTP transports from a browser, each written out: "
        "https://host, with its port if it has one. None by default.",
        examples=["https://chat.example.com"],
    )
    auth_tokens: tuple[str, ...] = Field(
        (),
        validation_alias="OKTA_MCP_AUTH_TOKENS",
        description="Bearer tokens that are let in over HTTP, each as NAME=sha256:HASH or NAME=sha256:HASH:RIGHTS; "
        "`okta-mcp token NAME` makes one.",
        examples=["desk=sha256:" + "5e" * 32],
    )
    auth_tokens_file: Path | None = Field(
        None,
        validation_alias="OKTA_MCP_AUTH_TOKENS_FILE",
        description="File of further such entries, one a line; lines that begin with # are left out. A change is "
        "noticed within five seconds: nobody has to start the server again.",
        examples=["/etc/okta-mcp/tokens"],
    )
    dangerously_unauthenticated: bool = Field(
        default=False,
        validation_alias="OKTA_MCP_DANGEROUSLY_UNAUTHENTICATED",
        description="Serve everybody who can reach an address that is not on this machine, and ask nobody who they "
        "are. Whoever gets a packet through administers the org.",
        examples=["true"],
    )

    _split_tokens_and_origins = field_validator("auth_tokens", "cors_origins", mode="before")(names)

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str | None) -> str | None:
        return None if value is None else base_url(value)

    @field_validator("cors_origins")
    @classmethod
    def _cors_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(origin(one) for one in value)

    @field_validator("auth_tokens")
    @classmethod
    def _auth_tokens(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _entries(value)
        return value

    @property
    def token_entries(self) -> tuple[TokenEntry, ...]:
        """The tokens that are let in, those of the file included.

        Raises:
            ValueError: the file cannot be used.
        """
        return self.entries_with(read_tokens(self.auth_tokens_file) if self.auth_tokens_file is not None else b"")

    def entries_with(self, content: bytes) -> tuple[TokenEntry, ...]:
        """Return the tokens that are let in when the file holds this.

        Raises:
            ValueError: it cannot be used; it is not repeated.
        """
        try:
            lines = content.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise ValueError(f"the file cannot be read as text ({type(error).__name__})") from None
        written = (line.strip() for line in lines)
        return _entries((*self.auth_tokens, *(line for line in written if line and not line.startswith("#"))))


def read_tokens(path: Path) -> bytes:
    """Return what a file of tokens holds.

    Raises:
        ValueError: it cannot be read, or is too large to be one.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise ValueError(f"the file cannot be read as text ({type(error).__name__})") from None
    if len(content) > _LARGEST:
        raise ValueError(f"the file is larger than {_LARGEST} bytes")
    return content


def base_url(text: str) -> str:
    """Return the address of a server as clients write it: without the usual port and a slash at its end.

    Raises:
        ValueError: it is not one.
    """
    text = text.strip()
    parts = urlsplit(text)
    try:
        bad_port = parts.port == 0
    except ValueError:
        bad_port = True
    unfit = re.search(r"[\s\x00-\x20<>\"\\{}$]", text) or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in {"http", "https"} or not parts.hostname or bad_port or unfit:
        raise ValueError("it is no address of the form https://host or https://host/path")
    usual = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}{parts.path.rstrip('/')}"


def origin(text: str) -> str:
    """Return an origin as browsers write it: in lower case, without a path and the usual port.

    Raises:
        ValueError: it is not one, or stands for more than one.
    """
    if "*" in text or text == "null":
        raise ValueError(f"{text!r} would let pages in that nobody has named; write each origin out")
    try:
        written = base_url(text)
    except ValueError:
        written = ""
    if written.count("/") != 2:
        raise ValueError(f"{text!r} is no origin: its form is https://host or https://host:port, without a path")
    if not written.isascii():
        raise ValueError(f"{text!r} is not as browsers send it: write the host in its ASCII form (xn--…)")
    return written


def _entries(texts: tuple[str, ...] | list[str]) -> tuple[TokenEntry, ...]:
    entries = tuple(TokenEntry.parse(text) for text in texts)
    given = [one.name for one in entries]
    twice = next((name for name in given if given.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"two entries are named {twice}; the log could not tell them apart")
    return entries
