"""Okta's own Python SDK as a service app, with bearer tokens and with DPoP."""

import logging

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from okta.client import Client
from okta.models import CreateUserRequest, UserProfile
from okta.pagination import PaginationHelper

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running

from .conftest import JWT_BEARER, key

SCOPES = ("okta.users.manage", "okta.groups.read")
LOGIN = "kim.roe@example.com"


def pem(signing):
    return signing.private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture
def box():
    return Sandbox()


@pytest.fixture
async def url(box, monkeypatch):
    # The SDK reads this from the environment or from a file only.
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with running(box) as address:
        yield address


def sdk_of(url, client, signing, *, dpop, scopes=SCOPES):
    return Client(
        {
            "orgUrl": url,
            "authorizationMode": "PrivateKey",
            "clientId": client.id,
            "scopes": list(scopes),
            "privateKey": pem(signing),
            "kid": signing.kid,
            "dpopEnabled": dpop,
            "rateLimit": {"maxRetries": 0},
        }
    )


async def value(call):
    *result, error = await call
    assert error is None, error
    return result[0]


@pytest.mark.parametrize("dpop", [False, True], ids=["bearer", "dpop"])
async def test_the_sdk_lists_creates_and_suspends(box, url, dpop):
    signing = key("sdk", "RS256", "kid-sdk")
    client = box.register_service_app("SDK", jwks=signing.jwk, scopes=SCOPES, roles=("ORG_ADMIN",), dpop=dpop)
    async with sdk_of(url, client, signing, dpop=dpop) as sdk:
        found, after = [], None
        while True:
            page, response, error = await sdk.list_users(limit=20, after=after)
            assert error is None, error
            found += [user.id for user in page]
            after = PaginationHelper.extract_next_cursor(response.headers)
            if after is None:
                break
        assert sorted(found) == sorted(user.id for user in box.org.users.values() if user.status != "DEPROVISIONED")
        profile = UserProfile(first_name="Kim", last_name="Roe", login=LOGIN, email=LOGIN)
        made = await value(sdk.create_user(CreateUserRequest(profile=profile)))
        wei = box.org.user_by_login("wei.chen@example.com")
        await value(sdk.suspend_user(wei.id))
        assert wei.status == "SUSPENDED"
        assert box.org.user_by_login(LOGIN).id == made.id
    grants = [entry.status for entry in box.journal if entry.path == "/oauth2/v1/token"]
    assert grants == ([400, 200] if dpop else [200])
    events = box.org.log.query(
        {"filter": 'eventType eq "user.lifecycle.suspend"', "sortOrder": "DESCENDING"}, box.org.now()
    ).events
    assert events[0]["actor"]["id"] == client.id


async def test_the_sdk_comes_in_with_a_token_that_somebody_else_fetched(box, url):
    client = box.register_service_app("SDK", jwks=key().jwk, scopes=SCOPES, roles=("ORG_ADMIN",))
    form = {
        "grant_type": "client_credentials",
        "scope": " ".join(SCOPES),
        "client_assertion_type": JWT_BEARER,
        "client_assertion": key().sign(
            {
                "iss": client.id,
                "sub": client.id,
                "aud": f"{url}/oauth2/v1/token",
                "iat": int(box.clock().timestamp()),
                "exp": int(box.clock().timestamp()) + 300,
            }
        ),
    }
    async with httpx2.AsyncClient() as http:
        token = (await http.post(f"{url}/oauth2/v1/token", data=form)).json()["access_token"]
    async with Client({"orgUrl": url, "authorizationMode": "Bearer", "token": token}) as sdk:
        assert len(await value(sdk.list_users(limit=3))) == 3


async def test_the_sdk_is_told_that_it_needs_dpop(box, url):
    signing = key("sdk", "RS256", "kid-sdk")
    client = box.register_service_app("SDK", jwks=signing.jwk, scopes=SCOPES, roles=("ORG_ADMIN",), dpop=True)
    async with sdk_of(url, client, signing, dpop=False) as sdk:
        *_, error = await sdk.list_users(limit=1)
    assert "The DPoP proof JWT header is missing." in str(error)


async def test_the_sdk_is_told_of_a_wrong_key(box, url):
    client = box.register_service_app("SDK", jwks=key("app").jwk, scopes=SCOPES, roles=("ORG_ADMIN",))
    async with sdk_of(url, client, key("sdk", "RS256", None), dpop=False) as sdk:
        *_, error = await sdk.list_users(limit=1)
    assert "The client_assertion signature is invalid." in str(error)


async def test_the_sdk_is_told_of_a_scope_it_was_not_granted(box, url):
    signing = key("sdk", "RS256", "kid-sdk")
    client = box.register_service_app("SDK", jwks=signing.jwk, scopes=(), roles=("ORG_ADMIN",))
    async with sdk_of(url, client, signing, dpop=False) as sdk:
        *_, error = await sdk.list_users(limit=1)
    assert "You are not allowed any of the requested scopes." in str(error)


async def test_no_secret_reaches_a_log(box, url, caplog):
    signing = key("sdk", "RS256", "kid-sdk")
    client = box.register_service_app("SDK", jwks=signing.jwk, scopes=SCOPES, roles=("ORG_ADMIN",))
    with caplog.at_level(logging.DEBUG, logger="okta_mcp"):
        async with sdk_of(url, client, signing, dpop=False) as sdk:
            await value(sdk.list_users(limit=1))
    assert "eyJ" not in caplog.text
    assert "eyJ" not in str(box.journal)
