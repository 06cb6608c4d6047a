"""The schedule under others in the same bucket, wrong clocks, missing headers and 429s."""

import subprocess
import sys
from functools import partial

import anyio
import httpx2
import pytest

from okta_mcp.okta import OktaError, RateLimited
from okta_mcp.okta.together import together
from okta_mcp.okta.users import list_users
from okta_mcp.sandbox.faults import FaultRule, Kind


async def many(okta, count, *segments):
    await together(*(partial(okta.get, *segments) for _ in range(count)))


class Without(httpx2.AsyncBaseTransport):
    """Takes headers out of the answers."""

    def __init__(self, inner, names):
        self.inner, self.names = inner, names

    async def handle_async_request(self, request):
        answer = await self.inner.handle_async_request(request)
        for name in self.names:
            answer.headers.pop(name, None)
        return answer


def stripped(okta, *names):
    okta._wire._transport = Without(okta._wire._transport, names)
    return okta


LIMITS = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")


async def test_a_bulk_run_on_a_plan_takes_little_more_than_the_windows_that_have_to_end(org_with):
    async with org_with(plan="workforce") as org:
        await many(org.client(latency=lambda: 0.1).bulk(), 1300, "org")

    assert org.refused == 0
    assert 120 <= org.watch.time < 120 * 1.05


async def test_a_list_that_is_read_to_the_end_waits_for_a_window_only_when_it_must(org_with):
    pages, after = 0, None

    async with org_with(rate_limits={"users": 10}) as org:
        okta = org.client(max_wait=300)
        while pages < 25:
            page = await list_users(okta, search="id pr", limit=2, after=after)
            pages, after = pages + 1, page.next

    assert org.refused == 0
    # Two windows have to end; each page takes a tenth of a second.
    assert 120.5 <= org.watch.time < 120.5 * 1.05


async def test_two_integrations_that_share_a_bucket_by_halves_both_get_through(org_with):
    async with org_with(rate_limits={"other": 100}, token_share=1.0) as org:
        ours = org.client(share=0.5)
        theirs = org.client(share=0.5, token=org.box.issue_token("admin@example.com"))
        await together(partial(many, ours.bulk(), 120, "org"), partial(many, theirs.bulk(), 120, "org"))

    assert len(org.sent()) == 240
    assert org.refused <= 2
    assert org.watch.time < 300


@pytest.mark.parametrize("ahead", [-86_400.0, -20.0, 20.0, 86_400.0])
async def test_a_clock_that_is_wrong_does_no_harm(org_with, ahead):
    async with org_with(rate_limits={"other": 50}) as org:
        await many(org.client(ahead=ahead).bulk(), 145, "org")

    assert org.refused == 0
    assert org.watch.time < 190


# In a process of its own, so that whoever keeps time there knows no other clock.
SET = """
import sys, time
real, by = time.time, 0.0
time.time = lambda: real() + by

from functools import partial
import anyio, httpx2
from pydantic import SecretStr
from okta_mcp.okta import LimitReached, OktaClient, OrgAddress
from okta_mcp.okta.together import together
from okta_mcp.sandbox import Sandbox

async def main():
    global by
    box = Sandbox(rate_limits={"other": 5})
    address, transport = OrgAddress.parse("https://sandbox.okta.example"), httpx2.ASGITransport(app=box.app)
    async with OktaClient(address, SecretStr(box.api_token), transport=transport, max_wait=0) as okta:
        await together(*(partial(okta.get, "org") for _ in range(5)))
        by = float(sys.argv[1])
        try:
            await okta.get("org")
        except LimitReached as met:
            print(len(box.journal), met.wait_seconds < 63, abs(okta.okta_time() - real()) < 3)

anyio.run(main)
"""


@pytest.mark.parametrize("by", [-7200, 7200])
def test_a_machine_whose_clock_is_set_waits_no_longer_for_it_and_takes_no_window_for_over(by):
    told = subprocess.run([sys.executable, "-c", SET, str(by)], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout == "5 True True\n"


class Portal(httpx2.AsyncBaseTransport):
    """Answers for Okta, with a page and a clock of its own, whatever is asked of users."""

    def __init__(self, inner):
        self.inner = inner

    async def handle_async_request(self, request):
        if request.url.path.startswith("/api/v1/users"):
            return httpx2.Response(
                503, html="<title>Sign in</title>", headers={"date": "Thu, 01 Jan 1970 00:00:00 GMT"}
            )
        return await self.inner.handle_async_request(request)


async def test_the_clock_of_a_page_that_is_not_okta_s_tells_nothing_of_okta_s_time(org_with):
    async with org_with(rate_limits={"other": 50}) as org:
        okta = org.client()
        okta._wire._transport = Portal(okta._wire._transport)
        await many(okta, 50, "org")
        with pytest.raises(OktaError):
            await okta.post("users", json={})
        await okta.bulk().get("org")

    assert org.refused == 0
    assert org.watch.time < 70


@pytest.mark.parametrize("ahead", [-86_400.0, 0.0, 86_400.0])
async def test_without_a_date_a_window_is_waited_out(org_with, ahead):
    async with org_with(rate_limits={"other": 50}) as org:
        okta = stripped(org.client(ahead=ahead), "date")
        await many(okta.bulk(), 145, "org")

    assert org.refused == 0
    assert org.watch.time < 190


async def test_without_the_headers_of_limits_429s_are_waited_out(org_with):
    async with org_with(rate_limits={"other": 50}) as org:
        okta = stripped(org.client(), *LIMITS)
        await many(okta.bulk(), 120, "org")

    assert len(org.sent()) - org.refused == 120
    assert org.watch.time < 240


async def test_too_many_at_once_lowers_what_is_sent_at_once_and_nothing_fails(org_with):
    async with org_with() as org:
        org.box.faults.add(FaultRule(kind=Kind.CONCURRENCY_LIMIT, every=7))
        okta = org.client()
        await many(okta.bulk(), 60, "org")
        under_way, bound = okta.at_once

    assert (under_way, org.refused > 0) == (0, True)
    assert bound < 20
    assert len(org.sent()) - org.refused == 60


async def test_a_person_s_call_gives_up_on_429s_that_go_on(org_with):
    async with org_with() as org:
        org.box.faults.add(FaultRule(kind=Kind.CONCURRENCY_LIMIT))
        with pytest.raises(RateLimited):
            await org.client().get("org")

    assert org.refused == 3


async def test_a_limit_that_is_lowered_while_a_run_goes_on_is_kept(org_with):
    async with org_with(rate_limits={"other": 100}) as org:

        async def lower():
            await org.watch.sleep(70)
            org.box._limits._limits["other"] = 20

        await together(lower, partial(many, org.client().bulk(), 260, "org"))

    assert org.refused == 0
    # Two hundred in two windows, then twenty in each.
    assert 240 <= org.watch.time < 320


async def test_requests_that_never_come_back_do_not_stop_the_others(org_with):
    stuck = anyio.Event()

    class Stuck(httpx2.AsyncBaseTransport):
        def __init__(self, inner):
            self.inner, self.count = inner, 0

        async def handle_async_request(self, request):
            self.count += 1
            if self.count <= 4:
                await stuck.wait()
            return await self.inner.handle_async_request(request)

    async with org_with(rate_limits={"other": 50}) as org:
        okta = org.client()
        okta._wire._transport = Stuck(okta._wire._transport)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(many, okta, 4, "org")
            await org.watch.sleep(0.1)
            await many(okta.observed(None), 20, "org")
            took = org.watch.time
            stuck.set()

    assert took < 5
    assert org.refused == 0
