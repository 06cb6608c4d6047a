"""From an HTTP answer to a reply, or to the error it means."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2

from okta_mcp.okta.errors import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    NotOkta,
    OktaApiError,
    RateLimited,
    ServerFault,
    Unauthorized,
)
from okta_mcp.okta.limits import RateLimit
from okta_mcp.okta.links import next_cursor
from okta_mcp.okta.objects import Json, Page
from okta_mcp.records import record

T = TypeVar("T")

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

_READ_ONLY = "E0000010"
"""Maintenance: Okta answers what reads, and turns away what writes."""

_ABOUT_THE_TOKEN = frozenset({"invalid_token", "use_dpop_nonce", "invalid_dpop_proof"})
"""What is wrong with an access token or its proof, whether Okta says so with 401, as RFC 9449 has it, or with 400."""

_BY_STATUS: Mapping[int, type[OktaApiError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    423: Conflict,
}


@record
class Reply:
    """A 2xx answer of Okta's.

    Attributes:
        status: HTTP status code.
        json: the decoded body; None when it was empty.
        request_id: `X-Okta-Request-Id`.
        next: the value of `after` for the next page; None when there is none.
        writes: whether it answers a request that changes something.
    """

    status: int
    json: Any
    request_id: str | None
    next: str | None = None
    writes: bool = False

    def object(self, *, or_empty: bool = False) -> Json:
        """Take the body for one object.

        Args:
            or_empty: whether an empty body, or an empty list, will do, for an empty object.

        Raises:
            NotOkta: it is something else; with `maybe_applied` when it answers a write, which Okta accepted.
        """
        if or_empty and (self.json is None or self.json == []):
            return {}
        if not isinstance(self.json, Mapping):
            raise self.unexpected("a JSON object")
        return self.json

    def page(self, from_json: Callable[[Json], T]) -> Page[T]:
        """Take the body for one page of a collection.

        Args:
            from_json: makes an item of one JSON object.

        Raises:
            NotOkta: it is something else.
        """
        if not isinstance(self.json, list) or not all(isinstance(item, Mapping) for item in self.json):
            raise self.unexpected("a JSON list of objects")
        return Page(tuple(map(from_json, self.json)), self.next)

    def unexpected(self, wanted: str) -> NotOkta:
        """Make the error for a body that is not what was wanted.

        Args:
            wanted: what was, with its article.
        """
        message = f"The answer was expected to be {wanted} and is not. Check the org URL."
        return NotOkta(message, maybe_applied=self.writes)


@record
class Asked:
    """What an answer answers, as far as its reader must know.

    Attributes:
        method: HTTP method.
        path: path template.
        origin: the org's origin, named when the answer is not Okta's.
        secrets: the token and the like, which are struck out should an answer repeat them.
    """

    method: str
    path: str
    origin: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def writes(self) -> bool:
        """Whether the request changes something."""
        return self.method not in {"GET", "HEAD"}

    def shown(self, text: str, length: int = 500) -> str:
        """Make a text from an answer fit to be shown: one line, bounded, and without the token."""
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        line = _UNSEEN.sub(" ", text).strip()
        return line if len(line) <= length else f"{line[: length - 1]}…"

    def request_id(self, response: httpx2.Response) -> str | None:
        """Read `X-Okta-Request-Id`."""
        return self.shown(response.headers.get("x-okta-request-id", ""), 100) or None


def read(response: httpx2.Response, asked: Asked) -> Reply:
    """Read an answer that is no error.

    Raises:
        NotOkta: a redirect, a page, or anything that is not JSON.
        UnreadableLink: there is a next page, but no cursor for it.
    """
    if not response.is_success:
        raise _not_okta(response, asked)
    body = None
    if response.content:
        try:
            body = response.json()
        except ValueError:
            raise _not_okta(response, asked) from None
    return Reply(
        status=response.status_code,
        json=body,
        request_id=asked.request_id(response),
        next=None if asked.writes else next_cursor(response.headers),
        writes=asked.writes,
    )


def error_of(response: httpx2.Response, asked: Asked, *, wait_seconds: float = 0.0) -> OktaApiError | NotOkta:
    """Make the error that a 4xx or 5xx answer means.

    Args:
        response: the answer.
        asked: what it answers.
        wait_seconds: for a 429, how long to wait before trying again.
    """
    status = response.status_code
    body = _body(response)
    if not isinstance(body, Mapping):
        if status < 500 and status != 429:
            return _not_okta(response, asked)
        body = {}
    code, summary = told_by(response)
    challenge = _challenge(response)
    causes = [_first(c.get("errorSummary"), c.get("reason")) for c in _objects(body.get("errorCauses"))]
    if code == "insufficient_scope" and challenge.get("scope"):
        causes.append(f"Missing scope: {challenge['scope']}")
    facts: dict[str, Any] = {
        "status": status,
        "code": asked.shown(code, 100),
        "summary": asked.shown(summary),
        "causes": tuple(asked.shown(cause) for cause in causes if cause),
        "error_id": asked.shown(_first(body.get("errorId")), 100) or None,
        "request_id": asked.request_id(response),
        "method": asked.method,
        "path": asked.path,
    }
    if status == 429:
        limit = RateLimit.from_headers(response.headers)
        concurrency = limit is not None and limit.concurrency
        return RateLimited(wait_seconds=wait_seconds, concurrency=concurrency, **facts)
    if status >= 500:
        # 501 is Okta's answer to an operation that the object does not know: certainly not carried out.
        certain = status == 501 or code == _READ_ONLY
        return ServerFault(maybe_applied=asked.writes and not certain, **facts)
    if code in _ABOUT_THE_TOKEN or (code == "invalid_request" and "DPoP" in summary):
        # A proof is good for one request: if this is the second of two, the first may have been carried out.
        return Unauthorized(maybe_applied=asked.writes and "already been used" in summary, **facts)
    return _BY_STATUS.get(status, InvalidRequest)(**facts)


def told_by(response: httpx2.Response) -> tuple[str, str]:
    """Return the code and the words of an error answer, in whichever of three ways it gives them.

    What Okta's own error object leaves out, OAuth's error object or a challenge may tell.

    Source: Okta Management API, "Error object"; RFC 6749 section 5.2; RFC 6750 section 3, RFC 9449 section 7.1.
    """
    found = _body(response)
    body = found if isinstance(found, Mapping) else {}
    challenge = _challenge(response)
    code = _first(body.get("errorCode"), body.get("error"), challenge.get("error"))
    words = _first(
        body.get("errorSummary"),
        body.get("error_description"),
        body.get("message"),
        challenge.get("error_description"),
        _phrase(response.status_code),
    )
    return code, words


def _body(response: httpx2.Response) -> Any:
    """Return the decoded body, an empty object for an empty one, None for one that is no JSON."""
    try:
        return response.json() if response.content else {}
    except ValueError:
        return None


def _challenge(response: httpx2.Response) -> dict[str, str]:
    return dict(_CHALLENGE.findall(response.headers.get("www-authenticate", "")))


def _not_okta(response: httpx2.Response, asked: Asked) -> NotOkta:
    kind = asked.shown(response.headers.get("content-type", "no content type").partition(";")[0], 60)
    found = f"{response.status_code} ({kind})"
    if title := _TITLE.search(response.text[:10_000]):
        found += f", a page titled {json.dumps(asked.shown(title[1], 80), ensure_ascii=False)}"
    # The token is struck out first: taking the host out would lower its case and hide it from the search.
    if response.is_redirect and (host := _host(asked.shown(response.headers.get("location", "")))):
        found += f", a redirect to {host[:120]}"
    return NotOkta(
        f"The answer to {asked.method} {asked.path} does not come from Okta's API: {found}. "
        f"Check that the org URL is right ({asked.origin}) and that no proxy stands in between."
    )


def _host(location: str) -> str | None:
    try:
        return urlsplit(location).hostname
    except ValueError:
        return None


def _first(*values: Any) -> str:
    return next((value for value in values if isinstance(value, str) and value), "")


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"
