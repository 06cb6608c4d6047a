"""Tokens that are bound to a key, and the proofs that somebody has it."""

import jwt
import pytest

from okta_mcp.sandbox.oauth.jose import thumbprint

from .conftest import BASE_URL, TOKEN_URL, ath, key

MISSING = "The DPoP proof JWT header is missing."
TOO_OLD = "The DPoP proof JWT is issued more than five minutes in the past."
FUTURE = "The DPoP proof JWT is issued in the future."
USED = "The DPoP proof JWT has already been used."
SIGNATURE = "The DPoP proof JWT signature is invalid."
MALFORMED = "The DPoP proof JWT is malformed."
USERS = "/api/v1/users"


def claim(name):
    return f"'{name}' claim in the DPoP proof JWT is invalid."


def in_header(name):
    return f"'{name}' header in the DPoP proof JWT is invalid."


def refusal(answer):
    return answer.status_code, answer.json()["error"], answer.json()["error_description"]


def header_of(error, description, scope="okta.users.read", resource=USERS):
    site = "http://sandbox.okta.example"
    return (
        f'DPoP algs="RS256 RS384 RS512 ES256 ES384 ES512", authorization_uri="{site}/oauth2/v1/authorize",'
        f' realm="{site}", scope="{scope}", error="{error}", error_description="{description}",'
        f' resource="{resource}"'
    )


async def test_a_bound_token_takes_a_nonce_and_a_proof(bound_app):
    challenged = await bound_app.ask(headers={"DPoP": bound_app.proof()})
    assert refusal(challenged) == (400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.")
    nonce = challenged.headers["dpop-nonce"]
    assert len(nonce) == 32
    answer = await bound_app.ask(headers={"DPoP": bound_app.proof(nonce=nonce)})
    body = answer.json()
    assert (answer.status_code, body["token_type"]) == (200, "DPoP")
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["cnf"] == {"jkt": thumbprint(bound_app.proof_key.public)}
    assert (await bound_app.call_bound("GET", f"{USERS}?limit=1", body["access_token"])).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
async def test_proofs_may_be_signed_with_every_algorithm_okta_takes(bound_app, algorithm):
    signing = key("proof", algorithm if algorithm.startswith("ES") else "RS256")
    proof = bound_app.proof(nonce=await bound_app.nonce(), signing=signing)
    text = signing.sign(
        jwt.decode(proof, options={"verify_signature": False}),
        jwt.get_unverified_header(proof) | {"alg": algorithm},
        algorithm,
    )
    assert (await bound_app.ask(headers={"DPoP": text})).status_code == 200


async def test_a_nonce_is_renewed_every_day_and_good_for_three(bound_app, clock):
    first = await bound_app.nonce()
    clock.forward(hours=23, minutes=59)
    assert await bound_app.nonce() == first
    clock.forward(minutes=1)
    second = await bound_app.nonce()
    assert second != first
    clock.forward(days=2)
    assert (await bound_app.ask(headers={"DPoP": bound_app.proof(nonce=first)})).status_code == 200
    clock.forward(seconds=1)
    refused = await bound_app.ask(headers={"DPoP": bound_app.proof(nonce=first)})
    assert refusal(refused)[1] == "use_dpop_nonce"
    assert refused.headers["dpop-nonce"] not in (first, second)
    assert (await bound_app.ask(headers={"DPoP": bound_app.proof(nonce=second)})).status_code == 200


@pytest.mark.parametrize("nonce", ["made up", 5, None])
async def test_any_other_nonce_is_answered_with_the_right_one(bound_app, nonce):
    right = await bound_app.nonce()
    answer = await bound_app.ask(headers={"DPoP": bound_app.proof(nonce=nonce)})
    assert (answer.status_code, answer.json()["error"], answer.headers["dpop-nonce"]) == (400, "use_dpop_nonce", right)


async def test_an_app_that_has_to_prove_gets_nothing_without(bound_app):
    assert refusal(await bound_app.ask()) == (400, "invalid_dpop_proof", MISSING)


async def test_an_app_that_need_not_prove_may(app):
    token = await app.bound_token()
    assert "cnf" in jwt.decode(token, options={"verify_signature": False})


BAD_PROOFS = [
    ({"htm": "GET"}, {}, claim("htm")),
    ({"htm": "post"}, {}, claim("htm")),
    ({"htm": None}, {}, claim("htm")),
    ({"htu": f"{BASE_URL}/oauth2/v1/revoke"}, {}, claim("htu")),
    ({"htu": f"{TOKEN_URL}?x=1"}, {}, claim("htu")),
    ({"htu": TOKEN_URL.replace("https", "http")}, {}, claim("htu")),
    ({"htu": None}, {}, claim("htu")),
    ({"jti": ""}, {}, claim("jti")),
    ({"jti": None}, {}, claim("jti")),
    ({"iat": None}, {}, claim("iat")),
    ({"iat": "now"}, {}, claim("iat")),
    ({}, {"typ": "JWT"}, in_header("typ")),
    ({}, {"jwk": None}, in_header("jwk")),
    ({}, {"jwk": "key"}, in_header("jwk")),
    ({}, {"jwk": {"kty": "oct", "k": "c2VjcmV0"}}, in_header("jwk")),
    ({}, {"jwk": {"kty": "RSA", "n": "x"}}, SIGNATURE),
    ({}, {"jwk": {**key("proof", "ES256").public, "d": "AAAA"}}, SIGNATURE),
    ({}, {"jwk": key("other", "ES256").public}, SIGNATURE),
]


@pytest.mark.parametrize(("claims", "header", "description"), BAD_PROOFS)
async def test_a_proof_that_proves_nothing_is_refused_for_a_reason(bound_app, claims, header, description):
    proof = bound_app.proof(header=header, **claims)
    assert refusal(await bound_app.ask(headers={"DPoP": proof})) == (400, "invalid_dpop_proof", description)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30"])
async def test_what_is_no_jwt_is_no_proof(bound_app, text):
    answer = await bound_app.ask(headers={"DPoP": text})
    assert refusal(answer)[:2] == (400, "invalid_dpop_proof")


async def test_hmac_proves_nothing(bound_app):
    proof = jwt.encode({"htm": "POST"}, "x" * 32, "HS256", headers={"typ": "dpop+jwt", "jwk": {"kty": "oct", "k": "x"}})
    assert refusal(await bound_app.ask(headers={"DPoP": proof}))[2] == in_header("alg")


async def test_one_proof_at_a_time(bound_app):
    headers = [("DPoP", bound_app.proof()), ("DPoP", bound_app.proof())]
    answer = await bound_app.ask(headers=headers)
    assert refusal(answer)[:2] == (400, "invalid_dpop_proof")


@pytest.mark.parametrize(("seconds", "description"), [(-300, None), (-301, TOO_OLD), (300, None), (301, FUTURE)])
async def test_a_proof_is_good_for_five_minutes_around_now(bound_app, seconds, description):
    proof = bound_app.proof(nonce=await bound_app.nonce(), iat=bound_app.now + seconds)
    answer = await bound_app.ask(headers={"DPoP": proof})
    if description is None:
        assert answer.status_code == 200
    else:
        assert refusal(answer) == (400, "invalid_dpop_proof", description)


async def test_a_proof_is_good_for_one_token_request(bound_app):
    proof = bound_app.proof(nonce=await bound_app.nonce())
    assert (await bound_app.ask(headers={"DPoP": proof})).status_code == 200
    assert refusal(await bound_app.ask(headers={"DPoP": proof})) == (400, "invalid_dpop_proof", USED)


async def test_a_proof_is_good_for_one_call(bound_app):
    token = await bound_app.bound_token()
    proof = bound_app.proof("GET", f"{BASE_URL}{USERS}", ath=ath(token))
    assert (await bound_app.call_bound("GET", USERS, token, proof)).status_code == 200
    answer = await bound_app.call_bound("GET", USERS, token, proof)
    assert (answer.status_code, answer.content) == (400, b"")
    assert answer.headers["www-authenticate"] == header_of("invalid_dpop_proof", USED)


async def test_an_id_may_come_again_once_its_proof_has_expired(bound_app, clock):
    token = await bound_app.bound_token()
    for _ in range(2):
        proof = bound_app.proof("GET", f"{BASE_URL}{USERS}", ath=ath(token), jti="always the same")
        assert (await bound_app.call_bound("GET", USERS, token, proof)).status_code == 200
        clock.forward(minutes=11)


@pytest.mark.parametrize(
    ("changed", "description"),
    [
        ({"ath": None}, claim("ath")),
        ({"ath": ath("another token")}, claim("ath")),
        ({"method": "POST"}, claim("htm")),
        ({"url": f"{BASE_URL}/api/v1/groups"}, claim("htu")),
        ({"url": f"{BASE_URL}{USERS}?limit=1"}, claim("htu")),
        ({"url": f"http://sandbox.okta.example{USERS}"}, claim("htu")),
        ({"iat": 0}, TOO_OLD),
        ({"signing": key("thief", "ES256")}, "The DPoP proof JWT is not signed with the key of the access token."),
    ],
)
async def test_a_call_with_a_proof_for_something_else_is_refused(bound_app, changed, description):
    token = await bound_app.bound_token()
    given = {"method": "GET", "url": f"{BASE_URL}{USERS}", "ath": ath(token), **changed}
    answer = await bound_app.call_bound("GET", f"{USERS}?limit=1", token, bound_app.proof(**given))
    assert (answer.status_code, answer.content) == (400, b"")
    assert answer.headers["www-authenticate"] == header_of("invalid_dpop_proof", description)


async def test_the_url_of_a_proof_is_written_without_percent_encoding(bound_app):
    token = await bound_app.bound_token()
    path = "/api/v1/users/admin%40example.com"
    encoded = bound_app.proof("GET", f"{BASE_URL}{path}", ath=ath(token))
    answer = await bound_app.call_bound("GET", path, token, encoded)
    assert answer.status_code == 400
    assert claim("htu") in answer.headers["www-authenticate"]
    decoded = bound_app.proof("GET", f"{BASE_URL}/api/v1/users/admin@example.com", ath=ath(token))
    assert (await bound_app.call_bound("GET", path, token, decoded)).status_code == 200


async def test_a_call_needs_no_nonce(bound_app):
    token = await bound_app.bound_token()
    proof = bound_app.proof("GET", f"{BASE_URL}{USERS}", ath=ath(token), nonce="whatever")
    assert (await bound_app.call_bound("GET", USERS, token, proof)).status_code == 200


async def test_a_bound_token_without_proof_is_refused(bound_app):
    token = await bound_app.bound_token()
    answer = await bound_app.http.get(USERS, headers={"Authorization": f"DPoP {token}"})
    assert (answer.status_code, answer.content) == (400, b"")
    assert answer.headers["www-authenticate"] == header_of(
        "invalid_request", "The resource request requires a DPoP proof."
    )


@pytest.mark.parametrize("with_proof", [True, False])
async def test_a_bound_token_is_no_bearer_token(bound_app, with_proof):
    token = await bound_app.bound_token()
    if with_proof:
        answer = await bound_app.call_bound("GET", USERS, token, scheme="Bearer")
    else:
        answer = await bound_app.call("GET", USERS, token)
    assert answer.status_code == 400
    assert answer.headers["www-authenticate"] == header_of(
        "invalid_request", "The DPoP-bound access token must use the DPoP authentication scheme."
    )


async def test_a_bearer_token_is_not_bound(app):
    token = await app.token()
    answer = await app.call_bound("GET", USERS, token)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["www-authenticate"] == header_of(
        "invalid_token", "The presented access_token is not DPoP bound."
    )


async def test_a_bound_token_without_the_scope_is_refused_as_dpop(bound_app):
    token = await bound_app.bound_token()
    answer = await bound_app.call_bound("GET", "/api/v1/groups", token)
    assert answer.status_code == 403
    assert answer.headers["www-authenticate"] == header_of(
        "insufficient_scope",
        "The access token provided does not contain the required scopes.",
        "okta.groups.read",
        "/api/v1/groups",
    )
