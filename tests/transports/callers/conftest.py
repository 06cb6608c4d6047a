"""An issuer on a socket of this machine, which signs what it is told to."""

import base64
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import anyio
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import get_default_algorithms
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PATH = "/oauth2/default"
RSA = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)
KEYS: dict[str, Any] = {
    "RS256": RSA[0],
    "RS512": RSA[0],
    "PS256": RSA[0],
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


@dataclass
class TestIssuer:
    """Whoever signs tokens; what it publishes can be changed at any time."""

    __test__ = False

    url: str = ""
    published: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    down: bool = False
    held: anyio.Event | None = None
    asked: anyio.Event = field(default_factory=anyio.Event)
    read: Counter = field(default_factory=Counter)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was asked for with each authorization code."""

    def agree(self, address: str) -> tuple[str, str]:
        """Sign a person in who follows this address and agrees to all of it; return the code and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return code, asked["state"]

    @property
    def key_reads(self) -> int:
        """How often the keys were read."""
        return self.read[f"{PATH}/v1/keys"]

    def publish(self, *names: str, **keys: Any) -> None:
        """Publish these keys and no others, each named as its algorithm or as given."""
        chosen = {name: (name, KEYS[name]) for name in names} | {name: ("RS256", key) for name, key in keys.items()}
        self.published = {"keys": [self.public(key, alg, name) for name, (alg, key) in chosen.items()]}

    @staticmethod
    def public(key: Any, algorithm: str, name: str) -> dict[str, Any]:
        """Return a key as it is published."""
        jwk = json.loads(get_default_algorithms()[algorithm].to_jwk(key.public_key()))
        jwk.pop("key_ops", None)
        return {**jwk, "kid": name, "use": "sig"}

    def token(self, algorithm: str = "RS256", key: Any = None, header: Any = None, **claims: Any) -> str:
        """Sign a token for somebody who may read, unless told otherwise.

        A claim that is None is left out, and one that is a function gets the time.
        """
        now = int(time.time())
        usual = {
            "iss": self.url,
            "aud": "api://okta-mcp",
            "sub": "ada.byrne@example.com",
            "uid": "00u1ada",
            "cid": "0oa1claude",
            "iat": now,
            "exp": now + 300,
            "scp": ["okta:read"],
        }
        told = {name: claim(now) if callable(claim) else claim for name, claim in {**usual, **claims}.items()}
        said = {name: value for name, value in told.items() if value is not None}
        headers = {"kid": algorithm, **(header or {})}
        if "typ" not in headers:
            headers["typ"] = None
        return jwt.encode(said, KEYS[algorithm] if key is None else key, algorithm, headers=headers)

    def unsigned(self, **claims: Any) -> str:
        """Return a token with the algorithm `none`."""
        _, payload, _ = self.token(**claims).split(".")
        return f"{_segment({'alg': 'none', 'kid': 'RS256'})}.{payload}."

    def headed(self, **header: Any) -> str:
        """Return a token with a header as no library makes it."""
        _, payload, signature = self.token().split(".")
        return f"{_segment(header)}.{payload}.{signature}"

    def bottomless(self) -> str:
        """Return a token whose header never comes to its end."""
        _, payload, signature = self.token().split(".")
        header = base64.urlsafe_b64encode(b"[" * 9_000).decode().rstrip("=")
        return f"{header}.{payload}.{signature}"

    def signed_with_what_is_public(self, **claims: Any) -> str:
        """Return a token that takes the published key for a shared secret: HS256 over its PEM text."""
        import hashlib
        import hmac

        _, payload, _ = self.token(**claims).split(".")
        signed = f"{_segment({'alg': 'HS256', 'kid': 'RS256'})}.{payload}"
        pem = KEYS["RS256"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        mac = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    def app(self) -> Starlette:
        """Return the issuer's server."""

        async def answer(request: Any) -> Response:
            path = request.url.path
            self.read[path] += 1
            if self.held is not None:
                self.asked.set()
                await self.held.wait()
            if self.down:
                return Response(status_code=503)
            if path == f"{PATH}/v1/keys":
                return JSONResponse(self.published)
            if path == f"{PATH}/v1/token":
                form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
                scope = self.codes[form["code"]]["scope"]
                token = self.token(aud=form["resource"], scp=scope.split(), cid=form["client_id"])
                return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": scope})
            found = self.metadata.get(path)
            return JSONResponse(found) if found is not None else Response(status_code=404)

        return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def _segment(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@asynccontextmanager
async def issuing(listening_on: Any) -> AsyncIterator[TestIssuer]:
    """Serve an issuer that publishes a key of each kind."""
    made = TestIssuer()
    async with listening_on(made.app()) as origin:
        made.url = f"{origin}{PATH}"
        metadata = {
            "issuer": made.url,
            "jwks_uri": f"{made.url}/v1/keys",
            "authorization_endpoint": f"{made.url}/v1/authorize",
            "token_endpoint": f"{made.url}/v1/token",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
        }
        made.metadata = {f"{PATH}/.well-known/openid-configuration": metadata}
        made.publish(*KEYS)
        yield made


@pytest.fixture
async def issuer(listening_on):
    """An issuer for one test, which may change what it publishes."""
    async with issuing(listening_on) as made:
        yield made


@pytest.fixture(scope="module")
async def lasting_issuer(listening_on):
    """An issuer for all tests of a module, which leave it as it is."""
    async with issuing(listening_on) as made:
        yield made


@pytest.fixture(scope="module")
async def trusted(lasting_issuer, lasting_doors):
    """The doors of a server that trusts that issuer."""
    return await lasting_doors(auth_issuer=lasting_issuer.url, auth_audience="api://okta-mcp")


@pytest.fixture
async def trusting(issuer, doors):
    """Open the doors of a server that trusts the issuer, which is there longer: servers end in reverse order."""

    async def opened(**settings):
        return await doors(**{"auth_issuer": issuer.url, "auth_audience": "api://okta-mcp", **settings})

    return opened


@pytest.fixture
def rsa_keys():
    """Two further RSA keys, and one that is too small."""
    return (*RSA, SMALL)
