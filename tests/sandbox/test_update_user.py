"""POST merges into a user, PUT replaces it."""

import pytest

PATH = "/api/v1/users/wei.chen@example.com"
DUPLICATE = "login: An object with this field already exists in the current organization"


async def profile_of(okta, path=PATH):
    return (await okta.get(path)).json()["profile"]


async def test_post_changes_what_is_sent_and_clears_what_is_null(okta):
    before = await profile_of(okta)
    answer = await okta.post(PATH, json={"profile": {"title": "Archivist", "department": None, "city": ""}})
    assert answer.status_code == 200
    gone = {"department", "city"}
    expected = {name: value for name, value in before.items() if name not in gone} | {"title": "Archivist"}
    assert answer.json()["profile"] == expected == await profile_of(okta)


async def test_put_clears_what_is_not_sent(okta):
    profile = {
        "firstName": "Wei",
        "lastName": "Chen",
        "login": "wei.chen@example.com",
        "email": "wei.chen@example.com",
    }
    answer = await okta.put(PATH, json={"profile": profile})
    assert answer.json()["profile"] == {**profile, "mobilePhone": None, "secondEmail": None}


async def test_put_without_the_required_attributes_names_all_four(okta):
    error = (await okta.put(PATH, json={"profile": {"title": "Archivist"}})).json()
    assert error["errorSummary"] == "Api validation failed: login"
    assert [cause["errorSummary"] for cause in error["errorCauses"]] == [
        f"{name}: The field cannot be left blank" for name in ("login", "email", "firstName", "lastName")
    ]


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_the_body_of_a_get_can_be_sent_back(okta, person_in, method):
    path = f"/api/v1/users/{await person_in('ACTIVE')}"
    user = (await okta.get(path)).json()
    answer = await okta.request(method, path, json=user)
    assert answer.status_code == 200
    assert answer.json()["profile"] == user["profile"]
    assert answer.json()["credentials"] == user["credentials"]


@pytest.mark.parametrize(
    ("body", "code", "cause"),
    [
        ({"profile": {"login": "admin@example.com"}}, "E0000001", DUPLICATE),
        ({"profile": {"login": None}}, "E0000001", "login: The field cannot be left blank"),
        ({"profile": {"firstName": ""}}, "E0000001", "firstName: The field cannot be left blank"),
        ({"profile": {"shoeSize": 44}}, "E0000001", "Property name 'shoeSize' is not defined in profile"),
        ({"profile": {"email": "x"}}, "E0000001", "email: Does not match required pattern"),
        ({"profile": "text"}, "E0000003", None),
        ({"shoeSize": 44}, "E0000003", None),
        ({"type": {"id": "otyOTHER"}}, "E0000001", "type: The user type does not exist or cannot be changed"),
        ({"realmId": "guo1"}, "E0000001", "realmId: Realms are not enabled in this organization"),
    ],
)
async def test_a_bad_change_is_refused_and_changes_nothing(okta, body, code, cause):
    before = await okta.get(PATH)
    answer = await okta.post(PATH, json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, code)
    if cause is not None:
        assert cause in [item["errorSummary"] for item in answer.json()["errorCauses"]]
    after = await okta.get(PATH)
    assert (after.json(), after.headers["etag"]) == (before.json(), before.headers["etag"])


async def test_a_new_login_replaces_the_old_one(okta):
    await okta.post(PATH, json={"profile": {"login": "wei.tan@example.com"}})
    assert (await okta.get("/api/v1/users/wei.tan@example.com")).status_code == 200
    assert (await okta.get(PATH)).status_code == 404


async def test_a_login_may_change_in_case_and_accents_only(okta):
    answer = await okta.post(PATH, json={"profile": {"login": "Wéi.Chen@example.com"}})
    assert answer.json()["profile"]["login"] == "Wéi.Chen@example.com"


async def test_a_change_moves_last_updated_and_nothing_else(okta, clock):
    before = (await okta.get(PATH)).json()
    clock.forward(hours=1)
    after = (await okta.post(PATH, json={"profile": {"title": "Archivist"}})).json()
    assert after["lastUpdated"] == "2026-03-02T10:30:15.000Z"
    for moment in ("created", "activated", "statusChanged", "passwordChanged", "lastLogin"):
        assert after[moment] == before[moment]


async def test_users_of_another_directory_keep_their_profile(okta):
    answer = await okta.post("/api/v1/users/viktor.szabo", json={"profile": {"title": "Archivist"}})
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000023")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("", {"credentials": {"password": {"value": "Batt3ry-staple"}}}, "E0000023"),
        (
            "/credentials/change_password",
            {"oldPassword": {"value": "Harbour-2026-Light"}, "newPassword": {"value": "Batt3ry-staple"}},
            "E0000035",
        ),
        ("/lifecycle/unlock", None, "E0000032"),
    ],
)
async def test_users_of_another_directory_keep_their_password_there(okta, path, body, code):
    answer = await okta.post(f"/api/v1/users/viktor.szabo{path}", json=body)
    assert (answer.status_code, answer.json()["errorCode"]) == (403, code)


@pytest.mark.parametrize(
    ("etag", "expected"),
    [
        ("current", (200, None)),
        ('W/"' + "0" * 64 + '"', (412, "E0000231")),
        ("W/nonsense", (400, "E0000242")),
        ('"' + "0" * 64 + '"', (400, "E0000242")),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_if_match_guards_a_change(okta, method, etag, expected):
    current = await okta.get(PATH)
    header = current.headers["etag"] if etag == "current" else etag
    answer = await okta.request(method, PATH, json={"profile": current.json()["profile"]}, headers={"If-Match": header})
    assert (answer.status_code, answer.json().get("errorCode")) == expected


async def test_an_administrator_sets_a_password_without_the_old_one(okta, clock):
    clock.forward(hours=1)
    answer = await okta.post(PATH, json={"credentials": {"password": {"value": "Batt3ry-staple"}}})
    assert answer.json()["passwordChanged"] == "2026-03-02T10:30:15.000Z"
    changed = await okta.post(
        f"{PATH}/credentials/change_password",
        json={"oldPassword": {"value": "Batt3ry-staple"}, "newPassword": {"value": "An0ther-one"}},
    )
    assert changed.status_code == 200


async def test_a_weak_password_stops_the_whole_change(okta):
    body = {"profile": {"title": "Archivist"}, "credentials": {"password": {"value": "weak"}}}
    answer = await okta.post(PATH, json=body)
    assert answer.json()["errorSummary"] == "Api validation failed: password"
    assert (await profile_of(okta))["title"] != "Archivist"


async def test_only_strict_changes_remember_former_passwords(okta):
    async def set_password(text, query=""):
        return (await okta.post(f"{PATH}{query}", json={"credentials": {"password": {"value": text}}})).status_code

    for number in range(5):
        assert await set_password(f"Numb3r-{number}-here") == 200
    assert await set_password("Numb3r-1-here", "?strict=true") == 400
    assert await set_password("Numb3r-0-here", "?strict=true") == 200
    assert await set_password("Numb3r-4-here") == 200


async def test_strict_changes_keep_the_minimum_age(okta, sandbox, clock):
    from dataclasses import replace

    sandbox.org.password_policy = replace(sandbox.org.password_policy, min_age_minutes=60)

    async def set_password(text):
        body = {"credentials": {"password": {"value": text}}}
        return (await okta.post(f"{PATH}?strict=true", json=body)).status_code

    assert await set_password("Numb3r-1-here") == 200
    clock.forward(minutes=59)
    assert await set_password("Numb3r-2-here") == 400
    clock.forward(minutes=1)
    assert await set_password("Numb3r-2-here") == 200


async def test_a_hash_is_taken_for_staged_users_only(okta, person_in):
    digest = {"algorithm": "MD5", "value": "X03MO1qnZdYdgyfeuILPmQ=="}
    body = {"credentials": {"password": {"hash": digest}}}
    staged, active = await person_in("STAGED"), await person_in("ACTIVE")
    imported = await okta.post(f"/api/v1/users/{staged}", json=body)
    assert imported.json()["credentials"]["provider"]["type"] == "IMPORT"
    assert (await okta.post(f"/api/v1/users/{active}", json=body)).json()["errorCode"] == "E0000038"


async def test_a_recovery_question_is_set_with_its_answer(okta):
    question = {"question": "First pet?", "answer": "Parrot"}
    answer = await okta.post(PATH, json={"credentials": {"recovery_question": question}})
    assert answer.json()["credentials"]["recovery_question"] == {"question": "First pet?"}
    refused = await okta.post(PATH, json={"credentials": {"recovery_question": {"question": "Other?"}}})
    assert refused.json()["errorCauses"] == [{"errorSummary": "answer: The field cannot be left blank"}]
