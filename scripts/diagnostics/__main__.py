"""Serve the connector and the diagnostics over HTTP on a free port, on a sandbox org."""

import sys

import anyio.lowlevel
import httpx2
from pydantic import SecretStr

from diagnostics.actions import ACTIONS, BUSY
from diagnostics.contents import OFFERS, PROMPTS, SDK_PROMPTS
from diagnostics.tools import TOOLS
from okta_mcp.contents import CONNECTOR, Contents
from okta_mcp.guard import log_to
from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind
from okta_mcp.server import create_server
from okta_mcp.settings import load_settings
from okta_mcp.transports.http import serve_http

URL = "https://sandbox.okta.example"
LOOPBACK = "127.0.0.1"


async def main() -> None:
    """Serve until the process is told to stop."""
    settings = load_settings({"log_level": "INFO"}, env_file=None)
    log_to(sys.stderr, settings.log_level)
    contents = Contents(
        actions=(*CONNECTOR.actions, *ACTIONS),
        offers=(*CONNECTOR.offers, *OFFERS),
        prompts=(*CONNECTOR.prompts, *PROMPTS),
        tools=TOOLS,
    )
    busy = FaultRule(kind=Kind.CONCURRENCY_LIMIT, path=f"/api/v1/groups/{BUSY}")
    box = Sandbox(origin=URL, faults=[busy])
    transport = httpx2.ASGITransport(app=box.app)

    async def at_once(_seconds: float) -> None:
        await anyio.lowlevel.checkpoint()

    # The waits are said, not sat through.
    async with OktaClient(OrgAddress.parse(URL), SecretStr(box.api_token), transport=transport, sleep=at_once) as okta:
        server = create_server(settings, okta, contents=contents)
        for prompt in SDK_PROMPTS:
            server.add_prompt(prompt)
        await serve_http(server, okta, LOOPBACK, 0, server.owner, reach=server.reach, on_ready=_tell)


def _tell(url: str) -> None:
    print(f"Streamable HTTP at {url}/mcp", file=sys.stderr, flush=True)


if __name__ == "__main__":
    anyio.run(main)
