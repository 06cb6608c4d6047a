"""The commands, as an operator types them."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from okta_mcp import __version__
from okta_mcp.actions import ACTIONS, listed_tool
from okta_mcp.actions.descriptions import description_of
from okta_mcp.checkup import check
from okta_mcp.cli import main
from okta_mcp.guard import Owner, Reach
from okta_mcp.settings import OPTIONS, load_settings
from okta_mcp.transports import announce

CANARY = "00canaryTOKENcanaryTOKENcanaryTOKENcanary1"
COMMANDS = ["serve", "demo", "sandbox", "check", "tools", "token"]
COMMANDS = ["serve", "demo", "sandbox", "check", "tools"]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """Run in an empty directory, without the settings and the logging of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    levels = {name: logging.getLogger(name).level for name in ("httpx2", "httpcore2", "okta_mcp")}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def process(*arguments, **options):
    """Start the command as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "okta_mcp", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeding_ctrl_c,  # noqa: PLW1509 - nothing runs in other threads here
        **options,
    )


def heeding_ctrl_c():
    """Undo what a shell does to commands in the background, so that the test does not depend on how it is run."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(*arguments, **options):
    """Run the command as a process of its own; returns exit status, standard output and standard error."""
    with process(*arguments, stdin=subprocess.PIPE, **options) as running:
        out, err = running.communicate(timeout=50)
    return running.returncode, out, err


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory) -> Iterator[dict[str, str]]:
    """Run the sandbox command; yields the two lines it prints."""
    with process("sandbox", "--port", "0", cwd=tmp_path_factory.mktemp("sandbox")) as running:
        lines = [running.stdout.readline().strip() for _ in range(2)]
        try:
            yield dict(line.split("=", 1) for line in lines)
        finally:
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=50)


@pytest.fixture
def a_page() -> Iterator[str]:
    """Run a web server that is no Okta org."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><title>Sign in to the guest network</title></html>")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def facts(printed):
    """Read the lines of a check."""
    return dict(re.split(r":\s+", line, maxsplit=1) for line in printed.splitlines())


# tools


def test_tools_shows_every_tool_with_its_price(capsys):
    assert main(["tools"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[1:23]] == [action.name for action in ACTIONS]
    assert re.fullmatch(r"22 tools, \d+ bytes, about \d+ tokens\.", lines[24])
    sizes = [int(re.search(r"\s(\d+)  (?:okta\.|for a|none)", line)[1]) for line in lines[1:23]]
    assert sum(sizes) == int(lines[24].split()[2])
    assert err == ""


@pytest.mark.parametrize(
    ("flags", "first", "hidden"),
    [
        (["--read-only"], "10 tools", "create_user, update_user, activate_user"),
        (["--toolsets", "logs"], "1 tools", "create_user, list_users"),
        (["--tools", "get_user,list_users"], "2 tools", "create_user, update_user"),
        (["--exclude-tools", "deactivate_user"], "21 tools", "deactivate_user"),
    ],
)
def test_tools_shows_what_is_switched_off(capsys, flags, first, hidden):
    assert main(["tools", *flags]) == 0
    *_, summary, off = capsys.readouterr().out.splitlines()
    assert summary.startswith(f"{first}, ")
    assert off.startswith(f"Switched off: {hidden}")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_one_tool_is_shown_with_all_its_arguments(capsys, action):
    assert main(["tools"]) == 0
    size = re.search(rf"^{action.name} .*\s(\d+)  {re.escape(action.needs)}$", capsys.readouterr().out, re.MULTILINE)[1]
    assert main(["tools", action.name]) == 0
    head, facts_line, *rest = capsys.readouterr().out.splitlines()
    assert head == f"{action.name}: {action.title}"
    assert facts_line == f"{action.effect}, toolset {action.toolset}, {action.needs}, {size} bytes"
    shown = " ".join(" ".join(rest).split())
    assert " ".join(description_of(action.name).split()) in shown
    schema = listed_tool(action).input_schema
    # A line of the description may look like an argument; those stand behind the last empty line.
    listed = rest[len(rest) - rest[::-1].index("") :]
    arguments = [match[1] for line in listed if (match := re.match(r"(\w+)(?: \(required\))?: ", line))]
    assert arguments == list(schema["properties"])
    assert [line.split()[0] for line in listed if "(required): " in line] == schema.get("required", [])


def test_what_an_argument_may_be_is_shown_with_its_limits_and_its_default(capsys):
    assert main(["tools", "get_system_log_events"]) == 0
    shown = capsys.readouterr().out
    assert "limit: integer from 1 to 1000, 100 unless given\n" in shown
    assert 'sortOrder: DESCENDING | ASCENDING, "DESCENDING" unless given\n' in shown


def test_one_tool_that_is_switched_off_says_so(capsys):
    assert main(["tools", "--read-only", "create_user"]) == 0
    assert "Switched off" in capsys.readouterr().out.splitlines()


def test_one_tool_that_does_not_exist_is_refused_with_what_may_be_meant(capsys):
    assert main(["tools", "get_usr"]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", "okta-mcp tools: there is no tool 'get_usr'. Did you mean get_user?\n")


def test_a_list_without_output_schemas_is_smaller(capsys):
    def size(*flags):
        assert main(["tools", *flags]) == 0
        return int(re.search(r"tools, (\d+) bytes", capsys.readouterr().out)[1])

    assert size("--no-output-schemas") < size("--output-schemas") == size()


def test_a_setting_is_taken_from_the_environment_and_a_flag_goes_before_it(capsys, monkeypatch):
    monkeypatch.setenv("OKTA_MCP_READ_ONLY", "true")
    assert main(["tools"]) == 0
    assert "10 tools" in capsys.readouterr().out
    assert main(["tools", "--no-read-only"]) == 0
    assert "22 tools" in capsys.readouterr().out


def test_a_setting_is_taken_from_a_file_in_the_working_directory(capsys, tmp_path):
    (tmp_path / ".env").write_text("OKTA_MCP_TOOLSETS=logs\n")
    assert main(["tools"]) == 0
    assert "1 tools" in capsys.readouterr().out


def test_a_flag_before_the_command_counts_too(capsys):
    assert main(["--read-only", "tools"]) == 0
    assert "10 tools" in capsys.readouterr().out


# check


def test_check_of_the_built_in_sandbox(capsys):
    assert main(["check", "--sandbox"]) == 0
    told = facts(capsys.readouterr().out)
    assert told["Address"] == "https://sandbox.okta.example"
    assert told["Org"] == "Harbourlight (harbourlight), ACTIVE"
    assert told["Token of"].startswith("Alex Admin (admin@example.com), ACTIVE, id 00u")
    assert {told[f"Read {area}"] for area in ("users", "groups", "applications", "System Log")} == {"yes"}
    assert told["Tools"] == "22 of 22 on offer, 12 of them can change something"
    assert told["Writes"] == "as far as the roles of the token's owner allow"
    assert told["Result"] == "usable."
    assert any(name.startswith("Limit GET /api/v1/users") for name in told)


def test_check_says_when_writes_are_off(capsys):
    assert main(["check", "--sandbox", "--read-only"]) == 0
    told = facts(capsys.readouterr().out)
    assert told["Tools"] == "10 of 22 on offer, 0 of them can change something"
    assert told["Writes"] == "off (read-only)"


def test_serving_others_unasked_is_refused_with_the_ways_out(capsys):
    assert main(["serve", "--sandbox", "--transport", "http", "--host", "0.0.0.0", "--port", "0"]) == 2
    told = capsys.readouterr().err
    for way in ("OKTA_MCP_AUTH_ISSUER", "OKTA_MCP_AUTH_TOKENS", "127.0.0.1", "--dangerously-unauthenticated"):
        assert way in told


@pytest.mark.parametrize(
    ("flags", "status", "expected"),
    [
        ([], 0, {"HTTP doors": "127.0.0.1 port 8765, reached by this machine only"}),
        ([], 0, {"HTTP callers": "nobody is asked who they are"}),
        (
            ["--host", "0.0.0.0", "--auth-tokens", f"ada=sha256:{'0' * 64}:read,ben=sha256:{'1' * 64}"],
            0,
            {
                "HTTP doors": "0.0.0.0 port 8765, reached by other machines",
                "HTTP callers, fixed tokens": "2: ada (read), ben (write)",
                "Result": "usable.",
            },
        ),
        (["--host", "0.0.0.0"], 1, {"Result": "usable. But not over HTTP: the doors would not open."}),
        (
            ["--auth-issuer", "http://127.0.0.1:1/x", "--auth-groups", "Help Desk=read"],
            1,
            {
                "HTTP callers, access tokens": "of http://127.0.0.1:1/x, for the address of a door",
                "HTTP scopes": "okta:read allows read, okta:write allows write",
                "HTTP groups": "Help Desk allows read",
                "Result": "usable. But not over HTTP: the issuer's keys cannot be read.",
            },
        ),
    ],
)
def test_check_tells_how_the_http_doors_would_be_guarded(capsys, flags, status, expected):
    assert main(["check", "--sandbox", *flags]) == status
    told = facts(capsys.readouterr().out)
    assert {name: told.get(name) for name in expected} == expected


def test_check_of_an_org_over_http(capsys, monkeypatch, running_sandbox):
    for name, value in running_sandbox.items():
        monkeypatch.setenv(name, value)
    assert main(["check"]) == 0
    out, err = capsys.readouterr()
    assert facts(out)["Result"] == "usable."
    assert facts(out)["Address"] == running_sandbox["OKTA_ORG_URL"]
    assert running_sandbox["OKTA_API_TOKEN"] not in out + err


def test_check_with_a_wrong_token_says_where_to_get_a_right_one(capsys, monkeypatch, running_sandbox):
    monkeypatch.setenv("OKTA_ORG_URL", running_sandbox["OKTA_ORG_URL"])
    monkeypatch.setenv("OKTA_API_TOKEN", CANARY)
    assert main(["check"]) == 1
    out, err = capsys.readouterr()
    result = facts(out)["Result"]
    assert result.startswith("not usable. The token is wrong, expired or revoked. Make a new one in the Admin Console")
    assert "401 E0000011" in result
    assert CANARY not in out + err


def test_check_of_an_address_where_nobody_listens(capsys, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    monkeypatch.setenv("OKTA_ORG_URL", f"http://{address}")
    monkeypatch.setenv("OKTA_API_TOKEN", CANARY)
    assert main(["check"]) == 1
    out, err = capsys.readouterr()
    assert facts(out)["Result"] == f"not usable. {address} refused the connection. Check the org URL."
    assert CANARY not in out + err


def test_check_of_a_web_server_that_is_no_okta_org(capsys, monkeypatch, a_page):
    monkeypatch.setenv("OKTA_ORG_URL", a_page)
    monkeypatch.setenv("OKTA_API_TOKEN", CANARY)
    assert main(["check"]) == 1
    result = facts(capsys.readouterr().out)["Result"]
    assert "does not come from Okta's API: 200 (text/html)" in result
    assert '"Sign in to the guest network"' in result


async def test_a_check_prints_no_escape_that_somebody_wrote_into_the_org(served, capsys):
    front = await served()
    front.box.org.company_name = "Harbour\x1b]0;owned\x07light"
    front.box.org.user_by_login("admin@example.com").profile["displayName"] = "Alex\x1b[2J\u202e Admin"
    assert await check(load_settings(env_file=None), front.okta) == 0
    told = facts(capsys.readouterr().out)
    assert told["Org"] == "Harbour]0;ownedlight (harbourlight), ACTIVE"
    assert told["Token of"].startswith("Alex[2J Admin (admin@example.com)")


async def test_the_line_at_the_start_holds_no_escape_that_somebody_wrote_into_the_org(served, caplog):
    caplog.set_level(logging.INFO, logger="okta_mcp")
    front = await served()
    front.box.org.company_name = "Harbour\x1b[2J\nERROR okta_mcp: light"
    await announce(front.okta, Owner(front.okta), Reach(front.okta))
    (line,) = [record.getMessage() for record in caplog.records if record.name == "okta_mcp"]
    assert line == ("Connected to Harbour[2J ERROR okta_mcp: light (https://sandbox.okta.example) as admin@example.com")


# What is missing or wrong


@pytest.mark.parametrize("command", [["check"], ["serve"], []])
def test_without_an_org_it_says_what_to_set_and_how_to_try(capsys, command):
    assert main(command) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        (
            "OKTA_ORG_URL (--org-url): it is missing. Set OKTA_ORG_URL in the environment or in .env, for instance "
            "OKTA_ORG_URL=https://example.okta.com, or pass --org-url https://example.okta.com"
        ),
        (
            "OKTA_API_TOKEN: it is missing. Set OKTA_API_TOKEN in the environment or in .env, for instance "
            "OKTA_API_TOKEN=00aBcD…"
        ),
        "To try it without an org: okta-mcp --sandbox, or okta-mcp demo",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("OKTA_MCP_READONLY", "true", "OKTA_MCP_READONLY: there is no such variable. Did you mean OKTA_MCP_READ_ONLY?"),
        ("OKTA_MCP_TOOLSET", "logs", "OKTA_MCP_TOOLSET: there is no such variable. Did you mean OKTA_MCP_TOOLSETS?"),
        ("OKTA_MCP_TOOLSETS", "people", "OKTA_MCP_TOOLSETS (--toolsets): 'people' is not one of"),
        ("OKTA_MCP_READ_ONLY", "perhaps", "OKTA_MCP_READ_ONLY (--read-only): 'perhaps' is not true or false."),
        ("OKTA_MCP_TIMEOUT", "0", "OKTA_MCP_TIMEOUT (--timeout): "),
    ],
)
@pytest.mark.parametrize("command", [["tools"], ["check"], []])
def test_a_setting_that_does_not_hold_stops_every_command(capsys, monkeypatch, variable, value, told, command):
    monkeypatch.setenv(variable, value)
    assert main(command) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--tools", "--exclude-tools"])
def test_a_tool_that_does_not_exist_is_no_restriction_that_holds(capsys, flag):
    # Excluding `delete_user` would look like a restriction and restrict nothing.
    assert main(["tools", flag, "get_user,deactivate_usr,nothing"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    variable = f"OKTA_MCP_{flag.strip('-').replace('-', '_').upper()} ({flag})"
    assert first == f"{variable}: there is no tool 'deactivate_usr'. Did you mean deactivate_user?"
    assert second.startswith(f"{variable}: there is no tool 'nothing'. There are: create_user, ")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://example.okta.com", "would send the API token in clear"),
        ("https://www.okta.com", "is Okta's own site, not an org"),
        ("acme", "did you mean https://acme.okta.com?"),
    ],
)
def test_an_address_that_is_none_is_refused(capsys, monkeypatch, url, told):
    monkeypatch.setenv("OKTA_API_TOKEN", CANARY)
    assert main(["check", "--org-url", url]) == 2
    out, err = capsys.readouterr()
    assert err.startswith("OKTA_ORG_URL (--org-url): ")
    assert told in err
    assert CANARY not in out + err


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["tools", "--nonsense"], ["check", "--read_only"], ["serve", "--transport", "pigeon"]]
)
def test_a_command_line_that_is_none_exits_with_2(capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: okta-mcp" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--tok", CANARY],
        ["check", "--api-token", CANARY],
        ["serve", "--token", CANARY],
        ["serve", f"--api-token={CANARY}"],
        ["tools", "--api-key", CANARY],
        ["--api-token", CANARY],
        ["--api-token", CANARY, "serve"],
        [f"--token={CANARY}", "check"],
        ["--sandbox", "--okta-api-token", CANARY],
    ],
)
def test_a_token_on_the_command_line_is_refused_without_being_repeated(capsys, arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert CANARY not in out + err
    assert "error: The API token is taken from OKTA_API_TOKEN, in the environment or in .env" in err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("arguments", [["--secret", CANARY], [f"--secret={CANARY}"]])
def test_what_stands_behind_an_unknown_flag_is_not_repeated(capsys, command, arguments):
    with pytest.raises(SystemExit) as stopped:
        main([command, *arguments])
    out, err = capsys.readouterr()
    assert (stopped.value.code, out) == (2, "")
    assert CANARY not in err
    assert err.endswith("error: unrecognized arguments: --secret\n")


# --help, --version


@pytest.mark.parametrize("command", [[], ["serve"], ["check"]])
def test_help_lists_every_option_with_its_variable(capsys, command):
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    for option in OPTIONS:
        if option.flag is not None:
            assert option.flag in shown
            assert f"[{option.env}]" in shown
    assert "--sandbox" in shown
    assert "OKTA_API_TOKEN" in shown
    if not command:
        for name in COMMANDS:
            assert name in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(capsys, command):
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert f"usage: okta-mcp {command}" in capsys.readouterr().out


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"okta-mcp {__version__}\n"


# Processes


@pytest.mark.parametrize("command", [["tools"], ["tools", "create_user"], ["check", "--sandbox"]])
def test_a_reader_that_has_seen_enough_ends_a_command_without_a_word(command):
    with process(*command) as running:
        running.stdout.close()
        err = running.stderr.read()
    assert (running.returncode, err) == (128 + signal.SIGPIPE, "")


def test_the_sandbox_tells_its_address_and_token_and_ends_with_ctrl_c():
    with process("sandbox", "--port", "0") as running:
        address, token = running.stdout.readline(), running.stdout.readline()
        assert re.fullmatch(r"OKTA_ORG_URL=http://127\.0\.0\.1:\d+\n", address)
        assert re.fullmatch(r"OKTA_API_TOKEN=00\w{40}\n", token)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=50)
    assert (running.returncode, out) == (130, "")
    assert err.splitlines() == ["The sandbox org is running; Ctrl-C ends it, and what was changed is gone."]


def test_a_port_that_is_taken_is_told_in_words():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        status, out, err = finished("sandbox", "--port", str(port))
    assert (status != 0, out) == (True, "")
    assert str(port) in err
    assert "Traceback" not in err


def test_standard_output_of_a_check_has_no_log_line():
    status, out, err = finished("check", "--sandbox", "--log-level", "DEBUG")
    assert status == 0
    assert "DEBUG okta_mcp.okta: GET /api/v1/users/me 200" in err
    assert "DEBUG" not in out
    assert [line for line in out.splitlines() if not re.match(r"[A-Z][\w /{}.]+:\s", line)] == []


def test_a_server_on_stdio_writes_nothing_but_the_protocol_to_standard_output():
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "get_user", "arguments": {"user": "Ada Byrne"}},
    }
    with process("--sandbox", "--log-level", "DEBUG", stdin=subprocess.PIPE) as running:
        running.stdin.write("".join(f"{json.dumps(message)}\n" for message in (hello, ready, call)))
        running.stdin.flush()
        answers = []
        while not any(answer.get("id") == 2 for answer in answers):
            answers.append(json.loads(running.stdout.readline()))
        rest, err = running.communicate(timeout=50)
    assert running.returncode == 0
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert [json.loads(line)["jsonrpc"] for line in rest.splitlines()] == ["2.0"] * len(rest.splitlines())
    assert "ada.byrne@example.com" in json.dumps(answers[-1])
    assert "DEBUG okta_mcp.okta: GET /api/v1/users/{id} 200" in err


def test_no_token_is_in_the_log_at_any_level(running_sandbox):
    status, out, err = finished("check", "--log-level", "DEBUG", env={**os.environ, **running_sandbox})
    assert status == 0
    assert "/api/v1/users/me" in err
    assert running_sandbox["OKTA_API_TOKEN"] not in out + err
    assert "Authorization" not in err


def test_a_wrong_token_does_not_stop_a_server_and_is_logged(running_sandbox):
    environment = {**os.environ, **running_sandbox, "OKTA_API_TOKEN": CANARY}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {}}
    with process(stdin=subprocess.PIPE, env=environment) as running:
        running.stdin.write(f"{json.dumps(hello)}\n")
        running.stdin.flush()
        answer = json.loads(running.stdout.readline())
        line = next(line for line in running.stderr if "Okta cannot be used" in line)
        out, err = running.communicate(timeout=50)
    assert answer["id"] == 1
    assert "401 E0000011" in line
    assert "okta-mcp check" in line
    assert CANARY not in line + out + err
