"""Who is in a group, and who may be put in or taken out."""

import pytest


def ids(sandbox, group, login):
    return sandbox.org.group_by_name(group).id, sandbox.org.user_by_login(login).id


async def test_members_are_added_and_removed_as_often_as_one_likes(okta, sandbox, clock):
    group, user = ids(sandbox, "Aurora Pilot", "wei.chen@example.com")
    path = f"/api/v1/groups/{group}/users/{user}"
    before = (await okta.get(f"/api/v1/groups/{group}")).json()
    clock.forward(hours=1)
    for method, members in (("PUT", [user]), ("PUT", [user]), ("DELETE", []), ("DELETE", [])):
        answer = await okta.request(method, path)
        assert (answer.status_code, answer.content, "content-type" in answer.headers) == (204, b"", False)
        found = (await okta.get(f"/api/v1/groups/{group}/users")).json()
        assert [member["id"] for member in found] == members
    after = (await okta.get(f"/api/v1/groups/{group}")).json()
    assert after["lastMembershipUpdated"] == "2026-03-02T10:30:15.000Z" != before["lastMembershipUpdated"]
    assert after["lastUpdated"] == before["lastUpdated"]


async def test_a_repeated_membership_change_changes_nothing(okta, sandbox, clock):
    group, user = ids(sandbox, "IT", "wei.chen@example.com")
    before, events = (await okta.get(f"/api/v1/groups/{group}")).json(), len(sandbox.org.log)
    clock.forward(hours=1)
    assert (await okta.put(f"/api/v1/groups/{group}/users/{user}")).status_code == 204
    assert (await okta.get(f"/api/v1/groups/{group}")).json() == before
    assert len(sandbox.org.log) == events


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize(("group", "expected"), [("Domain Users", (403, "E0000006")), ("Everyone", (501, "E0000060"))])
async def test_membership_of_other_groups_than_oktas_own_is_refused(okta, sandbox, method, group, expected):
    group_id, user = ids(sandbox, group, "viktor.szabo@example.com")
    answer = await okta.request(method, f"/api/v1/groups/{group_id}/users/{user}")
    assert (answer.status_code, answer.json()["errorCode"]) == expected
    assert user in sandbox.org.groups[group_id].members


@pytest.mark.parametrize("status", ["STAGED", "PROVISIONED", "SUSPENDED", "LOCKED_OUT", "RECOVERY"])
async def test_users_in_other_statuses_are_added_and_removed(okta, sandbox, person_in, status):
    group, user = sandbox.org.group_by_name("Aurora Pilot"), await person_in(status)
    path = f"/api/v1/groups/{group.id}/users/{user}"
    assert (await okta.put(path)).status_code == 204
    assert user in group.members
    assert (await okta.delete(path)).status_code == 204
    assert user not in group.members


async def test_a_deactivated_user_can_be_removed_but_not_added(okta, sandbox):
    group, user = ids(sandbox, "Sales", "olivia.grant@example.com")
    path = f"/api/v1/groups/{group}/users/{user}"
    members = (await okta.get(f"/api/v1/groups/{group}/users")).json()
    assert "DEPROVISIONED" in {member["status"] for member in members}
    assert (await okta.delete(path)).status_code == 204
    answer = await okta.put(path)
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "E0000038")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_the_group_is_looked_up_before_the_user(okta, sandbox, method):
    group, user = ids(sandbox, "IT", "wei.chen@example.com")
    for path, missing in (
        ("00gX/users/00uX", "00gX (UserGroup)"),
        (f"00gX/users/{user}", "00gX (UserGroup)"),
        (f"{group}/users/00uX", "00uX (User)"),
        (f"{group}/users/wei.chen@example.com", "wei.chen@example.com (User)"),
        (f"{group}/users/me", "me (User)"),
    ):
        answer = await okta.request(method, f"/api/v1/groups/{path}")
        assert answer.status_code == 404
        assert answer.json()["errorSummary"] == f"Not found: Resource not found: {missing}"


async def test_members_come_by_id_in_pages_and_link_to_themselves(okta, sandbox):
    group = sandbox.org.group_by_name("Everyone")
    answer = await okta.get(f"/api/v1/groups/{group.id}/users?limit=50&search=ignored")
    path = f"https://sandbox.okta.example/api/v1/groups/{group.id}/users"
    last = answer.json()[-1]["id"]
    assert answer.headers.get_list("link") == [
        f'<{path}?limit=50>; rel="self"',
        f'<{path}?after={last}&limit=50>; rel="next"',
    ]
    rest = await okta.get(f"{path}?after={last}&limit=50")
    found = [user["id"] for user in (*answer.json(), *rest.json())]
    assert found == sorted(group.members)
    assert all(list(user["_links"]) == ["self"] for user in answer.json())


async def test_members_of_an_unknown_group_are_not_found(okta):
    answer = await okta.get("/api/v1/groups/00gX/users")
    assert answer.json()["errorSummary"] == "Not found: Resource not found: 00gX (UserGroup)"


async def test_apps_follow_membership(okta, sandbox):
    group, user = ids(sandbox, "Engineering", "wei.chen@example.com")
    finance = sandbox.org.group_by_name("Finance").id

    async def labels():
        return {link["label"] for link in (await okta.get(f"/api/v1/users/{user}/appLinks")).json()}

    assert "Payroll" not in await labels()
    await okta.put(f"/api/v1/groups/{finance}/users/{user}")
    assert "Payroll" in await labels()
    await okta.delete(f"/api/v1/groups/{finance}/users/{user}")
    assert "Payroll" not in await labels()
    # Assigned to Wei directly, so that coming to and leaving the group changes nothing.
    await okta.put(f"/api/v1/groups/{group}/users/{user}")
    await okta.delete(f"/api/v1/groups/{group}/users/{user}")
    assert "Code Hosting" in await labels()


async def test_groups_of_a_user_come_with_everyone_and_a_self_link(okta, sandbox):
    answer = await okta.get("/api/v1/users/wei.chen/groups")
    user = sandbox.org.user_by_login("wei.chen@example.com")
    assert {group["profile"]["name"] for group in answer.json()} == {"Everyone", "IT", "VPN Users"}
    assert all("_links" in group for group in answer.json())
    assert answer.headers.get_list("link")[0].endswith('/groups?limit=200>; rel="self"')
    assert [group["id"] for group in answer.json()] == [group.id for group in sandbox.org.groups_of(user)]
