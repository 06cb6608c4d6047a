"""Tools that the server's access token cannot serve: not offered once it is known, and refused by name."""

from datetime import timedelta

import anyio
import httpx2
import pytest
from mcp import Client

from okta_mcp.actions import ACTIONS
from okta_mcp.guard import missing
from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.okta.credentials import ServiceApp, SigningKey
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server, scopes_of
from okta_mcp.settings import load_settings
from okta_mcp.transports import announce

URL = "https://sandbox.okta.example"
ERAS = pytest.mark.parametrize("mode", ["auto", "legacy"])
EVERY = {scope for action in ACTIONS for scope in action.scopes}
KEY = SigningKey.made()
READS_USERS = {one.name for one in ACTIONS if one.scopes == ("okta.users.read",)}


class Served:
    """A server that is a service app with these scopes, and its client."""

    def __init__(self, granted, **settings):
        self.box = Sandbox(origin=URL)
        self.app = self.box.register_service_app("x", jwks=KEY.public_jwk(), scopes=granted, roles=("SUPER_ADMIN",))
        self.settings = load_settings(settings, env_file=None)
        credentials = ServiceApp(self.app.id, KEY, scopes_of(self.settings))
        self.okta = OktaClient(
            OrgAddress.parse(URL),
            credentials,
            transport=httpx2.ASGITransport(app=self.box.app),
            clock=lambda: self.box.clock().timestamp(),
        )
        self.server = create_server(self.settings, self.okta)
        self.heard = []
        self.told = anyio.Event()

    async def hear(self, message):
        self.heard.append(type(message).__name__)
        self.told.set()

    async def announce(self):
        await announce(self.okta, self.server.owner, self.server.reach)

    @property
    def requests(self):
        return [(one.path, one.status) for one in self.box.journal]


async def names(client):
    return {tool.name for tool in (await client.list_tools()).tools}


@ERAS
async def test_tools_that_lack_a_scope_are_offered_until_it_is_known_and_then_no_more(mode):
    one = Served(("okta.users.read",))
    async with Client(one.server, mode=mode, message_handler=one.hear) as client:
        assert await names(client) >= {action.name for action in ACTIONS}
        await one.announce()
    # Another client, because one of the newer protocol may keep the list for ten seconds if it does not listen.
    async with Client(one.server, mode=mode) as client:
        assert await names(client) & {action.name for action in ACTIONS} == READS_USERS
    # One request for the token and one for the org; nobody asks who "me" is.
    assert one.requests == [("/oauth2/v1/token", 200), ("/api/v1/org", 403)]


async def test_a_client_of_the_older_protocols_is_promised_the_news_and_gets_it():
    one = Served(("okta.users.read",))
    async with one.okta, Client(one.server, mode="legacy", message_handler=one.hear) as client:
        assert client.server_capabilities.tools.list_changed is True
        await names(client)
        await one.announce()
        with anyio.fail_after(5):
            await one.told.wait()
        assert one.heard == ["ToolListChangedNotification"]


async def test_a_client_of_the_newer_protocol_that_listens_gets_the_news():
    one = Served(("okta.users.read",))
    async with one.okta, Client(one.server) as client, client.listen(tools_list_changed=True) as news:
        await one.announce()
        with anyio.fail_after(5):
            event = await anext(aiter(news))
        assert type(event).__name__ == "ToolsListChanged"


async def test_an_api_token_s_client_is_promised_nothing(served):
    front = await served(mode="legacy")
    assert not front.client.server_capabilities.tools.list_changed


@ERAS
async def test_a_call_without_its_scope_names_it_and_asks_okta_nothing(mode):
    one = Served(("okta.users.read",))
    async with one.okta, Client(one.server, mode=mode) as client:
        result = await client.call_tool("get_system_log_events", {})
        assert result.is_error
        assert result.content[0].text == (
            "get_system_log_events was not called: it needs okta.logs.read, which this server's access token does not "
            "have; nothing was changed.\n"
            "Next: the operator grants it to the app in the Admin Console (Applications, the app, Okta API Scopes), "
            "and names it in OKTA_SCOPES if that is set; it works a minute later."
        )
    assert one.requests == [("/oauth2/v1/token", 200)]


async def test_a_scope_that_is_granted_later_works_a_minute_later_and_is_told():
    one = Served(("okta.users.read",))
    async with one.okta, Client(one.server, mode="legacy", message_handler=one.hear) as client:
        await one.announce()
        assert "get_system_log_events" not in await names(client)
        one.box.org.oauth.clients[one.app.id].scopes.add("okta.logs.read")
        assert (await client.call_tool("get_system_log_events", {})).is_error
        one.box.clock.advance(timedelta(seconds=61))
        assert not (await client.call_tool("get_system_log_events", {})).is_error
        with anyio.fail_after(5):
            await one.told.wait()
        assert "get_system_log_events" in await names(client)


async def test_with_every_scope_every_tool_is_offered():
    one = Served(EVERY)
    async with one.okta, Client(one.server) as client:
        await one.announce()
        assert await names(client) >= {action.name for action in ACTIONS}
        assert (await client.call_tool("get_user", {"user": "Ada Byrne"})).is_error is False


async def test_a_service_app_is_nobodys_so_that_a_write_asks_for_no_owner():
    one = Served(("okta.users.read", "okta.users.manage"))
    async with Client(one.server) as client:
        result = await client.call_tool("suspend_user", {"user": "ada.byrne@example.com"})
    assert not result.is_error, result.content[0].text
    assert [path for path, _ in one.requests if path.endswith("/me")] == []


async def test_what_has_the_wrong_arguments_is_told_so_before_a_token_is_asked_for():
    one = Served(("okta.users.read",))
    async with one.okta, Client(one.server) as client:
        assert "limmit" in (await client.call_tool("get_system_log_events", {"limmit": 1})).content[0].text
    assert one.requests == []


async def test_no_write_of_an_app_asks_who_it_is():
    one = Served(EVERY)
    async with one.okta, Client(one.server) as client:
        result = await client.call_tool("suspend_user", {"user": "ada.byrne@example.com"})
        assert not result.is_error, result.content[0].text
    assert not [path for path, _ in one.requests if path.endswith("/me")]


@pytest.mark.parametrize(
    ("held", "lacking"),
    [
        ({"okta.users.read"}, []),
        ({"okta.users.manage"}, []),
        ({"okta.groups.manage"}, ["okta.users.read"]),
        ({"okta.users.read.self"}, ["okta.users.read"]),
        (set(), ["okta.users.read"]),
    ],
)
def test_who_may_manage_may_read(held, lacking):
    assert missing(["okta.users.read"], frozenset(held)) == lacking
    assert missing(["okta.users.manage"], frozenset({"okta.users.read"})) == ["okta.users.manage"]
