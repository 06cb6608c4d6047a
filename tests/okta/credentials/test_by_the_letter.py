"""What the server sends, read by a verifier that knows the RFCs and neither our code nor the sandbox's.

Every rule of RFC 7523 section 3 (assertions) and RFC 9449 section 4.3 (proofs) that can be seen in the text of a
request is checked with nothing but base64, JSON and the primitives of a cryptography library.
"""

import base64
import hashlib
import json
import re

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

URL = "https://sandbox.okta.example"
TOKEN_URL = f"{URL}/oauth2/v1/token"
DIGESTS = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {"P-256": (ec.SECP256R1(), 32), "P-384": (ec.SECP384R1(), 48), "P-521": (ec.SECP521R1(), 66)}
CURVE_OF = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def octets(text):
    """RFC 7515 section 2: base64url without padding, white space or other characters."""
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text), text
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(octets(text))


def public_key(jwk):
    """RFC 7518 section 6."""
    assert not PRIVATE & set(jwk), "a public key only"
    if jwk["kty"] == "RSA":
        assert number(jwk["n"]).bit_length() >= 2048  # RFC 7518 section 3.3
        return rsa.RSAPublicNumbers(number(jwk["e"]), number(jwk["n"])).public_key()
    curve, size = CURVES[jwk["crv"]]
    assert len(octets(jwk["x"])) == len(octets(jwk["y"])) == size  # RFC 7518 section 6.2.1.2
    return ec.EllipticCurvePublicNumbers(number(jwk["x"]), number(jwk["y"]), curve).public_key()


def opened(text, jwk=None):
    """Verify the signature (RFC 7515 section 5.2, RFC 7518 section 3); return header and claims."""
    head, body, signature = text.split(".")
    header, claims = json.loads(octets(head)), json.loads(octets(body))
    key, algorithm = public_key(jwk or header["jwk"]), header["alg"]
    digest = DIGESTS[algorithm[2:]]
    raw, signed = octets(signature), f"{head}.{body}".encode()
    if isinstance(key, rsa.RSAPublicKey):
        assert algorithm[:2] == "RS"
        key.verify(raw, signed, padding.PKCS1v15(), digest)
    else:
        assert CURVE_OF[algorithm] == (jwk or header["jwk"])["crv"]
        half = len(raw) // 2
        key.verify(
            encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:])), signed, ec.ECDSA(digest)
        )
    return header, claims


def thumbprint(jwk):
    """RFC 7638: the required members, in order, without white space."""
    members = {"RSA": ("e", "kty", "n"), "EC": ("crv", "kty", "x", "y")}[jwk["kty"]]
    text = json.dumps({name: jwk[name] for name in members}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def verify_assertion(form, jwk, client_id, now, kid=None):
    """RFC 7523 section 2.2 and 3, in its order; return the assertion's id."""
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert form.get("client_id", client_id) == client_id
    header, claims = opened(form["client_assertion"], jwk)
    assert claims["iss"] == claims["sub"] == client_id  # rules 1 and 2.B
    assert claims["aud"] == TOKEN_URL  # rule 3
    assert now < claims["exp"] <= now + 3600  # rule 4; Okta's bound
    assert "nbf" not in claims or claims["nbf"] <= now  # rule 5
    assert now - 3600 <= claims["iat"] <= now  # rule 6
    assert claims["iat"] == int(claims["iat"])
    assert claims["exp"] == int(claims["exp"])
    assert isinstance(claims["jti"], str)  # rule 7
    assert len(claims["jti"]) >= 22  # 128 bits
    assert header.get("typ", "JWT") == "JWT"
    assert header.get("kid") == kid
    assert set(header) <= {"alg", "typ", "kid"}
    return claims["jti"]


def verify_proof(request, now, *, nonce=None, token=None):
    """RFC 9449 sections 4.2 and 4.3; return the proof's id and the thumbprint of its key."""
    proofs = request.headers.get_list("dpop")
    assert len(proofs) == 1  # check 1
    header, claims = opened(proofs[0])  # checks 2, 6 and 7
    assert header["typ"] == "dpop+jwt"  # check 4
    assert re.fullmatch(r"[RE]S(256|384|512)", header["alg"])  # check 5: asymmetric, not none
    assert set(header) == {"typ", "alg", "jwk"}
    assert claims["htm"] == request.method  # check 8
    assert claims["htu"] == f"{URL}{request.url.path}"  # check 9; httpx2 decodes the path, as Okta does
    assert "?" not in claims["htu"]
    assert "#" not in claims["htu"]
    assert claims.get("nonce") == nonce  # check 10
    assert now - 300 <= claims["iat"] <= now  # check 11
    assert len(claims["jti"]) >= 16  # section 4.2: 96 bits at least
    digest = None if token is None else hashlib.sha256(token.encode("ascii")).digest()
    expected = None if digest is None else base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert claims.get("ath") == expected  # check 12.a
    return claims["jti"], thumbprint(header["jwk"])


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "ES384", "ES512"])
@pytest.mark.parametrize("kid", [None, "night-1"])
async def test_assertions_are_those_of_rfc_7523(service, algorithm, kid):
    org = await service(algorithm=algorithm, kid=kid)
    ids = []
    for _ in range(3):
        await org.okta.get("users", params={"limit": 1})
        org.forward(hours=1)
    for position, form in enumerate(org.wire.forms):
        now = org.now - 3600 * (3 - position)
        ids.append(verify_assertion(form, org.key.public_jwk(), org.app.id, now, kid))
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == "okta.logs.read okta.users.manage okta.users.read"
    assert len(set(ids)) == len(ids) == 3
    assert {one.headers["content-type"] for one in org.wire.token_requests} == {"application/x-www-form-urlencoded"}
    assert not any("authorization" in one.headers for one in org.wire.token_requests)
    assert all(one.headers["authorization"].startswith("Bearer ey") for one in org.wire.api_requests)
    assert [status for _path, status in org.seen] == [200] * 6


async def test_proofs_are_those_of_rfc_9449(service):
    org = await service(dpop=True, binding="on")
    now = org.now
    login = (await org.okta.get("users", params={"limit": 1})).json[0]["profile"]["login"]
    await org.okta.get("users", login, params={"expand": "blocks"})
    await org.okta.post("users", login, json={"profile": {"title": "Night Porter"}}, idempotent=True)
    first, second = org.wire.token_requests
    nonce = org.box.org.oauth.nonces[-1].value
    seen = [verify_proof(first, now), verify_proof(second, now, nonce=nonce)]
    for request in org.wire.api_requests:
        scheme, _, token = request.headers["authorization"].partition(" ")
        assert scheme == "DPoP"
        seen.append(verify_proof(request, now, token=token))
        bound_to = json.loads(octets(token.split(".")[1]))["cnf"]["jkt"]  # section 6.1
        assert bound_to == seen[-1][1]  # check 12.b
    ids, keys = zip(*seen, strict=True)
    assert len(org.wire.api_requests) == 3
    assert len(set(ids)) == 5
    assert len(set(keys)) == 1
    assertions = [verify_assertion(form, org.key.public_jwk(), org.app.id, now) for form in org.wire.forms]
    assert len(set(assertions)) == 2
    # The key of the proofs is not the key of the app: who has the one has not the other.
    assert keys[0] != thumbprint(org.key.public_jwk())


async def test_the_verifier_tells_a_forgery(service):
    org = await service()
    await org.okta.get("users", params={"limit": 1})
    head, body, signature = org.wire.forms[0]["client_assertion"].split(".")
    claims = json.loads(octets(body)) | {"sub": "0oaSomebodyElse"}
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with pytest.raises(InvalidSignature):
        opened(f"{head}.{forged}.{signature}", org.key.public_jwk())


async def test_every_process_has_a_key_of_its_own_for_proofs(service):
    keys = set()
    for _ in range(2):
        org = await service(dpop=True)
        await org.okta.get("users", params={"limit": 1})
        header, _claims = opened(org.wire.api_requests[0].headers["dpop"])
        keys.add(thumbprint(header["jwk"]))
    assert len(keys) == 2
