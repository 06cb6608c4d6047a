"""What the System Log hears beside changes: limits that are exceeded, and what a change was."""

import pytest

from okta_mcp.sandbox import Sandbox

USER = "/api/v1/users/wei.chen"


async def found(okta, event_type):
    params = {"filter": f'eventType eq "{event_type}"', "since": "2026-03-02T09:30:15Z"}
    return (await okta.get("/api/v1/logs", params=params)).json()


@pytest.fixture
def sandbox(clock):
    return Sandbox(clock=clock, rate_limits={"user": 4})


async def test_the_first_request_too_many_is_logged_and_the_others_are_not(okta, clock):
    answers = [await okta.get(USER) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 3
    (event,) = await found(okta, "system.org.rate_limit.violation")
    assert event["outcome"] == {"result": "RATE_LIMIT", "reason": "user"}
    assert (event["actor"]["type"], event["severity"]) == ("SystemPrincipal", "WARN")
    assert event["transaction"]["id"] == answers[4].headers["x-okta-request-id"]
    clock.forward(minutes=1)
    for _ in range(6):
        await okta.get(USER)
    assert len(await found(okta, "system.org.rate_limit.violation")) == 2


async def test_an_update_says_what_was_changed_from_what_to_what(okta):
    before = (await okta.get(USER)).json()["profile"]
    await okta.post(USER, json={"profile": {"title": "Archivist", "nickName": "W", "city": None}})
    (event,) = await found(okta, "user.account.update_profile")
    assert event["target"][0]["changeDetails"] == {
        "from": {"title": before["title"], "city": before["city"], "nickName": None},
        "to": {"title": "Archivist", "city": None, "nickName": "W"},
    }


async def test_an_update_that_changes_no_attribute_has_no_details(okta):
    await okta.post(USER, json={"profile": {}})
    (event,) = await found(okta, "user.account.update_profile")
    assert "changeDetails" not in event["target"][0]


@pytest.mark.parametrize("key", ["wei.chen", "wei.chen@example.com"])
async def test_deactivating_twice_names_the_user_as_asked_for(okta, key):
    path = f"/api/v1/users/{key}/lifecycle/deactivate"
    await okta.post(path)
    answer = await okta.post(path)
    assert (answer.status_code, answer.json()["errorSummary"]) == (404, f"Not found: Resource not found: {key} (User)")


async def test_the_token_of_a_suspended_owner_rests(okta, sandbox):
    own = {"Authorization": f"SSWS {sandbox.issue_token('wei.chen@example.com')}"}
    me = "/api/v1/users/me"
    assert (await okta.get(me, headers=own)).status_code == 200
    await okta.post(f"{USER}/lifecycle/suspend")
    refused = await okta.get(me, headers=own)
    assert (refused.status_code, refused.json()["errorCode"]) == (401, "E0000011")
    await okta.post(f"{USER}/lifecycle/unsuspend")
    assert (await okta.get(me, headers=own)).status_code == 200
