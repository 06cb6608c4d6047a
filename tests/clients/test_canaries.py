"""Secrets in every place that may hold one, every tool called well and badly, the log at its most talkative.

What is looked through afterwards: the log, the answers, the audit trail, and what a crash leaves behind.
"""

import asyncio
import hashlib
import json
import os
import re
import signal

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind, When
from okta_mcp.sandbox.serving import running

LISTENING = re.compile(rb"at (http://127\.0\.0\.1:\d+)/mcp")
SECRETS = {
    "bearer token": "canary-BEARER-0c1d2e3f4a5b6c7d",
    "audit key": "canary-AUDITKEY-1d2e3f4a5b6c7d8e",
    "state key": "canary-STATEKEY-2e3f4a5b6c7d8e9f-and-longer",
    "redis password": "canaryREDIS3f4a5b6c",
    "password": "Canary-Passw0rd-4a5b",
    "later password": "Canary-Passw0rd-5b6c",
    "wrong password": "Canary-Passw0rd-6c7d",
    "answer": "canary-ANSWER-7d8e",
    "hash": "Y2FuYXJ5LUhBU0gtOGU5Zi1oYXNo",
    "salt": "Y2FuYXJ5LVNBTFQtOWYwYQ",
}
NELL, HANNAH = "nell.quayle@example.com", "hannah.cole@example.com"
PROFILE = {"firstName": "Nell", "lastName": "Quayle", "email": NELL}
QUESTION = {"question": "First pet?", "answer": SECRETS["answer"]}
HASH = {"algorithm": "SHA-512", "value": SECRETS["hash"], "salt": SECRETS["salt"], "saltOrder": "PREFIX"}

CALLS = [
    ("create_user", {"profile": PROFILE, "password": SECRETS["password"], "recoveryQuestion": QUESTION}),
    ("create_user", {"profile": {**PROFILE, "email": "second@example.com"}, "passwordHash": HASH}),
    ("create_user", {"profile": {**PROFILE, "email": "staged@example.com"}, "activate": False}),
    ("update_user", {"user": NELL, "password": SECRETS["later password"], "recoveryQuestion": QUESTION}),
    ("update_user", {"user": NELL, "password": [SECRETS["wrong password"]]}),
    ("update_user", {"user": NELL, "passwrd": SECRETS["wrong password"]}),
    ("update_user", {"user": NELL, "recoveryQuestion": {"question": "x", "answer": [SECRETS["answer"]]}}),
    ("create_user", {"profile": PROFILE, "passwordHash": {**HASH, "algorithm": "ROT13"}}),
    ("run_bulk", {"tool": "update_user", "rows": [{"user": NELL, "password": SECRETS["later password"]}]}),
    ("expire_password", {"user": NELL, "temporaryPassword": True}),
    ("expire_password", {"user": NELL}),
    ("activate_user", {"user": "staged@example.com", "sendEmail": False}),
    ("reset_password", {"user": HANNAH, "sendEmail": False}),
    ("reset_password", {"user": HANNAH, "sendEmail": True}),
    ("forgot_password", {"user": "wei.chen@example.com", "sendEmail": False}),
    ("suspend_user", {"user": "wei.chen@example.com"}),
    ("unsuspend_user", {"user": "wei.chen@example.com"}),
    ("assign_user_to_group", {"user": NELL, "group": "Sales"}),
    ("list_user_groups", {"user": NELL}),
    ("list_user_applications", {"user": HANNAH}),
    ("list_groups", {}),
    ("list_group_users", {"group": "Sales"}),
    ("remove_user_from_group", {"user": NELL, "group": "Sales"}),
    ("get_user", {"user": NELL}),
    ("list_users", {"limit": 5}),
    ("find_user", {"query": "Nell"}),
    ("find_group", {"query": "Sales"}),
    ("get_system_log_events", {"limit": 20}),
    ("get_bulk_run", {}),
    ("deactivate_user", {"user": NELL}),
]
HANDED_OUT = ("temporaryPassword", "activationLink", "resetPasswordLink")
TROUBLE = {
    "text": [FaultRule(kind=Kind.ERROR, status=500), FaultRule(kind=Kind.ERROR, status=400, method="POST")],
    "json": [FaultRule(kind=Kind.HTML, status=502), FaultRule(kind=Kind.CUT, method="POST", when=When.AFTER)],
}


@pytest.fixture(params=["text", "json"])
def log_format(request):
    return request.param


@pytest.mark.timeout(120)
async def test_no_secret_is_anywhere_but_where_it_was_asked_for(command, tmp_path, log_format):
    box, trail = Sandbox(), tmp_path / "audit.jsonl"
    told, answers = [], []
    async with running(box) as url:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OKTA_")},
            "OKTA_ORG_URL": url,
            "OKTA_API_TOKEN": box.api_token,
            "OKTA_MCP_LOG_LEVEL": "DEBUG",
            "OKTA_MCP_LOG_FORMAT": log_format,
            "OKTA_MCP_CONFIRM": "never",
            "OKTA_MCP_MAX_WAIT": "0",
            "OKTA_MCP_AUDIT_FILE": str(trail),
            "OKTA_MCP_AUDIT_KEY": SECRETS["audit key"],
            "OKTA_MCP_STATE_KEYS": SECRETS["state key"],
            "OKTA_MCP_REDIS_URL": f"redis://:{SECRETS['redis password']}@127.0.0.1:9/0",
            "OKTA_MCP_AUTH_TOKENS": f"desk=sha256:{hashlib.sha256(SECRETS['bearer token'].encode()).hexdigest()}",
            "PYTHONFAULTHANDLER": "1",
        }
        process, address = await started(command, environment, tmp_path)
        try:
            bearer = {"Authorization": f"Bearer {SECRETS['bearer token']}"}
            async with (
                httpx2.AsyncClient(headers=bearer) as http,
                Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
            ):
                for fault in (None, *TROUBLE[log_format]):
                    if fault is not None:
                        box.faults.add(fault)
                    for tool, arguments in CALLS:
                        result = await client.call_tool(tool, arguments)
                        data = result.structured_content or {}
                        told += [data[name] for name in HANDED_OUT if data.get(name)]
                        text = "\n".join(one.text for one in result.content if isinstance(one, TextContent))
                        answers.append(without(text + json.dumps(data), told))
                    box.faults.clear()
            async with httpx2.AsyncClient(headers={"Authorization": "Bearer no"}) as http:
                wrong = await http.post(f"{address}/mcp", json={})
            assert wrong.status_code == 401
        finally:
            # A crash: the interpreter writes where every thread was.
            process.send_signal(signal.SIGABRT)
            await process.wait()
    written = {
        "log": (tmp_path / "log").read_text(encoding="utf-8"),
        "trail": trail.read_text(encoding="utf-8"),
        "answers": "\n".join(answers),
    }
    assert len(told) >= 4
    assert "Fatal Python error: Aborted" in written["log"]
    assert "/api/v1/users/{id}/lifecycle/expire_password_with_temp_password" in written["log"]
    assert written["trail"].count('"kind":"intent"') > 30
    secrets = {**SECRETS, "API token": box.api_token, **{f"handed out {n}": one for n, one in enumerate(told)}}
    found = [(name, place) for name, secret in secrets.items() for place in written if secret in written[place]]
    assert found == []


async def started(command, environment, place):
    """Start the server; return it and its address."""
    with (place / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            *("serve", "--transport", "http", "--port", "0"),
            stdout=log,
            stderr=log,
            env=environment,
            cwd=place,
        )
    with anyio.fail_after(30):
        while (found := LISTENING.search((place / "log").read_bytes())) is None:
            assert process.returncode is None, (place / "log").read_text()
            await asyncio.sleep(0.05)
    return process, found[1].decode()


def without(text, handed_out):
    """Return an answer without what it was asked to hold."""
    for secret in handed_out:
        text = text.replace(secret, "")
    return text


KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcanaryPRIVATEkey
-----END PRIVATE KEY-----"""


@pytest.mark.parametrize("key", [KEY, '{"kty":"EC","crv":"P-256","d":"canaryPRIVATEkey","x":"AA","y":"AA"}'])
async def test_a_private_key_that_cannot_be_used_is_not_repeated(command, tmp_path, key):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OKTA_")}
    environment |= {"OKTA_ORG_URL": "https://example.okta.com", "OKTA_CLIENT_ID": "0oaexample", "OKTA_PRIVATE_KEY": key}
    process = await asyncio.create_subprocess_exec(
        *command,
        *("check", "--log-level", "DEBUG"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        cwd=tmp_path,
    )
    with anyio.fail_after(30):
        out, err = await process.communicate()
    assert process.returncode != 0
    assert b"OKTA_PRIVATE_KEY" in out + err
    assert b"canaryPRIVATE" not in out + err
