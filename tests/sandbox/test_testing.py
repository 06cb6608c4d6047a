"""The fixtures for other projects' tests."""

import subprocess
import sys
from datetime import timedelta

import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.faults import FaultRule, Kind
from okta_mcp.sandbox.testing import served

PATH = "/api/v1/users/wei.chen"

PROJECT = {
    "conftest.py": 'pytest_plugins = ["okta_mcp.sandbox.testing"]\n',
    "test_project.py": """
import httpx2
import pytest


def okta(held):
    return httpx2.Client(base_url=held.url, headers={"Authorization": f"SSWS {held.token}"})


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_anew(okta_sandbox, turn):
    with okta(okta_sandbox) as client:
        path = "/api/v1/users/wei.chen/lifecycle/suspend"
        assert client.post(path).status_code == 200
    assert [entry.path for entry in okta_sandbox.journal] == [path]
    assert okta_sandbox.org.user("wei.chen").status == "SUSPENDED"


def test_without_a_port(okta_sandbox_in_process):
    import anyio

    async def ask():
        async with okta_sandbox_in_process.client() as client:
            return await client.get("/api/v1/users/me")

    assert anyio.run(ask).json()["profile"]["login"] == "admin@example.com"
""",
    "limited/conftest.py": """
import pytest


@pytest.fixture(scope="session")
def okta_sandbox_options():
    return {"plan": "integrator"}
""",
    "limited/test_limits.py": """
def test_the_options_are_those_of_the_project(okta_sandbox_in_process):
    import anyio

    async def ask():
        async with okta_sandbox_in_process.client() as client:
            return await client.get("/api/v1/users/me")

    assert anyio.run(ask).headers["x-rate-limit-limit"] == "50"
""",
}


def test_another_project_names_the_plugin_and_has_the_fixtures(tmp_path):
    for name, content in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False)
    assert "4 passed" in done.stdout, done.stdout + done.stderr


def test_the_package_needs_no_pytest():
    code = "import sys, okta_mcp.sandbox.testing; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 0


@pytest.fixture
def held():
    with served() as one:
        yield one


@pytest.fixture
def okta(held):
    with httpx2.Client(base_url=held.url, headers={"Authorization": f"SSWS {held.token}"}) as client:
        yield client


def test_a_served_sandbox_is_begun_anew(held, okta):
    okta.post(f"{PATH}/lifecycle/suspend")
    held.faults.add(FaultRule(kind=Kind.ERROR))
    held.clock.advance(timedelta(days=1))
    held.reset()
    assert okta.get(PATH).json()["status"] == "ACTIVE"
    assert [entry.method for entry in held.journal] == ["GET"]


def test_a_served_sandbox_goes_back_to_a_state(held, okta):
    held.snapshot("before")
    okta.post(f"{PATH}/lifecycle/suspend")
    assert held.org.user("wei.chen").status == "SUSPENDED"
    held.restore("before")
    assert held.org.user("wei.chen").status == "ACTIVE"
    with pytest.raises(KeyError):
        held.restore("never")


def test_a_served_sandbox_issues_tokens(held, okta):
    own = {"Authorization": f"SSWS {held.issue_token('wei.chen@example.com')}"}
    assert okta.get("/api/v1/users/me", headers=own).json()["profile"]["login"] == "wei.chen@example.com"


def test_a_sandbox_of_ones_own_is_served():
    with served(Sandbox(plan="integrator")) as held:
        answer = httpx2.get(f"{held.url}{PATH}", headers={"Authorization": f"SSWS {held.token}"})
    assert answer.headers["x-rate-limit-limit"] == "50"
