"""Requests that are ordered to fail."""

import pytest

from okta_mcp.sandbox import Sandbox

PATH = "/api/v1/users/wei.chen"


async def status_of(okta):
    return (await okta.get(PATH)).json()["status"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "E0000003"),
        (401, "E0000011"),
        (403, "E0000006"),
        (404, "E0000008"),
        (409, "E0000112"),
        (429, "E0000047"),
        (500, "E0000009"),
        (503, "E0000009"),
        (504, "E0000009"),
    ],
)
async def test_a_status_comes_with_the_error_that_fits(okta, sandbox, status, code):
    sandbox.fail("POST", f"{PATH}/lifecycle", status=status)
    answer = await okta.post(f"{PATH}/lifecycle/suspend")
    assert (answer.status_code, answer.json()["errorCode"]) == (status, code)
    assert await status_of(okta) == "ACTIVE"
    assert (await okta.post(f"{PATH}/lifecycle/suspend")).status_code == 200


async def test_an_error_code_can_be_chosen(okta, sandbox):
    sandbox.fail("GET", PATH, status=500, error_code="E0000053")
    assert (await okta.get(PATH)).json()["errorCode"] == "E0000053"


async def test_trouble_meets_as_many_requests_as_ordered(okta, sandbox):
    sandbox.fail("GET", "/api/v1/users", status=503, times=2)
    assert (await okta.get("/api/v1/groups")).status_code == 200
    assert [(await okta.get(PATH)).status_code for _ in range(3)] == [503, 503, 200]


async def test_troubles_are_met_in_the_order_they_were_made(okta, sandbox):
    sandbox.fail("*", "/api/v1/", status=429)
    sandbox.fail("GET", PATH, status=500)
    assert [(await okta.get(PATH)).status_code for _ in range(3)] == [429, 500, 200]


@pytest.mark.parametrize(("concurrency", "limit"), [(False, "2000"), (True, "0")])
async def test_a_429_tells_which_limit_was_met(okta, sandbox, concurrency, limit):
    sandbox.fail("GET", PATH, status=429, concurrency=concurrency)
    answer = await okta.get(PATH)
    assert answer.headers["x-rate-limit-limit"] == limit
    assert answer.headers["x-rate-limit-remaining"] == "0"
    assert answer.headers.get_list("x-rate-limit-reset") == [answer.headers["x-rate-limit-reset"]]


async def test_a_page_of_html_can_come_instead_of_json(okta, sandbox):
    sandbox.fail("GET", PATH, html=True)
    answer = await okta.get(PATH)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(("disconnect", "status"), [("before", "ACTIVE"), ("after", "SUSPENDED")])
async def test_a_connection_drops_before_or_after_the_change(okta, sandbox, disconnect, status):
    sandbox.fail("POST", PATH, disconnect=disconnect)
    with pytest.raises(ConnectionResetError):
        await okta.post(f"{PATH}/lifecycle/suspend")
    assert sandbox.journal[-1].status == 0
    assert await status_of(okta) == status


async def test_a_delay_comes_before_the_answer(okta, sandbox):
    sandbox.fail("GET", PATH, delay=0.001)
    assert (await okta.get(PATH)).status_code == 200
    assert len(sandbox.journal) == 1


async def test_a_long_delay_can_be_given_up(okta, sandbox):
    import anyio

    sandbox.fail("GET", PATH, delay=3600)
    with anyio.move_on_after(0.05) as scope:
        await okta.get(PATH)
    assert scope.cancelled_caught


async def test_a_defect_of_the_sandbox_looks_like_one_of_okta(okta, sandbox: Sandbox, caplog):
    sandbox.org.users[sandbox.org.user("wei.chen").id].profile["title"] = object()
    answer = await okta.get(PATH)
    assert (answer.status_code, answer.json()["errorCode"]) == (500, "E0000009")
    assert answer.headers["x-okta-request-id"]
    assert "the sandbox failed on GET /api/v1/users/wei.chen" in caplog.text
