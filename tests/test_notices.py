"""Log messages to the client: what whoever watches a call is told, and who is told nothing."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import anyio.lowlevel
import httpx2
import pytest
from mcp import Client
from mcp.types import EmptyResult, SetLevelRequest, SetLevelRequestParams
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server
from okta_mcp.settings import load_settings

URL = "https://sandbox.okta.example"
TOLD = [
    ("warning", "okta_mcp", "list_groups: Okta's limit on simultaneous requests; waiting 1 s"),
    ("warning", "okta_mcp", "list_groups: Okta's limit on simultaneous requests; waiting 2 s"),
]


class Watcher:
    """A client, and what it was told."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.heard: list[tuple[str, str | None, object]] = []
        client.logging_callback = self._hear

    async def _hear(self, told) -> None:
        self.heard.append((told.level, told.logger, told.data))

    async def set_level(self, level) -> None:
        # The SDK's own method warns that the capability is on its way out.
        request = SetLevelRequest(params=SetLevelRequestParams(level=level))
        await self.client.session.send_request(request, EmptyResult)


@pytest.fixture
async def watching() -> AsyncIterator:
    """Connect clients to one server whose Okta client waits without letting time pass."""
    box = Sandbox(origin=URL)

    async def at_once(_seconds: float) -> None:
        await anyio.lowlevel.checkpoint()

    async with AsyncExitStack() as stack:
        transport = httpx2.ASGITransport(app=box.app)
        okta = OktaClient(
            OrgAddress.parse(URL), SecretStr(box.api_token), transport=transport, sleep=at_once, jitter=lambda: 0.0
        )
        await stack.enter_async_context(okta)
        server = create_server(load_settings({}, env_file=None), okta)

        async def connect(mode, log_level=None) -> Watcher:
            watcher = Watcher(Client(server, mode=mode, log_level=log_level))
            await stack.enter_async_context(watcher.client)
            return watcher

        async def wait(watcher) -> None:
            """Make a call that has to wait for Okta twice."""
            box.fail("GET", "/api/v1/groups", status=429, concurrency=True, times=2)
            assert not (await watcher.client.call_tool("list_groups", {})).is_error

        yield connect, wait


@pytest.mark.parametrize(
    ("level", "told"), [(None, TOLD), ("debug", TOLD), ("warning", TOLD), ("error", []), ("emergency", [])]
)
async def test_a_connection_is_told_what_its_level_lets_through(watching, level, told):
    connect, wait = watching
    watcher = await connect("legacy")
    if level is not None:
        await watcher.set_level(level)
    await wait(watcher)
    assert watcher.heard == told


async def test_the_level_of_one_connection_is_not_that_of_another(watching):
    connect, wait = watching
    silent, other = await connect("legacy"), await connect("legacy")
    await silent.set_level("error")
    await wait(silent)
    await wait(other)
    assert (silent.heard, other.heard) == ([], TOLD)


@pytest.mark.parametrize(("level", "told"), [(None, []), ("info", TOLD), ("warning", TOLD), ("error", [])])
async def test_since_2026_a_request_is_told_only_what_it_asks_for(watching, level, told):
    connect, wait = watching
    watcher = await connect("auto", level)
    assert watcher.client.protocol_version >= "2026-07-28"
    await wait(watcher)
    assert watcher.heard == told
