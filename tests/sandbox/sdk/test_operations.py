"""Okta's own SDKs do every operation of the sandbox, as their scripts show: with a token, and as a service app."""

import json
import os
import sys
from pathlib import Path

import anyio
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.api import ROUTES
from okta_mcp.sandbox.serving import running

from .keys import signing_key
from .operations import OPERATIONS, carried_out

HERE = Path(__file__).parent
NODE_MODULES = os.environ.get("OKTA_SDK_NODE_MODULES")
SCOPES = (
    "okta.users.manage",
    "okta.groups.manage",
    "okta.apps.manage",
    "okta.logs.read",
    "okta.orgs.read",
    "okta.userTypes.manage",
    "okta.schemas.manage",
    "okta.realms.manage",
    "okta.roles.read",
)

python = pytest.param([sys.executable, HERE / "python" / "operations.py"], ",", id="python")
node = pytest.param(
    ["node", HERE / "node" / "operations.cjs"],
    " ",
    id="node",
    marks=pytest.mark.skipif(
        not NODE_MODULES, reason="OKTA_SDK_NODE_MODULES names no node_modules with @okta/okta-sdk-nodejs in it"
    ),
)
each_sdk = pytest.mark.parametrize(("command", "comma"), [python, node])


@pytest.fixture
def sandbox():
    return Sandbox(realms=True)


@pytest.fixture
def run(sandbox, tmp_path):
    """Run a script on the sandbox, with the environment that tells the SDK who it is."""

    async def run(command, **credentials):
        given = {f"OKTA_CLIENT_{name.upper()}": value for name, value in credentials.items()}
        async with running(sandbox) as url:
            environment = {
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),  # where the SDKs look for a configuration
                "NODE_PATH": NODE_MODULES or "",
                "OKTA_TESTING_TESTINGDISABLEHTTPSCHECK": "true",
                "OKTA_CLIENT_ORGURL": url,
                **given,
            }
            done = await anyio.run_process([str(word) for word in command], env=environment, cwd=tmp_path, check=False)
        return done.returncode, done.stdout.decode().split(), done.stderr.decode()

    return run


@pytest.fixture
def service_app(sandbox):
    """Register a service app; its keywords are those of `Sandbox.register_service_app`."""

    def register(comma, **how):
        public, private = signing_key()
        app = sandbox.register_service_app("Script", jwks=public, scopes=SCOPES, roles=("SUPER_ADMIN",), **how)
        return {
            "authorizationMode": "PrivateKey",
            "clientId": app.id,
            "scopes": comma.join(SCOPES),
            "privateKey": json.dumps(private),
        }

    return register


def test_the_table_has_every_operation_of_the_sandbox():
    # Signing in is no part of the management API, and no SDK of it offers it.
    offered = {f"{method} {path}" for method, path, _ in ROUTES if not path.startswith("/authn")}
    assert set(OPERATIONS.values()) == offered
    assert len(OPERATIONS) == len(offered)


@each_sdk
async def test_every_operation_with_a_token(sandbox, run, command, comma):
    status, said, failure = await run(command, token=sandbox.api_token)
    assert status == 0, failure
    assert sorted(said) == sorted(OPERATIONS)
    assert carried_out(sandbox.journal) == set(OPERATIONS)


@each_sdk
async def test_every_operation_as_a_service_app(sandbox, run, service_app, command, comma):
    status, said, failure = await run(command, **service_app(comma))
    assert status == 0, failure
    assert sorted(said) == sorted(OPERATIONS)
    assert carried_out(sandbox.journal) == set(OPERATIONS)


@pytest.mark.timeout(180)
@each_sdk
async def test_users_with_proofs_of_possession(sandbox, run, service_app, command, comma):
    # Not all operations: the Python SDK takes a fifth of a second for each proof.
    status, said, failure = await run([*command, "users"], **service_app(comma, dpop=True), dpopEnabled="true")
    assert status == 0, failure
    assert set(said) == {name for name, place in OPERATIONS.items() if " /users" in place}
    assert set(said) <= carried_out(sandbox.journal)


@each_sdk
async def test_a_script_ends_at_the_first_wrong_answer(sandbox, run, command, comma):
    sandbox.fail("POST", "/api/v1/groups", status=403)
    status, said, failure = await run(command, token=sandbox.api_token)
    assert status == 1
    assert "E0000006" in failure
    assert said[-1] == "deleteUser"
    assert set(said) < set(OPERATIONS)
