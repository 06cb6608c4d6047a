"""Whatever is sent, Okta answers, and the org stays of one piece."""

import json
from datetime import UTC, datetime

import anyio
import httpx2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_mcp.sandbox import Sandbox

USERS = ["wei.chen", "greta.lund", "hugo.ferreira", "felix.hartmann", "emily.hart", "olivia.grant", "noah.ellis"]
OPERATIONS = [
    "activate",
    "reactivate",
    "deactivate",
    "suspend",
    "unsuspend",
    "unlock",
    "reset_password",
    "expire_password",
    "expire_password_with_temp_password",
    "reset_factors",
]
ROOTS = ["users", "users/me", "users/wei.chen", "groups", "apps", "logs", "org", "meta/types/user", "realms", "x"]
TAILS = [
    "",
    "/groups",
    "/appLinks",
    "/sessions",
    "/users",
    "/lifecycle/suspend",
    "/credentials/change_password",
    "/credentials/change_recovery_question",
    "/credentials/forgot_password_recovery_question",
]
PARAMETERS = [
    "limit",
    "after",
    "q",
    "search",
    "filter",
    "sortBy",
    "sortOrder",
    "fields",
    "expand",
    "since",
    "until",
    "activate",
    "sendEmail",
    "strict",
    "nextLogin",
    "provider",
]
VALUES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "true",
            "5",
            "-1",
            "asc",
            'status eq "ACTIVE"',
            "id pr",
            "status",
            "profile.lastName",
            "2026-01-01T00:00:00Z",
            "id,profile:(login)",
            "9" * 5000,
            "00u9U6wfPyULV9u1U5d7",
        ]
    ),
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
)
KEYS = st.one_of(
    st.text(max_size=5),
    st.sampled_from(
        [
            "profile",
            "credentials",
            "password",
            "value",
            "hash",
            "algorithm",
            "salt",
            "saltOrder",
            "recovery_question",
            "question",
            "answer",
            "provider",
            "groupIds",
            "type",
            "id",
            "realmId",
            "login",
            "email",
            "firstName",
            "name",
            "oldPassword",
            "newPassword",
        ]
    ),
)
BODIES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
RATES = dict.fromkeys(("users", "user", "user changes", "groups", "group", "apps", "app", "logs", "other"), 1_000_000)


def sandbox_of_its_own():
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return Sandbox(clock=lambda: moment, rate_limits=RATES)


def send(sandbox, *requests):
    """Send requests one after the other; return the answers."""

    async def sending():
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=sandbox.app),
            base_url="https://sandbox.okta.example",
            headers={"Authorization": f"SSWS {sandbox.api_token}"},
        ) as client:
            return [await client.request(method, path, **more) for method, path, more in requests]

    return anyio.run(sending)


SHARED = sandbox_of_its_own()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    root=st.sampled_from(ROOTS),
    tail=st.sampled_from(TAILS),
    params=st.dictionaries(st.sampled_from(PARAMETERS), VALUES, max_size=3),
    body=st.one_of(st.none(), BODIES, st.fixed_dictionaries({"profile": BODIES, "credentials": BODIES})),
)
def test_no_request_makes_the_sandbox_fail(method, root, tail, params, body):
    # Kept alive, for the token of the administrator goes with them.
    if (method, root, tail) == ("DELETE", "users/me", ""):
        method = "GET"
    (answer,) = send(SHARED, (method, f"/api/v1/{root}{tail}", {"params": params, "json": body}))
    assert answer.status_code < 500, answer.text
    if answer.status_code == 204:
        assert answer.content == b""
    else:
        assert answer.headers["content-type"] == "application/json"
        document = json.loads(answer.content)
        if answer.is_error:
            assert document["errorCode"] in answer.text
            assert isinstance(document["errorCauses"], list)
    assert len(answer.headers["x-okta-request-id"]) == 32


# Requests to the other one may suspend or delete whoever sends them.
FOR_BYTES = sandbox_of_its_own()


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=60))
def test_no_bytes_make_the_sandbox_fail(content):
    headers = {"Content-Type": "application/json"}
    (answer,) = send(FOR_BYTES, ("POST", "/api/v1/groups", {"content": content, "headers": headers}))
    assert answer.status_code in (200, 400)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("POST"), st.sampled_from(USERS), st.sampled_from(OPERATIONS)),
        st.tuples(st.just("DELETE"), st.sampled_from(USERS), st.just("")),
        st.tuples(
            st.sampled_from(["PUT", "DELETE"]), st.sampled_from(USERS), st.sampled_from(["Sales", "IT", "Finance"])
        ),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_after_any_changes_apps_follow_groups_and_status(steps):
    sandbox = sandbox_of_its_own()
    org = sandbox.org
    ids = {name: org.user(name).id for name in USERS}
    direct = {
        (app.id, user_id) for app in org.apps.values() for user_id, a in app.assignments.items() if a.scope == "USER"
    }
    requests = []
    for method, name, what in steps:
        if what in ("Sales", "IT", "Finance"):
            path = f"/api/v1/groups/{org.group_by_name(what).id}/users/{ids[name]}"
        elif method == "DELETE":
            path = f"/api/v1/users/{ids[name]}"
        else:
            path = f"/api/v1/users/{ids[name]}/lifecycle/{what}"
        requests.append((method, path, {}))
    assert all(answer.status_code < 500 for answer in send(sandbox, *requests))

    everyone = org.group_by_name("Everyone")
    assert everyone.members == set(org.users)
    for group in org.groups.values():
        assert group.members <= set(org.users)
    for app in org.apps.values():
        members = {member for group_id in app.group_ids for member in org.groups[group_id].members}
        for user_id, user in org.users.items():
            assigned = user_id in app.assignments
            if user.status == "DEPROVISIONED":
                assert not assigned
                assert user.password is None
            elif user_id in members:
                assert assigned
            elif assigned:
                assert (app.id, user_id) in direct
        assert set(app.assignments) <= set(org.users)
