"""A server that holds more than the connector: what is added goes the way of everything else."""

import base64
from contextlib import asynccontextmanager

import httpx2
import pytest
from mcp import Client
from mcp.server.mcpserver.prompts import Prompt as SdkPrompt
from mcp.server.mcpserver.tools import Tool
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference
from pydantic import SecretStr

from okta_mcp.actions import Effect
from okta_mcp.actions.action import action
from okta_mcp.actions.results import Result
from okta_mcp.contents import CONNECTOR, Contents
from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.prompts import Blank, Prompt
from okta_mcp.resources import Offer
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server
from okta_mcp.settings import load_settings

URL = "https://sandbox.okta.example"
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])


class Heard(Result):
    words: str

    def text(self):
        return self.words


@action(
    title="Echo", effect=Effect.WRITE, toolset="users", scopes=(), idempotent=True, description="Says what it is told."
)
async def echo(call, *, words: str) -> Heard:
    return Heard(words=words)


async def other() -> str:
    """Say something else."""
    return "else"


async def picture(_sources):
    return b"\x89PNG"


def greeting() -> str:
    """Greet."""
    return "Hello."


MORE = Contents(
    actions=(*CONNECTOR.actions, echo),
    offers=(*CONNECTOR.offers, Offer("test://picture", "p", "P", "A picture.", "org", picture, mime_type="image/png")),
    prompts=(
        *CONNECTOR.prompts,
        Prompt("say", "Say", "Say it.", (Blank("tone", "How", ("loud", "low")),), text="Say it {tone}."),
    ),
    tools=(Tool.from_function(other),),
)


@asynccontextmanager
async def holding(contents, mode="auto", **settings):
    box = Sandbox(origin=URL)
    transport = httpx2.ASGITransport(app=box.app)
    async with OktaClient(OrgAddress.parse(URL), SecretStr(box.api_token), transport=transport) as okta:
        server = create_server(load_settings(settings, env_file=None), okta, contents=contents)
        server.add_prompt(SdkPrompt.from_function(greeting))
        async with Client(server, mode=mode) as client:
            yield client


@ERAS
async def test_what_is_added_is_listed_after_the_connectors_own(mode):
    async with holding(MORE, mode) as client:
        tools = [one.name for one in (await client.list_tools()).tools]
        assert tools == [*(one.name for one in CONNECTOR.actions), "echo", "other"]
        assert "test://picture" in [str(one.uri) for one in (await client.list_resources()).resources]
        assert [one.name for one in (await client.list_prompts()).prompts][-2:] == ["say", "greeting"]


@ERAS
async def test_an_added_action_is_as_strict_as_ours_and_says_what_it_is_for(mode):
    async with holding(MORE, mode) as client:
        listed = next(one for one in (await client.list_tools()).tools if one.name == "echo")
        assert listed.description == "Says what it is told."
        assert (await client.call_tool("echo", {"words": "one"})).structured_content == {"words": "one"}
        refused = await client.call_tool("echo", {"word": "one"})
        assert refused.is_error
        assert "unknown argument `word`; did you mean `words`?" in refused.content[0].text


async def test_an_added_action_obeys_the_operator_and_a_tool_of_other_making_is_not_known_to_him():
    async with holding(MORE, read_only=True) as client:
        tools = [one.name for one in (await client.list_tools()).tools]
        assert "echo" not in tools
        assert tools[-1] == "other"
        refused = await client.call_tool("echo", {"words": "one"})
        assert refused.is_error


@ERAS
async def test_a_resource_may_be_bytes(mode):
    async with holding(MORE, mode) as client:
        (content,) = (await client.read_resource("test://picture")).contents
        assert (content.mime_type, base64.b64decode(content.blob)) == ("image/png", b"\x89PNG")


@ERAS
async def test_an_added_prompt_brings_its_text_and_is_completed_and_checked(mode):
    async with holding(MORE, mode) as client:
        (message,) = (await client.get_prompt("say", {"tone": "low"})).messages
        assert message.content.text == 'Say it "low".'
        reference = PromptReference(name="say")
        assert (await client.complete(reference, {"name": "tone", "value": "lo"})).completion.values == ["loud", "low"]
        with pytest.raises(MCPError, match="did you mean 'tone'"):
            await client.get_prompt("say", {"tones": "low"})
        (message,) = (await client.get_prompt("greeting")).messages
        assert message.content.text == "Hello."


async def test_a_server_holds_the_connector_unless_told_otherwise():
    async with holding(CONNECTOR) as client:
        assert len((await client.list_tools()).tools) == len(CONNECTOR.actions)
        with pytest.raises(MCPError, match="Unknown prompt 'say'"):
            await client.get_prompt("say")
