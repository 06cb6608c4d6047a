"""A start loads what it uses."""

import importlib
import subprocess
import sys

import pytest

PACKAGES = ("okta_mcp.okta.credentials", "okta_mcp.guard.audit")


def printed(script: str) -> list[str]:
    """Return the words that a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_a_server_with_an_api_token_loads_nothing_of_other_credentials_commands_and_doors():
    unused = (
        *(f"okta_mcp.okta.credentials.{name}" for name in ("access", "keys", "person", "service_app")),
        *(f"okta_mcp.guard.audit.{name}" for name in ("deeds", "reconciling", "verifying")),
        *("okta_mcp.sandbox", "okta_mcp.transports.http", "okta_mcp.transports.callers", "okta_mcp.installing"),
        *("dotenv", "lark", "redis", "keyring", "opentelemetry.sdk"),
    )
    started = "import sys, okta_mcp.cli, okta_mcp.server, okta_mcp.transports"
    assert printed(f"{started}; print(*(name for name in {unused} if name in sys.modules))") == []


@pytest.mark.parametrize("package", PACKAGES)
def test_all_that_a_package_offers_can_be_had_of_it_whatever_comes_first(package):
    offered = importlib.import_module(package).__all__
    script = f"import {package} as one; print(*(type(getattr(one, name)).__name__ for name in {{names}}))"
    for names in (offered, offered[::-1]):
        kinds = printed(script.format(names=names))
        assert len(kinds) == len(offered)
        assert "module" not in kinds


@pytest.mark.parametrize("package", PACKAGES)
def test_what_a_package_does_not_offer_is_an_attribute_error(package):
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'Nothing'"):
        _ = importlib.import_module(package).Nothing
