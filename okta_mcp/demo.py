"""`okta-mcp demo`: one working day of a help desk, on the sandbox org, with a real client and a real server.

The sandbox listens on a loopback port of this process; the server is a process of its own, reached over stdio.
After each step the org itself is asked whether the answer was true.
"""

import os
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx2
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from okta_mcp.actions import ACTIONS
from okta_mcp.records import record
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running

_FELIX_BACK = {"user": "Felix Hartmann", "sendEmail": True, "revokeSessions": True}
_LEAVER, _HIRE = "chloe.bennett@example.com", "nora.quist@example.com"


@dataclass
class Day:
    """The state of the walk: the client, the org behind it, and what went wrong.

    Args:
        client: the MCP client, connected.
        org: an HTTP client of the org, for looking whether answers are true.
        wrong: what was not as it should be.
        called: the tools called so far.
        code: the confirmation code of the last preview.
    """

    client: Client
    org: httpx2.AsyncClient
    wrong: list[str] = field(default_factory=list)
    called: set[str] = field(default_factory=set)
    code: str = ""

    async def status(self, login: str) -> str:
        """Return a user's status as the org has it."""
        return str((await self.get(f"users/{quote(login)}"))["status"])

    async def groups(self, login: str) -> set[str]:
        """Return the names of a user's groups as the org has them."""
        return {group["profile"]["name"] for group in await self.get(f"users/{quote(login)}/groups")}

    async def get(self, path: str) -> Any:
        """Ask the org directly."""
        response = await self.org.get(f"/api/v1/{path}")
        return response.raise_for_status().json()


Check = Callable[[Day, Mapping[str, Any]], Awaitable[bool]]


_CODE = "(the code)"
_CODE_SHOWN = re.compile(r'confirmation "([^"]+)"')


@record
class Step:
    """One thing that somebody asks for.

    Args:
        asked: in their words.
        tool: what the assistant calls.
        arguments: with what.
        truth: what must be so afterwards, in words.
        holds: looks in the org, or in the answer, whether it is.
        refused: whether the right answer is an error.
        shown: how many lines of the answer to print.
    """

    asked: str
    tool: str
    arguments: Mapping[str, Any]
    truth: str
    holds: Check
    refused: bool = False
    shown: int = 2


def _status_is(login: str, status: str) -> Check:
    async def holds(day: Day, _answer: Mapping[str, Any]) -> bool:
        return await day.status(login) == status

    return holds


def _member(login: str, *names: str, absent: str = "") -> Check:
    async def holds(day: Day, _answer: Mapping[str, Any]) -> bool:
        groups = await day.groups(login)
        return groups >= set(names) and absent not in groups

    return holds


def _rows(key: str, at_least: int) -> Check:
    async def holds(_day: Day, answer: Mapping[str, Any]) -> bool:
        return len(answer.get(key, ())) >= at_least

    return holds


async def _two_marias(day: Day, answer: Mapping[str, Any]) -> bool:
    named = {user["id"] for user in await day.get('users?search=profile.lastName+eq+"Santos"')}
    return len(named) == 2 and all(one in answer["text"] for one in named)


async def _ada_of_sales(day: Day, answer: Mapping[str, Any]) -> bool:
    first, *_ = answer.get("users") or [{}]
    person = await day.get("users/ada.byrne@example.com")
    return bool(first.get("id") == person["id"] and person["profile"]["department"] == "Sales")


async def _promoted(day: Day, _answer: Mapping[str, Any]) -> bool:
    return str((await day.get("users/maria.santos2%40example.com"))["profile"]["title"]) == "Payroll Manager"


async def _right_maria(_day: Day, answer: Mapping[str, Any]) -> bool:
    return str(answer["profile"]["department"]) == "Finance"


async def _recovering(day: Day, _answer: Mapping[str, Any]) -> bool:
    chosen = 'eventType eq "user.account.reset_password" and target.alternateId eq "wei.chen@example.com"'
    started = await day.get(f"logs?filter={quote(chosen)}")
    return bool(started) and await day.status("wei.chen@example.com") == "ACTIVE"


def _asked_first(login: str, status: str) -> Check:
    async def holds(day: Day, answer: Mapping[str, Any]) -> bool:
        return answer.get("done") is False and await day.status(login) == status

    return holds


async def _both_contractors(day: Day, _answer: Mapping[str, Any]) -> bool:
    groups = [await day.groups(login) for login in ("wei.chen@example.com", "mikkel.holm@example.com")]
    return all("Contractors" in one for one in groups)


async def _proved(_day: Day, answer: Mapping[str, Any]) -> bool:
    return "user.lifecycle.deactivate" in {event["type"] for event in answer.get("events", ())}


DAY: tuple[Step, ...] = (
    Step(
        "Nora Quist joins Sales in Europe today. Account, VPN, the usual.",
        "create_user",
        {
            "profile": {
                "firstName": "Nora",
                "lastName": "Quist",
                "email": _HIRE,
                "title": "Account Executive",
                "department": "Sales",
            },
            "groups": ["Sales EU", "VPN Users"],
        },
        "Nora is PROVISIONED and in Sales EU and VPN Users",
        _member(_HIRE, "Sales EU", "VPN Users"),
    ),
    Step(
        "What is the sales group called exactly, and how big is it?",
        "list_groups",
        {"q": "Sales", "expand": ["stats"]},
        "three groups are found",
        _rows("groups", 3),
        shown=5,
    ),
    Step("Put Nora into it.", "assign_user_to_group", {"user": "Nora Quist", "group": "Sales"}, "Nora is in Sales",
         _member(_HIRE, "Sales")),
    Step("Which groups is she in now?", "list_user_groups", {"user": _HIRE}, "four groups, Everyone included",
         _rows("groups", 4), shown=6),
    Step("Tess starts today too; her account is staged.", "activate_user", {"user": "Tess Vandermeer"},
         "Tess is PROVISIONED", _status_is("tess.vandermeer@example.com", "PROVISIONED")),
    Step("Show me Maria Santos.", "get_user", {"user": "Maria Santos"}, "nobody was picked; both Marias are offered",
         _two_marias, refused=True, shown=4),
    Step("The one in Finance.", "get_user", {"user": "maria.santos2@example.com"}, "it is the Maria in Finance",
         _right_maria, shown=3),
    Step("She is Payroll Manager now.", "update_user",
         {"user": "maria.santos2@example.com", "profile": {"title": "Payroll Manager"}},
         "her title in the org is Payroll Manager", _promoted),
    Step("Ada in Sales had her laptop stolen. Which Ada is that?", "find_user", {"query": "Ada in Sales"},
         "Ada Byrne of Sales comes first", _ada_of_sales, shown=4),
    Step("Stop her account.", "suspend_user", {"user": "Ada Byrne"},
         "Ada is SUSPENDED", _status_is("ada.byrne@example.com", "SUSPENDED")),
    Step("Found again, false alarm.", "unsuspend_user", {"user": "Ada Byrne"}, "Ada is ACTIVE",
         _status_is("ada.byrne@example.com", "ACTIVE")),
    Step("Who is locked out?", "list_users", {"search": "status eq LOCKED_OUT"}, "somebody is", _rows("users", 1),
         shown=3),
    Step("Let Felix back in, and end his sessions.", "reset_password", _FELIX_BACK,
         "nothing was done: his password would end", _asked_first("felix.hartmann@example.com", "LOCKED_OUT"), shown=1),
    Step("Yes, he expects the mail.", "reset_password", {**_FELIX_BACK, "confirmation": _CODE},
         "Felix is in RECOVERY", _status_is("felix.hartmann@example.com", "RECOVERY"), shown=4),
    Step("Wei forgot hers, but the old one may go on working.", "forgot_password", {"user": "Wei Chen"},
         "the recovery has begun, and Wei is still ACTIVE", _recovering),
    Step("Mikkel must choose a new password at the next sign-in.", "expire_password", {"user": "Mikkel Holm"},
         "Mikkel is PASSWORD_EXPIRED", _status_is("mikkel.holm@example.com", "PASSWORD_EXPIRED")),
    Step("Is there a group for those from outside, contractors or so?", "find_group", {"query": "contractor"},
         "one is found", _rows("groups", 1), shown=3),
    Step("Who are our contractors?", "list_group_users", {"group": "contractors"}, "at least three",
         _rows("users", 3), shown=5),
    Step("Wei and Mikkel are, from today.", "run_bulk",
         {"tool": "assign_user_to_group", "shared": {"group": "Contractors"},
          "rows": [{"user": "wei.chen@example.com"}, {"user": "mikkel.holm@example.com"}]},
         "both are in Contractors", _both_contractors, shown=4),
    Step("Did that work for both?", "get_bulk_run", {}, "the run is listed", _rows("runs", 1), shown=2),
    Step("Rafael is one no longer.", "remove_user_from_group", {"user": "Rafael Nunes", "group": "Contractors"},
         "Rafael is not in Contractors", _member("rafael.nunes@example.com", "Engineering", absent="Contractors")),
    Step("Chloe Bennett leaves. What can she get into?", "list_user_applications", {"user": "Chloe Bennett"},
         "her applications are listed", _rows("applications", 2), shown=6),
    Step("Close her account.", "deactivate_user", {"user": "Chloe Bennett"},
         "nothing was done; what would be lost is shown, to be confirmed", _asked_first(_LEAVER, "ACTIVE"), shown=1),
    Step("Yes, do.", "deactivate_user", {"user": "Chloe Bennett", "confirmation": _CODE}, "Chloe is DEPROVISIONED",
         _status_is(_LEAVER, "DEPROVISIONED")),
    Step("And for the file: proof.", "get_system_log_events", {"q": _LEAVER, "limit": 5},
         "the deactivation is in the System Log", _proved, shown=5),
)  # fmt: skip


async def walk(steps: Sequence[Step] = DAY) -> int:
    """Walk the day; return 0 when every tool was called and every answer right and true in the org, else 1."""
    began = time.monotonic()
    box = Sandbox()
    _say("A sandbox org with a fictitious company, an MCP server over stdio, and a client. No network, no account.\n")
    async with running(box) as url:
        with tempfile.TemporaryDirectory() as elsewhere:
            server = StdioServerParameters(
                command=sys.executable,
                args=["-m", "okta_mcp"],
                # What is kept of a day that never was belongs into no file of the user's.
                env={
                    "OKTA_ORG_URL": url,
                    "OKTA_API_TOKEN": box.api_token,
                    "OKTA_MCP_AUDIT_FILE": "off",
                    "OKTA_MCP_BULK_JOURNAL": "memory",
                },
                cwd=elsewhere,  # so that no .env of the caller's changes the day
            )
            headers = {"Authorization": f"SSWS {box.api_token}", "Accept": "application/json"}
            async with Client(server) as client, httpx2.AsyncClient(base_url=url, headers=headers) as org:
                day = Day(client, org)
                for step in steps:
                    await _take(day, step)
    missed = {action.name for action in ACTIONS} - day.called
    if missed:
        day.wrong.append(f"never called: {', '.join(sorted(missed))}")
    for problem in day.wrong:
        _say(_red(f"WRONG: {problem}"))
    if not day.wrong:
        _say(
            f"{len(steps)} calls, all {len(ACTIONS)} tools, every answer checked in the org "
            f"({len(box.journal)} Okta requests, {time.monotonic() - began:.1f} s)."
        )
    return 1 if day.wrong else 0


async def _take(day: Day, step: Step) -> None:
    _say(_bold(f"“{step.asked}”"))
    _say(_dim(f"  {step.tool}({', '.join(f'{name}={value!r}' for name, value in step.arguments.items())})"))
    given = {name: day.code if value == _CODE else value for name, value in step.arguments.items()}
    result = await day.client.call_tool(step.tool, given)
    day.called.add(step.tool)
    text = _text(result)
    for line in text.splitlines()[: step.shown]:
        _say(f"  {line[:110].expandtabs(2)}")
    answer = {**(result.structured_content or {}), "text": text}
    if preview := _CODE_SHOWN.search(text):
        day.code = preview[1]
    try:
        right = bool(result.is_error) == step.refused and await step.holds(day, answer)
    except httpx2.HTTPStatusError:  # what should be there is not
        right = False
    _say(_green(f"  ✓ {step.truth}\n") if right else _red(f"  ✗ {step.truth}\n"))
    if not right:
        day.wrong.append(f"{step.tool}: {step.truth}")


def _text(result: CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def _styled(code: str, text: str) -> str:
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if plain else f"\x1b[{code}m{text}\x1b[0m"


def _bold(text: str) -> str:
    return _styled("1", text)


def _dim(text: str) -> str:
    return _styled("2", text)


def _green(text: str) -> str:
    return _styled("32", text)


def _red(text: str) -> str:
    return _styled("31", text)


def _say(text: str) -> None:
    print(text)  # noqa: T201 - the demo is what it prints
