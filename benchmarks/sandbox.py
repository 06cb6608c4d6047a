"""A sandbox org of a large company: start, memory, and times over a socket, as a table.

    python benchmarks/sandbox.py [--users 100000] [--groups 2000] [--calls 200]

Absolute figures depend on the machine. Rate limits are lifted; everything else is what `okta-mcp sandbox` serves.
"""

import argparse
import asyncio
import gc
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import anyio

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.company import generated_company
from okta_mcp.sandbox.limits import DEFAULT_LIMITS
from okta_mcp.sandbox.serving import serve as serve_sandbox

READERS, SECONDS = 50, 10.0


def serve(users: int, groups: int) -> None:
    """Be the server: print address, token and sizes once it is up."""
    sandbox = Sandbox(generated_company(users, groups), rate_limits=dict.fromkeys(DEFAULT_LIMITS, 10**9))
    gc.freeze()
    org = sandbox.org
    assignments = sum(len(app.assignments) for app in org.apps.values())
    memberships = sum(len(group.members) for group in org.groups.values())
    facts = f"{memberships} {assignments} {len(org.log)} {time.process_time():.2f}"
    some = [user.id for user in list(org.users.values())[:: max(1, users // 500)]]
    everyone = org.group_by_name("Everyone").id

    def ready(url: str) -> None:
        print(url, sandbox.api_token, facts, everyone, *some, sep="\n", flush=True)
        print("ready", flush=True)

    anyio.run(lambda: serve_sandbox(sandbox, "127.0.0.1", 0, on_ready=ready))


class Connection:
    """One connection that is kept open; nothing but what HTTP needs, so that no client's cost is measured."""

    @classmethod
    async def opened(cls, url: str, token: str) -> "Connection":
        self = cls()
        host, port = url.removeprefix("http://").split(":")
        self.reader, self.writer = await asyncio.open_connection(host, int(port), limit=2**24)
        self.head = f"Host: {host}:{port}\r\nAuthorization: SSWS {token}\r\n\r\n"
        return self

    async def get(self, path: str) -> tuple[bytes, bytes]:
        """Return head and body of an answer.

        Raises:
            RuntimeError: for any status but 200.
        """
        self.writer.write(f"GET {path} HTTP/1.1\r\n{self.head}".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        body = await self.reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"{path}: {body[:200]!r}")
        return head, body


async def timed(connection: Connection, paths: list[str]) -> str:
    """Ask one after the other; return p50 and p95."""
    taken = []
    for path in paths:
        began = time.perf_counter()
        await connection.get(path)
        taken.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    return f"p50 {statistics.median(taken):.1f} ms, p95 {cuts[-1]:.1f} ms"


async def walked(connection: Connection, path: str) -> str:
    """Follow the next links to the end."""
    began, pages = time.perf_counter(), 0
    while path:
        head, _ = await connection.get(path)
        pages += 1
        following = re.search(rb'(?i)link: <https?://[^/]+(/[^>]*)>; rel="next"', head)
        path = following[1].decode() if following else ""
    return f"{pages} pages in {time.perf_counter() - began:.1f} s"


async def crowded(url: str, token: str, ids: list[str]) -> str:
    """Let many read at once for a while: one user, a page, a search."""
    taken: list[float] = []
    end = time.perf_counter() + SECONDS
    searches = [f"/api/v1/users?limit=20&search={quote(text)}" for text in SEARCHES["indexed"]]

    async def read(number: int) -> None:
        connection = await Connection.opened(url, token)
        while time.perf_counter() < end:
            kinds = (
                f"/api/v1/users/{ids[number % len(ids)]}",
                "/api/v1/users?limit=20",
                searches[number % len(searches)],
            )
            began = time.perf_counter()
            await connection.get(kinds[number % 3])
            taken.append((time.perf_counter() - began) * 1000)
            number += READERS + 1

    await asyncio.gather(*(read(number) for number in range(READERS)))
    cuts = statistics.quantiles(taken, n=20)
    return f"{len(taken) / SECONDS:.0f} answers a second, p50 {statistics.median(taken):.0f} ms, p95 {cuts[-1]:.0f} ms"


SEARCHES = {
    "indexed": (
        'profile.lastName eq "Smith"',
        'profile.email sw "anna."',
        'profile.department eq "Legal" and status eq "SUSPENDED"',
        'profile.login eq "admin@example.com"',
        'status eq "LOCKED_OUT"',
    ),
    "custom, many found": ("profile.remote eq true", 'profile.skills eq "python"'),
    "custom, one found": ("profile.badgeNumber eq 140000", "profile.badgeNumber eq 40077"),
    "dates": ('lastUpdated gt "2026-01-01T00:00:00.000Z"', 'created lt "2017-01-01T00:00:00Z"'),
}


async def measured(
    server: "subprocess.Popen[str]", started: float, arguments: argparse.Namespace
) -> list[tuple[str, str]]:
    lines = [line.strip() for line in iter(server.stdout.readline, "ready\n")]
    up = time.perf_counter() - started
    (url, token, facts, everyone), ids = lines[:4], lines[4:]
    memberships, assignments, events, processor = facts.split()
    sizes = (
        f"{arguments.users:,} users, {arguments.groups:,} groups, {int(memberships):,} memberships, "
        f"{int(assignments):,} assignments, {int(events):,} events"
    )
    rows = [
        ("org", sizes),
        ("start until it listens", f"{up:.1f} s ({processor} s of processor time)"),
        ("resident memory after the start", resident(server.pid)),
    ]
    connection = await Connection.opened(url, token)
    users, calls = "/api/v1/users", arguments.calls
    began = time.perf_counter()
    await connection.get(f"{users}?q=anna")
    rows.append(("first search, which builds the indexes", f"{time.perf_counter() - began:.2f} s"))

    async def row(name: str, *paths: str) -> None:
        rows.append((name, await timed(connection, [paths[number % len(paths)] for number in range(calls)])))

    await row("GET a user by id", *(f"{users}/{one}" for one in ids))
    await row("GET a user by login", f"{users}/admin@example.com")
    await row("GET a user by short name", f"{users}/admin")
    await row("groups of a user", *(f"{users}/{one}/groups" for one in ids))
    await row("app links of a user", *(f"{users}/{one}/appLinks" for one in ids))
    for kind, texts in SEARCHES.items():
        await row(f"search, {kind}, 200 a page", *(f"{users}?search={quote(text)}" for text in texts))
    await row("q, 10 found", *(f"{users}?q={quote(q)}" for q in ("a", "ann", "smith", "björn", "zzz")))
    await row(
        "search of a page sorted by last name",
        f"{users}?limit=20&search=status+eq+%22ACTIVE%22&sortBy=profile.lastName",
    )
    await row("groups by name (q)", "/api/v1/groups?q=Office")
    await row(
        "System Log, last hour",
        f"/api/v1/logs?since={time.strftime('%Y-%m-%dT%H:00:00Z', time.gmtime(time.time() - 3600))}",
    )
    rows.append(("all users, 200 a page", await walked(connection, f"{users}?limit=200")))
    rows.append(("all users by search, 200 a page", await walked(connection, f"{users}?limit=200&search=id+pr")))
    by_name = f"{users}?limit=200&search=id+pr&sortBy=profile.lastName"
    rows.append(("all users sorted by last name, 200 a page", await walked(connection, by_name)))
    rows.append(("members of Everyone, 1000 a page", await walked(connection, f"/api/v1/groups/{everyone}/users")))
    rows.append((f"{READERS} readers at once", await crowded(url, token, ids)))
    rows.append(("resident memory at the end", resident(server.pid)))
    return rows


def resident(process: int) -> str:
    kilobytes = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())[1]
    return f"{int(kilobytes) / 1024:.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=2_000)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.users, arguments.groups)
        return
    sizes = ["--users", str(arguments.users), "--groups", str(arguments.groups)]
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, __file__, "--serve", *sizes], stdout=subprocess.PIPE, text=True) as server:
        try:
            rows = asyncio.run(measured(server, started, arguments))
        finally:
            server.terminate()
    print("| What | Figure |\n|---|---|")
    for name, figure in rows:
        print(f"| {name} | {figure} |")


if __name__ == "__main__":
    main()
