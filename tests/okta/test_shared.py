"""What servers share through Redis, and what happens while it is not there."""

import logging

import pytest
from pydantic import SecretStr

from okta_mcp.okta import Shared

ORG = "https://example.okta.com"
HERE = "redis://:c4naryPassw0rd@127.0.0.1:1/0"


async def put(shared, value):
    return await shared.ask(lambda redis: redis.set(shared.key("colour"), value))


async def got(shared):
    return await shared.ask(lambda redis: redis.get(shared.key("colour")))


async def test_without_redis_nothing_is_asked_and_nothing_is_lost():
    shared = Shared(None, ORG)
    assert (await put(shared, "red"), shared.configured, shared.lost) == (None, False, False)


async def test_servers_of_one_org_share_and_servers_of_another_do_not(redis_server):
    await redis_server.start()
    one, two, other = (Shared(SecretStr(redis_server.url), org) for org in (ORG, ORG, "https://other.okta.com"))
    await put(one, "red")
    assert (await got(two), await got(other)) == ("red", None)
    for shared in (one, two, other):
        await shared.aclose()


async def test_a_redis_that_ends_is_warned_of_once_and_found_again(redis_server, caplog):
    now = 0.0
    caplog.set_level(logging.INFO, "okta_mcp.redis")
    await redis_server.start()
    shared = Shared(SecretStr(redis_server.url), ORG, clock=lambda: now)
    assert await put(shared, "red") is True
    redis_server.stop()
    for _ in range(3):
        assert await put(shared, "blue") is None
        now += 6
    assert shared.lost
    await redis_server.start()
    assert await put(shared, "green") is True
    assert (await got(shared), shared.lost) == ("green", False)
    assert [(one.levelname, one.message) for one in caplog.records] == [
        ("WARNING", "Redis is lost (ConnectionError); this server goes on alone until it is back."),
        ("INFO", "Redis is back."),
    ]
    await shared.aclose()


async def test_a_redis_that_is_lost_is_left_alone_for_a_while(redis_server):
    now = 0.0
    shared = Shared(SecretStr(redis_server.url), ORG, clock=lambda: now)
    assert await put(shared, "red") is None
    await redis_server.start()
    now = 4.9
    assert await put(shared, "red") is None
    now = 5.1
    assert await put(shared, "red") is True
    await shared.aclose()


async def test_a_restarted_redis_costs_no_question(redis_server):
    await redis_server.start()
    shared = Shared(SecretStr(redis_server.url), ORG)
    await put(shared, "red")
    redis_server.stop()
    await redis_server.start()
    assert await put(shared, "blue") is True
    await shared.aclose()


@pytest.mark.parametrize(
    "url",
    [
        "redis://:c4nary/word@127.0.0.1/0",
        "redis://127.0.0.1/0?socket_timeout=c4nary",
        "redis://127.0.0.1/0?retry=c4nary",
        "redis://127.0.0.1/0?c4nary=1",
    ],
)
async def test_an_address_that_the_client_cannot_use_fails_no_call_and_is_not_quoted(caplog, url):
    shared = Shared(SecretStr(url), ORG)
    assert await put(shared, "red") is None
    assert shared.lost
    assert caplog.messages == ["Redis is lost (ConnectionError); this server goes on alone until it is back."]
    with pytest.raises(ConnectionError) as refused:
        shared.redis()
    assert refused.value.__context__ is None
    assert "c4nary" not in str(refused.value)


async def test_its_password_is_neither_shown_nor_logged(caplog):
    shared = Shared(SecretStr(HERE), ORG)
    assert await put(shared, "red") is None
    assert "c4nary" not in repr(shared) + caplog.text
    assert "Redis is lost" in caplog.text


@pytest.mark.parametrize("parts", [("budget",), ("budget", "users")])
def test_keys_carry_no_name_of_the_org(parts):
    key = Shared(None, ORG).key(*parts)
    assert key.startswith("okta-mcp:")
    assert key.endswith(":" + ":".join(parts))
    assert "example" not in key
