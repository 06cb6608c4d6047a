"""What registries and hosts are told: server.json, the marker in the README, the bundle."""

import json
import os
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from okta_mcp import __version__
from okta_mcp.actions import ACTIONS
from okta_mcp.settings import OPTIONS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SERVER = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
(PACKAGE,) = SERVER["packages"]
BUNDLE = runpy.run_path(str(ROOT / "scripts/bundle"))
MANIFEST = BUNDLE["manifest"]()
OPTION = {option.env: option for option in OPTIONS}


# The MCP registry: its schema of 2025-12-11, and what it asks of a package on PyPI


def test_the_servers_name_is_one_and_the_same_everywhere():
    name = SERVER["name"]
    assert re.fullmatch(r"[a-zA-Z0-9.-]{3,}/[a-zA-Z0-9._-]+", name)
    assert f"<!-- mcp-name: {name} -->" in (ROOT / PROJECT["readme"]).read_text(encoding="utf-8")
    assert f'io.modelcontextprotocol.server.name="{name}"' in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_registry_is_told_the_version_that_is_built():
    assert SERVER["version"] == PACKAGE["version"] == MANIFEST["version"] == __version__


def test_the_registry_is_told_what_it_takes():
    assert SERVER.keys() == {"$schema", "name", "title", "description", "version", "packages"}
    assert SERVER["$schema"] == "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
    assert 1 <= len(SERVER["description"]) <= 100
    assert 1 <= len(SERVER["title"]) <= 100
    assert (PACKAGE["registryType"], PACKAGE["identifier"]) == ("pypi", PROJECT["name"])
    assert (PACKAGE["runtimeHint"], PACKAGE["transport"]) == ("uvx", {"type": "stdio"})
    known = {"name", "description", "placeholder", "format", "default", "isRequired", "isSecret"}
    for variable in PACKAGE["environmentVariables"]:
        assert variable.keys() <= known
        assert variable.get("format", "string") in {"string", "number", "boolean", "filepath"}


def test_the_registry_is_told_of_variables_that_exist_and_which_are_secret():
    told = {variable["name"]: variable for variable in PACKAGE["environmentVariables"]}
    assert told.keys() <= OPTION.keys()
    assert {name for name, one in told.items() if one.get("isSecret")} == {"OKTA_API_TOKEN"}
    assert {name for name, one in told.items() if one.get("isRequired")} == {"OKTA_ORG_URL", "OKTA_API_TOKEN"}
    assert all(OPTION[name].secret == one.get("isSecret", False) for name, one in told.items())


# The bundle


def test_the_bundles_form_feeds_variables_that_exist_and_hides_the_token():
    env = MANIFEST["server"]["mcp_config"]["env"]
    assert env.keys() <= OPTION.keys()
    fields = {name: re.fullmatch(r"\$\{user_config\.(\w+)\}", value)[1] for name, value in env.items()}
    assert sorted(fields.values()) == sorted(MANIFEST["user_config"])
    for name, field in fields.items():
        assert MANIFEST["user_config"][field].get("sensitive", False) == OPTION[name].secret


def test_the_bundle_lists_the_tools_of_the_server():
    assert [tool["name"] for tool in MANIFEST["tools"]] == [action.name for action in ACTIONS]
    assert all(tool["description"] for tool in MANIFEST["tools"])


def test_the_same_source_makes_the_same_bundle(tmp_path):
    one, two = tmp_path / "one.mcpb", tmp_path / "two.mcpb"
    BUNDLE["build"](one)
    BUNDLE["build"](two)
    assert one.read_bytes() == two.read_bytes()


def test_the_bundle_holds_all_that_the_server_needs_and_nothing_of_this_machine(tmp_path):
    path = tmp_path / "okta-mcp.mcpb"
    BUNDLE["build"](path)
    with zipfile.ZipFile(path) as bundle:
        names = set(bundle.namelist())
        bundle.extractall(tmp_path / "unpacked")
    assert {"manifest.json", "pyproject.toml", "README.md", "LICENSE", MANIFEST["server"]["entry_point"]} <= names
    assert not [name for name in names if "__pycache__" in name or Path(name).name.startswith(".env")]
    done = subprocess.run(
        [sys.executable, "-m", "okta_mcp", "tools"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "unpacked"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert all(action.name in done.stdout for action in ACTIONS)


@pytest.mark.parametrize("left_open", ["toolsets", "read_only"])
def test_what_is_left_open_in_the_form_has_a_value_all_the_same(left_open):
    assert "default" in MANIFEST["user_config"][left_open]
    assert "required" not in MANIFEST["user_config"][left_open]
