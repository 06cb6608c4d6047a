"""What is counted of writes, and when the trail counts as one that can be written."""

import pytest

from okta_mcp.guard.audit import Attempt, BrokenTrail, NoTrail, Outcome, Tally, Unrecorded

ATTEMPT = Attempt("suspend_user")


class FullDisk(NoTrail):
    """A trail that can be written while there is room."""

    room = True

    async def intend(self, attempt):
        if not self.room:
            raise Unrecorded(attempt.tool, "No space left on device")
        return 1

    async def conclude(self, number, tool, outcome):
        return self.room


async def test_writes_are_counted_by_how_they_ended():
    tally = Tally(NoTrail())
    for result in ("done", "done", "partly", "failed", "unknown"):
        await tally.conclude(await tally.intend(ATTEMPT), ATTEMPT.tool, Outcome(result))
    await tally.refuse(Attempt("deactivate_user"), "read-only")
    assert tally.ended == {"done": 2, "partly": 1, "failed": 1, "unknown": 1, "refused": 1, "unrecorded": 0}
    assert tally.writable


async def test_a_trail_that_could_not_be_opened_is_known_for_it_before_the_first_write():
    tally = Tally(BrokenTrail("no home"))
    assert not tally.writable
    with pytest.raises(Unrecorded, match="no home"):
        await tally.intend(ATTEMPT)
    assert tally.ended == {"done": 0, "partly": 0, "failed": 0, "unknown": 0, "refused": 0, "unrecorded": 1}


async def test_a_trail_is_writable_again_once_it_was_written():
    disk = FullDisk()
    tally = Tally(disk)
    number = await tally.intend(ATTEMPT)
    disk.room = False
    assert not await tally.conclude(number, ATTEMPT.tool, Outcome("done"))
    assert not tally.writable
    with pytest.raises(Unrecorded):
        await tally.intend(ATTEMPT)
    assert not tally.writable
    disk.room = True
    await tally.intend(ATTEMPT)
    assert tally.writable
    assert (tally.ended["done"], tally.ended["unrecorded"]) == (1, 1)
