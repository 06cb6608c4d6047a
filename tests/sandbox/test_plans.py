"""Rate limits of Okta's plans: by bucket, by token, together, and at once."""

import anyio
import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind


def client_of(sandbox, token=None):
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app),
        base_url="https://sandbox.okta.example",
        headers={"Authorization": f"SSWS {token or sandbox.api_token}"},
    )


# The table of the reference, half of which is one token's.
@pytest.mark.parametrize(
    ("path", "limits"),
    [
        ("/api/v1/users", (100, 600, 600, 600)),
        ("/api/v1/users/me", (100, 1000, 1000, 2000)),
        ("/api/v1/groups", (100, 600, 600, 500)),
        ("/api/v1/groups/x", (100, 600, 600, 1000)),
        ("/api/v1/apps", (20, 100, 100, 100)),
        ("/api/v1/apps/x", (100, 600, 600, 500)),
        ("/api/v1/logs", (20, 50, 50, 120)),
        ("/api/v1/org", (100, 600, 600, 1200)),
    ],
)
@pytest.mark.parametrize(("column", "plan"), [*enumerate(["integrator", "one-app", "enterprise", "workforce"])])
async def test_a_plan_has_its_limits_and_a_token_half_of_them(clock, column, plan, path, limits):
    async with client_of(Sandbox(clock=clock, plan=plan)) as client:
        answer = await client.get(path)
    assert answer.headers["x-rate-limit-limit"] == str(limits[column] // 2)


async def test_all_tokens_together_cannot_exceed_the_bucket(clock):
    sandbox = Sandbox(clock=clock, rate_limits={"users": 4}, token_share=0.75)
    other = sandbox.issue_token("admin@example.com")
    async with client_of(sandbox) as one, client_of(sandbox, other) as two:
        mine = [await one.get("/api/v1/users?limit=1") for _ in range(2)]
        theirs = [await two.get("/api/v1/users?limit=1") for _ in range(3)]
        assert [answer.status_code for answer in (*mine, *theirs)] == [200, 200, 200, 200, 429]
        assert [answer.headers["x-rate-limit-remaining"] for answer in (*mine, *theirs)] == ["2", "1", "1", "0", "0"]
        assert {answer.headers["x-rate-limit-limit"] for answer in (*mine, *theirs)} == {"3"}


async def test_too_many_requests_at_once_are_refused_with_a_limit_of_nothing(clock):
    sandbox = Sandbox(clock=clock, at_once=2)
    sandbox.faults.add(FaultRule(kind=Kind.LATENCY, path="/api/v1/users", delay=3600))
    async with client_of(sandbox) as client, anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(client.get, "/api/v1/users")
        await anyio.wait_all_tasks_blocked()
        refused = await client.get("/api/v1/groups")
        tasks.cancel_scope.cancel()
    assert (refused.status_code, refused.json()["errorCode"]) == (429, "E0000047")
    assert refused.headers["x-rate-limit-limit"] == refused.headers["x-rate-limit-remaining"] == "0"
    async with client_of(sandbox) as client:
        assert (await client.get("/api/v1/groups")).status_code == 200


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"plan": "platinum"}, "unknown plan platinum; there are: integrator, one-app, enterprise, workforce"),
        ({"token_share": 0}, "share of the rate limits is above 0"),
        ({"token_share": 1.5}, "at most 1, not 1.5"),
        ({"at_once": 0}, "at least 1 request can be under way"),
    ],
)
def test_limits_that_make_no_sense_are_refused(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        Sandbox(**options)
