"""The fixtures of pytest; see the package."""

from collections.abc import Iterator
from typing import Any

import pytest

from okta_mcp.sandbox.sandbox import Sandbox
from okta_mcp.sandbox.testing.held import HeldSandbox
from okta_mcp.sandbox.testing.served import served

__all__ = ["okta_sandbox", "okta_sandbox_in_process", "okta_sandbox_options"]

# The name is never resolved: requests stay in the process.
_URL = "https://sandbox.okta.example"


@pytest.fixture(scope="session")
def okta_sandbox_options() -> dict[str, Any]:
    """Return the arguments of `Sandbox`; override it to choose a company, a plan or a clock."""
    return {}


@pytest.fixture(scope="session")
def _okta_sandbox_server(okta_sandbox_options: dict[str, Any]) -> Iterator[HeldSandbox]:
    with served(Sandbox(**okta_sandbox_options)) as held:
        yield held


@pytest.fixture
def okta_sandbox(_okta_sandbox_server: HeldSandbox) -> HeldSandbox:
    """Return an org on a loopback port, begun anew for this test."""
    _okta_sandbox_server.reset()
    return _okta_sandbox_server


@pytest.fixture
def okta_sandbox_in_process(okta_sandbox_options: dict[str, Any]) -> HeldSandbox:
    """Return a new org without a port; `client()` and `transport()` lead to it in any event loop."""
    return HeldSandbox(Sandbox(**okta_sandbox_options), _URL, lambda deed: deed())
