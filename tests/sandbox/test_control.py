"""The control plane: what it answers, what it does, and whom it refuses."""

import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind

PATH = "/api/v1/users/wei.chen"


@pytest.fixture
def sandbox(clock):
    return Sandbox(clock=clock, control=True)


@pytest.fixture
async def plane(sandbox):
    """A client without credentials of Okta's."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app), base_url="http://127.0.0.1:8080"
    ) as client:
        yield client


async def title_of(okta):
    return (await okta.get(PATH)).json()["profile"]["title"]


async def rename(okta, title):
    (await okta.post(PATH, json={"profile": {"title": title}})).raise_for_status()


async def test_a_sandbox_has_no_control_plane_unless_asked(clock):
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=Sandbox(clock=clock).app), base_url="http://127.0.0.1"
    ) as client:
        assert (await client.get("/sandbox/state")).status_code == 404


async def test_the_state_is_told_in_numbers(plane, okta, sandbox):
    await okta.get(PATH)
    state = (await plane.get("/sandbox/state")).json()
    users = state.pop("users")
    assert users["total"] == sum(count for name, count in users.items() if name != "total") == len(sandbox.org.users)
    assert state == {
        "company": sandbox.org.company_name,
        "time": "2026-03-02T09:30:15.250000Z",
        "speed": 1.0,
        "groups": len(sandbox.org.groups),
        "apps": len(sandbox.org.apps),
        "tokens": 1,
        "requests": 1,
        "faults": 0,
        "snapshots": [],
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1"}, 200),
        ({"Host": "localhost:8080"}, 200),
        ({"Host": "[::1]:8080"}, 200),
        ({"Host": "sandbox.okta.example"}, 403),
        ({"Host": "127.0.0.1.example.com"}, 403),
        ({"Host": "localhost.example.com"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "[::1"}, 403),
        ({"Host": "127.0.0.1", "Origin": "http://localhost:3000"}, 200),
        ({"Host": "127.0.0.1", "Origin": "https://www.example.com"}, 403),
        ({"Host": "127.0.0.1", "Origin": "null"}, 403),
    ],
    ids=str,
)
async def test_only_this_machine_is_answered(plane, headers, status):
    answer = await plane.get("/sandbox/state", headers=headers)
    assert answer.status_code == status
    assert ("error" in answer.json()) == (status == 403)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("GET", "/sandbox/nothing", None, 404, "There is no GET /sandbox/nothing. There are: GET /sandbox/state"),
        ("PUT", "/sandbox/state", None, 405, "There is no PUT /sandbox/state. There are: "),
        ("GET", "/sandbox", None, 404, "There is no GET /sandbox."),
        ("POST", "/sandbox/clock", {}, 400, "Give advance (seconds), set (a moment) or speed (a factor)."),
        ("POST", "/sandbox/clock", {"advance": -1}, 400, "advance: Input should be greater than or equal to 0."),
        (
            "POST",
            "/sandbox/clock",
            {"advance": 1e300},
            400,
            "advance: Input should be less than or equal to 3162240000.",
        ),
        ("POST", "/sandbox/clock", {"set": "2020-01-01T00:00:00Z"}, 400, "the clock can only be moved forward"),
        ("POST", "/sandbox/clock", {"set": "2027-01-01T00:00:00"}, 400, "set: Input should have timezone info."),
        ("POST", "/sandbox/clock", {"forward": 5}, 400, "forward: Extra inputs are not permitted."),
        ("POST", "/sandbox/snapshots", {}, 400, "name: Field required."),
        ("POST", "/sandbox/snapshots", {"name": "a/b"}, 400, "the name of a snapshot is a text without /"),
        ("POST", "/sandbox/snapshots/none/restore", None, 404, "There is no snapshot 'none'; there are: none."),
        ("DELETE", "/sandbox/snapshots/none", None, 404, "There is no snapshot 'none'"),
        ("POST", "/sandbox/faults", {"kind": "storm"}, 400, "kind: Input should be 'latency', 'error'"),
        ("POST", "/sandbox/faults", [1], 400, "Input should be an object."),
        ("DELETE", "/sandbox/faults/fault-9", None, 404, "There is no fault 'fault-9'; it may be used up."),
        ("GET", "/sandbox/journal?limit=0", None, 400, "limit: Input should be greater than or equal to 1."),
        ("GET", "/sandbox/journal?verb=GET", None, 400, "verb: Extra inputs are not permitted."),
        ("POST", "/sandbox/tokens", {"login": "nobody@example.com"}, 404, "Not found: Resource not found: nobody"),
        ("POST", "/sandbox/reset", {"time": "soon"}, 400, "time: Input should be a valid datetime"),
    ],
)
async def test_an_order_that_cannot_be_carried_out_is_answered_with_a_sentence(
    plane, method, path, body, status, sentence
):
    answer = await plane.request(method, path, json=body)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert sentence in answer.json()["error"]
    assert answer.json()["error"].endswith(".")


async def test_a_body_that_is_no_json_is_answered_with_a_sentence(plane):
    answer = await plane.post("/sandbox/clock", content=b"{")
    assert (answer.status_code, answer.json()["error"][:12]) == (400, "Invalid JSON")


async def test_a_reset_begins_anew_with_the_same_token(plane, okta, sandbox):
    org, token, title = sandbox.org, sandbox.api_token, await title_of(okta)
    await rename(okta, "Pilot")
    sandbox.faults.add(FaultRule(kind=Kind.ERROR, path="/api/v1/org"))
    await plane.post("/sandbox/clock", json={"advance": 3600, "speed": 60})
    answer = await plane.post("/sandbox/reset")
    assert answer.json() == {"login": "admin@example.com", "token": token}
    assert sandbox.org is org
    assert (len(sandbox.journal), len(sandbox.faults)) == (0, 0)
    assert (await plane.get("/sandbox/clock")).json() == {"time": "2026-03-02T09:30:15.250000Z", "speed": 1.0}
    assert await title_of(okta) == title


async def test_a_reset_can_begin_at_any_time(plane, okta):
    (await plane.post("/sandbox/reset", json={"time": "2020-02-29T12:00:00Z"})).raise_for_status()
    answer = await okta.get(PATH)
    assert answer.headers["date"] == "Sat, 29 Feb 2020 12:00:00 GMT"
    assert answer.json()["lastUpdated"] < "2020-02-29T12:00:00.000Z"


async def test_the_faults_a_sandbox_was_made_with_come_back_with_a_reset(clock):
    sandbox = Sandbox(clock=clock, faults=[FaultRule(kind=Kind.HTML, times=1)])
    sandbox.faults.clear()
    sandbox.reset()
    assert [fault.rule.kind for fault in sandbox.faults] == [Kind.HTML]


async def test_a_snapshot_is_taken_and_brought_back(plane, okta, sandbox):
    org = sandbox.org
    await rename(okta, "Pilot")
    token = sandbox.issue_token("wei.chen@example.com")
    taken = await plane.post("/sandbox/snapshots", json={"name": "in the air"})
    assert (taken.status_code, taken.json()["name"]) == (201, "in the air")
    await rename(okta, "Passenger")
    sandbox.revoke_token(token)
    (await okta.post(f"{PATH}/lifecycle/suspend")).raise_for_status()

    restored = await plane.post("/sandbox/snapshots/in the air/restore")
    assert restored.json() == taken.json()
    assert sandbox.org is org
    user = (await okta.get(PATH)).json()
    assert (user["profile"]["title"], user["status"]) == ("Pilot", "ACTIVE")
    own = {"Authorization": f"SSWS {token}"}
    assert (await okta.get("/api/v1/users/me", headers=own)).status_code == 200
    # What follows builds on what was brought back, and leaves the snapshot as it was.
    await rename(okta, "Stowaway")
    await plane.post("/sandbox/snapshots/in the air/restore")
    assert await title_of(okta) == "Pilot"
    assert (await plane.get("/sandbox/snapshots")).json() == {"snapshots": [taken.json()]}
    assert (await plane.delete("/sandbox/snapshots/in the air")).status_code == 204
    assert (await plane.get("/sandbox/snapshots")).json() == {"snapshots": []}


async def test_ids_go_on_from_the_snapshot(plane, okta):
    await plane.post("/sandbox/snapshots", json={"name": "start"})
    made = []
    for _ in range(2):
        made.append((await okta.post("/api/v1/groups", json={"profile": {"name": "Pilots"}})).json()["id"])
        await plane.post("/sandbox/snapshots/start/restore")
    assert made[0] == made[1]


async def test_faults_are_ordered_seen_and_removed(plane, okta):
    made = await plane.post("/sandbox/faults", json={"kind": "error", "path": PATH, "status": 502, "every": 2})
    assert (made.status_code, made.json()["id"]) == (201, "fault-1")
    assert [(await okta.get(PATH)).status_code for _ in range(2)] == [200, 502]
    (fault,) = (await plane.get("/sandbox/faults")).json()["faults"]
    assert (fault["seen"], fault["met"], fault["rule"]["status"], fault["rule"]["kind"]) == (2, 1, 502, "error")
    assert (await plane.delete("/sandbox/faults/fault-1")).status_code == 204
    assert (await plane.get("/sandbox/faults")).json() == {"faults": []}
    await plane.post("/sandbox/faults", json={"kind": "html"})
    assert (await plane.delete("/sandbox/faults")).status_code == 204
    assert (await okta.get(PATH)).status_code == 200


async def test_the_clock_is_moved(plane, sandbox, clock):
    moved = (await plane.post("/sandbox/clock", json={"advance": 86_400, "speed": 60})).json()
    assert moved == {"time": "2026-03-03T09:30:15.250000Z", "speed": 60.0}
    clock.forward(seconds=1)
    assert sandbox.org.now().isoformat() == "2026-03-03T09:31:15.250000+00:00"
    moved = (await plane.post("/sandbox/clock", json={"set": "2026-12-24T18:00:00+01:00"})).json()
    assert moved["time"] == "2026-12-24T17:00:00Z"


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ({}, [PATH, "/api/v1/groups", PATH]),
        ({"method": "post"}, [PATH]),
        ({"path": "/api/v1/users/*"}, [PATH, PATH]),
        ({"status": 503}, [PATH]),
        ({"fault": "fault-1"}, [PATH]),
        ({"limit": 1}, [PATH]),
        ({"status": 404}, []),
    ],
    ids=str,
)
async def test_the_journal_is_shown_by_what_is_asked(plane, okta, sandbox, query, paths):
    await rename(okta, "Pilot")
    await okta.get("/api/v1/groups?limit=1")
    sandbox.faults.add(FaultRule(kind=Kind.HTML, times=1))
    await okta.get(PATH)
    answer = (await plane.get("/sandbox/journal", params=query)).json()
    assert [entry["path"] for entry in answer["requests"]] == paths
    if query == {"method": "post"}:
        (entry,) = answer["requests"]
        assert entry["body"] == {"profile": {"title": "Pilot"}}
        assert entry["time"] == "2026-03-02T09:30:15.250000Z"


async def test_the_journal_is_emptied(plane, okta):
    await okta.get(PATH)
    assert (await plane.delete("/sandbox/journal")).status_code == 204
    assert (await plane.get("/sandbox/journal")).json() == {"requests": [], "total": 0}


async def test_a_token_is_issued(plane, okta):
    made = await plane.post("/sandbox/tokens", json={"login": "wei.chen@example.com"})
    assert made.status_code == 201
    own = {"Authorization": f"SSWS {made.json()['token']}"}
    assert (await okta.get("/api/v1/users/me", headers=own)).json()["profile"]["login"] == "wei.chen@example.com"


async def test_orders_are_no_requests_to_okta(plane, sandbox):
    await plane.get("/sandbox/state")
    assert sandbox.journal == []
