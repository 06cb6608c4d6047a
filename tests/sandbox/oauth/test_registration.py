"""What the server says about itself, and clients that are registered over the API."""

import pytest

from okta_mcp.sandbox.oauth.keys import public_jwk

from .conftest import BASE_URL, Application, key

SERVICE = {
    "client_name": "Night Shift",
    "application_type": "service",
    "grant_types": ["client_credentials"],
    "response_types": ["token"],
    "token_endpoint_auth_method": "private_key_jwt",
}


async def test_the_keys_are_there_for_everybody(http, sandbox):
    answer = await http.get("/oauth2/v1/keys")
    assert answer.json() == {"keys": [public_jwk(sandbox.org.id)]}
    assert "d" not in answer.json()["keys"][0]
    # These requests are not counted.
    assert "x-rate-limit-limit" not in answer.headers


@pytest.mark.parametrize("name", ["oauth-authorization-server", "openid-configuration"])
async def test_the_server_describes_itself(http, name):
    answer = await http.get(f"/.well-known/{name}")
    document = answer.json()
    assert document["issuer"] == BASE_URL
    assert document["token_endpoint"] == f"{BASE_URL}/oauth2/v1/token"
    assert document["jwks_uri"] == f"{BASE_URL}/oauth2/v1/keys"
    assert document["device_authorization_endpoint"] == f"{BASE_URL}/oauth2/v1/device/authorize"
    assert document["dpop_signing_alg_values_supported"] == ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
    assert ("userinfo_endpoint" in document) is (name == "openid-configuration")


async def test_a_client_is_registered_granted_a_scope_and_given_a_role_over_the_api(okta, http, clock, sandbox):
    signing = key("app", "ES256")
    made = await okta.post(
        "/oauth2/v1/clients", json={**SERVICE, "jwks": {"keys": [signing.jwk]}, "dpop_bound_access_tokens": False}
    )
    client_id = made.json()["client_id"]
    assert (made.status_code, made.json()["jwks"]["keys"]) == (201, [signing.jwk])
    assert (await okta.get(f"/oauth2/v1/clients/{client_id}")).json() == made.json()
    app = Application(http, clock, sandbox.org.oauth.clients[client_id], signing)
    assert (await app.ask()).json()["error"] == "consent_required"
    granted = await okta.post(
        f"/api/v1/apps/{client_id}/grants", json={"scopeId": "okta.users.read", "issuer": BASE_URL}
    )
    assert (granted.status_code, granted.json()["scopeId"], len(granted.json()["id"])) == (201, "okta.users.read", 20)
    assert (await okta.get(f"/api/v1/apps/{client_id}/grants")).json() == [granted.json()]
    token = await app.token()
    assert (await app.call("GET", "/api/v1/users", token)).status_code == 403
    given = await okta.post(f"/oauth2/v1/clients/{client_id}/roles", json={"type": "READ_ONLY_ADMIN"})
    assert (given.status_code, given.json()["type"], given.json()["label"]) == (
        201,
        "READ_ONLY_ADMIN",
        "Read Only Admin",
    )
    assert (await okta.get(f"/oauth2/v1/clients/{client_id}/roles")).json() == [given.json()]
    assert (await app.call("GET", "/api/v1/users", token)).status_code == 200


async def test_a_service_app_registered_over_the_api_has_to_use_dpop_unless_told_otherwise(okta):
    made = await okta.post("/oauth2/v1/clients", json={**SERVICE, "jwks": {"keys": [key().jwk]}})
    assert made.json()["dpop_bound_access_tokens"] is True
    native = await okta.post("/oauth2/v1/clients", json={"client_name": "Tablet", "application_type": "native"})
    assert (native.json()["dpop_bound_access_tokens"], native.json()["token_endpoint_auth_method"]) == (False, "none")


async def test_a_client_is_an_app_too(okta, app):
    found = await okta.get("/api/v1/apps", params={"q": "Night"})
    (shown,) = found.json()
    assert (shown["id"], shown["label"], shown["signOnMode"]) == (app.record.id, "Night Shift", "OPENID_CONNECT")
    assert shown["settings"]["oauthClient"]["application_type"] == "service"


PRIVATE = {**key("app", "ES256").public, "d": "c2VjcmV0"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"client_name": None}, "client_name"),
        ({"application_type": "web"}, "application_type"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
        ({"jwks": None}, "jwks"),
        ({"jwks": {"keys": []}}, "jwks"),
        ({"jwks": {"keys": ["key"]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, "jwks"),
        ({"jwks": {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}}, "jwks"),
        ({"jwks": {"keys": [PRIVATE]}}, "jwks"),
        ({"jwks": {"keys": [key().jwk, key("other").jwk]}}, "jwks"),
        ({"dpop_bound_access_tokens": "yes"}, "dpop_bound_access_tokens"),
    ],
)
async def test_a_client_that_cannot_be_is_not_registered(okta, sandbox, changed, field):
    body = {**SERVICE, "jwks": {"keys": [key().jwk]}, **changed}
    answer = await okta.post("/oauth2/v1/clients", json=body)
    assert (answer.status_code, answer.json()) == (
        400,
        {"error": "invalid_client_metadata", "error_description": f"Invalid value for '{field}' parameter."},
    )
    assert sandbox.org.oauth.clients == {}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/apps/{id}/grants", {"scopeId": "okta.nothing.read"}),
        ("/api/v1/apps/{id}/grants", {"scopeId": "okta.users.read", "issuer": "https://other.okta.example"}),
        ("/oauth2/v1/clients/{id}/roles", {"type": "BOSS"}),
        ("/oauth2/v1/clients/{id}/roles", {}),
    ],
)
async def test_scopes_and_roles_that_do_not_exist_are_not_given(okta, app, path, body):
    answer = await okta.post(path.format(id=app.record.id), json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E0000001")


@pytest.mark.parametrize("path", ["/api/v1/apps/nobody/grants", "/oauth2/v1/clients/nobody"])
async def test_a_client_that_does_not_exist_is_not_found(okta, path):
    assert (await okta.get(path)).json()["errorCode"] == "E0000007"


async def test_clients_are_not_for_everybody(http):
    assert (await http.post("/oauth2/v1/clients", json=SERVICE)).json()["errorCode"] == "E0000005"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"jwks": []}, "at least one public key"),
        ({"jwks": PRIVATE}, "must be a public key"),
        ({"scopes": ("okta.nothing.read",)}, "unknown scope okta.nothing.read"),
        ({"roles": ("BOSS",)}, "unknown role BOSS"),
    ],
)
def test_a_mistake_in_a_test_is_named(sandbox, changed, message):
    with pytest.raises(ValueError, match=message):
        sandbox.register_service_app("Night Shift", **{"jwks": key().jwk, **changed})
