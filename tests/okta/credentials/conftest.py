"""A service app of a sandbox, whose clock stands still unless it is moved, and everything it sent."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import anyio
import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.okta.credentials import ServiceApp, SigningKey
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.company import generated_company

URL = "https://sandbox.okta.example"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


@cache
def pem(algorithm: str = "RS256", name: str = "app") -> str:
    """Return the private key of that name; making RSA keys takes a while."""
    key = ec.generate_private_key(CURVES[algorithm]()) if algorithm in CURVES else rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@dataclass
class Between(httpx2.AsyncBaseTransport):
    """Stands between the client and the org: keeps what is sent, and may answer itself or change an answer."""

    org: httpx2.AsyncBaseTransport
    sent: list[httpx2.Request] = field(default_factory=list)
    before: Callable[[httpx2.Request], httpx2.Response | None] = lambda _request: None
    after: Callable[[httpx2.Request, httpx2.Response], httpx2.Response] = lambda _request, response: response

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await request.aread()
        self.sent.append(request)
        response = self.before(request) or await self.org.handle_async_request(request)
        await response.aread()
        return self.after(request, response)

    def to(self, path: str) -> list[httpx2.Request]:
        return [one for one in self.sent if one.url.path == path]

    @property
    def token_requests(self) -> list[httpx2.Request]:
        return self.to("/oauth2/v1/token")

    @property
    def api_requests(self) -> list[httpx2.Request]:
        return [one for one in self.sent if one.url.path.startswith("/api/")]

    @property
    def forms(self) -> list[dict[str, str]]:
        """The parameters of the token requests."""
        return [
            {name: value for name, (value,) in parse_qs(one.content.decode()).items()} for one in self.token_requests
        ]


@dataclass
class Service:
    """A service app as the server is one, and the org it belongs to."""

    box: Sandbox
    app: Any
    key: SigningKey
    credentials: ServiceApp
    okta: OktaClient
    wire: Between
    slept: list[float]
    machine: dict[str, float]

    @property
    def skew(self) -> float:
        """Seconds that the client's machine is ahead of the org."""
        return self.machine["skew"]

    @skew.setter
    def skew(self, seconds: float) -> None:
        self.machine["skew"] = seconds

    def forward(self, **passed: float) -> None:
        """Let time pass, for the org and for its client."""
        self.box.clock.advance(timedelta(**passed))

    def revoke(self) -> None:
        """Have the org take back every access token there is."""
        for token in self.box.org.oauth.tokens.values():
            token.revoked = True

    @property
    def now(self) -> float:
        """The org's time."""
        return self.box.clock().timestamp()

    @property
    def seen(self) -> list[tuple[str, int]]:
        """Path and status of every request the org got."""
        return [(one.path, one.status) for one in self.box.journal]


@pytest.fixture
def pem_of():
    """Private keys by algorithm and name."""
    return pem


@pytest.fixture
def company_of() -> Callable[[int], Sandbox]:
    """An org of a given number of people."""
    return lambda people: Sandbox(generated_company(people, 5), origin=URL, clock=lambda: NOON)


@pytest.fixture
async def service() -> AsyncIterator[Callable[..., Any]]:
    """Register a service app and make a client for it."""
    async with AsyncExitStack() as stack:

        async def made(
            *,
            algorithm: str = "RS256",
            dpop: bool = False,
            binding: str = "auto",
            skew: float = 0,
            granted: tuple[str, ...] = ("okta.users.read", "okta.users.manage", "okta.groups.read", "okta.orgs.read"),
            wanted: tuple[str, ...] = ("okta.users.manage", "okta.users.read", "okta.logs.read"),
            roles: tuple[str, ...] = ("SUPER_ADMIN",),
            kid: str | None = None,
            text: str | None = None,
            box: Sandbox | None = None,
        ) -> Service:
            box = box or Sandbox(origin=URL, clock=lambda: NOON)
            machine = {"skew": skew}
            key = SigningKey.read(text or pem(algorithm), kid)
            jwk = key.public_jwk() | ({"kid": kid} if kid else {})
            app = box.register_service_app("Night Shift", jwks=jwk, scopes=granted, roles=roles, dpop=dpop)
            credentials = ServiceApp(app.id, key, wanted, binding=binding)
            slept: list[float] = []

            async def sleep(seconds: float) -> None:
                slept.append(seconds)
                await anyio.lowlevel.checkpoint()
                box.clock.advance(timedelta(seconds=seconds))

            wire = Between(httpx2.ASGITransport(app=box.app))
            okta = OktaClient(
                OrgAddress.parse(URL),
                credentials,
                transport=wire,
                sleep=sleep,
                clock=lambda: box.clock().timestamp() + machine["skew"],
                jitter=lambda: 0.25,
            )
            await stack.enter_async_context(okta)
            return Service(box, app, key, credentials, okta, wire, slept, machine)

        yield made
