"""How a service app proves who it is."""

import jwt
import pytest

from .conftest import BASE_URL, JWT_BEARER, TOKEN_URL, key

ALREADY_USED = "The client_assertion token has already been used."
EXPIRED = "The client_assertion token is expired."
TOO_FAR = "The client_assertion token has an expiration too far into the future."
NO_EXP = "The client_assertion must contain the 'exp' claim as seconds since epoch."
AUDIENCE = "The audience claim for client_assertion must be the endpoint invoked for the request."
SIGNATURE = "The client_assertion signature is invalid."
CLIENT_ID = "Invalid value for 'client_id' parameter."
KID = "The client_assertion JWT kid is invalid."
FUTURE = "The client_assertion token is issued in the future."


def refusal(answer):
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
async def test_every_algorithm_is_taken_that_okta_takes(application, algorithm):
    signing = key("app", algorithm if algorithm.startswith("ES") else "RS256")
    app = application(signing)
    answer = await app.ask(client_assertion=app.assertion(algorithm=algorithm))
    assert answer.status_code == 200


@pytest.mark.parametrize("algorithm", ["PS256", "HS256"])
async def test_no_other_algorithm_is_taken(app, algorithm):
    claims = {"iss": app.record.id, "sub": app.record.id, "aud": TOKEN_URL, "exp": app.now + 60, "jti": "x"}
    secret = "a text that is long enough for HMAC with SHA-256"
    text = jwt.encode(claims, secret if algorithm == "HS256" else app.key.private, algorithm)
    assert refusal(await app.ask(client_assertion=text)) == (401, "invalid_client", SIGNATURE)


@pytest.mark.parametrize("audience", [TOKEN_URL, BASE_URL, ["https://elsewhere.example", TOKEN_URL]])
async def test_the_audience_is_the_endpoint_or_the_org(app, audience):
    assert (await app.ask(client_assertion=app.assertion(aud=audience))).status_code == 200


@pytest.mark.parametrize(
    ("changed", "description"),
    [
        ({"exp": -1}, EXPIRED),
        ({"exp": 0}, EXPIRED),
        ({"exp": 3602}, TOO_FAR),
        ({"exp": None}, NO_EXP),
        ({"exp": "soon"}, NO_EXP),
        ({"exp": True}, NO_EXP),
        ({"aud": "https://elsewhere.example/oauth2/v1/token"}, AUDIENCE),
        ({"aud": f"{TOKEN_URL}/"}, AUDIENCE),
        ({"aud": None}, AUDIENCE),
        ({"aud": [1, {}]}, AUDIENCE),
        ({"iss": "0oa00000000000000000"}, CLIENT_ID),
        ({"iss": None}, CLIENT_ID),
        ({"sub": "0oa00000000000000000"}, CLIENT_ID),
        ({"sub": None}, CLIENT_ID),
        ({"iat": 301}, FUTURE),
        ({"iat": "now"}, FUTURE),
    ],
)
async def test_a_claim_that_is_wrong_is_named(app, changed, description):
    for name in changed.keys() & {"exp", "iat"}:
        if type(changed[name]) is int:
            changed = {**changed, name: app.now + changed[name]}
    answer = await app.ask(client_assertion=app.assertion(**changed))
    assert refusal(answer) == (401, "invalid_client", description)


@pytest.mark.parametrize(("seconds", "taken"), [(300, True), (301, False)])
async def test_a_clock_may_be_five_minutes_fast(app, seconds, taken):
    text = app.assertion(iat=app.now + seconds, exp=app.now + seconds + 60)
    assert ((await app.ask(client_assertion=text)).status_code == 200) is taken


async def test_a_clock_that_is_five_minutes_slow_is_good_while_the_assertion_lives(app):
    slow = app.now - 300
    assert (await app.ask(client_assertion=app.assertion(iat=slow, exp=slow + 301))).status_code == 200
    assert refusal(await app.ask(client_assertion=app.assertion(iat=slow, exp=slow + 299)))[2] == EXPIRED


async def test_an_hour_is_the_longest_life(app):
    assert (await app.ask(client_assertion=app.assertion(exp=app.now + 3600))).status_code == 200


async def test_an_assertion_is_good_for_one_request(app):
    text = app.assertion()
    assert (await app.ask(client_assertion=text)).status_code == 200
    assert refusal(await app.ask(client_assertion=text)) == (401, "invalid_client", ALREADY_USED)


async def test_an_assertion_is_used_up_by_a_request_that_fails(app):
    text = app.assertion()
    assert (await app.ask("okta.nothing.read", client_assertion=text)).status_code == 400
    assert refusal(await app.ask(client_assertion=text))[2] == ALREADY_USED


async def test_an_assertion_is_used_up_by_the_challenge_for_a_nonce(bound_app):
    text = bound_app.assertion()
    challenged = await bound_app.ask(client_assertion=text, headers={"DPoP": bound_app.proof()})
    assert challenged.json()["error"] == "use_dpop_nonce"
    proof = bound_app.proof(nonce=challenged.headers["dpop-nonce"])
    again = await bound_app.ask(client_assertion=text, headers={"DPoP": proof})
    assert refusal(again) == (401, "invalid_client", ALREADY_USED)


async def test_an_id_is_used_up_for_its_own_client_only(application):
    one, other = application(), application()
    for app in (one, other):
        assert (await app.ask(client_assertion=app.assertion(jti="mine"))).status_code == 200


async def test_an_assertion_without_id_can_be_sent_again(app):
    text = app.assertion(jti=None)
    for _ in range(2):
        assert (await app.ask(client_assertion=text)).status_code == 200


async def test_a_forged_assertion_uses_nothing_up(app):
    forged = app.assertion(signing=key("stranger"), jti="contested")
    assert refusal(await app.ask(client_assertion=forged))[2] == SIGNATURE
    assert (await app.ask(client_assertion=app.assertion(jti="contested"))).status_code == 200


@pytest.mark.parametrize("text", ["x", "a.b.c", "....", "e30.e30.e30", "W10.W10.x", "e30.bm90IGpzb24.x"])
async def test_what_is_no_jwt_is_no_assertion(app, text):
    status, error, description = refusal(await app.ask(client_assertion=text))
    assert (status, error) == (401, "invalid_client")
    assert description in (SIGNATURE, CLIENT_ID)


async def test_one_of_several_keys_is_chosen_by_its_kid(application):
    one, two = key("one", "ES256", "kid-one"), key("two", "ES256", "kid-two")
    app = application(one, jwks={"keys": [one.jwk, two.jwk]})
    for signing in (one, two):
        assert (await app.ask(client_assertion=app.assertion(signing=signing))).status_code == 200
    for header, signing in (({}, one), ({"kid": "kid-three"}, one)):
        answer = await app.ask(client_assertion=app.assertion(signing=signing, header=header))
        assert refusal(answer) == (401, "invalid_client", KID)
    crossed = app.assertion(signing=one, header={"kid": "kid-two"})
    assert refusal(await app.ask(client_assertion=crossed))[2] == SIGNATURE


async def test_the_only_key_needs_no_kid_but_no_wrong_one(application):
    signing = key("one", "ES256", "kid-one")
    app = application(signing)
    assert (await app.ask(client_assertion=app.assertion(header={}))).status_code == 200
    answer = await app.ask(client_assertion=app.assertion(header={"kid": "other"}))
    assert refusal(answer)[2] == KID


async def test_a_client_whose_app_is_switched_off_is_unknown(app, sandbox):
    token = await app.token()
    sandbox.org.apps[app.record.id].status = "INACTIVE"
    assert refusal(await app.ask()) == (401, "invalid_client", CLIENT_ID)
    answer = await app.call("GET", "/api/v1/users", token)
    assert 'error_description="The access token has been revoked."' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"client_assertion_type": None}, (400, "invalid_request")),
        (
            {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"},
            (400, "invalid_request"),
        ),
        ({"client_assertion": None}, (400, "invalid_request")),
        ({"client_assertion": None, "client_id": "0oa00000000000000000"}, (401, "invalid_client")),
        ({"client_assertion": None, "client_id": "mine"}, (400, "invalid_request")),
        ({"client_assertion": None, "client_id": "mine", "client_secret": "s3cret"}, (401, "invalid_client")),
        ({"client_id": "0oa00000000000000000"}, (401, "invalid_client")),
    ],
)
async def test_a_client_has_to_say_who_it_is_with_its_key(app, form, expected):
    if form.get("client_id") == "mine":
        form = {**form, "client_id": app.record.id}
    assert refusal(await app.ask(**form))[:2] == expected


async def test_basic_authentication_is_not_for_the_org_server(app):
    answer = await app.ask(client_assertion=None, headers={"Authorization": "Basic YTpi"})
    assert answer.status_code == 401
    assert "must use the private_key_jwt" in answer.json()["error_description"]


async def test_the_client_id_may_be_sent_beside(app):
    assert (await app.ask(client_id=app.record.id, client_assertion_type=JWT_BEARER)).status_code == 200
