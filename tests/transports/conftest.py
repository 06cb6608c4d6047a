"""The HTTP doors on a socket of this machine, and what reaches them."""

import asyncio
import io
import json
import logging
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pydantic import SecretStr

from okta_mcp.guard import log_to
from okta_mcp.okta import OktaClient, OrgAddress, Shared
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import OktaServer, create_server, policy_of
from okta_mcp.settings import OPTIONS, load_settings
from okta_mcp.transports.bounds import Bounds
from okta_mcp.transports.callers import Admission, TokensFile
from okta_mcp.transports.http import http_app
from okta_mcp.transports.metrics import Metrics
from okta_mcp.transports.readiness import Readiness
from okta_mcp.transports.traffic import Traffic

from ..leaving import sse_client

SANDBOX_URL = "https://sandbox.okta.example"


def free_port() -> socket.socket:
    """Return a socket that listens on a free port of this machine."""
    return socket.create_server(("127.0.0.1", 0))


def address_of(listener: socket.socket) -> str:
    """Return the address at which it listens."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


async def ended(task: asyncio.Task[Any]) -> None:
    """End a task."""
    task.cancel()
    await asyncio.wait([task])


@asynccontextmanager
async def listening(app: Any, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """Serve an application on a free port of this machine, or on the one given; yield its address."""
    listener = listener or free_port()
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="auto", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield address_of(listener)
    finally:
        server.should_exit = True
        await task
        listener.close()


@dataclass(frozen=True)
class Doors:
    """Both doors, the sandbox behind them, and an HTTP client in front."""

    url: str
    box: Sandbox
    http: httpx2.AsyncClient
    sent: list[dict[str, str]]
    """The headers of every request that Okta got."""
    server: OktaServer
    okta: OktaClient

    async def say(
        self, method: str, params: Any = None, *, token: str | None = None, path: str = "/mcp", **headers: str
    ) -> httpx2.Response:
        """Post a message of the older protocol; with a token, as its holder."""
        return await self.http.post(
            path,
            json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}},
            headers={"Accept": "application/json, text/event-stream", **_bearer(token), **headers},
        )

    @asynccontextmanager
    async def client(self, token: str | None, way: str = "auto", **options: Any) -> AsyncIterator[Client]:
        """Connect the SDK's client: `auto` or `legacy` over streamable HTTP, or `sse`."""
        if way == "sse":
            async with Client(sse_client(f"{self.url}/sse", headers=_bearer(token)), mode="legacy", **options) as one:
                yield one
            return
        async with httpx2.AsyncClient(headers=_bearer(token), timeout=30) as http:
            target = streamable_http_client(f"{self.url}/mcp", http_client=http)
            async with Client(target, mode=way, **options) as one:
                yield one


Open = Callable[..., Awaitable[Doors]]


@asynccontextmanager
async def opening() -> AsyncIterator[Open]:
    """Open doors, each of a server over a fresh sandbox, with these settings and none of the environment.

    `beside` gives one the sandbox of another.
    """
    async with AsyncExitStack() as stack:
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        for option in OPTIONS:
            monkeypatch.delenv(option.env, raising=False)

        async def opened(
            *, host: str = "127.0.0.1", probes: bool = False, beside: Doors | None = None, **settings: Any
        ) -> Doors:
            box, sent = beside.box if beside else Sandbox(origin=SANDBOX_URL), []

            async def noted(scope: Any, receive: Any, send: Any) -> None:
                sent.append({name.decode(): value.decode() for name, value in scope["headers"]})
                await box.app(scope, receive, send)

            transport = httpx2.ASGITransport(app=noted)
            options = load_settings(settings, env_file=None)
            shared = Shared(options.redis_url, SANDBOX_URL)
            okta = OktaClient(
                OrgAddress.parse(SANDBOX_URL), SecretStr(box.api_token), transport=transport, shared=shared
            )
            await stack.enter_async_context(okta)
            policy, listener = policy_of(options), free_port()
            admission, address = Admission.of(options, policy), address_of(listener)
            if (path := options.auth_tokens_file) is not None and admission.fixed is not None:
                file = TokensFile(path, admission.fixed, options.entries_with, every=0.02, settled=0.01)
                admission = replace(admission, file=file)
                watching = asyncio.create_task(file.watch())
                stack.push_async_callback(ended, watching)
            server, readiness = create_server(options, okta), Readiness(okta, file=admission.file)
            metrics = Metrics(server.calls, okta, readiness, admission.file, server.tally)
            traffic = Traffic(Bounds(), server.calls, readiness, metrics) if probes else None
            app = http_app(server, host, admission, address=address, traffic=traffic)
            url = await stack.enter_async_context(listening(app, listener))
            http = await stack.enter_async_context(httpx2.AsyncClient(base_url=url, timeout=30))
            return Doors(url, box, http, sent, server, okta)

        yield opened


@pytest.fixture
async def doors() -> AsyncIterator[Open]:
    """Open doors for one test."""
    async with opening() as opened:
        yield opened


@pytest.fixture(scope="module")
async def lasting_doors() -> AsyncIterator[Open]:
    """Open doors for all tests of a module, which leave the sandbox as it is."""
    async with opening() as opened:
        yield opened


def _bearer(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="session")
def listening_on():
    """Serve an application on a free port of this machine."""
    return listening


@pytest.fixture
def log_lines(monkeypatch):
    """What a server that logs JSON would have written so far, line by line."""
    stream, root = io.StringIO(), logging.getLogger()
    before = {name: logging.getLogger(name).level for name in ("", "okta_mcp", "httpx2", "httpcore2")}
    monkeypatch.setattr(root, "handlers", [])
    log_to(stream, "DEBUG", "json")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="session")
def command_line() -> tuple[str, ...]:
    """How the server is started."""
    return (sys.executable, "-m", "okta_mcp")
