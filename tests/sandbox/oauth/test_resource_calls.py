"""Access tokens in front of the API."""

import httpx2
import jwt
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.oauth.keys import public_jwk, signing_key

from .conftest import BASE_URL, READ_USERS, Application, key

USERS = "/api/v1/users"
SITE = "http://sandbox.okta.example"
INVALID = "The access token is invalid."
ISSUER = "The access token provided has an invalid issuer."
AUDIENCE = "The access token provided is not intended for Okta."
EXPIRED = "The token has expired."


def challenge(error, description, scope=READ_USERS, resource=USERS):
    return (
        f'Bearer authorization_uri="{SITE}/oauth2/v1/authorize", realm="{SITE}", scope="{scope}",'
        f' error="{error}", error_description="{description}", resource="{resource}"'
    )


async def test_a_token_lists_users(app):
    answer = await app.call("GET", f"{USERS}?limit=3", await app.token())
    assert (answer.status_code, len(answer.json())) == (200, 3)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_may_be_written_in_any_case(app, scheme):
    token = await app.token()
    assert (await app.http.get(USERS, headers={"Authorization": f"{scheme} {token}"})).status_code == 200


async def test_an_expired_token_is_told_apart(app, clock):
    token = await app.token()
    clock.forward(minutes=59, seconds=59)
    assert (await app.call("GET", USERS, token)).status_code == 200
    clock.forward(seconds=1)
    answer = await app.call("GET", USERS, token)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"] == challenge("invalid_token", EXPIRED)
    assert len(answer.headers["x-okta-request-id"]) == 32


async def test_a_token_may_expire_in_the_middle_of_a_listing(app, clock, sandbox):
    token, seen, url, renewed = await app.token(), [], f"{USERS}?limit=20", 0
    while url:
        answer = await app.call("GET", url, token)
        if answer.status_code == 401:
            assert EXPIRED in answer.headers["www-authenticate"]
            token, renewed = await app.token(), renewed + 1
            continue
        seen += [user["id"] for user in answer.json()]
        url = answer.links.get("next", {}).get("url")
        clock.forward(minutes=35)
    assert renewed == 1
    assert sorted(seen) == sorted(user.id for user in sandbox.org.users.values() if user.status != "DEPROVISIONED")


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "ü.ü.ü"])
async def test_what_is_no_token_of_this_org_is_refused(http, text):
    headers = {"Authorization": f"Bearer {text}".encode()}
    answer = await http.get(USERS, headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("changed", "description"),
    [
        ({"iss": "https://other.okta.example"}, ISSUER),
        ({"iss": f"{BASE_URL}/oauth2/default"}, ISSUER),
        ({"iss": None}, ISSUER),
        ({"aud": "api://default"}, AUDIENCE),
        ({"aud": None}, AUDIENCE),
        ({"jti": "AT.nobody-knows"}, INVALID),
    ],
)
async def test_a_token_for_somebody_else_is_refused_for_a_reason(app, sandbox, changed, description):
    claims = {**jwt.decode(await app.token(), options={"verify_signature": False}), **changed}
    claims = {name: value for name, value in claims.items() if value is not None}
    text = jwt.encode(claims, signing_key(sandbox.org.id), "RS256")
    answer = await app.call("GET", USERS, text)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, challenge("invalid_token", description))


async def test_a_token_that_somebody_else_signed_is_refused(app):
    claims = jwt.decode(await app.token(), options={"verify_signature": False})
    answer = await app.call("GET", USERS, key("stranger").sign(claims))
    assert answer.headers["www-authenticate"] == challenge("invalid_token", INVALID)


async def test_a_token_that_was_altered_is_refused(app):
    head, body, signature = (await app.token()).split(".")
    altered = f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    assert (await app.call("GET", USERS, altered)).status_code == 401


async def test_an_access_token_is_no_api_token(app):
    answer = await app.http.get(USERS, headers={"Authorization": f"SSWS {await app.token()}"})
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000011")
    assert answer.headers["www-authenticate"] == "SSWS"


async def test_a_token_without_the_scope_is_told_which_it_needs(app):
    answer = await app.call("GET", "/api/v1/groups", await app.token())
    assert (answer.status_code, answer.content) == (403, b"")
    description = "The access token provided does not contain the required scopes."
    assert answer.headers["www-authenticate"] == challenge(
        "insufficient_scope", description, "okta.groups.read", "/api/v1/groups"
    )


async def test_the_resource_of_a_challenge_fits_into_a_header(app):
    answer = await app.call("POST", "/api/v1/users/a%22%C3%A9%0D%0Ab/lifecycle/suspend", await app.token())
    assert answer.status_code == 403
    assert 'resource="/api/v1/users/a%22%C3%A9%0D%0Ab/lifecycle/suspend"' in answer.headers["www-authenticate"]


async def test_to_manage_includes_to_read(application):
    app = application(scopes=("okta.users.manage",))
    token = await app.token("okta.users.manage")
    assert (await app.call("GET", USERS, token)).status_code == 200


async def test_a_service_app_is_no_user(app):
    answer = await app.call("GET", "/api/v1/users/me", await app.token())
    error = answer.json()
    assert (answer.status_code, error["errorCode"]) == (404, "E0000007")
    assert error["errorSummary"] == "Not found: Resource not found: me (User)"


async def test_the_log_names_the_app_that_made_a_change(application, sandbox):
    app = application(scopes=("okta.users.manage",))
    token = await app.token("okta.users.manage")
    answer = await app.call("POST", "/api/v1/users/wei.chen/lifecycle/suspend", token)
    assert answer.status_code == 200
    (event,) = sandbox.org.log.query(
        {"filter": f'transaction.id eq "{answer.headers["x-okta-request-id"]}"'}, sandbox.org.now()
    ).events
    assert event["eventType"] == "user.lifecycle.suspend"
    assert event["actor"] == {
        "id": app.record.id,
        "type": "PublicClientApp",
        "alternateId": app.record.id,
        "displayName": "Night Shift",
        "detailEntry": None,
    }
    assert event["client"]["id"] == app.record.id
    assert event["transaction"]["detail"] == {}


async def test_all_tokens_of_an_app_share_its_rate_limits(clock):
    sandbox = Sandbox(clock=clock, rate_limits={"users": 2})
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=sandbox.app), base_url=BASE_URL) as http:
        apps = [
            Application(
                http,
                clock,
                sandbox.register_service_app(name, jwks=key().jwk, scopes=(READ_USERS,), roles=("SUPER_ADMIN",)),
            )
            for name in ("Day Shift", "Night Shift")
        ]
        day, night = apps
        statuses = [(await day.call("GET", USERS, await day.token())).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert (await night.call("GET", USERS, await night.token())).status_code == 200


async def test_a_public_address_is_issuer_and_audience(clock):
    sandbox = Sandbox(clock=clock, origin=BASE_URL)
    transport = httpx2.ASGITransport(app=sandbox.app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as http:
        record = sandbox.register_service_app(
            "Night Shift", jwks=key().jwk, scopes=(READ_USERS,), roles=("SUPER_ADMIN",)
        )
        app = Application(http, clock, record)
        token = await app.bound_token()
        assert jwt.decode(token, options={"verify_signature": False})["iss"] == BASE_URL
        assert (await app.call_bound("GET", USERS, token)).status_code == 200


async def test_a_state_brought_back_knows_its_tokens(app, sandbox):
    token = await app.token()
    sandbox.snapshots.take("before")
    form = {"token": token, "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    await app.http.post("/oauth2/v1/revoke", data={**form, "client_assertion": app.assertion()})
    assert (await app.call("GET", USERS, token)).status_code == 401
    sandbox.snapshots.restore("before")
    assert (await app.call("GET", USERS, token)).status_code == 200


def test_the_key_of_the_org_is_the_same_in_every_run():
    jwk = public_jwk(Sandbox().org.id)
    assert (jwk["kty"], jwk["alg"], jwk["use"]) == ("RSA", "RS256", "sig")
    assert jwk["kid"] == "ndA3jpWjThL74pRC89ruYjQ9gLCiBuVOllsztAbBjOc"
    assert signing_key(Sandbox().org.id).key_size == 2048


async def test_expired_tokens_are_forgotten_after_a_day(app, clock, sandbox):
    first = await app.token()
    clock.forward(hours=24, minutes=59)
    await app.token()
    assert (await app.call("GET", USERS, first)).headers["www-authenticate"] == challenge("invalid_token", EXPIRED)
    clock.forward(minutes=2)
    await app.token()
    assert (await app.call("GET", USERS, first)).headers["www-authenticate"] == challenge("invalid_token", INVALID)
    assert len(sandbox.org.oauth.tokens) == 2
