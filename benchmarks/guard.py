"""What the guard costs a write: everything on against everything off, in one run, call by call in turn.

    python benchmarks/guard.py [--calls 200]

`on` is protection by name, membership, attribute, role and group, both limits, and an audit trail on disk; a
confirmation is measured apart, because it is two calls. Absolute figures depend on the machine; the differences count.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
from mcp import Client
from pydantic import SecretStr

from okta_mcp.guard.audit import opened_trail
from okta_mcp.okta import OktaClient, OrgAddress
from okta_mcp.sandbox import Sandbox
from okta_mcp.server import create_server
from okta_mcp.settings import load_settings

URL = "https://sandbox.okta.example"
ADA = "ada.byrne@example.com"
BUCKETS = ("users", "user", "user changes", "groups", "group", "apps", "app", "logs", "clients", "token", "other")
OFF = {"confirm": "never", "bulk_journal": "memory"}
CHEAP = {"protect_users": "chloe.bennett@example.com", "protect_where": 'profile.department eq "Vault"'}
ON = {
    **CHEAP,
    "protect_members_of": "Contractors",
    "protect_admins": True,
    "protect_groups": "Finance",
    "never_grant": "Contractors",
    "never_grant_admin": True,
    "writes_per_minute": "1000000",
    "writes_per_caller": "1000000",
}


async def connected(stack: AsyncExitStack, settings: dict[str, Any], trail: Path | None) -> tuple[Client, Sandbox]:
    box = Sandbox(origin=URL, rate_limits=dict.fromkeys(BUCKETS, 1_000_000))
    okta = OktaClient(OrgAddress.parse(URL), SecretStr(box.api_token), transport=httpx2.ASGITransport(app=box.app))
    await stack.enter_async_context(okta)
    options = load_settings({**OFF, **settings, "audit_file": str(trail) if trail else "off"}, env_file=None)
    kept = stack.enter_context(opened_trail(options, URL, stream=sys.stderr.buffer)) if trail else None
    return await stack.enter_async_context(Client(create_server(options, okta, kept))), box


async def timed(client: Client, number: int, tool: str, **arguments: Any) -> float:
    began = time.perf_counter()
    result = await client.call_tool(tool, {"user": ADA, **arguments} if arguments else {"user": ADA})
    took = time.perf_counter() - began
    if result.is_error:
        raise SystemExit(f"call {number}: {result.content}")
    return took * 1000


async def main(calls: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            fronts = {
                "off": await connected(stack, {}, None),
                "audit only": await connected(stack, {}, Path(folder) / "audit.jsonl"),
                "own attributes": await connected(stack, CHEAP, None),
                "everything on": await connected(stack, ON, Path(folder) / "all.jsonl"),
            }
            taken: dict[str, list[float]] = {name: [] for name in fronts}
            for number in range(calls + 10):
                for name, (client, box) in fronts.items():
                    if not number % 20:
                        box.journal.clear()
                    took = await timed(client, number, "update_user", profile={"title": f"T{number}"})
                    if number >= 10:
                        taken[name].append(took)
            base = statistics.median(taken["off"])
            print(f"{'update_user':18}{'p50 ms':>9}{'p95 ms':>9}{'over off':>10}{'requests':>10}")
            for name, (client, box) in fronts.items():
                box.journal.clear()
                await timed(client, 0, "update_user", profile={"title": "last"})
                p50, p95 = statistics.median(taken[name]), statistics.quantiles(taken[name], n=20)[-1]
                print(f"{name:18}{p50:9.2f}{p95:9.2f}{p50 - base:10.2f}{len(box.journal):10}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=200, help="timed writes under each setting")
    asyncio.run(main(parser.parse_args().calls))
