"""The documentation says what is so: its tables, links, commands and snippets are checked against the code."""

import argparse
import ast
import json
import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import anyio
import httpx2
import pytest

from okta_mcp.cli import parser
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running
from okta_mcp.settings import OPTIONS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
GENERATOR = runpy.run_path(str(ROOT / "scripts" / "docs"))

# Variables of other programs that the pages mention.
FOREIGN = {"OKTA_GROUP", "OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"}


def text_of(page):
    return page.read_text(encoding="utf-8")


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands(text):
    """Yield the arguments of every okta-mcp command in the shell snippets and in inline code."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines += re.findall(r"`([^`\n]*okta-mcp\b[^`\n]*)`", prose)
    for line in lines:
        for command in re.split(r"&&|\|\||;", line):
            words = shlex.split(command)
            if words and words[0].rsplit("/")[-1] == "okta-mcp":
                yield words[1:]


def understood(arguments):
    try:
        parser().parse_args(arguments)
    except SystemExit as end:
        return end.code == 0
    return True


def flags_of(parser):
    flags = {flag for action in parser._actions for flag in action.option_strings}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            flags |= {flag for child in action.choices.values() for flag in flags_of(child)}
    return flags


def slug(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.fixture
async def sandbox():
    box = Sandbox(control=True)
    async with running(box) as url:
        yield {"OKTA_ORG_URL": url, "OKTA_API_TOKEN": box.api_token}


@pytest.mark.parametrize(("name", "tables"), GENERATOR["TABLES"].items())
def test_the_generated_tables_are_those_of_the_code(name, tables):
    text = text_of(ROOT / name)
    assert GENERATOR["filled"](text, tables) == text, "run scripts/docs"


def test_a_page_without_the_marks_of_its_table_is_refused():
    with pytest.raises(ValueError, match="no place for the table of tools"):
        GENERATOR["filled"]("# A page\n", ("tools",))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text_of(target), re.MULTILINE)
            assert anchor in {slug(heading) for heading in headings}, link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_named_exists_with_its_flags(page):
    assert [arguments for arguments in commands(text_of(page)) if not understood(arguments)] == []


def test_the_pages_name_every_command():
    named = {arguments[0] for page in PAGES for arguments in commands(text_of(page)) if arguments}
    assert {"demo", "sandbox", "check", "tools", "serve", "--sandbox"} <= named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_flag_and_variable_named_exists(page):
    text = text_of(page)
    assert set(re.findall(r"`(--[a-z-]+)", text)) <= flags_of(parser())
    variables = set(re.findall(r"\bOKTA_[A-Z_]+[A-Z]\b", text))
    assert variables <= {option.env for option in OPTIONS} | FOREIGN


def test_the_client_configuration_is_json_with_variables_that_exist():
    (snippet,) = blocks(text_of(ROOT / "README.md"), "json")
    (server,) = json.loads(snippet)["mcpServers"].values()
    assert server["command"].endswith("okta-mcp")
    assert set(server["env"]) <= {option.env for option in OPTIONS}


def test_the_test_command_is_one_line_with_an_environment_of_its_own():
    lines = [line for block in blocks(text_of(ROOT / "README.md"), "sh") for line in block.splitlines()]
    (command,) = [line for line in lines if line.endswith("pytest")]
    assert command.startswith("python3.11 -m venv .venv && ")
    (extra,) = re.findall(r"\.\[(\w+)\]", command)
    assert extra in tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]


def example(language, mark):
    """Return the one example of the sandbox's page in which `mark` occurs."""
    (found,) = [block for block in blocks(text_of(ROOT / "docs" / "sandbox.md"), language) if mark in block]
    return found


async def test_the_curl_examples_are_answered(sandbox):
    examples = [line for block in blocks(text_of(ROOT / "docs" / "sandbox.md"), "sh") for line in block.splitlines()]
    examples = [shlex.split(line) for line in examples if line.startswith("curl ")]
    assert len(examples) == 11
    parser = argparse.ArgumentParser()
    parser.add_argument("-H", dest="header", default="Accept: */*")
    parser.add_argument("-X", dest="method", default="GET")
    parser.add_argument("-d", dest="data")
    parser.add_argument("url")
    async with httpx2.AsyncClient() as client:
        for words in examples:
            request = parser.parse_args([re.sub(r"\$(\w+)", lambda name: sandbox[name[1]], word) for word in words[1:]])
            name, _, value = request.header.partition(": ")
            response = await client.request(request.method, request.url, headers={name: value}, content=request.data)
            assert response.is_success, (request.url, response.text)
            assert response.json() is not None


async def test_the_example_with_the_official_sdk_lists_people(sandbox, tmp_path):
    script = tmp_path / "example.py"
    script.write_text(example("python", "okta.list_users"), encoding="utf-8")
    done = await anyio.run_process([sys.executable, str(script)], env={**os.environ, **sandbox}, check=False)
    assert "ada.byrne@example.com ACTIVE" in done.stdout.decode(), done.stderr.decode()


@pytest.mark.skipif(
    "OKTA_SDK_NODE_MODULES" not in os.environ,
    reason="OKTA_SDK_NODE_MODULES names no node_modules with @okta/okta-sdk-nodejs in it",
)
async def test_the_example_in_javascript_lists_people(sandbox, tmp_path):
    script = tmp_path / "example.cjs"
    script.write_text(example("js", "listUsers"), encoding="utf-8")
    environment = {**os.environ, **sandbox, "NODE_PATH": os.environ["OKTA_SDK_NODE_MODULES"]}
    for name in ("HTTPS_PROXY", "https_proxy"):
        environment.pop(name, None)
    done = await anyio.run_process(["node", str(script)], env=environment, check=False)
    assert "ada.byrne@example.com ACTIVE" in done.stdout.decode(), done.stderr.decode()


def test_the_example_of_a_service_app_registers_it(capsys):
    names = {}
    exec(compile(example("python", "register_service_app"), "docs/sandbox.md", "exec"), names)
    client = names["box"].org.oauth.clients[capsys.readouterr().out.strip()]
    assert (client.scopes, client.dpop) == ({"okta.users.read", "okta.logs.read"}, True)


def test_the_example_with_the_fixtures_passes(tmp_path):
    (tmp_path / "test_example.py").write_text(example("python", "pytest_plugins"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


async def test_the_example_for_tests_runs():
    names = {}
    source = example("python", "async with running")
    await eval(compile(source, "docs/sandbox.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    assert names["box"].journal == []
