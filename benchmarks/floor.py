"""Start-up, memory and time per call beside a one-tool server on the bare SDK, in one run.

    python benchmarks/floor.py [--rounds 10] [--calls 300]

Absolute figures depend on the machine; the differences are what counts.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
FLOOR = [sys.executable, str(HERE / "floor_server.py")]
OURS = [sys.executable, "-m", "okta_mcp", "--sandbox"]
REAL = [sys.executable, "-m", "okta_mcp"]
IMPORTS = {
    "floor": "from mcp.server import MCPServer",
    "okta-mcp": "import okta_mcp.cli, okta_mcp.server, okta_mcp.transports",
}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "0"}},
}
# An org that is not there: the start must not wait for it.
NO_ORG = {"OKTA_ORG_URL": "http://127.0.0.1:1", "OKTA_API_TOKEN": "00benchmark", "OKTA_MCP_LOG_LEVEL": "CRITICAL"}


class Server:
    """A server process, spoken to in raw JSON-RPC so that no client's cost is measured."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **NO_ORG}
        )
        self.last_id = 1

    def send(self, message: dict) -> None:
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, message: dict) -> dict:
        self.send(message)
        while True:
            answer = json.loads(self.process.stdout.readline())
            if answer.get("id") == message["id"]:
                return answer

    def greet(self) -> None:
        self.ask(HELLO)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def request(self, method: str, params: dict) -> dict:
        self.last_id += 1
        return self.ask({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params})

    def memory_mb(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * resource.getpagesize() / 2**20

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)


def import_ms(statement: str) -> float:
    code = f"import time; t = time.perf_counter(); {statement}; print((time.perf_counter() - t) * 1000)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)


def cold_start_ms(command: list[str]) -> tuple[float, float]:
    began = time.perf_counter()
    server = Server(command)
    server.greet()
    server.request("tools/list", {})
    took = (time.perf_counter() - began) * 1000
    memory = server.memory_mb()
    server.close()
    return took, memory


def cpu_ms_per_call(command: list[str], tool: str, arguments: dict, calls: int) -> float:
    server = Server(command)
    server.greet()
    for _ in range(20):
        server.request("tools/call", {"name": tool, "arguments": arguments})
    before = server.cpu_seconds()
    for _ in range(calls):
        answer = server.request("tools/call", {"name": tool, "arguments": arguments})
        assert not answer["result"].get("isError"), answer
    used = (server.cpu_seconds() - before) * 1000 / calls
    server.close()
    return used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--calls", type=int, default=300)
    options = parser.parse_args()
    rows: dict[str, dict[str, list[float]]] = {}
    for _ in range(options.rounds):  # interleaved, so that a busy moment hits both
        for name, command in (("floor", FLOOR), ("okta-mcp", REAL)):
            row = rows.setdefault(name, {"import ms": [], "cold start ms": [], "memory MB": []})
            row["import ms"].append(import_ms(IMPORTS[name]))
            took, memory = cold_start_ms(command)
            row["cold start ms"].append(took)
            row["memory MB"].append(memory)
    print(f"{'':16}{'floor':>10}{'okta-mcp':>10}{'more':>10}{'ratio':>8}   (medians of {options.rounds})")
    for measure in rows["floor"]:
        floor, ours = (statistics.median(rows[name][measure]) for name in ("floor", "okta-mcp"))
        print(f"{measure:16}{floor:10.1f}{ours:10.1f}{ours - floor:10.1f}{ours / floor:8.2f}")
    floor = cpu_ms_per_call(FLOOR, "noop", {"q": "x"}, options.calls)
    ours = cpu_ms_per_call(OURS, "get_user", {"user": "ada.byrne@example.com"}, min(options.calls, 1500))
    row = f"{'cpu ms per call':16}{floor:10.2f}{ours:10.2f}{ours - floor:10.2f}{ours / floor:8.2f}"
    print(f"{row}   (get_user, the sandbox's own work included)")


if __name__ == "__main__":
    main()
