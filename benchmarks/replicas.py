"""Three replicas behind a real load balancer, one Redis, one sandbox org with its published limits; replicas die.

    python benchmarks/replicas.py [--calls 2000] [--clients 50] [--plan workforce] [--seed 1] [--no-redis]

Half of the clients speak 2026-07-28, half the era before, with sessions. At a third of the calls one replica is killed
with -9 and comes back at half of them; at two thirds another one is told to stop and is started anew. A read that
fails at the connection is repeated; a write is looked up instead. What was done is taken from the org's own journal.
Ends with 1 when a write was done twice or an acknowledged one is missing. Needs haproxy and redis-server.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2
from raw_client import LEGACY, MODERN, Broken, RawClient

SERVER = [sys.executable, "-m", "okta_mcp"]
GROUP = "Replica bench"

BALANCER = """
global
    maxconn 4096
defaults
    mode http
    timeout connect 2s
    timeout client 300s
    timeout server 300s
    retries 3
    option redispatch
frontend clients
    bind 127.0.0.1:{port}
    default_backend replicas
backend replicas
    balance roundrobin
    option httpchk GET /readyz
    stick-table type string len 64 size 10k expire 30m
    stick match req.hdr(mcp-session-id)
    stick store-response res.hdr(mcp-session-id)
    default-server check inter 500ms fall 2 rise 1 observe layer4
{servers}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what: str, ready: Any, seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := ready():
                return found
        except (OSError, httpx2.TransportError):
            pass
        time.sleep(0.05)
    raise SystemExit(f"{what} did not come up in {seconds:g} s")


class Site:
    """Everything that runs: the org, Redis, the replicas, the balancer."""

    def __init__(self, directory: Path, options: argparse.Namespace) -> None:
        self.directory = directory
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.ports = [free_port() for _ in range(options.replicas)]
        redis, self.port = free_port(), free_port()
        flags = ["--control", "--plan", options.plan, "--clock-speed", str(options.clock_speed)]
        box = self.start("sandbox", [*SERVER, "sandbox", "--port", "0", *flags], stdout=subprocess.PIPE)
        assert box.stdout is not None
        told = dict(box.stdout.readline().decode().strip().split("=", 1) for _ in range(2))
        self.org = httpx2.Client(
            base_url=told["OKTA_ORG_URL"], headers={"Authorization": f"SSWS {told['OKTA_API_TOKEN']}"}
        )
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OKTA_")}
        self.environment = {**inherited, **told, "OKTA_MCP_STATE_KEYS": "ab" * 32}
        self.environment |= {"OKTA_MCP_MAX_WAIT": "240", "OKTA_MCP_TIMEOUT": "280"}
        if not options.no_redis:
            self.start("redis", ["redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", ""])
            until("redis", lambda: socket.create_connection(("127.0.0.1", redis), 1).close() or True)
            self.environment["OKTA_MCP_REDIS_URL"] = f"redis://127.0.0.1:{redis}/0"
        for number in range(options.replicas):
            self.replica(number)
        lines = "\n".join(f"    server r{n} 127.0.0.1:{port}" for n, port in enumerate(self.ports))
        config = directory / "haproxy.cfg"
        config.write_text(BALANCER.format(port=self.port, servers=lines))
        self.start("haproxy", ["haproxy", "-db", "-f", str(config)])
        until("the balancer", lambda: httpx2.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200)

    def start(self, name: str, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        log = (self.directory / f"{name}.log").open("ab")
        process = subprocess.Popen(command, **{"stdout": log, "stderr": log, "cwd": self.directory, **options})
        self.running[name] = process
        return process

    def replica(self, number: int) -> None:
        command = [*SERVER, "serve", "--transport", "http", "--port", str(self.ports[number])]
        self.start(f"replica{number}", command, env=self.environment)
        address = f"http://127.0.0.1:{self.ports[number]}/livez"
        until(f"replica {number}", lambda: httpx2.get(address).status_code == 200)

    def end(self, name: str, how: signal.Signals) -> int:
        process = self.running.pop(name)
        process.send_signal(how)
        return process.wait(60)

    def close(self) -> None:
        for name in list(self.running):
            self.end(name, signal.SIGKILL)

    def journal(self, **query: Any) -> dict[str, Any]:
        return self.org.get("/sandbox/journal", params=query, timeout=60).raise_for_status().json()


class Ledger:
    """What the clients were told, and what they found out."""

    def __init__(self) -> None:
        self.acknowledged: list[tuple[str, str, str]] = []
        self.attempted: collections.Counter[tuple[str, str, str]] = collections.Counter()
        self.calls = self.reads = self.writes = 0
        self.failed: collections.Counter[str] = collections.Counter()
        self.repeated = self.unknown = self.unknown_done = 0
        self.seconds: list[float] = []


class Person:
    """One client, and the user that only it writes."""

    def __init__(self, number: int, client: RawClient, ledger: Ledger, seed: int) -> None:
        self.number, self.client, self.ledger = number, client, ledger
        self.random = random.Random(f"{seed}/{number}")
        self.login = f"bench.{number}@example.com"
        self.id = ""
        self.marker = 0
        self.suspended = self.member = False

    async def step(self) -> None:
        self.ledger.calls += 1
        began = time.perf_counter()
        await (self.read() if self.random.random() < 0.6 else self.write())
        self.ledger.seconds.append(time.perf_counter() - began)

    async def read(self) -> None:
        tool, arguments = self.random.choice(
            [
                ("get_user", {"user": self.login}),
                ("get_user", {"user": f"Bench Number{self.number}"}),
                ("list_user_groups", {"user": self.login}),
                ("list_users", {"search": f'profile.login eq "{self.login}"', "limit": 5}),
                ("list_group_users", {"group": GROUP, "limit": 5}),
            ]
        )
        self.ledger.reads += 1
        result = await self.sure(tool, arguments)
        if result.get("isError"):
            self.ledger.failed[self.reason(tool, result)] += 1

    async def write(self) -> None:
        kinds = ["title", "title", "status", "member", "create"]
        kind = self.random.choice(kinds)
        if kind == "title":
            self.marker += 1
            value = f"{self.number}-{self.marker}"
            await self.change(
                "update_user", {"user": self.login, "profile": {"title": value}}, ("title", self.id, value)
            )
        elif kind == "status":
            tool = "unsuspend_user" if self.suspended else "suspend_user"
            if await self.change(tool, {"user": self.login}, (tool, self.id, "")):
                self.suspended = not self.suspended
        elif kind == "member":
            tool = "remove_user_from_group" if self.member else "assign_user_to_group"
            if await self.change(tool, {"user": self.login, "group": GROUP}, (tool, self.id, "")):
                self.member = not self.member
        else:
            self.marker += 1
            login = f"made.{self.number}.{self.marker}@example.com"
            profile = {"firstName": "Made", "lastName": f"By{self.number}", "email": login, "login": login}
            await self.change("create_user", {"profile": profile}, ("create", login, ""))

    async def change(self, tool: str, arguments: dict[str, Any], what: tuple[str, str, str]) -> bool:
        """Write once; return whether it was done."""
        self.ledger.writes += 1
        self.ledger.attempted[what] += 1
        try:
            result = await self.client.call(tool, arguments)
        except Broken as error:
            self.ledger.failed[f"{tool}: connection ({error})"] += 1
        else:
            if not result.get("isError"):
                self.ledger.acknowledged.append(what)
                return True
            self.ledger.failed[self.reason(tool, result)] += 1
        self.ledger.unknown += 1
        done = await self.look(what)
        self.ledger.unknown_done += done
        return done

    async def look(self, what: tuple[str, str, str]) -> bool:
        """Find out through the server whether a write was done."""
        kind, target, value = what
        if kind in {"assign_user_to_group", "remove_user_from_group"}:
            result = await self.sure("list_user_groups", {"user": self.login})
            return (GROUP in json.dumps(result)) == (kind == "assign_user_to_group")
        result = await self.sure("get_user", {"user": target})
        if kind == "create":
            return not result.get("isError")
        user = result["structuredContent"]
        if kind == "title":
            return user["profile"].get("title") == value
        return (user["status"] == "SUSPENDED") == (kind == "suspend_user")

    async def sure(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Read, as often as it takes."""
        for attempt in range(40):
            try:
                return await self.client.call(tool, arguments)
            except Broken:
                self.ledger.repeated += 1
                await asyncio.sleep(min(0.05 * 2**attempt, 1.0))
        raise SystemExit(f"{tool} cannot be read")

    @staticmethod
    def reason(tool: str, result: dict[str, Any]) -> str:
        return f"{tool}: {json.dumps(result['content'])[:160]}"


def done(journal: list[dict[str, Any]]) -> collections.Counter[tuple[str, str, str]]:
    """Return how often each write was carried out."""
    counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
    for one in journal:
        if not 200 <= one["status"] < 300:
            continue
        parts, body = one["path"].strip("/").split("/")[2:], one["body"]
        body = json.loads(body) if isinstance(body, str) and body else body or {}
        match one["method"], parts:
            case "POST", ["users"]:
                counts["create", body["profile"]["login"], ""] += 1
            case "POST" | "PUT", ["users", user] if "title" in body.get("profile", {}):
                counts["title", user, body["profile"]["title"]] += 1
            case "POST", ["users", user, "lifecycle", ("suspend" | "unsuspend") as verb]:
                counts[f"{verb}_user", user, ""] += 1
            case "PUT", ["groups", _, "users", user]:
                counts["assign_user_to_group", user, ""] += 1
            case "DELETE", ["groups", _, "users", user]:
                counts["remove_user_from_group", user, ""] += 1
    return counts


async def play(site: Site, options: argparse.Namespace, ledger: Ledger) -> list[Person]:
    limits = httpx2.Limits(max_connections=options.clients * 2, max_keepalive_connections=options.clients)
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{site.port}", timeout=300, limits=limits) as http:
        persons = []
        for number in range(options.clients):
            client = RawClient(http, MODERN if number % 2 else LEGACY)
            persons.append(Person(number, client, ledger, options.seed))
            profile = {"firstName": "Bench", "lastName": f"Number{number}", "email": persons[-1].login}
            body = {"profile": {**profile, "login": persons[-1].login}}
            persons[-1].id = site.org.post("/api/v1/users", json=body).raise_for_status().json()["id"]
            await asyncio.sleep(0)
        site.org.post("/api/v1/groups", json={"profile": {"name": GROUP}}).raise_for_status()
        site.org.request("DELETE", "/sandbox/journal").raise_for_status()
        steps = [(options.calls + number) // options.clients for number in range(options.clients)]
        trouble = asyncio.create_task(asyncio.to_thread(make_trouble, site, options, ledger))

        async def live(person: Person, many: int) -> None:
            for _ in range(many):
                await person.step()

        async with asyncio.TaskGroup() as tasks:
            for person, many in zip(persons, steps, strict=True):
                tasks.create_task(live(person, many))
        await trouble
        return persons


def make_trouble(site: Site, options: argparse.Namespace, ledger: Ledger) -> None:
    if options.replicas < 2:
        return

    def after(part: float) -> None:
        until("the calls", lambda: ledger.calls >= options.calls * part, 1800)

    after(1 / 3)
    site.end("replica0", signal.SIGKILL)
    print(f"  call {ledger.calls}: replica 0 killed", flush=True)
    after(1 / 2)
    site.replica(0)
    print(f"  call {ledger.calls}: replica 0 is back", flush=True)
    after(2 / 3)
    status = site.end("replica1", signal.SIGTERM)
    site.replica(1)
    print(f"  call {ledger.calls}: replica 1 ended with {status} and is back", flush=True)


def judge(site: Site, persons: list[Person], ledger: Ledger, seconds: float) -> int:
    writes = [
        one for method in ("POST", "PUT", "DELETE") for one in site.journal(method=method, limit=10_000)["requests"]
    ]
    carried_out, acknowledged = done(writes), collections.Counter(ledger.acknowledged)
    twice = {what: n for what, n in carried_out.items() if n > ledger.attempted[what]}
    lost = {what: n for what, n in acknowledged.items() if carried_out[what] < n}
    times = sorted(ledger.seconds)
    rows = {
        "calls": ledger.calls,
        "reads": ledger.reads,
        "writes": ledger.writes,
        "seconds": round(seconds, 1),
        "p50 / p95 ms": f"{times[len(times) // 2] * 1000:.0f} / {times[len(times) * 95 // 100] * 1000:.0f}",
        "reads repeated at the connection": ledger.repeated,
        "sessions opened": sum(person.client.sessions for person in persons),
        "failed calls": sum(ledger.failed.values()),
        "writes of unknown outcome": ledger.unknown,
        "  of these done": ledger.unknown_done,
        "duplicated writes": len(twice),
        "lost acknowledged writes": len(lost),
        "requests to Okta": site.journal(limit=1)["total"],
        "429s received": site.journal(status=429, limit=1)["total"],
    }
    for name, value in rows.items():
        print(f"{name:36}{value:>12}")
    for reason, times_seen in ledger.failed.most_common(8):
        print(f"  {times_seen} x {reason}")
    for what in (*twice, *lost):
        print("  wrong:", what, carried_out[what], "carried out of", ledger.attempted[what])
    return 1 if twice or lost else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--plan", default="workforce")
    parser.add_argument("--clock-speed", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-redis", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        site = Site(Path(directory), options)
        try:
            ledger, began = Ledger(), time.monotonic()
            persons = asyncio.run(play(site, options, ledger))
            return judge(site, persons, ledger, time.monotonic() - began)
        finally:
            site.close()


if __name__ == "__main__":
    sys.exit(main())
