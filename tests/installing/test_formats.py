import tomllib

import pytest
import yaml

from okta_mcp.installing import CLIENTS, NotMergedError, Reached, Started, merged, written
from okta_mcp.installing.jsonc import parse

BY_NAME = {client.name: client for client in CLIENTS}
SERVER = Started("/opt/okta-mcp", ("--sandbox",), {"OKTA_MCP_READ_ONLY": "true"})
ELSEWHERE = Reached("https://mcp.example.com/mcp", "DESK_TOKEN")
READ = {"json": lambda text: parse(text).value, "toml": tomllib.loads, "yaml": yaml.safe_load}


def put(client, text, server=SERVER):
    form = BY_NAME[client].format
    return merged(text, BY_NAME[client].contribution(server), form)


CODEX = """\
# My Codex.
model = "gpt" # the good one

[mcp_servers.files]
command = "files"

[mcp_servers.files.env]
A = "1"

# Which projects are trusted.
[projects."/home/ada"]
trust_level = "trusted"
"""


def test_a_table_is_put_at_the_end_of_a_toml_file_and_the_rest_stays():
    assert put("codex", CODEX) == CODEX + (
        '\n[mcp_servers.okta]\ncommand = "/opt/okta-mcp"\nargs = ["--sandbox"]\n\n'
        '[mcp_servers.okta.env]\nOKTA_MCP_READ_ONLY = "true"\n'
    )


def test_a_table_of_the_same_name_is_replaced_in_its_place_with_the_tables_in_it():
    old = CODEX.replace("mcp_servers.files", "mcp_servers.okta")
    assert put("codex", old) == (
        '# My Codex.\nmodel = "gpt" # the good one\n\n'
        '[mcp_servers.okta]\ncommand = "/opt/okta-mcp"\nargs = ["--sandbox"]\n\n'
        '[mcp_servers.okta.env]\nOKTA_MCP_READ_ONLY = "true"\n\n'
        '# Which projects are trusted.\n[projects."/home/ada"]\ntrust_level = "trusted"\n'
    )


GOOSE = """\
# My goose.
GOOSE_MODE: smart_approve
extensions:
    developer:   # built in
        type: builtin
        enabled: true

    # Mine.
    okta:
        type: stdio
        cmd: old
slash_commands: []
"""


def test_an_entry_of_a_yaml_file_is_replaced_in_its_place_and_the_rest_stays():
    assert put("goose", GOOSE) == (
        "# My goose.\nGOOSE_MODE: smart_approve\nextensions:\n"
        "    developer:   # built in\n        type: builtin\n        enabled: true\n\n    # Mine.\n"
        '    okta:\n      type: "stdio"\n      name: "okta"\n      description: "Administers an Okta org by name"\n'
        '      enabled: true\n      cmd: "/opt/okta-mcp"\n      args: ["--sandbox"]\n      env_keys: []\n'
        '      envs:\n        OKTA_MCP_READ_ONLY: "true"\n      timeout: 300\n'
        "slash_commands: []\n"
    )


@pytest.mark.parametrize("head", ["extensions:\n", "extensions: {}\n", "extensions: null # none\n", "", "A: 1\n"])
def test_a_yaml_file_without_extensions_gets_them(head):
    changed = yaml.safe_load(put("goose", f"{head}B: 2\n"))
    assert list(changed["extensions"]) == ["okta"]
    assert changed["B"] == 2


FILES = {
    "json": '{"keep": [1, 2], "mcpServers": {"files": {"command": "files"}}}',
    "toml": '[mcp_servers.files]\ncommand = "files"\n',
    "yaml": "extensions:\n  files:\n    cmd: files\n",
}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
@pytest.mark.parametrize("server", [SERVER, ELSEWHERE], ids=["stdio", "http"])
def test_in_every_format_the_entry_is_added_once_and_nothing_is_lost(client, server):
    if isinstance(server, Reached) and client.reached is None:
        return
    read, text = READ[client.format], FILES[client.format]
    contribution = client.contribution(server)
    once = merged(text, contribution, client.format)
    assert read(once) == contribution.applied(read(text))
    assert merged(once, contribution, client.format) == once
    alone = written(contribution, client.format)
    assert read(alone) == contribution.applied({})
    assert merged("\n", contribution, client.format) == alone


def test_windows_line_breaks_and_the_mark_at_the_beginning_stay():
    changed = put("cursor", '\ufeff{\r\n  "mcpServers": {}\r\n}\r\n')
    assert changed.startswith('\ufeff{\r\n  "mcpServers": {\r\n    "okta": {')
    assert "\n" not in changed.replace("\r\n", "")


@pytest.mark.parametrize(
    ("client", "text", "told"),
    [
        ("cursor", "{,}", "it is not JSON: line 1: no value where there has to be one"),
        ("cursor", "[]", "it holds no table of settings"),
        ("cursor", '{"mcpServers": []}', "mcpServers is no table there"),
        ("vscode", '{"inputs": {}}', "there is no safe place for the entry (inputs is no array)"),
        ("codex", "a =", "it is not TOML: "),
        ("codex", 'mcp_servers = {a = {command = "a"}}', "there is no safe place for the entry"),
        ("codex", 'mcp_servers.okta.command = "a"\n', "there is no safe place for the entry"),
        ("codex", 't = """\n[mcp_servers.okta]\n"""\n', "there is no safe place for the entry"),
        ("goose", "a: [", "it is not YAML: line 1"),
        ("goose", "- a\n", "it holds no table of settings"),
        ("goose", "extensions: {a: {cmd: a}}\n", "there is no safe place for the entry (extensions is not written as"),
        ("goose", "{extensions: {}}\n", "there is no safe place for the entry"),
    ],
)
def test_a_file_that_cannot_be_changed_safely_is_refused(client, text, told):
    server = SERVER if client != "vscode" else Started("/opt/okta-mcp", secrets={"OKTA_API_TOKEN": "a token"})
    with pytest.raises(NotMergedError) as refused:
        put(client, text, server)
    assert told in str(refused.value)
