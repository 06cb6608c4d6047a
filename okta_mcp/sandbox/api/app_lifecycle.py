"""Applications: create, replace, activate, deactivate, delete. Source: Okta Applications API."""

from okta_mcp.sandbox.api.route import Handler, Routes
from okta_mcp.sandbox.applications import create_app, delete_app, replace_app, switch_app
from okta_mcp.sandbox.call import Answer, Call
from okta_mcp.sandbox.documents import app_document

__all__ = ["ROUTES"]

_KEYS = ("name", "label", "signOnMode", "settings", "credentials", "visibility")
_IGNORED = (
    "id",
    "orn",
    "status",
    "created",
    "lastUpdated",
    "accessibility",
    "features",
    "licensing",
    "profile",
    "_links",
    "_embedded",
)


def create(call: Call) -> Answer:
    """POST /api/v1/apps."""
    activate = call.flag("activate", default=True)
    body = call.body(_KEYS, ignored=_IGNORED)
    app = create_app(call.change(), body, activate=activate)
    return Answer(app_document(call.org, app, call.origin))


def replace(call: Call) -> Answer:
    """PUT /api/v1/apps/{app}."""
    app = call.org.app(call.path_values["app"])
    replace_app(call.change(), app, call.body(_KEYS, ignored=_IGNORED))
    return Answer(app_document(call.org, app, call.origin))


def delete(call: Call) -> Answer:
    """DELETE /api/v1/apps/{app}."""
    delete_app(call.change(), call.org.app(call.path_values["app"]))
    return Answer.nothing()


def _switch(status: str) -> Handler:
    def handler(call: Call) -> Answer:
        app = call.org.app(call.path_values["app"])
        call.body(())
        switch_app(call.change(), app, status)
        return Answer({})

    return handler


ROUTES: Routes = (
    ("POST", "/apps", create),
    ("PUT", "/apps/{app}", replace),
    ("DELETE", "/apps/{app}", delete),
    ("POST", "/apps/{app}/lifecycle/activate", _switch("ACTIVE")),
    ("POST", "/apps/{app}/lifecycle/deactivate", _switch("INACTIVE")),
)
