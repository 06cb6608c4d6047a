"""A process that keeps a sandbox in a file and writes to it until it is killed.

    python writer.py FILE WRITES ROUND ENTRIES

Prints the names of those whose creation or change was answered, one a line, at once.
"""

import sys
from pathlib import Path

import anyio
import httpx2

from okta_mcp.sandbox.state import kept_sandbox

UNLIMITED = dict.fromkeys(("users", "user", "user changes", "groups", "group", "other"), 1_000_000)


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def write(sandbox, writes, lap):
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app),
        base_url="http://localhost",
        headers={"Authorization": f"SSWS {sandbox.api_token}"},
    ) as client:
        for number in range(writes):
            name = f"r{lap}n{number}"
            if number % 3 == 0:
                login = f"{name}@example.com"
                profile = {"firstName": name, "lastName": "Vale", "login": login, "email": login}
                answer = await client.post("/api/v1/users", json={"profile": profile})
            elif number % 3 == 1:
                answer = await client.post("/api/v1/groups", json={"profile": {"name": name}})
            else:
                answer = await client.post("/api/v1/users/wei.chen", json={"profile": {"nickName": name}})
                await client.get("/api/v1/users?limit=1")
            assert answer.status_code == 200, answer.text
            say(name)


if __name__ == "__main__":
    path, writes, lap, entries = sys.argv[1:]
    with kept_sandbox(Path(path), rate_limits=UNLIMITED, entries_before_snapshot=int(entries)) as kept:
        say("open")
        anyio.run(write, kept, int(writes), int(lap))
        say("done")
        sys.stdin.read()
