"""A machine whose clock is wrong still works; a nonce is taken up when it is asked for, and when it changes."""

import base64
import json

import httpx2
import pytest

from okta_mcp.okta import CredentialsRefused, NotOkta, Unauthorized

TOKEN = "/oauth2/v1/token"
SKEWS = [-86400, -3600, -301, -300, -60, 0, 60, 299, 300, 301, 3600, 86400]


def claims_of(text):
    body = text.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


async def ask(org):
    return await org.okta.get("users", params={"limit": 1})


def api(org):
    return [status for path, status in org.seen if path.startswith("/api/")]


def proof_of(request):
    return claims_of(request.headers["dpop"])


def challenge(error, words="", status=401, **headers):
    told = f'DPoP error="{error}", error_description="{words}"'
    return httpx2.Response(status, headers={"www-authenticate": told, **headers})


def object_of(error, words="", status=400, **headers):
    return httpx2.Response(status, json={"error": error, "error_description": words}, headers=headers)


# A resource server asks with 401 and a challenge, an authorization server with 400 and an object.
FORMS = pytest.mark.parametrize("refused", [challenge, object_of])


@pytest.mark.parametrize("dpop", [False, True])
@pytest.mark.parametrize("skew", SKEWS)
async def test_a_clock_that_is_wrong_is_corrected_by_okta_s(service, skew, dpop):
    org = await service(skew=skew, dpop=dpop)
    for _ in range(3):
        await ask(org)
    # At most one token request is lost to the clock, and no request of the API.
    assert [one.status for one in org.box.journal if one.path == TOKEN].count(401) <= 1
    assert api(org) == [200] * 3
    last = org.wire.api_requests[-1] if dpop else None
    assert last is None or abs(proof_of(last)["iat"] - org.now) <= 3


@pytest.mark.parametrize("dpop", [False, True])
@pytest.mark.parametrize("jump", [-7200, -400, 400, 7200])
async def test_a_clock_that_jumps_while_the_server_runs_costs_no_call(service, jump, dpop):
    org = await service(dpop=dpop)
    await ask(org)
    org.skew = jump
    for _ in range(4):
        await ask(org)
        org.forward(minutes=20)
    assert api(org).count(200) == 5
    assert len(api(org)) <= 6


@pytest.mark.parametrize("minutes", [-5, 5])
async def test_a_wrong_clock_is_told_to_the_operator(service, minutes):
    org = await service(skew=minutes * 60)
    await ask(org)
    side = "ahead of" if minutes > 0 else "behind"
    told = org.okta.facts()["Clock"]
    assert f"{side} Okta" in told
    assert 299 <= int(told.split()[3]) <= 301
    right = await service()
    await ask(right)
    assert "Clock" not in right.okta.facts()


async def test_a_clock_that_is_not_the_reason_is_not_tried_twice(service):
    org = await service(skew=0)
    org.box.org.oauth.clients[org.app.id].keys = ()
    with pytest.raises(CredentialsRefused):
        await ask(org)
    assert len(org.wire.token_requests) == 1


async def test_an_answer_without_a_readable_date_changes_nothing(service):
    org = await service()

    def dated(_request, response):
        response.headers["date"] = "yesterday"
        return response

    org.wire.after = dated
    await ask(org)
    assert "Clock" not in org.okta.facts()


async def test_the_token_endpoint_s_nonce_is_taken_up_and_kept(service):
    org = await service(dpop=True, binding="on")
    await ask(org)
    nonce = org.box.org.oauth.nonces[-1].value
    assert [proof_of(one).get("nonce") for one in org.wire.token_requests] == [None, nonce]
    org.forward(hours=2)
    await ask(org)
    assert proof_of(org.wire.token_requests[-1])["nonce"] == nonce
    assert len(org.wire.token_requests) == 3


async def test_a_nonce_that_is_no_longer_good_is_replaced(service):
    org = await service(dpop=True)
    await ask(org)
    org.box.org.oauth.nonces.clear()
    org.forward(hours=2)
    await ask(org)
    first, second = org.wire.token_requests[-2:]
    assert proof_of(first)["nonce"] != proof_of(second)["nonce"]
    assert (
        claims_of(org.wire.forms[-1]["client_assertion"])["jti"]
        != claims_of(org.wire.forms[-2]["client_assertion"])["jti"]
    )
    assert api(org) == [200, 200]


async def test_an_endpoint_that_never_has_enough_nonces_is_given_up(service):
    org = await service(dpop=True, binding="on")

    def before(_request):
        body = {"error": "use_dpop_nonce", "error_description": "Again."}
        return httpx2.Response(400, json=body, headers={"dpop-nonce": f"nonce-{len(org.wire.sent)}"})

    org.wire.before = before
    with pytest.raises(NotOkta, match="nonce"):
        await ask(org)
    assert len(org.wire.sent) == 5


@FORMS
async def test_the_api_s_nonce_is_another_than_the_token_endpoint_s(service, refused):
    org = await service(dpop=True)
    wanted = ["api-1"]

    def before(request):
        if request.url.path == TOKEN:
            return None
        if proof_of(request).get("nonce") != wanted[0]:
            return refused(
                "use_dpop_nonce", "Resource server requires nonce in DPoP proof", **{"dpop-nonce": wanted[0]}
            )
        return None

    org.wire.before = before
    await ask(org)
    await ask(org)
    wanted[0] = "api-2"
    await ask(org)
    assert [proof_of(one).get("nonce") for one in org.wire.api_requests] == [None, "api-1", "api-1", "api-1", "api-2"]
    assert len({proof_of(one)["jti"] for one in org.wire.api_requests}) == 5
    assert {proof_of(one).get("nonce") for one in org.wire.token_requests if "dpop" in one.headers} == {
        None,
        org.box.org.oauth.nonces[-1].value,
    }
    # The token is not thought bad for it.
    assert len({one.headers["authorization"] for one in org.wire.api_requests}) == 1


async def test_a_nonce_that_changes_with_an_answer_is_used_from_the_next_request_on(service):
    org = await service(dpop=True)

    def after(request, response):
        if request.url.path != TOKEN:
            response.headers["dpop-nonce"] = f"turn-{len(org.wire.api_requests)}"
        return response

    org.wire.after = after
    for _ in range(3):
        await ask(org)
    assert [proof_of(one).get("nonce") for one in org.wire.api_requests] == [None, "turn-1", "turn-2"]
    assert api(org) == [200] * 3


@FORMS
async def test_an_api_that_never_has_enough_nonces_is_given_up(service, refused):
    org = await service(dpop=True)

    def before(request):
        if request.url.path == TOKEN:
            return None
        return refused("use_dpop_nonce", **{"dpop-nonce": f"n{len(org.wire.sent)}"})

    org.wire.before = before
    with pytest.raises(Unauthorized):
        await org.okta.post("users", json={})
    assert len(org.wire.api_requests) == 3


@FORMS
async def test_an_api_that_compares_paths_as_they_are_sent_is_understood_too(service, refused):
    org = await service(dpop=True)

    def before(request):
        if request.url.path == TOKEN or proof_of(request)["htu"].endswith(request.url.raw_path.decode()):
            return None
        return refused("invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid.", status=400)

    org.wire.before = before
    org.wire.after = lambda request, response: (
        httpx2.Response(200, json=[])
        if request.url.path != TOKEN and proof_of(request)["htu"].endswith("%40example.com")
        else response
    )
    for _ in range(2):
        await org.okta.get("users", "ada.byrne@example.com")
    shown = [proof_of(one)["htu"].rpartition("/")[2] for one in org.wire.api_requests]
    assert shown == ["ada.byrne@example.com", "ada.byrne%40example.com", "ada.byrne%40example.com"]


@FORMS
async def test_a_proof_that_was_seen_before_is_not_repeated_for_a_write(service, refused):
    """Something on the way sent the request twice: the first of the two may have been carried out."""
    org = await service(dpop=True)
    replayed = refused("invalid_dpop_proof", "The DPoP proof JWT has already been used.", status=400)
    org.wire.before = lambda request: replayed if request.url.path != TOKEN else None
    with pytest.raises(Unauthorized, match="already been used") as met:
        await org.okta.post("users", json={})
    assert met.value.maybe_applied
    assert len(org.wire.api_requests) == 1


@pytest.mark.parametrize(
    ("binding", "dpop"), [("auto", False), ("off", False), ("auto", True), ("on", True), ("on", False)]
)
async def test_tokens_are_bound_where_it_is_wanted_or_demanded(service, binding, dpop):
    org = await service(binding=binding, dpop=dpop)
    await ask(org)
    scheme = org.wire.api_requests[0].headers["authorization"].split()[0]
    assert scheme == ("DPoP" if dpop or binding == "on" else "Bearer")
    assert ("DPoP" in org.okta.facts()["Access token"]) == (scheme == "DPoP")


async def test_an_app_that_demands_binding_where_it_is_off_says_what_to_do(service):
    org = await service(binding="off", dpop=True)
    with pytest.raises(CredentialsRefused, match="OKTA_DPOP is off; set it to auto"):
        await ask(org)


async def test_a_token_that_is_not_bound_though_it_has_to_be_is_not_used(service):
    org = await service(binding="on", dpop=True)
    answer = {"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}
    org.wire.before = lambda _request: httpx2.Response(200, json=answer)
    with pytest.raises(NotOkta):
        await ask(org)
    assert org.wire.api_requests == []
