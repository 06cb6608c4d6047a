"""A server with the settings of the Kubernetes base answers those who ask a pod, and nobody else."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import anyio
import httpx2
import pytest
import yaml
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from okta_mcp.actions import ACTIONS
from okta_mcp.cli import main
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running
from okta_mcp.settings import OPTIONS

KUBERNETES = Path(__file__).parents[2] / "deploy/kubernetes"


def configured():
    """Return what the ConfigMap gives the pods."""
    return yaml.safe_load((KUBERNETES / "configmap.yaml").read_text(encoding="utf-8"))["data"]


@pytest.fixture
def desk(capsys):
    """Make a token for a client: the token and its entry."""
    assert main(["token", "desk"]) == 0
    token, entry, _what = capsys.readouterr().out.splitlines()
    return token.removeprefix("Token: "), entry.removeprefix("Entry: ")


@pytest.fixture
async def pod(desk, tmp_path):
    """Start the server as a pod would, on a free port of this machine; yield its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Sandbox()
    async with running(box) as org:
        ours = {name: value for name, value in os.environ.items() if name not in {option.env for option in OPTIONS}}
        secret = {"OKTA_API_TOKEN": box.api_token, "OKTA_MCP_STATE_KEYS": "5e" * 32}
        mounted = tmp_path / "tokens"
        mounted.write_text(desk[1])
        here = {
            "OKTA_ORG_URL": org,
            "OKTA_MCP_PORT": str(port),
            "OKTA_MCP_AUTH_TOKENS_FILE": str(mounted),
            "OKTA_MCP_DRAIN_NOTICE": "0",
            "OKTA_MCP_AUDIT_FILE": "-",
        }
        server = await anyio.open_process(
            [sys.executable, "-m", "okta_mcp", "serve", "--transport", "http"],
            env={**ours, **configured(), **secret, **here},
            stdout=subprocess.DEVNULL,
        )
        async with server:
            said = b""
            while b"Streamable HTTP at" not in said:
                said += await server.stderr.receive()
            yield f"http://127.0.0.1:{port}"
            server.terminate()
            async for chunk in server.stderr:
                said += chunk
            assert await server.wait() == 0, said


async def test_a_pod_answers_probes_under_its_address_and_clients_under_the_public_one(pod, desk):
    public = configured()["OKTA_MCP_PUBLIC_URL"].removeprefix("https://")
    token = {"Authorization": f"Bearer {desk[0]}"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    async with httpx2.AsyncClient(base_url=pod) as client:
        for path in ("/livez", "/readyz"):
            assert (await client.get(path, headers={"Host": "10.1.2.3:8765"})).status_code == 200
        for known, status in (({}, 401), (token, 200)):
            assert (await client.get("/metrics", headers={"Host": "10.1.2.3:8765", **known})).status_code == status
        assert (await client.post("/mcp", json=asked, headers={"Host": public})).status_code == 401
        assert (await client.post("/mcp", json=asked, headers={"Host": "10.1.2.3:8765", **token})).status_code == 421
        assert (await client.post("/mcp", json=asked, headers={"Host": public, **token})).status_code not in {401, 421}
    async with (
        httpx2.AsyncClient(headers={"Host": public, **token}) as session,
        Client(streamable_http_client(f"{pod}/mcp", http_client=session)) as client,
    ):
        listed = {tool.name for tool in (await client.list_tools()).tools}
    assert listed == {action.name for action in ACTIONS if action.effect.value == "read"}
