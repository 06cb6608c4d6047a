"""Every entry really starts the server, and says where it finds its org."""

import json
import os
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from okta_mcp.actions import ACTIONS
from okta_mcp.cli import main
from okta_mcp.installing import CLIENTS
from okta_mcp.settings import OPTIONS

NAMES = [client.name for client in CLIENTS]
READ = {"json": json.loads, "toml": tomllib.loads, "yaml": yaml.safe_load}
FORMATS = {client.name: client.format for client in CLIENTS}
CANARY = "00CanaryCanaryCanaryCanaryCanaryCanaryCanar"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch, tmp_path):
    for option in OPTIONS:
        monkeypatch.delenv(option.env, raising=False)
    monkeypatch.chdir(tmp_path)


def shown(capsys, *arguments):
    assert main(["client-config", *arguments]) == 0
    out, err = capsys.readouterr()
    return READ[FORMATS[arguments[0]]](out), err


def entry_of(document):
    (table,) = [value for key, value in document.items() if key != "inputs"]
    return table["okta"]


def parameters(entry, environment):
    """Start what a client would, in the environment it would give."""
    env = {**entry.get("env", {}), **entry.get("envs", {})}
    passed_on = [*entry.get("env_vars", []), *entry.get("env_keys", [])]
    refers = re.compile(r"\$\{(?:env:|input:)?([\w-]+)\}")

    def resolved(text):
        return refers.sub(lambda found: environment[found[1].upper().replace("-", "_")], text)

    return StdioServerParameters(
        command=entry.get("command") or entry["cmd"],
        args=entry.get("args", []),
        env={name: resolved(value) for name, value in env.items()} | {name: environment[name] for name in passed_on},
    )


async def tools_of(params):
    async with Client(stdio_client(params)) as client:
        return {tool.name for tool in (await client.list_tools()).tools}


@pytest.mark.parametrize("name", NAMES)
async def test_the_entry_that_is_shown_starts_the_server(capsys, name):
    document, err = shown(capsys, name, "--sandbox", "--read-only")
    entry = entry_of(document)
    assert Path(entry.get("command") or entry["cmd"]).is_absolute()
    tools = await tools_of(parameters(entry, {}))
    assert tools == {action.name for action in ACTIONS if action.effect.value == "read"}
    assert "OKTA_API_TOKEN" not in err


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"claude-desktop", "zed"}])
def test_what_the_entry_refers_to_becomes_what_the_server_needs(capsys, name):
    environment = {"OKTA_ORG_URL": "https://example.okta.com", "OKTA_API_TOKEN": CANARY, "OTHER": "of the client's"}
    document, err = shown(capsys, name)
    assert "OKTA_ORG_URL and OKTA_API_TOKEN" in err
    needed = {variable: environment[variable] for variable in ("OKTA_ORG_URL", "OKTA_API_TOKEN")}
    assert parameters(entry_of(document), environment).env == needed


async def test_what_an_entry_becomes_is_all_that_the_server_needs(capsys):
    environment = {"OKTA_ORG_URL": "https://example.okta.com", "OKTA_API_TOKEN": CANARY}
    document, _err = shown(capsys, "goose")
    assert len(await tools_of(parameters(entry_of(document), environment))) == len(ACTIONS)


@pytest.mark.parametrize("name", ["claude-desktop", "zed"])
def test_a_blank_that_was_not_filled_in_is_refused_by_the_server_by_name(capsys, monkeypatch, name):
    document, err = shown(capsys, name)
    assert "in the place of <…> by hand" in err
    for variable, value in entry_of(document)["env"].items():
        monkeypatch.setenv(variable, value)
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert "OKTA_ORG_URL (--org-url): it is a placeholder" in told
    assert "OKTA_API_TOKEN: it is a placeholder" in told


@pytest.mark.parametrize("name", NAMES)
def test_a_token_in_the_environment_is_not_shown(capsys, monkeypatch, name):
    monkeypatch.setenv("OKTA_ORG_URL", "https://example.okta.com")
    monkeypatch.setenv("OKTA_API_TOKEN", CANARY)
    assert main(["client-config", name]) == 0
    out, err = capsys.readouterr()
    assert "https://example.okta.com" in out
    assert CANARY not in out + err


def test_a_token_goes_into_the_entry_when_it_is_asked_for_and_needed(capsys, monkeypatch):
    monkeypatch.setenv("OKTA_ORG_URL", "https://example.okta.com")
    monkeypatch.setenv("OKTA_API_TOKEN", CANARY)
    document, err = shown(capsys, "claude-desktop", "--with-token")
    assert entry_of(document)["env"]["OKTA_API_TOKEN"] == CANARY
    assert "by hand" not in err
    assert main(["client-config", "cursor", "--with-token"]) == 2
    out, err = capsys.readouterr()
    assert "Cursor needs no token in its file" in err
    assert CANARY not in out + err


@pytest.mark.parametrize("given", ["flags", "environment"])
def test_a_service_app_needs_its_key_in_the_place_of_a_token(capsys, monkeypatch, tmp_path, given):
    address = {"OKTA_ORG_URL": "https://example.okta.com"}
    app = {"OKTA_CLIENT_ID": "0oa1example2CLIENT3d7"}
    monkeypatch.setenv("OKTA_ORG_URL", address["OKTA_ORG_URL"])
    monkeypatch.setenv("OKTA_PRIVATE_KEY", CANARY)
    flags = ["--client-id", app["OKTA_CLIENT_ID"]] if given == "flags" else []
    if not flags:
        monkeypatch.setenv("OKTA_CLIENT_ID", app["OKTA_CLIENT_ID"])
    document, err = shown(capsys, "cursor", *flags)
    assert entry_of(document)["env"] == {**address, **app, "OKTA_PRIVATE_KEY": "${env:OKTA_PRIVATE_KEY}"}
    assert "Cursor takes OKTA_PRIVATE_KEY from the environment" in err
    monkeypatch.delenv("OKTA_PRIVATE_KEY")
    (tmp_path / "key.pem").write_text(CANARY)
    document, err = shown(capsys, "cursor", *flags, "--private-key-file", "key.pem")
    assert entry_of(document)["env"] == {**address, **app, "OKTA_PRIVATE_KEY_FILE": str(tmp_path / "key.pem")}
    assert CANARY not in err


def test_settings_that_are_given_go_into_the_entry_and_those_of_the_environment_do_not(capsys, monkeypatch):
    monkeypatch.setenv("OKTA_MCP_LOG_LEVEL", "ERROR")
    document, _err = shown(
        capsys, "cursor", "--sandbox", "--no-output-schemas", "--toolsets", "users,logs", "--timeout", "20"
    )
    assert entry_of(document)["env"] == {
        "OKTA_MCP_OUTPUT_SCHEMAS": "false",
        "OKTA_MCP_TOOLSETS": "users,logs",
        "OKTA_MCP_TIMEOUT": "20",
    }


@pytest.mark.parametrize("name", NAMES)
def test_writing_puts_the_same_entry_into_the_clients_file(capsys, monkeypatch, tmp_path, name):
    for variable in ("HOME", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME", "CODEX_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    document, _err = shown(capsys, name, "--sandbox")
    assert main(["client-config", name, "--sandbox", "--write"]) == 0
    out, _err = capsys.readouterr()
    path = Path(re.match(r"(\S.*?) has the entry okta\.\n", out)[1])
    assert path.is_relative_to(tmp_path)
    assert READ[FORMATS[name]](path.read_text()) == document
    assert main(["client-config", name, "--sandbox", "--write"]) == 0
    assert capsys.readouterr().out == f"{path} had it already.\n"


def test_a_second_org_gets_a_name_of_its_own_and_the_first_stays(capsys, tmp_path):
    path = tmp_path / "mcp.json"
    path.write_text('{\n  // mine\n  "mcpServers": {"okta": {"command": "old"}}\n}\n')
    arguments = ["client-config", "cursor", "--file", str(path), "--entry", "preview", "--sandbox", "--write"]
    assert main(arguments) == 0
    out, _err = capsys.readouterr()
    assert out == f"{path} has the entry preview; what it was before is in {path}.bak.\n"
    held = path.read_text()
    assert "// mine" in held
    assert '"okta": {"command": "old"}' in held
    assert '"preview": {' in held


def test_a_file_that_is_not_understood_is_named_and_left_alone(capsys, tmp_path):
    path = tmp_path / "mcp.json"
    path.write_text("{oops}")
    assert main(["client-config", "cursor", "--file", str(path), "--sandbox", "--write"]) == 2
    out, err = capsys.readouterr()
    assert (out, path.read_text()) == ("", "{oops}")
    assert err == (
        f"{path}: it is not JSON: line 1: no value where there has to be one\n"
        "Nothing was changed. Without --write the entry is shown.\n"
    )


def test_without_a_name_the_clients_are_listed_with_their_files(capsys):
    assert main(["client-config"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == NAMES


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("https://mcp.example.com", "https://mcp.example.com/mcp"),
        ("https://mcp.example.com/okta/mcp", "https://mcp.example.com/okta/mcp"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765/mcp"),
    ],
)
def test_a_server_elsewhere_is_named_by_its_address(capsys, url, entry):
    document, err = shown(capsys, "cursor", "--url", url, "--bearer", "DESK_TOKEN")
    assert entry_of(document) == {"url": entry, "headers": {"Authorization": "Bearer ${env:DESK_TOKEN}"}}
    assert "Cursor takes DESK_TOKEN from the environment" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing"], "okta-mcp client-config: there is no client 'nothing' here. There are: claude-desktop, "),
        (["curser"], "okta-mcp client-config: there is no client 'curser' here. Did you mean cursor?"),
        (["cursor", "--transport", "http"], "--url: it is missing."),
        (["cursor", "--url", "mcp.example.com"], "--url: 'mcp.example.com' is no address."),
        (["cursor", "--url", "http://mcp.example.com"], "would send what the client says in clear. Use https"),
        (["cursor", "--url", "https://mcp.example.com", "--bearer", f"x-{CANARY}"], "--bearer: it is not the name of"),
        (["cursor", "--url", "https://mcp.example.com", "--sandbox"], "--url: a server elsewhere has its own org"),
        (["claude-desktop", "--url", "https://mcp.example.com"], "under Settings, Connectors."),
        (["zed", "--with-token"], "--with-token: there is no token."),
        (["zed", "--tools", "nothing"], "OKTA_MCP_TOOLS (--tools): there is no tool 'nothing'."),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(capsys, arguments, told):
    assert main(["client-config", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert CANARY not in err


def test_without_a_program_beside_it_python_starts_the_module(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    document, _err = shown(capsys, "cursor", "--sandbox")
    assert entry_of(document)["command"] == str(tmp_path / "python")
    assert entry_of(document)["args"] == ["-m", "okta_mcp", "--sandbox"]
    assert os.path.lexists(tmp_path / "python") is False


@pytest.mark.parametrize("name", NAMES)
def test_the_docs_show_what_the_program_shows(capsys, name):
    assert main(["client-config", name, "--org-url", "https://example.okta.com"]) == 0
    out, _err = capsys.readouterr()
    page = (Path(__file__).parents[2] / "docs/clients.md").read_text(encoding="utf-8")
    program = str(Path(sys.executable).absolute().with_name("okta-mcp"))
    assert out.replace(program, "/path/to/okta-mcp") in page
