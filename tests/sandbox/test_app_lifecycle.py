"""Apps are made, changed, switched off and removed."""

import pytest

APPS = "/api/v1/apps"
BOOKMARK = {
    "name": "bookmark",
    "label": "Canteen",
    "signOnMode": "BOOKMARK",
    "settings": {"app": {"requestIntegration": False, "url": "https://canteen.example.com"}},
}
SAML = {
    "label": "Travel",
    "signOnMode": "SAML_2_0",
    "settings": {
        "signOn": {"ssoAcsUrl": "https://travel.example.com/acs", "audience": "https://travel.example.com"},
    },
}
OIDC = {
    "name": "oidc_client",
    "label": "Dashboard",
    "signOnMode": "OPENID_CONNECT",
    "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_post"}},
    "settings": {
        "oauthClient": {
            "redirect_uris": ["https://dash.example.com/callback"],
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "application_type": "web",
        }
    },
}
KEY = {"kty": "EC", "crv": "P-256", "kid": "k1", "alg": "ES256"} | {
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}


def error_of(answer):
    error = answer.json()
    return answer.status_code, error["errorCode"], [cause["errorSummary"] for cause in error["errorCauses"]]


async def made(okta, body):
    answer = await okta.post(APPS, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def client(**changes):
    return {**OIDC, "settings": {"oauthClient": {**OIDC["settings"]["oauthClient"], **changes}}}


@pytest.mark.parametrize(("body", "name"), [(BOOKMARK, "bookmark"), (SAML, "template_saml_2_0"), (OIDC, "oidc_client")])
async def test_an_app_is_made(okta, body, name):
    app = await made(okta, body)
    assert (app["name"], app["label"], app["signOnMode"]) == (name, body["label"], body["signOnMode"])
    assert (app["status"], "deactivate" in app["_links"]) == ("ACTIVE", True)
    for part, settings in body["settings"].items():
        assert app["settings"][part] == settings
    assert (await okta.get(f"{APPS}/{app['id']}")).json() == app
    assert app["id"] in {one["id"] for one in (await okta.get(f"{APPS}?q={body['label']}")).json()}


async def test_an_app_can_be_made_inactive(okta):
    answer = await okta.post(f"{APPS}?activate=false", json=BOOKMARK)
    assert answer.json()["status"] == "INACTIVE"


@pytest.mark.parametrize(
    ("kind", "method", "has_secret"),
    [("web", "client_secret_basic", True), ("browser", "none", False), ("native", "none", False)],
)
async def test_only_a_client_that_keeps_a_secret_is_told_one(okta, kind, method, has_secret):
    body = {**client(application_type=kind), "credentials": {}}
    app = await made(okta, body)
    shown = app["credentials"]["oauthClient"]
    assert (shown["client_id"], shown["token_endpoint_auth_method"]) == (app["id"], method)
    assert ("client_secret" in shown) is has_secret


async def test_a_service_app_is_an_oauth_client_at_once(okta, sandbox):
    body = client(application_type="service", grant_types=["client_credentials"], jwks={"keys": [KEY]})
    app = await made(okta, body)
    assert sandbox.org.oauth.clients[app["id"]].application_type == "service"
    await okta.post(f"{APPS}/{app['id']}/lifecycle/deactivate")
    await okta.delete(f"{APPS}/{app['id']}")
    assert app["id"] not in sandbox.org.oauth.clients


async def test_a_native_app_for_devices_is_an_oauth_client_at_once(okta, sandbox):
    device = "urn:ietf:params:oauth:grant-type:device_code"
    app = await made(okta, client(application_type="native", grant_types=[device]))
    assert sandbox.org.oauth.clients[app["id"]].application_type == "native"


@pytest.mark.parametrize(
    ("body", "subject"),
    [
        ({**BOOKMARK, "label": " "}, "label"),
        ({**BOOKMARK, "label": "x" * 101}, "label"),
        ({**BOOKMARK, "signOnMode": "CARRIER_PIGEON"}, "signOnMode"),
        ({**BOOKMARK, "signOnMode": None}, "signOnMode"),
        ({**BOOKMARK, "name": "oidc_client"}, "name"),
        ({**BOOKMARK, "settings": {}}, "settings.app.url"),
        ({**BOOKMARK, "settings": {"app": {"url": "canteen"}}}, "settings.app.url"),
        ({**BOOKMARK, "settings": {"app": {"url": "https://[x"}}}, "settings.app.url"),
        ({**SAML, "settings": {}}, "settings.signOn.ssoAcsUrl"),
        ({**SAML, "settings": {"signOn": {"ssoAcsUrl": "https://a.example.com"}}}, "settings.signOn.audience"),
        (client(application_type="desktop"), "settings.oauthClient.application_type"),
        (client(grant_types=[]), "settings.oauthClient.grant_types"),
        (client(grant_types="code"), "settings.oauthClient.grant_types"),
        (client(grant_types=["telepathy"]), "settings.oauthClient.grant_types"),
        (client(redirect_uris=[]), "settings.oauthClient.redirect_uris"),
        (client(redirect_uris=["nowhere"]), "settings.oauthClient.redirect_uris"),
        (client(response_types=["smoke"]), "settings.oauthClient.response_types"),
        (client(application_type="service"), "settings.oauthClient.grant_types"),
        (client(application_type="service", grant_types=["client_credentials"]), "settings.oauthClient.jwks"),
        (
            {**OIDC, "credentials": {"oauthClient": {"token_endpoint_auth_method": "handshake"}}},
            "credentials.oauthClient.token_endpoint_auth_method",
        ),
    ],
)
async def test_an_app_okta_would_refuse_is_refused(okta, sandbox, body, subject):
    count = len(sandbox.org.apps)
    answer = await okta.post(APPS, json=body)
    assert error_of(answer)[:2] == (400, "E0000001")
    assert answer.json()["errorSummary"] == f"Api validation failed: {subject}"
    assert len(sandbox.org.apps) == count


@pytest.mark.parametrize(
    "body", [{**BOOKMARK, "colour": "red"}, {**BOOKMARK, "settings": []}, {**BOOKMARK, "visibility": 1}]
)
async def test_an_app_of_the_wrong_shape_is_not_well_formed(okta, body):
    assert error_of(await okta.post(APPS, json=body))[:2] == (400, "E0000003")


async def test_an_app_is_replaced_but_stays_of_its_kind(okta, clock):
    app = await made(okta, BOOKMARK)
    path = f"{APPS}/{app['id']}"
    clock.forward(minutes=5)
    body = {**app, "label": "Bistro", "settings": {"app": {"url": "https://bistro.example.com"}}}
    changed = (await okta.put(path, json=body)).json()
    assert (changed["label"], changed["settings"]["app"]["url"]) == ("Bistro", "https://bistro.example.com")
    assert changed["lastUpdated"] == "2026-03-02T09:35:15.000Z"
    refused = await okta.put(path, json={**SAML, "name": "bookmark"})
    assert error_of(refused)[2] == ["signOnMode: The kind of an app cannot be changed"]


async def test_a_hidden_app_says_so_on_its_tile(okta, sandbox):
    app = await made(okta, {**BOOKMARK, "visibility": {"hide": {"iOS": True, "web": True}}})
    user = sandbox.org.user_by_login("wei.chen@example.com").id
    await okta.post(f"{APPS}/{app['id']}/users", json={"id": user})
    tiles = {tile["label"]: tile["hidden"] for tile in (await okta.get(f"/api/v1/users/{user}/appLinks")).json()}
    assert (tiles["Canteen"], tiles["Team Wiki"]) == (True, False)


async def test_an_inactive_app_has_no_tiles_and_keeps_its_users(okta, sandbox):
    app = sandbox.org.app_by_label("Team Wiki")
    path = f"{APPS}/{app.id}"

    async def labels():
        return {tile["label"] for tile in (await okta.get("/api/v1/users/wei.chen/appLinks")).json()}

    for operation, status, is_shown in (("deactivate", "INACTIVE", False), ("activate", "ACTIVE", True)):
        # Twice is no error.
        for _ in range(2):
            answer = await okta.post(f"{path}/lifecycle/{operation}")
            assert (answer.status_code, answer.json()) == (200, {})
        assert (await okta.get(path)).json()["status"] == status
        assert ("Team Wiki" in await labels()) is is_shown
    events = (await okta.get('/api/v1/logs?filter=eventType sw "application.lifecycle"')).json()
    assert [event["eventType"] for event in events] == [
        "application.lifecycle.deactivate",
        "application.lifecycle.activate",
    ]


async def test_only_an_inactive_app_is_deleted(okta, sandbox):
    path = f"{APPS}/{sandbox.org.app_by_label('Payroll').id}"
    answer = await okta.delete(path)
    assert error_of(answer) == (403, "E0000056", [])
    assert answer.json()["errorSummary"] == "Delete application forbidden."
    await okta.post(f"{path}/lifecycle/deactivate")
    answer = await okta.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await okta.get(path)).status_code == 404
    finance = sandbox.org.group_by_name("Finance").id
    assert "Payroll" not in {app["label"] for app in (await okta.get(f"/api/v1/groups/{finance}/apps")).json()}


async def test_the_groups_of_a_deleted_directory_go_with_it(okta, sandbox):
    path = f"{APPS}/{sandbox.org.app_by_label('Active Directory').id}"
    await okta.post(f"{path}/lifecycle/deactivate")
    assert (await okta.delete(path)).status_code == 204
    assert (await okta.get("/api/v1/groups", params={"filter": 'type eq "APP_GROUP"'})).json() == []


@pytest.mark.parametrize(
    ("method", "tail"),
    [("PUT", ""), ("DELETE", ""), ("POST", "/lifecycle/activate"), ("POST", "/lifecycle/deactivate")],
)
async def test_an_unknown_app_is_not_found(okta, method, tail):
    answer = await okta.request(method, f"{APPS}/0oaX{tail}")
    assert answer.json()["errorSummary"] == "Not found: Resource not found: 0oaX (AppInstance)"
