"""The sandbox in the tests of other projects, as fixtures of pytest.

In a `conftest.py`::

    pytest_plugins = ["okta_mcp.sandbox.testing"]

- `okta_sandbox`: an org on a loopback port, for a client with an HTTP stack of its own; begun anew for each test.
- `okta_sandbox_in_process`: an org without a port, for clients that take a transport of httpx.
- `okta_sandbox_options`: what `Sandbox` is made with; a dictionary, to be overridden.

Without pytest, `served()` does the same for the length of a `with` block.
"""

from okta_mcp.sandbox.testing.held import HeldSandbox
from okta_mcp.sandbox.testing.served import served

__all__ = ["HeldSandbox", "pytest_plugins", "served"]

# pytest imports the fixtures along with this package; nobody else has to have pytest.
pytest_plugins = ["okta_mcp.sandbox.testing.fixtures"]
