"""Time that is moved, and what follows it."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.clock import MovableClock

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Source:
    def __init__(self):
        self.time = START

    def __call__(self):
        return self.time


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def movable(source):
    return MovableClock(source)


def passed(source, movable, **time):
    source.time += timedelta(**time)
    return movable() - START


def test_an_untouched_clock_shows_what_its_source_shows(source, movable):
    assert passed(source, movable, seconds=7) == timedelta(seconds=7)


def test_a_clock_goes_on_from_where_it_was_moved(source, movable):
    assert movable.advance(timedelta(hours=1)) == START + timedelta(hours=1)
    assert passed(source, movable, seconds=7) == timedelta(hours=1, seconds=7)
    assert movable.set(START + timedelta(days=1)) == START + timedelta(days=1)
    assert passed(source, movable, seconds=7) == timedelta(days=1, seconds=7)


def test_a_minute_can_pass_in_a_second(source, movable):
    movable.speed = 60
    assert passed(source, movable, seconds=1) == timedelta(minutes=1)
    movable.speed = 0
    assert passed(source, movable, seconds=9) == timedelta(minutes=1)
    movable.speed = 1
    assert passed(source, movable, seconds=1) == timedelta(minutes=1, seconds=1)


def test_a_restarted_clock_can_begin_in_the_past(source, movable):
    movable.speed = 60
    movable.advance(timedelta(days=1))
    movable.restart(START - timedelta(days=300))
    assert passed(source, movable, seconds=5) == timedelta(days=-300, seconds=5)
    movable.restart()
    assert (movable(), movable.speed) == (source.time, 1.0)


@pytest.mark.parametrize(
    ("move", "complaint"),
    [
        (lambda clock: clock.advance(timedelta(seconds=-1)), "can only be moved forward"),
        (lambda clock: clock.set(START - timedelta(seconds=1)), "can only be moved forward"),
        (lambda clock: clock.set(START.replace(tzinfo=None)), "has no time zone"),
        (lambda clock: setattr(clock, "speed", -1.0), "must be a number from 0 up"),
        (lambda clock: setattr(clock, "speed", float("inf")), "must be a number from 0 up"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(movable, move, complaint):
    with pytest.raises(ValueError, match=complaint):
        move(movable)
    assert movable() == START


@pytest.fixture
async def org(source):
    sandbox = Sandbox(clock=source, rate_limits={"users": 1})
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app),
        base_url="https://sandbox.okta.example",
        headers={"Authorization": f"SSWS {sandbox.api_token}"},
    ) as client:
        yield sandbox, client


async def test_rate_windows_follow_the_clock(org):
    sandbox, client = org
    assert [(await client.get("/api/v1/users?limit=1")).status_code for _ in range(2)] == [200, 429]
    sandbox.clock.advance(timedelta(seconds=60))
    assert (await client.get("/api/v1/users?limit=1")).status_code == 200


async def test_an_unused_token_expires_with_the_clock(org):
    sandbox, client = org
    sandbox.clock.advance(timedelta(days=31))
    answer = await client.get("/api/v1/users/me")
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "E0000011")


async def test_the_log_and_the_objects_tell_the_time_of_the_clock(org):
    sandbox, client = org
    moment = sandbox.clock.set(datetime(2026, 7, 1, tzinfo=UTC) - timedelta(days=92))
    made = await client.post("/api/v1/groups", json={"profile": {"name": "Pilots"}})
    assert made.json()["created"] == moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    (event,) = (await client.get("/api/v1/logs", params={"since": moment.isoformat()})).json()
    assert event["eventType"] == "group.lifecycle.create"
