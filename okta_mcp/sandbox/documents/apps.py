"""Applications, assignments and dashboard tiles as JSON."""

from collections.abc import Mapping
from typing import Any

from okta_mcp.sandbox.clock import stamp
from okta_mcp.sandbox.org import Org
from okta_mcp.sandbox.records import App, Assignment, Group, Status

__all__ = ["app_document", "app_group_document", "app_link_document", "app_user_document"]

# What every app of these kinds has in its `settings.app`.
_APP_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "template_swa": {
        "buttonField": "btn-login",
        "passwordField": "txtbox-password",
        "usernameField": "txtbox-username",
    }
}


def app_document(org: Org, app: App, origin: str) -> dict[str, Any]:
    """Write an application instance."""
    address = f"{origin}/api/v1/apps/{app.id}"
    active = app.status == "ACTIVE"
    change = "deactivate" if active else "activate"
    return {
        "id": app.id,
        "orn": f"orn:okta:idp:{org.id}:apps:{app.name}:{app.id}",
        "name": app.name,
        "label": app.label,
        "status": app.status,
        "lastUpdated": stamp(app.last_updated),
        "created": stamp(app.created),
        "accessibility": {"selfService": False, "errorRedirectUrl": None, "loginRedirectUrl": None},
        "visibility": {
            "autoLaunch": False,
            "autoSubmitToolbar": False,
            "hide": {"iOS": False, "web": False},
            "appLinks": {"login": True},
            **app.visibility,
        },
        "features": [],
        # A directory signs nobody on, and has no mode.
        "signOnMode": None if app.is_directory else app.sign_on_mode,
        "credentials": _credentials(app),
        "settings": _settings(app),
        "_links": {
            "logo": [{"name": "medium", "href": _logo(app, origin), "type": "image/png"}],
            "appLinks": [{"name": "login", "href": _tile(app, origin), "type": "text/html"}],
            "groups": {"href": f"{address}/groups"},
            "users": {"href": f"{address}/users"},
            change: {"href": f"{address}/lifecycle/{change}"},
        },
    }


def app_link_document(app: App, assignment: Assignment, origin: str, position: int) -> dict[str, Any]:
    """Write the tile on a user's dashboard; `id` is the user's."""
    return {
        "id": assignment.user_id,
        "label": app.label,
        "linkUrl": _tile(app, origin),
        "logoUrl": _logo(app, origin),
        "appName": app.name,
        "appInstanceId": app.id,
        "appAssignmentId": assignment.id,
        "credentialsSetup": False,
        "hidden": bool(app.visibility.get("hide", {}).get("web", False)),
        "sortOrder": position,
    }


def app_user_document(org: Org, assignment: Assignment, origin: str) -> dict[str, Any]:
    """Write what an app knows of a user it is assigned to."""
    user = org.users[assignment.user_id]
    links = {
        "app": {"href": f"{origin}/api/v1/apps/{assignment.app_id}"},
        "user": {"href": f"{origin}/api/v1/users/{user.id}"},
    }
    if assignment.group_id is not None:
        links["group"] = {"href": f"{origin}/api/v1/groups/{assignment.group_id}"}
    status = user.status if user.status in (Status.STAGED, Status.SUSPENDED) else Status.ACTIVE
    names = ("email", "firstName", "lastName")
    return {
        "id": user.id,
        "externalId": None,
        "created": stamp(assignment.created),
        "lastUpdated": stamp(assignment.last_updated),
        "scope": assignment.scope,
        "status": status.value,
        "statusChanged": stamp(assignment.created),
        "passwordChanged": None,
        "syncState": "DISABLED",
        "lastSync": None,
        "credentials": {"userName": assignment.user_name or user.login},
        "profile": {name: user.profile[name] for name in names if name in user.profile} | assignment.profile,
        "_links": links,
    }


def app_group_document(app: App, group: Group, origin: str) -> dict[str, Any]:
    """Write what an app knows of a group it is assigned to."""
    return {
        "id": group.id,
        "lastUpdated": stamp(app.group_ids[group.id]),
        "priority": list(app.group_ids).index(group.id),
        "profile": dict(app.group_profiles.get(group.id, {})),
        "_links": {
            "app": {"href": f"{origin}/api/v1/apps/{app.id}"},
            "self": {"href": f"{origin}/api/v1/apps/{app.id}/groups/{group.id}"},
            "group": {"href": f"{origin}/api/v1/groups/{group.id}"},
        },
    }


def _tile(app: App, origin: str) -> str:
    return f"{origin}/home/{app.name}/{app.id}/{app.number}"


def _logo(app: App, origin: str) -> str:
    return f"{origin}/assets/img/logos/{app.name}.png"


def _credentials(app: App) -> dict[str, Any]:
    credentials: dict[str, Any] = {
        "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
        "signing": {},
    }
    if app.sign_on_mode == "OPENID_CONNECT":
        credentials["oauthClient"] = {
            "client_id": app.id,
            "autoKeyRotation": True,
            "token_endpoint_auth_method": "client_secret_basic",
            "pkce_required": True,
        }
    return {**credentials, **app.credentials}


def _settings(app: App) -> dict[str, Any]:
    others: dict[str, Any] = {
        "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": None, "helpUrl": None}},
        "signOn": {},
        **{name: value for name, value in app.settings.items() if name != "app"},
    }
    return {"app": {**_APP_SETTINGS.get(app.name, {}), **app.settings.get("app", {})}, **others}
