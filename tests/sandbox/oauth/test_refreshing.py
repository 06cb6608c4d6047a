"""Refresh tokens of the sandbox: used once each, forgiven for half a minute, and the end of a sign-in when reused."""

from datetime import timedelta

import pytest

READ = "okta.users.read"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def desk(sandbox):
    return sandbox.register_native_app("Desk", scopes=(READ,))


@pytest.fixture
def ask(http, desk):
    async def send(**form):
        return await http.post("/oauth2/v1/token", data={"client_id": desk.id, **form})

    return send


@pytest.fixture
async def first(http, sandbox, desk, ask):
    form = {"client_id": desk.id, "scope": f"{READ} offline_access"}
    begun = (await http.post("/oauth2/v1/device/authorize", data=form)).json()
    sandbox.approve_device(begun["user_code"], "admin@example.com")
    return (await ask(grant_type=DEVICE, device_code=begun["device_code"])).json()["refresh_token"]


async def refresh(ask, token, **more):
    return await ask(grant_type="refresh_token", refresh_token=token, **more)


async def test_each_is_used_once_and_has_a_successor(ask, first, http):
    answer = (await refresh(ask, first)).json()
    assert answer["refresh_token"] != first
    assert answer["scope"] == f"{READ} offline_access"
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert (await http.get("/api/v1/users/me", headers=headers)).json()["profile"]["login"] == "admin@example.com"
    assert (await refresh(ask, answer["refresh_token"], scope=READ)).json()["scope"] == READ


@pytest.mark.parametrize(("seconds", "status"), [(29, 200), (31, 400)])
async def test_one_that_is_sent_again_is_forgiven_for_half_a_minute(ask, first, sandbox, seconds, status):
    successor = (await refresh(ask, first)).json()["refresh_token"]
    sandbox.clock.advance(timedelta(seconds=seconds))
    assert (await refresh(ask, first)).status_code == status
    # Reuse means that there is a copy: then the successor ends as well.
    assert (await refresh(ask, successor)).status_code == status


@pytest.mark.parametrize("how", ["unknown", "other client", "more scopes", "suspended", "revoked"])
async def test_what_gets_no_token(ask, first, http, sandbox, desk, how):
    more, token, expected = {}, first, "invalid_grant"
    if how == "unknown":
        token = "never-issued"
    elif how == "other client":
        more = {"client_id": sandbox.register_native_app("Other", scopes=(READ,)).id}
    elif how == "more scopes":
        more, expected = {"scope": "okta.users.manage"}, "invalid_scope"
    elif how == "suspended":
        user = sandbox.org.user_by_login("admin@example.com")
        user.status = type(user.status).SUSPENDED
    else:
        answer = await http.post("/oauth2/v1/revoke", data={"token": first, "client_id": desk.id})
        assert answer.status_code == 200
    answer = await refresh(ask, token, **more)
    assert (answer.status_code, answer.json()["error"]) == (400, expected)


async def test_there_is_none_unless_it_was_asked_for(http, sandbox, desk, ask):
    begun = (await http.post("/oauth2/v1/device/authorize", data={"client_id": desk.id, "scope": READ})).json()
    sandbox.approve_device(begun["user_code"], "admin@example.com")
    assert "refresh_token" not in (await ask(grant_type=DEVICE, device_code=begun["device_code"])).json()
