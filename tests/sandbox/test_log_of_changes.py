"""What every change leaves in the System Log, and how the log is asked over HTTP."""

import pytest

USER = "wei.chen@example.com"
LIFECYCLE = f"/api/v1/users/{USER}/lifecycle"
CREDENTIALS = f"/api/v1/users/{USER}/credentials"
PROFILE = {"firstName": "R", "lastName": "V", "login": "rv@example.com", "email": "rv@example.com"}
PASSWORD = {"value": "Batt3ry-staple"}
QUESTION = {"question": "First pet?", "answer": "Parrot"}
GONE = [
    f"application.user_membership.remove {label}"
    for label in ("Mail Suite", "Expenses", "Team Wiki", "Code Hosting", "Remote Access")
]
GIVEN = [f"application.user_membership.add {label}" for label in ("Mail Suite", "Expenses")]


async def events_after(okta, sandbox, count):
    answer = await okta.get("/api/v1/logs?limit=1000&since=2026-03-01T00:00:00Z")
    return answer.json()[len(answer.json()) - (len(sandbox.org.log) - count) :]


def described(event):
    app = [target["displayName"] for target in event["target"] if target["type"] == "AppInstance"]
    return " ".join([event["eventType"], *app])


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/api/v1/users?activate=false", {"profile": PROFILE}, ["user.lifecycle.create", *GIVEN]),
        ("POST", "/api/v1/users", {"profile": PROFILE}, ["user.lifecycle.create", *GIVEN, "user.lifecycle.activate"]),
        (
            "POST",
            "/api/v1/users?nextLogin=changePassword",
            {"profile": PROFILE, "credentials": {"password": {"value": "Corr3ct-horse"}}},
            [
                "user.lifecycle.create",
                "user.account.update_password",
                *GIVEN,
                "user.lifecycle.activate",
                "user.account.expire_password",
            ],
        ),
        ("POST", f"/api/v1/users/{USER}", {"profile": {"title": "Archivist"}}, ["user.account.update_profile"]),
        ("POST", f"/api/v1/users/{USER}", {"credentials": {"password": PASSWORD}}, ["user.account.update_password"]),
        (
            "POST",
            f"/api/v1/users/{USER}",
            {"credentials": {"recovery_question": QUESTION}},
            ["user.account.update_profile"],
        ),
        ("POST", "/api/v1/users/greta.lund/lifecycle/activate", None, ["user.lifecycle.activate"]),
        ("POST", "/api/v1/users/hugo.ferreira/lifecycle/reactivate", None, ["user.lifecycle.reactivate"]),
        ("POST", f"{LIFECYCLE}/deactivate", None, ["user.lifecycle.deactivate", *GONE]),
        ("DELETE", f"/api/v1/users/{USER}", None, ["user.lifecycle.deactivate", *GONE]),
        (
            "DELETE",
            "/api/v1/users/olivia.grant",
            None,
            ["user.lifecycle.delete.initiated", "user.lifecycle.delete.completed"],
        ),
        ("POST", f"{LIFECYCLE}/suspend", None, ["user.lifecycle.suspend"]),
        ("POST", "/api/v1/users/emily.hart/lifecycle/unsuspend", None, ["user.lifecycle.unsuspend"]),
        ("POST", "/api/v1/users/felix.hartmann/lifecycle/unlock", None, ["user.account.unlock_by_admin"]),
        ("POST", f"{LIFECYCLE}/reset_password", None, ["user.account.reset_password"]),
        (
            "POST",
            f"{LIFECYCLE}/reset_password?revokeSessions=true",
            None,
            ["user.account.reset_password", "user.session.clear"],
        ),
        ("POST", f"{LIFECYCLE}/expire_password", None, ["user.account.expire_password"]),
        (
            "POST",
            f"{LIFECYCLE}/expire_password_with_temp_password",
            None,
            ["user.account.expire_password", "user.account.update_password"],
        ),
        ("POST", f"{LIFECYCLE}/reset_factors", None, ["user.mfa.factor.reset_all"]),
        ("POST", f"{CREDENTIALS}/forgot_password", None, ["user.account.reset_password"]),
        ("DELETE", "/api/v1/users/{user_id}/sessions", None, ["user.session.clear"]),
        ("POST", "/api/v1/groups", {"profile": {"name": "Night Shift"}}, ["group.lifecycle.create"]),
        ("PUT", "/api/v1/groups/{pilot}", {"profile": {"name": "Night Shift"}}, ["group.profile.update"]),
        ("DELETE", "/api/v1/groups/{pilot}", None, ["group.lifecycle.delete"]),
        ("PUT", "/api/v1/groups/{pilot}/users/{user_id}", None, ["group.user_membership.add"]),
        (
            "DELETE",
            "/api/v1/groups/{vpn}/users/{user_id}",
            None,
            ["group.user_membership.remove", "application.user_membership.remove Remote Access"],
        ),
    ],
)
async def test_a_change_writes_its_events_in_the_name_of_the_token_owner(okta, sandbox, method, path, body, expected):
    org = sandbox.org
    org.user(USER).recovery = org.user("grace.okafor").recovery
    target = path.format(
        user_id=org.user(USER).id,
        pilot=org.group_by_name("Aurora Pilot").id,
        vpn=org.group_by_name("VPN Users").id,
    )
    count = len(org.log)
    answer = await okta.request(method, target, json=body)
    assert answer.is_success, answer.text
    events = await events_after(okta, sandbox, count)
    assert [described(event) for event in events] == expected
    for event in events:
        assert event["actor"]["alternateId"] == "admin@example.com"
        assert event["actor"]["type"] == "User"
        assert event["transaction"] == {
            "type": "WEB",
            "id": answer.headers["x-okta-request-id"],
            "detail": {"requestApiTokenId": org.tokens[sandbox.api_token].id},
        }
        assert event["debugContext"]["debugData"]["requestUri"] == target.partition("?")[0]
        assert event["published"] == "2026-03-02T09:30:15.250Z"
        assert event["outcome"]["result"] == "SUCCESS"


async def test_a_membership_event_names_the_user_and_the_group(okta, sandbox):
    group, user = sandbox.org.group_by_name("Aurora Pilot"), sandbox.org.user(USER)
    count = len(sandbox.org.log)
    await okta.put(f"/api/v1/groups/{group.id}/users/{user.id}", headers={"User-Agent": "shift-planner/2"})
    (event,) = await events_after(okta, sandbox, count)
    assert [(target["type"], target["id"], target["displayName"]) for target in event["target"]] == [
        ("User", user.id, "Wei Chen"),
        ("UserGroup", group.id, "Aurora Pilot"),
    ]
    assert event["client"]["userAgent"]["rawUserAgent"] == "shift-planner/2"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/users/emily.hart/lifecycle/suspend"),
        ("POST", "/api/v1/users"),
        ("POST", "/api/v1/groups"),
        ("GET", "/api/v1/users"),
        ("POST", f"/api/v1/users/{USER}/lifecycle/unlock"),
    ],
)
async def test_what_is_refused_or_only_read_writes_nothing(okta, sandbox, method, path):
    count = len(sandbox.org.log)
    await okta.request(method, path)
    assert len(sandbox.org.log) == count


async def test_the_log_is_found_by_transaction(okta):
    request_id = (await okta.post(f"{LIFECYCLE}/suspend")).headers["x-okta-request-id"]
    found = await okta.get("/api/v1/logs", params={"filter": f'transaction.id eq "{request_id}"'})
    assert [event["eventType"] for event in found.json()] == ["user.lifecycle.suspend"]


async def test_a_bounded_log_ends_and_a_polled_one_goes_on(okta):
    def links(answer):
        return [line.rpartition("rel=")[2].strip('"') for line in answer.headers.get_list("link")]

    bounded = {"since": "2026-02-20T00:00:00Z", "until": "2026-03-03T00:00:00Z", "limit": "1000"}
    assert links(await okta.get("/api/v1/logs", params=bounded)) == ["self"]
    polled = await okta.get("/api/v1/logs?since=2027-01-01T00:00:00Z")
    assert polled.json() == []
    assert links(polled) == ["self", "next"]


async def test_log_pages_together_are_the_whole_log(okta):
    query = "/api/v1/logs?since=2026-02-20T00:00:00Z&until=2026-03-03T00:00:00Z&limit={}"
    whole = [event["uuid"] for event in (await okta.get(query.format(1000))).json()]
    found, url = [], query.format(40)
    while url:
        answer = await okta.get(url)
        found += [event["uuid"] for event in answer.json()]
        following = [line for line in answer.headers.get_list("link") if 'rel="next"' in line]
        url = following[0].split(">")[0][1:] if following else None
    assert found == whole
    assert len(whole) > 100


async def test_a_bad_log_query_has_the_logs_own_error_shape(okta):
    answer = await okta.get("/api/v1/logs", params={"filter": 'foo eq "bar"'})
    assert answer.status_code == 400
    error = answer.json()
    assert list(error) == ["errorCode", "errorSummary", "errorId", "errorCauses"]
    assert (error["errorCode"], error["errorSummary"]) == ("E0000053", "field is not valid: foo")
    assert error["errorId"].count("-") == 4
