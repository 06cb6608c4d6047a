"""The documentation says what is so: its tables, links, commands and snippets are checked against the code."""

import argparse
import ast
import json
import os
import re
import runpy
import shlex
import sys
import tomllib
from pathlib import Path

import anyio
import httpx2
import pytest

from okta_mcp.cli import _parser
from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.serving import running
from okta_mcp.settings import OPTIONS

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
GENERATOR = runpy.run_path(str(ROOT / "scripts" / "docs"))

# Variables of other programs that the pages mention.
FOREIGN = {"OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"}


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
        _parser().parse_args(arguments)
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
    box = Sandbox()
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
    assert set(re.findall(r"`(--[a-z-]+)", text)) <= flags_of(_parser())
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


async def test_the_curl_examples_are_answered(sandbox):
    examples = [line for block in blocks(text_of(ROOT / "docs" / "sandbox.md"), "sh") for line in block.splitlines()]
    examples = [shlex.split(line) for line in examples if line.startswith("curl ")]
    assert len(examples) == 3
    async with httpx2.AsyncClient() as client:
        for words in examples:
            filled = [re.sub(r"\$(\w+)", lambda name: sandbox[name[1]], word) for word in words]
            parser = argparse.ArgumentParser()
            parser.add_argument("-H", dest="header")
            parser.add_argument("-X", dest="method", default="GET")
            parser.add_argument("url")
            request = parser.parse_args(filled[1:])
            name, _, value = request.header.partition(": ")
            response = await client.request(request.method, request.url, headers={name: value})
            assert response.status_code == 200, request.url
            assert response.json() is not None


async def test_the_example_with_the_official_sdk_lists_people(sandbox, tmp_path):
    script = tmp_path / "example.py"
    script.write_text(blocks(text_of(ROOT / "docs" / "sandbox.md"), "python")[0], encoding="utf-8")
    done = await anyio.run_process([sys.executable, str(script)], env={**os.environ, **sandbox}, check=False)
    assert "ada.byrne@example.com ACTIVE" in done.stdout.decode(), done.stderr.decode()


async def test_the_example_for_tests_runs():
    source = blocks(text_of(ROOT / "docs" / "sandbox.md"), "python")[1]
    names = {}
    await eval(compile(source, "docs/sandbox.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
    assert names["box"].journal == []
