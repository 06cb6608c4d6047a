"""GET /api/v1/users/{id}: who is found by what, and the links that each status shows."""

import pytest

SIGNED_UP = [
    "suspend",
    "schema",
    "resetPassword",
    "forgotPassword",
    "expirePassword",
    "changeRecoveryQuestion",
    "self",
    "type",
    "changePassword",
    "deactivate",
]
LINKS = {
    "STAGED": ["schema", "activate", "self", "type"],
    "PROVISIONED": ["suspend", "schema", "resetPassword", "reactivate", "self", "type", "deactivate"],
    "ACTIVE": SIGNED_UP,
    "PASSWORD_EXPIRED": SIGNED_UP,
    "LOCKED_OUT": [*SIGNED_UP, "unlock"],
    "RECOVERY": ["schema", "self", "type", "deactivate", "reactivate", "resetPassword"],
    "SUSPENDED": ["schema", "unsuspend", "self", "type", "deactivate"],
    "DEPROVISIONED": ["schema", "activate", "self", "type", "delete"],
}
PATHS = {
    "suspend": "lifecycle/suspend",
    "unsuspend": "lifecycle/unsuspend",
    "activate": "lifecycle/activate",
    "reactivate": "lifecycle/reactivate",
    "deactivate": "lifecycle/deactivate",
    "unlock": "lifecycle/unlock",
    "resetPassword": "lifecycle/reset_password",
    "expirePassword": "lifecycle/expire_password",
    "resetFactors": "lifecycle/reset_factors",
    "forgotPassword": "credentials/forgot_password",
    "changePassword": "credentials/change_password",
    "changeRecoveryQuestion": "credentials/change_recovery_question",
}


@pytest.mark.parametrize("status", LINKS)
async def test_a_user_shows_the_links_of_its_status(okta, person_in, sandbox, status):
    user_id = await person_in(status)
    links = (await okta.get(f"/api/v1/users/{user_id}")).json()["_links"]
    assert list(links) == LINKS[status]
    base = "https://sandbox.okta.example/api/v1"
    for name, link in links.items():
        if name in PATHS:
            assert link == {"href": f"{base}/users/{user_id}/{PATHS[name]}", "method": "POST"}
    assert links["self"] == {"href": f"{base}/users/{user_id}"}
    assert links["schema"] == {"href": f"{base}/meta/schemas/user/{sandbox.org.user_schema_id}"}
    assert links["type"] == {"href": f"{base}/meta/types/user/{sandbox.org.user_type_id}"}
    if "delete" in links:
        assert links["delete"] == {"href": f"{base}/users/{user_id}", "method": "DELETE"}


async def test_factors_can_be_reset_while_there_are_some(okta, sandbox):
    path = "/api/v1/users/wei.chen@example.com"
    links = (await okta.get(path)).json()["_links"]
    assert "resetFactors" in links
    assert (await okta.post(f"{path}/lifecycle/reset_factors")).json() == {}
    assert "resetFactors" not in (await okta.get(path)).json()["_links"]


async def test_forgotten_passwords_are_only_for_users_with_a_recovery_question(okta, sandbox):
    profile = {"firstName": "Robin", "lastName": "Vale", "login": "rv@example.com", "email": "rv@example.com"}
    made = await okta.post(
        "/api/v1/users", json={"profile": profile, "credentials": {"password": {"value": "Corr3ct-horse"}}}
    )
    assert "forgotPassword" not in made.json()["_links"]
    answer = await okta.post(f"/api/v1/users/{made.json()['id']}/credentials/forgot_password")
    assert answer.status_code == 403
    assert answer.json()["errorCauses"] == [{"errorSummary": "Recovery credential not set."}]


@pytest.mark.parametrize(
    "key",
    ["{id}", "wei.chen@example.com", "WEI.CHEN@EXAMPLE.COM", "wei.chen%40example.com", "wei.chen", "Wéi.Chén"],
)
async def test_a_user_is_found_by_id_login_and_shortname(okta, sandbox, key):
    user = sandbox.org.user_by_login("wei.chen@example.com")
    answer = await okta.get(f"/api/v1/users/{key.format(id=user.id)}")
    assert answer.json()["id"] == user.id


@pytest.mark.parametrize(
    "key", ["nobody", "nobody@example.com", "00uNOSUCHUSER0000000", "wei", "wei.chen@example", "%F0%9F%98%80"]
)
async def test_a_user_that_does_not_exist_is_named_as_it_was_asked_for(okta, key):
    answer = await okta.get(f"/api/v1/users/{key}")
    assert answer.status_code == 404
    assert answer.json()["errorCode"] == answer.json()["errorLink"] == "E0000007"
    if "%" not in key:
        assert answer.json()["errorSummary"] == f"Not found: Resource not found: {key} (User)"


async def test_a_shortname_of_two_users_finds_neither(okta):
    profile = {"firstName": "W", "lastName": "C", "login": "wei.chen@other.example.com", "email": "w@example.com"}
    await okta.post("/api/v1/users", json={"profile": profile})
    assert (await okta.get("/api/v1/users/wei.chen")).status_code == 404


async def test_signs_in_a_login_are_found_when_they_are_encoded(okta):
    login = "robin+test#1@example.com"
    profile = {"firstName": "R", "lastName": "V", "login": login, "email": "rv@example.com"}
    await okta.post("/api/v1/users", json={"profile": profile})
    answer = await okta.get("/api/v1/users/robin%2Btest%231%40example.com")
    assert answer.json()["profile"]["login"] == login


async def test_deactivated_users_are_found_by_login(okta):
    assert (await okta.get("/api/v1/users/olivia.grant@example.com")).json()["status"] == "DEPROVISIONED"


async def test_me_is_the_owner_of_the_token(okta):
    assert (await okta.get("/api/v1/users/me")).json()["profile"]["login"] == "admin@example.com"


async def test_blocks_are_embedded_when_asked_for(okta):
    plain = (await okta.get("/api/v1/users/wei.chen")).json()
    assert "_embedded" not in plain
    expanded = (await okta.get("/api/v1/users/felix.hartmann?expand=blocks")).json()
    assert list(expanded)[-1] == "_embedded"
    assert expanded["_embedded"] == {"blocks": [{"type": "DEVICE_BASED", "appliesTo": "ANY_DEVICES"}]}


async def test_an_etag_changes_with_the_user_only(okta):
    path = "/api/v1/users/wei.chen"
    first = (await okta.get(path)).headers["etag"]
    assert first == (await okta.get(path)).headers["etag"]
    assert len(first) == len('W/""') + 64
    await okta.post(path, json={"profile": {"title": "Archivist"}})
    assert (await okta.get(path)).headers["etag"] != first


async def test_a_single_user_ignores_a_selection_of_fields(okta):
    assert "credentials" in (await okta.get("/api/v1/users/wei.chen?fields=id")).json()


async def test_secrets_are_never_shown(okta, person_in):
    user_id = await person_in("ACTIVE")
    text = (await okta.get(f"/api/v1/users/{user_id}")).text + (await okta.get("/api/v1/logs?limit=1000")).text
    assert "Corr3ct-horse" not in text
    assert "Ravioli" not in text
    assert "Favourite lunch?" in text
