"""Several servers of one org that share a Redis."""

import asyncio
from contextlib import AsyncExitStack

import anyio
import httpx2
import pytest
from mcp import Client
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress, Shared
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server
from okta_mcp.settings import OPTIONS, load_settings

ORG = "https://sandbox.okta.example"
ADA = "ada.byrne@example.com"
THERE = "okta://users/ada.byrne@example.com"
OLDER = pytest.mark.filterwarnings("ignore:resources/subscribe is removed")


class Replicas:
    """Servers with a client each, over one sandbox."""

    def __init__(self, stack, redis):
        self.box = Sandbox(origin=ORG)
        self._stack = stack
        self._redis = redis

    async def one(self, mode, news=None):
        """Start one more server; return its client."""

        async def hear(message):
            if news is not None:
                news.put_nowait(message)

        url = SecretStr(self._redis.url) if self._redis else None
        okta = OktaClient(
            OrgAddress.parse(ORG),
            SecretStr(self.box.api_token),
            transport=httpx2.ASGITransport(app=self.box.app),
            shared=Shared(url, ORG),
        )
        await self._stack.enter_async_context(okta)
        server = create_server(load_settings(env_file=None), okta)
        hearing = asyncio.create_task(server.subscribers.hear_others())
        self._stack.push_async_callback(ended, hearing)
        client = Client(server, mode=mode, message_handler=hear)
        return await self._stack.enter_async_context(client)

    async def until_heard_by(self, many):
        """Wait until so many servers listen to each other."""
        from redis.asyncio import Redis

        key = Shared(None, ORG).key("changes")
        async with Redis.from_url(self._redis.url, decode_responses=True) as redis:
            with anyio.fail_after(30):
                while dict(await redis.pubsub_numsub(key))[key] < many:  # noqa: ASYNC110 - Redis tells nobody
                    await asyncio.sleep(0.01)


async def ended(task):
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
async def replicas(redis_server, monkeypatch):
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    await redis_server.start()
    async with AsyncExitStack() as stack:
        yield Replicas(stack, redis_server)


async def title(client):
    result = await client.call_tool("get_user", {"user": ADA})
    return result.structured_content["profile"].get("title")


@OLDER
async def test_a_subscriber_of_the_older_protocol_hears_what_another_server_changed(replicas):
    news = asyncio.Queue()
    listener = await replicas.one("legacy", news)
    writer = await replicas.one("auto")
    await replicas.until_heard_by(2)
    await listener.session.subscribe_resource(THERE)
    await writer.call_tool("update_user", {"user": ADA, "profile": {"title": "Countess"}})
    with anyio.fail_after(30):
        message = await news.get()
    assert message.params.uri == THERE
    assert await title(listener) == "Countess"


async def test_a_listener_of_the_newer_protocol_hears_it_too(replicas):
    listener = await replicas.one("auto")
    writer = await replicas.one("auto")
    await replicas.until_heard_by(2)
    async with listener.listen(resource_subscriptions=[THERE]) as events:
        await writer.call_tool("update_user", {"user": ADA, "profile": {"title": "Countess"}})
        with anyio.fail_after(30):
            event = await anext(aiter(events))
    assert event.uri == THERE


async def test_what_one_server_renames_the_others_do_not_remember(replicas):
    reader, writer = await replicas.one("auto"), await replicas.one("auto")
    await replicas.until_heard_by(2)
    assert (await reader.call_tool("list_user_groups", {"user": "Ada Byrne"})).is_error is False
    before = len(replicas.box.journal)
    await reader.call_tool("list_user_groups", {"user": "Ada Byrne"})
    remembered = len(replicas.box.journal) - before
    async with reader.listen(resource_subscriptions=[THERE]) as events:
        await writer.call_tool("update_user", {"user": ADA, "profile": {"lastName": "Lovelace"}})
        with anyio.fail_after(30):
            await anext(aiter(events))
    before = len(replicas.box.journal)
    await reader.call_tool("list_user_groups", {"user": "Ada Byrne"})
    assert len(replicas.box.journal) - before > remembered


async def test_a_write_succeeds_while_redis_is_gone(replicas, redis_server):
    writer = await replicas.one("auto")
    await replicas.until_heard_by(1)
    redis_server.stop()
    result = await writer.call_tool("update_user", {"user": ADA, "profile": {"title": "Countess"}})
    assert result.is_error is False
    assert await title(writer) == "Countess"


@OLDER
async def test_what_is_no_news_is_left_alone(replicas, caplog):
    news = asyncio.Queue()
    listener = await replicas.one("legacy", news)
    writer = await replicas.one("auto")
    await replicas.until_heard_by(2)
    await listener.session.subscribe_resource(THERE)
    from redis.asyncio import Redis

    async with Redis.from_url(replicas._redis.url) as redis:
        for text in ("", "[]", '{"uri": 1}', "\x00"):
            await redis.publish(Shared(None, ORG).key("changes"), text)
    await writer.call_tool("update_user", {"user": ADA, "profile": {"title": "Countess"}})
    with anyio.fail_after(30):
        assert (await news.get()).params.uri == THERE
    assert caplog.text.count("is no news of a change") == 4 * 2
