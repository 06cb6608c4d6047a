"""Callers share nothing of each other's, and see only what they may use."""

import hashlib
import json

import anyio
import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import ElicitResult, PromptReference, ResourceTemplateReference

from okta_mcp.actions import ACTIONS
from okta_mcp.settings import SettingsError, load_settings

WRITER, OTHER, READER, GROUPS = (f"okmcp_{name}{'0' * 20}" for name in ("writer", "other", "reader", "groups"))
TOKENS = ",".join(
    f"{name}=sha256:{hashlib.sha256(token.encode()).hexdigest()}:{rights}"
    for name, token, rights in (
        ("writer", WRITER, "write"),
        ("other", OTHER, "write"),
        ("reader", READER, "read"),
        ("groups", GROUPS, "groups.read"),
    )
)
WAYS = ("auto", "legacy", "sse")
READS = {one.name for one in ACTIONS if not one.writes}
OF_GROUPS = {one.name for one in ACTIONS if one.toolset == "groups" and not one.writes}
KEYS = ("a" * 40, "b" * 40, "c" * 40)


@pytest.fixture(scope="module")
async def opened(lasting_doors):
    """The doors with these tokens."""
    return await lasting_doors(auth_tokens=TOKENS)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("token", "tools"), [(WRITER, {one.name for one in ACTIONS}), (READER, READS), (GROUPS, OF_GROUPS)]
)
async def test_a_caller_is_listed_what_the_caller_may_use(opened, way, token, tools):
    async with opened.client(token, way) as client:
        listed = await client.list_tools()
    assert {tool.name for tool in listed.tools} == tools
    if way == "auto":
        assert listed.cache_scope == "private"


async def test_the_operators_policy_is_the_upper_bound(doors):
    opened = await doors(auth_tokens=TOKENS, read_only=True, toolsets="users,groups")
    within = {one.name for one in ACTIONS if not one.writes and one.toolset in {"users", "groups"}}
    for token, tools in ((WRITER, within), (READER, within), (GROUPS, OF_GROUPS)):
        async with opened.client(token) as client:
            assert {tool.name for tool in (await client.list_tools()).tools} == tools


async def test_resources_prompts_and_completions_are_narrowed_alike(opened):
    user, group = (ResourceTemplateReference(uri=f"okta://{kind}") for kind in ("users/{user}", "groups/{group}"))
    leaver = PromptReference(name="offboard_leaver")
    async with opened.client(WRITER) as client:
        # Warm: what others looked up must not show through.
        assert (await client.complete(user, {"name": "user", "value": "ada"})).completion.values
        everything = {str(one.uri) for one in (await client.list_resources()).resources}
    async with opened.client(GROUPS) as client:
        shown = {str(one.uri) for one in (await client.list_resources()).resources}
        templates = {one.uri_template for one in (await client.list_resource_templates()).resource_templates}
        assert everything - shown == {"okta://users", "okta://schema/user"}
        assert [one for one in templates if one.startswith("okta://users")] == []
        for uri in ("okta://users", "okta://users/ada.byrne@example.com"):
            with pytest.raises(MCPError, match="Unknown resource"):
                await client.read_resource(uri)
        assert (await client.complete(user, {"name": "user", "value": "ada"})).completion.values == []
        assert (await client.complete(leaver, {"name": "user", "value": "ada"})).completion.values == []
        assert (await client.complete(group, {"name": "group", "value": "s"})).completion.values
        policy = json.loads((await client.read_resource("okta://policy")).contents[0].text)
        assert {tool["name"] for tool in policy["tools"]} == OF_GROUPS
        assert policy["readOnly"] is True
        prompts = {one.name for one in (await client.list_prompts()).prompts}
        assert "review_group_access" in prompts
        assert "leave_of_absence" not in prompts
        with pytest.raises(MCPError, match="Unknown prompt"):
            await client.get_prompt("leave_of_absence", {"user": "Ada", "step": "begins"})
    async with opened.client(READER) as client:
        text = (await client.get_prompt("offboard_leaver", {"user": "Ada"})).messages[0].content.text
        assert "Switched off on this server: `" in text
        assert "`deactivate_user`" in text.partition("Switched off")[2]


@pytest.mark.filterwarnings("ignore:resources/subscribe is removed")
@pytest.mark.parametrize("way", ["legacy", "sse"])
async def test_nobody_hears_news_of_what_they_may_not_read(opened, way):
    async with opened.client(GROUPS, way) as client:
        with pytest.raises(MCPError, match="Unknown resource"):
            await client.session.subscribe_resource("okta://users/ada.byrne@example.com")
        await client.session.subscribe_resource("okta://groups/Sales")


async def test_a_stream_of_news_is_narrowed_to_what_may_be_read(opened):
    uris = ["okta://users/ada.byrne@example.com", "okta://groups"]
    for token, honoured in ((WRITER, uris), (GROUPS, uris[1:])):
        async with opened.client(token) as client, client.listen(resource_subscriptions=uris) as events:
            assert events.honored.resource_subscriptions == honoured


# A call that goes back and forth


class Round:
    """A call of the newer protocol that asks which Maria is meant, kept half-way."""

    def __init__(self, opened):
        self.opened = opened

    async def say(self, token, state=None, chosen=None, tool="get_user"):
        arguments = {"user": "Maria Santos"}
        params = {
            "name": tool,
            "arguments": arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
            },
        }
        if state is not None:
            answer = {"action": "accept", "content": {"user": chosen}}
            params |= {"requestState": state, "inputResponses": {"user": answer}}
        headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": tool}
        answer = await self.opened.say("tools/call", params, token=token, **headers)
        assert answer.status_code == (400 if "error" in answer.json() else 200)
        return answer.json()

    async def asked(self, token):
        result = (await self.say(token))["result"]
        options = result["inputRequests"]["user"]["params"]["requestedSchema"]["properties"]["user"]["oneOf"]
        return result["requestState"], options[0]["const"]


async def test_the_state_of_a_call_is_good_for_its_caller_alone(opened):
    call = Round(opened)
    state, chosen = await call.asked(WRITER)
    for thief in (OTHER, READER):
        refused = (await call.say(thief, state, chosen))["error"]
        assert (refused["code"], refused["message"]) == (-32602, "Invalid or expired requestState")
    assert (await call.say(WRITER, state, chosen))["result"]["structuredContent"]["id"] == chosen


@pytest.mark.parametrize(
    ("before", "after", "accepted"),
    [
        (f"{KEYS[0]}", f"{KEYS[0]}", True),
        (f"{KEYS[0]}", f"{KEYS[1]}, {KEYS[0]}", True),
        (f"{KEYS[1]},{KEYS[0]}", f"{KEYS[1]}", True),
        (f"{KEYS[0]}", f"{KEYS[1]},{KEYS[2]}", False),
        (None, None, False),
    ],
)
async def test_another_process_goes_on_with_a_call_when_it_has_the_key(doors, before, after, accepted):
    one = Round(await doors(auth_tokens=TOKENS, state_keys=before))
    state, _ = await one.asked(WRITER)
    other = Round(await doors(auth_tokens=TOKENS, state_keys=after))
    _, chosen = await other.asked(WRITER)
    answer = await other.say(WRITER, state, chosen)
    assert ("error" not in answer) == accepted


@pytest.mark.parametrize(("keys", "problem"), [("Canary", "shorter than 32"), (f"{KEYS[0]},{KEYS[0]}", "twice")])
def test_keys_that_seal_badly_are_refused_and_not_repeated(keys, problem):
    with pytest.raises(SettingsError, match=problem) as refused:
        load_settings({"state_keys": keys}, env_file=None)
    assert keys not in str(refused.value)


@pytest.mark.parametrize("way", ["legacy", "sse"])
async def test_a_question_goes_to_the_caller_whose_call_it_is(opened, way):
    asked = {"writer": [], "other": []}

    def person(name):
        async def answer(context, params):
            asked[name].append(params.message)
            choices = params.requested_schema["properties"]["user"]["oneOf"]
            return ElicitResult(action="accept", content={"user": choices[0 if name == "writer" else -1]["const"]})

        return answer

    async def call(client, results, name):
        results[name] = await client.call_tool("get_user", {"user": "Maria Santos"})

    results = {}
    async with (
        opened.client(WRITER, way, elicitation_callback=person("writer")) as one,
        opened.client(OTHER, way, elicitation_callback=person("other")) as two,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(call, one, results, "writer")
        tasks.start_soon(call, two, results, "other")
    assert [len(questions) for questions in asked.values()] == [1, 1]
    ids = {name: result.structured_content["id"] for name, result in results.items()}
    assert ids["writer"] != ids["other"]
