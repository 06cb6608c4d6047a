"""The names in a profile: those of the org's own schema, which also says what nobody may lack."""

# ruff: noqa: E501 - answers are quoted whole

import httpx2
import pytest
from inline_snapshot import snapshot

CHLOE = "chloe.bennett@example.com"
EMAIL = "nora.quist@example.com"
NORA = {"firstName": "Nora", "lastName": "Quist", "email": EMAIL}
TEXT = {"title": "Text", "type": "string"}
SCHEMA = "/api/v1/meta/schemas/user/default"


async def define(org, base=None, required=(), **custom):
    definitions = {"custom": {"properties": custom, "required": list(required)}, "base": {"properties": base or {}}}
    async with org.admin() as okta:
        answer = await okta.post(SCHEMA, json={"definitions": definitions})
    assert answer.status_code == 200, answer.text


def forbidding(wire):
    """Return a way to Okta for credentials that do not reach the schema."""

    class Wire(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request):
            if "/meta/" in request.url.path:
                return httpx2.Response(403, json={"errorCode": "E0000006", "errorSummary": "No", "errorCauses": []})
            return await wire.handle_async_request(request)

    return Wire()


async def test_an_attribute_of_the_org_is_not_taken_for_a_base_one_that_sounds_alike(org):
    await define(org, employee_number=TEXT)
    profile = {"employee_number": "A-1", "employeeNumber": 7, "cost_center": "CC-1"}
    for tool, given in (("create_user", {"profile": {**NORA, **profile}}), ("update_user", {"user": CHLOE})):
        answer = await org.call(tool, **{"profile": profile, **given})
        assert not answer.is_error, answer.text
        sent = org.changes[0].body["profile"]
        assert (sent["employee_number"], sent["employeeNumber"], sent["costCenter"]) == ("A-1", "7", "CC-1")
    await org.call("update_user", user=CHLOE, clear=["employee_number"])
    assert org.changes[0].body == {"profile": {"employee_number": None}}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("badge_number", "badgeNumber"),
        ("BadgeNumber", "badgeNumber"),
        ("badge number", "badgeNumber"),
        ("NICKNAME", "nickName"),
        ("Cost-Center", "costCenter"),
    ],
)
async def test_another_spelling_of_an_attribute_means_that_one(org, written, meant):
    value = 7 if meant == "badgeNumber" else "Clo"
    assert not (await org.call("update_user", user=CHLOE, profile={written: value})).is_error
    assert org.changes[0].body == {"profile": {meant: value}}


async def test_two_spellings_that_differ_are_refused(org):
    answer = await org.call("update_user", user=CHLOE, profile={"nickName": "A", "nick_name": "B"})
    assert answer.story == snapshot(
        "update_user was not called: `nick_name` and `nickName` both stand for `nickName` and differ; send one."
    )
    assert org.changes == []


async def test_another_spelling_is_confirmed_like_the_right_one(org_with):
    org = await org_with(settings={"confirm": "destructive"})
    answer = await org.call("update_user", user=CHLOE, profile={"SecondEmail": "else@example.com"})
    assert answer.data["done"] is False
    assert org.changes == []


async def test_an_attribute_that_is_none_is_answered_with_those_there_are(org):
    answer = await org.call("update_user", user=CHLOE, profile={"badge": 7, "shoeSize": 42})
    assert answer.story == snapshot(
        "update_user was not called: the org's schema has no attribute `badge` (near: `badgeNumber`), `shoeSize`; besides Okta's base attributes it has badgeNumber (integer), startDate (string), remote (boolean), skills (list of string)."
    )
    assert org.changes == []
    answer = await org.call("create_user", profile={**NORA, "shoeSize": 42})
    assert answer.story == snapshot(
        "create_user was not called: the org's schema has no attribute `shoeSize`; besides Okta's base attributes it has remote (boolean), skills (list of string), startDate (string), badgeNumber (integer)."
    )
    assert org.changes == []


async def test_of_many_attributes_the_nearest_come_first(org):
    await define(org, **{f"field{number:02}": TEXT for number in range(60)}, tShirtSize=TEXT)
    answer = await org.call("update_user", user=CHLOE, clear=["shirt"])
    assert "of 65 besides Okta's base attributes the nearest are tShirtSize (string), " in answer.text
    assert answer.text.count("(string)") < 42


async def test_the_schema_is_asked_for_once_and_only_where_the_names_do_not_tell(org):
    await org.call("update_user", user=CHLOE, profile={"title": "Pilot"})
    assert org.requests == ["GET /users/" + CHLOE, "POST /users/{id}"]
    await org.call("update_user", user=CHLOE, profile={"badgeNumber": 7})
    assert org.requests == ["GET /users/" + CHLOE, "GET /meta/schemas/user/{id}", "POST /users/{id}"]
    await org.call("update_user", user=CHLOE, profile={"badgeNumber": 8})
    assert org.requests == ["GET /users/" + CHLOE, "POST /users/{id}"]


SITE = {"title": "Site", "type": "string", "enum": ["Lisbon", "Oslo"]}
COST = {"title": "Cost code", "type": "string", "minLength": 3, "maxLength": 4}

WRONG_VALUES = [
    ({"badgeNumber": "seven"}, "`badgeNumber` has to be a whole number"),
    ({"badge_number": 0}, "`badgeNumber` is too small: at least 1"),
    ({"skills": [1]}, "`skills` has to be a list of texts"),
    ({"site": "Rome"}, "`site` is one of Lisbon, Oslo"),
    ({"costCode": "12345"}, "`costCode` is too long: at most 4 characters"),
    ({"remote": "yes", "costCode": "1"}, "`remote` has to be true or false; `costCode` is too short: at least 3 "),
]


@pytest.mark.parametrize(("profile", "told"), WRONG_VALUES)
async def test_a_value_that_the_schema_does_not_allow_is_refused_where_the_schema_was_read(org, profile, told):
    await define(org, site=SITE, costCode=COST)
    answer = await org.call("create_user", profile={**NORA, **profile})
    assert answer.text.startswith(f"create_user was not called: {told}")
    assert org.requests == ["GET /meta/schemas/user/default"]
    answer = await org.call("update_user", user=CHLOE, profile=profile)
    assert answer.text.startswith(f"update_user was not called: {told}")
    assert org.requests == ["GET /users/" + CHLOE, "GET /meta/schemas/user/{id}"]


async def test_a_choice_that_was_added_since_the_schema_was_read_is_taken(org, monkeypatch):
    monkeypatch.setattr("okta_mcp.directory.directory.LATELY", 0.0)
    await define(org, site=SITE)
    await org.call("update_user", user=CHLOE, profile={"site": "Oslo"})
    await define(org, site={**SITE, "enum": [*SITE["enum"], "Rome"]})
    answer = await org.call("update_user", user=CHLOE, profile={"site": "Rome"})
    assert not answer.is_error, answer.text
    assert org.user(CHLOE).profile["site"] == "Rome"


async def test_what_is_missing_and_what_is_wrong_is_told_in_one_answer(org):
    answer = await org.call("create_user", profile={"email": EMAIL, "lastName": "Quist", "badgeNumber": "seven"})
    assert answer.story == snapshot(
        "create_user was not called: `profile.firstName` is required; `badgeNumber` has to be a whole number."
    )


async def test_a_single_call_and_a_run_share_one_reading_of_the_schema(org):
    await org.call("update_user", user=CHLOE, profile={"badgeNumber": 7})
    assert "GET /meta/schemas/user/{id}" in org.requests
    rows = [
        {"user": CHLOE, "profile": {"badgeNumber": 8}},
        {"user": "wei.chen@example.com", "profile": {"remote": True}},
    ]
    answer = await org.call("run_bulk", tool="update_user", rows=rows, checkOnly=True)
    assert not answer.is_error, answer.text
    assert org.requests == ["GET /users"]


async def test_the_rows_of_a_run_and_their_check_share_one_reading_of_the_schema(org):
    rows = [
        {"user": CHLOE, "profile": {"badgeNumber": 8}},
        {"user": "wei.chen@example.com", "profile": {"remote": True}},
    ]
    answer = await org.call("run_bulk", tool="update_user", rows=rows, checkOnly=True)
    assert not answer.is_error, answer.text
    assert org.requests == ["GET /users", "GET /meta/types/user", "GET /meta/schemas/user/{id}"]


async def test_without_the_schema_okta_decides(org_with):
    org = await org_with(wrapped=forbidding)
    answer = await org.call("update_user", user=CHLOE, profile={"badgeNumber": 7, "nick_name": "Clo"})
    assert not answer.is_error, answer.text
    assert org.changes[0].body == {"profile": {"badgeNumber": 7, "nickName": "Clo"}}
    answer = await org.call("create_user", profile={"email": EMAIL})
    assert answer.is_error
    assert "firstName: The field cannot be left blank" in answer.text
    answer = await org.call("update_user", user=CHLOE, profile={"shoeSize": 42})
    assert "Property name 'shoeSize' is not defined in profile" in answer.text


async def test_names_may_be_left_out_where_the_org_lets_them(org):
    await define(org, base={"firstName": {"required": False}, "lastName": {"required": False}})
    answer = await org.call("create_user", profile={"email": EMAIL})
    assert not answer.is_error, answer.text
    assert org.user(EMAIL).profile == {"email": EMAIL, "login": EMAIL}
    assert not (await org.call("update_user", user=CHLOE, clear=["lastName"])).is_error
    answer = await org.call("update_user", user=CHLOE, clear=["email"])
    assert "`email` cannot be empty" in answer.text


async def test_all_that_the_org_requires_is_named_at_once(org):
    await define(org, required=["costCode"], costCode={"title": "Cost code", "type": "integer"})
    answer = await org.call("create_user", profile={"lastName": "Quist"})
    assert answer.story == snapshot(
        "create_user was not called: `profile.firstName` is required; `profile.email` is required; `profile.costCode` is required (integer)."
    )
    assert org.changes == []
    answer = await org.call("run_bulk", tool="create_user", rows=[{"profile": NORA}])
    assert "row 1: the org requires `costCode`" in answer.text
    assert org.changes == []
    assert not (await org.call("create_user", profile={**NORA, "cost_code": 7})).is_error
    answer = await org.call("update_user", user=EMAIL, clear=["costCode"])
    assert "`costCode` cannot be empty" in answer.text


async def test_another_type_has_another_schema(org):
    async with org.admin() as okta:
        kind = (await okta.post("/api/v1/meta/types/user", json={"name": "guest", "displayName": "Guest"})).json()
        address = kind["_links"]["schema"]["href"].partition(".example")[2]
        made = await okta.post(address, json={"definitions": {"custom": {"properties": {"host_name": TEXT}}}})
    assert made.status_code == 200, made.text
    answer = await org.call("create_user", profile={**NORA, "HostName": "Ada"}, userTypeId=kind["id"])
    assert not answer.is_error, answer.text
    assert org.user(EMAIL).profile["host_name"] == "Ada"
    answer = await org.call("update_user", user=EMAIL, profile={"badgeNumber": 7})
    assert "besides Okta's base attributes it has host_name (string)" in answer.text


@pytest.mark.parametrize(
    ("shown", "given", "then"),
    [
        ("Chloe Bennett", {"lastName": "Moreau"}, "Chloe Moreau"),
        ("Bennett, Chloe", {"lastName": "Moreau"}, "Moreau, Chloe"),
        ("Bennett Chloe", {"firstName": "Cloé", "lastName": "Moreau"}, "Moreau Cloé"),
        ("Chloe Bennett", {"lastName": "Moreau", "displayName": "Clo"}, "Clo"),
        ("Clo", {"lastName": "Moreau"}, "Clo"),
    ],
)
async def test_a_display_name_that_is_the_name_follows_it(org, shown, given, then):
    chloe = org.user(CHLOE)
    chloe.profile = {**chloe.profile, "displayName": shown}
    answer = await org.call("update_user", user=CHLOE, profile=given)
    assert chloe.profile["displayName"] == then
    assert ("displayName" in [one["field"] for one in answer.data["changes"]]) == (shown != then)
    assert "nextStep" not in answer.data


async def test_a_display_name_that_holds_more_stays_and_is_told(org):
    chloe = org.user(CHLOE)
    chloe.profile = {**chloe.profile, "displayName": "Chloe M. Bennett"}
    answer = await org.call("update_user", user=CHLOE, profile={"lastName": "Moreau"})
    assert answer.data["nextStep"] == '`displayName` still is "Chloe M. Bennett"; set it too if it is to follow.'
    assert chloe.profile["displayName"] == "Chloe M. Bennett"


async def test_the_preview_of_a_new_name_shows_what_follows_it(org_with):
    org = await org_with(settings={"dry_run": True})
    answer = await org.call("update_user", user=CHLOE, profile={"lastName": "Moreau"})
    assert answer.data["changes"] == [
        {"field": "lastName", "before": "Bennett", "after": "Moreau"},
        {"field": "displayName", "before": "Chloe Bennett", "after": "Chloe Moreau"},
    ]
