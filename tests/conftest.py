"""Fixtures that every test may use."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx2
import hypothesis
import pytest
from mcp import Client
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server
from okta_mcp.settings import OPTIONS, load_settings

SANDBOX_URL = "https://sandbox.okta.example"

# How long an example takes says something of the machine, not of the code; so does how long it takes to think one up.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, the loop the server runs on."""
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def state_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the audit trails of the tests out of the home of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("state")
        patch.setenv("XDG_STATE_HOME", str(home))
        yield home


@dataclass(frozen=True)
class Front:
    """A server as a client meets it, and the sandbox behind it."""

    box: Sandbox
    okta: OktaClient
    client: Client

    @property
    def asked(self) -> list[str]:
        """Every request the sandbox got: method, path and query."""
        return [f"{one.method} {one.path}?{one.query}".rstrip("?") for one in self.box.journal]


Serve = Callable[..., Awaitable[Front]]


@pytest.fixture
async def served(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Serve]:
    """Connect a client to a server over a fresh sandbox, or over another ASGI application in its place.

    `person` answers the questions; without one, nobody can be asked. `hear` gets what the server says unasked.
    """
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    async with AsyncExitStack() as stack:

        async def connect(
            *,
            mode: str = "auto",
            app: Any = None,
            person: Any = None,
            hear: Any = None,
            code_clock: Any = time.time,
            **settings: Any,
        ) -> Front:
            box = Sandbox(origin=SANDBOX_URL)
            okta = OktaClient(
                OrgAddress.parse(SANDBOX_URL),
                SecretStr(box.api_token),
                transport=httpx2.ASGITransport(app=app or box.app),
            )
            await stack.enter_async_context(okta)
            server = create_server(
                load_settings({"bulk_journal": "memory", **settings}, env_file=None), okta, clock=code_clock
            )
            client = Client(server, mode=mode, elicitation_callback=person, message_handler=hear)
            return Front(box, okta, await stack.enter_async_context(client))

        yield connect


class RedisServer:
    """A `redis-server` on a socket in a directory of its own, which can be ended and started anew."""

    def __init__(self, directory: Path) -> None:
        self._socket = directory / "redis.sock"
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"unix://{self._socket}"

    async def start(self) -> None:
        """Start it; return when it answers."""
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, cwd=self._directory, stdout=subprocess.DEVNULL)  # noqa: ASYNC220 - a moment
        with anyio.fail_after(30):
            while True:
                try:
                    await (await anyio.connect_unix(str(self._socket))).aclose()
                except OSError:
                    await anyio.sleep(0.02)
                else:
                    return

    def stop(self) -> None:
        """End it, without a word to its clients."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._socket.unlink(missing_ok=True)


@pytest.fixture
def redis_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A Redis that is not started yet. On a slow machine it is not lost while it is up."""
    monkeypatch.setattr("okta_mcp.okta.shared._PATIENCE", 30.0)
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    with tempfile.TemporaryDirectory() as directory:
        server = RedisServer(Path(directory))
        yield server
        server.stop()
