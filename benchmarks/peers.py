"""Okta's own open-source MCP server and this one, side by side on the same sandbox org, with the same credentials.

    python benchmarks/peers.py --python python3.13 [--rounds 7] [--environments FOLDER] [--write docs/comparison.md]

Both are installed into fresh environments of the same Python (the other one needs 3.13): the latest okta-mcp-server of
PyPI, and this checkout. Each is a service app of a sandbox of its own with 1,000 people, spoken to over TLS, as the
other one demands, and asked over stdio in raw JSON-RPC by a client that can be asked nothing. Requests and states are
the sandbox's own account, the token's request left out. Processor time, unlike time, does not tell how busy the machine
is with other things; it still depends on the machine.
"""

import argparse
import datetime as dt
import json
import os
import resource
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.company import generated_company
from okta_mcp.sandbox.faults import FaultRule

ROOT = Path(__file__).resolve().parent.parent
SCOPES = ("users.manage", "users.read", "groups.manage", "groups.read", "apps.read", "logs.read")
HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "bench", "version": "0"}}
MARKS = ("<!-- measured -->", "<!-- /measured -->")
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


@dataclass
class Peer:
    """A server as it is installed, and what its tools are called."""

    name: str
    package: str
    program: str
    tools: dict[str, Callable[..., tuple[str, dict[str, Any]]]]
    place: Path = Path()
    version: str = ""

    def install(self, python: str, folder: Path) -> None:
        self.place = folder / self.program
        pip = [self.place / "bin/pip", "--disable-pip-version-check"]
        if not self.place.exists():
            subprocess.run([python, "-m", "venv", self.place], check=True)
            subprocess.run([*pip, "install", "-q", self.package], check=True, stderr=subprocess.DEVNULL)
        listed = json.loads(subprocess.check_output([*pip, "list", "--format", "json"], stderr=subprocess.DEVNULL))
        self.version = next(one["version"] for one in listed if one["name"] == self.program)


THEIRS = Peer(
    "okta-mcp-server",
    "okta-mcp-server",
    "okta-mcp-server",
    {
        "look up": lambda user: ("get_user", {"user_id": user.login}),
        "people": lambda: ("list_users", {"limit": 100}),
        "members": lambda group: ("list_group_users", {"group_id": group.id, "limit": 100}),
        "events": lambda: ("get_logs", {"limit": 100}),
        "retitle": lambda user: ("update_user", {"user_id": user.id, "profile": {"title": "Engineer"}}),
        "clear": lambda user: ("update_user", {"user_id": user.id, "profile": {"title": None}}),
        "assign": lambda user, group: ("add_user_to_group", {"user_id": user.id, "group_id": group.id}),
        "deactivate": lambda user: ("deactivate_user", {"user_id": user.id}),
        "misspelt": lambda: ("list_users", {"serach": 'profile.department eq "Sales"'}),
    },
)
OURS = Peer(
    "okta-mcp",
    str(ROOT),
    "okta-mcp",
    {
        "look up": lambda user: ("get_user", {"user": user.login}),
        "people": lambda: ("list_users", {"limit": 100}),
        "members": lambda group: ("list_group_users", {"group": group.id, "limit": 100}),
        "events": lambda: ("get_system_log_events", {"limit": 100}),
        "retitle": lambda user: ("update_user", {"user": user.id, "profile": {"title": "Engineer"}}),
        "clear": lambda user: ("update_user", {"user": user.id, "clear": ["title"]}),
        "assign": lambda user, group: ("assign_user_to_group", {"user": user.id, "group": group.id}),
        "deactivate": lambda user: ("deactivate_user", {"user": user.id}),
        "misspelt": lambda: ("list_users", {"serach": 'profile.department eq "Sales"'}),
    },
)


class Org:
    """A sandbox behind TLS, with a service app for whoever asks."""

    def __init__(self, folder: Path) -> None:
        self.box = Sandbox(generated_company(users=1_000, groups=60))
        public = {
            name: value
            for name, value in RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True).items()
            if name != "key_ops"
        }
        scopes = [f"okta.{one}" for one in SCOPES]
        app = self.box.register_service_app(
            "bench", jwks={**public, "kid": "bench", "use": "sig"}, scopes=scopes, roles=["SUPER_ADMIN"]
        )
        certificate = _certificate(folder)
        config = uvicorn.Config(
            self.box.app,
            port=0,
            log_level="critical",
            lifespan="off",
            ssl_certfile=certificate,
            ssl_keyfile=folder / "key",
        )
        self.server = uvicorn.Server(config)
        threading.Thread(target=self.server.run, daemon=True).start()
        while not self.server.started:
            time.sleep(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OKTA_")}
        self.environment = {
            **inherited,
            "OKTA_ORG_URL": f"https://localhost:{port}",
            "OKTA_CLIENT_ID": app.id,
            "OKTA_PRIVATE_KEY": PEM,
            "OKTA_KEY_ID": "bench",
            "OKTA_SCOPES": " ".join(scopes),
            "SSL_CERT_FILE": str(certificate),
            "REQUESTS_CA_BUNDLE": str(certificate),
            # Where a container keeps what a desktop has a keyring for; each run begins with none.
            "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_STATE_HOME": str(folder / "state"),
        }

    @property
    def requests(self) -> int:
        return sum(one.path.startswith("/api/") for one in self.box.journal)


def _certificate(folder: Path) -> Path:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, KEY.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(KEY, hashes.SHA256())
    )
    (folder / "key").write_text(PEM)
    (folder / "certificate").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    ssl.create_default_context(cafile=folder / "certificate")
    return folder / "certificate"


class Running:
    """A server over stdio."""

    def __init__(self, peer: Peer, org: Org) -> None:
        self.process = subprocess.Popen(
            [peer.place / "bin" / peer.program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=org.environment,
            cwd=peer.place,
        )
        self.peer, self.org, self.last_id = peer, org, 0
        self.request("initialize", HELLO)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def _send(self, message: dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def request(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.last_id += 1
        self._send({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params})
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise RuntimeError(f"{self.peer.name} has ended")
            answer = json.loads(line)
            if answer.get("id") == self.last_id and "method" not in answer:
                return answer["result"]

    def do(self, action: str, *on: Any) -> "Done":
        tool, arguments = self.peer.tools[action](*on)
        before = self.org.requests
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        text = "\n".join(one.get("text", "") for one in result["content"])
        return Done(self.org.requests - before, len(text), bool(result.get("isError")), text)

    @property
    def memory(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * resource.getpagesize() / 2**20

    @property
    def processor_time(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Done:
    """What came of a call."""

    requests: int
    characters: int
    failed: bool
    text: str


@contextmanager
def run(peer: Peer) -> Iterator[Running]:
    with tempfile.TemporaryDirectory() as name:
        org = Org(Path(name))
        server = Running(peer, org)
        try:
            yield server
        finally:
            server.close()
            org.server.should_exit = True


def start(peer: Peer) -> tuple[float, float, list[dict[str, Any]]]:
    """Return the seconds of processor time to the list of tools, the memory then, and the list."""
    with tempfile.TemporaryDirectory() as name:
        org = Org(Path(name))
        server = Running(peer, org)
        tools = server.request("tools/list", {})["tools"]
        used, memory = server.processor_time, server.memory
        server.close()
        org.server.should_exit = True
    return used, memory, tools


def actions(peer: Peer) -> dict[str, str]:
    """Return what each action cost, with a server that has been in use."""
    rows = {}
    with run(peer) as server:
        org = server.org.box.org
        people = _people(org)
        groups = [one for one in org.groups.values() if one.type == "OKTA_GROUP"]
        group = max(groups, key=lambda one: len(one.members))
        for name, action, on in (
            ("Look a person up by login", "look up", lambda turn: (people[turn],)),
            ("List people, 100 a page", "people", lambda _turn: ()),
            ("List the members of a group, 100 a page", "members", lambda _turn: (group,)),
            ("List events, 100 a page", "events", lambda _turn: ()),
            ("Change a title", "retitle", lambda turn: (people[10 + turn],)),
            ("Add a person to a group", "assign", lambda turn: (_outsider(org, group, turn), group)),
        ):
            server.do(action, *on(0))
            done = server.do(action, *on(1))
            rows[name] = f"{_requests(done.requests)}, {done.characters:,} characters" + (
                ", failed" if done.failed else ""
            )
        rows["Memory after these calls"] = f"{server.memory:.0f} MB"
    return rows


def _outsider(org: Any, group: Any, turn: int) -> Any:
    return [one for one in _people(org)[20:] if one.id not in group.members][turn]


def _people(org: Any, provider: str = "OKTA") -> list[Any]:
    """Return who works here, has a title, and whose profile this system is the source of."""
    return [
        one
        for one in org.users.values()
        if one.status == "ACTIVE" and one.profile.get("title") and one.provider.type == provider
    ]


def _requests(count: int) -> str:
    return f"{count} request{'' if count == 1 else 's'}"


def trouble(peer: Peer) -> dict[str, str]:
    """Return what is told, and what was done, when something is not as it should be."""
    rows = {}
    with run(peer) as server:
        box = server.org.box
        people = _people(box.org)
        stranger = type("Stranger", (), {"login": "nobody.here@example.com", "id": "00uNobodyNobody00000"})
        rows["A login that nobody has"] = _told(server.do("look up", stranger))
        misspelt = server.do("misspelt")
        rows["An argument that does not exist (`serach`)"] = f"{_told(misspelt)}, {_requests(misspelt.requests)}"
        cleared = people[0]
        done = server.do("clear", cleared)
        left = "cleared" if not cleared.profile.get("title") else "unchanged"
        rows["Clear an attribute (null there, `clear` here)"] = f"{_told(done)}; in the org: {left}"
        mastered = _people(box.org, "ACTIVE_DIRECTORY")[0]
        rows["A change that Okta refuses (profile from Active Directory)"] = _told(server.do("retitle", mastered))
        gone = people[1]
        done = server.do("deactivate", gone)
        state = "deactivated" if gone.status == "DEPROVISIONED" else "unchanged"
        rows["Deactivate somebody, the client shows no questions"] = f"{_told(done)}; in the org: {state}"
        box.faults.add(FaultRule(kind="error", status=500, path="/api/v1/users/*"))
        rows["Okta answers 500"] = _told(server.do("look up", people[2]))
    return rows


def _told(done: Done) -> str:
    told = "an error" if done.failed or '"error"' in done.text or '"exception"' in done.text else "a result"
    return f"{told}, `isError: {str(done.failed).lower()}`"


def table(rows: dict[str, tuple[str, str]]) -> str:
    lines = [f"| | {THEIRS.name} {THEIRS.version} | {OURS.name} {OURS.version} |", "| --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {name} | {theirs} | {ours} |" for name, (theirs, ours) in rows.items())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--environments", type=Path, help="where both are installed, once for several runs")
    parser.add_argument("--write", type=Path, help="page whose table is replaced")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for peer in (THEIRS, OURS):
            peer.install(options.python, options.environments or Path(folder))
        starts: dict[str, list[Any]] = {THEIRS.name: [], OURS.name: []}
        for _ in range(options.rounds):  # in turn, so that a busy moment hits both
            for peer in (THEIRS, OURS):
                starts[peer.name].append(start(peer))
        found = []
        for peer in (THEIRS, OURS):
            times, memories, lists = zip(*starts[peer.name], strict=True)
            size = len(json.dumps(lists[0], separators=(",", ":"), ensure_ascii=False).encode())
            found.append(
                {
                    "Processor time of a start, to the list of tools": f"{statistics.median(times):.1f} s",
                    "Memory then": f"{statistics.median(memories):.0f} MB",
                    "Tools with these scopes": f"{len(lists[0])}, {size:,} bytes",
                    **actions(peer),
                    **trouble(peer),
                }
            )
    text = table({name: (found[0][name], found[1][name]) for name in found[0]})
    python = subprocess.check_output([options.python, "-V"], text=True).strip()
    text += f"\n\nMeasured on {dt.datetime.now(dt.UTC):%Y-%m-%d} with {python}; medians of {options.rounds} starts."
    print(text)
    if options.write is not None:
        page = options.write.read_text(encoding="utf-8")
        before, after = page.split(MARKS[0])[0], page.split(MARKS[1])[1]
        options.write.write_text(f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
