"""What the token endpoint gives, and what it refuses."""

import json

import httpx2
import jwt
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.oauth.keys import public_jwk

from .conftest import BASE_URL, Application, key

FORM = "application/x-www-form-urlencoded"
ONLY_SERVICE_APPS = (
    "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the"
    " Org Authorization Server."
)


def refusal(answer):
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


async def test_a_token_is_told_about(application):
    app = application(scopes=("okta.users.read", "okta.groups.manage"))
    answer = await app.ask("okta.users.read okta.groups.manage")
    body = answer.json()
    assert list(body) == ["token_type", "expires_in", "access_token", "scope"]
    assert (body["token_type"], body["expires_in"], body["scope"]) == (
        "Bearer",
        3600,
        "okta.users.read okta.groups.manage",
    )
    assert answer.headers["cache-control"] == "no-cache, no-store"
    assert len(answer.headers["x-okta-request-id"]) == 32


async def test_a_token_carries_oktas_claims_and_the_orgs_signature(app, sandbox, clock):
    token = await app.token()
    header = jwt.get_unverified_header(token)
    assert header == {
        "typ": "application/okta-internal-at+jwt",
        "alg": "RS256",
        "kid": public_jwk(sandbox.org.id)["kid"],
    }
    signed = jwt.PyJWK(public_jwk(sandbox.org.id)).key
    claims = jwt.decode(
        token, signed, ["RS256"], options={"verify_exp": False, "verify_iat": False, "verify_aud": False}
    )
    now = int(clock().timestamp())
    assert claims.pop("jti").startswith("AT.")
    assert claims == {
        "ver": 1,
        "iss": BASE_URL,
        "aud": BASE_URL,
        "sub": app.record.id,
        "cid": app.record.id,
        "iat": now,
        "exp": now + 3600,
        "scp": ["okta.users.read"],
    }


async def test_only_granted_scopes_come_with_the_token(app):
    answer = await app.ask("okta.users.read okta.groups.read okta.users.read")
    assert answer.json()["scope"] == "okta.users.read"


@pytest.mark.parametrize(
    ("scope", "error", "description"),
    [
        (None, "invalid_scope", "No scopes were requested."),
        (" ", "invalid_scope", "No scopes were requested."),
        (
            "okta.users.read okta.nothing.read",
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        (
            "openid",
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        ("okta.groups.read", "consent_required", "You are not allowed any of the requested scopes."),
        # To read was granted, which is not to manage.
        ("okta.users.manage", "consent_required", "You are not allowed any of the requested scopes."),
        (
            "okta.users.read.self",
            "client_credentials_self_scope_requested",
            "The 'client_credentials' grant type may not request .self scopes.",
        ),
        (
            "okta.users.read okta.users.manage.self",
            "client_credentials_self_scope_requested",
            "The 'client_credentials' grant type may not request .self scopes.",
        ),
    ],
)
async def test_scopes_that_are_not_to_be_had_are_refused(app, scope, error, description):
    assert refusal(await app.ask(scope)) == (400, error, description)


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, 400, "unauthorized_client"),
    ],
)
async def test_grants_that_are_not_open_are_refused(app, changed, status, error):
    assert refusal(await app.ask(**changed))[:2] == (status, error)


async def test_a_native_app_cannot_act_for_itself(http, sandbox):
    client = sandbox.register_native_app("Tablet", scopes=("okta.users.read",))
    form = {"grant_type": "client_credentials", "client_id": client.id, "scope": "okta.users.read"}
    assert refusal(await http.post("/oauth2/v1/token", data=form)) == (
        401,
        "invalid_client",
        ONLY_SERVICE_APPS,
    )


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b'{"grant_type":"client_credentials"}', "application/json"),
        (b"grant_type=client_credentials", None),
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM),
        (b"grant_type=%ff", FORM),
        (b"", FORM),
    ],
)
async def test_what_is_no_form_is_refused(http, content, media_type):
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await http.post("/oauth2/v1/token", content=content, headers=headers)
    assert refusal(answer)[:2] == (400, "invalid_request")


async def test_the_form_is_not_written_into_the_journal(app, sandbox):
    await app.token()
    (entry,) = sandbox.journal
    assert (entry.method, entry.path, entry.query, entry.status, entry.body) == (
        "POST",
        "/oauth2/v1/token",
        "",
        200,
        None,
    )


async def test_the_log_tells_who_got_a_token_and_who_did_not(app, sandbox):
    secret = await app.token()
    await app.ask("okta.groups.read")
    granted, refused = sandbox.org.log.query(
        {"filter": 'eventType eq "app.oauth2.token.grant.access_token"'}, sandbox.org.now()
    ).events
    assert granted["actor"]["type"] == "PublicClientApp"
    assert granted["actor"]["id"] == granted["actor"]["alternateId"] == app.record.id
    assert granted["actor"]["displayName"] == "Night Shift"
    assert granted["outcome"]["result"] == "SUCCESS"
    assert refused["outcome"] == {"result": "FAILURE", "reason": "consent_required"}
    assert secret not in json.dumps([granted, refused])


async def test_tokens_are_the_same_in_every_run(clock):
    tokens = []
    for _ in range(2):
        sandbox = Sandbox(clock=clock)
        transport = httpx2.ASGITransport(app=sandbox.app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            record = sandbox.register_service_app("Night Shift", jwks=key().jwk, scopes=("okta.users.read",))
            tokens.append(await Application(http, clock, record).bound_token())
    assert tokens[0] == tokens[1]


async def test_get_is_not_the_method_of_the_token_endpoint(http):
    answer = await http.get("/oauth2/v1/token")
    assert (answer.status_code, answer.json()["errorCode"]) == (405, "E0000022")


async def test_an_unknown_oauth_path_is_not_found(http):
    answer = await http.get("/oauth2/v1/nothing")
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "E0000008")


async def test_a_token_is_introspected_by_its_own_client(app, application):
    token = await app.token()
    other = application()

    async def introspect(asking, text):
        url = f"{BASE_URL}/oauth2/v1/introspect"
        form = {
            "token": text,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": asking.assertion(aud=url),
        }
        answer = await asking.http.post("/oauth2/v1/introspect", data=form)
        assert answer.status_code == 200
        return answer.json()

    told = await introspect(app, token)
    assert told["active"] is True
    assert (told["client_id"], told["scope"], told["exp"] - told["iat"]) == (app.record.id, "okta.users.read", 3600)
    assert told["jti"] == jwt.decode(token, options={"verify_signature": False})["jti"]
    assert await introspect(other, token) == {"active": False}
    assert await introspect(app, "nonsense") == {"active": False}
    app.clock.forward(hours=1)
    assert await introspect(app, token) == {"active": False}


async def test_a_revoked_token_stops_working(app, application, sandbox):
    token = await app.token()
    other = application()

    async def revoke(asking, text):
        form = {
            "token": text,
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": asking.assertion(),
        }
        answer = await asking.http.post("/oauth2/v1/revoke", data=form)
        assert (answer.status_code, answer.content) == (200, b"")

    await revoke(other, token)
    await revoke(app, "nonsense")
    assert (await app.call("GET", "/api/v1/users?limit=1", token)).status_code == 200
    await revoke(app, token)
    answer = await app.call("GET", "/api/v1/users?limit=1", token)
    assert (answer.status_code, answer.content) == (401, b"")
    assert 'error_description="The access token has been revoked."' in answer.headers["www-authenticate"]
    assert sandbox.org.log.query({"filter": 'eventType eq "app.oauth2.token.revoke"'}, sandbox.org.now()).events
