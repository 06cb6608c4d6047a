"""A client that goes by Okta's limits, against an org that enforces them."""

from functools import partial

import anyio
import pytest

from okta_mcp.okta import LimitReached, Timeouts, Wait
from okta_mcp.okta.together import together


async def many(okta, count, *segments):
    await together(*(partial(okta.get, *segments) for _ in range(count)))


async def test_a_bulk_run_takes_every_window_to_the_full_and_meets_no_429(org_with):
    async with org_with(rate_limits={"other": 100}, token_share=1.0) as org:
        okta = org.client()
        await many(okta.bulk(), 450, "org")

    assert org.refused == 0
    assert len(org.sent()) == 450
    # Four windows have to end before the last fifty can go out.
    assert 240 <= org.watch.time < 240 * 1.02


async def test_a_person_s_call_waits_for_no_bulk_run(org_with):
    async with org_with(rate_limits={"other": 100}) as org:
        okta = org.client()
        took = []

        async def ask_now_and_then():
            for _ in range(20):
                await org.watch.sleep(11)
                began = org.watch.time
                await okta.get("org")
                took.append(org.watch.time - began)

        await together(partial(many, okta.bulk(), 400, "org"), ask_now_and_then)

    assert org.refused == 0
    assert max(took) < 0.5


async def test_a_person_s_call_that_cannot_be_sent_in_time_fails_at_once_and_costs_nothing(org_with):
    async with org_with(rate_limits={"other": 10}) as org:
        okta = org.client(max_wait=30)
        await many(okta, 10, "org")
        with pytest.raises(LimitReached, match=r"was not sent. Try again in \d+ seconds") as raised:
            await okta.get("org")

    assert 59 < raised.value.wait_seconds < 62
    assert (raised.value.sent, raised.value.maybe_applied) == (False, False)
    assert len(org.sent()) == 10
    assert org.watch.time < 1


async def test_a_wait_is_told_before_it_begins(org_with):
    told = []

    async with org_with(rate_limits={"other": 10}) as org:
        okta = org.client(max_wait=65, timeouts=Timeouts(total=120))

        async def on_wait(wait):
            told.append(wait)

        await many(okta, 10, "org")
        await okta.observed(on_wait).get("org")

    [wait] = told
    assert isinstance(wait, Wait)
    assert wait.reason == "Okta's rate limit"
    assert 59 < wait.seconds < 62
    assert org.refused == 0


async def test_all_requests_of_a_large_burst_meet_no_429_when_there_is_room(org_with):
    async with org_with(plan="workforce") as org:
        okta = org.client()
        await together(partial(many, okta, 150, "org"), partial(many, okta, 150, "users"))

    assert org.refused == 0
    assert org.watch.time < 3


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
async def test_the_rest_of_a_limit_is_left_to_others(org_with, share):
    async with org_with(rate_limits={"other": 100}) as org:
        okta = org.client(share=share)
        await many(okta.bulk(), 100, "org")

    remaining = okta.rate_limits["GET /api/v1/org"].remaining
    assert remaining >= 100 * (1 - share)
    assert max(sum(begun <= one < begun + 60 for one in org.sent()) for begun in org.sent()) <= 100 * share
    assert org.refused == 0


async def test_cancelled_requests_leave_their_turns_to_others(org_with):
    async with org_with(rate_limits={"other": 10}) as org:
        okta = org.client()
        await many(okta, 10, "org")
        async with anyio.create_task_group() as tasks:
            for _ in range(30):
                tasks.start_soon(okta.bulk().get, "org")
            await org.watch.sleep(30)
            tasks.cancel_scope.cancel()
        await many(okta.bulk(), 9, "org")

    assert org.refused == 0
    assert org.watch.time < 63
