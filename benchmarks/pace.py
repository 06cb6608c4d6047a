"""How close a client comes to what Okta's rate limits allow, and whether it ever meets one: as a table.

    python benchmarks/pace.py [--speed 10] [--writes 5000] [--users 100000] [--plan workforce] [--seed 1]

The sandbox runs as a process of its own, `okta-mcp sandbox`, with the limits of a plan and a clock that is sped up, so
that a minute of the plan takes `60 / speed` seconds here. The clients' clocks run as fast, and are wrong by minutes.
All times in the table are the plan's unless it says otherwise. What a request takes is `speed` times as much of the
plan's time, so a slower machine needs a lower speed.

- The least time for N requests, where L are allowed in a minute: the whole windows that have to end before the last
  request can go out, `(N - 1) // L` minutes.
- Pages come one after the other, because each names the next. The least time is that of somebody who sends each page
  as soon as the one before is here and the limit allows, with what each request took in that very run. Making pages
  is work, so these runs go at a quarter of the speed.
- The counts of 429 are those of the clients and of the sandbox's own journal.

Needs `redis-server` for the runs with several processes.
"""

import argparse
import asyncio
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import anyio
import httpx2
from pydantic import SecretStr

from okta_mcp.okta import OktaClient, OrgAddress, Shared, Timeouts
from okta_mcp.okta.users import list_users
from okta_mcp.sandbox.plans import PLANS

PROCESSES = 4
PAGE = 200
WRONG_BY = (-240.0, 300.0, -7.5, 61.0)
"""Seconds by which the clock of each process is wrong."""


class Time:
    """A clock and its sleep, both sped up."""

    def __init__(self, speed: float, ahead: float = 0.0) -> None:
        self.speed, self.ahead, self.began = speed, ahead, time.time()

    def __call__(self) -> float:
        return self.began + (time.time() - self.began) * self.speed + self.ahead

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds / self.speed)


# What a process of clients does


async def work(order: dict[str, Any]) -> dict[str, Any]:
    """Do one part of a scenario; return its seconds by the plan's clock, and what else was measured."""
    clock = Time(order["speed"], order["wrong_by"])
    address = OrgAddress.parse(order["url"])
    redis = SecretStr(order["redis"]) if order["redis"] else None
    okta = OktaClient(
        address,
        SecretStr(order["token"]),
        clock=clock,
        sleep=clock.sleep,
        timeouts=Timeouts(total=600, read=120),
        max_wait=300,
        shared=Shared(redis, address.origin),
    )
    async with okta:
        # So that importing and connecting is not measured.
        while redis and not await okta.shared.ask(lambda one: one.ping()):  # noqa: ASYNC110
            await anyio.sleep(0.5)
        await until(order["starts_at"])
        began = time.time()
        facts = await TASKS[order["task"]](okta, clock, order)
        return {"took": (time.time() - began) * clock.speed, **facts}


async def until(moment: float) -> None:
    await anyio.sleep(max(0.0, moment - time.time()))


async def assign(okta: OktaClient, _clock: Time, order: dict[str, Any]) -> dict[str, Any]:
    """Put people into groups as a bulk run does: more rows at once than can go out."""
    view, rows = okta.bulk(), iter(order["rows"])

    async def some() -> None:
        for group, user in rows:
            await view.put("groups", group, "users", user)

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(some)
    return {}


async def naively(_okta: OktaClient, clock: Time, order: dict[str, Any]) -> dict[str, Any]:
    """Put people into groups as a client without a schedule does: send, and after a 429 wait as Okta advises."""
    rows = iter(order["rows"])
    limits = httpx2.Limits(max_connections=20)
    async with httpx2.AsyncClient(base_url=order["url"], limits=limits, timeout=120) as client:
        client.headers["Authorization"] = f"SSWS {order['token']}"

        async def some() -> None:
            for group, user in rows:
                while (answer := await client.put(f"/api/v1/groups/{group}/users/{user}")).status_code == 429:
                    now = parsedate_to_datetime(answer.headers["date"]).timestamp()
                    await clock.sleep(max(0.0, float(answer.headers["x-rate-limit-reset"]) - now) + 1)
                answer.raise_for_status()

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(some)
    return {}


async def read_pages(okta: OktaClient, _clock: Time, order: dict[str, Any]) -> dict[str, Any]:
    """Follow the cursors of the list of users; return the seconds of each request too."""
    after, pages = None, 0
    seconds: list[float] = []
    okta.watchers.append(lambda attempt: seconds.append(attempt.seconds * order["speed"]))
    while pages < order["pages"]:
        page = await list_users(okta, search="id pr", limit=PAGE, after=after)
        pages += 1
        if (after := page.next) is None:
            break
    return {"pages": pages, "seconds": seconds}


async def ask(okta: OktaClient, clock: Time, order: dict[str, Any]) -> dict[str, Any]:
    """Ask as a person does, every now and then, in the bucket that the bulk run uses; return real milliseconds."""
    chance = random.Random(order["seed"])
    took = order.setdefault("milliseconds", [])
    for _ in range(order["times"]):
        await clock.sleep(chance.expovariate(1 / order["every"]))
        began = time.perf_counter()
        await okta.get("users", order["user"], "groups")
        took.append((time.perf_counter() - began) * 1000)
    return {"milliseconds": took}


async def assign_and_ask(okta: OktaClient, clock: Time, order: dict[str, Any]) -> dict[str, Any]:
    """Do both, and end the asking with the run."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ask, okta, clock, order)
        await assign(okta, clock, order)
        tasks.cancel_scope.cancel()
    return {"milliseconds": order["milliseconds"]}


TASKS: dict[str, Callable[[OktaClient, Time, dict[str, Any]], Awaitable[dict[str, Any]]]] = {
    "assign": assign,
    "naively": naively,
    "read_pages": read_pages,
    "ask": ask,
}


# The bench around them


class Bench:
    """A sandbox, a Redis, and what is asked of them."""

    def __init__(self, options: argparse.Namespace, url: str, token: str, redis: str) -> None:
        self.options, self.url, self.token, self.redis = options, url, token, redis
        self.limits = {name: limit // 2 for name, limit in PLANS[options.plan].per_minute.items()}
        self.speed = options.speed
        self.rows: list[tuple[str, str]] = []
        self.someone = ""
        self.control = httpx2.AsyncClient(base_url=url, timeout=120)

    async def prepare(self) -> None:
        """Choose who is put into which group; nobody twice."""
        chance = random.Random(self.options.seed)
        users: list[str] = []
        headers = {"Authorization": f"SSWS {self.token}"}
        groups = (await self.control.get("/api/v1/groups?limit=200", headers=headers)).json()
        groups = [one["id"] for one in groups if one["type"] == "OKTA_GROUP"]
        path = f"/api/v1/users?limit={PAGE}"
        while len(users) < self.options.writes:
            answer = await self.control.get(path, headers=headers)
            users += [one["id"] for one in answer.json()]
            following = answer.links.get("next")
            if following is None:
                break
            path = following["url"].removeprefix(self.url)
        chance.shuffle(users)
        self.someone = users[0]
        self.rows = [(chance.choice(groups), users[n % len(users)]) for n in range(self.options.writes)]

    async def fresh(self) -> None:
        """Let every window end, and empty the journal."""
        await asyncio.sleep(65 / self.speed)
        await self.control.delete("/sandbox/journal")

    async def refused(self) -> int:
        """Count the 429s in the sandbox's journal."""
        return (await self.control.get("/sandbox/journal?status=429&limit=1")).json()["total"]

    async def run(self, *parts: dict[str, Any], together: bool = False) -> list[dict[str, Any]]:
        """Run parts, each in a process of its own, from one moment on."""
        starts_at = time.time() + 5
        processes = []
        for number, part in enumerate(parts):
            order = {
                "url": self.url,
                "token": self.token,
                "speed": self.speed,
                "wrong_by": WRONG_BY[number % len(WRONG_BY)],
                "redis": self.redis if together else None,
                "seed": self.options.seed + number,
                "user": self.someone,
                "starts_at": starts_at,
                **part,
            }
            process = await asyncio.create_subprocess_exec(
                sys.executable, __file__, "--work", stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            processes.append((process, json.dumps(order).encode()))
        answers = await asyncio.gather(*(process.communicate(order) for process, order in processes))
        return [json.loads(out) for out, _ in answers]

    async def measured(self, name: str, least: float, *parts: dict[str, Any], together: bool = False) -> list[Any]:
        """Run a scenario and print its line."""
        await self.fresh()
        facts = await self.run(*parts, together=together)
        took = max(one["took"] for one in facts if "milliseconds" not in one)
        over = f"{(took / least - 1) * 100:+.1f} %" if least else ""
        line(name, len(parts), f"{least:.0f} s", f"{took:.0f} s", over, await self.refused())
        return facts

    async def go_at(self, speed: float) -> None:
        """Set the speed of all clocks."""
        self.speed = speed
        (await self.control.post("/sandbox/clock", json={"speed": speed})).raise_for_status()

    async def read(self, name: str, *parts: dict[str, Any], together: bool = False) -> None:
        """Run a scenario of pages and print its line."""
        await self.fresh()
        facts = await self.run(*parts, together=together)
        alone = max(one_after_the_other(one["seconds"], self.limits["users"]) for one in facts)
        least = max(alone, self.least("users", sum(one["pages"] for one in facts)))
        took = max(one["took"] for one in facts)
        each = statistics.median(second for one in facts for second in one["seconds"]) / self.speed * 1000
        name = f"{name}, {each:.0f} real ms each"
        over = f"{(took / least - 1) * 100:+.1f} %"
        line(name, len(parts), f"{least:.0f} s", f"{took:.0f} s", over, await self.refused())

    def least(self, bucket: str, requests: int) -> float:
        """Seconds that have to pass before the last of so many requests can go out."""
        return (requests - 1) // self.limits[bucket] * 60.0


def one_after_the_other(seconds: list[float], limit: int) -> float:
    """Return how long requests take of which each needs the answer of the one before."""
    time, opened, count = 0.0, 0.0, 0
    for one in seconds:
        if time >= opened + 60:
            opened, count = time, 0
        if count == limit:
            time = opened = opened + 60
            count = 0
        time += one
        count += 1
    return time


def line(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


async def bench(options: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "okta_mcp", "sandbox", "--port", "0", "--control", "--plan", options.plan]
    command += ["--users", str(options.users), "--clock-speed", str(options.speed), "--seed", str(options.seed)]
    sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: ASYNC220
    with tempfile.TemporaryDirectory() as directory:
        socket = Path(directory) / "redis.sock"
        server = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", ""]
        has_redis = shutil.which("redis-server") is not None
        redis = subprocess.Popen(server, stdout=subprocess.DEVNULL) if has_redis else None  # noqa: ASYNC220
        try:
            given = [sandbox.stdout.readline().strip().partition("=")[2] for _ in range(2)] if sandbox.stdout else []
            await scenarios(Bench(options, *given, redis=f"unix://{socket}" if redis else ""))
        finally:
            for process in filter(None, (sandbox, redis)):
                process.terminate()
                process.wait()


async def scenarios(bench: Bench) -> None:
    options, limits = bench.options, bench.limits
    await bench.prepare()
    print(f"plan {options.plan}, speed {options.speed:g}, seed {options.seed}; ", end="")
    print(f"in a minute one token may change {limits['other']} memberships and read {limits['users']} pages\n")
    for name, section in SECTIONS.items():
        if options.only in (None, name):
            await section(bench)


async def writes(bench: Bench) -> None:
    limits = bench.limits
    line("what", "processes", "least", "took", "over", "429s in the journal")
    line(*["---"] * 6)
    rows, count = bench.rows, len(bench.rows)
    least = bench.least("other", count)
    name = f"{count} users into groups"
    await bench.measured(name, least, {"task": "assign", "rows": rows})
    parts = [{"task": "assign", "rows": rows[n::PROCESSES]} for n in range(PROCESSES)]
    if bench.redis:
        await bench.measured(f"{name}, one Redis", least, *parts, together=True)
    await bench.measured(f"{name}, no Redis", least, *parts)
    few = rows[: limits["other"] * 3]
    naive = {"task": "naively", "rows": few}
    await bench.measured(f"{len(few)}, without a schedule", bench.least("other", len(few)), naive)
    print()


async def reads(bench: Bench) -> None:
    options = bench.options
    line("what", "processes", "least", "took", "over", "429s in the journal")
    line(*["---"] * 6)
    pages = -(-options.users // PAGE)
    await bench.go_at(options.speed / 4)
    await bench.read(f"{pages} pages of {PAGE} users", {"task": "read_pages", "pages": pages})
    if bench.redis:
        part = {"task": "read_pages", "pages": pages // PROCESSES}
        await bench.read(f"{pages // PROCESSES} pages in each, one Redis", *[part] * PROCESSES, together=True)
    await bench.go_at(options.speed)
    print()


async def people(bench: Bench) -> None:
    rows, count = bench.rows, len(bench.rows)
    print("A person's request in the same bucket, real milliseconds:\n")
    line("while", "asked", "p50", "p95", "slowest", "429s in the journal")
    line(*["---"] * 6)
    asking = {"task": "ask", "times": 100, "every": 4.0}
    bulk = {"task": "assign", "rows": rows}
    scenes: list[tuple[str, list[dict[str, Any]]]] = [
        ("nothing else goes on", [asking]),
        (f"a bulk run of {count} goes on in the same process", [{**bulk, **asking, "task": "assign_and_ask"}]),
    ]
    if bench.redis:
        scenes.append((f"a bulk run of {count} goes on in another process", [asking, bulk]))
    for scene, running in scenes:
        await bench.fresh()
        facts = await bench.run(*running, together=len(running) > 1)
        took = sorted(facts[0]["milliseconds"])
        p95 = statistics.quantiles(took, n=20)[-1]
        line(scene, len(took), f"{statistics.median(took):.0f}", f"{p95:.0f}", f"{took[-1]:.0f}", await bench.refused())


SECTIONS: dict[str, Callable[[Bench], Awaitable[None]]] = {"writes": writes, "reads": reads, "people": people}
TASKS["assign_and_ask"] = assign_and_ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", type=float, default=10.0)
    parser.add_argument("--writes", type=int, default=5000)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--plan", choices=PLANS, default="workforce")
    parser.add_argument("--only", choices=SECTIONS, help="one part of the table")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        print(json.dumps(anyio.run(work, json.loads(sys.stdin.read()))))
    else:
        anyio.run(bench, options)


if __name__ == "__main__":
    main()
