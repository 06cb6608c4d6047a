"""A sandbox org and a client of it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox

URL = "https://sandbox.okta.example"


@pytest.fixture
def box() -> Sandbox:
    return Sandbox(origin=URL)


@pytest.fixture
async def okta(box: Sandbox) -> AsyncIterator[OktaClient]:
    transport = httpx2.ASGITransport(app=box.app)
    async with OktaClient(OrgAddress.parse(URL), SecretStr(box.api_token), transport=transport) as client:
        yield client


@pytest.fixture
def made(box: Sandbox) -> Callable[..., Awaitable[str]]:
    """Make an object past the client, as an administrator in a console would; returns its id."""

    async def make(kind: str, **profile: str) -> str:
        headers = {"Authorization": f"SSWS {box.api_token}"}
        transport = httpx2.ASGITransport(app=box.app)
        async with httpx2.AsyncClient(transport=transport, base_url=URL, headers=headers) as admin:
            answer = await admin.post(f"/api/v1/{kind}", json={"profile": profile})
        box.journal.clear()
        return str(answer.raise_for_status().json()["id"])

    return make
