"""Calls over HTTP beside a server on the bare SDK, at 1, 16 and 64 callers, in one run.

    python benchmarks/http_calls.py [--seconds 3] [--rounds 3] [--callers 1,16,64]

Three servers: a tool on the bare SDK that does nothing, one that asks an org once, and our `get_user`, which asks the
same org once. The org is a stub, the client writes bytes to sockets. Absolute figures depend on the machine;
the ratios are what counts. Processor time is that of the server process alone.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from raw_client import ACCEPT, LEGACY, MODERN, WHO
from replicas import free_port, until

HERE = Path(__file__).parent
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Kind:
    """A server, and the tool it is asked for."""

    name: str
    command: list[str]
    tool: str
    arguments: dict[str, str]
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [part.replace("PORT", str(self.port)) for part in self.command]
        self.process = subprocess.Popen(command, env={**os.environ, **self.environment}, stderr=subprocess.DEVNULL)
        until(self.name, lambda: _connects(self.port))

    def cpu(self) -> float:
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


def _connects(port: int) -> bool:
    socket.create_connection(("127.0.0.1", port), 1).close()
    return True


class Connection:
    """One caller: requests and answers on one connection."""

    def __init__(self, kind: Kind, era: str) -> None:
        self.kind, self.era = kind, era
        self.headers: dict[str, str] = {}

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.kind.port)
        params = {"name": self.kind.tool, "arguments": self.kind.arguments}
        if self.era == LEGACY:
            hello = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": WHO}
            head, _ = await self.ask({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello})
            session = next(line for line in head.decode().split("\r\n") if line.lower().startswith("mcp-session-id"))
            self.headers = {"Mcp-Session-Id": session.partition(":")[2].strip(), "MCP-Protocol-Version": LEGACY}
            await self.ask({"jsonrpc": "2.0", "method": "notifications/initialized"})
        else:
            prefix = "io.modelcontextprotocol/"
            params["_meta"] = {
                f"{prefix}protocolVersion": MODERN,
                f"{prefix}clientCapabilities": {},
                f"{prefix}clientInfo": WHO,
            }
            self.headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": self.kind.tool}
        self.call = self.bytes_of({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params})

    def bytes_of(self, message: dict) -> bytes:
        body = json.dumps(message).encode()
        headers = {"Host": f"127.0.0.1:{self.kind.port}", **ACCEPT, **self.headers, "Content-Length": str(len(body))}
        return (
            b"POST /mcp HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items()).encode() + b"\r\n" + body
        )

    async def ask(self, message: dict) -> tuple[bytes, bytes]:
        return await self.send(self.bytes_of(message))

    async def send(self, request: bytes) -> tuple[bytes, bytes]:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        low = head.lower()
        if b"transfer-encoding: chunked" not in low:
            length = int(low.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            return head, await self.reader.readexactly(length)
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)
        return head, body


async def load(kind: Kind, era: str, callers: int, seconds: float) -> tuple[float, float, float, float]:
    """Return calls a second, p50 and p95 in ms, and processor ms a call."""
    connections = [Connection(kind, era) for _ in range(callers)]
    times: list[float] = []
    for one in connections:
        await one.open()
        _, body = await one.send(one.call)
        assert b'"result"' in body, body[:500]
        assert b'"isError":true' not in body, body[:500]
    end = time.perf_counter() + seconds

    async def call(one: Connection) -> None:
        while (began := time.perf_counter()) < end:
            await one.send(one.call)
            times.append(time.perf_counter() - began)

    cpu, began = kind.cpu(), time.perf_counter()
    await asyncio.gather(*(call(one) for one in connections))
    took, used = time.perf_counter() - began, kind.cpu() - cpu
    for one in connections:
        one.writer.close()
    cuts = statistics.quantiles(times, n=20)
    return len(times) / took, statistics.median(times) * 1000, cuts[18] * 1000, used * 1000 / len(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--callers", default="1,16,64")
    options = parser.parse_args()
    org = free_port()
    stub = subprocess.Popen([sys.executable, str(HERE / "stub_org.py"), str(org)])
    until("the org", lambda: _connects(org))
    floor = [sys.executable, str(HERE / "floor_server.py"), "PORT"]
    ours = [sys.executable, "-m", "okta_mcp", "serve", "--transport", "http", "--port", "PORT"]
    url = f"http://127.0.0.1:{org}"
    person = {"user": "ada.byrne@example.com"}
    kinds = [
        Kind("floor", floor, "noop", {"q": "x"}, {}),
        Kind("floor + 1 request", floor, "noop", {"q": "x"}, {"FLOOR_URL": f"{url}/api/v1/users/ada"}),
        Kind("okta-mcp", ours, "get_user", person, {"OKTA_ORG_URL": url, "OKTA_API_TOKEN": "00benchmark"}),
    ]
    try:
        for kind in kinds:
            kind.start()
        print(f"{'era':12}{'callers':>8}  {'server':20}{'calls/s':>9}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}   ratios")
        for era in (MODERN, LEGACY):
            for callers in (int(one) for one in options.callers.split(",")):
                # Interleaved, so that a busy moment hits all.
                runs = [
                    [asyncio.run(load(k, era, callers, options.seconds)) for k in kinds] for _ in range(options.rounds)
                ]
                rows = [[statistics.median(run[i][j] for run in runs) for j in range(4)] for i in range(len(kinds))]
                for kind, row in zip(kinds, rows, strict=True):
                    base = rows[1] if kind.name == "okta-mcp" else rows[0]
                    ratios = " ".join(f"{mine / theirs:5.2f}" for mine, theirs in zip(row, base, strict=True))
                    against = f"{ratios}  of {kinds[1].name}" if kind.name == "okta-mcp" else ratios
                    figures = f"{row[0]:9.0f}{row[1]:9.2f}{row[2]:9.2f}{row[3]:9.2f}"
                    print(f"{era:12}{callers:8}  {kind.name:20}{figures}   {against}", flush=True)
    finally:
        for process in (stub, *(kind.process for kind in kinds)):
            if process is not None:
                process.terminate()


if __name__ == "__main__":
    main()
