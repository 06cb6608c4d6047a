"""One request to the Okta API as a handler sees it, and the answer it gives."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from okta_mcp.sandbox.callers import Credential
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import error, type_mismatch, validation_failed
from okta_mcp.sandbox.oauth import Client
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import User

__all__ = ["Answer", "Call", "object_at", "parsed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers: 200 with a JSON body, or 204 without one."""

    body: Any = None
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()

    @classmethod
    def nothing(cls) -> "Answer":
        """Answer 204 without a body."""
        return cls(status=204)


@dataclass(slots=True)
class Call:
    """One authenticated request.

    Args:
        org: the org that is asked.
        origin: scheme and host that links in the answer begin with.
        request_id: the answer's `x-okta-request-id`.
        method: HTTP method.
        path: decoded path.
        query: raw query string.
        headers: request headers by lower-case name.
        content: raw body.
        credential: who the request acts for, and what it came with.
        client_address: IP address the request came from.
        proofs: the values of its `DPoP` headers.
        path_values: parts of the path by the names in the route.
    """

    org: Org
    origin: str
    request_id: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content: bytes
    credential: Credential
    client_address: str | None
    proofs: Sequence[str] = ()
    path_values: dict[str, str] = field(default_factory=dict)

    @property
    def caller(self) -> User | None:
        """The user the request acts for; None when an OAuth client acts for itself."""
        return self.credential.user

    def change(self, *, actor: User | Client | None = None) -> Change:
        """Begin a change of the org in the name of the caller, or of `actor`."""
        client: dict[str, Any] = {"ipAddress": self.client_address}
        if "user-agent" in self.headers:
            client["userAgent"] = {
                "rawUserAgent": self.headers["user-agent"],
                "os": "Unknown",
                "browser": "UNKNOWN",
            }
        app = self.credential.client
        if app is not None:
            client["id"] = app.id
        actor = actor or self.caller or app
        return Change(self.org, self.org.now(), actor, client, self.request_id, self.path, self.credential.token_id)

    @property
    def parameters(self) -> dict[str, str]:
        """Query parameters by name; the last of several with one name."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def text(self, name: str) -> str | None:
        """Return a query parameter; None when it is absent or empty."""
        return self.parameters.get(name) or None

    def expression(self, name: str) -> str | None:
        """Return a query parameter that holds an expression, which must not be empty; None when it is absent."""
        return self.parameters.get(name)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a query parameter that is `true` or `false`.

        Raises:
            ApiError: 400 E0000037 for any other text.
        """
        value = self.text(name)
        if value is None:
            return default
        if value not in ("true", "false"):
            raise type_mismatch(name)
        return value == "true"

    def limit(self, default: int, maximum: int) -> int:
        """Return the page size asked for; too large a one is cut to `maximum`.

        Raises:
            ApiError: 400 E0000037 for no integer, E0000001 for less than 1.
        """
        value = self.text("limit")
        if value is None:
            return default
        try:
            size = int(value)
        except ValueError:
            raise type_mismatch("limit") from None
        if size < 1:
            raise validation_failed("limit", "limit: must be greater than or equal to 1")
        return min(size, maximum)

    @property
    def prefers_background(self) -> bool:
        """Tell whether the caller would rather not wait. Source: RFC 7240, `Prefer: respond-async`."""
        preferences = self.headers.get("prefer", "").split(",")
        return any(preference.strip().lower() == "respond-async" for preference in preferences)

    def body(self, keys: Collection[str], *, ignored: Collection[str] = ()) -> dict[str, Any]:
        """Read a JSON object from the body; an empty body is an empty object.

        Args:
            keys: the top-level keys that are understood.
            ignored: keys that may be sent too, and mean nothing.

        Raises:
            ApiError: 400 E0000003 for anything else; E0000018 or E0000021 for its `Content-Type`.
        """
        if not self.content.strip():
            return {}
        media_type = self.headers.get("content-type")
        if media_type is None:
            raise error("E0000018")
        if media_type.partition(";")[0].strip().lower() != "application/json":
            raise error("E0000021")
        document = parsed(self.content)
        if not isinstance(document, dict) or not document.keys() <= {*keys, *ignored}:
            raise error("E0000003")
        return {key: value for key, value in document.items() if key in keys}


def parsed(content: bytes) -> Any:
    """Read JSON.

    Raises:
        ApiError: 400 E0000003.
    """
    try:
        document = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
        # Lone surrogates can be written as \\u escapes but never sent back.
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise error("E0000003") from None
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def object_at(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the JSON object at `key`, empty when absent or null.

    Raises:
        ApiError: 400 E0000003 when something else stands there.
    """
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise error("E0000003")
    return value
