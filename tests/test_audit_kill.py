"""Killing the server in the middle of writes, in short; `scripts/audit_kill` does it a thousand times."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "audit_kill"


@pytest.mark.timeout(120)
def test_every_change_of_a_server_that_is_killed_is_in_the_trail():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--seed", "3", "--writes", "25"],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "25 writes sent" in done.stdout
    assert " 0 kills" not in done.stdout
