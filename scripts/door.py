"""A server's HTTP door on the sandbox org, for the checks that knock from outside."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OKTA_MCP = str(Path(sys.executable).with_name("okta-mcp"))
"""The command of the environment that runs the check: that of a checkout, or of an installed wheel."""

_SERVE = (OKTA_MCP, "serve", "--transport", "http", "--sandbox", "--port", "0", "--log-level", "INFO")

_LISTENING = re.compile(r"at (http://127\.0\.0\.1:\d+)/mcp")
_PATIENCE = 30.0


@contextmanager
def http_door(*command: str, **environment: str) -> Iterator[str]:
    """Run a server on a free port; yields the base URL once it listens.

    Args:
        command: that starts it; `okta-mcp serve` when left out.
        environment: variables for it; of the caller's own it has none of ours.

    Raises:
        RuntimeError: the server does not listen; the text is what it logged.
    """
    # The log goes to a file: a pipe that nobody empties would stop the server. The working directory is
    # elsewhere, so that no .env of the caller's comes into play.
    with tempfile.TemporaryDirectory() as elsewhere, Path(elsewhere, "log").open("w+") as log:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("OKTA_")}
        started = subprocess.Popen(command or _SERVE, cwd=elsewhere, env={**inherited, **environment}, stderr=log)
        with started as server:
            try:
                yield _address(server, Path(log.name))
            finally:
                server.terminate()


def _address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        if found := _LISTENING.search(log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise RuntimeError(f"the server does not listen:\n{log.read_text()}")
