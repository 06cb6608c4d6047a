"""Applications as administrators make, change and remove them.

Source: Okta Applications API. Three kinds can be made: bookmarks, OpenID Connect clients and SAML 2.0 apps.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from okta_mcp.sandbox.access import withdraw_app
from okta_mcp.sandbox.call import object_at
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.errors import ApiError, error, validation_failed
from okta_mcp.sandbox.memberships import remove_group
from okta_mcp.sandbox.oauth.clients import register_native_app, register_service_app
from okta_mcp.sandbox.records import App

__all__ = ["create_app", "delete_app", "replace_app", "switch_app"]

MAX_LABEL = 100

_NAMES = {"BOOKMARK": "bookmark", "OPENID_CONNECT": "oidc_client", "SAML_2_0": "template_saml_2_0"}
_GRANTS = (
    "authorization_code",
    "client_credentials",
    "implicit",
    "password",
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)
_DEVICE_GRANT = _GRANTS[5]
_WITH_REDIRECT = {"authorization_code", "implicit"}
_AUTH_METHODS = (
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "none",
)
# The last part of a tile's address; it means nothing to clients.
_FIRST_TILE = 2557


def create_app(change: Change, body: Mapping[str, Any], *, activate: bool) -> App:
    """Make an app as `POST /api/v1/apps` does.

    An OpenID Connect app that acts for itself, or for a person's device, is an OAuth client at once.

    Args:
        change: the deed this is part of.
        body: the request's body, its top-level keys checked.
        activate: whether the app is ACTIVE at once.

    Raises:
        ApiError: 400 E0000001 for what Okta would refuse; nothing is changed then.
    """
    mode = body.get("signOnMode")
    if not isinstance(mode, str) or mode not in _NAMES:
        raise validation_failed("signOnMode", f"signOnMode: must be one of {', '.join(_NAMES)}")
    name = body.get("name", _NAMES[mode])
    if name != _NAMES[mode]:
        raise validation_failed("name", f"name: must be {_NAMES[mode]} for the sign-on mode {mode}")
    label, settings, visibility = _read(mode, body)
    credentials = object_at(body, "credentials")
    oauth = object_at(settings, "oauthClient")
    app = _client_app(change, label, oauth)
    if app is None:
        now = change.second
        app = App(
            id=change.org.ids.new("0oa"),
            name=name,
            label=label,
            status="ACTIVE",
            sign_on_mode=mode,
            created=now,
            last_updated=now,
            settings=settings,
            number=_FIRST_TILE + len(change.org.apps),
        )
        if mode == "OPENID_CONNECT":
            app.credentials = {"oauthClient": _client(change, app, object_at(credentials, "oauthClient"))}
        change.org.apps[app.id] = app
    app.visibility = visibility
    app.status = "ACTIVE" if activate else "INACTIVE"
    change.log("application.lifecycle.create", app)
    return app


def replace_app(change: Change, app: App, body: Mapping[str, Any]) -> None:
    """Give an app another label, other settings and another visibility; what kind of app it is does not change.

    Raises:
        ApiError: 400 E0000001 for what Okta would refuse; nothing is changed then.
    """
    if body.get("signOnMode", app.sign_on_mode) != app.sign_on_mode or body.get("name", app.name) != app.name:
        raise validation_failed("signOnMode", "signOnMode: The kind of an app cannot be changed")
    app.label, app.settings, app.visibility = _read(app.sign_on_mode, body)
    app.last_updated = change.second
    change.log("application.lifecycle.update", app)


def switch_app(change: Change, app: App, status: str) -> None:
    """Make an app ACTIVE or INACTIVE; assignments stay, tiles do not."""
    if app.status == status:
        return
    app.status = status
    app.last_updated = change.second
    change.log(f"application.lifecycle.{'activate' if status == 'ACTIVE' else 'deactivate'}", app)


def delete_app(change: Change, app: App) -> None:
    """Remove an app, with its assignments, the groups imported from it, and its OAuth client.

    Raises:
        ApiError: 403 E0000056 while it is active.
    """
    if app.status == "ACTIVE":
        raise error("E0000056")
    withdraw_app(change, app)
    for group in [group for group in change.org.groups.values() if group.source_id == app.id]:
        remove_group(change, group)
    del change.org.apps[app.id]
    change.org.oauth.clients.pop(app.id, None)
    change.log("application.lifecycle.delete", app)


def _read(mode: str, body: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    label = body.get("label")
    if not isinstance(label, str) or not label.strip():
        raise validation_failed("label", "label: The field cannot be left blank")
    if len(label) > MAX_LABEL:
        raise validation_failed("label", "label: The field is too long")
    settings, visibility = object_at(body, "settings"), object_at(body, "visibility")
    object_at(settings, "app")
    object_at(visibility, "hide")
    if mode == "BOOKMARK":
        _check_address("settings.app.url", object_at(settings, "app").get("url"))
    elif mode == "SAML_2_0":
        sign_on = object_at(settings, "signOn")
        _check_address("settings.signOn.ssoAcsUrl", sign_on.get("ssoAcsUrl"))
        audience = sign_on.get("audience")
        if not isinstance(audience, str) or not audience.strip():
            raise _bad("settings.signOn.audience", "The field cannot be left blank")
    elif mode == "OPENID_CONNECT":
        _check_client(object_at(settings, "oauthClient"))
    return label, settings, visibility


def _check_client(given: Mapping[str, Any]) -> None:
    kind = given.get("application_type", "web")
    if kind not in ("web", "native", "browser", "service"):
        raise _bad("settings.oauthClient.application_type", "must be web, native, browser or service")
    grants = _texts("grant_types", given.get("grant_types"))
    if not grants or not set(grants) <= set(_GRANTS):
        raise _bad("settings.oauthClient.grant_types", f"must be some of {', '.join(_GRANTS)}")
    if kind == "service" and "client_credentials" not in grants:
        raise _bad("settings.oauthClient.grant_types", "a service app uses client_credentials")
    redirects = _texts("redirect_uris", given.get("redirect_uris"))
    if _WITH_REDIRECT & set(grants) and not redirects:
        raise _bad("settings.oauthClient.redirect_uris", "The field cannot be left blank")
    for address in redirects:
        # A native app may have a scheme of its own.
        if not urlsplit(address).scheme:
            raise _bad("settings.oauthClient.redirect_uris", f"{address} is not a valid URI")
    if not set(_texts("response_types", given.get("response_types"))) <= {"code", "token", "id_token"}:
        raise _bad("settings.oauthClient.response_types", "must be some of code, token, id_token")


def _client_app(change: Change, label: str, oauth: Mapping[str, Any]) -> App | None:
    """Register an app that gets tokens from the org itself; None for any other."""
    kind, dpop = oauth.get("application_type"), oauth.get("dpop_bound_access_tokens") is True
    try:
        if kind == "service":
            client = register_service_app(change, label, jwks=object_at(oauth, "jwks"), dpop=dpop)
        elif kind == "native" and _DEVICE_GRANT in oauth["grant_types"]:
            client = register_native_app(change, label, dpop=dpop)
        else:
            return None
    except ValueError as failure:
        raise _bad("settings.oauthClient.jwks", str(failure)) from None
    return change.org.apps[client.id]


def _client(change: Change, app: App, given: Mapping[str, Any]) -> dict[str, Any]:
    """Write the credentials of a client: a browser or native app has no secret to keep."""
    kind = object_at(app.settings, "oauthClient").get("application_type", "web")
    method = given.get("token_endpoint_auth_method", "client_secret_basic" if kind == "web" else "none")
    if method not in _AUTH_METHODS:
        raise _bad("credentials.oauthClient.token_endpoint_auth_method", f"must be one of {', '.join(_AUTH_METHODS)}")
    client = {"client_id": app.id, "autoKeyRotation": True, "token_endpoint_auth_method": method}
    if method.startswith("client_secret"):
        client["client_secret"] = change.org.ids.secret(64)
    return {**client, "pkce_required": given.get("pkce_required", kind != "web")}


def _check_address(field: str, address: Any) -> None:
    if not isinstance(address, str) or not address:
        raise _bad(field, "The field cannot be left blank")
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _bad(field, "The value is not a valid URI") from None
    if not (parts.scheme and parts.netloc):
        raise _bad(field, "The value is not a valid URI")


def _texts(name: str, value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _bad(f"settings.oauthClient.{name}", "must be a list of texts")
    return value


def _bad(field: str, what: str) -> ApiError:
    return validation_failed(field, f"{field}: {what}")
