"""A creation whose answer was lost is settled by looking, and by nothing less."""

import pytest

LEE = {"firstName": "Lee", "lastName": "Fenn", "email": "lee.fenn@example.com"}
UNKNOWN = "It is not known whether the change was made."


async def other(org, **profile):
    """Create somebody past the server."""
    async with org.admin() as okta:
        whole = {**LEE, "login": LEE["email"], **profile}
        (await okta.post("/api/v1/users", json={"profile": whole})).raise_for_status()
    org.mark()


async def test_it_is_looked_for_more_than_once_where_okta_is_slow(org):
    org.box.fail("POST", "/api/v1/users", disconnect="before", times=9)
    answer = await org.call("create_user", profile=LEE)
    assert UNKNOWN in answer.text
    assert org.requests == ["POST /users", *["GET /users/lee.fenn@example.com"] * 3]
    assert org.slept == [1.0, 2.0]
    assert answer.progress == [
        "looking whether the user was created; waiting 1 s",
        "looking whether the user was created; waiting 2 s",
    ]


async def test_whoever_has_the_login_under_another_name_is_not_taken_for_the_new_user(org):
    await other(org, firstName="Leander")
    org.box.fail("POST", "/api/v1/users", disconnect="before", times=9)
    answer = await org.call("create_user", profile=LEE)
    assert answer.is_error
    assert UNKNOWN in answer.text


async def test_whoever_was_there_before_is_not_taken_for_the_new_user(org):
    await other(org)
    org.clock.forward(minutes=6)
    org.box.fail("POST", "/api/v1/users", disconnect="before", times=9)
    answer = await org.call("create_user", profile=LEE)
    assert answer.is_error
    assert UNKNOWN in answer.text


@pytest.mark.parametrize("status", [403, 500])
async def test_it_stays_unknown_where_okta_does_not_answer_the_look(org, status):
    org.box.fail("POST", "/api/v1/users", disconnect="after", times=9)
    org.box.fail("GET", "/api/v1/users/", status=status, times=9)
    answer = await org.call("create_user", profile=LEE)
    assert org.exists(LEE["email"])
    assert answer.is_error
    assert UNKNOWN in answer.text


async def test_what_came_with_the_creation_came_with_it(org):
    org.box.fail("POST", "/api/v1/users", disconnect="after", times=9)
    answer = await org.call("create_user", profile=LEE, groups=["Contractors"])
    assert not answer.is_error
    assert org.groups_of(LEE["email"]) == ["Contractors"]
    assert len(org.changes) == 1
