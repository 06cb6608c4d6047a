"""The application of the control plane, and who may speak to it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from okta_mcp.sandbox.control.orders import Refusal
from okta_mcp.sandbox.control.plane import ENDPOINTS, Endpoint
from okta_mcp.sandbox.errors import ApiError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from okta_mcp.sandbox.sandbox import Sandbox

__all__ = ["controlled"]

_ROOT = "/sandbox"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def controlled(sandbox: "Sandbox", app: "ASGIApp") -> "ASGIApp":
    """Put the control plane of a sandbox beside its Okta API.

    It asks for no credentials, and is therefore for this machine alone: a request whose `Host` is not a loopback
    name is refused, and so is one that a page of another site makes in a browser.
    """
    plane = Starlette(
        routes=[
            Route(f"{_ROOT}{endpoint.path}", _handled(sandbox, endpoint), methods=[endpoint.method])
            for endpoint in ENDPOINTS
        ],
        exception_handlers={HTTPException: _unknown},
    )

    async def routed(scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{_ROOT}/"):
            await app(scope, receive, send)
            return
        refusal = _foreign(Request(scope))
        await (refusal or plane)(scope, receive, send)

    return routed


def _foreign(request: Request) -> Response | None:
    for name in ("host", "origin"):
        value = request.headers.get(name)
        if value is None and name == "origin":
            continue
        address = value or ""
        try:
            host = urlsplit(address if "://" in address else f"//{address}").hostname
        except ValueError:
            host = None
        if host not in _LOOPBACK:
            return _sentence(403, f"The control plane answers on loopback addresses only; {name} is {address!r}.")
    return None


def _handled(sandbox: "Sandbox", endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def handled(request: Request) -> Response:
        try:
            content = await request.body()
            order = endpoint.order.model_validate_json(content) if content.strip() else endpoint.order()
            query = endpoint.query(**request.query_params)
        except ValidationError as failure:
            return _sentence(400, _first(failure))
        try:
            answer = endpoint.carry_out(sandbox, order, query, dict(request.path_params))
        except Refusal as refusal:
            return _sentence(refusal.status, str(refusal))
        except ApiError as failure:
            return _sentence(failure.status, f"{failure.summary}.")
        except OverflowError:
            return _sentence(400, "The clock ends with the year 9999.")
        except ValueError as failure:
            return _sentence(400, f"{str(failure).rstrip('.')}.")
        if isinstance(answer, BaseModel):
            return JSONResponse(answer.model_dump(mode="json"), endpoint.status)
        return Response(status_code=204) if answer is None else JSONResponse(answer, endpoint.status)

    return handled


def _first(failure: ValidationError) -> str:
    first = failure.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    said = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{place}: {said}." if place else f"{said}."


async def _unknown(request: Request, failure: Exception) -> Response:
    status = failure.status_code if isinstance(failure, HTTPException) else 500
    there = ", ".join(f"{one.method} {_ROOT}{one.path}" for one in ENDPOINTS)
    return _sentence(status, f"There is no {request.method} {request.url.path}. There are: {there}.")


def _sentence(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status)
