"""What holds for every request: token, headers, errors, rate limits, journal."""

import re
from datetime import datetime, timedelta, timezone

import httpx2
import pytest
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import JournalEntry, Sandbox
from okta_mcp.sandbox.errors import ApiError

BASE = "https://sandbox.okta.example"


def client_of(sandbox, token=None, base_url=BASE):
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app),
        base_url=base_url,
        headers={"Authorization": f"SSWS {token or sandbox.api_token}"},
    )


@pytest.mark.parametrize(
    ("authorization", "status", "code", "summary", "challenge"),
    [
        (None, 403, "E0000005", "Invalid session", None),
        ("Basic abc", 403, "E0000005", "Invalid session", None),
        ("SSWS", 401, "E0000011", "Invalid token provided", "SSWS"),
        ("SSWS 00wrong", 401, "E0000011", "Invalid token provided", "SSWS"),
        ("SSWS eyJhbGciOi", 401, "E0000011", "Invalid token provided", "SSWS"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/nothing/here"])
async def test_without_a_good_token_nothing_is_told(sandbox, path, authorization, status, code, summary, challenge):
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=sandbox.app), base_url=BASE) as client:
        answer = await client.get(path, headers={"Authorization": authorization} if authorization else {})
    error = answer.json()
    assert (answer.status_code, error["errorCode"], error["errorSummary"]) == (status, code, summary)
    assert error["errorCauses"] == []
    assert answer.headers.get("www-authenticate") == challenge


def test_the_default_token_looks_like_oktas_and_is_the_same_every_time(sandbox):
    assert sandbox.api_token.startswith("00")
    assert len(sandbox.api_token) == 42
    assert Sandbox().api_token == sandbox.api_token


async def test_tokens_are_issued_and_revoked(okta, sandbox):
    token = sandbox.issue_token("victor.lindqvist@example.com")
    async with client_of(sandbox, token) as other:
        assert (await other.get("/api/v1/users/me")).json()["profile"]["firstName"] == "Victor"
        sandbox.revoke_token(token)
        assert (await other.get("/api/v1/users/me")).status_code == 401
    assert (await okta.get("/api/v1/users/me")).status_code == 200


async def test_a_token_expires_when_unused_for_thirty_days(okta, clock):
    for days, status in ((29, 200), (29, 200), (31, 401)):
        clock.forward(days=days)
        assert (await okta.get("/api/v1/users/me")).status_code == status


async def test_who_is_no_administrator_sees_nobody_else(sandbox):
    async with client_of(sandbox, sandbox.issue_token("wei.chen@example.com")) as wei:
        for key in ("me", "wei.chen@example.com", sandbox.org.user("wei.chen").id):
            assert (await wei.get(f"/api/v1/users/{key}")).status_code == 200
        for method, path in (("GET", "users"), ("GET", "users/admin"), ("POST", "users/me/lifecycle/suspend")):
            answer = await wei.request(method, f"/api/v1/{path}")
            assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")


async def test_every_answer_has_oktas_headers(okta, clock):
    answer = await okta.get("/api/v1/users/me")
    headers = answer.headers
    assert headers["content-type"] == "application/json"
    assert headers["cache-control"] == "no-cache, no-store"
    assert headers["date"] == "Mon, 02 Mar 2026 09:30:15 GMT"
    assert len(headers["x-okta-request-id"]) == 32
    assert int(headers["x-okta-request-id"], 16) >= 0
    assert headers["x-rate-limit-limit"] == "2000"
    assert headers["x-rate-limit-remaining"] == "1999"
    assert int(headers["x-rate-limit-reset"]) == 1 + int(clock().timestamp()) + 60


async def test_every_answer_has_the_headers_of_a_browsers_session(okta, sandbox):
    sessions = set()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=sandbox.app), base_url=BASE) as stranger:
        for client, path, status in ((okta, "users/me", 200), (okta, "users/nobody", 404), (stranger, "users", 403)):
            answer = await client.get(f"/api/v1/{path}")
            cleared, launched, session = answer.headers.get_list("set-cookie")
            assert answer.status_code == status
            assert cleared == 'sid=""; Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/'
            assert launched == 'autolaunch_triggered=""; Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/'
            assert re.fullmatch(r"JSESSIONID=[0-9A-F]{32}; Path=/; Secure; HttpOnly", session)
            assert (
                "connect-src 'self' sandbox.okta.example sandbox-admin.okta.example"
                in (answer.headers["content-security-policy"])
            )
            sessions.add(session)
    assert len(sessions) == 3


async def test_our_client_keeps_no_cookie_where_one_with_a_jar_does(okta, sandbox):
    shown = []

    async def watched(scope, receive, send):
        shown.append(dict(scope["headers"]).get(b"cookie"))
        await sandbox.app(scope, receive, send)

    transport = httpx2.ASGITransport(app=watched)
    token = {"Authorization": f"SSWS {sandbox.api_token}"}
    async with httpx2.AsyncClient(transport=transport, base_url=BASE, headers=token) as client:
        for _ in range(2):
            await client.get("/api/v1/users/me")
    assert re.fullmatch(rb"JSESSIONID=[0-9A-F]{32}", shown[1])
    shown.clear()
    async with OktaClient(OrgAddress.parse(BASE), SecretStr(sandbox.api_token), transport=transport) as ours:
        for _ in range(3):
            await ours.get("users", "me")
        await ours.post("users", "me", json={"profile": {"title": "Administrator"}})
        assert list(ours._wire._opened().cookies.jar) == []
    assert shown == [None] * 4


async def test_a_clock_may_keep_another_time_zone():
    here = datetime(2026, 3, 2, 10, 30, 15, tzinfo=timezone(timedelta(hours=1)))
    async with client_of(Sandbox(clock=lambda: here)) as client:
        answer = await client.post("/api/v1/groups", json={"profile": {"name": "Night Shift"}})
    assert answer.headers["date"] == "Mon, 02 Mar 2026 09:30:15 GMT"
    assert answer.json()["created"] == "2026-03-02T09:30:15.000Z"


@pytest.mark.parametrize("path", ["/api/v1/users/%ff", "/api/v1/users/%00", "/api/v1/users/a%2Fb", "/api/v1/%e2%82"])
async def test_strange_paths_are_not_found(okta, path):
    assert (await okta.get(path)).status_code == 404


async def test_a_request_id_of_the_client_is_not_honoured(okta):
    answer = await okta.get("/api/v1/users/me", headers={"x-okta-request-id": "f" * 32})
    assert answer.headers["x-okta-request-id"] != "f" * 32


async def test_an_error_is_shaped_like_oktas(okta):
    error = (await okta.get("/api/v1/users/nobody")).json()
    assert list(error) == ["errorCode", "errorSummary", "errorLink", "errorId", "errorCauses"]
    assert error["errorLink"] == error["errorCode"]
    assert error["errorId"].startswith("oae")
    assert error["errorId"] != (await okta.get("/api/v1/users/nobody")).json()["errorId"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "E0000008"),
        ("GET", "/api/v1/", 404, "E0000008"),
        ("POST", "/api/v1/users/me/lifecycle/explode", 404, "E0000008"),
        ("PATCH", "/api/v1/users/me", 405, "E0000022"),
        ("DELETE", "/api/v1/users", 405, "E0000022"),
        ("GET", "/api/v1/users/me/lifecycle/suspend", 405, "E0000022"),
        ("POST", "/api/v1/logs", 405, "E0000022"),
        ("OPTIONS", "/api/v1/users", 405, "E0000022"),
        ("GET", "/api/v1/realms", 401, "E0000015"),
    ],
)
async def test_what_is_not_there_gives_oktas_error(okta, method, path, status, code):
    answer = await okta.request(method, path)
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)


@pytest.mark.parametrize("path", ["//api/v1//users/me", "/api/v1/users/me/", "/api/v1/users/?limit=1"])
async def test_slashes_too_many_are_forgiven(okta, sandbox, path):
    assert (await okta.get(f"{BASE}{path}")).status_code == 200
    assert sandbox.journal[0].path in ("/api/v1/users/me", "/api/v1/users")


async def test_outside_the_api_there_is_nothing(okta, sandbox):
    assert (await okta.get("/")).status_code == 404
    assert sandbox.journal == []


async def test_a_post_without_a_length_is_refused(okta, sandbox):
    request = okta.build_request("POST", "/api/v1/users/wei.chen/lifecycle/suspend")
    del request.headers["content-length"]
    assert (await okta.send(request)).status_code == 411
    assert sandbox.org.user("wei.chen").status == "ACTIVE"


async def test_links_begin_with_the_host_that_was_asked(sandbox):
    async with client_of(sandbox, base_url="http://127.0.0.1:8080") as client:
        me = (await client.get("/api/v1/users/me")).json()
        assert me["_links"]["self"]["href"].startswith("http://127.0.0.1:8080/api/v1/users/")


async def test_links_begin_with_the_given_origin(clock):
    sandbox = Sandbox(clock=clock, origin="https://login.example.com/")
    async with client_of(sandbox) as client:
        answer = await client.get("/api/v1/users?limit=1")
        assert answer.headers["link"].startswith("<https://login.example.com/api/v1/users?")


async def test_a_bucket_runs_empty_and_fills_up_after_a_minute(clock):
    sandbox = Sandbox(clock=clock, rate_limits={"users": 2})
    clock.forward(milliseconds=750)  # to a full second
    start = int(clock().timestamp())
    async with client_of(sandbox) as client:
        answers = []
        for _ in range(3):
            answers.append(await client.get("/api/v1/users?limit=1"))
            clock.forward(seconds=10)
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["x-rate-limit-remaining"] for answer in answers] == ["1", "0", "0"]
        assert {answer.headers["x-rate-limit-reset"] for answer in answers} == {str(start + 60)}
        assert {answer.headers["x-rate-limit-limit"] for answer in answers} == {"2"}
        error = answers[-1].json()
        assert error["errorCode"] == "E0000047"
        assert error["errorSummary"] == "API call exceeded rate limit due to too many requests."
        assert "retry-after" not in answers[-1].headers
        assert (await client.get("/api/v1/users/me")).status_code == 200
        clock.forward(seconds=29)
        assert (await client.get("/api/v1/users?limit=1")).status_code == 429
        clock.forward(seconds=1)
        assert (await client.get("/api/v1/users?limit=1")).status_code == 200


async def test_every_token_has_buckets_of_its_own(clock):
    sandbox = Sandbox(clock=clock, rate_limits={"users": 1})
    async with client_of(sandbox) as one, client_of(sandbox, sandbox.issue_token("admin@example.com")) as other:
        assert (await one.get("/api/v1/users?limit=1")).status_code == 200
        assert (await one.get("/api/v1/users?limit=1")).status_code == 429
        assert (await other.get("/api/v1/users?limit=1")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("GET", "/api/v1/users", 600),
        ("GET", "/api/v1/users/x", 2000),
        ("POST", "/api/v1/users/x", 600),
        ("POST", "/api/v1/users/x/lifecycle/suspend", 1200),
        ("GET", "/api/v1/groups", 500),
        ("GET", "/api/v1/groups/x", 1000),
        ("GET", "/api/v1/groups/x/users", 1200),
        ("GET", "/api/v1/apps", 100),
        ("GET", "/api/v1/apps/x", 500),
        ("GET", "/api/v1/logs", 120),
        ("GET", "/api/v1/org", 1200),
    ],
)
async def test_each_path_counts_in_its_bucket(okta, method, path, limit):
    assert (await okta.request(method, path)).headers["x-rate-limit-limit"] == str(limit)


def test_a_bucket_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="unknown rate limit bucket user list"):
        Sandbox(rate_limits={"user list": 5})


async def test_the_journal_tells_what_was_asked(okta, sandbox):
    answer = await okta.post("/api/v1/groups?x=1", json={"profile": {"name": "Night Shift"}})
    await okta.get("/api/v1/users/nobody%40example.com")
    await okta.post("/api/v1/groups", content=b"{", headers={"Content-Type": "application/json"})
    first, second, third = sandbox.journal
    request_id = answer.headers["x-okta-request-id"]
    body = {"profile": {"name": "Night Shift"}}
    assert first == JournalEntry("POST", "/api/v1/groups", "x=1", 200, request_id, body)
    assert (second.path, second.status, second.body) == ("/api/v1/users/nobody@example.com", 404, None)
    assert (third.status, third.body) == (400, None)


def test_two_sandboxes_have_the_same_ids(sandbox, clock):
    other = Sandbox(clock=clock)
    assert list(other.org.users) == list(sandbox.org.users)
    assert list(other.org.groups) == list(sandbox.org.groups)
    assert list(other.org.apps) == list(sandbox.org.apps)


def test_ids_are_in_order_of_creation(sandbox):
    for prefix, things in (("00u", sandbox.org.users), ("00g", sandbox.org.groups), ("0oa", sandbox.org.apps)):
        assert list(things) == sorted(things)
        assert all(len(key) == 20 and key.startswith(prefix) and key.isalnum() for key in things)
    users = list(sandbox.org.users.values())
    assert [user.created for user in users] == sorted(user.created for user in users)


def test_only_users_of_the_org_get_tokens(sandbox):
    with pytest.raises(ApiError, match="nobody"):
        sandbox.issue_token("nobody@example.com")
