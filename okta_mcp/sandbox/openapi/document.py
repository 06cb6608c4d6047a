"""The OpenAPI document, put together from the route table and what is declared beside it."""

import re
from typing import Any

from okta_mcp.sandbox.api import ROUTES, Handler
from okta_mcp.sandbox.openapi.operations import OPERATIONS, PARAMETERS, Operation
from okta_mcp.sandbox.openapi.schemas import SCHEMAS, ref

__all__ = ["document_of"]

_ROOT = "/api/v1"
_NAME = re.compile(r"\{(\w+)(?::\w+)?\}")
_JSON = "application/json"


def document_of() -> dict[str, Any]:
    """Describe every endpoint below `/api/v1`. Source: OpenAPI Specification 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, handler in ROUTES:
        written = _NAME.sub(r"{\1}", path)
        paths.setdefault(f"{_ROOT}{written}", {})[method.lower()] = _operation(method, written, handler)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "okta-mcp sandbox",
            "version": "1",
            "description": "An Okta org in one process: the part of the Okta Management API that it answers.",
        },
        "paths": paths,
        "security": [{"apiToken": []}],
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "apiToken": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "SSWS and an API token",
                }
            },
        },
    }


def _operation(method: str, path: str, handler: Handler) -> dict[str, Any]:
    known = OPERATIONS.get((method, path))
    place = _NAME.sub(r"by_\1", path).replace("/", "_")
    described: dict[str, Any] = {
        "operationId": f"{method.lower()}{place}",
        "summary": _summary(path, handler),
        "parameters": [
            *(
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in _NAME.findall(path)
            ),
            *(
                {"name": name, "in": "query", "schema": dict(PARAMETERS[name])}
                for name in (known.query.split() if known else ())
            ),
        ],
        "responses": {**_answers(known), "default": _content("An error.", ref("Error"))},
    }
    body = known.body if known else ({"type": "object"} if method in ("POST", "PUT", "PATCH") else None)
    if body is not None:
        described["requestBody"] = {"required": known is not None, "content": {_JSON: {"schema": dict(body)}}}
    return described


def _answers(known: Operation | None) -> dict[str, Any]:
    if known is None:
        return {"2XX": {"description": "What was asked for."}}
    if known.answer is None:
        return {"204": {"description": "Done."}}
    return {"200": _content("What was asked for.", dict(known.answer))}


def _content(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def _summary(path: str, handler: Handler) -> str:
    told = (handler.__doc__ or "").strip().partition("\n")[0].rstrip(".")
    return told or path.rpartition("/")[2].replace("_", " ")
