"""HTTP responses as Okta sends them: JSON bodies, error objects, the headers of every answer."""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from starlette.responses import Response

from okta_mcp.sandbox.call import Answer
from okta_mcp.sandbox.errors import SUMMARIES, ApiError
from okta_mcp.sandbox.oauth import Challenge, OAuthError

__all__ = ["STANDARD_HEADERS", "answer_response", "error_response", "html_response", "summary_for_status"]

STANDARD_HEADERS = (
    ("cache-control", "no-cache, no-store"),
    ("pragma", "no-cache"),
    ("expires", "0"),
    ("strict-transport-security", "max-age=315360000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("vary", "Accept-Encoding"),
    ("p3p", 'CP="HONK"'),
    ("server", "nginx"),
)

_PAGE = """<!DOCTYPE html>
<html><head><title>Temporarily unavailable</title></head>
<body><h1>This service is temporarily unavailable</h1><p>Please try again later.</p></body></html>
"""


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


# The code usually seen with each status.
_USUAL = (
    "E0000003",
    "E0000011",
    "E0000006",
    "E0000008",
    "E0000022",
    "E0000112",
    "E0000047",
    "E0000009",
    "E0000010",
)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _with_headers(response: Response, headers: Iterable[tuple[str, str]]) -> Response:
    for name, value in headers:
        response.headers.append(name, value)
    return response
