"""A device gets a token once a person has approved it elsewhere."""

import uuid

import jwt
import pytest

from .conftest import BASE_URL, Application

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
WEI = "wei.chen@example.com"
SCOPES = ("okta.users.read", "okta.users.manage.self")


class Tablet:
    """A native app on a device."""

    def __init__(self, http, client) -> None:
        self.http = http
        self.client = client

    async def begin(self, scope="okta.users.read", **changed):
        form = {"client_id": self.client.id, "scope": scope, **changed}
        sent = {name: value for name, value in form.items() if value is not None}
        return await self.http.post("/oauth2/v1/device/authorize", data=sent)

    async def poll(self, device_code, client=None):
        form = {"grant_type": DEVICE_CODE, "device_code": device_code, "client_id": (client or self.client).id}
        return await self.http.post("/oauth2/v1/token", data=form)


@pytest.fixture
def tablet(http, sandbox):
    return Tablet(http, sandbox.register_native_app("Tablet", scopes=SCOPES))


async def test_a_device_is_given_two_codes(tablet):
    answer = await tablet.begin()
    body = answer.json()
    assert answer.status_code == 200
    assert str(uuid.UUID(body["device_code"])) == body["device_code"]
    assert (len(body["user_code"]), body["user_code"].isalpha(), body["user_code"].isupper()) == (8, True, True)
    assert body["verification_uri"] == f"{BASE_URL}/activate"
    assert body["verification_uri_complete"] == f"{BASE_URL}/activate?user_code={body['user_code']}"
    assert (body["expires_in"], body["interval"]) == (600, 5)


async def test_an_approved_device_acts_for_the_person(tablet, sandbox, clock):
    begun = (await tablet.begin()).json()
    waiting = await tablet.poll(begun["device_code"])
    assert (waiting.status_code, waiting.json()["error"]) == (400, "authorization_pending")
    sandbox.approve_device(begun["user_code"].lower(), WEI)
    clock.forward(seconds=5)
    answer = await tablet.poll(begun["device_code"])
    assert (answer.status_code, answer.json()["token_type"], answer.json()["scope"]) == (
        200,
        "Bearer",
        "okta.users.read",
    )
    token = answer.json()["access_token"]
    claims = jwt.decode(token, options={"verify_signature": False})
    wei = sandbox.org.user_by_login(WEI)
    assert (claims["sub"], claims["uid"], claims["cid"]) == (WEI, wei.id, tablet.client.id)
    me = await tablet.http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["id"] == wei.id
    clock.forward(seconds=10)
    assert (await tablet.poll(begun["device_code"])).json()["error"] == "invalid_grant"


async def test_a_device_that_asks_too_often_has_to_slow_down(tablet, sandbox, clock):
    begun = (await tablet.begin()).json()
    seen = []
    for seconds in (0, 4, 9, 10, 14, 15):
        clock.forward(seconds=seconds)
        seen.append((await tablet.poll(begun["device_code"])).json()["error"])
    assert seen == [
        "authorization_pending",
        "slow_down",  # after 4 s of 5
        "slow_down",  # after 9 s of 10
        "slow_down",  # after 10 s of 15
        "slow_down",  # after 14 s of 20
        "slow_down",  # after 15 s of 25
    ]
    clock.forward(seconds=30)
    sandbox.approve_device(begun["user_code"], WEI)
    assert (await tablet.poll(begun["device_code"])).status_code == 200


async def test_a_device_that_is_refused_is_told_once(tablet, sandbox, clock):
    begun = (await tablet.begin()).json()
    sandbox.deny_device(begun["user_code"])
    assert (await tablet.poll(begun["device_code"])).json()["error"] == "access_denied"
    clock.forward(seconds=5)
    assert (await tablet.poll(begun["device_code"])).json()["error"] == "invalid_grant"


async def test_codes_expire_after_ten_minutes(tablet, sandbox, clock):
    begun = (await tablet.begin()).json()
    clock.forward(minutes=10)
    assert (await tablet.poll(begun["device_code"])).json()["error"] == "expired_token"
    with pytest.raises(KeyError, match=begun["user_code"]):
        sandbox.approve_device(begun["user_code"], WEI)


async def test_a_device_code_belongs_to_its_app(tablet, sandbox):
    begun = (await tablet.begin()).json()
    sandbox.approve_device(begun["user_code"], WEI)
    other = sandbox.register_native_app("Another", scopes=SCOPES)
    assert (await tablet.poll(begun["device_code"], other)).json()["error"] == "invalid_grant"
    assert (await tablet.poll(begun["device_code"])).status_code == 200


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"client_id": None}, (400, "invalid_request")),
        ({"client_id": "0oa00000000000000000"}, (401, "invalid_client")),
        ({"scope": None}, (400, "invalid_scope")),
        ({"scope": "okta.nothing.read"}, (400, "invalid_scope")),
        ({"scope": "okta.groups.read"}, (400, "consent_required")),
    ],
)
async def test_a_device_has_to_ask_well(tablet, changed, expected):
    answer = await tablet.begin(**changed)
    assert (answer.status_code, answer.json()["error"]) == expected


async def test_a_poll_without_code_is_refused(tablet):
    answer = await tablet.poll("")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_service_app_is_no_device(app):
    form = {
        "client_id": app.record.id,
        "scope": "okta.users.read",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": app.assertion(aud=f"{BASE_URL}/oauth2/v1/device/authorize"),
    }
    answer = await app.http.post("/oauth2/v1/device/authorize", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


async def token_of(tablet, sandbox, login, scope):
    begun = (await tablet.begin(scope)).json()
    sandbox.approve_device(begun["user_code"], login)
    return (await tablet.poll(begun["device_code"])).json()["access_token"]


async def test_a_token_is_not_cut_down_to_the_roles_of_its_user(tablet, sandbox):
    token = await token_of(tablet, sandbox, WEI, "okta.users.read")
    answer = await tablet.http.get("/api/v1/users", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000006")


async def test_the_scope_for_oneself_is_good_for_oneself(tablet, sandbox):
    token = await token_of(tablet, sandbox, "admin@example.com", "okta.users.manage.self")
    headers = {"Authorization": f"Bearer {token}"}
    for method, path, status in (
        ("GET", "/api/v1/users/me", 200),
        ("GET", "/api/v1/users/admin@example.com", 200),
        ("GET", "/api/v1/users/wei.chen@example.com", 403),
        ("GET", "/api/v1/users", 403),
        ("POST", "/api/v1/users/me", 200),
        ("DELETE", "/api/v1/users/me", 403),
        ("POST", "/api/v1/users/me/lifecycle/suspend", 403),
    ):
        body = {"json": {"profile": {"title": "Chief"}}} if method == "POST" and path.endswith("me") else {}
        answer = await tablet.http.request(method, path, headers=headers, **body)
        assert (path, answer.status_code) == (path, status)


async def test_who_is_no_administrator_changes_nobody_else(tablet, sandbox):
    token = await token_of(tablet, sandbox, WEI, "okta.users.manage.self")
    headers = {"Authorization": f"Bearer {token}"}
    body = {"profile": {"title": "Chief"}}
    assert (await tablet.http.post("/api/v1/users/me", json=body, headers=headers)).json()["profile"][
        "title"
    ] == "Chief"
    assert (await tablet.http.post("/api/v1/users/admin", json=body, headers=headers)).status_code == 403


@pytest.mark.parametrize("lifecycle", ["suspend", "deactivate"])
async def test_a_token_goes_with_its_user(tablet, sandbox, okta, lifecycle):
    token = await token_of(tablet, sandbox, WEI, "okta.users.read")
    await okta.post(f"/api/v1/users/{WEI}/lifecycle/{lifecycle}")
    answer = await tablet.http.get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert 'error_description="The access token has been revoked."' in answer.headers["www-authenticate"]


async def test_the_log_names_the_person_and_the_app(tablet, sandbox):
    token = await token_of(tablet, sandbox, WEI, "okta.users.manage.self")
    headers = {"Authorization": f"Bearer {token}"}
    answer = await tablet.http.post("/api/v1/users/me", json={"profile": {"title": "Chief"}}, headers=headers)
    (event,) = sandbox.org.log.query(
        {"filter": f'transaction.id eq "{answer.headers["x-okta-request-id"]}"'}, sandbox.org.now()
    ).events
    assert (event["actor"]["type"], event["actor"]["alternateId"], event["client"]["id"]) == (
        "User",
        WEI,
        tablet.client.id,
    )


async def test_a_device_may_bind_its_token_to_a_key(tablet, sandbox, http, clock):
    prover = Application(http, clock, tablet.client)
    begun = (await tablet.begin()).json()
    sandbox.approve_device(begun["user_code"], WEI)
    form = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"], "client_id": tablet.client.id}
    challenged = await http.post("/oauth2/v1/token", data=form, headers={"DPoP": prover.proof()})
    assert challenged.json()["error"] == "use_dpop_nonce"
    proof = prover.proof(nonce=challenged.headers["dpop-nonce"])
    answer = await http.post("/oauth2/v1/token", data=form, headers={"DPoP": proof})
    assert answer.json()["token_type"] == "DPoP"
    assert (await prover.call_bound("GET", "/api/v1/users/me", answer.json()["access_token"])).status_code == 200
