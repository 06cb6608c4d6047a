"""A service app with its key, assertions and proofs made by hand, and a client that sends them."""

import base64
import hashlib
import itertools
from collections.abc import AsyncIterator
from functools import cache

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from okta_mcp.sandbox import Sandbox

BASE_URL = "https://sandbox.okta.example"
TOKEN_URL = f"{BASE_URL}/oauth2/v1/token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
READ_USERS = "okta.users.read"

CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
_numbers = itertools.count()


class Key:
    """A private key and what its owner makes with it."""

    def __init__(self, algorithm: str = "RS256", kid: str | None = None) -> None:
        self.algorithm = algorithm
        if algorithm in CURVES:
            self.private = ec.generate_private_key(CURVES[algorithm]())
            jwk = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
            self.public = {name: jwk[name] for name in ("kty", "crv", "x", "y")}
        else:
            self.private = rsa.generate_private_key(65537, 2048)
            jwk = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
            self.public = {name: jwk[name] for name in ("kty", "e", "n")}
        self.kid = kid

    @property
    def jwk(self) -> dict:
        return {**self.public, "use": "sig"} | ({"kid": self.kid} if self.kid else {})

    def sign(self, claims: dict, header: dict | None = None, algorithm: str | None = None) -> str:
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, self.private, algorithm or self.algorithm, headers=header)


@cache
def key(name: str = "app", algorithm: str = "RS256", kid: str | None = None) -> Key:
    """Return the key of that name; making RSA keys takes a while."""
    return Key(algorithm, kid)


def ath(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


class Application:
    """A service app as its programmer sees it."""

    def __init__(self, http, clock, client, signing=None) -> None:
        self.http = http
        self.clock = clock
        self.record = client
        self.key = signing or key()
        self.proof_key = key("proof", "ES256")

    @property
    def now(self) -> int:
        return int(self.clock().timestamp())

    def assertion(self, header=None, signing=None, algorithm=None, **changed) -> str:
        claims = {
            "iss": self.record.id,
            "sub": self.record.id,
            "aud": TOKEN_URL,
            "iat": self.now,
            "exp": self.now + 300,
            "jti": f"assertion {next(_numbers)}",
            **changed,
        }
        signing = signing or self.key
        kid = {"kid": signing.kid} if signing.kid else {}
        return signing.sign(claims, header if header is not None else kid, algorithm)

    def proof(self, method="POST", url=TOKEN_URL, header=None, signing=None, **changed) -> str:
        signing = signing or self.proof_key
        claims = {"htm": method, "htu": url, "iat": self.now, "jti": f"proof {next(_numbers)}", **changed}
        return signing.sign(claims, {"typ": "dpop+jwt", "jwk": signing.public, **(header or {})})

    async def ask(self, scope=READ_USERS, headers=None, **changed):
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": JWT_BEARER,
            "client_assertion": self.assertion() if "client_assertion" not in changed else None,
            **changed,
        }
        sent = {name: value for name, value in form.items() if value is not None}
        return await self.http.post("/oauth2/v1/token", data=sent, headers=headers)

    async def token(self, scope=READ_USERS) -> str:
        answer = await self.ask(scope)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    async def nonce(self) -> str:
        answer = await self.ask(headers={"DPoP": self.proof()})
        assert answer.json()["error"] == "use_dpop_nonce"
        return answer.headers["dpop-nonce"]

    async def bound_token(self, scope=READ_USERS) -> str:
        answer = await self.ask(scope, headers={"DPoP": self.proof(nonce=await self.nonce())})
        assert answer.json()["token_type"] == "DPoP", answer.text
        return answer.json()["access_token"]

    async def call(self, method, path, token, **kwargs):
        return await self.http.request(method, path, headers={"Authorization": f"Bearer {token}"}, **kwargs)

    async def call_bound(self, method, path, token, proof=None, scheme="DPoP", **kwargs):
        url = f"{BASE_URL}{path}".partition("?")[0]
        headers = {"Authorization": f"{scheme} {token}"}
        headers["DPoP"] = proof or self.proof(method, url, ath=ath(token))
        return await self.http.request(method, path, headers=headers, **kwargs)


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    """A client without any credentials."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=sandbox.app), base_url=BASE_URL) as client:
        yield client


@pytest.fixture
def application(http, clock, sandbox):
    """Register a service app; its keywords are those of `Sandbox.register_service_app`."""

    def register(signing=None, **kwargs) -> Application:
        signing = signing or key()
        given = {"jwks": signing.jwk, "scopes": (READ_USERS,), "roles": ("SUPER_ADMIN",), **kwargs}
        return Application(http, clock, sandbox.register_service_app("Night Shift", **given), signing)

    return register


@pytest.fixture
def app(application):
    """A service app that may read users, without DPoP."""
    return application()


@pytest.fixture
def bound_app(application):
    """A service app that may read users, and has to use DPoP."""
    return application(dpop=True)
