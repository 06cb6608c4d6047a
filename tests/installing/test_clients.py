from pathlib import Path

import pytest

from okta_mcp.installing import CLIENTS, Machine, NoSuchEntryError, Reached, Started

BY_NAME = {client.name: client for client in CLIENTS}
SECRETS = {"OKTA_API_TOKEN": "API token of the Okta org"}
SERVER = Started("/opt/okta-mcp", settings={"OKTA_ORG_URL": "https://example.okta.com"}, secrets=SECRETS)


def machine(system, **environ):
    return Machine(system, Path("/home/ada"), Path("/project"), environ)


@pytest.mark.parametrize(
    ("client", "linux", "darwin", "win32"),
    [
        (
            "claude-desktop",
            ".config/Claude/claude_desktop_config.json",
            "Library/Application Support/Claude/claude_desktop_config.json",
            "Roaming/Claude/claude_desktop_config.json",
        ),
        (
            "vscode",
            ".config/Code/User/mcp.json",
            "Library/Application Support/Code/User/mcp.json",
            "Roaming/Code/User/mcp.json",
        ),
        ("cursor", ".cursor/mcp.json", ".cursor/mcp.json", ".cursor/mcp.json"),
        ("windsurf", *[".codeium/windsurf/mcp_config.json"] * 3),
        ("zed", ".config/zed/settings.json", ".config/zed/settings.json", "Roaming/Zed/settings.json"),
        ("gemini-cli", *[".gemini/settings.json"] * 3),
        ("codex", *[".codex/config.toml"] * 3),
        (
            "goose",
            ".config/goose/config.yaml",
            ".config/goose/config.yaml",
            "Roaming/Block/goose/config/config.yaml",
        ),
    ],
)
def test_where_the_files_are(client, linux, darwin, win32):
    place = BY_NAME[client].place
    home = Path("/home/ada")
    assert place(machine("linux")) == home / linux
    assert place(machine("darwin")) == home / darwin
    assert place(machine("win32", APPDATA="/home/ada/Roaming")) == home / win32


def test_claude_code_keeps_its_file_in_the_project():
    assert BY_NAME["claude-code"].place(machine("linux")) == Path("/project/.mcp.json")


@pytest.mark.parametrize(
    ("client", "variable", "place"),
    [
        ("codex", "CODEX_HOME", "/elsewhere/config.toml"),
        ("goose", "XDG_CONFIG_HOME", "/elsewhere/goose/config.yaml"),
        ("vscode", "XDG_CONFIG_HOME", "/elsewhere/Code/User/mcp.json"),
    ],
)
def test_the_environment_can_move_a_file(client, variable, place):
    assert BY_NAME[client].place(machine("linux", **{variable: "/elsewhere"})) == Path(place)


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        ("claude-desktop", "<OKTA_API_TOKEN>"),
        ("claude-code", "${OKTA_API_TOKEN}"),
        ("vscode", "${input:okta-api-token}"),
        ("cursor", "${env:OKTA_API_TOKEN}"),
        ("windsurf", "${env:OKTA_API_TOKEN}"),
        ("zed", "<OKTA_API_TOKEN>"),
        ("gemini-cli", "${OKTA_API_TOKEN}"),
    ],
)
def test_the_token_is_named_in_the_clients_own_way(client, shown):
    entry = BY_NAME[client].contribution(SERVER).entry
    assert entry["env"] == {"OKTA_ORG_URL": "https://example.okta.com", "OKTA_API_TOKEN": shown}


@pytest.mark.parametrize(("client", "key"), [("codex", "env_vars"), ("goose", "env_keys")])
def test_two_clients_pass_on_what_is_named_in_a_list(client, key):
    assert BY_NAME[client].contribution(SERVER).entry[key] == ["OKTA_API_TOKEN"]


def test_vs_code_asks_for_the_token_without_showing_it():
    (asked,) = BY_NAME["vscode"].contribution(SERVER).inputs
    assert (asked["type"], asked["id"], asked["password"]) == ("promptString", "okta-api-token", True)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_a_token_is_written_only_where_the_client_has_no_other_way(client):
    server = Started("/opt/okta-mcp", secrets=SECRETS, values={"OKTA_API_TOKEN": "00secret"})
    if client.refers:
        with pytest.raises(NoSuchEntryError, match="needs no token in its file"):
            client.contribution(server)
    else:
        assert client.contribution(server).entry["env"] == {"OKTA_API_TOKEN": "00secret"}


def test_claude_desktop_takes_remote_servers_in_the_app_alone():
    with pytest.raises(NoSuchEntryError, match="Add it in the app, under Settings, Connectors"):
        BY_NAME["claude-desktop"].contribution(Reached("https://mcp.example.com/mcp"))


@pytest.mark.parametrize(
    ("client", "entry"),
    [
        ("claude-code", {"type": "http", "url": "U"}),
        ("vscode", {"type": "http", "url": "U"}),
        ("cursor", {"url": "U"}),
        ("windsurf", {"serverUrl": "U"}),
        ("zed", {"url": "U"}),
        ("gemini-cli", {"httpUrl": "U"}),
        ("codex", {"url": "U"}),
    ],
)
def test_a_client_that_signs_in_by_oauth_needs_the_address_alone(client, entry):
    contribution = BY_NAME[client].contribution(Reached("U"))
    assert contribution.entry == entry
    assert contribution.inputs == ()
