"""The SDK's own client signs in by what the server tells it, and steps up when a tool needs more."""

import httpx2
import pytest
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
)

ADA = "ada.byrne@example.com"
BACK = "http://localhost:1/callback"


class Kept:
    """What a client keeps: it was registered by an administrator, and has no token yet."""

    def __init__(self, issuer):
        self.client = OAuthClientInformationFull(
            client_id="0oa1assistant", redirect_uris=[BACK], token_endpoint_auth_method="none", issuer=issuer
        )
        self.token = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.token

    async def set_tokens(self, tokens):
        self.token = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client_info):
        self.client = client_info


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_client_finds_the_issuer_signs_in_and_steps_up(trusting, issuer, mode):
    opened, shown = await trusting(auth_audience=None), []

    async def show(address):
        shown.append(address)

    async def come_back():
        code, state = issuer.agree(shown[-1])
        return AuthorizationCodeResult(code=code, state=state)

    provider = OAuthClientProvider(
        f"{opened.url}/mcp",
        OAuthClientMetadata(client_name="assistant", redirect_uris=[BACK], token_endpoint_auth_method="none"),
        Kept(issuer.url),
        show,
        come_back,
    )
    async with (
        httpx2.AsyncClient(auth=provider, timeout=30) as http,
        Client(streamable_http_client(f"{opened.url}/mcp", http_client=http), mode=mode) as client,
    ):
        found = await client.call_tool("get_user", {"user": ADA})
        assert found.structured_content["profile"]["login"] == ADA
        assert [asked["scope"] for asked in issuer.codes.values()] == ["okta:read"]
        assert {asked["resource"] for asked in issuer.codes.values()} == {f"{opened.url}/mcp"}
        done = await client.call_tool("suspend_user", {"user": ADA})
    assert not done.is_error
    assert [asked["scope"].split() for asked in issuer.codes.values()] == [["okta:read"], ["okta:read", "okta:write"]]
    assert [one.path.rsplit("/", 1)[1] for one in opened.box.journal if one.method == "POST"] == ["suspend"]
