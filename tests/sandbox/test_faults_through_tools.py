"""Every kind of fault under every tool: what the tool says of the change is held against the org's state."""

import copy
import os
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from pydantic import SecretStr

from okta_mcp.actions import ACTIONS
from okta_mcp.okta import OktaClient, OrgAddress, Timeouts
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.change import Change
from okta_mcp.sandbox.faults import FaultRule, Kind, When
from okta_mcp.sandbox.lifecycle import suspend
from okta_mcp.server import create_server
from okta_mcp.settings import OPTIONS, load_settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sandbox-faults.md"
URL = "https://sandbox.okta.example"
# The whole table is made at once, before the first test that reads it.
pytestmark = pytest.mark.timeout(300)

DENIED, UNKNOWN = "Nothing was changed.", "It is not known whether the change was made."

CHLOE, PROVISIONED, SUSPENDED = "chloe.bennett@example.com", "nora.quist@example.com", "wei.chen@example.com"
NEW = {"firstName": "Robin", "lastName": "Vale", "email": "robin.vale@example.com"}

DONE, REFUSED, OPEN = "done", "refused", "not known"
TOLD, FAILED, BEHIND = "answered", "failed", "answered, as the index has it"
UNTRUE = "UNTRUE"


def status_is(login, status):
    return lambda org: org.user_by_login(login).status == status


def is_in(org, name):
    return org.user_by_login(CHLOE).id in org.group_by_name(name).members


# Each tool's arguments, and for a write whether the org is as a success would claim.
CALLS = {
    "create_user": ({"profile": NEW}, lambda org: org.user_by_login(NEW["email"]) is not None),
    "update_user": (
        {"user": CHLOE, "profile": {"title": "Pilot"}},
        lambda org: org.user_by_login(CHLOE).profile["title"] == "Pilot",
    ),
    "activate_user": ({"user": PROVISIONED}, status_is(PROVISIONED, "PROVISIONED")),
    "deactivate_user": ({"user": CHLOE}, status_is(CHLOE, "DEPROVISIONED")),
    "suspend_user": ({"user": CHLOE}, status_is(CHLOE, "SUSPENDED")),
    "unsuspend_user": ({"user": SUSPENDED}, status_is(SUSPENDED, "ACTIVE")),
    "expire_password": ({"user": CHLOE}, status_is(CHLOE, "PASSWORD_EXPIRED")),
    "reset_password": ({"user": CHLOE, "sendEmail": True}, status_is(CHLOE, "RECOVERY")),
    "forgot_password": ({"user": CHLOE}, lambda org: org.user_by_login(CHLOE).one_time_token is not None),
    "assign_user_to_group": ({"user": CHLOE, "group": "Finance"}, lambda org: is_in(org, "Finance")),
    "remove_user_from_group": ({"user": CHLOE, "group": "Sales"}, lambda org: not is_in(org, "Sales")),
    "list_users": ({"search": 'profile.department eq "Sales"'}, None),
    "get_user": ({"user": CHLOE}, None),
    "list_user_groups": ({"user": CHLOE}, None),
    "list_user_applications": ({"user": CHLOE}, None),
    "list_groups": ({"search": 'type eq "OKTA_GROUP"'}, None),
    "list_group_users": ({"group": "Sales"}, None),
    "get_system_log_events": ({"since": "2026-03-01T00:00:00Z"}, None),
    "find_user": ({"query": "Chloe"}, None),
    "find_group": ({"query": "Sales"}, None),
}
WRITES = [name for name, (_, is_done) in CALLS.items() if is_done is not None]
READS = [name for name, (_, is_done) in CALLS.items() if is_done is None]


@dataclass(frozen=True, eq=False)
class Trouble:
    """A row of the table: what goes wrong, on which requests, how often."""

    label: str
    faults: tuple[dict, ...]
    where: str = "change"
    impatient: bool = False

    @property
    def rules(self):
        methods = {"change": ("POST", "PUT", "DELETE"), "reading": ("GET",)}[self.where]
        return [FaultRule(method=method, **fault) for fault in self.faults for method in methods]


KINDS = {
    "a second of latency": {"kind": Kind.LATENCY, "delay": 0.002},
    "an answer in pieces": {"kind": Kind.DRIP, "chunk": 200, "pause": 0},
    "500 instead of the request": {"kind": Kind.ERROR, "status": 500},
    "500 after it was carried out": {"kind": Kind.ERROR, "status": 500, "when": When.AFTER},
    "503 instead of the request": {"kind": Kind.ERROR, "status": 503},
    "503 after it was carried out": {"kind": Kind.ERROR, "status": 503, "when": When.AFTER},
    "504 after it was carried out": {"kind": Kind.ERROR, "status": 504, "when": When.AFTER},
    "429, too many in a minute": {"kind": Kind.RATE_LIMIT},
    "429, too many at once": {"kind": Kind.CONCURRENCY_LIMIT},
    "a connection cut before the request": {"kind": Kind.CUT},
    "a connection cut after it was carried out": {"kind": Kind.CUT, "when": When.AFTER},
    "an answer cut in the middle": {"kind": Kind.TRUNCATED},
    "an answer that is no JSON": {"kind": Kind.MALFORMED},
    "a proxy's page instead of the request": {"kind": Kind.HTML},
    "a proxy's page after it was carried out": {"kind": Kind.HTML, "when": When.AFTER},
    "a page with status 200 after it was carried out": {"kind": Kind.HTML, "status": 200, "when": When.AFTER},
    "an index an hour behind": {"kind": Kind.STALE, "lag": 3600},
}
PATIENCE = ("no answer in time", {"kind": Kind.LATENCY, "delay": 60})
CUT_AFTER = KINDS["a connection cut after it was carried out"]

ROWS = [
    *(
        Trouble(f"{label}{often}", ({**fault, **more},), where)
        for where in ("change", "reading")
        for label, fault in KINDS.items()
        for often, more in (("", {}), (", once", {"times": 1}))
        if not (fault["kind"] is Kind.STALE if where == "change" else often or "when" in fault)
    ),
    *(Trouble(PATIENCE[0], (PATIENCE[1],), where, impatient=True) for where in ("change", "reading")),
    *(
        Trouble(f"a connection cut after it was carried out, then {status}", ({**CUT_AFTER, "times": 1}, second))
        for status, second in {
            "429": {"kind": Kind.RATE_LIMIT},
            "403": {"kind": Kind.ERROR, "status": 403},
            "500": {"kind": Kind.ERROR, "status": 500},
        }.items()
    ),
]


class Bench:
    """One org that begins anew for every cell, and two servers in front of it: a patient and an impatient one."""

    def __init__(self, box, patient, impatient, plain):
        self.box = box
        self.patient = patient
        self.impatient = impatient
        self.plain = plain

    async def call(self, tool, *, impatient=False):
        client = self.impatient if impatient else self.patient
        result = await client.call_tool(tool, copy.deepcopy(CALLS[tool][0]))
        text = "\n".join(block.text for block in result.content)
        return result.is_error, text, result.structured_content

    def state(self):
        org = self.box.org
        return pickle.dumps((org.users, org.groups, org.apps))

    def differs(self, before):
        after = self.state()
        # Equal bytes are equal states; other bytes may be too.
        return after != before and pickle.loads(after) != pickle.loads(before)

    async def outcome(self, trouble, tool):
        """Return the cell of the table; `UNTRUE` and the text for an answer that is not so."""
        box, is_done = self.box, CALLS[tool][1]
        box.snapshots.restore("start")
        box.faults.clear()
        # What Okta said of its limits is remembered until the windows end.
        box.clock.advance(timedelta(minutes=2))
        for rule in trouble.rules:
            box.faults.add(rule)
        if any(rule.kind is Kind.STALE for rule in trouble.rules):
            await self.hire()
        before = self.state()
        is_error, text, data = await self.call(tool, impatient=trouble.impatient)
        box.faults.clear()
        return await self.judged(tool, is_done, before, is_error, text, data)

    async def judged(self, tool, is_done, before, is_error, text, data):
        changed = self.differs(before)
        if is_done is None:
            assert not changed, f"{tool} only reads"
            if is_error:
                return FAILED
            return TOLD if data == (await self.call(tool))[2] else BEHIND
        if not is_error:
            return DONE if is_done(self.box.org) else f"{UNTRUE}: {text}"
        if (DENIED in text) == (UNKNOWN in text):
            return f"{UNTRUE}: {text}"
        if UNKNOWN in text:
            return f"{OPEN} (it was{'' if changed else ' not'})"
        return REFUSED if not changed else f"{UNTRUE}: {text}"

    async def hire(self):
        """Change what the index would know: somebody new in Sales, and a group more."""
        self.box.clock.advance(timedelta(seconds=1))
        profile = {"firstName": "Uma", "lastName": "Reyes", "login": "uma.reyes@example.com", "department": "Sales"}
        profile["email"] = profile["login"]
        (await self.plain.post("/api/v1/users", json={"profile": profile})).raise_for_status()
        (await self.plain.post("/api/v1/groups", json={"profile": {"name": "Pilots"}})).raise_for_status()
        self.box.clock.advance(timedelta(seconds=1))


@pytest.fixture(scope="module")
async def bench():
    with pytest.MonkeyPatch.context() as patch:
        for option in OPTIONS:
            patch.delenv(option.env, raising=False)
        box = Sandbox(clock=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
        settings = load_settings({"org_url": URL, "api_token": box.api_token, "confirm": "never"}, env_file=None)

        async def sleep(seconds):
            box.clock.advance(timedelta(seconds=seconds))

        def okta(timeouts):
            return OktaClient(
                OrgAddress.parse(URL),
                SecretStr(box.api_token),
                transport=httpx2.ASGITransport(app=box.app),
                timeouts=timeouts,
                sleep=sleep,
                clock=lambda: box.clock().timestamp(),
                jitter=lambda: 0.25,
            )

        async with (
            okta(Timeouts()) as calm,
            okta(Timeouts(total=0.1)) as hasty,
            Client(create_server(settings, calm)) as patient,
            Client(create_server(settings, hasty)) as impatient,
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=box.app),
                base_url=URL,
                headers={"Authorization": f"SSWS {box.api_token}"},
            ) as plain,
        ):
            made = Bench(box, patient, impatient, plain)
            await prepare(made)
            yield made


async def prepare(bench):
    """Bring the people whom the calls are about into the statuses they need."""
    org = bench.box.org
    suspend(Change(org, org.now()), org.user_by_login(SUSPENDED))
    profile = {"firstName": "Nora", "lastName": "Quist", "login": PROVISIONED, "email": PROVISIONED}
    made = await bench.plain.post("/api/v1/users", params={"activate": "false"}, json={"profile": profile})
    made.raise_for_status()
    bench.box.snapshots.take("start")


def tools_of(trouble):
    return WRITES if trouble.where == "change" else [*WRITES, *READS]


@pytest.fixture(scope="module")
async def table(bench):
    return {(trouble, tool): await bench.outcome(trouble, tool) for trouble in ROWS for tool in tools_of(trouble)}


def test_every_tool_is_on_the_bench():
    # A run is made of these; what it says of a row that went wrong is tested where runs are.
    assert {action.name for action in ACTIONS if action.toolset != "bulk"} == CALLS.keys()
    assert {action.name for action in ACTIONS if action.writes and not action.made_of_others} == set(WRITES)


async def test_without_a_fault_every_tool_does_what_it_says(bench):
    outcomes = {tool: await bench.outcome(Trouble("nothing", ()), tool) for tool in CALLS}
    assert {tool: DONE if tool in WRITES else TOLD for tool in CALLS} == outcomes


@pytest.mark.parametrize("trouble", ROWS, ids=lambda trouble: f"{trouble.where}: {trouble.label}")
async def test_what_a_tool_says_under_a_fault_is_so(table, trouble):
    untrue = {tool: table[trouble, tool] for tool in tools_of(trouble) if UNTRUE in table[trouble, tool]}
    assert untrue == {}


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("500 after it was carried out", {"not known (it was)", DONE}),
        ("429, too many at once", {REFUSED}),
        ("a connection cut after it was carried out", {"not known (it was)", DONE}),
        ("an answer in pieces", {DONE}),
    ],
)
async def test_the_faults_bite(table, label, expected):
    trouble = next(row for row in ROWS if row.where == "change" and row.label == label)
    assert {table[trouble, tool] for tool in WRITES} == expected


async def test_of_what_was_cut_off_a_creation_alone_is_settled_by_looking(table):
    trouble = next(
        row for row in ROWS if row.where == "change" and row.label == "a connection cut after it was carried out"
    )
    assert {tool for tool in WRITES if table[trouble, tool] == DONE} == {"create_user"}


async def test_a_search_shows_what_the_index_has_and_a_person_is_read_past_it(table):
    trouble = next(row for row in ROWS if row.label == "an index an hour behind")
    assert (table[trouble, "list_users"], table[trouble, "list_groups"]) == (BEHIND, BEHIND)
    assert table[trouble, "get_user"] == TOLD


HEAD = """# Faults, tool by tool

What each of the twenty tools says when the sandbox fails in a certain way, held against the state of the org. This \
page is written by `tests/sandbox/test_faults_through_tools.py` (`UPDATE_TABLES=1`), which also checks that it is \
current.

- `done`: said to be done, and it was.
- `refused`: said that nothing was changed, and nothing was.
- `not known`: said that it is not known whether the change was made; whether it was stands behind it.
- `answered`, `failed`: of tools that only read.
"""


def written(table):
    """Write the page."""
    parts = [HEAD]
    for where, title, tools in (
        ("change", "The request that makes the change fails", WRITES),
        ("reading", "Every request that reads fails", [*WRITES, *READS]),
    ):
        parts.append(f"## {title}\n")
        lines = ["| Fault | Outcome | Tools |", "|---|---|---|"]
        for trouble in (row for row in ROWS if row.where == where):
            by_outcome = {}
            for tool in tools:
                by_outcome.setdefault(table[trouble, tool], []).append(tool)
            for outcome, named in by_outcome.items():
                told = "all" if len(named) == len(tools) else ", ".join(f"`{name}`" for name in named)
                lines.append(f"| {trouble.label} | {outcome} | {told} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


async def test_the_page_about_faults_is_current(table):
    text = written(table)
    if os.environ.get("UPDATE_TABLES") == "1":
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text
