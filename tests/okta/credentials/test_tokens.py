"""Access tokens over time: cached, renewed ahead by one task, renewed when refused, and never in a storm."""

import json
from functools import partial

import anyio
import httpx2
import pytest

from okta_mcp.okta import CredentialsRefused, OktaUnreachable, RateLimited, ServerFault, Unauthorized
from okta_mcp.okta.together import together

TOKEN = "/oauth2/v1/token"
REVOKED = {"www-authenticate": 'Bearer realm="x", error="invalid_token", error_description="It has been revoked."'}


async def ask(org):
    return await org.okta.get("users", params={"limit": 1})


def only_api(org):
    return [status for path, status in org.seen if path.startswith("/api/")]


async def test_one_token_serves_every_request_of_an_hour(service):
    org = await service()
    for _ in range(11):
        await ask(org)
        org.forward(minutes=5)
    assert len(org.wire.token_requests) == 1
    assert only_api(org) == [200] * 11


async def test_a_token_is_renewed_before_its_end_so_that_no_request_is_refused(service):
    org = await service()
    for _ in range(60):
        await ask(org)
        org.forward(minutes=4)
    assert only_api(org) == [200] * 60
    # Four hours: a token for each 56 minutes, because each fourth minute somebody asks.
    assert len(org.wire.token_requests) == 5


@pytest.mark.parametrize("dpop", [False, True])
async def test_tokens_that_end_in_the_middle_of_a_listing_of_200_pages_lose_nothing(service, dpop, company_of):
    org = await service(dpop=dpop, box=company_of(280))
    every = sorted(user.id for user in org.box.org.users.values() if user.status.value != "DEPROVISIONED")
    found, after, pages = [], None, 0
    while True:
        reply = await org.okta.get("users", params={"limit": 1, "after": after})
        found += [user["id"] for user in reply.json]
        pages += 1
        # Now and then the token ends without warning: it was revoked, or a laptop slept.
        if pages % 20 == 0:
            org.revoke()
        org.forward(minutes=1)
        after = reply.next
        if after is None:
            break
    assert sorted(found) == every
    assert pages == len(every) > 200
    assert len(org.wire.token_requests) > 10
    refused = [status for status in only_api(org) if status != 200]
    assert refused == [401] * (pages // 20)


@pytest.mark.parametrize("dpop", [False, True])
async def test_a_write_that_was_refused_for_its_token_is_done_once(service, dpop):
    org = await service(dpop=dpop)
    await ask(org)
    org.revoke()
    profile = {"firstName": "Nell", "lastName": "Quayle", "email": "nell.quayle@example.com"}
    before = len(org.box.org.users)
    made = await org.okta.post("users", json={"profile": {**profile, "login": profile["email"]}})
    assert made.json["profile"]["login"] == "nell.quayle@example.com"
    assert len(org.box.org.users) == before + 1
    assert only_api(org) == [200, 401, 200]


@pytest.mark.parametrize("callers", [2, 40])
async def test_whoever_asks_at_the_same_time_shares_one_token_request(service, callers):
    org = await service()
    await together(*[partial(ask, org)] * callers)
    assert len(org.wire.token_requests) == 1
    assert only_api(org) == [200] * callers


async def test_whoever_is_refused_at_the_same_time_shares_one_renewal(service):
    org = await service()
    await ask(org)
    org.revoke()
    await together(*[partial(ask, org)] * 30)
    assert len(org.wire.token_requests) == 2
    assert sorted(only_api(org)) == [200] * 31 + [401] * (len(only_api(org)) - 31)


async def test_calls_go_on_with_the_old_token_while_one_of_them_gets_the_new(service):
    org = await service()
    await ask(org)
    org.forward(minutes=56)
    asked, release = anyio.Event(), anyio.Event()
    real = org.wire.org

    class Slow(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request):
            if request.url.path == TOKEN:
                asked.set()
                await release.wait()
            return await real.handle_async_request(request)

    org.wire.org = Slow()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, org)
        await asked.wait()
        with anyio.fail_after(30):
            await together(*[partial(ask, org)] * 5)
        release.set()
    assert len(org.wire.token_requests) == 2
    carried = [one.headers["authorization"] for one in org.wire.api_requests]
    assert len(set(carried[:6])) == 1
    assert carried[6] != carried[0]


async def test_whoever_gives_up_waiting_leaves_the_renewal_to_the_next(service):
    org = await service()
    real, held = org.wire.org, anyio.Event()

    class Stuck(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request):
            held.set()
            await anyio.sleep_forever()

    org.wire.org = Stuck()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, org)
        await held.wait()
        tasks.cancel_scope.cancel()
    org.wire.org = real
    assert (await ask(org)).status == 200


async def test_the_old_token_serves_on_while_no_new_one_is_to_be_had(service):
    org = await service()
    await ask(org)
    org.forward(minutes=56)
    org.wire.before = lambda request: httpx2.Response(500) if request.url.path == TOKEN else None
    for _ in range(4):
        await ask(org)
    assert only_api(org) == [200] * 5
    # It rests between two attempts.
    assert len(org.wire.token_requests) == 2
    org.forward(seconds=31)
    org.wire.before = lambda _request: None
    await ask(org)
    assert len(org.wire.token_requests) == 3


async def test_a_storm_of_refusals_is_bounded(service):
    org = await service()
    org.wire.before = lambda request: httpx2.Response(401, headers=REVOKED) if request.url.path != TOKEN else None
    for _ in range(50):
        with pytest.raises(Unauthorized):
            await ask(org)
    assert len(org.wire.token_requests) <= 5
    assert len(org.wire.api_requests) <= 50 + 2 * len(org.wire.token_requests)
    org.forward(seconds=61)
    org.wire.before = lambda _request: None
    org.box.org.oauth.tokens.clear()
    assert (await ask(org)).status == 200


async def test_a_storm_of_many_at_once_is_bounded_too(service):
    org = await service()
    org.wire.before = lambda request: httpx2.Response(401, headers=REVOKED) if request.url.path != TOKEN else None
    failed = []

    async def one():
        try:
            await ask(org)
        except Unauthorized as error:
            failed.append(error)

    await together(*[one] * 20)
    assert len(failed) == 20
    assert len(org.wire.token_requests) <= 5
    assert len(org.wire.api_requests) <= 20 * 3


async def test_a_feature_that_is_off_costs_no_token(service):
    org = await service()
    body = {"errorCode": "E0000015", "errorSummary": "You do not have permission to access the feature"}
    org.wire.before = lambda request: httpx2.Response(401, json=body) if request.url.path != TOKEN else None
    with pytest.raises(Unauthorized):
        await org.okta.get("realms")
    assert len(org.wire.token_requests) == 1
    assert len(org.wire.api_requests) == 1


async def test_a_refusal_of_the_app_is_shared_by_all_who_wait_for_it(service):
    org = await service(granted=("okta.apps.read",))
    failed = []

    async def one():
        try:
            await ask(org)
        except CredentialsRefused as error:
            failed.append(error)

    await together(*[one] * 20)
    assert len(org.wire.token_requests) == 1
    assert len({id(error) for error in failed}) == 20
    assert {(error.code, error.sent, error.maybe_applied) for error in failed} == {("consent_required", False, False)}
    assert org.wire.api_requests == []
    org.box.org.oauth.clients[org.app.id].scopes.add("okta.users.read")
    org.forward(seconds=5)
    assert (await ask(org)).status == 200


@pytest.mark.parametrize(
    ("trouble", "raised", "requests"),
    [
        (httpx2.Response(503), ServerFault, 3),
        (httpx2.Response(500), ServerFault, 1),
        (httpx2.ConnectError("refused"), OktaUnreachable, 3),
        (httpx2.ReadError("cut"), Exception, 3),
    ],
)
async def test_trouble_at_the_token_endpoint_is_no_trouble_of_the_write(service, trouble, raised, requests):
    org = await service()

    def before(request):
        if isinstance(trouble, Exception):
            raise trouble
        return trouble

    org.wire.before = before
    with pytest.raises(raised) as met:
        await org.okta.post("users", json={})
    assert (met.value.sent, met.value.maybe_applied) == (False, False)
    assert len(org.wire.sent) == len(org.wire.token_requests) == requests
    assert len({form["client_assertion"] for form in org.wire.forms}) == requests


async def test_a_limit_at_the_token_endpoint_is_waited_for(service):
    org = await service()
    reset = {"x-rate-limit-limit": "1", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(org.now) + 7)}
    date = {"date": "Mon, 02 Mar 2026 12:00:00 GMT"}
    answers = [httpx2.Response(429, headers={**reset, **date})]
    org.wire.before = lambda _request: answers.pop() if answers else None
    assert (await ask(org)).status == 200
    assert org.slept == [8.25]
    org.forward(hours=2)
    org.wire.before = lambda _request: httpx2.Response(
        429, headers={**reset, "x-rate-limit-reset": str(int(org.now) + 300), "date": "Mon, 02 Mar 2026 14:00:08 GMT"}
    )
    with pytest.raises(RateLimited):
        await ask(org)
    assert org.slept == [8.25]


async def test_two_servers_share_nothing(service):
    first = await service()
    second = await service(box=first.box)
    await ask(first)
    await ask(second)
    (one,), (other,) = first.wire.api_requests, second.wire.api_requests
    assert one.headers["authorization"] != other.headers["authorization"]
    assert len(first.box.org.oauth.tokens) == 2


async def test_an_app_that_is_used_with_two_orgs_gets_a_token_of_each(service):
    from okta_mcp.okta import OktaClient, OrgAddress

    org = await service()
    elsewhere = []

    def answer(request):
        elsewhere.append(request)
        if request.url.path == TOKEN:
            return httpx2.Response(200, json={"token_type": "Bearer", "access_token": "other", "expires_in": 3600})
        return httpx2.Response(200, json=[])

    await ask(org)
    transport = httpx2.MockTransport(answer)
    async with OktaClient(OrgAddress.parse("https://other.okta.com"), org.credentials, transport=transport) as other:
        await other.get("users")
    await ask(org)
    assert [one.headers.get("authorization") for one in elsewhere] == [None, "Bearer other"]
    assert len({one.headers["authorization"] for one in org.wire.api_requests}) == 1
    assert len(org.wire.token_requests) == 1


async def test_what_okta_grants_is_known_by_its_answer(service):
    org = await service(granted=("okta.users.read",), wanted=("okta.users.read", "okta.logs.read"))
    assert await org.okta.scopes() == {"okta.users.read"}
    org.box.org.oauth.clients[org.app.id].scopes.add("okta.logs.read")
    assert await org.okta.scopes(renewed=True) == {"okta.users.read"}
    org.forward(seconds=61)
    assert await org.okta.scopes() == {"okta.users.read"}
    assert await org.okta.scopes(renewed=True) == {"okta.users.read", "okta.logs.read"}
    assert len(org.wire.token_requests) == 2


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"token_type": "Bearer"}, "no access token"),
        ({"access_token": "a b\n", "token_type": "Bearer"}, "no access token"),
        ({"access_token": "ab", "token_type": "mac"}, "no access token"),
        ({"access_token": "ab", "token_type": "DPoP"}, "bound"),
        ([], "JSON object"),
        ("<html>", "does not come from Okta"),
    ],
)
async def test_an_answer_that_is_no_token_is_told(service, answer, says):
    org = await service()
    text = answer if isinstance(answer, str) else json.dumps(answer)
    org.wire.before = lambda _request: httpx2.Response(200, text=text)
    with pytest.raises(Exception, match=says):
        await ask(org)
    assert len(org.wire.sent) == 1
