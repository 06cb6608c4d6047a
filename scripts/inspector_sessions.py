"""The Inspector connected for longer than one call: what a person would do at it, the dropdown above all.

`mcpdo`, which comes with the Inspector, keeps a connection and answers what a server asks in the middle of a call. The
org is a sandbox on a socket, so that what a call did can be seen past the server.
"""

import json
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from door import OKTA_MCP, http_door

from okta_mcp.sandbox.testing import HeldSandbox, served

NAME = "Maria Santos"
"""A name that two people of the company bear."""

LOGINS = ("maria.santos2@example.com", "maria.santos@example.com")
_ORDERED = {
    "decline": (["--decline"], "declined to choose. Nothing was done."),
    "cancel": (["--cancel"], "closed the question without choosing. Nothing was done."),
    "outside the list": ([json.dumps({"user": "00u0000000000000000X"})], "is not one of those offered."),
}
"""Answers that choose nobody: how they are given, and what the call then says."""


class Session:
    """One connection of the Inspector.

    Args:
        name: of the connection.
        era: protocol era that was asked for.
        org: the org behind the server.
        environment: where the connections are kept.
        config: the file that names them.
    """

    def __init__(self, name: str, era: str, org: HeldSandbox, environment: Mapping[str, str], config: Path) -> None:
        self.name, self.era, self.org = name, era, org
        self._environment, self._config = environment, config
        self.failures = 0

    def connect(self) -> None:
        """Connect, in the era that was asked for."""
        connected = self._run("--config", str(self._config), "connect", self.name)
        self._report("connect", f"{connected.get('protocolEra')}", right=connected.get("protocolEra") == self.era)

    def look(self) -> None:
        """Call a tool, read a resource, and complete a template's variable and a prompt's argument."""
        user = self._call("get_user", user="Ada Byrne").get("structuredContent", {})
        self._report("get_user", str(user.get("id")), right=_login(user) == "ada.byrne@example.com")
        read = self._run("resources/read", f"okta://users/{user.get('id')}").get("contents") or [{"text": "{}"}]
        self._report("resources/read", read[0]["text"], right=json.loads(read[0]["text"]).get("login") == _login(user))
        for kind, of, argument in (
            ("ref/resource", "okta://users/{user}", "user"),
            ("ref/prompt", "offboard_leaver", "user"),
        ):
            told = ["--complete-ref-type", kind, "--complete-ref", of, "--complete-arg-name", argument]
            values = self._run("prompts/complete", *told, "--complete-arg-value", "ada b").get("values")
            self._report(f"complete {of}", str(values), right=values == ["ada.byrne@example.com"])

    def pick(self) -> None:
        """Answer the dropdown in every way there is; only a choice from the list may change anything."""
        for how, (answer, told) in _ORDERED.items():
            question = self._asked()
            text = _text(self._answer(question, *answer))
            self._report(how, text, right=told in text and set(self._statuses().values()) == {"ACTIVE"})
        question = self._asked()
        options = question["requestedSchema"]["properties"]["user"]["oneOf"]
        chosen = next((one["const"] for one in options if LOGINS[0] in one["title"]), "nobody")
        answer_to_it = self._answer(question, json.dumps({"user": chosen}))
        suspended = {LOGINS[0]: "SUSPENDED", LOGINS[1]: "ACTIVE"}
        right = len(options) == len(LOGINS) and not answer_to_it.get("isError") and self._statuses() == suspended
        self._report("accept", _text(answer_to_it), right=right)
        self._call("unsuspend_user", user=chosen)
        self._report("undo", str(self._statuses()), right=set(self._statuses().values()) == {"ACTIVE"})

    def refuse(self) -> None:
        """Have the server refuse to guess, as this client says that nobody can be asked."""
        text = _text(self._call("suspend_user", user=NAME))
        right = all(login in text for login in LOGINS) and "Nothing was done" in text
        self._report("cannot be asked", text, right=right and set(self._statuses().values()) == {"ACTIVE"})

    def _asked(self) -> dict[str, Any]:
        unasked = {"elicitationId": "none", "requestedSchema": {"properties": {"user": {"oneOf": []}}}}
        question: dict[str, Any] = self._call("suspend_user", user=NAME).get("elicitationPending", unasked)
        return question

    def _answer(self, question: Mapping[str, Any], *answer: str) -> dict[str, Any]:
        return self._run("elicitation/respond", question["elicitationId"], *answer)

    def _call(self, tool: str, **arguments: str) -> dict[str, Any]:
        return self._run("tools/call", tool, "--tool-args-json", json.dumps(arguments))

    def _statuses(self) -> dict[str, str]:
        users = self.org.org.users.values()
        return {user.login: str(user.status) for user in users if user.login in LOGINS}

    def _run(self, *told: str) -> dict[str, Any]:
        done = subprocess.run(
            ["mcpdo", "--format", "json", "--connection", self.name, *told],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if not done.stdout:
            print(done.stderr, end="")
            return {}
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def _report(self, said: str, answered: str, *, right: bool) -> None:
        self.failures += not right
        print(f"{'ok    ' if right else 'FAILED'} {self.name:12} {said} → {answered[:120]!r}", flush=True)


def failures_in_sessions() -> int:
    """Connect through every door in every era that it has; return how many checks failed."""
    failures = 0
    with served() as org, _doors(org) as doors, tempfile.TemporaryDirectory() as elsewhere:
        config = Path(elsewhere, "servers.json")
        config.write_text(json.dumps({"mcpServers": dict(_servers(doors))}), encoding="utf-8")
        environment = {
            **os.environ,
            "HOME": elsewhere,
            "MCP_INSPECTOR_DAEMON_DIR": elsewhere,
            "MCP_INSPECTOR_DAEMON_TOKEN": secrets.token_urlsafe(32),
            "MCP_INSPECTOR_SECRET_STORE": "memory",
        }
        try:
            for name, server in _servers(doors):
                session = Session(name, server["protocolEra"], org, environment, config)
                session.connect()
                if server["elicitCapability"] == "off":
                    session.refuse()
                else:
                    session.look()
                    session.pick()
                failures += session.failures
        finally:
            subprocess.run(["mcpdo", "daemon", "stop"], env=environment, capture_output=True, check=False, timeout=60)
    return failures


@contextmanager
def _doors(org: HeldSandbox) -> Iterator[dict[str, dict[str, Any]]]:
    known = {"OKTA_ORG_URL": org.url, "OKTA_API_TOKEN": org.token}
    serve = [OKTA_MCP, "serve", "--transport", "http", "--port", "0", "--log-level", "INFO"]
    with http_door(*serve, **known) as url:
        yield {
            "stdio": {"command": OKTA_MCP, "args": [], "env": known},
            "http": {"type": "streamable-http", "url": f"{url}/mcp"},
            "sse": {"type": "sse", "url": f"{url}/sse"},
        }


def _servers(doors: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for door, target in doors.items():
        for era in ("legacy",) if door == "sse" else ("legacy", "modern"):
            yield f"{door}-{era}", {**target, "protocolEra": era, "elicitCapability": "form"}
            yield f"{door}-{era}-off", {**target, "protocolEra": era, "elicitCapability": "off"}


def _login(user: Mapping[str, Any]) -> str | None:
    login: str | None = user.get("profile", {}).get("login")
    return login


def _text(result: Mapping[str, Any]) -> str:
    content = result.get("content") or [{"text": "(nothing)"}]
    return str(content[0]["text"])
