"""Faults by rule: which requests meet them, and what each kind does to an answer."""

import json
import re
from datetime import timedelta

import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind, When, rule_of, rules_in
from okta_mcp.sandbox.serving import running

PATH = "/api/v1/users/wei.chen"
SUSPEND = f"{PATH}/lifecycle/suspend"


async def statuses(okta, count, path=PATH):
    return [(await okta.get(path)).status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"nth": 2}, [200, 500, 200, 200, 200, 200]),
        ({"every": 2}, [200, 500, 200, 500, 200, 500]),
        ({"every": 2, "times": 2}, [200, 500, 200, 500, 200, 200]),
        ({"times": 2}, [500, 500, 200, 200, 200, 200]),
        ({}, [500] * 6),
        ({"probability": 0.0}, [200] * 6),
        ({"probability": 1.0}, [500] * 6),
    ],
    ids=str,
)
async def test_a_rule_says_which_requests_meet_it(okta, sandbox, when, expected):
    sandbox.faults.add(FaultRule(kind=Kind.ERROR, path=PATH, **when))
    assert await statuses(okta, 6) == expected


async def test_chance_is_the_same_in_every_run(okta, sandbox):
    runs = []
    for seed in (1, 1, 2):
        fault = sandbox.faults.add(FaultRule(kind=Kind.ERROR, probability=0.5, seed=seed))
        runs.append(await statuses(okta, 12))
        sandbox.faults.remove(fault.id)
    assert runs[0] == runs[1] != runs[2]
    assert set(runs[0]) == {200, 500}


@pytest.mark.parametrize(
    ("pattern", "met"),
    [
        (PATH, [PATH]),
        ("/api/v1/users/*", [PATH]),
        ("/api/v1/users/{user}", [PATH]),
        ("/api/v1/*", ["/api/v1/groups"]),
        ("/api/v1/users/**", [PATH, f"{PATH}/groups"]),
        ("/api/v1/users/{user}/groups", [f"{PATH}/groups"]),
        ("**/groups", ["/api/v1/groups", f"{PATH}/groups"]),
        ("**", ["/api/v1/groups", PATH, f"{PATH}/groups"]),
    ],
)
def test_a_path_may_have_wildcards(pattern, met):
    rule = FaultRule(kind=Kind.ERROR, path=pattern)
    assert [path for path in ("/api/v1/groups", PATH, f"{PATH}/groups") if rule.matches("GET", path)] == met


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({}, "kind: Field required."),
        ({"kind": "storm"}, "kind: Input should be 'latency', 'error', 'rate_limit'"),
        ({"kind": "error", "sattus": 500}, "a fault has no sattus; it has kind, method, path"),
        ({"kind": "error", "status": "many"}, "status: Input should be a valid integer"),
        ({"kind": "error", "status": 200}, "an error has a status from 400 to 599."),
        ({"kind": "cut", "status": 500}, "cut has no status."),
        ({"kind": "latency"}, "latency needs a delay."),
        ({"kind": "stale", "when": "after"}, "stale cannot come after."),
        ({"kind": "error", "nth": 1, "every": 2}, "give nth or every, not both."),
        ({"kind": "error", "times": 0}, "nth, every and times count from 1."),
        ({"kind": "error", "probability": 2}, "probability is a share from 0 to 1."),
        ({"kind": "error", "path": "users"}, "path must begin with / or *."),
        ({"kind": "drip", "chunk": 0}, "chunk is a number of bytes from 1 up."),
    ],
    ids=str,
)
def test_a_rule_that_means_nothing_is_refused(rule, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)):
        rule_of(rule)


@pytest.mark.parametrize("status", [503, 504])
async def test_an_error_can_hide_that_the_request_was_carried_out(okta, sandbox, status):
    sandbox.faults.add(FaultRule(kind=Kind.ERROR, path=SUSPEND, status=status, when=When.AFTER, times=1))
    answer = await okta.post(SUSPEND)
    # Not the code of read-only mode, which says that nothing was changed.
    assert (answer.status_code, answer.json()["errorCode"]) == (status, "E0000009")
    assert sandbox.org.user("wei.chen").status == "SUSPENDED"
    assert [(entry.status, entry.fault) for entry in sandbox.journal] == [(status, "fault-1")]


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", SUSPEND)])
async def test_a_malformed_answer_is_complete_and_no_json(okta, sandbox, method, path):
    sandbox.faults.add(FaultRule(kind=Kind.MALFORMED))
    answer = await okta.request(method, path)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_an_answer_without_a_body_is_malformed_too(okta, sandbox):
    sandbox.faults.add(FaultRule(kind=Kind.MALFORMED))
    answer = await okta.delete(f"/api/v1/users/{sandbox.org.user('wei.chen').id}/sessions")
    assert (answer.status_code, answer.content) == (200, b'{"')


@pytest.mark.parametrize("path", [PATH, "/api/v1/users"])
async def test_an_answer_in_pieces_is_the_same_answer(okta, sandbox, path):
    whole = await okta.get(path)
    sandbox.faults.add(FaultRule(kind=Kind.DRIP, chunk=7, pause=0))
    assert (await okta.get(path)).content == whole.content


@pytest.fixture
async def over_a_socket():
    sandbox = Sandbox()
    headers = {"Authorization": f"SSWS {sandbox.api_token}"}
    async with running(sandbox) as url, httpx2.AsyncClient(base_url=url, headers=headers) as client:
        yield sandbox, client


async def test_a_truncated_answer_ends_in_the_middle(over_a_socket, caplog):
    sandbox, client = over_a_socket
    whole = (await client.get(PATH)).content
    sandbox.faults.add(FaultRule(kind=Kind.TRUNCATED, path=PATH, times=1))
    async with client.stream("GET", PATH) as answer:
        pieces = answer.aiter_raw()
        assert answer.status_code == 200
        received = await anext(pieces)
        with pytest.raises(httpx2.RemoteProtocolError):
            await anext(pieces)
    assert received == whole[: len(whole) // 2]
    assert (await client.get(PATH)).content == whole
    assert caplog.text == ""


async def test_a_dripping_answer_comes_in_many_pieces_over_a_socket(over_a_socket):
    sandbox, client = over_a_socket
    sandbox.faults.add(FaultRule(kind=Kind.DRIP, path=PATH, chunk=300, pause=0.001))
    async with client.stream("GET", PATH) as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
    assert len(pieces) > 1
    assert json.loads(b"".join(pieces))["profile"]["login"] == "wei.chen@example.com"


async def test_a_truncated_answer_without_a_body_is_a_cut_connection(over_a_socket):
    sandbox, client = over_a_socket
    sandbox.faults.add(FaultRule(kind=Kind.TRUNCATED))
    with pytest.raises(httpx2.TransportError):
        await client.delete(f"/api/v1/users/{sandbox.org.user('wei.chen').id}/sessions")
    assert sandbox.journal[-1].status == 0


QUERIES = [
    {"search": 'profile.title eq "Pilot"'},
    {"filter": 'lastUpdated gt "2026-03-02T09:30:14.000Z"'},
    {"q": "Aviator"},
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
async def test_an_index_lags_behind_and_catches_up(okta, sandbox, clock, query):
    sandbox.faults.add(FaultRule(kind=Kind.STALE, lag=5))
    profile = {"title": "Pilot", "firstName": "Aviator"}
    assert (await okta.post(PATH, json={"profile": profile})).json()["profile"]["title"] == "Pilot"
    found = []
    for _ in range(3):
        found.append(len((await okta.get("/api/v1/users", params=query)).json()))
        clock.forward(seconds=2.6)
    assert found == [0, 0, 1]


async def test_what_is_read_by_id_or_listed_without_a_query_does_not_lag(okta, sandbox):
    sandbox.faults.add(FaultRule(kind=Kind.STALE, lag=3600))
    made = (await okta.post("/api/v1/groups", json={"profile": {"name": "Pilots"}})).json()
    assert (await okta.get(f"/api/v1/groups/{made['id']}")).json() == made
    assert made["id"] in [group["id"] for group in (await okta.get("/api/v1/groups")).json()]
    assert (await okta.get("/api/v1/groups?q=Pilots")).json() == []


async def test_an_index_shows_the_state_of_its_moment(okta, sandbox, clock):
    sandbox.faults.add(FaultRule(kind=Kind.STALE, lag=10))
    for title in ("One", "Two", "Three"):
        await okta.post(PATH, json={"profile": {"title": title}})
        clock.forward(seconds=4)
    shown = []
    for _ in range(3):
        (user,) = (await okta.get("/api/v1/users?search=profile.login+eq+%22wei.chen@example.com%22")).json()
        shown.append(user["profile"]["title"])
        clock.forward(seconds=4)
    assert shown == ["One", "Two", "Three"]


async def test_when_the_lag_ends_the_index_is_up_to_date(okta, sandbox):
    fault = sandbox.faults.add(FaultRule(kind=Kind.STALE, lag=3600))
    await okta.post("/api/v1/groups", json={"profile": {"name": "Pilots"}})
    sandbox.faults.remove(fault.id)
    assert len((await okta.get("/api/v1/groups?q=Pilots")).json()) == 1


def test_a_clock_that_moves_moves_the_org():
    sandbox = Sandbox()
    before = sandbox.org.now()
    sandbox.clock.advance(timedelta(days=3))
    assert timedelta(days=3) <= sandbox.org.now() - before < timedelta(days=3, minutes=5)


def test_the_rules_of_a_file_are_read(tmp_path):
    path = tmp_path / "faults.json"
    path.write_text('[{"kind": "html", "times": 1}, {"kind": "cut", "when": "after"}]', encoding="utf-8")
    assert rules_in(path) == [FaultRule(kind=Kind.HTML, times=1), FaultRule(kind=Kind.CUT, when=When.AFTER)]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("[", "is no JSON"),
        ('{"kind": "html"}', "must hold a list of rules"),
        ("[1]", "must hold a list of rules"),
        ('[{"kind": "html"}, {"kind": "latency"}]', "rule 2: latency needs a delay."),
    ],
)
def test_a_file_that_holds_no_rules_is_refused(tmp_path, content, complaint):
    path = tmp_path / "faults.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        rules_in(path)
