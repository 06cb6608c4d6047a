"""The attributes of the org, as its schema was a moment ago."""

import httpx2
import pytest

from okta_mcp.directory import Directory
from okta_mcp.okta import NotFound

SCHEMA = "/api/v1/meta/schemas/user/default"


async def test_an_attribute_that_was_added_a_moment_ago_is_known(box, okta):
    now = [0.0]
    directory = Directory(okta, clock=lambda: now[0])
    assert "tShirtSize" not in await directory.attributes()
    added = {"definitions": {"custom": {"properties": {"tShirtSize": {"title": "T-shirt", "type": "string"}}}}}
    transport = httpx2.ASGITransport(app=box.app)
    async with httpx2.AsyncClient(transport=transport, base_url=okta.address.origin) as admin:
        headers = {"Authorization": f"SSWS {box.api_token}"}
        assert (await admin.post(SCHEMA, json=added, headers=headers)).status_code == 200
    asked = len(box.journal)
    # Somebody who tries name after name does not cost a request each.
    assert "tShirtSize" not in await directory.attributes(anew=True)
    assert len(box.journal) == asked
    now[0] = 20.0
    assert "tShirtSize" not in await directory.attributes()
    assert "tShirtSize" in await directory.attributes(anew=True)
    assert "tShirtSize" in await directory.attributes()
    assert len(box.journal) == asked + 1


async def test_what_was_read_since_a_call_began_is_not_read_again_in_it(box, okta):
    now = [0.0]
    directory = Directory(okta, clock=lambda: now[0])
    call = directory.observed(okta)
    await call.attributes()
    asked = len(box.journal)
    now[0] = 60.0
    await call.attributes(anew=True)
    assert len(box.journal) == asked
    await directory.observed(okta).attributes(anew=True)
    assert len(box.journal) == asked + 1


async def test_a_schema_is_known_by_its_type_as_well(box, okta):
    directory = Directory(okta)
    user = await directory.user("chloe.bennett@example.com")
    by_schema = await directory.attributes(schema_id=user.schema_id, type_id=user.type_id)
    asked = len(box.journal)
    assert await directory.attributes(type_id=user.type_id) is by_schema
    assert len(box.journal) == asked


async def test_that_there_is_no_such_schema_is_remembered_too(box, okta):
    directory = Directory(okta)
    for _ in range(2):
        with pytest.raises(NotFound):
            await directory.attributes(schema_id="oscnone")
    assert len(box.journal) == 1


async def test_an_attribute_that_is_gone_or_required_is_a_fault(okta):
    schema = await Directory(okta).attributes()
    assert schema.faults({"badge": 7, "email": None}, whole=False) == [
        "the org's schema has no attribute `badge` (near: `badgeNumber`)",
        "`email` cannot be empty",
    ]
