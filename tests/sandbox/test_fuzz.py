"""Requests made up from the sandbox's own description, and expressions made up from Okta's grammars: no 500.

`SANDBOX_FUZZ_EXAMPLES` sets how many requests are made up for each endpoint.
"""

import os
from datetime import UTC, datetime

import anyio
import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okta_mcp.sandbox import Sandbox
from okta_mcp.sandbox.limits import DEFAULT_LIMITS

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = int(os.environ.get("SANDBOX_FUZZ_EXAMPLES", "8"))
BODY = "application/json"

pytestmark = pytest.mark.timeout(240)


def sandbox_of_its_own():
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return Sandbox(clock=lambda: moment, control=True, rate_limits=dict.fromkeys(DEFAULT_LIMITS, 10_000_000))


SHARED = sandbox_of_its_own()
ASKED = sandbox_of_its_own()
ORG = SHARED.org
KNOWN = {
    "user": [ORG.user(name).id for name in ("wei.chen", "greta.lund", "hugo.ferreira")] + ["me", "emily.hart"],
    "group": [group.id for group in list(ORG.groups.values())[:6]],
    "app": list(ORG.apps)[:4],
}
SCHEMA = schemathesis.openapi.from_asgi("/sandbox/openapi.json", SHARED.app, headers={"Host": "127.0.0.1"})


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Point half of the requests at objects that exist."""
    for name, values in KNOWN.items():
        text = str((path_parameters or {}).get(name, ""))
        if name in (path_parameters or {}) and len(text) % 2:
            path_parameters[name] = values[sum(map(ord, text)) % len(values)]
    return path_parameters


SHARED.snapshots.take("start")


def ask(case):
    """Send a case of schemathesis in this process, from the beginning if the last one was the administrator's end."""
    administrator = ORG.user_by_login("admin@example.com")
    present = administrator is not None and administrator.status == "ACTIVE" and ORG.is_admin(administrator)
    if not present or SHARED.api_token not in ORG.tokens:
        SHARED.snapshots.restore("start")
    return case.call(headers={"Authorization": f"SSWS {SHARED.api_token}"})


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
def test_no_request_that_fits_the_description_makes_the_sandbox_fail(case):
    answer = ask(case)
    assert answer.status_code != 500, answer.text
    # Of a sign-in it says that its state token is none.
    assert '"errorCode":"E0000011"' not in answer.text or case.path.startswith("/api/v1/authn/")


ATTRIBUTES = [
    "id",
    "status",
    "type",
    "type.id",
    "created",
    "lastUpdated",
    "lastMembershipUpdated",
    "activated",
    "profile.login",
    "profile.firstName",
    "profile.name",
    "profile.department",
    "profile.nothing",
    "name",
    "user.id",
    "group.id",
    "source.id",
    "eventType",
    "target.id",
    "actor.id",
    "outcome.result",
    "severity",
    "published",
    "debugContext.debugData.requestUri",
    "client.geographicalContext.country",
    "securityContext.asNumber",
    "x..y",
]
LITERALS = st.one_of(
    st.text(max_size=8).map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    st.sampled_from(
        ['"ACTIVE"', '"2026-01-01T00:00:00.000Z"', '"2026-13-99"', '""', "true", "null", "1", "1e999", "-0.5"]
    ),
    st.integers().map(str),
)
COMPARISONS = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from(ATTRIBUTES),
        st.sampled_from(["eq", "ne", "sw", "ew", "co", "gt", "ge", "lt", "le", "EQ", "in", "pr"]),
        LITERALS,
    ),
    st.sampled_from(ATTRIBUTES).map("{} pr".format),
)
EXPRESSIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or", "AND", "xor"]), inner),
        inner.map("({})".format),
        inner.map("not ({})".format),
    ),
    max_leaves=8,
)
BROKEN = st.builds(
    lambda text, at, put: text[: at % (len(text) + 1)] + put + text[at % (len(text) + 1) :],
    EXPRESSIONS,
    st.integers(0, 200),
    st.one_of(st.sampled_from(['"', "\\", "(", ")", " ", "[", "\x00", "\u202e", "🙂"]), st.text(max_size=3)),
)


def get(path, params):
    async def getting():
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=ASKED.app),
            base_url="https://sandbox.okta.example",
            headers={"Authorization": f"SSWS {ASKED.api_token}"},
        ) as client:
            return await client.get(path, params=params)

    return anyio.run(getting)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/api/v1/users", "search"),
        ("/api/v1/users", "filter"),
        ("/api/v1/groups", "search"),
        ("/api/v1/groups", "filter"),
        ("/api/v1/apps", "filter"),
        ("/api/v1/logs", "filter"),
    ],
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.one_of(EXPRESSIONS, BROKEN), sort=st.one_of(st.none(), st.sampled_from(ATTRIBUTES)))
def test_no_expression_makes_the_sandbox_fail(path, parameter, text, sort):
    params = {parameter: text} | ({"sortBy": sort} if sort and parameter == "search" else {})
    answer = get(path, params)
    assert answer.status_code in (200, 400), answer.text


@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/groups", "/api/v1/apps", "/api/v1/logs"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=30))
def test_no_keyword_makes_the_sandbox_fail(path, text):
    assert get(path, {"q": text}).status_code in (200, 400)


@pytest.mark.parametrize("depth", [30, 300, 1_500])
@pytest.mark.parametrize("shape", ["({})", "not ({})", "{} and id pr", '{} or (status eq "ACTIVE")'])
def test_no_depth_makes_the_sandbox_fail(depth, shape):
    before, after = shape.split("{}")
    answer = get("/api/v1/users", {"search": before * depth + "id pr" + after * depth})
    assert answer.status_code in (200, 400, 414)
