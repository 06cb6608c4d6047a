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
EVERY = {scope for action in ACTIONS for scope in action.all_scopes}
KEY = SigningKey.made()
READS_USERS = {
    "list_users",
    "get_user",
    "list_user_groups",
    "list_user_applications",
    "find_user",
    # What came of earlier runs stands in this server's own journal.
    "get_bulk_run",
}


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
        with anyio.fail_after(30):
            await one.told.wait()
        assert one.heard == ["ToolListChangedNotification"]


async def test_a_client_of_the_newer_protocol_that_listens_gets_the_news():
    one = Served(("okta.users.read",))
    async with one.okta, Client(one.server) as client, client.listen(tools_list_changed=True) as news:
        await one.announce()
        with anyio.fail_after(30):
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
        with anyio.fail_after(30):
            await one.told.wait()
        assert "get_system_log_events" in await names(client)


NORA = {"firstName": "Nora", "lastName": "Quist", "email": "nora.quist@example.com"}


@ERAS
async def test_a_tool_is_offered_for_what_can_be_served_and_names_what_the_rest_lacks(mode):
    one = Served(("okta.users.manage",))
    await one.announce()
    async with one.okta, Client(one.server, mode=mode) as client:
        assert {"create_user", "deactivate_user", "run_bulk"} <= await names(client)
        before = len(one.requests)
        refused = await client.call_tool("create_user", {"profile": NORA, "groups": ["Sales"]})
        assert refused.is_error
        assert refused.content[0].text == (
            "create_user was not called: with `groups` it needs okta.groups.read, which this server's access token "
            "does not have; nothing was changed.\n"
            "Next: do without that, or the operator grants it to the app in the Admin Console (Applications, the app, "
            "Okta API Scopes), and names it in OKTA_SCOPES if that is set; it works a minute later."
        )
        assert len(one.requests) == before
        made = await client.call_tool("create_user", {"profile": NORA})
        assert not made.is_error, made.content[0].text
    assert one.box.org.user_by_login("nora.quist@example.com") is not None


@ERAS
async def test_applications_are_shown_as_tiles_by_who_may_read_users_only(mode):
    one = Served(("okta.users.read",))
    await one.announce()
    async with one.okta, Client(one.server, mode=mode) as client:
        assert "list_user_applications" in await names(client)
        answer = await client.call_tool("list_user_applications", {"user": "ada.byrne@example.com"})
    assert not answer.is_error, answer.content[0].text
    assert answer.structured_content["applications"]
    assert answer.structured_content["complete"] is False
    assert "(scope okta.apps.read, and an admin role for them)" in answer.structured_content["note"]
    ada = one.box.org.user_by_login("ada.byrne@example.com")
    assert one.requests[-1] == (f"/api/v1/users/{ada.id}/appLinks", 200)


@ERAS
async def test_a_run_needs_no_more_than_its_rows(mode):
    one = Served(("okta.groups.manage", "okta.users.read"), bulk_journal="memory")
    await one.announce()
    rows = [{"user": "ada.byrne@example.com", "group": "VPN Users"}]
    async with one.okta, Client(one.server, mode=mode) as client:
        assert {"run_bulk", "assign_user_to_group"} <= await names(client)
        assert "suspend_user" not in await names(client)
        joined = await client.call_tool("run_bulk", {"tool": "assign_user_to_group", "rows": rows})
        assert not joined.is_error, joined.content[0].text
        before = len(one.requests)
        refused = await client.call_tool("run_bulk", {"tool": "suspend_user", "rows": [{"user": rows[0]["user"]}]})
        assert refused.is_error
        assert "run_bulk was not called: for a `tool` of users it needs okta.users.manage" in refused.content[0].text
        assert len(one.requests) == before
    ada = one.box.org.user_by_login(rows[0]["user"])
    assert ada.id in one.box.org.group_by_name("VPN Users").members
    assert ada.status == "ACTIVE"


async def test_a_row_that_needs_more_than_its_tool_says_so_before_any_is_carried_out():
    one = Served(("okta.users.manage",), bulk_journal="memory")
    rows = [{"profile": NORA}, {"profile": {**NORA, "email": "nell.quist@example.com"}, "groups": ["Sales"]}]
    async with one.okta, Client(one.server) as client:
        refused = await client.call_tool("run_bulk", {"tool": "create_user", "rows": rows})
    assert refused.is_error
    assert "row 2: with `groups` it needs okta.groups.read" in refused.content[0].text
    assert one.box.org.user_by_login("nora.quist@example.com") is None


async def test_a_run_of_which_no_row_could_be_served_is_not_offered():
    one = Served(("okta.logs.read",))
    await one.announce()
    async with one.okta, Client(one.server) as client:
        assert await names(client) & {action.name for action in ACTIONS} == {"get_system_log_events", "get_bulk_run"}


@pytest.mark.parametrize(
    ("tools", "asked"),
    [
        ("run_bulk,assign_user_to_group", {"okta.groups.manage", "okta.users.read"}),
        ("create_user", {"okta.users.manage", "okta.groups.read"}),
        ("list_user_applications", {"okta.users.read", "okta.apps.read"}),
        ("get_bulk_run", set()),
    ],
)
def test_a_token_is_asked_for_with_what_the_tools_on_offer_can_use(tools, asked):
    assert scopes_of(load_settings({"tools": tools}, env_file=None)) == asked | {"okta.orgs.read"}


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
