"""Servers that share one budget through a real Redis, and go on without it."""

from functools import partial

import anyio
import pytest
from pydantic import SecretStr

from okta_mcp.okta import Shared
from okta_mcp.okta.together import together


class Asking(Shared):
    """A connection that tells while it is used, so that no time passes meanwhile."""

    under_way = 0

    async def ask(self, question):
        Asking.under_way += 1
        try:
            return await super().ask(question)
        finally:
            Asking.under_way -= 1


@pytest.fixture
def replicas(org_with, redis_server):
    """Open an org with some servers of one credential in front of it."""

    def clients(org, count, **options):
        org.watch.is_asking = lambda: Asking.under_way > 0
        redis = SecretStr(redis_server.url)
        return [
            org.client(shared=Asking(redis, "https://example.okta.com", clock=org.watch.epoch), **options)
            for _ in range(count)
        ]

    return clients


async def many(okta, count, *segments):
    await together(*(partial(okta.get, *segments) for _ in range(count)))


async def test_servers_share_one_budget(org_with, redis_server, replicas):
    await redis_server.start()
    async with org_with(rate_limits={"other": 100}) as org:
        clients = replicas(org, 4)
        await together(*(partial(many, okta.bulk(), 100, "org") for okta in clients))
        for okta in clients:
            await okta.aclose()

    assert org.refused == 0
    assert len(org.sent()) == 400
    assert 180 <= org.watch.time < 240


async def test_a_person_s_call_at_one_server_waits_for_no_bulk_run_at_another(org_with, redis_server, replicas):
    await redis_server.start()
    took = []

    async with org_with(rate_limits={"other": 100}) as org:
        busy, free = replicas(org, 2)

        async def ask_now_and_then():
            for _ in range(20):
                await org.watch.sleep(9)
                began = org.watch.time
                await free.get("org")
                took.append(org.watch.time - began)

        await together(partial(many, busy.bulk(), 300, "org"), ask_now_and_then)
        await busy.aclose()
        await free.aclose()

    assert org.refused == 0
    assert max(took) < 1


async def test_without_redis_each_server_takes_its_part_and_no_call_fails(org_with, redis_server, replicas, caplog):
    await redis_server.start()
    async with org_with(rate_limits={"other": 100}) as org:
        clients = replicas(org, 3)

        async def lose_and_find():
            await org.watch.sleep(65)
            redis_server.stop()
            await org.watch.sleep(120)
            await redis_server.start()

        await together(lose_and_find, *(partial(many, okta.bulk(), 200, "org") for okta in clients))
        lost = [okta.shared.lost for okta in clients]
        for okta in clients:
            await okta.aclose()

    assert org.refused == 0
    assert len(org.sent()) == 600
    assert lost == [False] * 3
    told = [record.getMessage()[:13] for record in caplog.records if record.name.startswith("okta_mcp")]
    # One for each server and each time: a machine that is slow may lose Redis once more for a moment.
    assert len(told) >= 3
    assert set(told) == {"Redis is lost"}


async def test_a_server_that_died_is_not_waited_for(org_with, redis_server, replicas):
    await redis_server.start()
    async with org_with(rate_limits={"other": 10}) as org:
        dead, alive = replicas(org, 2)
        ledger = dead._pacing.schedule._ledger
        now = dead._pacing.schedule.clock.now()
        await ledger.exchange("everything else", (), [f"{ledger.replica}-{n}" for n in range(8)], now, bulk=False)
        with anyio.fail_after(30):
            await many(alive.bulk(), 20, "org")
        await dead.aclose()
        await alive.aclose()

    assert org.refused == 0
    assert org.watch.time < 300
