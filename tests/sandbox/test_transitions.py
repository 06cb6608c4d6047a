"""Every operation in every status, as the reference's transition table has it."""

import pytest

STATUSES = (
    "STAGED",
    "PROVISIONED",
    "ACTIVE",
    "RECOVERY",
    "PASSWORD_EXPIRED",
    "LOCKED_OUT",
    "SUSPENDED",
    "DEPROVISIONED",
)
SAME = "="

# Operation, then what it comes to from each of STATUSES: a status, = for no change, or the HTTP status and code.
TABLE = {
    "activate": (
        "ACTIVE",
        "403 E0000016",
        "403 E0000016",
        "403 E0000038",
        "403 E0000038",
        "403 E0000038",
        "403 E0000038",
        "PROVISIONED",
    ),
    "reactivate": ("403 E0000038", SAME, "403 E0000038", SAME, *["403 E0000038"] * 4),
    "deactivate": (*["DEPROVISIONED"] * 7, "404 E0000007"),
    "suspend": (
        "400 E0000001",
        "SUSPENDED",
        "SUSPENDED",
        "400 E0000001",
        "SUSPENDED",
        "400 E0000001",
        "400 E0000001",
        "400 E0000001",
    ),
    "unsuspend": (*["400 E0000001"] * 6, "ACTIVE", "400 E0000001"),
    "unlock": (*["403 E0000032"] * 5, "ACTIVE", *["403 E0000032"] * 2),
    "reset_password": ("403 E0000017", "RECOVERY", "RECOVERY", SAME, "RECOVERY", "RECOVERY", *["403 E0000017"] * 2),
    "expire_password": (
        "403 E0000038",
        "403 E0000038",
        "PASSWORD_EXPIRED",
        "403 E0000038",
        SAME,
        "PASSWORD_EXPIRED",
        "403 E0000038",
        "403 E0000038",
    ),
    "forgot_password": ("403 E0000034", "403 E0000034", SAME, *["403 E0000034"] * 5),
    "change_password": (
        SAME,
        "403 E0000035",
        SAME,
        "ACTIVE",
        "ACTIVE",
        "403 E0000035",
        "403 E0000035",
        "403 E0000035",
    ),
    "change_recovery_question": (SAME, "403 E0000036", SAME, SAME, *["403 E0000036"] * 4),
    "reset_factors": (*[SAME] * 7, "403 E0000038"),
    "update": (*[SAME] * 7, "403 E0000038"),
    "set_password": (
        SAME,
        "ACTIVE",
        SAME,
        "ACTIVE",
        "ACTIVE",
        "ACTIVE",
        "403 E0000038",
        "403 E0000038",
    ),
    "DELETE": (*["DEPROVISIONED"] * 7, "gone"),
}
TABLE["expire_password?tempPassword=true"] = TABLE["expire_password"]
TABLE["expire_password_with_temp_password"] = TABLE["expire_password"]

BODIES = {
    "change_password": {
        "oldPassword": {"value": "Corr3ct-horse"},
        "newPassword": {"value": "Batt3ry-staple"},
    },
    "change_recovery_question": {
        "password": {"value": "Corr3ct-horse"},
        "recovery_question": {"question": "First pet?", "answer": "Parrot"},
    },
    "update": {"profile": {"title": "Archivist"}},
    "set_password": {"credentials": {"password": {"value": "Batt3ry-staple"}}},
}
CAUSES = {
    "E0000017": "Password reset is not allowed in the user's current status",
    "E0000032": "The user is not locked out.",
    "E0000034": "Recovery credential not set.",
}


def path_of(operation, user_id):
    user = f"/api/v1/users/{user_id}"
    if operation in ("update", "set_password", "DELETE"):
        return user
    kind = (
        "credentials"
        if operation in ("forgot_password", "change_password", "change_recovery_question")
        else "lifecycle"
    )
    return f"{user}/{kind}/{operation}"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("operation", TABLE)
async def test_an_operation_leads_where_the_transition_table_says(okta, person_in, operation, status):
    expected = TABLE[operation][STATUSES.index(status)]
    user_id = await person_in(status)
    before = (await okta.get(f"/api/v1/users/{user_id}")).json()
    assert before["status"] == status

    method = "DELETE" if operation == "DELETE" else "POST"
    answer = await okta.request(method, path_of(operation, user_id), json=BODIES.get(operation))

    after = await okta.get(f"/api/v1/users/{user_id}")
    if " " in expected:
        http_status, code = expected.split()
        assert (str(answer.status_code), answer.json()["errorCode"]) == (http_status, code)
        if code in CAUSES:
            assert answer.json()["errorCauses"] == [{"errorSummary": CAUSES[code]}]
        assert after.json() == before
    elif expected == "gone":
        assert (answer.status_code, answer.content) == (204, b"")
        assert after.status_code == 404
    else:
        assert answer.status_code == (204 if operation == "DELETE" else 200)
        assert after.json()["status"] == (status if expected == SAME else expected)


async def test_activating_a_staged_user_without_password_leaves_a_pending_action(okta):
    profile = {"firstName": "Robin", "lastName": "Vale", "login": "robin@example.com", "email": "robin@example.com"}
    made = await okta.post("/api/v1/users?activate=false", json={"profile": profile})
    answer = await okta.post(f"/api/v1/users/{made.json()['id']}/lifecycle/activate?sendEmail=false")
    assert answer.json().keys() == {"activationUrl", "activationToken"}
    assert answer.json()["activationUrl"].endswith(f"/tokens/{answer.json()['activationToken']}/verify")
    assert (await okta.get(f"/api/v1/users/{made.json()['id']}")).json()["status"] == "PROVISIONED"


async def test_activation_tells_the_link_even_when_a_password_lets_the_user_in_at_once(okta, person_in):
    user_id = await person_in("STAGED")
    answer = await okta.post(f"/api/v1/users/{user_id}/lifecycle/activate?sendEmail=false")
    assert len(answer.json()["activationToken"]) == 20
    assert (await okta.get(f"/api/v1/users/{user_id}")).json()["status"] == "ACTIVE"


@pytest.mark.parametrize(("query", "keys"), [("", {"activationUrl", "activationToken"}), ("?sendEmail=true", set())])
async def test_reactivation_answers_the_link_unless_it_goes_by_mail(okta, person_in, query, keys):
    user_id = await person_in("PROVISIONED")
    answer = await okta.post(f"/api/v1/users/{user_id}/lifecycle/reactivate{query}")
    assert answer.json().keys() == keys


async def test_reactivation_voids_the_former_token(okta, person_in):
    user_id = await person_in("PROVISIONED")
    first, second = [
        (await okta.post(f"/api/v1/users/{user_id}/lifecycle/reactivate")).json()["activationToken"] for _ in range(2)
    ]
    assert first != second


@pytest.mark.parametrize("status", ["ACTIVE", "PASSWORD_EXPIRED", "PROVISIONED"])
async def test_unsuspending_restores_the_status_before(okta, person_in, status):
    user_id = await person_in(status)
    assert (await okta.post(f"/api/v1/users/{user_id}/lifecycle/suspend")).json() == {}
    assert (await okta.post(f"/api/v1/users/{user_id}/lifecycle/unsuspend")).json() == {}
    assert (await okta.get(f"/api/v1/users/{user_id}")).json()["status"] == status


async def test_unlocking_a_user_whose_password_expired_meanwhile_asks_for_a_new_one(okta, person_in, sandbox):
    user_id = await person_in("LOCKED_OUT")
    sandbox.org.users[user_id].password_expired = True
    await okta.post(f"/api/v1/users/{user_id}/lifecycle/unlock")
    assert (await okta.get(f"/api/v1/users/{user_id}")).json()["status"] == "PASSWORD_EXPIRED"


async def test_unlocking_an_active_user_lifts_a_block_of_unknown_devices(okta, person_in, sandbox):
    user_id = await person_in("ACTIVE")
    sandbox.org.users[user_id].device_blocked = True
    blocks = f"/api/v1/users/{user_id}/blocks"
    assert (await okta.get(blocks)).json() == [{"type": "DEVICE_BASED", "appliesTo": "UNKNOWN_DEVICES"}]
    assert (await okta.post(f"/api/v1/users/{user_id}/lifecycle/unlock")).status_code == 200
    assert (await okta.get(blocks)).json() == []


@pytest.mark.parametrize(
    ("operation", "summary", "cause"),
    [
        ("suspend", "Api validation failed: suspendUser", "Cannot suspend a user that is not active"),
        ("unsuspend", "Api validation failed: unsuspendUser", "Cannot unsuspend a user that is not suspended"),
    ],
)
async def test_a_wrong_status_for_suspension_is_a_validation_error(okta, person_in, operation, summary, cause):
    user_id = await person_in("STAGED")
    error = (await okta.post(f"/api/v1/users/{user_id}/lifecycle/{operation}")).json()
    assert error["errorSummary"] == summary
    assert error["errorCauses"] == [{"errorSummary": cause}]


async def test_deactivating_twice_says_that_the_user_is_not_found(okta, person_in):
    user_id = await person_in("DEPROVISIONED")
    answer = await okta.post(f"/api/v1/users/{user_id}/lifecycle/deactivate")
    assert answer.json()["errorSummary"] == f"Not found: Resource not found: {user_id} (User)"


async def test_deactivation_destroys_password_and_apps_and_keeps_groups(okta, sandbox):
    login = "wei.chen@example.com"
    groups = (await okta.get(f"/api/v1/users/{login}/groups")).json()
    assert (await okta.get(f"/api/v1/users/{login}/appLinks")).json()
    assert (await okta.post(f"/api/v1/users/{login}/lifecycle/deactivate")).json() == {}
    user = (await okta.get(f"/api/v1/users/{login}")).json()
    assert user["status"] == "DEPROVISIONED"
    assert "password" not in user["credentials"]
    assert user["passwordChanged"] is None
    assert user["activated"] is not None
    assert (await okta.get(f"/api/v1/users/{login}/appLinks")).json() == []
    assert [group["id"] for group in (await okta.get(f"/api/v1/users/{login}/groups")).json()] == [
        group["id"] for group in groups
    ]


async def test_reactivated_leavers_get_back_the_apps_of_their_groups_only(okta):
    login = "wei.chen@example.com"

    async def labels():
        return {link["label"] for link in (await okta.get(f"/api/v1/users/{login}/appLinks")).json()}

    assert "Code Hosting" in await labels()
    await okta.post(f"/api/v1/users/{login}/lifecycle/deactivate")
    await okta.post(f"/api/v1/users/{login}/lifecycle/activate")
    assert "Code Hosting" not in await labels()
    assert "Team Wiki" in await labels()


async def test_deactivation_revokes_the_api_tokens_of_the_user(okta, sandbox):
    token = sandbox.issue_token("victor.lindqvist@example.com")
    own = {"Authorization": f"SSWS {token}"}
    assert (await okta.get("/api/v1/users/me", headers=own)).status_code == 200
    await okta.post("/api/v1/users/victor.lindqvist@example.com/lifecycle/deactivate")
    assert (await okta.get("/api/v1/users/me", headers=own)).status_code == 401


async def test_expiring_a_password_answers_the_user_with_a_stale_status_change(okta, person_in, clock):
    user_id = await person_in("ACTIVE")
    before = (await okta.get(f"/api/v1/users/{user_id}")).json()
    clock.forward(minutes=5)
    answer = (await okta.post(f"/api/v1/users/{user_id}/lifecycle/expire_password")).json()
    after = (await okta.get(f"/api/v1/users/{user_id}")).json()
    assert answer["status"] == "PASSWORD_EXPIRED"
    assert answer["statusChanged"] == before["statusChanged"]
    assert answer["lastUpdated"] == after["lastUpdated"] == after["statusChanged"] != before["lastUpdated"]


async def test_deleting_takes_two_calls(okta, person_in):
    user_id = await person_in("ACTIVE")
    for expected in (200, 404):
        assert (await okta.delete(f"/api/v1/users/{user_id}")).status_code == 204
        assert (await okta.get(f"/api/v1/users/{user_id}")).status_code == expected
    assert (await okta.delete(f"/api/v1/users/{user_id}")).status_code == 404


async def test_a_deleted_user_frees_the_login_and_leaves_the_groups(okta, sandbox):
    login = "olivia.grant@example.com"
    user = (await okta.get(f"/api/v1/users/{login}")).json()
    members = sandbox.org.group_by_name("Sales").members
    assert user["id"] in members
    await okta.delete(f"/api/v1/users/{login}")
    assert user["id"] not in members
    profile = {"firstName": "Olive", "lastName": "Grant", "login": login, "email": login}
    assert (await okta.post("/api/v1/users", json={"profile": profile})).status_code == 200


async def test_a_lifecycle_call_refuses_a_body_with_keys(okta, person_in):
    user_id = await person_in("ACTIVE")
    answer = await okta.post(f"/api/v1/users/{user_id}/lifecycle/suspend", json={"reason": "holiday"})
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "E0000003")


@pytest.mark.parametrize("operation", ["activate", "suspend", "reset_password", "expire_password", "reset_factors"])
async def test_a_lifecycle_call_for_an_unknown_user_is_not_found(okta, operation):
    answer = await okta.post(f"/api/v1/users/nobody@example.com/lifecycle/{operation}")
    assert answer.status_code == 404
    assert answer.json()["errorSummary"] == "Not found: Resource not found: nobody@example.com (User)"


@pytest.mark.parametrize("kind", ["FEDERATION", "SOCIAL"])
async def test_a_federated_user_is_active_without_a_password(okta, kind):
    body = {
        "profile": {
            "firstName": "Robin",
            "lastName": "Vale",
            "login": "robin@example.com",
            "email": "robin@example.com",
        },
        "credentials": {"provider": {"type": kind, "name": kind}},
    }
    made = (await okta.post("/api/v1/users?activate=false&provider=true", json=body)).json()
    path = f"/api/v1/users/{made['id']}"
    statuses = [made["status"]]
    for operation in ("activate", "deactivate", "activate"):
        assert (await okta.post(f"{path}/lifecycle/{operation}")).status_code == 200
        statuses.append((await okta.get(path)).json()["status"])
    assert statuses == ["STAGED", "ACTIVE", "DEPROVISIONED", "ACTIVE"]


async def test_the_login_of_a_deactivated_user_stays_taken_until_it_is_deleted_or_renamed(okta, person_in):
    user = f"/api/v1/users/{await person_in('DEPROVISIONED')}"
    login = "deprovisioned@example.com"
    body = {"profile": {"firstName": "Robin", "lastName": "Vale", "login": login, "email": login}}
    answer = await okta.post("/api/v1/users", json=body)
    assert answer.json()["errorCauses"] == [
        {"errorSummary": "login: An object with this field already exists in the current organization"}
    ]
    assert (await okta.delete(user)).status_code == 204
    assert (await okta.post("/api/v1/users", json=body)).status_code == 200
