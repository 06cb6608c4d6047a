"""The flags of `okta-mcp sandbox` that are for tests."""

import json
import re
import subprocess
import sys
from contextlib import contextmanager

import httpx2
import pytest

ADDRESS = re.compile(r"OKTA_ORG_URL=(\S+)")


@contextmanager
def sandbox(tmp_path, *flags):
    command = [sys.executable, "-m", "okta_mcp", "sandbox", "--port", "0", *flags]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            url = ADDRESS.fullmatch(process.stdout.readline().strip())[1]
            token = process.stdout.readline().strip().partition("=")[2]
            with httpx2.Client(base_url=url, headers={"Authorization": f"SSWS {token}"}) as client:
                yield client
        finally:
            process.terminate()
            process.communicate(timeout=50)


def test_the_flags_do_what_they_say(tmp_path):
    rules = [{"kind": "error", "path": "/api/v1/org", "status": 502, "times": 1}]
    (tmp_path / "faults.json").write_text(json.dumps(rules), encoding="utf-8")
    flags = ["--control", "--faults", "faults.json", "--plan", "integrator", "--token-share", "0.25"]
    with sandbox(tmp_path, *flags, "--clock-speed", "3600") as client:
        assert [client.get("/api/v1/org").status_code for _ in range(2)] == [502, 200]
        assert client.get("/api/v1/users/me").headers["x-rate-limit-limit"] == "25"
        assert client.get("/sandbox/clock").json()["speed"] == 3600
        assert client.get("/sandbox/journal").json()["total"] == 3


def test_without_flags_there_is_no_control_plane(tmp_path):
    with sandbox(tmp_path) as client:
        assert client.get("/sandbox/state").status_code == 404
        assert client.get("/api/v1/users/me").headers["x-rate-limit-limit"] == "2000"


@pytest.mark.parametrize(
    ("flags", "complaint"),
    [
        (["--plan", "platinum"], "unknown plan platinum; there are: integrator, one-app, enterprise, workforce"),
        (["--token-share", "2"], "at most 1, not 2.0"),
        (["--clock-speed", "-1"], "the speed of the clock must be a number from 0 up, not -1.0"),
        (["--faults", "none.json"], "No such file or directory: 'none.json'"),
        (["--faults", "bad.json"], "bad.json, rule 1: a fault has no sort; it has kind, method, path"),
    ],
)
def test_a_flag_that_makes_no_sense_is_refused(tmp_path, flags, complaint):
    (tmp_path / "bad.json").write_text('[{"sort": "html"}]', encoding="utf-8")
    command = [sys.executable, "-m", "okta_mcp", "sandbox", "--port", "0", *flags]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode in (1, 2)
