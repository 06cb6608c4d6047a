"""The org, its user type and its user schema."""

import pytest

BASE = "https://sandbox.okta.example/api/v1"


async def test_the_org_tells_who_it_is(okta, sandbox):
    org = (await okta.get("/api/v1/org")).json()
    assert (org["companyName"], org["subdomain"], org["status"]) == ("Harbourlight", "harbourlight", "ACTIVE")
    assert org["id"] == sandbox.org.id
    assert org["_links"]["uploadLogo"]["hints"] == {"allow": ["POST"]}


async def test_there_is_one_user_type_and_it_leads_to_its_schema(okta, sandbox):
    (kind,) = (await okta.get("/api/v1/meta/types/user")).json()
    assert (kind["id"], kind["name"], kind["default"]) == (sandbox.org.user_type_id, "user", True)
    assert (await okta.get(kind["_links"]["self"]["href"])).json() == kind
    schema = (await okta.get(kind["_links"]["schema"]["href"])).json()
    assert schema["id"].endswith(f"/meta/schemas/user/{sandbox.org.user_schema_id}")


async def test_the_schema_has_oktas_attributes_and_the_companys(okta):
    schema = (await okta.get("/api/v1/meta/schemas/user/default")).json()
    base = schema["definitions"]["base"]
    assert len(base["properties"]) == 31
    assert base["required"] == ["login", "firstName", "lastName", "email"]
    assert base["properties"]["login"] == {
        "title": "Username",
        "type": "string",
        "required": True,
        "minLength": 5,
        "maxLength": 100,
        "mutability": "READ_WRITE",
        "scope": "NONE",
        "permissions": [{"principal": "SELF", "action": "READ_ONLY"}],
        "master": {"type": "PROFILE_MASTER"},
    }
    assert base["properties"]["countryCode"]["format"] == "country-code"
    custom = schema["definitions"]["custom"]["properties"]
    assert list(custom) == ["startDate", "badgeNumber", "remote", "skills"]
    assert custom["skills"]["items"] == {"type": "string"}
    assert custom["badgeNumber"]["minimum"] == 1
    assert schema["id"] == "https://sandbox.okta.example/meta/schemas/user/default"


@pytest.mark.parametrize(
    ("path", "missing"),
    [("types/user/otyX", "otyX (UserType)"), ("schemas/user/oscX", "oscX (Schema)")],
)
async def test_other_types_and_schemas_are_not_found(okta, path, missing):
    answer = await okta.get(f"/api/v1/meta/{path}")
    assert answer.json()["errorSummary"] == f"Not found: Resource not found: {missing}"


async def test_everybody_in_the_company_fits_the_schema(okta, sandbox):
    for user in sandbox.org.users.values():
        assert sandbox.org.schema.complete(user.profile, "user") == user.profile
