"""The routes of the org's API as one ASGI application."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from okta_mcp.sandbox.api import ROUTES, Handler
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.errors import ApiError, error
from okta_mcp.sandbox.gate import CALL
from okta_mcp.sandbox.oauth.authorization import authorize
from okta_mcp.sandbox.oauth.endpoints import OAUTH_ROUTES
from okta_mcp.sandbox.replies import answer_response, error_response

__all__ = ["routes_app"]

logger = logging.getLogger(__name__)

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH"]


def routes_app() -> Starlette:
    """Build the application behind the gate: every endpoint, and Okta's errors for all other requests."""
    by_path: dict[str, dict[str, Handler]] = {}
    for method, path, handler in (*((method, f"/api/v1{path}", one) for method, path, one in ROUTES), *OAUTH_ROUTES):
        by_path.setdefault(path, {})[method] = handler
    app = Starlette(
        routes=[Route(path, _endpoint(handlers), methods=_METHODS) for path, handlers in by_path.items()],
        exception_handlers={404: _unknown_path, 405: _wrong_method},
    )
    app.router.redirect_slashes = False
    return app


def _endpoint(handlers: Mapping[str, Handler]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call: Call = request.scope[CALL]
        call.path_values = dict(request.path_params)
        try:
            _check_length(call)
            authorize(call)
            handler = handlers.get("GET" if call.method == "HEAD" else call.method, _no_such_method)
            return answer_response(handler(call))
        except ApiError as failure:
            return _failed(call, failure)
        except Exception:
            # A defect of the sandbox must look like one of Okta's.
            logger.exception("the sandbox failed on %s %s", call.method, call.path)
            return _failed(call, error("E0000009"))

    return endpoint


def _no_such_method(_call: Call) -> Answer:
    raise error("E0000022")


def _check_length(call: Call) -> None:
    """Ask of POST and PUT that they say how long their body is, be it empty."""
    if call.method in ("POST", "PUT") and not {"content-length", "transfer-encoding"} & call.headers.keys():
        raise ApiError(411, "E0000028", "The request is missing a required parameter.", ["Content-Length"])


def _failed(call: Call, failure: ApiError) -> Response:
    of_log = call.path == "/api/v1/logs" and failure.status in (400, 500)
    return error_response(failure, call.org.ids.error_id(), of_log=of_log)


async def _unknown_path(request: Request, _failure: Exception) -> Response:
    if CALL not in request.scope:
        return Response(status_code=404)
    return _failed(request.scope[CALL], error("E0000008"))


async def _wrong_method(request: Request, _failure: Exception) -> Response:
    if CALL not in request.scope:
        return Response(status_code=405)
    return _failed(request.scope[CALL], error("E0000022"))
