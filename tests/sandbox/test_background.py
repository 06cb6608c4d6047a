"""An org that takes its time: activations, deactivations in the background, and apps of groups."""

import pickle

import pytest

from okta_mcp.sandbox import Sandbox

PROFILE = {"firstName": "Robin", "lastName": "Vale", "login": "rv@example.com", "email": "rv@example.com"}
PASSWORD = {"password": {"value": "Corr3ct-horse"}}
BACKGROUND = {"Prefer": "respond-async"}
WEI = "/api/v1/users/wei.chen"


@pytest.fixture
def sandbox(clock):
    return Sandbox(clock=clock, asynchronous=30)


def error_of(answer):
    return answer.status_code, answer.json()["errorCode"]


async def states(okta, path):
    answer = await okta.get(path)
    return answer.json()["status"], answer.json().get("transitioningToStatus")


async def staged(okta, **credentials):
    body = {"profile": PROFILE, "credentials": credentials}
    return f"/api/v1/users/{(await okta.post('/api/v1/users?activate=false', json=body)).json()['id']}"


@pytest.mark.parametrize(("credentials", "status"), [({}, "PROVISIONED"), (PASSWORD, "ACTIVE")])
async def test_activation_shows_where_it_leads_until_it_is_done(okta, clock, credentials, status):
    path = await staged(okta, **credentials)
    assert await states(okta, path) == ("STAGED", None)
    answer = await okta.post(f"{path}/lifecycle/activate?sendEmail=false")
    assert len(answer.json()["activationToken"]) == 20
    assert await states(okta, path) == ("STAGED", status)
    clock.forward(seconds=29)
    assert await states(okta, path) == ("STAGED", status)
    clock.forward(seconds=1)
    assert await states(okta, path) == (status, None)
    user = (await okta.get(path)).json()
    assert user["activated"] == user["statusChanged"] == "2026-03-02T09:30:45.000Z"


async def test_a_new_user_is_on_the_way_too(okta, clock):
    made = (await okta.post("/api/v1/users", json={"profile": PROFILE, "credentials": PASSWORD})).json()
    assert (made["status"], made["transitioningToStatus"], list(made)[2]) == (
        "STAGED",
        "ACTIVE",
        "transitioningToStatus",
    )
    path = f"/api/v1/users/{made['id']}"
    listed = await okta.get("/api/v1/users", params={"filter": f'id eq "{made["id"]}"'})
    assert listed.json()[0]["transitioningToStatus"] == "ACTIVE"
    omitted = await okta.get(
        "/api/v1/users",
        params={"filter": f'id eq "{made["id"]}"'},
        headers={"Content-Type": "application/json; okta-response=omitTransitioningToStatus"},
    )
    assert "transitioningToStatus" not in omitted.json()[0]
    clock.forward(minutes=1)
    assert await states(okta, path) == ("ACTIVE", None)


async def test_a_password_that_is_to_expire_does_so_after_activation(okta, clock):
    body = {"profile": PROFILE, "credentials": PASSWORD}
    made = (await okta.post("/api/v1/users?nextLogin=changePassword", json=body)).json()
    assert made["transitioningToStatus"] == "ACTIVE"
    clock.forward(minutes=1)
    assert await states(okta, f"/api/v1/users/{made['id']}") == ("PASSWORD_EXPIRED", None)


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("POST", "", {"profile": {"title": "Smith"}}),
        ("PUT", "", {"profile": PROFILE}),
        ("POST", "", {"credentials": {"password": {"value": "Batt3ry-staple"}}}),
        ("DELETE", "", None),
        ("POST", "/lifecycle/activate", None),
        ("POST", "/lifecycle/deactivate", None),
        ("POST", "/lifecycle/suspend", None),
        ("POST", "/lifecycle/reset_factors", None),
    ],
)
async def test_a_user_who_is_being_activated_cannot_be_changed(okta, clock, method, tail, body):
    path = await staged(okta)
    await okta.post(f"{path}/lifecycle/activate")
    answer = await okta.request(method, f"{path}{tail}", json=body)
    assert error_of(answer) == (409, "E0000112")
    assert answer.json()["errorSummary"] == (
        "Cannot update this user because they are still being activated. Please try again in a few minutes."
    )
    assert (await okta.get(path)).json()["profile"]["firstName"] == "Robin"


@pytest.mark.parametrize(("method", "tail"), [("POST", "/lifecycle/deactivate"), ("DELETE", "")])
async def test_deactivation_is_done_in_the_background_when_that_is_preferred(okta, clock, method, tail):
    answer = await okta.request(method, f"{WEI}{tail}", headers=BACKGROUND)
    assert answer.is_success
    assert await states(okta, WEI) == ("ACTIVE", "DEPROVISIONED")
    assert (await okta.get(f"{WEI}/appLinks")).json() != []
    assert error_of(await okta.post(WEI, json={"profile": {"title": "Smith"}})) == (403, "E0000038")
    clock.forward(seconds=30)
    assert await states(okta, WEI) == ("DEPROVISIONED", None)
    assert (await okta.get(f"{WEI}/appLinks")).json() == []


@pytest.mark.parametrize("headers", [{}, {"Prefer": "return=minimal"}])
async def test_deactivation_is_done_at_once_otherwise(okta, headers):
    await okta.post(f"{WEI}/lifecycle/deactivate", headers=headers)
    assert await states(okta, WEI) == ("DEPROVISIONED", None)


async def test_deletion_is_done_in_the_background_when_that_is_preferred(okta, clock):
    await okta.delete(WEI)
    for _ in range(2):
        assert (await okta.delete(WEI, headers=BACKGROUND)).status_code == 204
    assert await states(okta, WEI) == ("DEPROVISIONED", None)
    clock.forward(seconds=30)
    assert (await okta.get(WEI)).status_code == 404


async def test_the_preference_means_nothing_in_an_org_that_takes_no_time(okta, sandbox):
    sandbox.org.delay = None
    await okta.post(f"{WEI}/lifecycle/deactivate", headers=BACKGROUND)
    assert await states(okta, WEI) == ("DEPROVISIONED", None)


async def test_apps_of_a_group_follow_later(okta, sandbox, clock):
    user = sandbox.org.user_by_login("wei.chen@example.com").id
    membership = f"/api/v1/groups/{sandbox.org.group_by_name('Finance').id}/users/{user}"

    async def has_app():
        return "Payroll" in {tile["label"] for tile in (await okta.get(f"{WEI}/appLinks")).json()}

    for method, is_given in (("PUT", True), ("DELETE", False)):
        await okta.request(method, membership)
        assert await has_app() is not is_given
        clock.forward(seconds=30)
        assert await has_app() is is_given


async def test_events_tell_when_it_was_done_and_for_whom(okta, sandbox, clock):
    path = await staged(okta)
    await okta.post(f"{path}/lifecycle/activate")
    clock.forward(minutes=5)
    filters = {"filter": 'eventType eq "user.lifecycle.activate"', "since": "2026-03-02T09:30:15Z"}
    (event,) = (await okta.get("/api/v1/logs", params=filters)).json()
    assert event["published"] == "2026-03-02T09:30:45.250Z"
    assert event["actor"]["alternateId"] == "admin@example.com"


async def test_what_is_begun_survives_pickling(okta, sandbox):
    path = await staged(okta)
    await okta.post(f"{path}/lifecycle/activate")
    sandbox.snapshots.take("begun")
    assert [pending.deed for pending in pickle.loads(pickle.dumps(sandbox.org)).pending][-1] == "activate"
    sandbox.snapshots.restore("begun")
    sandbox.clock.advance(sandbox.org.delay)
    assert await states(okta, path) == ("PROVISIONED", None)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_an_org_cannot_finish_before_it_begins(seconds):
    with pytest.raises(ValueError, match=f"not {seconds}"):
        Sandbox(asynchronous=seconds)


async def test_a_company_is_seeded_without_waiting(sandbox):
    assert sandbox.org.pending == []
    assert {user.transitioning_to for user in sandbox.org.users.values()} == {None}
