"""HTTP responses as Okta sends them: JSON bodies, error objects, the headers of every answer."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from starlette.responses import Response

from okta_mcp.sandbox.call import Answer
from okta_mcp.sandbox.errors import SUMMARIES, ApiError
from okta_mcp.sandbox.oauth import Challenge, OAuthError

__all__ = ["answer_response", "error_response", "html_response", "standard_headers", "summary_for_status"]

_STANDARD = (
    ("cache-control", "no-cache, no-store"),
    ("pragma", "no-cache"),
    ("expires", "0"),
    ("strict-transport-security", "max-age=315360000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("vary", "Accept-Encoding"),
    ("p3p", 'CP="HONK"'),
    ("server", "nginx"),
)
_CLEARED = "Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/"

_PAGE = """<!DOCTYPE html>
<html><head><title>Temporarily unavailable</title></head>
<body><h1>This service is temporarily unavailable</h1><p>Please try again later.</p></body></html>
"""


def standard_headers(origin: str, request_id: str) -> Iterator[tuple[str, str]]:
    """Yield the headers of every answer, those of the session of a browser among them, which no API client has.

    Args:
        origin: the org's.
        request_id: of the request that is answered.
    """
    yield from _STANDARD
    yield "content-security-policy", _content_security_policy(origin)
    yield "set-cookie", f'sid=""; {_CLEARED}'
    yield "set-cookie", f'autolaunch_triggered=""; {_CLEARED}'
    session = hashlib.sha256(request_id.encode()).hexdigest()[:32].upper()
    yield "set-cookie", f"JSESSIONID={session}; Path=/; Secure; HttpOnly"


@lru_cache(maxsize=8)
def _content_security_policy(origin: str) -> str:
    host = origin.partition("://")[2]
    sub, _, rest = host.partition(".")
    org, cdn = f"'self' {host}", "*.oktacdn.com"
    return "; ".join(
        (
            f"default-src {org} {cdn}",
            f"connect-src {org} {sub}-admin.{rest} {sub}.kerberos.{rest} {cdn} *.mixpanel.com data:",
            f"script-src 'unsafe-inline' 'unsafe-eval' {org} {cdn}",
            f"style-src 'unsafe-inline' {org} {cdn}",
            f"frame-src {org} {sub}-admin.{rest} login.okta.com",
            f"img-src {org} {cdn} *.tiles.mapbox.com *.mapbox.com data: blob:",
            f"font-src {org} data: {cdn} fonts.gstatic.com",
            "frame-ancestors 'self'",
        )
    )


def answer_response(answer: Answer) -> Response:
    """Write a handler's answer."""
    if answer.status == 204 or answer.body is None:
        return _with_headers(Response(status_code=answer.status), answer.headers)
    response = Response(_json(answer.body), answer.status, media_type="application/json")
    return _with_headers(response, answer.headers)


def error_response(failure: ApiError, error_id: str, *, of_log: bool = False) -> Response:
    """Write an error object.

    Args:
        failure: what went wrong.
        error_id: Okta's `errorId`.
        of_log: whether the System Log answers, which has no `errorLink` and UUIDs for ids.
    """
    if isinstance(failure, Challenge):
        return _with_headers(Response(status_code=failure.status), failure.headers.items())
    if isinstance(failure, OAuthError):
        refusal = {"error": failure.code, "error_description": failure.summary}
        response = Response(_json(refusal), failure.status, media_type="application/json")
        return _with_headers(response, failure.headers.items())
    document: dict[str, Any] = {"errorCode": failure.code, "errorSummary": failure.summary}
    if of_log:
        document["errorId"] = str(uuid.uuid5(uuid.NAMESPACE_OID, error_id))
    else:
        document["errorLink"] = failure.code
        document["errorId"] = error_id
    document["errorCauses"] = [{"errorSummary": cause} for cause in failure.causes]
    response = Response(_json(document), failure.status, media_type="application/json")
    return _with_headers(response, failure.headers.items())


def html_response(status: int) -> Response:
    """Write what a proxy in front of the API answers: a page, not JSON."""
    return Response(_PAGE, status, media_type="text/html")


def summary_for_status(status: int, code: str | None) -> ApiError:
    """Build the error of the catalogue with the code, or else one that fits the status."""
    if code is None:
        code = next((known for known in _USUAL if SUMMARIES[known][0] == status), "E0000009")
    known_status_and_summary = SUMMARIES.get(code)
    summary = known_status_and_summary[1] if known_status_and_summary else "Internal Server Error"
    return ApiError(status, code, summary)


# The code usually seen with each status. A 503 is an outage; E0000010, maintenance, is one that turns writes away.
_USUAL = (
    "E0000003",
    "E0000011",
    "E0000006",
    "E0000008",
    "E0000022",
    "E0000112",
    "E0000047",
    "E0000009",
)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _with_headers(response: Response, headers: Iterable[tuple[str, str]]) -> Response:
    for name, value in headers:
        response.headers.append(name, value)
    return response
