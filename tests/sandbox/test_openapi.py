"""The description of the API, and whether it is one."""

import re

import httpx2
import pytest

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.api import ROUTES
from okta_mcp.sandbox.openapi import document_of
from okta_mcp.sandbox.openapi.operations import OPERATIONS, PARAMETERS
from okta_mcp.sandbox.openapi.schemas import SCHEMAS

DOCUMENT = document_of()
OPERATIONS_TOLD = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def test_every_route_is_described_once():
    assert OPERATIONS_TOLD.keys() == {f"{method} /api/v1{path}" for method, path, *_ in ROUTES}
    names = [operation["operationId"] for operation in OPERATIONS_TOLD.values()]
    assert len(set(names)) == len(names)


def test_what_is_declared_is_routed():
    assert OPERATIONS.keys() <= {(method, path) for method, path, *_ in ROUTES}


def test_every_parameter_that_is_declared_is_used():
    used = {name for operation in OPERATIONS.values() for name in operation.query.split()}
    assert used == PARAMETERS.keys()


def test_every_reference_leads_somewhere():
    targets = set(re.findall(r"'#/components/schemas/(\w+)'", str(DOCUMENT)))
    assert targets <= SCHEMAS.keys()
    assert {"User", "Group", "App", "LogEvent", "Error"} <= targets


@pytest.mark.parametrize("operation", OPERATIONS_TOLD.values(), ids=OPERATIONS_TOLD)
def test_an_operation_says_what_it_is_and_how_it_ends(operation):
    assert operation["summary"]
    assert {"default"} < operation["responses"].keys()


async def test_the_sandbox_serves_its_own_description(clock):
    sandbox = Sandbox(clock=clock, control=True)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=sandbox.app), base_url="http://127.0.0.1"
    ) as client:
        assert (await client.get("/sandbox/openapi.json")).json() == DOCUMENT
    assert DOCUMENT["openapi"] == "3.1.0"
