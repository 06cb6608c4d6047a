"""The trail: what is on disk when a call returns, and what is found wrong in it later."""

import json
import os
import random
import resource
import shutil
import threading
from contextlib import contextmanager
from dataclasses import replace

import anyio
import pytest
from pydantic import SecretStr

from okta_mcp.guard import Caller
from okta_mcp.guard.audit import (
    Attempt,
    BrokenTrail,
    Chained,
    Confirmation,
    Damaged,
    InUse,
    KeptTrail,
    Ledger,
    NoTrail,
    Outcome,
    Place,
    Seal,
    Sent,
    Target,
    Unrecorded,
    verify,
)

KEY = Seal(SecretStr("a key that only the operator has"))
PLAIN = Seal()
ADA = Target("user", "00uada", "ada@example.com")
ATTEMPT = Attempt(
    "suspend_user",
    {"user": "Ada"},
    "destructive",
    Caller("oauth|17", "Bea Helper", "oauth", "desk"),
    "inspector/1.2",
    "https://example.okta.com",
    [ADA],
    Confirmation("elicitation", "Bea Helper"),
)
DONE = Outcome(
    "done",
    [{"field": "status", "before": "ACTIVE", "after": "SUSPENDED"}],
    [Sent("POST", "/api/v1/users/{id}/lifecycle/suspend", 200, "0123456789abcdef")],
)


@contextmanager
def opened(path, seal=PLAIN, **options):
    ledger = Ledger(path, seal, **options)
    trail = KeptTrail(ledger)
    trail.start("https://example.okta.com", keyed=seal.keyed, found=ledger.found)
    try:
        yield trail
    finally:
        trail.close()


@contextmanager
def no_room_beyond(size):
    """Let no file of this process grow past a size: what a full disk does, for everybody who may run the tests."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def checked(path, seal=PLAIN, **options):
    """Verify a trail that nobody writes."""
    return verify(path, seal, patience=0, **options)


def entries(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def written(path, count=6, seal=PLAIN, **options):
    """Write a start and some writes, each an intent and an outcome."""
    with opened(path, seal, **options) as trail:
        for _ in range(count):
            await trail.conclude(await trail.intend(ATTEMPT), ATTEMPT.tool, DONE)


async def test_a_write_has_two_entries_that_say_who_did_what_to_whom(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path) as trail:
        number = await trail.intend(ATTEMPT)
        before_the_outcome = entries(path)
        assert await trail.conclude(number, "suspend_user", DONE)
    start, intent, outcome = entries(path)
    assert before_the_outcome == [start, intent]
    assert [start["kind"], intent["kind"], outcome["kind"]] == ["start", "intent", "outcome"]
    assert intent["who"] == {"id": "oauth|17", "name": "Bea Helper", "kind": "oauth", "client": "desk"}
    assert intent["on"] == [{"kind": "user", "id": "00uada", "name": "ada@example.com"}]
    assert (intent["tool"], intent["arguments"], intent["client"]) == ("suspend_user", {"user": "Ada"}, "inspector/1.2")
    assert intent["confirmation"] == {"how": "elicitation", "by": "Bea Helper"}
    assert (outcome["of"], outcome["result"], outcome["okta"][0]["id"]) == (intent["n"], "done", "0123456789abcdef")
    assert outcome["changes"] == [{"field": "status", "before": "ACTIVE", "after": "SUSPENDED"}]
    assert outcome["prev"] == intent["hash"]
    assert checked(path).faults == []


async def test_a_refused_write_has_an_entry_that_names_the_rule(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path) as trail:
        await trail.refuse(ATTEMPT, "read-only")
    assert entries(path)[1]["kind"] == "refused"
    assert entries(path)[1]["rule"] == "read-only"
    assert checked(path).in_doubt == []


async def test_an_intent_without_an_outcome_is_in_doubt_and_told_at_the_next_start_once(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path) as trail:
        first = await trail.intend(ATTEMPT)
        second = await trail.intend(ATTEMPT)
        await trail.conclude(first, "suspend_user", DONE)
    assert [one["n"] for one in checked(path).in_doubt] == [second]
    with opened(path):
        assert entries(path)[-1]["inDoubt"] == [second]
    with opened(path):
        assert "inDoubt" not in entries(path)[-1]
    assert [one["n"] for one in checked(path).in_doubt] == [second]


async def test_doubt_is_found_in_an_earlier_file_too(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path, rotate=1500) as trail:
        doubtful = await trail.intend(ATTEMPT)
        for _ in range(6):
            await trail.conclude(await trail.intend(ATTEMPT), "suspend_user", DONE)
    ledger = Ledger(path, PLAIN, rotate=1500)
    ledger.close()
    assert (tmp_path / "audit.3.jsonl").exists()
    assert [one["n"] for one in ledger.found.in_doubt] == [doubtful]


async def test_writers_at_the_same_time_share_writes_and_each_gets_its_own_number(tmp_path):
    path = tmp_path / "audit.jsonl"
    numbers = []
    with opened(path) as trail:

        async def write():
            number = await trail.intend(ATTEMPT)
            numbers.append(number)
            await trail.conclude(number, "suspend_user", DONE)

        async with anyio.create_task_group() as tasks:
            for _ in range(40):
                tasks.start_soon(write)
    assert len(set(numbers)) == 40
    found = checked(path)
    assert (found.faults, found.in_doubt, found.entries) == ([], [], 81)


async def test_the_chain_runs_on_across_files_and_starts(tmp_path):
    path = tmp_path / "audit.jsonl"
    for _ in range(3):
        await written(path, rotate=2000)
    found = checked(path)
    assert found.files > 5
    assert (found.faults, found.entries) == ([], 39)
    assert all(one.stat().st_size <= 2600 for one in tmp_path.glob("*.jsonl"))


@pytest.mark.parametrize("entries_cut", [1, 4])
async def test_a_trail_that_was_cut_is_not_written_on(tmp_path, entries_cut):
    path = tmp_path / "audit.jsonl"
    await written(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-entries_cut]))
    with pytest.raises(Damaged, match="audit verify"):
        Ledger(path, PLAIN)
    assert "gone from the end" in str(checked(path).faults[0])


async def test_a_line_that_power_loss_left_unfinished_is_cut_off_and_noted(tmp_path):
    path = tmp_path / "audit.jsonl"
    await written(path)
    with path.open("ab") as file:
        file.write(b'{"n":14,"prev":"12')
    assert "breaks off" in str(checked(path).faults[0])
    with opened(path):
        assert entries(path)[-1]["cut"] == 18
    found = checked(path)
    assert found.faults == []
    assert "18 bytes" in found.notes[0]


async def test_entries_that_the_head_does_not_know_yet_are_taken_over_and_noted(tmp_path):
    path, head = tmp_path / "audit.jsonl", tmp_path / "audit.jsonl.head"
    with opened(path) as trail:
        number = await trail.intend(ATTEMPT)
        old = head.read_bytes()
        await trail.conclude(number, "suspend_user", DONE)
    head.write_bytes(old)
    assert "it stands at entry 2, the files go on to 3" in str(checked(path).faults[0])
    with opened(path):
        assert entries(path)[-1]["headWas"] == 2
        assert "inDoubt" not in entries(path)[-1]
    assert checked(path).faults == []


async def test_a_file_has_one_writer(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path), pytest.raises(InUse, match="of its own"):
        Ledger(path, PLAIN)
    with opened(path):
        pass


async def test_a_file_that_somebody_puts_in_its_place_stops_the_writes(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path) as trail:
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(Unrecorded, match="No such file"):
            await trail.intend(ATTEMPT)
        path.write_bytes(content)
        with pytest.raises(Unrecorded, match="put in the place"):
            await trail.intend(ATTEMPT)


async def test_a_file_that_somebody_writes_to_stops_the_writes(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path) as trail:
        os.truncate(path, 10)
        with pytest.raises(Unrecorded, match="changed by somebody else"):
            await trail.intend(ATTEMPT)


async def test_a_full_disk_stops_the_writes_and_leaves_the_trail_as_it_was(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path) as trail:
        number = await trail.intend(ATTEMPT)
        size = path.stat().st_size
        with no_room_beyond(size + 100):
            with pytest.raises(Unrecorded, match="nothing was changed"):
                await trail.intend(ATTEMPT)
            assert not await trail.conclude(number, "suspend_user", DONE)
        assert path.stat().st_size == size
        assert await trail.conclude(await trail.intend(ATTEMPT), "suspend_user", DONE)
    found = checked(path)
    assert (found.faults, [one["n"] for one in found.in_doubt]) == ([], [number])


async def test_a_next_file_that_cannot_be_filled_leaves_the_trail_as_it_was(tmp_path):
    path = tmp_path / "audit.jsonl"
    with opened(path, rotate=300) as trail:
        with no_room_beyond(200), pytest.raises(Unrecorded):
            await trail.intend(ATTEMPT)
        assert await trail.conclude(await trail.intend(ATTEMPT), "suspend_user", DONE)
    found = checked(path)
    assert (found.faults, found.entries, found.files) == ([], 3, 3)


class Stopped(BaseException):
    """What is no failure of anything, such as a request to stop."""


class Failing:
    """A record that is slow, so that others wait meanwhile, and fails from its second write on until it is mended."""

    def __init__(self, ledger, error):
        self.ledger, self.error, self.writes = ledger, error, 0
        self.others = threading.Event()

    def append(self, entries):
        self.writes += 1
        if self.writes == 1:
            assert self.others.wait(5)
        elif self.error is not None:
            raise self.error
        return self.ledger.append(entries)

    def close(self):
        self.ledger.close()


@pytest.mark.parametrize(
    "error",
    [OSError("no room"), RuntimeError("can't start new thread"), ValueError("too long"), MemoryError(), Stopped()],
)
async def test_nobody_whose_entry_was_not_written_is_told_that_it_was(tmp_path, error):
    path, told = tmp_path / "audit.jsonl", {}
    record = Failing(Ledger(path, PLAIN), error)
    trail = KeptTrail(record)

    async def intend(name):
        try:
            told[name] = await trail.intend(ATTEMPT)
        except (Unrecorded, Stopped) as refused:
            told[name] = type(refused)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(intend, "first")
        await anyio.wait_all_tasks_blocked()
        for name in ("leader", "second", "third"):
            tasks.start_soon(intend, name)
        await anyio.wait_all_tasks_blocked()
        record.others.set()
    leader = Stopped if isinstance(error, Stopped) else Unrecorded
    assert told == {"first": 1, "leader": leader, "second": Unrecorded, "third": Unrecorded}
    assert [entry["n"] for entry in entries(path)] == [1]
    record.error = None
    assert await trail.intend(ATTEMPT) == 2
    trail.close()


async def test_an_entry_that_cannot_be_put_into_words_is_refused_and_the_trail_goes_on(tmp_path):
    with opened(tmp_path / "audit.jsonl") as trail:
        unspeakable = replace(ATTEMPT, arguments={"limit": 10**5000})
        with pytest.raises(Unrecorded, match="ValueError"):
            await trail.intend(unspeakable)
        await trail.refuse(unspeakable, "the policy")
        number = await trail.intend(ATTEMPT)
        assert not await trail.conclude(number, ATTEMPT.tool, replace(DONE, changes=[{"after": 10**5000}]))
        assert await trail.conclude(number, ATTEMPT.tool, DONE)
    assert [entry["kind"] for entry in entries(tmp_path / "audit.jsonl")] == ["start", "intent", "outcome"]


async def test_without_a_trail_everything_passes():
    trail = NoTrail()
    await trail.refuse(ATTEMPT, "read-only")
    assert await trail.conclude(await trail.intend(ATTEMPT), "suspend_user", DONE)


async def test_a_trail_that_cannot_be_opened_lets_no_write_pass(caplog):
    trail = BrokenTrail("Read-only file system")
    with pytest.raises(Unrecorded, match="Read-only file system"):
        await trail.intend(ATTEMPT)
    await trail.refuse(ATTEMPT, "read-only")
    assert "suspend_user was refused" in caplog.text


async def test_a_stream_gets_every_line_and_its_end_stops_the_writes_where_it_is_all_there_is(tmp_path):
    with (tmp_path / "shipped").open("wb") as stream:
        trail = KeptTrail(Chained(PLAIN), stream=stream, needs_stream=True)
        trail.start("https://example.okta.com", keyed=False)
        await trail.intend(ATTEMPT)
    assert [one["n"] for one in entries(tmp_path / "shipped")] == [1, 2]
    with pytest.raises(Unrecorded, match="stream"):
        await trail.intend(ATTEMPT)


async def test_a_key_is_needed_to_make_an_entry_that_passes(tmp_path):
    path = tmp_path / "audit.jsonl"
    await written(path, seal=KEY)
    assert checked(path, KEY).faults == []
    assert "changed" in str(checked(path).faults[0])
    shutil.copytree(tmp_path, tmp_path / "forged")
    forged = tmp_path / "forged" / "audit.jsonl"
    for file in forged.parent.iterdir():
        file.unlink()
    await written(forged, seal=PLAIN)
    assert checked(forged).faults == []
    assert len(checked(forged, KEY).faults) > 12


async def test_going_back_to_an_earlier_state_is_found_by_an_entry_noted_elsewhere(tmp_path):
    path = tmp_path / "audit.jsonl"
    await written(path)
    for file in list(tmp_path.iterdir()):
        shutil.copy(file, file.with_suffix(file.suffix + ".old"))
    await written(path)
    noted = checked(path).last
    assert checked(path, expect=noted).faults == []
    for file in tmp_path.glob("*.old"):
        file.rename(file.with_suffix(""))
    assert checked(path).faults == []
    assert "noted" in str(checked(path, expect=noted).faults[0])


async def test_what_was_put_away_is_missed_unless_it_is_said(tmp_path):
    path = tmp_path / "audit.jsonl"
    await written(path, count=12, rotate=2000)
    first = entries(tmp_path / "audit.3.jsonl")[0]["n"]
    path.unlink()
    (tmp_path / "audit.2.jsonl").unlink()
    assert "gone" in str(checked(path).faults[0])
    assert checked(path, first=first).faults == []
    assert checked(path, first=first - 1).faults != []


def edit_a_byte(rng, path, head):
    content = bytearray(path.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def delete_a_line(rng, path, head):
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    path.write_bytes(b"".join(lines))


def swap_two_lines(rng, path, head):
    lines = path.read_bytes().splitlines(keepends=True)
    one, other = rng.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    path.write_bytes(b"".join(lines))


def repeat_a_line(rng, path, head):
    lines = path.read_bytes().splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    path.write_bytes(b"".join(lines))


def cut_the_end(rng, path, head):
    os.truncate(path, rng.randrange(path.stat().st_size))


def remove_the_file(rng, path, head):
    path.unlink()


def forge_an_entry(rng, path, head):
    """Change what an entry says and seal it anew, as anybody can where there is no key."""
    lines = path.read_bytes().splitlines(keepends=True)
    place = rng.randrange(len(lines))
    body = lines[place].rpartition(b',"hash"')[0].replace(b'"kind":"', b'"forged":1,"kind":"')
    lines[place] = body + b',"hash":"' + PLAIN.of(body, purpose="entry").encode() + b'"}\n'
    path.write_bytes(b"".join(lines))


def edit_the_head(rng, path, head):
    edit_a_byte(rng, head, head)


def remove_the_head(rng, path, head):
    head.unlink()


def put_an_old_head_back(rng, path, head):
    old = rng.choice(sorted(head.parent.glob("head.*")))
    shutil.copy(old, head)


TAMPERINGS = [
    edit_a_byte,
    delete_a_line,
    swap_two_lines,
    repeat_a_line,
    cut_the_end,
    remove_the_file,
    forge_an_entry,
    edit_the_head,
    remove_the_head,
    put_an_old_head_back,
]


@pytest.mark.parametrize("seal", [PLAIN, KEY], ids=["plain", "keyed"])
async def test_two_hundred_random_tamperings_are_all_found(tmp_path, seal):
    rng, whole = random.Random(17), tmp_path / "whole"
    path = whole / "audit.jsonl"
    for turn in range(3):
        await written(path, seal=seal, rotate=3000)
        if turn < 2:
            shutil.copy(whole / "audit.jsonl.head", whole / f"head.{turn}")
    assert checked(path, seal).faults == []
    missed = []
    for turn in range(200):
        copy = tmp_path / "copy"
        shutil.copytree(whole, copy)
        tampering = TAMPERINGS[turn % len(TAMPERINGS)]
        file = rng.choice(sorted(copy.glob("*.jsonl")))
        tampering(rng, file, copy / "audit.jsonl.head")
        if not checked(copy / "audit.jsonl", seal).faults:
            missed.append((turn, tampering.__name__, file.name))
        shutil.rmtree(copy)
    assert missed == []


async def test_a_fault_says_which_line_it_is_in(tmp_path):
    path = tmp_path / "audit.jsonl"
    await written(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], lines[3].replace(b"Ada", b"Bob"), *lines[4:6], *lines[8:]]))
    assert [str(one).removeprefix(str(path)) for one in checked(path).faults] == [
        ", line 4: it was changed: its hash does not fit what it says",
        ", line 7: before it, entries 7 to 8 are gone",
    ]


def test_a_place_is_written_as_number_and_hash():
    assert str(Place(3, "ab")) == "3:ab"
