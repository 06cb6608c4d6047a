"""What each endpoint function sends, and what it makes of the answer."""

import json

import httpx2
import pytest

from okta_mcp.okta import Group, NotOkta, User, applications, groups, logs, org, users

USER = {"id": "00u1", "status": "ACTIVE", "profile": {"login": "ada@example.com"}}


def answer(body, **headers):
    return httpx2.Response(200, json=body, headers={"x-okta-request-id": "req1", **headers})


READS = [
    (users.get_user, ("ada@example.com",), {}, "GET /api/v1/users/ada%40example.com"),
    (users.get_user, ("00u1",), {"expand": "blocks"}, "GET /api/v1/users/00u1?expand=blocks"),
    (users.list_users, (), {}, "GET /api/v1/users"),
    (users.list_users, (), {"q": "ad", "limit": 5}, "GET /api/v1/users?limit=5&q=ad"),
    (
        users.list_users,
        (),
        {"search": 'status eq "ACTIVE"', "sort_by": "created", "sort_order": "desc", "after": "c/1"},
        "GET /api/v1/users?after=c%2F1&sortBy=created&sortOrder=desc&search=status%20eq%20%22ACTIVE%22",
    ),
    (users.list_users, (), {"filter": "id pr"}, "GET /api/v1/users?filter=id%20pr"),
    (
        users.list_user_groups,
        ("00u1",),
        {},
        "GET /api/v1/users/00u1/groups",
    ),
    (users.list_app_links, ("00u1",), {}, "GET /api/v1/users/00u1/appLinks"),
    (groups.get_group, ("00g1",), {}, "GET /api/v1/groups/00g1"),
    (groups.list_groups, (), {"q": "Sal", "expand": "stats"}, "GET /api/v1/groups?q=Sal&expand=stats"),
    (
        groups.list_groups,
        (),
        {
            "search": "x",
            "filter": "y",
            "sort_by": "profile.name",
            "sort_order": "asc",
            "limit": 1,
            "after": "c",
        },
        "GET /api/v1/groups?after=c&limit=1&sortBy=profile.name&sortOrder=asc&filter=y&search=x",
    ),
    (
        groups.list_group_users,
        ("00g1",),
        {"limit": 2, "after": "c"},
        "GET /api/v1/groups/00g1/users?after=c&limit=2",
    ),
    (
        applications.list_user_applications,
        ("00u1",),
        {"limit": 3, "after": "c"},
        "GET /api/v1/apps?after=c&limit=3&filter=user.id%20eq%20%2200u1%22&expand=user%2F00u1",
    ),
    (
        logs.list_events,
        (),
        {"since": "2026-01-05T09:00:00+01:00", "until": "z", "filter": "f", "q": "k", "limit": 0},
        "GET /api/v1/logs?since=2026-01-05T09%3A00%3A00%2B01%3A00&until=z&filter=f&q=k&limit=0",
    ),
    (
        logs.list_events,
        (),
        {"since": "s", "until": "z", "sort_order": "DESCENDING", "after": "c"},
        "GET /api/v1/logs?after=c&until=z&sortOrder=DESCENDING",
    ),
    (org.get_org, (), {}, "GET /api/v1/org"),
    (org.get_me, (), {}, "GET /api/v1/users/me"),
]
SINGLE = {users.get_user, groups.get_group, org.get_org, org.get_me}


@pytest.mark.parametrize(("function", "args", "options", "target"), READS)
async def test_a_read_asks_for_exactly_what_was_asked_for(wired, function, args, options, target):
    okta, wire = wired([answer({"id": "x1"} if function in SINGLE else [{"id": "x1"}])])

    found = await function(okta, *args, **options)

    assert wire.targets == [target]
    if function in SINGLE:
        assert found.id == "x1"
    else:
        assert len(getattr(found, "items", found)) == 1


WRITES = [
    (
        users.create_user,
        ({"profile": {}},),
        {"activate": False},
        "POST /api/v1/users?activate=false",
        {"profile": {}},
    ),
    (
        users.create_user,
        ({"profile": {}},),
        {"activate": True, "provider": True, "next_login": "changePassword"},
        "POST /api/v1/users?activate=true&provider=true&nextLogin=changePassword",
        {"profile": {}},
    ),
    (
        users.update_user,
        ("00u1", {"profile": {"title": None}}),
        {},
        "POST /api/v1/users/00u1",
        {"profile": {"title": None}},
    ),
    (
        users.update_user,
        ("00u1", {"credentials": {}}),
        {"strict": True},
        "POST /api/v1/users/00u1?strict=true",
        {"credentials": {}},
    ),
    (
        users.activate,
        ("00u1",),
        {"send_email": False},
        "POST /api/v1/users/00u1/lifecycle/activate?sendEmail=false",
        None,
    ),
    (
        users.reactivate,
        ("00u1",),
        {"send_email": True},
        "POST /api/v1/users/00u1/lifecycle/reactivate?sendEmail=true",
        None,
    ),
    (
        users.deactivate,
        ("00u1",),
        {"send_email": True},
        "POST /api/v1/users/00u1/lifecycle/deactivate?sendEmail=true",
        None,
    ),
    (users.suspend, ("00u1",), {}, "POST /api/v1/users/00u1/lifecycle/suspend", None),
    (users.unsuspend, ("00u1",), {}, "POST /api/v1/users/00u1/lifecycle/unsuspend", None),
    (users.expire_password, ("00u1",), {}, "POST /api/v1/users/00u1/lifecycle/expire_password", None),
    (
        users.expire_password_with_temp_password,
        ("00u1",),
        {"revoke_sessions": True},
        "POST /api/v1/users/00u1/lifecycle/expire_password_with_temp_password?revokeSessions=true",
        None,
    ),
    (
        users.reset_password,
        ("00u1",),
        {"send_email": True, "revoke_sessions": False},
        "POST /api/v1/users/00u1/lifecycle/reset_password?sendEmail=true&revokeSessions=false",
        None,
    ),
    (
        users.forgot_password,
        ("00u1",),
        {"send_email": False},
        "POST /api/v1/users/00u1/credentials/forgot_password?sendEmail=false",
        None,
    ),
    (groups.add_user_to_group, ("00g1", "00u1"), {}, "PUT /api/v1/groups/00g1/users/00u1", None),
    (groups.remove_user_from_group, ("00g1", "00u1"), {}, "DELETE /api/v1/groups/00g1/users/00u1", None),
]


@pytest.mark.parametrize(("function", "args", "options", "target", "body"), WRITES)
async def test_a_write_sends_its_body_once_and_hands_back_the_request_id(wired, function, args, options, target, body):
    okta, wire = wired([answer(USER)])

    written = await function(okta, *args, **options)

    assert wire.targets == [target]
    assert (json.loads(wire.requests[0].content) if wire.requests[0].content else None) == body
    assert written.request_id == "req1"
    if isinstance(written.value, User):
        assert written.value.login == "ada@example.com"
    else:
        assert written.value in (USER, None)


@pytest.mark.parametrize("function", [users.suspend, users.unsuspend])
async def test_a_lifecycle_call_may_be_answered_without_a_body(wired, function):
    okta, _ = wired([httpx2.Response(204, headers={"x-okta-request-id": "req1"})])

    written = await function(okta, "00u1")

    assert (written.value, written.request_id) == ({}, "req1")


def empty(kind):
    return httpx2.Response(204) if kind is None else httpx2.Response(200, json=kind)


@pytest.mark.parametrize("body", [None, {}, []])
async def test_an_empty_answer_is_not_taken_for_a_user(wired, body):
    okta, _ = wired([empty(body)])

    with pytest.raises(NotOkta) as raised:
        await users.get_user(okta, "00u1")

    assert not raised.value.maybe_applied


@pytest.mark.parametrize("body", [None, {}, [], "done", [1]])
async def test_a_user_who_was_created_without_being_answered_is_in_doubt(wired, body):
    okta, _ = wired([empty(body)])

    with pytest.raises(NotOkta) as raised:
        await users.create_user(okta, {"profile": {}}, activate=True)

    assert raised.value.maybe_applied


UNTOLD = [
    lambda okta: users.update_user(okta, "00u1", {"profile": {"city": "Lyon"}}),
    lambda okta: users.expire_password(okta, "00u1"),
]


@pytest.mark.parametrize("call", UNTOLD)
@pytest.mark.parametrize("body", [None, {}, []])
async def test_a_change_that_is_answered_without_the_user_is_a_change(wired, call, body):
    okta, _ = wired([empty(body)])

    assert (await call(okta)).value is None


@pytest.mark.parametrize("call", [*UNTOLD, lambda okta: users.suspend(okta, "00u1")])
@pytest.mark.parametrize("body", ["done", [1], 7])
async def test_a_change_that_is_answered_oddly_is_in_doubt(wired, call, body):
    okta, _ = wired([empty(body)])

    with pytest.raises(NotOkta, match="expected to be a JSON object") as raised:
        await call(okta)

    assert raised.value.maybe_applied


@pytest.mark.parametrize(
    ("call", "attempts"),
    [
        (lambda okta: users.update_user(okta, "00u1", {"profile": {"city": "Lyon"}}), 3),
        (lambda okta: users.update_user(okta, "00u1", {"credentials": {"password": {"value": "x"}}}), 1),
        (lambda okta: users.create_user(okta, {"profile": {}}, activate=True), 1),
        (lambda okta: users.suspend(okta, "00u1"), 1),
        (lambda okta: groups.remove_user_from_group(okta, "00g1", "00u1"), 3),
    ],
)
async def test_only_a_write_that_can_be_repeated_is_repeated(wired, call, attempts):
    okta, wire = wired([httpx2.Response(503, json={"errorCode": "E0000010", "errorSummary": "read only"})])

    with pytest.raises(Exception, match="E0000010"):
        await call(okta)

    assert len(wire.requests) == attempts


async def test_all_pages_of_a_user_s_groups_are_read_even_past_an_empty_one(wired):
    def page(ids, after):
        link = {"link": f'<https://example.okta.com/x?after={after}>; rel="next"'} if after else {}
        return answer([{"id": name} for name in ids], **link)

    okta, wire = wired([page(["g1", "g2"], "c1"), page([], "c2"), page(["g3"], None)])

    found = await users.list_user_groups(okta, "00u1")

    assert [group.id for group in found.items] == ["g1", "g2", "g3"]
    assert all(isinstance(group, Group) for group in found.items)
    assert found.next is None
    assert wire.targets[1:] == [
        "GET /api/v1/users/00u1/groups?after=c1",
        "GET /api/v1/users/00u1/groups?after=c2",
    ]


async def test_a_user_s_groups_are_bounded_and_it_is_told_that_there_are_more(wired):
    links = [
        f'<https://example.okta.com/x?after=c{number}>; rel="next"' for number in range(1, users.MAX_GROUP_PAGES + 2)
    ]
    okta, wire = wired([answer([{"id": "g"}], link=link) for link in links])

    found = await users.list_user_groups(okta, "00u1")

    assert (len(found.items), found.next) == (users.MAX_GROUP_PAGES, f"c{users.MAX_GROUP_PAGES}")
    assert len(wire.requests) == users.MAX_GROUP_PAGES


async def test_an_id_with_a_quote_cannot_leave_the_filter(wired):
    okta, wire = wired([answer([])])

    await applications.list_user_applications(okta, '00u1" or id pr')

    assert wire.requests[0].url.params["filter"] == r'user.id eq "00u1\" or id pr"'
