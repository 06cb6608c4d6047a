"""What the profile of a group may have, beside name and description."""

import pytest

SCHEMA = "/api/v1/meta/schemas/group/default"


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


async def define(okta, **attributes):
    return await okta.post(SCHEMA, json={"definitions": {"custom": {"properties": attributes}}})


async def test_groups_have_a_name_and_a_description(okta):
    schema = (await okta.get(SCHEMA)).json()
    assert (schema["name"], schema["id"]) == ("group", "https://sandbox.okta.example/meta/schemas/group/default")
    base = schema["definitions"]["base"]
    assert (list(base["properties"]), base["required"]) == (["name", "description"], ["name"])
    assert base["properties"]["name"]["maxLength"] == 255
    assert schema["definitions"]["custom"]["properties"] == {}


async def test_an_attribute_of_groups_comes_and_goes(okta):
    refused = await okta.post("/api/v1/groups", json={"profile": {"name": "Owners", "costCenter": 7}})
    assert error_of(refused)[2] == ["Property name 'costCenter' is not defined in profile"]
    answer = await define(okta, costCenter={"title": "Cost center", "type": "integer", "minimum": 1})
    assert answer.json()["definitions"]["custom"]["properties"]["costCenter"]["minimum"] == 1
    group = (await okta.post("/api/v1/groups", json={"profile": {"name": "Owners", "costCenter": 7}})).json()
    assert group["profile"] == {"name": "Owners", "description": None, "costCenter": 7}
    path = f"/api/v1/groups/{group['id']}"
    bad = await okta.put(path, json={"profile": {"name": "Owners", "costCenter": 0}})
    assert error_of(bad) == (400, "E0000001", ["costCenter: The value is less than 1"])
    await define(okta, costCenter=None)
    assert (await okta.get(path)).json()["profile"] == {"name": "Owners", "description": None}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"costCenter": {"title": "Cost center", "type": "integer", "unique": True}}, "E0000001"),
        ({"name": {"title": "Name", "type": "string"}}, "E0000001"),
        ({"costCenter": 7}, "E0000003"),
    ],
)
async def test_an_attribute_of_groups_okta_would_refuse_is_refused(okta, attributes, code):
    before = (await okta.get(SCHEMA)).json()
    assert error_of(await define(okta, **attributes))[:2] == (400, code)
    assert (await okta.get(SCHEMA)).json() == before
