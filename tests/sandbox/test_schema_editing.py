"""Custom attributes come, change and go, and users are held against them."""

import pytest

SCHEMA = "/api/v1/meta/schemas/user/default"
WEI = "/api/v1/users/wei.chen"
PROFILE = {"firstName": "Robin", "lastName": "Vale", "login": "rv@example.com", "email": "rv@example.com"}


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


def causes_of(answer):
    return error_of(answer)[2]


async def change(okta, **attributes):
    return await okta.post(SCHEMA, json={"definitions": {"custom": {"properties": attributes}}})


async def define(okta, **attributes):
    answer = await change(okta, **attributes)
    assert answer.status_code == 200, answer.text
    return answer.json()["definitions"]["custom"]["properties"]


async def set_to(okta, value, name="trait", path=WEI):
    return await okta.post(path, json={"profile": {name: value}})


async def test_a_new_attribute_is_shown_and_the_others_stay(okta, clock):
    clock.forward(hours=1)
    answer = await change(
        okta,
        size={
            "title": "T-shirt",
            "description": "For the summer party",
            "type": "string",
            "enum": ["S", "M", "L"],
            "scope": "SELF",
            "permissions": [{"principal": "SELF", "action": "READ_WRITE"}],
        },
    )
    schema = answer.json()
    custom = schema["definitions"]["custom"]["properties"]
    assert list(custom) == ["startDate", "badgeNumber", "remote", "skills", "size"]
    assert custom["size"] == {
        "title": "T-shirt",
        "type": "string",
        "description": "For the summer party",
        "enum": ["S", "M", "L"],
        "mutability": "READ_WRITE",
        "scope": "SELF",
        "permissions": [{"principal": "SELF", "action": "READ_WRITE"}],
    }
    assert schema["lastUpdated"] == "2026-03-02T10:30:15.000Z" != schema["created"]
    assert (await okta.get(SCHEMA)).json() == schema


TYPES = [
    ({"type": "string"}, ["x", "x" * 1000], [7, True, ["x"], {}], "The value is not of type string"),
    ({"type": "boolean"}, [True, False], ["true", 1, []], "The value is not of type boolean"),
    ({"type": "number"}, [1, 1.5, -3], ["1", True, []], "The value is not of type number"),
    ({"type": "integer"}, [0, -3], [1.5, "1", False], "The value is not of type integer"),
    (
        {"type": "array", "items": {"type": "string"}},
        [[], ["a"], ["a", "b"]],
        ["a", 1],
        "The value is not of type array",
    ),
    ({"type": "array", "items": {"type": "integer"}}, [[1, 2]], [["a"], [1.5]], "The value is not an array of integer"),
    (
        {"type": "array", "items": {"type": "number"}},
        [[1, 2.5]],
        [["a"], [True]],
        "The value is not an array of number",
    ),
    ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab", "abc"], ["a"], "The field is too short"),
    ({"type": "string", "minLength": 2, "maxLength": 3}, ["ab"], ["abcd"], "The field is too long"),
    ({"type": "integer", "minimum": 1, "maximum": 9}, [1, 9], [0], "The value is less than 1"),
    ({"type": "number", "minimum": 1, "maximum": 9}, [1.5], [9.5], "The value is greater than 9"),
    ({"type": "string", "enum": ["S", "M"]}, ["S", "M"], ["L"], "The value must be one of S, M"),
    ({"type": "integer", "enum": [1, 2]}, [1, 2], [3], "The value must be one of 1, 2"),
    (
        {"type": "array", "items": {"type": "string", "enum": ["S", "M"]}},
        [["S"], ["S", "M"]],
        [["L"], ["S", "L"]],
        "The value must be one of S, M",
    ),
    ({"type": "string", "format": "email"}, ["a@example.com"], ["a"], "Does not match required pattern"),
]


@pytest.mark.parametrize(("rules", "good", "bad", "fault"), TYPES)
async def test_users_are_held_against_an_attribute(okta, rules, good, bad, fault):
    shown = await define(okta, trait={"title": "Trait", **rules})
    assert shown["trait"] | {"title": "Trait", **rules} == shown["trait"]
    for value in good:
        answer = await set_to(okta, value)
        assert answer.status_code == 200, answer.text
        assert answer.json()["profile"]["trait"] == value
    for value in bad:
        assert error_of(await set_to(okta, value)) == (400, "E0000001", [f"trait: {fault}"])


async def test_a_required_attribute_is_asked_of_new_and_of_replaced_users(okta):
    await define(okta, trait={"title": "Trait", "type": "string", "required": True})
    missing = ["trait: The field cannot be left blank"]
    assert causes_of(await okta.post("/api/v1/users", json={"profile": PROFILE})) == missing
    assert causes_of(await okta.put(WEI, json={"profile": {**PROFILE, "login": "wei.chen@example.com"}})) == missing
    assert (await okta.post(WEI, json={"profile": {"title": "Smith"}})).status_code == 200
    assert causes_of(await set_to(okta, None)) == missing
    assert (await okta.post("/api/v1/users", json={"profile": {**PROFILE, "trait": "x"}})).status_code == 200
    await define(okta, trait={"required": False})
    assert (await set_to(okta, None)).status_code == 200


async def test_a_definition_can_list_what_is_required(okta):
    custom = {"properties": {"trait": {"title": "Trait", "type": "string"}}, "required": ["trait"]}
    answer = await okta.post(SCHEMA, json={"definitions": {"custom": custom}})
    assert answer.json()["definitions"]["custom"]["required"] == ["trait"]


async def test_a_unique_value_is_had_once(okta):
    shown = await define(okta, trait={"title": "Trait", "type": "string", "unique": True})
    assert shown["trait"]["unique"] == "UNIQUE_VALIDATED"
    assert (await set_to(okta, "x")).status_code == 200
    assert (await set_to(okta, "x")).status_code == 200
    taken = ["trait: An object with this field already exists in the current organization"]
    assert causes_of(await set_to(okta, "x", path="/api/v1/users/ada.byrne")) == taken
    assert causes_of(await okta.post("/api/v1/users", json={"profile": {**PROFILE, "trait": "x"}})) == taken
    await define(okta, trait={"unique": False})
    assert (await set_to(okta, "x", path="/api/v1/users/ada.byrne")).status_code == 200
    again = await change(okta, trait={"unique": True})
    assert causes_of(again) == ["trait: The values of the attribute are not unique"]


async def test_a_changed_attribute_keeps_what_is_not_named(okta):
    await define(okta, trait={"title": "Trait", "type": "string", "maxLength": 3, "description": "Short"})
    shown = await define(okta, trait={"title": "Quality", "maxLength": None})
    assert (shown["trait"]["title"], shown["trait"]["description"]) == ("Quality", "Short")
    assert "maxLength" not in shown["trait"]


async def test_a_removed_attribute_takes_its_values_along(okta, sandbox):
    await define(okta, trait={"title": "Trait", "type": "string"})
    await set_to(okta, "x")
    assert "trait" not in await define(okta, trait=None)
    assert "trait" not in (await okta.get(WEI)).json()["profile"]
    assert causes_of(await set_to(okta, "y")) == ["Property name 'trait' is not defined in profile"]
    search = await okta.get("/api/v1/users", params={"search": 'profile.trait eq "x"'})
    assert error_of(search)[:2] == (400, "E0000031")
    # Removing what is not there is no error.
    assert (await change(okta, trait=None)).status_code == 200


async def test_a_schema_can_be_sent_back_as_it_came(okta):
    before = (await okta.get(SCHEMA)).json()
    answer = await okta.post(SCHEMA, json=before)
    assert answer.status_code == 200, answer.text
    assert answer.json()["definitions"] == before["definitions"]


REFUSALS = [
    ({"trait": {"type": "string"}}, "trait: title cannot be left blank"),
    ({"trait": {"title": "T"}}, "trait: type must be one of string, boolean, number, integer, array"),
    ({"trait": {"title": "T", "type": "date"}}, "trait: type must be one of string, boolean, number, integer, array"),
    (
        {"trait": {"title": "T", "type": "array"}},
        "trait: an array, and nothing else, has items of one of string, number, integer",
    ),
    (
        {"trait": {"title": "T", "type": "string", "items": {"type": "string"}}},
        "trait: an array, and nothing else, has items of one of string, number, integer",
    ),
    (
        {"trait": {"title": "T", "type": "array", "items": {"type": "boolean"}}},
        "trait: an array, and nothing else, has items of one of string, number, integer",
    ),
    ({"two words": {"title": "T", "type": "string"}}, None),
    ({"email": {"title": "T", "type": "string"}}, None),
    ({"skills": {"type": "string"}}, "skills: The type of an attribute cannot be changed"),
    (
        {"trait": {"title": "T", "type": "string", "minimum": 1}},
        "trait: minimum is not for values of type string",
    ),
    (
        {"trait": {"title": "T", "type": "integer", "maxLength": 1}},
        "trait: maxLength is not for values of type integer",
    ),
    ({"trait": {"title": "T", "type": "string", "maxLength": "x"}}, "trait: maxLength must be a number"),
    ({"trait": {"title": "T", "type": "string", "minLength": -1}}, "trait: minLength must be a number"),
    (
        {"trait": {"title": "T", "type": "string", "minLength": 3, "maxLength": 2}},
        "trait: the minimum is greater than the maximum",
    ),
    ({"trait": {"title": "T", "type": "string", "enum": []}}, "trait: enum must be a list of values"),
    ({"trait": {"title": "T", "type": "string", "enum": [1]}}, "trait: enum values must be of type string"),
    ({"trait": {"title": "T", "type": "boolean", "unique": True}}, "trait: a value of type boolean cannot be unique"),
    ({"trait": {"title": "T", "type": "string", "scope": "ALL"}}, "trait: scope must be NONE or SELF"),
    ({"trait": {"title": "T", "type": "string", "format": "colour"}}, None),
    (
        {"trait": {"title": "T", "type": "string", "permissions": [{"principal": "ALL", "action": "HIDE"}]}},
        "trait: permissions are SELF and one of HIDE, READ_ONLY, READ_WRITE",
    ),
]


@pytest.mark.parametrize(("attributes", "cause"), REFUSALS)
async def test_an_attribute_okta_would_refuse_is_refused(okta, attributes, cause):
    before = (await okta.get(SCHEMA)).json()
    answer = await okta.post(SCHEMA, json={"definitions": {"custom": {"properties": attributes}}})
    assert error_of(answer)[:2] == (400, "E0000001")
    if cause is not None:
        assert causes_of(answer) == [cause]
    assert (await okta.get(SCHEMA)).json() == before


@pytest.mark.parametrize(
    "body",
    [
        {"definitions": []},
        {"definitions": {"other": {}}},
        {"definitions": {"custom": {"properties": []}}},
        {"definitions": {"custom": {"properties": {"trait": "x"}}}},
        {"definitions": {"custom": {"properties": {"trait": {"title": "T", "type": "string", "colour": "red"}}}}},
        {"definitions": {"custom": {"properties": {"trait": {"title": "T", "type": "string", "required": "yes"}}}}},
        {"definitions": {"custom": {"properties": {"trait": {"title": "T", "type": "string", "permissions": 1}}}}},
        {"definitions": {"custom": {"required": "x"}}},
        {"attributes": {}},
    ],
)
async def test_a_schema_of_the_wrong_shape_is_not_well_formed(okta, body):
    assert error_of(await okta.post(SCHEMA, json=body))[:2] == (400, "E0000003")


def base(**attributes):
    return {"definitions": {"base": {"properties": attributes}}}


async def test_names_can_be_made_optional(okta):
    answer = await okta.post(SCHEMA, json=base(firstName={"required": False}, lastName={"required": False}))
    assert answer.json()["definitions"]["base"]["required"] == ["login", "email"]
    profile = {"login": "rv@example.com", "email": "rv@example.com"}
    assert (await okta.post("/api/v1/users", json={"profile": profile})).status_code == 200


async def test_permissions_of_a_base_attribute_can_change(okta):
    permissions = [{"principal": "SELF", "action": "HIDE"}]
    answer = await okta.post(SCHEMA, json=base(title={"permissions": permissions}))
    assert answer.json()["definitions"]["base"]["properties"]["title"]["permissions"] == permissions


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [("[a-z0-9]+", "robin", "Robin!"), (".+", "Robin Vale 1!", "abc"), (None, "a@example.com", "robin")],
)
async def test_logins_follow_a_pattern_of_the_org(okta, pattern, good, bad):
    assert (await okta.post(SCHEMA, json=base(login={"pattern": pattern}))).status_code == 200
    refused = await okta.post("/api/v1/users", json={"profile": {**PROFILE, "login": bad}})
    assert refused.status_code == 400
    assert (await okta.post("/api/v1/users", json={"profile": {**PROFILE, "login": good}})).status_code == 200


@pytest.mark.parametrize(
    "attributes",
    [
        {"email": {"required": False}},
        {"email": {"maxLength": 7}},
        {"wings": {"title": "Wings"}},
        {"title": None},
        {"login": {"pattern": "(a+)+"}},
        {"login": {"pattern": "[z-a]+"}},
        {"title": {"permissions": [{"principal": "SELF", "action": "SHOUT"}]}},
    ],
)
async def test_other_changes_of_base_attributes_are_refused(okta, attributes):
    before = (await okta.get(SCHEMA)).json()
    assert error_of(await okta.post(SCHEMA, json=base(**attributes)))[:2] == (400, "E0000001")
    assert (await okta.get(SCHEMA)).json() == before


async def test_an_unknown_schema_cannot_be_changed(okta):
    answer = await okta.post("/api/v1/meta/schemas/user/oscX", json={})
    assert answer.json()["errorSummary"] == "Not found: Resource not found: oscX (Schema)"


@pytest.mark.parametrize(
    ("mutability", "first", "code", "what"),
    [("READ_ONLY", 403, "E0000077", "read-only"), ("IMMUTABLE", 200, "E0000078", "immutable")],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_an_attribute_can_be_kept_from_writers(okta, sandbox, mutability, first, code, what, method):
    await define(okta, trait={"title": "Trait", "type": "string"})
    await set_to(okta, "x", path="/api/v1/users/ada.byrne")
    await define(okta, trait={"mutability": mutability})
    assert (await set_to(okta, "x")).status_code == first
    profile = (await okta.get("/api/v1/users/ada.byrne")).json()["profile"]
    changed = {**profile, "trait": "y"}
    refused = await okta.request(method, "/api/v1/users/ada.byrne", json={"profile": changed})
    assert error_of(refused)[:2] == (403, code)
    assert refused.json()["errorSummary"] == f"Cannot modify the trait attribute because it is {what}"
    # Sent as it is, or not at all, it does no harm and stays.
    del changed["trait"]
    for body in (profile, changed):
        answer = await okta.request(method, "/api/v1/users/ada.byrne", json={"profile": body})
        assert answer.json()["profile"]["trait"] == "x"


async def test_an_unknown_mutability_is_refused(okta):
    answer = await change(okta, trait={"title": "T", "type": "string", "mutability": "WRITE_ONCE"})
    assert causes_of(answer) == ["trait: mutability must be one of READ_WRITE, READ_ONLY, IMMUTABLE"]
