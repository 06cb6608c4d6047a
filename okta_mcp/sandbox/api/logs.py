"""The System Log. Source: Okta System Log API."""

from urllib.parse import urlencode

from okta_mcp.sandbox.api.route import Routes
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.systemlog import self_params

__all__ = ["ROUTES"]


def index(call: Call) -> Answer:
    """GET /api/v1/logs."""
    page = call.org.log.query(call.parameters, call.org.now())
    address = f"{call.origin}{call.path}"
    links = [("link", f'<{address}?{urlencode(self_params(call.parameters))}>; rel="self"')]
    if page.next_params is not None:
        links.append(("link", f'<{address}?{urlencode(page.next_params)}>; rel="next"'))
    return Answer(page.events, headers=links)


ROUTES: Routes = (("GET", "/logs", index),)
