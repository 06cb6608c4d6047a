"""Whatever happens, rules and memberships agree; and the same requests give the same org."""

import pickle
from datetime import UTC, datetime, timedelta

import anyio
import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from okta_mcp.sandbox import Sandbox

USERS = ["wei.chen", "ada.byrne", "greta.lund", "emily.hart", "olivia.grant"]
GROUPS = ["Aurora Pilot", "Contractors"]
EXPRESSIONS = [
    'user.department == "Sales"',
    'user.city == "Lyon" or user.city == null',
    'isMemberOfGroupName("Contractors")',
    'not String.startsWith(user.department, "S")',
]
RATES = dict.fromkeys(("users", "user", "user changes", "groups", "group", "apps", "app", "logs", "other"), 1_000_000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("rule"), st.integers(0, 2), st.sampled_from(["activate", "deactivate"])),
        st.tuples(st.sampled_from(["PUT", "DELETE"]), st.sampled_from(GROUPS), st.sampled_from(USERS)),
        st.tuples(st.just("department"), st.sampled_from(USERS), st.sampled_from(["Sales", "IT"])),
        st.tuples(st.just("city"), st.sampled_from(USERS), st.sampled_from(["Lyon", "Oslo"])),
        st.tuples(st.just("life"), st.sampled_from(USERS), st.sampled_from(["activate", "deactivate", "suspend"])),
        st.tuples(st.just("wait"), st.just(""), st.just("")),
    ),
    max_size=20,
)
RULES = st.lists(st.tuples(st.sampled_from(EXPRESSIONS), st.sampled_from(GROUPS)), min_size=3, max_size=3)


def played(rules, steps, delay):
    """Make an org with three rules, and let the steps happen to it."""
    moment = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    sandbox = Sandbox(clock=lambda: moment, rate_limits=RATES, asynchronous=delay)
    org = sandbox.org
    ids = {name: org.user(name).id for name in USERS}
    groups = {name: org.group_by_name(name).id for name in GROUPS}

    async def play():
        nonlocal moment
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=sandbox.app),
            base_url="https://sandbox.okta.example",
            headers={"Authorization": f"SSWS {sandbox.api_token}"},
        ) as okta:
            made = []
            for number, (expression, group) in enumerate(rules):
                body = {
                    "name": f"Rule {number}",
                    "conditions": {"expression": {"value": expression}},
                    "actions": {"assignUserToGroups": {"groupIds": [groups[group]]}},
                }
                made.append((await okta.post("/api/v1/groups/rules", json=body)).json()["id"])
            for kind, first, second in steps:
                match kind:
                    case "rule":
                        answer = await okta.post(f"/api/v1/groups/rules/{made[first]}/lifecycle/{second}")
                    case "PUT" | "DELETE":
                        answer = await okta.request(kind, f"/api/v1/groups/{groups[first]}/users/{ids[second]}")
                    case "life":
                        answer = await okta.post(f"/api/v1/users/{ids[first]}/lifecycle/{second}")
                    case "wait":
                        moment += timedelta(seconds=20)
                        answer = await okta.get("/api/v1/org")
                    case _:
                        answer = await okta.post(f"/api/v1/users/{ids[first]}", json={"profile": {kind: second}})
                assert answer.status_code < 500, answer.text

    anyio.run(play)
    return sandbox


@settings(max_examples=40, deadline=None)
@given(rules=RULES, steps=STEPS)
def test_members_by_rule_are_members_whom_a_rule_describes(rules, steps):
    org = played(rules, steps, None).org
    for group in org.groups.values():
        assert set(group.by_rule) <= set(group.members)
        for user_id, holders in group.by_rule.items():
            assert holders
            assert len(set(holders)) == len(holders)
            for rule_id in holders:
                assert group.id in org.rules[rule_id].group_ids
                assert user_id not in org.rules[rule_id].excluded_users
    for rule in org.rules.values():
        # A rule that asks for attributes only has put everybody there whom it describes.
        if rule.status == "ACTIVE" and rule.expression == EXPRESSIONS[0]:
            members = set(org.groups[rule.group_ids[0]].members)
            for user in org.users.values():
                if user.status != "DEPROVISIONED" and user.profile.get("department") == "Sales":
                    assert user.id in members or user.id in rule.excluded_users


@settings(max_examples=15, deadline=None)
@given(rules=RULES, steps=STEPS, delay=st.sampled_from([None, 10, 30]))
def test_the_same_requests_give_the_same_org(rules, steps, delay):
    first, second = played(rules, steps, delay).org, played(rules, steps, delay).org
    copy = pickle.loads(pickle.dumps(first))
    assert [(one.due, one.deed, one.user_id) for one in copy.pending] == [
        (one.due, one.deed, one.user_id) for one in second.pending
    ]
    for part in ("rules", "groups", "apps"):
        assert getattr(first, part) == getattr(second, part)
    assert {user.id: (user.status, user.profile, user.revision) for user in first.users.values()} == {
        user.id: (user.status, user.profile, user.revision) for user in second.users.values()
    }
    assert first.ids.new("00u") == second.ids.new("00u")
