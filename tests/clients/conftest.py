"""An org on a socket, and the server as a process of its own: what a client meets in real life."""

import os
import re
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from mcp import Client
from mcp.types import CallToolResult

from okta_mcp.actions import ACTIONS
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running

SERVER = (sys.executable, "-m", "okta_mcp")


@dataclass(frozen=True)
class Org:
    """What is true: the org, asked past the server."""

    url: str
    token: str
    http: httpx2.AsyncClient
    box: Sandbox

    async def get(self, path: str, **params: Any) -> Any:
        """Ask the Okta API."""
        response = await self.http.get(f"/api/v1/{path}", params=params)
        return response.raise_for_status().json()

    async def somebody(self, search: str) -> str:
        """Return the login of a person who matches, is mastered here, and shares the name with nobody."""
        names = [_name(user) for user in await self.get("users", search="id pr")]
        return next(
            user["profile"]["login"]
            for user in await self.get("users", search=search)
            if user["credentials"]["provider"]["type"] == "OKTA" and names.count(_name(user)) == 1
        )

    async def name_of(self, login: str) -> str:
        """Return what people call the person."""
        return _name(await self.get(f"users/{login}"))

    async def status_of(self, login: str) -> str:
        """Return a person's status."""
        return (await self.get(f"users/{login}"))["status"]

    async def groups_of(self, login: str) -> set[str]:
        """Return the names of a person's groups."""
        return {group["profile"]["name"] for group in await self.get(f"users/{login}/groups")}

    async def group_id(self, name: str) -> str:
        """Return the id of the group with exactly this name."""
        found = [group["id"] for group in await self.get("groups", q=name) if group["profile"]["name"] == name]
        assert len(found) == 1
        return found[0]

    async def events_on(self, login: str) -> set[str]:
        """Return the types of the events whose target the person is."""
        target = (await self.get(f"users/{login}"))["id"]
        return {event["eventType"] for event in await self.get("logs", filter=f'target.id eq "{target}"')}

    @property
    def environment(self) -> dict[str, str]:
        """What the server's process is given: this org, and no setting of whoever runs the tests."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OKTA_")}
        return {**inherited, "OKTA_ORG_URL": self.url, "OKTA_API_TOKEN": self.token}

    def environment_of_app(self, file: Path) -> dict[str, str]:
        """What the server's process is given when it is a service app, which has to bind its tokens to a key.

        Args:
            file: where its private key is to be written.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(key.private_bytes(*form))
        public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        scopes = {scope for action in ACTIONS for scope in action.all_scopes}
        app = self.box.register_service_app(
            "Night Shift", jwks=public, scopes=scopes, roles=("SUPER_ADMIN",), dpop=True
        )
        given = {"OKTA_CLIENT_ID": app.id, "OKTA_PRIVATE_KEY_FILE": str(file)}
        return {name: value for name, value in self.environment.items() if name != "OKTA_API_TOKEN"} | given


@dataclass(frozen=True)
class Connected:
    """A client of a server, and the org behind it."""

    client: Client
    org: Org

    async def call(self, tool: str, /, **arguments: Any) -> Mapping[str, Any]:
        """Call a tool that must succeed, and say yes when that is asked; return its typed answer."""
        result = await self.client.call_tool(tool, arguments)
        if isinstance(result, CallToolResult) and (result.structured_content or {}).get("done") is False:
            code = re.search(r'confirmation "([^"]+)"', str(result.content))
            assert code is not None
            result = await self.client.call_tool(tool, {**arguments, "confirmation": code[1]})
        assert isinstance(result, CallToolResult)
        assert not result.is_error, result.content
        assert result.structured_content is not None
        return result.structured_content


def _name(user: Mapping[str, Any]) -> str:
    return f"{user['profile']['firstName']} {user['profile']['lastName']}"


@pytest.fixture(scope="session")
def command() -> tuple[str, ...]:
    """The server's command line."""
    return SERVER


@pytest.fixture(scope="session")
def connected_to():
    """Join a client and an org."""
    return Connected


@pytest.fixture(scope="module")
async def org(way) -> AsyncIterator[Org]:
    """A new company for each `way` in which a module reaches the server."""
    box = Sandbox()
    headers = {"Authorization": f"SSWS {box.api_token}"}
    async with running(box) as url, httpx2.AsyncClient(base_url=url, headers=headers) as http:
        yield Org(url, box.api_token, http, box)
