"""Confirmation codes: good once, for five minutes, for one purpose and one state, at whoever has the key."""

from itertools import pairwise

import pytest

from okta_mcp.guard.code_ledger import Use, UsedCodes
from okta_mcp.guard.codes import LIFETIME, Codes, Verdict

KEY, OTHER = b"k" * 32, b"o" * 32


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


async def test_a_code_is_good_once(clock):
    codes = Codes([KEY], clock=clock)
    code = await codes.issue(b"p", b"s")
    assert await codes.take(code, b"p", b"s") is Verdict.GOOD
    assert await codes.take(code, b"p", b"s") is Verdict.USED


@pytest.mark.parametrize(
    ("purpose", "state", "verdict"),
    [(b"other", b"s", Verdict.FOREIGN), (b"p", b"other", Verdict.CHANGED), (b"ps", b"", Verdict.FOREIGN)],
)
async def test_a_code_for_something_else_is_not_used_up(clock, purpose, state, verdict):
    codes = Codes([KEY], clock=clock)
    code = await codes.issue(b"p", b"s")
    assert await codes.take(code, purpose, state) is verdict
    assert await codes.take(code, b"p", b"s") is Verdict.GOOD


@pytest.mark.parametrize(("passed", "verdict"), [(LIFETIME - 1, Verdict.GOOD), (LIFETIME, Verdict.EXPIRED)])
async def test_a_code_ends_after_five_minutes(clock, passed, verdict):
    codes = Codes([KEY], clock=clock)
    code = await codes.issue(b"p", b"s")
    clock.now += passed
    assert await codes.take(code, b"p", b"s") is verdict


async def test_whoever_has_the_key_takes_the_code_and_nobody_else(clock):
    code = await Codes([KEY], clock=clock).issue(b"p", b"s")
    assert await Codes([OTHER], clock=clock).take(code, b"p", b"s") is Verdict.FOREIGN
    assert await Codes(clock=clock).take(code, b"p", b"s") is Verdict.FOREIGN
    assert await Codes([OTHER, KEY], clock=clock).take(code, b"p", b"s") is Verdict.GOOD


async def test_servers_that_share_what_was_used_take_a_code_once(clock):
    used = UsedCodes(clock)
    one, other = Codes([KEY], used, clock), Codes([KEY], used, clock)
    code = await one.issue(b"p", b"s")
    assert await other.take(code, b"p", b"s") is Verdict.GOOD
    assert await one.take(code, b"p", b"s") is Verdict.USED


@pytest.mark.parametrize("code", ["", "x", "é" * 48, "A" * 48, "=" * 48, "A" * 4_000, " "])
async def test_what_is_no_code_is_taken_for_nothing(clock, code):
    assert await Codes([KEY], clock=clock).take(code, b"p", b"s") is Verdict.FOREIGN


async def test_a_changed_letter_makes_a_code_worthless(clock):
    codes = Codes([KEY], clock=clock)
    code = await codes.issue(b"p", b"s")
    for place in range(len(code)):
        other = "A" if code[place] != "A" else "B"
        verdict = await codes.take(code[:place] + other + code[place + 1 :], b"p", b"s")
        assert verdict in {Verdict.FOREIGN, Verdict.CHANGED}, place
    assert await codes.take(code, b"p", b"s") is Verdict.GOOD


async def test_no_two_codes_are_the_same(clock):
    codes = Codes([KEY], clock=clock)
    made = sorted([await codes.issue(b"p", b"s") for _ in range(200)])
    assert all(one != other for one, other in pairwise(made))


async def test_used_codes_are_forgotten_after_their_end(clock):
    used = UsedCodes(clock)
    assert await used.spend("a", clock.now + 10) is Use.FIRST
    assert await used.spend("a", clock.now + 10) is Use.AGAIN
    clock.now += 11
    assert await used.spend("b", clock.now + 10) is Use.FIRST
    assert list(used._until) == ["b"]
