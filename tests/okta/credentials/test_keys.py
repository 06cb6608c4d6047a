"""Private keys as people have them: PEM and JWK, whole and broken."""

import base64
import json

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from okta_mcp.okta.credentials import KeyUnusable, SigningKey

PKCS8 = serialization.PrivateFormat.PKCS8
OLD = serialization.PrivateFormat.TraditionalOpenSSL
PLAIN = serialization.NoEncryption()
RSA = rsa.generate_private_key(65537, 2048)
P256, P384, P521 = (ec.generate_private_key(curve()) for curve in (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1))


def pem(key, form=PKCS8, encryption=PLAIN):
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


def jwk(key, **more):
    kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey) else ECAlgorithm
    return {**kind.to_jwk(key, as_dict=True), **more}


def public_pem(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.mark.parametrize(
    ("text", "algorithm", "kid"),
    [
        (pem(RSA), "RS256", None),
        (pem(RSA, OLD), "RS256", None),
        (pem(P256), "ES256", None),
        (pem(P256, OLD), "ES256", None),
        (pem(P384), "ES384", None),
        (pem(P521), "ES512", None),
        (pem(RSA).replace("\n", "\\n"), "RS256", None),
        (pem(RSA).replace("\n", "\r\n"), "RS256", None),
        (f"\n  {pem(P256)}  \n", "ES256", None),
        (json.dumps(jwk(RSA)), "RS256", None),
        (json.dumps(jwk(RSA, alg="RS384", kid="k-1")), "RS384", "k-1"),
        (json.dumps(jwk(RSA, alg="RS512", use="sig")), "RS512", None),
        (json.dumps(jwk(P256, kid="k-2")), "ES256", "k-2"),
        (json.dumps(jwk(P521, alg="ES512")), "ES512", None),
        (json.dumps({"keys": [jwk(P384, kid="only")]}), "ES384", "only"),
    ],
)
def test_a_key_is_read_in_every_usual_form(text, algorithm, kid):
    key = SigningKey.read(text)
    assert (key.algorithm, key.kid) == (algorithm, kid)
    signed = key.sign({"sub": "x"}, {})
    assert jwt.decode(signed, jwt.PyJWK(key.public_jwk(), algorithm), algorithms=[algorithm]) == {"sub": "x"}
    assert "d" not in key.public_jwk()


def test_the_key_id_names_one_of_a_set():
    both = json.dumps({"keys": [jwk(P256, kid="a"), jwk(RSA, kid="b")]})
    assert SigningKey.read(both, "b").algorithm == "RS256"
    assert SigningKey.read(both, "a").algorithm == "ES256"
    with pytest.raises(KeyUnusable, match="several keys"):
        SigningKey.read(both)
    with pytest.raises(KeyUnusable, match="several keys"):
        SigningKey.read(both, "c")


def test_the_key_id_that_is_given_is_that_of_the_key():
    assert SigningKey.read(pem(P256), "k-9").kid == "k-9"
    assert SigningKey.read(json.dumps(jwk(P256)), "k-9").kid == "k-9"
    with pytest.raises(KeyUnusable, match="not the key id"):
        SigningKey.read(json.dumps(jwk(P256, kid="k-8")), "k-9")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "neither PEM"),
        ("c4nary", "neither PEM"),
        (public_pem(RSA), "public key; the private key is needed"),
        (pem(RSA, encryption=serialization.BestAvailableEncryption(b"c4nary")), "passphrase"),
        (pem(RSA, OLD, serialization.BestAvailableEncryption(b"c4nary")), "passphrase"),
        (pem(RSA)[:-200], "cannot be read"),
        (pem(RSA).replace("MII", "MIJ"), "cannot be read"),
        (pem(RSA).replace("PRIVATE", "C4NARY"), "neither PEM"),
        (pem(rsa.generate_private_key(65537, 1024)), "1024 bits"),
        (pem(ed25519.Ed25519PrivateKey.generate()), "Okta takes RSA keys"),
        (pem(dsa.generate_private_key(2048)), "Okta takes RSA keys"),
        (pem(ec.generate_private_key(ec.SECP256K1())), "Okta takes RSA keys"),
        (json.dumps(jwk(RSA.public_key())), "public half"),
        (json.dumps(jwk(P256.public_key())), "public half"),
        (json.dumps({"kty": "oct", "k": "c4nary"}), "Okta takes RSA keys"),
        (json.dumps({"kty": "OKP", "crv": "Ed25519", "d": "c4nary", "x": "AA"}), "Okta takes RSA keys"),
        (json.dumps({"kty": "RSA", "d": "c4nary"}), "cannot be read"),
        (json.dumps(jwk(P256) | {"crv": "P-c4nary"}), "cannot be read"),
        (json.dumps(jwk(RSA, alg="PS256")), "none that Okta takes"),
        (json.dumps(jwk(P256, alg="ES384")), "none that Okta takes"),
        ('{"kty": c4nary', "not JSON"),
        ('{"keys": "c4nary"}', "no list"),
        ('{"keys": []}', "several keys"),
    ],
)
def test_what_is_no_key_that_okta_takes_is_refused_without_repeating_it(text, says):
    with pytest.raises(KeyUnusable, match=says) as raised:
        SigningKey.read(text)
    assert "c4nary" not in f"{raised.value!r} {raised.value.__cause__!r}"
    body = text.replace("\n", "")
    assert not [
        at
        for at in range(0, len(body) - 40, 20)
        if body[at : at + 40] in str(raised.value) and "-----" not in body[at : at + 40]
    ]


def test_a_key_shows_nothing_of_itself():
    for key in (SigningKey.read(pem(RSA)), SigningKey.read(json.dumps(jwk(P256))), SigningKey.made()):
        d = base64.urlsafe_b64encode(b"x").decode()
        assert d
        assert repr(key) == f"SigningKey(algorithm={key.algorithm!r}, kid=None)"
