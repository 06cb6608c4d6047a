"""Why there is no access token, in words an administrator can act on; and no secret in any of them."""

import logging
import traceback
from urllib.parse import urlencode

import httpx2
import pytest

from okta_mcp.okta import CredentialsRefused, OktaError

TOKEN = "/oauth2/v1/token"


async def refusal(org):
    with pytest.raises(CredentialsRefused) as raised:
        await org.okta.get("users", params={"limit": 1})
    assert org.wire.api_requests == []
    assert (raised.value.sent, raised.value.maybe_applied) == (False, False)
    return raised.value


def forget_the_key(org, other):
    org.box.org.oauth.clients[org.app.id].keys = (other.public_jwk() | {"kid": "other"},)


async def test_a_key_the_app_does_not_have(service, pem_of):
    org = await service()
    from okta_mcp.okta.credentials import SigningKey

    org.box.org.oauth.clients[org.app.id].keys = (SigningKey.read(pem_of("RS256", "stranger")).public_jwk(),)
    error = await refusal(org)
    assert (error.code, error.status) == ("invalid_client", 401)
    assert "the private key does not belong to a public key of the app" in error.message


async def test_a_key_id_the_app_does_not_have(service):
    org = await service(kid="mine")
    client = org.box.org.oauth.clients[org.app.id]
    client.keys = ({**client.keys[0], "kid": "yours"},)
    assert "OKTA_KEY_ID" in (await refusal(org)).advice


async def test_an_app_that_is_unknown_or_not_active(service):
    org = await service()
    org.box.org.apps[org.app.id].status = "INACTIVE"
    assert "no active app with this client id" in (await refusal(org)).advice


async def test_no_scope_that_is_granted(service):
    org = await service(granted=())
    error = await refusal(org)
    assert error.code == "consent_required"
    assert "Okta API Scopes, grant the scopes" in error.advice


@pytest.mark.parametrize(
    ("wanted", "code", "says"),
    [
        (("okta.nonsense.read",), "invalid_scope", "OKTA_SCOPES names a scope that Okta does not have"),
        ((), "invalid_scope", "OKTA_SCOPES"),
        (("okta.users.read.self",), "client_credentials_self_scope_requested", "ends in .self"),
    ],
)
async def test_scopes_that_cannot_be_asked_for(service, wanted, code, says):
    error = await refusal(await service(wanted=wanted))
    assert error.code == code
    assert says in error.advice


async def test_an_app_that_is_no_service_app(service):
    org = await service()
    org.box.org.oauth.clients[org.app.id].application_type = "native"
    assert "API Services" in (await refusal(org)).advice


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, {"error": "invalid_client", "error_description": "Something new."}, "check OKTA_CLIENT_ID"),
        (400, {"error": "unauthorized_client"}, "Grant type"),
        (400, {"error": "unsupported_grant_type"}, "OKTA_ORG_URL"),
        (400, {"error": "invalid_request"}, "OKTA_CLIENT_ID"),
        (403, {"error": "access_denied"}, "Assignments"),
        (400, {"error": "brand_new"}, "System Log"),
        (404, {"errorCode": "E0000007", "errorSummary": "Not found"}, "System Log"),
    ],
)
async def test_every_other_refusal_has_an_advice(service, status, body, says):
    org = await service()
    org.wire.before = lambda _request: httpx2.Response(status, json=body)
    assert says in (await refusal(org)).advice


@pytest.mark.parametrize("dpop", [False, True])
async def test_no_secret_is_in_any_error_log_or_repr(service, caplog, dpop):
    """An org, or what stands before it, that repeats in its answer all that it was sent."""
    caplog.set_level(logging.DEBUG)
    org = await service(dpop=dpop)
    await org.okta.get("users", params={"limit": 1})
    told = [repr(org.credentials), repr(org.okta), repr(vars(org.okta)), str(org.okta.facts())]
    told += [repr(vars(org.credentials)), repr(vars(org.credentials._tokens))]
    for standing in org.credentials._tokens._standings.values():
        told += [repr(standing), repr(standing.session.grant), repr(vars(standing.endpoint))]

    def echo(request):
        sent = f"{urlencode(dict(request.headers))} {request.headers} {request.content.decode()}"
        body = {"error": "invalid_client", "error_description": sent, "errorCode": sent, "errorSummary": sent}
        headers = {"x-okta-request-id": request.headers.get("authorization", sent)[:2000].replace("\n", " ")}
        status = 403 if request.url.path != TOKEN else 401
        return httpx2.Response(status, json=body, headers=headers)

    org.wire.before = echo
    for hours in (0, 2):
        org.forward(hours=hours)
        with pytest.raises(OktaError) as raised:
            await org.okta.post("users", json={"profile": {}})
        told += [str(raised.value), repr(raised.value), repr(vars(raised.value))]
        told += traceback.format_exception(raised.value)
    told.append(caplog.text)
    secrets = [one.headers["authorization"].partition(" ")[2] for one in org.wire.api_requests]
    secrets += [form["client_assertion"] for form in org.wire.forms]
    secrets += [one.headers["dpop"] for one in org.wire.sent if "dpop" in one.headers]
    assert len(secrets) >= 4
    for text in told:
        for secret in secrets:
            # Neither whole nor a piece of it that is of use: a token is nothing without its signature.
            assert secret[-40:] not in text
            assert secret not in text
