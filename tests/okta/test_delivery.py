"""What is sent again, how long is waited, and what is told of a request that failed."""

import anyio
import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.okta import (
    ConnectionLost,
    NotFound,
    OktaClient,
    OktaError,
    OktaTimeout,
    OktaUnreachable,
    OrgAddress,
    RateLimited,
    ServerFault,
    Timeouts,
    UnsafePath,
    Wait,
)

OK = httpx2.Response(200, json={"id": "00u1"}, headers={"x-okta-request-id": "req9"})


def limited(now, seconds, *, limit=600, **headers):
    date, epoch = now
    sent = {
        "date": date,
        "x-okta-request-id": "req1",
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": str(epoch + seconds),
        **headers,
    }
    body = {"errorCode": "E0000047", "errorSummary": "API call exceeded rate limit", "errorCauses": []}
    return httpx2.Response(429, json=body, headers=sent)


def fault(status):
    return httpx2.Response(status, json={"errorCode": "E0000009", "errorSummary": "Internal Server Error"})


async def call(okta, method, *, idempotent=False):
    match method:
        case "GET":
            return await okta.get("users", "00u1")
        case "PUT":
            return await okta.put("users", "00u1", json={})
        case "DELETE":
            return await okta.delete("users", "00u1")
        case "POST":
            return await okta.post("users", json={"profile": {}}, idempotent=idempotent)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_a_rate_limit_is_waited_for_by_okta_s_own_clock_whatever_the_method(wired, now, method):
    okta, wire = wired([limited(now, 7), OK])

    reply = await call(okta, method)

    assert reply.json == {"id": "00u1"}
    assert wire.slept == [7 + 1 + 0.25]
    assert wire.requests[1].headers["x-okta-retry-count"] == "1"
    assert wire.requests[1].headers["x-okta-retry-for"] == "req1"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 7 + 1),
        ({"date": "nonsense"}, 7 + 1),
        ({"x-rate-limit-reset": "0"}, 1),
        ({"x-rate-limit-reset": "soon"}, 1),
        ({"x-rate-limit-limit": "0"}, 1),
    ],
)
async def test_the_wait_is_reckoned_from_what_the_answer_holds(wired, now, headers, seconds):
    okta, wire = wired([limited(now, 7, **headers), OK])

    await okta.get("users")

    assert wire.slept == [seconds + 0.25]


RUBBISH = [
    {"x-rate-limit-limit": "9" * 400},
    {"x-rate-limit-limit": "9" * 5000},
    {"x-rate-limit-limit": "nan"},
    {"x-rate-limit-remaining": "-inf"},
    {"x-rate-limit-reset": "inf"},
    {"x-rate-limit-reset": "nan"},
    {"x-rate-limit-reset": "9" * 400},
    {"date": "Mon, 05 Jan 0001 09:00:00 +2359"},
    {"date": "Fri, 31 Dec 9999 23:59:59 -2359"},
]


@pytest.mark.parametrize("headers", RUBBISH, ids=[str(one)[:60] for one in RUBBISH])
@pytest.mark.parametrize("status", [200, 429])
async def test_headers_without_sense_cost_no_answer(wired, now, status, headers):
    odd = limited(now, 7, **headers)
    if status == 200:
        odd = httpx2.Response(200, json={}, headers={**odd.headers, "x-rate-limit-remaining": "9", **headers})
    okta, wire = wired([odd, OK], max_wait=62, total=100)

    await okta.post("users", "00u1", "lifecycle", "suspend")
    await okta.post("users", "00u1", "lifecycle", "suspend")

    assert len(wire.requests) == (2 if status == 200 else 3)
    assert sum(wire.slept) <= 62


async def test_no_wait_is_longer_than_a_window_whatever_the_answer_says(wired, now):
    okta, wire = wired([limited(now, 365 * 86_400), OK], max_wait=62, total=100)

    await okta.get("users")

    assert wire.slept == [61.25]


async def test_a_wait_longer_than_allowed_is_an_error_at_once_that_tells_the_seconds(wired, now):
    okta, wire = wired([limited(now, 42)])

    with pytest.raises(RateLimited) as raised:
        await okta.get("users", "ada@example.com")

    assert (wire.slept, len(wire.requests)) == ([], 1)
    assert (raised.value.wait_seconds, raised.value.concurrency) == (43, False)
    assert "Try again in 43 seconds." in str(raised.value)
    assert "requests per minute" in str(raised.value)


async def test_all_waits_of_a_call_together_stay_within_the_limit(wired, now):
    okta, wire = wired([limited(now, 19)])

    with pytest.raises(RateLimited):
        await okta.get("users")

    assert wire.slept == [20.25]


async def test_jitter_does_not_go_beyond_the_limit(wired, now):
    okta, wire = wired([limited(now, 29), OK])

    await okta.get("users")

    assert wire.slept == [30]


async def test_a_wait_that_would_outlast_the_call_is_an_error_at_once(wired, now):
    okta, wire = wired([limited(now, 7)], total=5)

    with pytest.raises(RateLimited):
        await okta.get("users")

    assert wire.slept == []


async def test_the_concurrency_limit_is_met_with_growing_pauses_and_given_up_after_three_attempts(wired, now):
    okta, wire = wired([limited(now, 55, limit=0)])

    with pytest.raises(RateLimited) as raised:
        await okta.post("users", json={})

    assert wire.slept == [1.25, 2.25]
    assert len(wire.requests) == 3
    assert raised.value.concurrency
    assert "simultaneous requests" in str(raised.value)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "idempotent POST"])
@pytest.mark.parametrize(
    "trouble",
    [fault(503), fault(504), httpx2.ReadError("gone"), httpx2.RemoteProtocolError("gone"), OSError("gone")],
)
async def test_trouble_on_the_way_is_tried_again_where_that_is_harmless(wired, method, trouble):
    okta, wire = wired([trouble, trouble, OK])

    reply = await call(okta, method.split()[-1], idempotent=True)

    assert reply.json == {"id": "00u1"}
    assert wire.slept == [0.5, 1.0]
    assert wire.requests[2].headers["x-okta-retry-count"] == "2"


async def test_trouble_that_lasts_is_given_up_after_three_attempts(wired):
    okta, wire = wired([fault(503)])

    with pytest.raises(ServerFault) as raised:
        await okta.put("users", "00u1", json={})

    assert len(wire.requests) == 3
    assert raised.value.maybe_applied


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (fault(503), ServerFault),
        (fault(504), ServerFault),
        (fault(500), ServerFault),
        (httpx2.ReadError("gone"), ConnectionLost),
        (httpx2.WriteError("gone"), ConnectionLost),
        (OSError("gone"), ConnectionLost),
        (httpx2.ReadTimeout("slow"), OktaTimeout),
    ],
)
async def test_a_post_that_may_have_been_applied_is_never_sent_twice_and_says_so(wired, trouble, kind):
    okta, wire = wired([trouble, OK])

    with pytest.raises(kind) as raised:
        await okta.post("users", json={"profile": {}})

    assert len(wire.requests) == 1
    assert raised.value.maybe_applied
    assert "may have been made" in str(raised.value)


async def test_a_delete_that_does_more_the_second_time_is_not_sent_twice(wired):
    okta, wire = wired([fault(503), OK])

    with pytest.raises(ServerFault):
        await okta.delete("users", "00u1", idempotent=False)

    assert len(wire.requests) == 1


@pytest.mark.parametrize("status", [500, 501, 502])
async def test_other_faults_are_not_tried_again(wired, status):
    okta, wire = wired([fault(status)])

    with pytest.raises(ServerFault):
        await okta.get("users")

    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("method", "trouble", "doubt"),
    [("GET", fault(503), False), ("PUT", fault(501), False), ("GET", httpx2.ReadError(""), False)],
)
async def test_there_is_no_doubt_where_nothing_can_have_changed(wired, method, trouble, doubt):
    okta, _ = wired([trouble])

    with pytest.raises((ServerFault, ConnectionLost)) as raised:
        await call(okta, method)

    assert raised.value.maybe_applied is doubt
    assert "may have been made" not in str(raised.value)


async def test_a_connection_that_never_was_is_tried_again_for_a_post_too(wired):
    okta, wire = wired([httpx2.ConnectError("refused"), httpx2.ConnectTimeout("slow"), OK])

    await okta.post("users", json={})

    assert wire.slept == [0.5, 1.0]


async def test_no_connection_after_a_write_that_may_have_been_applied_does_not_hide_the_doubt(wired):
    okta, _ = wired([httpx2.ReadError("gone"), httpx2.ConnectError("refused")])

    with pytest.raises(ConnectionLost) as raised:
        await okta.put("groups", "00g1", "users", "00u1")

    assert raised.value.maybe_applied
    assert "was sent before" in str(raised.value)


@pytest.mark.parametrize(
    ("trouble", "kind", "says", "attempts"),
    [
        (httpx2.ConnectError("no"), OktaUnreachable, "No connection to example.okta.com could be made", 3),
        (httpx2.ProxyError("407"), OktaUnreachable, "The proxy did not open a connection", 3),
        (httpx2.ConnectTimeout(""), OktaUnreachable, "within 5 seconds", 3),
        (httpx2.PoolTimeout(""), OktaTimeout, "was not sent", 1),
        (httpx2.ReadTimeout(""), OktaTimeout, "did not answer within 60 seconds", 1),
        (httpx2.UnsupportedProtocol("x"), OktaUnreachable, "could not be sent", 1),
        (httpx2.LocalProtocolError("x"), OktaUnreachable, "could not be sent", 1),
    ],
)
async def test_every_failure_of_the_network_is_told_in_a_sentence(wired, trouble, kind, says, attempts):
    okta, wire = wired([trouble])

    with pytest.raises(kind, match=says):
        await okta.get("users")

    assert len(wire.requests) == attempts


@pytest.mark.parametrize("trouble", [httpx2.PoolTimeout(""), httpx2.InvalidURL("too long")])
async def test_a_write_that_was_never_sent_is_not_in_doubt(wired, trouble):
    okta, wire = wired([trouble])

    with pytest.raises(OktaError) as raised:
        await okta.post("users", json={})

    assert not raised.value.maybe_applied
    assert len(wire.requests) == 1


async def test_a_url_that_is_too_long_leaves_no_doubt_about_a_write(wired):
    okta, wire = wired([OK])

    with pytest.raises(UnsafePath, match="too long") as raised:
        await okta.post("users", "x" * 70_000, json={})

    assert not raised.value.maybe_applied
    assert wire.requests == []


async def test_a_repetition_that_was_never_sent_does_not_deny_the_first_sending(wired):
    okta, _ = wired([httpx2.ReadError("gone"), httpx2.PoolTimeout("")])

    with pytest.raises(OktaError, match="But it was sent before") as raised:
        await okta.put("users", "00u1", json={})

    assert raised.value.maybe_applied


async def test_a_refusal_is_recognised_among_the_failures_of_several_addresses(wired):
    failures = ExceptionGroup("", [OSError("unreachable"), ConnectionRefusedError(111, "refused")])
    trouble = httpx2.ConnectError("all attempts failed")
    trouble.__cause__ = OSError("all attempts failed")
    trouble.__cause__.__cause__ = failures
    okta, _ = wired([trouble])

    with pytest.raises(OktaUnreachable, match=r"example\.okta\.com refused the connection"):
        await okta.get("users")


async def test_an_error_of_the_request_is_not_tried_again(wired):
    okta, wire = wired([httpx2.Response(404, json={"errorCode": "E0000007", "errorSummary": "Not found"})])

    with pytest.raises(NotFound):
        await okta.get("users", "00u1")

    assert len(wire.requests) == 1


async def test_a_call_that_takes_too_long_in_all_is_given_up_with_its_doubt(canary):
    async def never(request):
        await anyio.sleep_forever()

    okta = OktaClient(
        OrgAddress("https://example.okta.com"),
        SecretStr(canary),
        transport=httpx2.MockTransport(never),
        timeouts=Timeouts(total=0.01),
    )
    with pytest.raises(OktaTimeout) as write:
        await okta.post("users", json={})
    with pytest.raises(OktaTimeout) as read:
        await okta.get("users")

    assert write.value.maybe_applied
    assert not read.value.maybe_applied
    assert str(read.value) == "GET /api/v1/users was not done within 0.01 seconds."


async def test_a_call_that_is_cancelled_from_outside_is_cancelled_and_no_timeout(canary):
    arrived = anyio.Event()

    async def never(request: httpx2.Request) -> None:
        arrived.set()
        await anyio.sleep_forever()

    okta = OktaClient(OrgAddress("https://example.okta.com"), SecretStr(canary), transport=httpx2.MockTransport(never))
    ended = []

    async def ask():
        try:
            await okta.get("users")
        except BaseException as error:
            ended.append(error)
            raise

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        await arrived.wait()
        group.cancel_scope.cancel()

    assert len(ended) == 1
    assert isinstance(ended[0], anyio.get_cancelled_exc_class())


async def test_waits_are_reported_before_they_begin_and_only_to_the_view(wired, now):
    okta, wire = wired([limited(now, 7), fault(503), OK, fault(503), OK])
    seen = []

    async def on_wait(wait):
        seen.append((wait, len(wire.slept)))

    view = okta.observed(on_wait)
    await view.get("users")
    await okta.get("users")

    assert seen == [
        (Wait("Okta's rate limit", 8.25, 1), 0),
        (Wait("Okta is not available (503)", 1.0, 2), 1),
    ]
    assert view.rate_limits is okta.rate_limits
