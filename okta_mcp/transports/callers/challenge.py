"""What a caller is told who is not let in. RFC 6750, 3; RFC 9728, 5.1; MCP, Authorization."""

from collections.abc import Sequence

from starlette.responses import JSONResponse

from okta_mcp.transports.callers.proof import Fault

_STATUS: dict[Fault | None, int] = {
    None: 401,
    "invalid_request": 400,
    "invalid_token": 401,
    "insufficient_scope": 403,
}


def challenge(
    fault: Fault | None, reason: str, *, metadata: str | None = None, scopes: Sequence[str] = ()
) -> JSONResponse:
    """Return the refusal of a request.

    Args:
        fault: as RFC 6750 names it; None when nothing was brought.
        reason: one sentence for whoever reads it.
        metadata: address of the protected resource metadata, where a client learns who gives tokens.
        scopes: what a token needs to be let in, all of them.
    """
    told = {"realm": "okta-mcp"}
    if fault is not None:
        told |= {"error": fault, "error_description": reason}
    if scopes:
        told["scope"] = " ".join(scopes)
    if metadata is not None:
        told["resource_metadata"] = metadata
    header = "Bearer " + ", ".join(f'{name}="{value}"' for name, value in told.items())
    body = {"error": fault or "unauthorized", "error_description": reason}
    headers = {"WWW-Authenticate": header, "Cache-Control": "no-store"}
    return JSONResponse(body, _STATUS[fault], headers)
