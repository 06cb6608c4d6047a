"""What each answer of Okta's, or of something else, is made into."""

import httpx2
import pytest

from okta_mcp.okta import (
    Conflict,
    Forbidden,
    InvalidRequest,
    NotFound,
    NotOkta,
    OktaApiError,
    ServerFault,
    Unauthorized,
)


def error(status, code="E0000001", summary="Api validation failed: login", causes=(), **headers):
    body = {
        "errorCode": code,
        "errorSummary": summary,
        "errorLink": code,
        "errorId": "oaeEXAMPLE",
        "errorCauses": [{"errorSummary": cause} for cause in causes],
    }
    return httpx2.Response(status, json=body, headers={"x-okta-request-id": "req1", **headers})


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (405, InvalidRequest),
        (409, Conflict),
        (412, Conflict),
        (423, Conflict),
        (500, ServerFault),
        (501, ServerFault),
    ],
)
async def test_every_status_has_its_error_with_all_that_okta_says(wired, status, kind):
    okta, _ = wired([error(status, causes=("login: taken", "email: bad"))])

    with pytest.raises(OktaApiError) as raised:
        await okta.get("users", "ada@example.com", params={"expand": "blocks"})

    met = raised.value
    assert type(met) is kind
    assert (met.status, met.code, met.summary) == (status, "E0000001", "Api validation failed: login")
    assert met.causes == ("login: taken", "email: bad")
    assert (met.error_id, met.request_id) == ("oaeEXAMPLE", "req1")
    assert (met.method, met.path) == ("GET", "/api/v1/users/{id}")
    assert (
        str(met)
        == met.message
        == (
            f"Okta answered {status} E0000001 to GET /api/v1/users/{{id}}: Api validation failed: login "
            "(login: taken; email: bad) [error id oaeEXAMPLE, request id req1]"
        )
    )


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("use_dpop_nonce", "Authorization server requires nonce in DPoP proof."),
        ("invalid_dpop_proof", "The DPoP proof JWT header is missing."),
        ("invalid_token", "The presented access_token is not DPoP bound."),
        ("invalid_request", "The resource request requires a DPoP proof."),
    ],
)
async def test_what_is_wrong_with_a_token_is_no_fault_of_the_request(wired, status, code, words):
    for answer in (
        httpx2.Response(status, json={"error": code, "error_description": words}),
        httpx2.Response(status, headers={"www-authenticate": f'DPoP error="{code}", error_description="{words}"'}),
    ):
        okta, _ = wired([answer])
        with pytest.raises(Unauthorized) as raised:
            await okta.get("users")
        assert (raised.value.code, raised.value.summary) == (code, words)


async def test_what_is_turned_away_for_maintenance_was_certainly_not_done(wired):
    okta, _ = wired([error(503, "E0000010", "Service is in read only mode")])
    with pytest.raises(ServerFault) as raised:
        await okta.post("users", json={})
    assert not raised.value.maybe_applied


async def test_a_bearer_token_without_the_scope_is_forbidden_and_names_the_scope(wired):
    challenge = (
        'Bearer authorization_uri="http://example.okta.com/oauth2/v1/authorize", '
        'realm="http://example.okta.com", scope="okta.users.read", error="insufficient_scope", '
        'error_description="The access token provided does not contain the required scopes."'
    )
    okta, _ = wired([httpx2.Response(403, headers={"www-authenticate": challenge})])

    with pytest.raises(Forbidden) as raised:
        await okta.get("users")

    assert raised.value.code == "insufficient_scope"
    assert raised.value.causes == ("Missing scope: okta.users.read",)
    assert "does not contain the required scopes" in raised.value.summary


@pytest.mark.parametrize(
    ("answer", "kind", "code", "summary"),
    [
        (
            httpx2.Response(404, json={"status": 404, "message": "Resource not found"}),
            NotFound,
            "",
            "Resource",
        ),
        (
            httpx2.Response(400, json={"error": "invalid_x", "error_description": "why"}),
            InvalidRequest,
            "invalid_x",
            "why",
        ),
        (httpx2.Response(401), Unauthorized, "", "Unauthorized"),
        (httpx2.Response(404, json={"errorCode": 5, "errorCauses": "none"}), NotFound, "", "Not Found"),
        (httpx2.Response(502, html="<title>Bad gateway</title>"), ServerFault, "", "Bad Gateway"),
        (httpx2.Response(599, text="x"), ServerFault, "", "no reason given"),
    ],
)
async def test_an_error_of_another_shape_is_still_that_error(wired, answer, kind, code, summary):
    okta, _ = wired([answer])

    with pytest.raises(kind) as raised:
        await okta.get("users", "00u1")

    assert raised.value.code == code
    assert raised.value.summary.startswith(summary)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (
            httpx2.Response(200, html="<html><head><title>Sign\n in</title></head></html>"),
            '200 (text/html), a page titled "Sign in"',
        ),
        (
            httpx2.Response(302, headers={"location": "https://login.example.com/?state=s3cret"}),
            "302 (no content type), a redirect to login.example.com",
        ),
        (httpx2.Response(301, headers={"location": "https://["}), "301"),
        (httpx2.Response(304), "304"),
        (httpx2.Response(403, html="<title>Blocked by policy</title>"), 'a page titled "Blocked by policy"'),
        (httpx2.Response(404, text="nothing here"), "404 (text/plain)"),
        (httpx2.Response(200, text="hello"), "200 (text/plain)"),
        (
            httpx2.Response(200, content=b"{", headers={"content-type": "application/json"}),
            "200 (application/json)",
        ),
    ],
)
async def test_an_answer_that_is_not_okta_s_says_what_it_was_and_to_check_the_org_url(wired, answer, found):
    okta, wire = wired([answer])

    with pytest.raises(NotOkta) as raised:
        await okta.get("users", "ada@example.com")

    text = str(raised.value)
    assert found in text
    assert "Check that the org URL is right (https://example.okta.com)" in text
    assert "s3cret" not in text
    assert "ada" not in text
    assert len(wire.requests) == 1


async def test_a_broken_encoding_is_not_okta_s_either(wired):
    okta, _ = wired([httpx2.DecodingError("incorrect header check")])

    with pytest.raises(NotOkta, match="could not be decoded"):
        await okta.get("users")


@pytest.mark.parametrize(
    ("body", "wanted"), [([], "object"), ("text", "object"), (None, "object"), ({}, "page"), ([1], "page")]
)
async def test_json_of_another_shape_is_not_taken_for_an_object_or_a_page(wired, body, wanted):
    okta, _ = wired([httpx2.Response(200, content=b"") if body is None else httpx2.Response(200, json=body)])
    reply = await okta.get("users")

    with pytest.raises(NotOkta) as raised:
        reply.object() if wanted == "object" else reply.page(dict)

    assert not raised.value.maybe_applied


@pytest.mark.parametrize("method", ["post", "put", "delete"])
async def test_a_write_that_was_answered_with_another_shape_is_in_doubt(wired, method):
    okta, _ = wired([httpx2.Response(200, json="done")])
    reply = await getattr(okta, method)("users", "00u1")

    with pytest.raises(NotOkta) as raised:
        reply.object(or_empty=True)

    assert raised.value.maybe_applied


async def test_a_reply_carries_status_body_request_id_and_cursor(wired):
    headers = [("x-okta-request-id", "req1"), ("link", '<https://other.example.com/x?after=c1>; rel="next"')]
    okta, _ = wired([httpx2.Response(200, json=[{"id": "00u1"}], headers=headers)])

    reply = await okta.get("users")

    assert (reply.status, reply.json, reply.request_id, reply.next) == (200, [{"id": "00u1"}], "req1", "c1")


async def test_a_write_does_not_fail_over_a_link(wired):
    okta, _ = wired([httpx2.Response(204, headers={"link": '<https://x/>; rel="next"'})])

    reply = await okta.put("groups", "00g1", "users", "00u1")

    assert (reply.json, reply.next) == (None, None)


async def test_control_and_invisible_characters_of_an_answer_do_not_reach_the_text(wired):
    okta, _ = wired([error(400, summary="bad\x1b[31m \u202evalue\u2066 here", causes=["a\r\nb"])])

    with pytest.raises(InvalidRequest) as raised:
        await okta.get("users")

    assert (raised.value.summary, raised.value.causes) == ("bad [31m value here", ("a b",))
