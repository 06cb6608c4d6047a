"""What several servers guard together, with a real Redis that comes and goes: codes and limits."""

import random
import re

import anyio
import pytest
from pydantic import SecretStr

from okta_mcp.guard import Caller, Codes, Limits, Refused, Verdict, WritePace
from okta_mcp.guard.code_ledger import SharedCodes
from okta_mcp.okta import Shared

KEY = "k" * 32
CHLOE = "chloe.bennett@example.com"
ADA, BEN = Caller("ada", "ada", "token"), Caller("ben", "ben", "token")
WAYS = pytest.mark.parametrize("way", ["auto", "legacy", "sse"])


class Clock:
    """Never the same twice: a server that has lost Redis asks it again at once."""

    def __init__(self, step=10.0):
        self.now, self.step = 1_000_000.0, step

    def __call__(self):
        self.now += self.step
        return self.now


def shared(redis_server):
    return Shared(SecretStr(redis_server.url), "https://sandbox.okta.example", clock=Clock())


@pytest.fixture
async def sharing(redis_server):
    """Make what a server shares with others, as often as one likes."""
    await redis_server.start()
    async with anyio.create_task_group() as tasks:
        made = []

        def make():
            made.append(shared(redis_server))
            return made[-1]

        yield make
        for one in made:
            await one.aclose()
        tasks.cancel_scope.cancel()


@pytest.fixture
async def pair(doors, redis_server):
    """Two servers of one org with a Redis."""

    async def opened(**settings):
        await redis_server.start()
        settings = {"state_keys": KEY, "redis_url": redis_server.url, **settings}
        one = await doors(**settings)
        return one, await doors(beside=one, **settings)

    return opened


def text(result):
    return result.content[0].text


def code_in(result):
    return re.search(r'confirmation "([^"]+)"', text(result))[1]


def writes(doors):
    return [one for one in doors.box.journal if one.method != "GET"]


# Codes


@WAYS
async def test_a_code_of_one_server_is_good_once_at_all_of_them(pair, way):
    one, other = await pair()
    results = []
    async with one.client(None, way) as here, other.client(None, way) as there:
        preview = await here.call_tool("deactivate_user", {"user": CHLOE})
        arguments = {"user": CHLOE, "confirmation": code_in(preview)}

        async def use(client):
            results.append(await client.call_tool("deactivate_user", arguments))

        async with anyio.create_task_group() as tasks:
            for client in (here, there):
                tasks.start_soon(use, client)
    assert sorted(result.is_error for result in results) == [False, True]
    assert [one.path.rpartition("/")[2] for one in writes(one)] == ["deactivate"]


@WAYS
@pytest.mark.parametrize("started_anew", [False, True])
async def test_a_code_that_redis_knows_nothing_of_any_more_does_nothing(pair, redis_server, way, started_anew):
    one, other = await pair()
    async with one.client(None, way) as here, other.client(None, way) as there:
        preview = await here.call_tool("deactivate_user", {"user": CHLOE})
        redis_server.stop()
        if started_anew:
            await redis_server.start()
        for client in (here, there):
            arguments = {"user": CHLOE, "confirmation": code_in(preview)}
            refused = await client.call_tool("deactivate_user", arguments)
            assert refused.is_error
            assert "whether it was used before cannot be told" in text(refused)
            assert "look whether it is done already; if not, call once more without `confirmation`" in text(refused)
        assert writes(one) == []
        again = await here.call_tool("deactivate_user", {"user": CHLOE})
        done = await here.call_tool("deactivate_user", {"user": CHLOE, "confirmation": code_in(again)})
        assert not done.is_error, text(done)
    assert [one.path.rpartition("/")[2] for one in writes(one)] == ["deactivate"]


async def test_the_yes_of_a_person_counts_once_though_it_is_sent_to_two_servers(pair):
    one, other = await pair()
    arguments = {"name": "deactivate_user", "arguments": {"user": CHLOE}}
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    }
    era = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "deactivate_user"}
    asked = (await one.say("tools/call", {**arguments, "_meta": meta}, **era)).json()["result"]
    (place,) = asked["inputRequests"]
    yes = {place: {"action": "accept", "content": {"confirm": True}}}
    params = {**arguments, "_meta": meta, "requestState": asked["requestState"], "inputResponses": yes}
    answers = []

    async def say(doors):
        answers.append((await doors.say("tools/call", params, **era)).json()["result"])

    async with anyio.create_task_group() as tasks:
        for doors in (one, other, one):
            tasks.start_soon(say, doors)
    assert sorted(answer.get("isError", False) for answer in answers) == [False, True, True]
    assert [one.path.rpartition("/")[2] for one in writes(one)] == ["deactivate"]


async def test_a_redis_that_remembers_only_what_it_saved_makes_no_used_code_good(sharing, redis_server):
    clock = Clock(step=0)
    one, other = (Codes([KEY.encode()], SharedCodes(sharing(), clock), clock) for _ in range(2))
    code, unused = await one.issue(b"p", b"s"), await one.issue(b"p", b"s")
    await sharing().ask(lambda redis: redis.save())
    assert await other.take(code, b"p", b"s") is Verdict.GOOD
    redis_server.stop()
    await redis_server.start()
    assert await sharing().ask(lambda redis: redis.dbsize()) == 2
    for codes in (one, other):
        assert await codes.take(code, b"p", b"s") is Verdict.UNTOLD
        assert await codes.take(unused, b"p", b"s") is Verdict.UNTOLD


class Trial:
    """Three servers that issue and take codes by chance, while Redis comes and goes."""

    def __init__(self, seed, sharing, redis_server):
        self.chance, clock = random.Random(seed), Clock(step=0)
        self.servers = [Codes([KEY.encode()], SharedCodes(sharing(), clock), clock) for _ in range(3)]
        self.redis_server, self.there = redis_server, True
        self.issued, self.taken = [], []

    async def issue(self):
        self.issued.append(await self.chance.choice(self.servers).issue(b"p", b"s"))

    async def take(self, server=None, code=None):
        code = code or self.chance.choice(self.issued)
        if await (server or self.chance.choice(self.servers)).take(code, b"p", b"s") is Verdict.GOOD:
            self.taken.append(code)

    async def race(self):
        async with anyio.create_task_group() as tasks:
            for one in self.servers:
                tasks.start_soon(self.take, one, self.issued[-1])

    async def trouble(self):
        if self.there:
            self.redis_server.stop()
        else:
            await self.redis_server.start()
        self.there = not self.there


@pytest.mark.parametrize("seed", range(3))
async def test_no_code_is_ever_taken_twice_whenever_redis_goes_and_comes(sharing, redis_server, seed):
    trial = Trial(seed, sharing, redis_server)
    await trial.issue()
    for _ in range(150):
        await trial.chance.choices([trial.issue, trial.take, trial.race, trial.trouble], [4, 6, 2, 1])[0]()
    assert len(trial.taken) > 10
    assert len(trial.taken) == len(set(trial.taken))


# Limits


async def took(pace, caller=ADA):
    """Tell whether one more write of a caller is within the limits."""
    try:
        await pace.take(caller)
    except Refused:
        return False
    return True


async def test_limits_hold_for_all_servers_together(pair):
    one, other = await pair(writes_per_minute="2")
    async with one.client(None) as here, other.client(None, "legacy") as there:
        for client, user in ((here, CHLOE), (there, "ada.byrne@example.com")):
            assert not (await client.call_tool("suspend_user", {"user": user})).is_error
        for client in (here, there):
            refused = await client.call_tool("suspend_user", {"user": "wei.chen@example.com"})
            assert "limit of 2 writes of all servers in one minute is reached" in text(refused)
            assert re.search(r"try again in (5\d|60) seconds", text(refused))
    assert len(writes(one)) == 2


async def test_servers_that_write_at_once_are_counted_one_by_one(sharing):
    paces = [WritePace(Limits(per_minute=20, per_caller=12), shared=sharing()) for _ in range(4)]
    done = []

    async def write(pace, caller):
        if await took(pace, caller):
            done.append(caller)

    async with anyio.create_task_group() as tasks:
        for place in range(80):
            tasks.start_soon(write, paces[place % 4], (ADA, BEN)[place // 4 % 2])
    assert len(done) == 20
    assert max(done.count(ADA), done.count(BEN)) <= 12
    assert [await took(pace) for pace in paces] == [False] * 4


async def test_without_redis_each_server_goes_on_with_its_part(sharing, redis_server):
    one, other = (WritePace(Limits(per_minute=7), shared=sharing()) for _ in range(2))
    assert [await took(pace) for pace in (one, other, one)] == [True] * 3
    redis_server.stop()
    assert [await took(one) for _ in range(3)] == [True, False, False]
    assert [await took(other) for _ in range(3)] == [True, True, False]
    with pytest.raises(Refused, match=r"limit of 3 writes .* \(the part of this server, one of 2, while Redis is lost"):
        await one.take(ADA)


async def test_servers_that_never_wrote_are_counted_before_redis_is_lost(sharing, redis_server):
    reaches = [sharing() for _ in range(3)]
    paces = [WritePace(Limits(per_minute=7), shared=reach) for reach in reaches]

    async def heard(_news):
        """Nothing has to be done about it."""

    async with anyio.create_task_group() as tasks:
        for reach in reaches:
            tasks.start_soon(reach.hear, "changes", heard)
        with anyio.fail_after(30):
            while [reach.servers for reach in reaches] != [3] * 3:
                await reaches[0].tell("changes", "anything")
                await anyio.sleep(0.01)
        assert await took(paces[0])
        redis_server.stop()
        assert [await took(paces[0]) for _ in range(2)] == [True, False]
        assert [await took(paces[1]) for _ in range(3)] == [True, True, False]
        tasks.cancel_scope.cancel()


async def test_a_server_that_went_is_counted_for_an_hour(sharing, redis_server):
    reach = sharing()
    pace = WritePace(Limits(per_minute=6), shared=reach)
    for seen, servers in (([4, 2], 4), ([3], 4), ([2] * 400, 2)):
        for one in seen:
            reach.count(one)
        assert reach.servers == servers
    redis_server.stop()
    assert [await took(pace) for _ in range(4)] == [True, True, True, False]


async def test_a_server_that_has_not_heard_of_the_others_makes_one_write(redis_server):
    """One that is started while Redis is lost; nobody can tell how many others there are."""
    pace = WritePace(Limits(per_minute=7), shared=shared(redis_server))
    assert await took(pace)
    with pytest.raises(Refused, match=r"limit of 1 write of .* does not know how many others .* Redis is lost"):
        await pace.take(BEN)


async def test_a_redis_that_was_started_anew_is_told_what_was_written(sharing, redis_server):
    one, other = (WritePace(Limits(per_minute=10, per_caller=4), shared=sharing()) for _ in range(2))
    assert [await took(one), await took(one), await took(other), await took(other, BEN)] == [True] * 4
    redis_server.stop()
    assert await took(other, BEN)
    await redis_server.start()
    assert await took(other)
    assert [await took(one) for _ in range(2)] == [False] * 2  # Ada: two here, two there
    assert [await took(one, BEN) for _ in range(3)] == [True, True, True]  # two there, which only that one can tell
    assert not await took(other, BEN)


async def test_a_write_is_counted_once_though_its_server_lost_sight_of_redis(sharing):
    reach = sharing()
    pace, other = WritePace(Limits(per_minute=6), shared=reach), WritePace(Limits(per_minute=6), shared=sharing())
    assert [await took(pace), await took(pace)] == [True, True]
    url, reach._url = reach._url, None
    assert await took(pace)
    reach._url = url
    assert await took(pace)
    assert [await took(other) for _ in range(3)] == [True, True, False]


async def test_no_limit_asks_redis_nothing(sharing):
    watched = sharing()
    pace = WritePace(Limits(), shared=watched)
    await pace.take(ADA)
    assert watched._redis is None
