"""The attributes of the org, as its schema was a moment ago."""

import httpx2

from okta_mcp.directory import Directory

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
