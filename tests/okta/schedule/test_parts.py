"""The parts of the schedule by themselves: Okta's time, the buckets, the gate, and whose turn it is."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okta_mcp.okta.clock import OktaClock
from okta_mcp.okta.schedule.buckets import Buckets, published_bucket
from okta_mcp.okta.schedule.gate import MOST, Gate
from okta_mcp.okta.schedule.parties import FairQueue, Party, Priority
from okta_mcp.sandbox.limits import bucket_of

ENDPOINTS = [
    *((method, "/api/v1/users") for method in ("GET", "POST")),
    *((method, "/api/v1/users/{id}") for method in ("GET", "POST", "PUT", "DELETE")),
    *((method, "/api/v1/groups") for method in ("GET", "POST")),
    *((method, "/api/v1/groups/{id}") for method in ("GET", "PUT", "DELETE")),
    *((method, "/api/v1/groups/{id}/users/{id}") for method in ("PUT", "DELETE")),
    ("GET", "/api/v1/users/{id}/groups"),
    ("POST", "/api/v1/users/{id}/lifecycle/suspend"),
    ("GET", "/api/v1/apps"),
    ("GET", "/api/v1/apps/{id}"),
    ("GET", "/api/v1/logs"),
    ("GET", "/api/v1/org"),
    ("GET", "/api/v1/meta/schemas/user/default"),
]


def test_requests_that_the_sandbox_counts_together_are_taken_to_be_one_bucket():
    ours = {}
    for method, path in ENDPOINTS:
        ours.setdefault(bucket_of(method, path), set()).add(published_bucket(method, path))
    assert all(len(names) == 1 for names in ours.values())
    assert len({name for names in ours.values() for name in names}) == len(ours)


def test_requests_that_report_another_limit_get_a_bucket_of_their_own_and_come_back():
    suspend, put = ("POST", "/api/v1/users/{id}/lifecycle/suspend"), ("PUT", "/api/v1/groups/{id}/users/{id}")
    buckets = Buckets()
    assert buckets.learn(*put, 600) == buckets.of(*suspend)
    assert buckets.learn(*suspend, 100) != buckets.of(*put)
    assert buckets.learn(*put, 100) == published_bucket(*put)
    assert buckets.learn(*suspend, 100) == published_bucket(*suspend)


@given(
    ahead=st.floats(-1e5, 1e5),
    answers=st.lists(st.tuples(st.floats(0.0, 30.0), st.floats(0.0, 2.0), st.floats(0.0, 1.0)), min_size=1),
)
def test_okta_s_time_lies_where_its_dates_say(ahead, answers):
    okta = 1_767_603_600.25
    clock = OktaClock(lambda: okta + ahead)
    for pause, latency, part in answers:
        okta += pause
        sent = okta
        date = float(int(okta + latency * part))
        okta += latency
        clock.hear(date, sent + ahead, okta + ahead)
        now = clock.now()
        assert now.earliest - 1e-4 <= okta <= now.latest + 1e-4
        assert now.latest - now.earliest <= 1 + latency + 1e-3


def test_many_dates_tell_okta_s_time_to_a_fraction_of_a_second():
    okta = 1_767_603_600.0
    clock = OktaClock(lambda: okta - 77)
    for _ in range(200):
        okta += 0.37
        clock.hear(float(int(okta)), okta - 77 - 0.02, okta - 77)
    now = clock.now()
    assert now.latest - now.earliest < 0.1
    assert now.earliest <= okta <= now.latest


def test_a_clock_that_is_set_while_running_is_followed():
    okta, ahead = 1_767_603_600.5, 0.0
    clock = OktaClock(lambda: okta + ahead)
    clock.hear(float(int(okta)), okta, okta)
    ahead = 7200.0
    clock.hear(float(int(okta)), okta + ahead, okta + ahead)
    assert clock.now().earliest <= okta <= clock.now().latest


def test_a_clock_that_is_set_back_while_an_answer_is_awaited_leaves_no_impossible_time():
    okta = 1_767_603_600.5
    clock = OktaClock(lambda: okta - 7200)
    clock.hear(float(int(okta)), okta, okta - 7200)
    assert clock.now().earliest <= okta <= clock.now().latest


@pytest.mark.parametrize(("ahead", "offset"), [(0.0, 0.0), (0.4, 0.0), (-300.0, 300.0), (300.0, -300.0)])
def test_what_is_signed_bears_our_own_time_while_that_may_be_right(ahead, offset):
    okta = 1_767_603_600.5
    clock = OktaClock(lambda: okta + ahead)
    clock.hear(float(int(okta)), okta + ahead - 0.02, okta + ahead)
    assert clock.offset == pytest.approx(offset, abs=0.1)
    assert clock.likely() == pytest.approx(okta + ahead + offset, abs=0.1)


def test_a_refusal_for_too_many_at_once_halves_what_is_under_way_and_answers_raise_it_again():
    gate = Gate()
    numbers = [gate.enter() for _ in range(16)]
    for number in numbers:
        gate.leave(number, refused=True)
    assert gate.bound == 8
    for _ in range(200):
        gate.leave(gate.enter(), refused=False)
    assert gate.bound == MOST


def test_a_gate_never_closes():
    gate = Gate()
    for _ in range(50):
        gate.leave(gate.enter(), refused=True)
    assert [gate.free(priority) for priority in Priority] == [1, 1]


@pytest.mark.parametrize(("replicas", "bound"), [(1, 20), (2, 15), (4, 7), (100, 1)])
def test_servers_divide_what_an_org_allows_at_once(replicas, bound):
    gate = Gate()
    gate.divide(replicas)
    assert gate.bound == bound


@dataclass(eq=False)
class Request:
    party: Party
    name: str


def drained(queue, turns):
    return [queue.pop(queue.order()[0]).name for _ in range(turns)]


def test_a_short_call_passes_a_long_one():
    queue, long = FairQueue(), Party()
    for number in range(100):
        queue.push(Request(long, f"long {number}"))
    drained(queue, 10)
    queue.push(Request(Party(), "short"))
    assert drained(queue, 2).count("short") == 1


def test_a_person_passes_a_bulk_run_at_once():
    queue, run = FairQueue(), Party(Priority.BULK)
    for number in range(100):
        queue.push(Request(run, f"row {number}"))
    drained(queue, 10)
    queue.push(Request(Party(), "person"))
    assert drained(queue, 1) == ["person"]


def test_nobody_starves_however_many_come():
    queue, run, long = FairQueue(), Party(Priority.BULK), Party()
    for _ in range(20):
        queue.push(Request(run, "row"))
        queue.push(Request(long, "page"))
    for _ in range(5):
        queue.push(Request(Party(), "one call"))
    served = []
    for _ in range(600):
        queue.push(Request(Party(), "one call"))
        served += drained(queue, 1)
    assert 0 < served.count("row") < served.count("page") == 20


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=60), st.data())
def test_everybody_gets_a_turn_and_whoever_left_gets_none(pushed, data):
    parties = [Party(Priority.BULK if number == 4 else Priority.INTERACTIVE) for number in range(5)]
    queue, waiting = FairQueue(), []
    for party, leaves in pushed:
        request = Request(parties[party], "")
        queue.push(request)
        waiting.append(request)
        if leaves:
            gone = data.draw(st.sampled_from(waiting))
            queue.remove(gone)
            waiting.remove(gone)
    popped = []
    while order := queue.order():
        popped.append(queue.pop(order[0]))
    assert len(popped) == len(waiting)
    assert set(map(id, popped)) == set(map(id, waiting))
    assert len(queue) == 0
